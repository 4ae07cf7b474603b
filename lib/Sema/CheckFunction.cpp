#include "Sema/Checker.h"
#include "Sema/Library.h"

#include "llvm/ADT/StringSet.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;
using tast::FunctionId;

//===----------------------------------------------------------------------===//
// Declared functions as values

FunctionId Program::forwarder(FunctionInfo &F) {
  if (F.Forwarder)
    return *F.Forwarder;
  auto Made = std::make_unique<tast::Function>();
  Made->Name = F.Decl->Name.Text;
  Made->Name += ".value";
  Made->Id = FunctionId(M->Functions.size());
  Made->Range = F.Decl->Name.Range;
  Made->Result = F.Result;
  Made->Parameters = uint32_t(F.Params.size() + 1);
  Made->IsClosure = Made->IsHidden = true;
  Made->Sites.push_back(F.Decl->Name.Range);
  Made->Locals.push_back(
      {"captures",
       M->Types.function({F.Params.data(), F.Params.size()}, F.Result)});
  for (size_t I = 0; I < F.Params.size(); ++I)
    Made->Locals.push_back(
        {std::string(F.Decl->Params[I].Name.Text), F.Params[I]});
  auto Load = [&](size_t Slot) -> const tast::Expr * {
    auto *Place = M->make<tast::Place>();
    Place->Slot = SlotId(Slot);
    Place->BaseTy = Place->Ty = Made->Locals[Slot].Ty;
    return M->make<tast::LoadExpr>(Place->Ty, Place);
  };
  std::vector<const tast::Expr *> Args;
  for (size_t I = 0; I < F.Params.size(); ++I)
    Args.push_back(Load(I + 1));
  SlotId Dest = tast::NoSlot;
  if (!F.Result->isUnit()) {
    Dest = SlotId(Made->Locals.size());
    Made->Locals.push_back({{}, F.Result});
  }
  SourceRange R = Made->Range;
  const tast::Stmt *Call;
  if (F.Decl->IsExtern)
    Call = M->make<tast::ExternCallStmt>(R, Dest, F.Extern, SiteId(0),
                                         M->copy(Args));
  else
    Call = M->make<tast::CallStmt>(R, Dest, F.Function->Id, SiteId(0),
                                   M->copy(Args));
  const tast::Stmt *Return = M->make<tast::ReturnStmt>(
      R, Dest == tast::NoSlot ? nullptr : Load(size_t(Dest)));
  Made->Body = M->copy(StmtVector{Call, Return});
  F.Forwarder = Made->Id;
  if (!F.Decl->IsExtern)
    Forwarded[uint32_t(Made->Id)] = &F;
  M->Functions.push_back(std::move(Made));
  return *F.Forwarder;
}

FunctionId Program::endless(const FunctionType &T) {
  auto [At, New] = Endless.try_emplace(&T, FunctionId(M->Functions.size()));
  if (!New)
    return At->second;
  auto Made = std::make_unique<tast::Function>();
  Made->Name = "endless";
  Made->Id = At->second;
  Made->Result = T.result();
  Made->Parameters = uint32_t(T.parameters().size() + 1);
  Made->IsClosure = Made->IsHidden = true;
  Made->Locals.push_back({"captures", &T});
  for (const Type *Param : T.parameters())
    Made->Locals.push_back({{}, Param});
  Made->LoopCount = 1;
  const tast::Stmt *Loop =
      M->make<tast::LoopStmt>(SourceRange(), tast::LoopId(), tast::StmtList());
  Made->Body = M->copy(StmtVector{Loop});
  M->Functions.push_back(std::move(Made));
  return At->second;
}

bool Checker::needsSignature(const syntax::Expr *E) {
  if (const auto *Lambda = dyn_cast<syntax::LambdaExpr>(E))
    return llvm::any_of(Lambda->Params,
                        [](const syntax::Param &P) { return !P.Type; });
  const auto *Name = dyn_cast<syntax::NameExpr>(E);
  if (!Name || isLocal(Name->Name) || P.typeArgument(Name->Name))
    return false;
  if (const Symbol *S = P.find(Name->Name))
    return S->Kind == Symbol::Struct ||
           (S->Kind == Symbol::Function && P.functionInfo(*S).isGeneric());
  for (const VariantRef &V : P.variants(Name->Name))
    if (!V.Enum->Ty->variant(V.Number).Payload.empty())
      return true;
  return syntax::isBuiltinTypeName(Name->Name) ||
         findLibraryFunction(Name->Name);
}

