#include "Sema/Arm.h"
#include "Sema/Fold.h"

#include "llvm/ADT/StringSet.h"

#include <map>

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

/// Arms in one chain of nested ifs; longer matches are several chains, so
/// that the depth of the tree does not grow with the number of arms.
static constexpr size_t MaxChain = 32;

bool Checker::checkPatternBound(const syntax::Expr *E, const Type *T,
                                Value &To) {
  To = checkPatternValue(E, T);
  return !failed(To);
}

Value Checker::checkPatternValue(const syntax::Expr *E, const Type *T) {
  StmtVector List;
  StmtVector *Before = L.capture(&List);
  Value V = check(E, T);
  L.capture(Before);
  if (failed(V))
    return V;
  if (V->Ty != T) {
    Diags.report(E->Range, diag::PatternType) << T;
    return errorValue();
  }
  V = List.empty() ? fold(M, V) : nullptr;
  if (!V || !isConstantTree(V)) {
    Diags.report(E->Range, diag::NotConstant);
    return errorValue();
  }
  return V;
}

bool Checker::checkPattern(const syntax::Pattern *Pat, Arm &To,
                           SlotId Subject) {
  const Type *T = L.slotType(Subject);
  Value Of = L.load(Subject);
  auto AsInteger = [](Value V) {
    return valueOf(tast::as<tast::IntConstant>(*V));
  };
  switch (Pat->Kind) {
  case syntax::PatternKind::Error:
    return false;
  case syntax::PatternKind::Wildcard:
    return true;
  case syntax::PatternKind::Binding: {
    const auto *B = cast<syntax::BindingPattern>(Pat);
    const Symbol *S = P.find(B->Name);
    if (S && S->Kind == Symbol::Enum)
      return false;
    if (S && S->Kind == Symbol::Const) {
      // The name of a constant stands for its value, as in ranges.
      syntax::NameExpr Name(Pat->Range, B->Name);
      Value V;
      if (!checkPatternBound(&Name, T, V))
        return false;
      To.Test = L.binary(tast::BinaryOp::Eq, Of, V);
      if (!T->isStr())
        To.Lo = To.Hi = AsInteger(V);
      return true;
    }
    To.Bound = B->Name;
    To.BoundRange = Pat->Range;
    return true;
  }
  case syntax::PatternKind::Literal: {
    Value V;
    if (!checkPatternBound(cast<syntax::LiteralPattern>(Pat)->Value, T, V))
      return false;
    if (T->isBool())
      To.Test = tast::as<tast::IntConstant>(*V).Value
                    ? Of
                    : L.unary(tast::UnaryOp::Not, Of);
    else
      To.Test = L.binary(tast::BinaryOp::Eq, Of, V);
    if (!T->isStr())
      To.Lo = To.Hi = AsInteger(V);
    return true;
  }
  case syntax::PatternKind::Range: {
    const auto *R = cast<syntax::RangePattern>(Pat);
    if (!T->isInteger()) {
      Diags.report(Pat->Range, diag::PatternType) << T;
      return false;
    }
    To.Lo = lowest(T);
    To.Hi = highest(T);
    Value Lo = nullptr, Hi = nullptr;
    if (R->Lo) {
      if (!checkPatternBound(R->Lo, T, Lo))
        return false;
      To.Lo = AsInteger(Lo);
      To.Test = L.binary(tast::BinaryOp::Ge, Of, Lo);
    }
    if (R->Hi) {
      if (!checkPatternBound(R->Hi, T, Hi))
        return false;
      To.Hi = AsInteger(Hi) - !R->Inclusive;
      Value Below = L.binary(
          R->Inclusive ? tast::BinaryOp::Le : tast::BinaryOp::Lt, Of, Hi);
      To.Test = To.Test ? L.logical(true, To.Test, Below) : Below;
    }
    if (To.Lo > To.Hi) {
      Diags.report(Pat->Range, diag::PatternRangeEmpty);
      return false;
    }
    if (!To.Test) // `..` without bounds.
      To.Test = L.boolean(true);
    return true;
  }
  case syntax::PatternKind::Typed:
    if (const auto *Typed = cast<syntax::TypedPattern>(Pat); Typed->binds()) {
      To.Bound = Typed->Name.Text;
      To.BoundRange = Typed->Name.Range;
      To.BoundSlot = L.addTemp(P.errorType());
    }
    Diags.report(Pat->Range, diag::PatternType)
            .fix("only a 'match' on an 'any' tests types")
        << T;
    return false;
  case syntax::PatternKind::Tuple:
    Diags.report(Pat->Range, diag::PatternType) << T;
    return false;
  case syntax::PatternKind::Variant:
    if (const Symbol *S = P.find(cast<syntax::VariantPattern>(Pat)->Enum.Text);
        !S || S->Kind != Symbol::Enum)
      unsupported(Pat->Range, "an enum");
    return false;
  }
  return false;
}

