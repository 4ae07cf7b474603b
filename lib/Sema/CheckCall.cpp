#include "Sema/Checker.h"
#include "Sema/Library.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

Value Checker::checkCall(const syntax::CallExpr &E, const Type *Hint) {
  CallSite Call;
  Call.Range = E.Range;
  Call.Args.append(E.Args.begin(), E.Args.end());
  const auto *Name = dyn_cast<syntax::NameExpr>(E.Callee);
  if (!Name) {
    Value V = check(E.Callee);
    if (V->Ty->isFunction())
      return callValue(Call, V);
    checkDropped(Call);
    if (!failed(V) && !never(V))
      Diags.report(E.Callee->Range, diag::NotCallable)
          << "this, of type '" + V->Ty->name() + "',";
    return errorValue();
  }
  Call.Callee = {Name->Name, Name->Range};
  if (const Binding *B = findLocal(Name->Name)) {
    if (B->Ty->isFunction())
      return callValue(Call, L.load(place(*B)));
    SourceRange Declared = B->Range;
    bool IsError = B->Ty->kind() == TypeKind::Error, IsOuter = B->IsOuterClause;
    checkDropped(Call);
    if (IsOuter)
      return checkName(*Name);
    if (!IsError)
      Diags.report(Name->Range, diag::NotCallable)
              .note(Declared,
                    "'" + std::string(Name->Name) + "' is declared here")
          << "variable '" + std::string(Name->Name) + "'";
    return errorValue();
  }
  return dispatch(Call, Hint);
}

Value Checker::checkMethodCall(const syntax::MethodCallExpr &E,
                               const Type *Hint) {
  CallSite Call;
  Call.Range = E.Range;
  Call.Callee = E.Method;
  if (EnumInfo *Enum = enumNamed(E.Receiver)) {
    Call.Args.append(E.Args.begin(), E.Args.end());
    if (auto V = variantOf(*Enum, E.Method))
      return constructVariant(Call, *V);
    checkDropped(Call);
    return errorValue();
  }
  Call.Args.push_back({{}, E.Receiver});
  Call.Args.append(E.Args.begin(), E.Args.end());
  if (const Binding *B = findLocal(E.Method.Text); B && B->Ty->isFunction())
    return callValue(Call, L.load(place(*B)));
  return dispatch(Call, Hint);
}

void Checker::checkDropped(const CallSite &Call) {
  for (const syntax::Argument &A : Call.Args)
    check(A.Value);
}

Value Checker::dispatch(CallSite &Call, const Type *Hint) {
  std::string_view Name = Call.Callee.Text;
  bool IsType = syntax::isBuiltinTypeName(Name) || P.typeArgument(Name);
  if (const Symbol *S = IsType ? nullptr : P.find(Name)) {
    switch (S->Kind) {
    case Symbol::Function:
      return callFunction(Call, P.functionInfo(*S), Hint);
    case Symbol::Struct:
      return construct(Call, P.structInfo(*S));
    case Symbol::Const:
      checkDropped(Call);
      Diags.report(Call.Callee.Range, diag::NotCallable)
          << "constant '" + std::string(Name) + "'";
      return errorValue();
    case Symbol::Enum:
      checkDropped(Call);
      if (!P.enumInfo(*S).Broken)
        Diags.report(Call.Callee.Range, diag::NotCallable)
                .fix("name one of its variants: '" +
                     P.enumInfo(*S).Ty->variant(0).Name + "'")
            << "enum '" + std::string(Name) + "'";
      return errorValue();
    case Symbol::None:
      checkDropped(Call);
      return errorValue();
    }
  }
  if (auto Variants = P.variants(Name); !Variants.empty()) {
    if (auto V = chooseVariant(Variants, Call.Callee, Hint))
      return constructVariant(Call, *V);
    checkDropped(Call);
    return errorValue();
  }
  if (IsType) {
    const Type *To = P.findType(Name, Call.Callee.Range);
    if (Call.Args.size() != 1 || Call.Args[0].isNamed()) {
      checkDropped(Call);
      if (!To || To->kind() != TypeKind::Error)
        Diags.report(Call.Range, diag::ConversionArguments) << Name;
      return errorValue();
    }
    return checkCast(Call.Args[0].Value, To ? To : P.errorType(), Call.Range);
  }
  if (const LibraryFunction *F = findLibraryFunction(Name))
    return callLibrary(Call, *F, Hint);
  checkDropped(Call);
  Diags.report(Call.Callee.Range, diag::UnknownFunction)
          .fix(suggest(Name, true))
      << Name;
  return errorValue();
}