const syntax::LambdaExpr *Checker::forward(const syntax::NameExpr &Name,
                                           size_t Count) {
  Arena &Memory = P.Synthetic;
  std::vector<syntax::Param> Params;
  std::vector<syntax::Argument> Args;
  for (size_t I = 0; I < Count; ++I) {
    // No name that can be written.
    std::string_view Hidden = Memory.copy("%" + std::to_string(I));
    Params.push_back({{Hidden, Name.Range}, nullptr});
    Args.push_back({{}, Memory.create<syntax::NameExpr>(Name.Range, Hidden)});
  }
  auto Keep = [&](const auto &List) {
    auto Copy = Memory.copy(List);
    return syntax::List<typename std::decay_t<decltype(List)>::value_type>(
        Copy.data(), Copy.size());
  };
  const auto *Body = Memory.create<syntax::CallExpr>(
      Name.Range, Memory.create<syntax::NameExpr>(Name.Range, Name.Name),
      Keep(Args));
  return Memory.create<syntax::LambdaExpr>(Name.Range, Keep(Params), nullptr,
                                           Body, /*IsShort=*/true);
}

Value Checker::checkFunctionName(const syntax::NameExpr &E, const Type *Hint) {
  if (!needsSignature(&E)) {
    if (InConstant) {
      Diags.report(E.Range, diag::NotConstant);
      return errorValue();
    }
    FunctionInfo &F = P.functionInfo(*P.find(E.Name));
    const Type *T = P.functionType(F.Params, F.Result, E.Range);
    if (T->kind() == TypeKind::Error)
      return errorValue();
    FunctionId Id = P.forwarder(F);
    L.function().Closures.push_back(Id);
    return M.make<tast::FunctionConstant>(T, Id);
  }
  if (!Hint || !Hint->isFunction())
    return checkFunctionValue(&E, {}, nullptr);
  const auto &T = static_cast<const FunctionType &>(*Hint);
  return checkFunctionValue(&E, {T.parameters().data(), T.parameters().size()},
                            T.result());
}

Value Checker::checkFunctionValue(const syntax::Expr *E,
                                  llvm::ArrayRef<const Type *> Params,
                                  const Type *ResultType) {
  if (const auto *Lambda = dyn_cast<syntax::LambdaExpr>(E))
    return checkLambda(*Lambda, Params, ResultType, /*IsHidden=*/false);
  if (!needsSignature(E))
    return check(E);
  const auto &Name = *cast<syntax::NameExpr>(E);
  if (Params.empty() || llvm::is_contained(Params, nullptr)) {
    std::string Called(Name.Name);
    Diags.report(E->Range, diag::FunctionNeedsPlace)
            .fix("write 'fn(x: f64) = " + Called + "(x)', with the right types")
        << Called;
    return errorValue();
  }
  return checkLambda(*forward(Name, Params.size()), Params, ResultType,
                     /*IsHidden=*/true);
}

//===----------------------------------------------------------------------===//
// Lambdas

Value Checker::checkLambda(const syntax::LambdaExpr &E,
                           llvm::ArrayRef<const Type *> Wanted,
                           const Type *ResultType, bool IsHidden) {
  if (InConstant) {
    Diags.report(E.Range, diag::NotConstant);
    return errorValue();
  }
  llvm::SmallVector<const Type *, 4> Params;
  llvm::StringSet<> Names;
  bool Failed = false;
  for (size_t I = 0; I < E.Params.size(); ++I) {
    const syntax::Param &Param = E.Params[I];
    const Type *T = nullptr;
    if (Param.Type)
      T = P.resolveType(Param.Type);
    else if (Wanted.size() == E.Params.size())
      T = Wanted[I];
    if (!T) {
      Diags.report(Param.Name.Range, diag::LambdaParameterType)
              .fix("write '" + std::string(Param.Name.Text) +
                   ": f64', with the right type")
          << Param.Name.Text;
      T = P.errorType();
    }
    if (!Param.Name.isWildcard() && !Names.insert(Param.Name.Text).second)
      Diags.report(Param.Name.Range, diag::RepeatedParameter)
          << Param.Name.Text;
    Failed |= T->kind() == TypeKind::Error;
    Params.push_back(T);
    if (I >= Wanted.size() || (Wanted[I] && Wanted[I] != T))
      ResultType = nullptr; // Of something else.
  }
  if (E.Result)
    ResultType = P.resolveType(E.Result);
  else if (Wanted.size() != E.Params.size())
    ResultType = nullptr;

  auto Made = std::make_unique<tast::Function>();
  tast::Function &F = *Made;
  F.Name = std::string(FunctionName) + ".lambda";
  F.Id = FunctionId(M.Functions.size());
  F.Range = E.Range;
  F.IsClosure = true;
  F.IsHidden = IsHidden;
  M.Functions.push_back(std::move(Made));

  Lowering::Suspended Around = L.suspend();
  FunctionState State =
      std::exchange(static_cast<FunctionState &>(*this), FunctionState());
  Outer = &State;
  Current = State.Current;
  FunctionName = F.Name;
  Result = ResultType;
  L.start(F, Around.Fused);
  L.addVariable("captures", Types.unit());
  for (size_t I = 0; I < Params.size(); ++I)
    declare(E.Params[I].Name.Text,
            L.addVariable(E.Params[I].Name.Text, Params[I]),
            PlaceRef::Access::Parameter, E.Params[I].Name.Range);
  F.Parameters = uint32_t(Params.size() + 1);
  if (Result) {
    checkFunctionBody(E.Body);
  } else {
    L.openScope(/*IsBlock=*/true);
    Value V = check(E.Body);
    if (!never(V))
      returnValue(V, E.Body, E.Body->Range);
    else if (!Result)
      Result = Types.unit(); // It never comes back.
    L.dropScope();
    L.finish();
  }
  Failed |= !Result;
  F.Result = Result ? Result : P.errorType();
  llvm::SmallVector<const Type *, 4> CaptureTypes;
  std::vector<llvm::StringRef> Names2 = std::move(Captures);
  for (llvm::StringRef Name : Names2)
    CaptureTypes.push_back(Captured[Name]->Ty);
  static_cast<FunctionState &>(*this) = std::move(State);
  L.resume(std::move(Around));

  const Type *T =
      Failed ? P.errorType() : P.functionType(Params, F.Result, E.Range);
  if (T->kind() == TypeKind::Error)
    return errorValue();
  F.Locals[0].Ty = T;
  L.function().Closures.push_back(F.Id);
  if (CaptureTypes.empty())
    return M.make<tast::FunctionConstant>(T, F.Id);
  const Type *Record = P.tupleType(CaptureTypes, E.Range);
  if (Record->kind() == TypeKind::Error)
    return errorValue();
  F.Captures = static_cast<const RecordType *>(Record);
  P.Cycles.addLambda(F, Names2);
  llvm::SmallVector<Value, 4> Values;
  for (llvm::StringRef Name : Names2)
    Values.push_back(L.load(place(*findLocal(Name))));
  SlotId Dest = L.addTemp(T);
  L.operation(Dest, tast::Operation::MakeClosure, Values, E.Range)->Target =
      F.Id;
  Targets[uint32_t(Dest)] = F.Id;
  return L.load(Dest);
}