bool Checker::checkArms(const syntax::MatchExpr &E, SlotId &Subject,
                        std::vector<Arm> &Arms, bool &Never) {
  Value V = check(E.Subject);
  Never = never(V);
  bool Ok = !failed(V) && !never(V);
  if (Ok && V->Ty->isAny()) {
    Subject = L.bindOnce(V, E.Subject->Range);
    return checkAnyArms(E, Subject, Arms);
  }
  if (Ok && !V->Ty->isInteger() && !V->Ty->isBool() && !V->Ty->isStr()) {
    Diags.report(E.Subject->Range, diag::MatchType) << V->Ty;
    Ok = false;
  }
  if (!Ok) {
    // The bodies are checked all the same, with nothing known of names.
    Subject = L.addTemp(P.errorType());
    for (const syntax::MatchArm &A : E.Arms)
      Arms.emplace_back().Syntax = &A;
    return false;
  }
  Subject = L.bindOnce(V, E.Subject->Range);
  for (const syntax::MatchArm &A : E.Arms) {
    Arms.emplace_back().Syntax = &A;
    Ok &= checkPattern(A.Match, Arms.back(), Subject);
  }
  if (Ok)
    checkExhaustive(E, V->Ty, Arms);
  return Ok;
}

void Checker::checkExhaustive(const syntax::MatchExpr &E, const Type *T,
                              std::vector<Arm> &Arms) {
  // Closed intervals that are covered, by their lower ends, disjoint.
  std::map<__int128, __int128> Covered;
  llvm::StringSet<> Texts;
  bool All = false;
  auto IsCovered = [&](__int128 Lo, __int128 Hi) {
    auto At = Covered.upper_bound(Lo);
    return At != Covered.begin() && std::prev(At)->second >= Hi;
  };
  for (size_t I = 0; I < Arms.size(); ++I) {
    Arm &A = Arms[I];
    bool Reached = !All;
    if (A.Test && !T->isStr()) {
      Reached = Reached && !IsCovered(A.Lo, A.Hi);
      __int128 Lo = A.Lo, Hi = A.Hi;
      // Merge with what touches it.
      auto At = Covered.upper_bound(Lo);
      if (At != Covered.begin() && std::prev(At)->second + 1 >= Lo)
        --At;
      while (At != Covered.end() && At->first <= Hi + 1) {
        Lo = std::min(Lo, At->first);
        Hi = std::max(Hi, At->second);
        At = Covered.erase(At);
      }
      Covered[Lo] = Hi;
    } else if (A.Test) {
      const auto &Eq = tast::as<tast::BinaryExpr>(*A.Test);
      auto Id = tast::as<tast::TextConstant>(*Eq.Right).Text;
      Reached = Reached && Texts.insert(M.Texts[size_t(Id)]).second;
    }
    if (!Reached)
      Diags.report(A.Syntax->Match->Range, diag::MatchUnreachable);
    All |= !A.Test;
    if (!All && !T->isStr())
      All = T->isBool() ? IsCovered(0, 0) && IsCovered(1, 1)
                        : IsCovered(lowest(T), highest(T));
  }
  if (All)
    return;
  std::string Missing = "every text";
  if (!T->isStr()) {
    __int128 First = T->isBool() ? 0 : lowest(T);
    if (auto At = Covered.find(First); At != Covered.end())
      First = At->second + 1;
    if (T->isBool())
      Missing = First ? "'true'" : "'false'";
    else
      Missing = "the value " + std::to_string(int64_t(First));
    if (T->kind() == TypeKind::U64)
      Missing = "the value " + std::to_string(uint64_t(First));
  }
  Diags.report(E.Range, diag::MatchNotExhaustive)
          .fix("add '_ => ...' for all the rest")
      << Missing;
}