//===----------------------------------------------------------------------===//
// Arguments

bool Checker::matchArguments(CallSite &Call,
                             llvm::ArrayRef<syntax::Identifier> Names,
                             const char *Noun, SourceRange Declaration,
                             llvm::SmallVectorImpl<unsigned> &ParameterOf) {
  auto Report = [&](SourceRange R, diag::Id Id) -> DiagnosticBuilder {
    return Diags.report(R, Id);
  };
  std::string Note = "'" + std::string(Call.Callee.Text) + "' is declared here";
  llvm::SmallVector<bool, 8> Given(Names.size());
  bool AnyNamed = false;
  for (size_t I = 0; I < Call.Args.size(); ++I) {
    const syntax::Argument &A = Call.Args[I];
    if (!A.isNamed()) {
      if (I >= Names.size()) {
        Report(Call.Range, diag::ArgumentCount).note(Declaration, Note)
            << Call.Callee.Text << Names.size() << Noun << Call.Args.size();
        return false;
      }
      Given[I] = true;
      ParameterOf.push_back(unsigned(I));
      continue;
    }
    AnyNamed = true;
    size_t At = 0;
    while (At < Names.size() && Names[At].Text != A.Name.Text)
      ++At;
    if (At == Names.size()) {
      Report(A.Name.Range, diag::NoSuchParameter).note(Declaration, Note)
          << Call.Callee.Text << Noun << A.Name.Text;
      return false;
    }
    if (Given[At]) {
      Report(A.Name.Range, diag::RepeatedArgument) << A.Name.Text;
      return false;
    }
    Given[At] = true;
    ParameterOf.push_back(unsigned(At));
  }
  if (Call.Args.size() == Names.size())
    return true;
  if (!AnyNamed) {
    Report(Call.Range, diag::ArgumentCount).note(Declaration, Note)
        << Call.Callee.Text << Names.size() << Noun << Call.Args.size();
    return false;
  }
  std::string Missing;
  for (size_t I = 0; I < Names.size(); ++I)
    if (!Given[I])
      Missing +=
          (Missing.empty() ? "'" : ", '") + std::string(Names[I].Text) + "'";
  Report(Call.Range, diag::MissingArguments).note(Declaration, Note)
      << Call.Callee.Text << Missing;
  return false;
}

bool Checker::checkArguments(CallSite &Call,
                             llvm::ArrayRef<const Type *> Wanted,
                             llvm::ArrayRef<unsigned> ParameterOf,
                             llvm::SmallVectorImpl<Value> &Values) {
  OperandList Operands(L, Call.Range);
  bool Failed = false;
  for (size_t I = 0; I < Call.Args.size(); ++I) {
    Value V = checkAs(Call.Args[I].Value, Wanted[ParameterOf[I]]);
    Failed |= failed(V);
    Operands.add(V);
  }
  if (Failed)
    return false;
  Values.resize(Operands.size());
  orderArguments(Call, ParameterOf, Operands.values(), Values);
  return true;
}

