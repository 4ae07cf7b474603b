#include "Sema/Checker.h"
#include "Sema/Fold.h"

#include "llvm/ADT/StringMap.h"

namespace jitrun::sema {

using syntax::cast;
using Kind = MatchPattern::KindType;

//===----------------------------------------------------------------------===//
// Names that patterns bind

bool Checker::checkBound(const MatchPattern &Of) {
  llvm::SmallVector<const MatchPattern *, 8> Bound;
  Of.appendBound(Bound);
  llvm::StringMap<SourceRange> Seen;
  for (const MatchPattern *P : Bound)
    if (auto [At, New] = Seen.try_emplace(P->Bound, P->Where); !New) {
      Diags.report(P->Where, diag::RepeatedBinding)
              .note(At->second, "it is bound here first")
          << P->Bound;
      return false;
    }
  return true;
}

const MatchPattern *Checker::orPattern(const syntax::OrPattern &Of,
                                       const Type *T, PatternPool &Pool) {
  MatchPattern Or;
  Or.Kind = Kind::Or;
  Or.Ty = T;
  Or.Where = Of.Range;
  llvm::StringMap<const MatchPattern *> First;
  bool Ok = true;
  for (const syntax::Pattern *Each : Of.Alternatives) {
    const MatchPattern *P = checkPattern(Each, T, Pool);
    if (!P || !checkBound(*P)) {
      Ok = false;
      continue;
    }
    llvm::SmallVector<const MatchPattern *, 4> Bound;
    P->appendBound(Bound);
    bool IsFirst = Or.Parts.empty();
    Or.Parts.push_back(P);
    if (!Ok)
      continue;
    if (IsFirst) {
      for (const MatchPattern *B : Bound)
        First[B->Bound] = B;
      continue;
    }
    const MatchPattern *Odd = nullptr;
    for (const MatchPattern *B : Bound) {
      auto At = First.find(B->Bound);
      if (At == First.end()) {
        Odd = B;
      } else if (At->second->Ty != B->Ty) {
        Diags.report(B->Where, diag::AlternativeTypes)
                .note(At->second->Where, "it is bound here first")
            << B->Bound << At->second->Ty << B->Ty;
        Ok = false;
      }
    }
    if (!Odd && Bound.size() < First.size())
      for (const auto &[Name, B] : First)
        if (llvm::none_of(Bound,
                          [&, N = Name](const MatchPattern *Other) {
                            return N == llvm::StringRef(Other->Bound);
                          }) &&
            (!Odd || B->Where.Begin.raw() < Odd->Where.Begin.raw()))
          Odd = B;
    if (Odd) {
      Diags.report(Odd->Where, diag::AlternativeNames) << Odd->Bound;
      Ok = false;
    }
  }
  return Ok ? &Pool.emplace_back(std::move(Or)) : nullptr;
}

//===----------------------------------------------------------------------===//
// Values

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

static __int128 integerOf(Value V) {
  return valueOf(tast::as<tast::IntConstant>(*V));
}

const MatchPattern *Checker::valuePattern(const syntax::Expr *E, const Type *T,
                                          PatternPool &Pool) {
  if (!T->isInteger() && !T->isBool() && !T->isStr()) {
    Diags.report(E->Range, diag::PatternType) << T;
    return nullptr;
  }
  Value V = checkPatternValue(E, T);
  if (failed(V))
    return nullptr;
  MatchPattern &P = Pool.emplace_back();
  P.Ty = T;
  P.Where = E->Range;
  if (T->isStr()) {
    P.Kind = Kind::Text;
    // The zero value is the empty text.
    P.Literal = V->Kind == tast::ExprKind::TextConstant
                    ? tast::as<tast::TextConstant>(*V).Text
                    : M.internText("");
  } else {
    P.Kind = Kind::Range;
    P.Lo = P.Hi = V->Kind == tast::ExprKind::IntConstant ? integerOf(V) : 0;
  }
  return &P;
}

const MatchPattern *Checker::rangePattern(const syntax::RangePattern &Of,
                                          const Type *T, PatternPool &Pool) {
  if (!T->isInteger()) {
    Diags.report(Of.Range, diag::PatternType) << T;
    return nullptr;
  }
  MatchPattern P;
  P.Kind = Kind::Range;
  P.Ty = T;
  P.Where = Of.Range;
  P.Lo = lowest(T);
  P.Hi = highest(T);
  for (const syntax::Expr *Bound : {Of.Lo, Of.Hi}) {
    if (!Bound)
      continue;
    Value V = checkPatternValue(Bound, T);
    if (failed(V))
      return nullptr;
    __int128 At = V->Kind == tast::ExprKind::IntConstant ? integerOf(V) : 0;
    if (Bound == Of.Lo)
      P.Lo = At;
    else
      P.Hi = At - !Of.Inclusive;
  }
  if (P.Lo > P.Hi) {
    Diags.report(Of.Range, diag::PatternRangeEmpty);
    return nullptr;
  }
  return &Pool.emplace_back(std::move(P));
}

//===----------------------------------------------------------------------===//
// Names and what has parts

const MatchPattern *
Checker::constructorPattern(const syntax::Pattern *Of, const Type *T,
                            uint32_t Number, std::span<const Field> Fields,
                            llvm::ArrayRef<const syntax::Pattern *> Parts,
                            PatternPool &Pool) {
  MatchPattern P;
  P.Kind = Kind::Constructor;
  P.Ty = T;
  P.Number = Number;
  P.Where = Of->Range;
  bool Ok = true;
  for (size_t I = 0; I < Fields.size(); ++I) {
    P.Parts.push_back(checkPattern(Parts[I], Fields[I].Ty, Pool));
    Ok &= P.Parts.back() != nullptr;
  }
  return Ok ? &Pool.emplace_back(std::move(P)) : nullptr;
}

const MatchPattern *Checker::namePattern(const syntax::BindingPattern &Of,
                                         const Type *T, PatternPool &Pool) {
  syntax::Identifier Name{Of.Name, Of.Range};
  if (T->isEnum() &&
      static_cast<const EnumType *>(T)->variantIndex(Of.Name) >= 0)
    return variantPattern(syntax::VariantPattern(Of.Range, {}, Name, {}, {}), T,
                          Pool);
  if (const Symbol *S = P.find(Of.Name); S && S->Kind == Symbol::Const) {
    // The name of a constant stands for its value, as in ranges.
    syntax::NameExpr Constant(Of.Range, Of.Name);
    return valuePattern(&Constant, T, Pool);
  }
  if (!P.variants(Of.Name).empty()) {
    if (T->isEnum())
      variantOf(P.enumInfo(*P.find(T->name())), Name);
    else
      Diags.report(Of.Range, diag::PatternType) << T;
    return nullptr;
  }
  MatchPattern &Any = Pool.emplace_back();
  Any.Ty = T;
  Any.Bound = Of.Name;
  Any.Where = Of.Range;
  return &Any;
}

const MatchPattern *Checker::tuplePattern(const syntax::TuplePattern &Of,
                                          const Type *T, PatternPool &Pool) {
  std::span<const Field> Fields;
  if (T->kind() == TypeKind::Tuple) {
    Fields = static_cast<const RecordType *>(T)->fields();
  } else if (!T->isUnit()) {
    Diags.report(Of.Range, diag::PatternType) << T;
    return nullptr;
  }
  if (Of.Elements.size() != Fields.size()) {
    Diags.report(Of.Range, diag::PatternCount)
        << T << Fields.size() << "elements" << Of.Elements.size();
    return nullptr;
  }
  return constructorPattern(&Of, T, 0, Fields,
                            {Of.Elements.data(), Of.Elements.size()}, Pool);
}

const MatchPattern *Checker::structPattern(const syntax::VariantPattern &Of,
                                           const RecordType &T,
                                           PatternPool &Pool) {
  if (!Of.Enum.Text.empty() || Of.Variant.Text != T.name()) {
    Diags.report(Of.Range, diag::PatternType) << &T;
    return nullptr;
  }
  std::span<const Field> Fields = T.fields();
  if (Of.Names.empty() && Of.Elements.size() != Fields.size()) {
    Diags.report(Of.Range, diag::PatternCount)
        << &T << Fields.size() << "fields" << Of.Elements.size();
    return nullptr;
  }
  llvm::SmallVector<const syntax::Pattern *, 8> Parts(Fields.size());
  for (size_t I = 0; I < Of.Elements.size(); ++I) {
    bool Named = !Of.Names.empty() && !Of.Names[I].Text.empty();
    int At = Named ? T.fieldIndex(Of.Names[I].Text) : int(I);
    if (At < 0 || size_t(At) >= Fields.size()) {
      Diags.report(Named ? Of.Names[I].Range : Of.Elements[I]->Range,
                   diag::NoSuchField)
          << &T << (Named ? Of.Names[I].Text : std::string_view("..."));
      return nullptr;
    }
    if (Parts[size_t(At)]) {
      // One without a name behind one with a name: the parser has said so.
      if (Named)
        Diags.report(Of.Names[I].Range, diag::RepeatedArgument)
            << Of.Names[I].Text;
      return nullptr;
    }
    Parts[size_t(At)] = Of.Elements[I];
  }
  for (size_t I = 0; I < Parts.size(); ++I)
    if (!Parts[I]) {
      Diags.report(Of.Range, diag::MissingArguments)
              .fix("add '" + Fields[I].Name + ": _'")
          << T.name() << "'" + Fields[I].Name + "'";
      return nullptr;
    }
  return constructorPattern(&Of, &T, 0, Fields, Parts, Pool);
}

const MatchPattern *Checker::variantPattern(const syntax::VariantPattern &Of,
                                            const Type *T, PatternPool &Pool) {
  if (T->kind() == TypeKind::Struct)
    return structPattern(Of, static_cast<const RecordType &>(*T), Pool);
  if (!T->isEnum() || (!Of.Enum.Text.empty() && Of.Enum.Text != T->name())) {
    Diags.report(Of.Range, diag::PatternType) << T;
    return nullptr;
  }
  auto V = variantOf(P.enumInfo(*P.find(T->name())), Of.Variant);
  if (!V)
    return nullptr;
  std::span<const Field> Payload =
      static_cast<const EnumType *>(T)->variant(V->Number).Payload;
  for (const syntax::Identifier &Name : Of.Names)
    if (!Name.Text.empty()) {
      Diags.report(Name.Range, diag::NoSuchParameter)
          << Of.Variant.Text << "values" << Name.Text;
      return nullptr;
    }
  if (Of.Elements.size() != Payload.size()) {
    std::string Fix = "write '" + std::string(Of.Variant.Text);
    for (size_t I = 0; I < Payload.size(); ++I)
      Fix += I ? ", _" : "(_";
    Diags.report(Of.Range, diag::PatternCount)
            .fix(Fix + (Payload.empty() ? "'" : ")'"))
        << Of.Variant.Text << Payload.size() << "values" << Of.Elements.size();
    return nullptr;
  }
  return constructorPattern(&Of, T, V->Number, Payload,
                            {Of.Elements.data(), Of.Elements.size()}, Pool);
}

const MatchPattern *Checker::checkPattern(const syntax::Pattern *Of,
                                          const Type *T, PatternPool &Pool) {
  switch (Of->Kind) {
  case syntax::PatternKind::Error:
    return nullptr;
  case syntax::PatternKind::Wildcard: {
    MatchPattern &Any = Pool.emplace_back();
    Any.Ty = T;
    Any.Where = Of->Range;
    return &Any;
  }
  case syntax::PatternKind::Binding:
    return namePattern(*cast<syntax::BindingPattern>(Of), T, Pool);
  case syntax::PatternKind::Literal:
    return valuePattern(cast<syntax::LiteralPattern>(Of)->Value, T, Pool);
  case syntax::PatternKind::Range:
    return rangePattern(*cast<syntax::RangePattern>(Of), T, Pool);
  case syntax::PatternKind::Tuple:
    return tuplePattern(*cast<syntax::TuplePattern>(Of), T, Pool);
  case syntax::PatternKind::Variant:
    return variantPattern(*cast<syntax::VariantPattern>(Of), T, Pool);
  case syntax::PatternKind::Typed:
    Diags.report(Of->Range, diag::PatternType)
            .fix("only a 'match' on an 'any' tests types")
        << T;
    return nullptr;
  case syntax::PatternKind::Or:
    return orPattern(*cast<syntax::OrPattern>(Of), T, Pool);
  }
  return nullptr;
}

} // namespace jitrun::sema
