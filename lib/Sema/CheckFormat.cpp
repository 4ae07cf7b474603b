#include "Sema/Checker.h"

#include "llvm/ADT/StringExtras.h"

namespace jitrun::sema {

using syntax::dyn_cast;

static constexpr int MaxWidth = 10000;

/// `[[fill]align][sign][#][0][width][.precision][type]`; false when it is
/// something else.
static bool parseSpec(llvm::StringRef S, tast::FormatSpec &To) {
  auto IsAlign = [](char C) { return C == '<' || C == '>' || C == '^'; };
  if (S.size() > 1 && IsAlign(S[1])) {
    To.Fill = S[0];
    To.Align = S[1];
    S = S.drop_front(2);
  } else if (!S.empty() && IsAlign(S[0])) {
    To.Align = S[0];
    S = S.drop_front();
  }
  if (!S.empty() && (S[0] == '+' || S[0] == '-' || S[0] == ' ')) {
    To.Sign = S[0] == '-' ? 0 : S[0];
    S = S.drop_front();
  }
  To.Alternate = S.consume_front("#");
  To.ZeroPad = S.consume_front("0");
  auto Number = [&](int &N) {
    if (S.empty() || !llvm::isDigit(S[0]))
      return false;
    N = 0;
    for (; !S.empty() && llvm::isDigit(S[0]); S = S.drop_front())
      N = std::min(N * 10 + (S[0] - '0'), MaxWidth + 1);
    return N <= MaxWidth;
  };
  if (!S.empty() && llvm::isDigit(S[0]) && !Number(To.Width))
    return false;
  if (S.consume_front(".") && !Number(To.Precision))
    return false;
  if (S.size() == 1 && llvm::StringRef("bcdoxXeEfFgGs").contains(S[0])) {
    To.Presentation = S[0];
    S = {};
  }
  return S.empty();
}

static bool suits(const tast::FormatSpec &Spec, const Type *T) {
  llvm::StringRef Allowed;
  bool Numeric = T->isNumeric() ||
                 (T->isBool() && Spec.Presentation && Spec.Presentation != 's');
  if (T->isInteger())
    Allowed = "bcdoxX";
  else if (T->isFloat())
    Allowed = "eEfFgG";
  else if (T->isBool())
    Allowed = "sbdoxX";
  else if (T->isStr())
    Allowed = "s";
  else // Only as print writes it.
    return !Spec.Width && !Spec.Align && !Spec.Sign && !Spec.Alternate &&
           !Spec.ZeroPad && Spec.Precision < 0 && !Spec.Presentation;
  if (Spec.Presentation && !Allowed.contains(Spec.Presentation))
    return false;
  if ((Spec.Sign || Spec.Alternate || Spec.ZeroPad) &&
      (!Numeric || Spec.Presentation == 'c'))
    return false;
  return Spec.Precision < 0 || T->isFloat() || T->isStr();
}

Value Checker::callFormat(CallSite &Call) {
  const auto *Text = dyn_cast<syntax::StringLiteralExpr>(Call.Args[0].Value);
  OperandList Operands(L, Call.Range);
  for (size_t I = 1; I < Call.Args.size(); ++I)
    Operands.add(check(Call.Args[I].Value));
  if (!Text) {
    Diags.report(Call.Args[0].Value->Range, diag::FormatNotLiteral);
    return errorValue();
  }
  if (anyFailed(Operands.values()))
    return errorValue();
  if (llvm::any_of(Operands.values(), never))
    return neverValue();

  llvm::StringRef S = Text->Value;
  std::vector<tast::FormatSpec> Specs;
  llvm::SmallVector<size_t, 8> Order;
  std::string Pending;
  bool Numbered = false, Unnumbered = false;
  auto Fail = [&](diag::Id Id, auto... Args) {
    {
      auto &&D = Diags.report(Text->Range, Id);
      (void(D << Args), ...);
    }
    return errorValue();
  };
  for (size_t I = 0; I < S.size(); ++I) {
    if (S[I] != '{' && S[I] != '}') {
      Pending += S[I];
      continue;
    }
    if (I + 1 < S.size() && S[I + 1] == S[I]) {
      Pending += S[I++];
      continue;
    }
    size_t End = S.find('}', I);
    if (S[I] == '}' || End == llvm::StringRef::npos) {
      Diags.report(Text->Range, diag::FormatBrace)
              .fix(S[I] == '{' ? "write '{{'" : "write '}}'")
          << std::string(1, S[I]);
      return errorValue();
    }
    llvm::StringRef Field = S.slice(I + 1, End);
    I = End;
    auto [Index, SpecText] = Field.split(':');
    size_t At = Order.size();
    if (Index.empty()) {
      Unnumbered = true;
    } else {
      Numbered = true;
      if (Index.getAsInteger(10, At))
        return Fail(diag::FormatSpecInvalid, std::string(Field));
    }
    if (Numbered && Unnumbered)
      return Fail(diag::FormatMixed);
    if (At >= Operands.size()) {
      if (Numbered)
        return Fail(diag::FormatNumberMissing, "{" + Index.str() + "}",
                    Operands.size());
      return Fail(diag::FormatMissing, At + 1, Operands.size());
    }
    tast::FormatSpec Spec;
    if (!parseSpec(SpecText, Spec))
      return Fail(diag::FormatSpecInvalid, std::string(SpecText));
    if (!suits(Spec, Operands[At]->Ty))
      return Fail(diag::FormatSpecType, std::string(SpecText),
                  Operands[At]->Ty);
    Spec.Before = std::move(Pending);
    Pending.clear();
    Specs.push_back(std::move(Spec));
    Order.push_back(At);
  }
  for (size_t I = 0; I < Operands.size(); ++I)
    if (!llvm::is_contained(Order, I)) {
      Diags.report(Call.Args[I + 1].Value->Range, diag::FormatUnused);
      return errorValue();
    }

  // Evaluated once each, in the order of the call.
  bool InOrder = Order.size() == Operands.size() && llvm::is_sorted(Order);
  llvm::SmallVector<Value, 8> Held, Values;
  for (size_t I = 0; I < Operands.size(); ++I)
    Held.push_back(InOrder ? Operands[I] : L.hold(Operands[I], Call.Range));
  for (size_t At : Order)
    Values.push_back(Held[At]);
  SlotId Dest = L.addTemp(Types.str());
  auto *Op = L.operation(Dest, tast::Operation::Format, Values, Call.Range);
  Op->Formats = M.keepFormats(std::move(Specs));
  Op->Trailing = M.keepText(std::move(Pending));
  return L.load(Dest);
}

} // namespace jitrun::sema