void Checker::orderArguments(const CallSite &Call,
                             llvm::ArrayRef<unsigned> ParameterOf,
                             llvm::ArrayRef<Value> Given,
                             llvm::MutableArrayRef<Value> Values) {
  bool InOrder = true;
  for (size_t I = 0; I < Given.size(); ++I)
    InOrder &= ParameterOf[I] == I;
  for (size_t I = 0; I < Given.size(); ++I)
    // Written in another order than that of evaluation from here on.
    Values[ParameterOf[I]] = InOrder || L.isStable(Given[I], L.clock())
                                 ? Given[I]
                                 : L.hold(Given[I], Call.Range);
}

void Checker::ownArguments(llvm::MutableArrayRef<Value> Values, SourceRange R) {
  for (size_t I = 0; I < Values.size(); ++I) {
    if (!onlyMemoryOwns(*Values[I]))
      continue;
    for (size_t J = 0; J < I; ++J)
      if (!L.isStable(Values[J], L.clock()))
        Values[J] = L.load(L.bind(Values[J], R));
    Values[I] = L.load(L.bind(Values[I], R));
  }
}

//===----------------------------------------------------------------------===//
// Functions and structs

Value Checker::callFunction(CallSite &Call, FunctionInfo &F, const Type *Hint) {
  if (InConstant) { // Before signatures are known, perhaps.
    Diags.report(Call.Range, diag::NotConstant);
    return errorValue();
  }
  llvm::SmallVector<syntax::Identifier, 8> Names;
  for (const syntax::Param &Param : F.Decl->Params)
    Names.push_back(Param.Name);
  llvm::SmallVector<unsigned, 8> ParameterOf;
  if (!matchArguments(Call, Names, "arguments", F.Decl->Name.Range,
                      ParameterOf)) {
    checkDropped(Call);
    return F.Result && F.Result->isUnit() ? L.unit() : errorValue();
  }
  if (F.isGeneric())
    return callGeneric(Call, F, ParameterOf, Hint);
  llvm::SmallVector<Value, 8> Values;
  if (!checkArguments(Call, F.Params, ParameterOf, Values))
    return errorValue();
  return emitCall(Call, F, Values);
}

Value Checker::emitCall(CallSite &Call, const FunctionInfo &F,
                        llvm::MutableArrayRef<Value> Values) {
  if (F.Result->kind() == TypeKind::Error)
    return errorValue();
  ownArguments(Values, Call.Range);
  SlotId Dest = F.Result->isUnit() ? tast::NoSlot : L.addTemp(F.Result);
  auto Args = M.copy(std::span<const Value>(Values.data(), Values.size()));
  SiteId Site = L.site(Call.Range);
  if (F.Decl->IsExtern)
    L.emit(
        M.make<tast::ExternCallStmt>(Call.Range, Dest, F.Extern, Site, Args));
  else
    L.emit(
        M.make<tast::CallStmt>(Call.Range, Dest, F.Function->Id, Site, Args));
  return Dest == tast::NoSlot ? L.unit() : L.load(Dest);
}

Value Checker::construct(CallSite &Call, StructInfo &S) {
  const Type *T = P.findType(S.Decl->Name.Text, Call.Callee.Range);
  if (T->kind() == TypeKind::Error) {
    checkDropped(Call);
    return errorValue();
  }
  llvm::SmallVector<syntax::Identifier, 8> Names;
  llvm::SmallVector<const Type *, 8> Wanted;
  for (const syntax::FieldDecl &F : S.Decl->Fields)
    Names.push_back(F.Name);
  for (const Field &F : S.Ty->fields())
    Wanted.push_back(F.Ty);
  llvm::SmallVector<unsigned, 8> ParameterOf;
  if (!matchArguments(Call, Names, "fields", S.Decl->Name.Range, ParameterOf)) {
    checkDropped(Call);
    return errorValue();
  }
  llvm::SmallVector<Value, 8> Values;
  if (!checkArguments(Call, Wanted, ParameterOf, Values))
    return errorValue();
  return M.make<tast::AggregateExpr>(
      T, M.copy(std::span<const Value>(Values.data(), Values.size())));
}

} // namespace jitrun::sema