/// Puts the arms' bodies behind their tests. Leave: control never reaches the
/// end of any.
void Checker::emitArms(std::vector<Arm> &Arms, bool Leave, SourceRange R) {
  // The last arm that can be reached takes all that is left.
  size_t Count = 0;
  while (Count < Arms.size() && Arms[Count].Test)
    ++Count;
  Count = std::min(Count + 1, Arms.size());

  SlotId Done = tast::NoSlot;
  // What leaves its chain by itself need not say that it is done.
  bool Chunked = Count > MaxChain && !Leave;
  if (Chunked) {
    Done = L.addTemp(Types.boolean());
    L.init(Done, L.boolean(false), R);
  }
  StmtVector *Outer = nullptr;
  for (size_t Start = 0; Start < Count; Start += MaxChain) {
    size_t End = std::min(Start + MaxChain, Count);
    StmtVector Chain;
    for (size_t I = End; I-- > Start;) {
      StmtVector Body;
      if (Chunked && End < Count) {
        Outer = L.capture(&Body);
        L.assign(L.local(Done), L.boolean(true), R);
        L.capture(Outer);
      }
      llvm::append_range(Body, Arms[I].Prologue);
      llvm::append_range(Body, Arms[I].Body);
      if (I + 1 == Count) {
        Chain = std::move(Body);
        continue;
      }
      StmtVector Link;
      Outer = L.capture(&Link);
      L.ifThen(Arms[I].Test, Body, Chain, Arms[I].Syntax->Body->Range);
      L.capture(Outer);
      Chain = std::move(Link);
    }
    if (Start && Chunked)
      L.ifThen(L.unary(tast::UnaryOp::Not, L.load(Done)), Chain, {}, R);
    else
      L.append(Chain);
  }
}

void Checker::declareBound(const Arm &A, SlotId Subject) {
  if (!A.Bound.empty())
    declare(A.Bound, A.BoundSlot == tast::NoSlot ? Subject : A.BoundSlot,
            PlaceRef::Access::Let, A.BoundRange);
  else if (L.slotType(Subject)->kind() == TypeKind::Error) {
    if (const auto *B = dyn_cast<syntax::BindingPattern>(A.Syntax->Match))
      declare(B->Name, Subject, PlaceRef::Access::Let, B->Range);
    else if (const auto *T = dyn_cast<syntax::TypedPattern>(A.Syntax->Match);
             T && T->binds())
      declare(T->Name.Text, Subject, PlaceRef::Access::Let, T->Name.Range);
  }
}

bool Checker::sinkMatch(const syntax::MatchExpr &E, Sink To) {
  size_t Mark = L.mark();
  L.openScope(/*IsBlock=*/false);
  SlotId Subject;
  std::vector<Arm> Arms;
  bool Never = false;
  bool Ok = checkArms(E, Subject, Arms, Never);
  bool Diverges = true;
  for (Arm &A : Arms) {
    NameScope Names(*this);
    declareBound(A, Subject);
    StmtVector *Before = L.capture(&A.Body);
    Diverges &= sink(A.Syntax->Body, To);
    L.capture(Before);
  }
  if (Ok)
    emitArms(Arms, Diverges, E.Range);
  // Without arms there is nothing to match, so control does not get here.
  Diverges |= Never;
  if (Diverges)
    L.dropScope();
  else
    L.closeScope(Mark, E.Range);
  return Diverges;
}

Value Checker::checkMatch(const syntax::MatchExpr &E, const Type *Hint) {
  SlotId Subject;
  std::vector<Arm> Arms;
  bool Never = false;
  bool Ok = checkArms(E, Subject, Arms, Never);
  std::vector<Branch> Branches(Arms.size());
  llvm::SmallVector<const syntax::Expr *, 8> Bodies;
  for (Arm &A : Arms)
    Bodies.push_back(A.Syntax->Body);
  checkBranches(Bodies, Hint, Branches,
                [&](size_t I) { declareBound(Arms[I], Subject); });
  const Type *T = unify(Branches, "match");
  if (!Ok || T->kind() == TypeKind::Error)
    return Never ? neverValue() : errorValue();
  SlotId Slot = tast::NoSlot;
  if (!T->isUnit() && !T->isNever())
    Slot = L.addTemp(T);
  for (size_t I = 0; I < Arms.size(); ++I) {
    finishBranch(Branches[I], Slot);
    Arms[I].Body = std::move(Branches[I].List);
  }
  emitArms(Arms, T->isNever(), E.Range);
  return T->isNever() ? neverValue() : T->isUnit() ? L.unit() : L.load(Slot);
}

} // namespace jitrun::sema