//===----------------------------------------------------------------------===//
// Calls

std::optional<FunctionId> Checker::targetOf(Value V) const {
  if (V->Kind == tast::ExprKind::FunctionConstant)
    return tast::as<tast::FunctionConstant>(*V).Target;
  if (V->Kind != tast::ExprKind::Load)
    return std::nullopt;
  const tast::Place &At = *tast::as<tast::LoadExpr>(*V).From;
  if (At.Base != tast::PlaceBase::Local || !At.Projections.empty())
    return std::nullopt;
  auto Known = Targets.find(uint32_t(At.Slot));
  if (Known == Targets.end())
    return std::nullopt;
  return Known->second;
}

void Checker::noteTarget(SlotId S, Value V) {
  if (V->Ty->isFunction())
    if (std::optional<FunctionId> Id = targetOf(V))
      Targets[uint32_t(S)] = *Id;
}

Value Checker::callValue(CallSite &Call, Value Callee) {
  if (InConstant) {
    Diags.report(Call.Range, diag::NotConstant);
    return errorValue();
  }
  const auto &T = static_cast<const FunctionType &>(*Callee->Ty);
  for (const syntax::Argument &A : Call.Args)
    if (A.isNamed()) {
      checkDropped(Call);
      Diags.report(A.Name.Range, diag::ValueNamedArgument);
      return errorValue();
    }
  if (Call.Args.size() != T.parameters().size()) {
    checkDropped(Call);
    Diags.report(Call.Range, diag::ValueArgumentCount)
        << &T << T.parameters().size() << Call.Args.size();
    return T.result()->isUnit() ? L.unit() : errorValue();
  }
  OperandList Operands(L, Call.Range);
  Operands.add(Callee);
  bool Failed = false;
  for (size_t I = 0; I < Call.Args.size(); ++I) {
    Value V = checkAs(Call.Args[I].Value, T.parameters()[I]);
    Failed |= failed(V);
    Operands.add(V);
  }
  if (Failed)
    return errorValue();
  return emitValueCall(Call, Operands.values());
}

Value Checker::emitValueCall(CallSite &Call,
                             llvm::MutableArrayRef<Value> Values) {
  std::optional<FunctionId> Target = targetOf(Values[0]);
  if (Target)
    if (FunctionInfo *F = P.forwardedTo(*Target))
      return emitCall(Call, *F, Values.drop_front());
  ownArguments(Values, Call.Range);
  const Type *To = static_cast<const FunctionType *>(Values[0]->Ty)->result();
  SlotId Dest = To->isUnit() ? tast::NoSlot : L.addTemp(To);
  SiteId Site = L.site(Call.Range);
  auto Keep = [&](llvm::ArrayRef<Value> Vs) {
    return M.copy(std::span<const Value>(Vs.data(), Vs.size()));
  };
  if (Target)
    L.emit(
        M.make<tast::CallStmt>(Call.Range, Dest, *Target, Site, Keep(Values)));
  else
    L.emit(M.make<tast::CallValueStmt>(Call.Range, Dest, Values[0], Site,
                                       Keep(Values.drop_front())));
  return Dest == tast::NoSlot ? L.unit() : L.load(Dest);
}

} // namespace jitrun::sema
