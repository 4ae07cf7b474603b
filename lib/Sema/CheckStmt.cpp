#include "Sema/Checker.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

//===----------------------------------------------------------------------===//
// Bodies

void Checker::checkFunction(FunctionInfo &F) {
  begin(*F.Function, F.Decl->IsFused);
  const syntax::FunctionDecl &D = *F.Decl;
  FunctionName = F.Function->Name;
  Current = &F;
  Result = F.Result;
  for (size_t I = 0; I < D.Params.size(); ++I) {
    const syntax::Identifier &Name = D.Params[I].Name;
    declare(Name.Text, L.addVariable(Name.Text, F.Params[I]),
            PlaceRef::Access::Parameter, Name.Range);
  }
  F.Function->Parameters = uint32_t(D.Params.size());
  if (F.LastTarget)
    Targets[uint32_t(D.Params.size() - 1)] = *F.LastTarget;
  checkFunctionBody(D.Body);
}

void Checker::checkFunctionBody(const syntax::Expr *Body) {
  L.openScope(/*IsBlock=*/true);
  bool Unit = Result->isUnit();
  Sink To = Unit ? Sink::Drop : Sink::Return;
  // The outermost block releases nothing: leaving the function does.
  const auto *Block = dyn_cast<syntax::BlockExpr>(Body);
  bool Diverges = Block ? sinkBlock(*Block, To) : sink(Body, To);
  if (Unit && !Diverges)
    L.emit(M.make<tast::ReturnStmt>(SourceRange(Body->Range.End), nullptr));
  L.dropScope();
  L.finish();
}

void Checker::checkMain(const syntax::Module &Module, tast::Function &F) {
  begin(F, /*Fused=*/false);
  FunctionName = F.Name;
  IsMain = true;
  IsFormula = P.Options.IsFormula;
  F.Result = Types.unit();
  if (IsFormula) {
    if (P.Options.Result)
      Result = P.Options.Result(Types);
    for (const FormulaParameter &Param : P.Options.Parameters)
      declare(Param.Name, L.addVariable(Param.Name, Param.Type(Types)),
              PlaceRef::Access::Parameter, Module.Main->Range.Begin);
    F.Parameters = uint32_t(P.Options.Parameters.size());
  } else {
    Result = Types.unit();
  }
  L.openScope(/*IsBlock=*/true);
  const syntax::BlockExpr &Body = *Module.Main;
  bool Diverges = checkStatements(Body.Stmts);
  if (IsFormula) {
    if (Body.Result)
      sink(Body.Result, Sink::Return);
    else if (!Diverges)
      reportMissingValue(Body);
    F.Result = Result ? Result : P.errorType();
  } else {
    if (Body.Result && P.Options.PrintResult) {
      Value V = check(Body.Result);
      Diverges |= never(V);
      if (!failed(V) && !never(V) && !V->Ty->isUnit())
        L.operation(tast::NoSlot, tast::Operation::Println, V,
                    Body.Result->Range);
      else
        drop(V, Body.Result->Range);
    } else if (Body.Result) {
      Diverges |= sink(Body.Result, Sink::Drop);
    }
    if (!Diverges)
      L.emit(M.make<tast::ReturnStmt>(SourceRange(Body.Range.End), nullptr));
  }
  L.dropScope();
  L.finish();
}

//===----------------------------------------------------------------------===//
// Where values go

bool Checker::sink(const syntax::Expr *E, Sink To) {
  if (const auto *Block = dyn_cast<syntax::BlockExpr>(E)) {
    size_t Mark = L.mark();
    L.openScope(/*IsBlock=*/true);
    bool Diverges = sinkBlock(*Block, To);
    if (Diverges)
      L.dropScope();
    else
      L.closeScope(Mark, E->Range);
    return Diverges;
  }
  if (const auto *If = dyn_cast<syntax::IfExpr>(E);
      If && (If->Else || To == Sink::Drop))
    return sinkIf(*If, To);
  if (const auto *Match = dyn_cast<syntax::MatchExpr>(E))
    return sinkMatch(*Match, To);

  size_t Mark = L.mark();
  L.openScope(/*IsBlock=*/false);
  Value V = check(E, To == Sink::Return ? Result : nullptr);
  bool Diverges = finish(V, To, E);
  if (Diverges)
    L.dropScope();
  else
    L.closeScope(Mark, E->Range);
  return Diverges;
}

bool Checker::finish(Value V, Sink To, const syntax::Expr *E) {
  if (To == Sink::Return) {
    if (V->Ty->isUnit() && Result && !Result->isUnit() &&
        Result->kind() != TypeKind::Error &&
        (isa<syntax::WhileExpr>(E) || isa<syntax::ForExpr>(E) ||
         isa<syntax::IfExpr>(E))) {
      SourceRange End(SourceLocation::fromRaw(E->Range.End.raw() - 1),
                      E->Range.End);
      Diags.report(End, diag::MissingValue)
              .fix(isa<syntax::IfExpr>(E) ? "add an 'else'" : "")
          << FunctionName << Result;
    } else if (!never(V))
      returnValue(V, E, E->Range);
    return true;
  }
  drop(V, E->Range);
  return never(V);
}

void Checker::returnValue(Value V, const syntax::Expr *E, SourceRange R) {
  if (!Result) {
    // The first value gives an open formula its type.
    if (failed(V))
      return;
    Result = V->Ty;
  }
  V = coerce(V, Result, E);
  if (failed(V))
    return;
  if (Result->isUnit()) {
    drop(V, R);
    V = nullptr;
  }
  L.emit(M.make<tast::ReturnStmt>(R, V));
}

bool Checker::sinkBlock(const syntax::BlockExpr &E, Sink To) {
  NameScope Names(*this);
  bool Diverges = checkStatements(E.Stmts);
  if (E.Result)
    return sink(E.Result, To) || Diverges;
  if (To == Sink::Return && !Diverges) {
    if (Result && Result->isUnit()) {
      L.emit(M.make<tast::ReturnStmt>(SourceRange(E.Range.End), nullptr));
      return true;
    }
    reportMissingValue(E);
    return true;
  }
  return Diverges;
}

void Checker::reportMissingValue(const syntax::BlockExpr &E) {
  SourceRange End = E.Range;
  if (End.End.raw() > End.Begin.raw())
    End.Begin = SourceLocation::fromRaw(End.End.raw() - 1);
  std::string Fix;
  if (!E.Stmts.empty() && isa<syntax::ExprStmt>(E.Stmts.back())) {
    const syntax::Expr *Last = cast<syntax::ExprStmt>(E.Stmts.back())->Value;
    if (!isa<syntax::AssignExpr>(Last) && !isa<syntax::WhileExpr>(Last) &&
        !isa<syntax::ForExpr>(Last) && !isa<syntax::IfExpr>(Last))
      Fix = "the value is the last expression: leave out the ';' after it";
  }
  if (!Result)
    Diags.report(End, diag::MissingFormulaValue).fix(Fix);
  else
    Diags.report(End, diag::MissingValue).fix(Fix) << FunctionName << Result;
}

bool Checker::sinkIf(const syntax::IfExpr &E, Sink To) {
  size_t Mark = L.mark();
  L.openScope(/*IsBlock=*/false);
  Value Condition = checkCondition(E.Condition);
  StmtVector Then, Else;
  StmtVector *Before = L.capture(&Then);
  bool ThenDiverges = sink(E.Then, To);
  L.capture(&Else);
  bool ElseDiverges = E.Else && sink(E.Else, To);
  L.capture(Before);
  bool Diverges = (ThenDiverges && ElseDiverges) || never(Condition);
  if (!failed(Condition) && !never(Condition))
    L.ifThen(Condition, Then, Else, E.Range);
  if (Diverges)
    L.dropScope();
  else
    L.closeScope(Mark, E.Range);
  return Diverges;
}

Value Checker::checkCondition(const syntax::Expr *E) {
  Value V = check(E);
  if (failed(V) || never(V) || V->Ty->isBool())
    return V;
  std::string Fix;
  if (V->Ty->isNumeric())
    Fix = "compare it: '... != 0'";
  else if (V->Ty->isStr() || V->Ty->isArray())
    Fix = "compare its length: 'len(...) > 0'";
  else if (V->Ty->isAny())
    Fix = "cast it: '... as bool'";
  Diags.report(E->Range, diag::ConditionNotBool).fix(Fix) << V->Ty;
  return errorValue();
}

//===----------------------------------------------------------------------===//
// Statements

bool Checker::checkStatements(syntax::List<const syntax::Stmt *> Stmts) {
  bool Diverges = false;
  for (const syntax::Stmt *S : Stmts) {
    if (Diags.isFull())
      break;
    Diverges |= checkStmt(S);
  }
  return Diverges;
}

bool Checker::checkStmt(const syntax::Stmt *S) {
  if (const auto *Let = dyn_cast<syntax::LetStmt>(S)) {
    size_t Mark = L.mark();
    L.openScope(/*IsBlock=*/false);
    bool Diverges = checkLet(*Let);
    L.closeScope(Mark, S->Range);
    return Diverges;
  }
  return sink(cast<syntax::ExprStmt>(S)->Value, Sink::Drop);
}

bool Checker::checkLet(const syntax::LetStmt &S) {
  Value V;
  size_t Start = L.slotCount();
  if (S.Type)
    V = checkAs(S.Init, P.resolveType(S.Type));
  else
    V = check(S.Init);
  if (!failed(V) && !never(V) && V->Ty->isUnit() && !S.Type &&
      isa<syntax::BindingPattern>(S.Target)) {
    Diags.report(S.Init->Range, diag::UnitVariable)
        << cast<syntax::BindingPattern>(S.Target)->Name;
    V = errorValue();
  }
  if (failed(V) || never(V)) {
    declareErroneous(S.Target);
    return never(V);
  }
  if (const auto *B = dyn_cast<syntax::BindingPattern>(S.Target)) {
    SlotId Slot = L.adopt(V, Start, B->Name);
    bool Adopted = Slot != tast::NoSlot;
    if (!Adopted)
      Slot = L.addVariable(B->Name, V->Ty);
    declare(B->Name, Slot,
            S.IsVar ? PlaceRef::Access::Writable : PlaceRef::Access::Let,
            B->Range);
    if (!S.IsVar)
      noteTarget(Slot, V);
    else
      Targets.erase(uint32_t(Slot));
    if (!Adopted)
      L.init(Slot, V, S.Range);
  } else if (isa<syntax::WildcardPattern>(S.Target)) {
    drop(V, S.Range);
  } else {
    bindPattern(S.Target, placeOf(V, S.Range), S.IsVar);
  }
  return false;
}

void Checker::bindPattern(const syntax::Pattern *Target, const PlaceRef &From,
                          bool IsVar) {
  switch (Target->Kind) {
  case syntax::PatternKind::Binding: {
    const auto *B = cast<syntax::BindingPattern>(Target);
    SlotId Slot = L.addVariable(B->Name, From.Ty);
    declare(B->Name, Slot,
            IsVar ? PlaceRef::Access::Writable : PlaceRef::Access::Let,
            B->Range);
    L.init(Slot, L.load(From), Target->Range);
    return;
  }
  case syntax::PatternKind::Tuple: {
    const auto *T = cast<syntax::TuplePattern>(Target);
    size_t Count =
        From.Ty->kind() == TypeKind::Tuple
            ? static_cast<const RecordType *>(From.Ty)->fields().size()
            : 0;
    if (From.Ty->kind() != TypeKind::Tuple || Count != T->Elements.size()) {
      Diags.report(Target->Range, diag::TuplePatternMismatch)
          << T->Elements.size() << From.Ty;
      return declareErroneous(Target);
    }
    for (size_t I = 0; I < Count; ++I)
      bindPattern(T->Elements[I], L.field(From, uint32_t(I)), IsVar);
    return;
  }
  default:
    return;
  }
}

void Checker::declareErroneous(const syntax::Pattern *Target) {
  if (const auto *B = dyn_cast<syntax::BindingPattern>(Target))
    declare(B->Name, L.addVariable(B->Name, P.errorType()),
            PlaceRef::Access::Writable, B->Range);
  else if (const auto *T = dyn_cast<syntax::TuplePattern>(Target))
    for (const syntax::Pattern *E : T->Elements)
      declareErroneous(E);
  else if (const auto *Typed = dyn_cast<syntax::TypedPattern>(Target)) {
    if (Typed->binds())
      declare(Typed->Name.Text, L.addVariable(Typed->Name.Text, P.errorType()),
              PlaceRef::Access::Let, Typed->Name.Range);
  } else if (const auto *V = dyn_cast<syntax::VariantPattern>(Target))
    for (const syntax::Pattern *E : V->Elements)
      declareErroneous(E);
  else if (const auto *Or = dyn_cast<syntax::OrPattern>(Target))
    for (const syntax::Pattern *E : Or->Alternatives)
      declareErroneous(E);
}

Value Checker::checkReturn(const syntax::ReturnExpr &E) {
  if (InConstant) {
    Diags.report(E.Range, diag::NotConstant);
    return errorValue();
  }
  for (size_t At = Loops.size(); At-- > 0;)
    if (Loops[At].IsInlined)
      return returnInlined(At, E);
  if (!E.Value) {
    if (!Result && Outer) // The first says what a lambda gives.
      Result = Types.unit();
    if (Result && Result->isUnit())
      L.emit(M.make<tast::ReturnStmt>(E.Range, nullptr));
    else if (!Result)
      Diags.report(E.Range, diag::MissingFormulaValue);
    else if (Result->kind() != TypeKind::Error)
      Diags.report(E.Range, diag::ReturnWithoutValue) << FunctionName << Result;
    return neverValue();
  }
  if (Result && Result->isUnit() && !IsFormula) {
    Value V = check(E.Value);
    if (!failed(V) && !never(V) && !V->Ty->isUnit()) {
      if (IsMain)
        Diags.report(E.Value->Range, diag::ReturnFromMain);
      else
        Diags.report(E.Value->Range, diag::ReturnWithValue)
                .fix("declare the result: '-> " + V->Ty->name() + "'")
            << FunctionName;
      return neverValue();
    }
    drop(V, E.Range);
    if (!never(V))
      L.emit(M.make<tast::ReturnStmt>(E.Range, nullptr));
    return neverValue();
  }
  Value V = check(E.Value, Result);
  if (!never(V))
    returnValue(V, E.Value, E.Range);
  return neverValue();
}

//===----------------------------------------------------------------------===//
// Blocks and branches that give values

Value Checker::checkBlock(const syntax::BlockExpr &E, const Type *Hint) {
  size_t Mark = L.mark();
  L.openScope(/*IsBlock=*/true);
  Value V;
  {
    NameScope Names(*this);
    bool Diverges = checkStatements(E.Stmts);
    V = E.Result ? check(E.Result, Hint) : L.unit();
    if (Diverges && !failed(V))
      V = neverValue();
  }
  if (!L.scopeHasCounted() || failed(V) || never(V)) {
    L.dropScope();
    return V;
  }
  if (V->Ty->isUnit()) {
    drop(V, E.Range);
    L.closeScope(Mark, E.Range);
    return L.unit();
  }
  // The value outlives what the block owns.
  Branch B;
  B.Result = V;
  B.Counted = L.takeScope();
  SlotId Slot = L.addTemp(V->Ty);
  L.init(Slot, V, E.Range);
  L.openScope(/*IsBlock=*/true);
  L.giveScope(B.Counted);
  L.closeScope(Mark, E.Range);
  return L.load(Slot);
}

void Checker::checkBranch(const syntax::Expr *E, const Type *Hint, Branch &B,
                          llvm::function_ref<void()> Enter) {
  B.Syntax = E;
  StmtVector *Before = L.capture(&B.List);
  L.openScope(/*IsBlock=*/true);
  Enter();
  if (const auto *Block = dyn_cast<syntax::BlockExpr>(E)) {
    NameScope Names(*this);
    bool Diverges = checkStatements(Block->Stmts);
    B.Result = Block->Result ? check(Block->Result, Hint) : L.unit();
    if (Block->Result)
      B.Syntax = Block->Result;
    if (Diverges && !failed(B.Result))
      B.Result = neverValue();
  } else {
    B.Result = check(E, Hint);
  }
  B.Counted = L.takeScope();
  L.capture(Before);
}

void Checker::checkBranches(llvm::ArrayRef<const syntax::Expr *> Es,
                            const Type *Hint, llvm::MutableArrayRef<Branch> To,
                            llvm::function_ref<void(size_t)> Enter) {
  auto CheckOne = [&](size_t I, const Type *Wanted) {
    NameScope Names(*this);
    checkBranch(Es[I], Wanted, To[I], [&] {
      if (Enter)
        Enter(I);
    });
  };
  llvm::SmallVector<bool, 8> Waits;
  bool AllWait = true;
  LiteralClass All;
  for (const syntax::Expr *E : Es) {
    LiteralClass C = classify(E);
    All = Waits.empty() ? C : join(All, C);
    Waits.push_back(waits(E));
    AllWait &= Waits.back();
  }
  const Type *Found = nullptr;
  if (Hint && Hint->isAny())
    Found = Hint; // Each by itself.
  else if (All.Adapts)
    Found = literalType(All, Hint);
  // What does not adapt says what the rest adapts to, wherever it stands.
  for (bool Waiting : {false, true})
    for (size_t I = 0; I < Es.size(); ++I) {
      if (Waiting ? AllWait || !Waits[I] : Waits[I] && !AllWait)
        continue;
      CheckOne(I, Found ? Found : Hint);
      const Type *T = To[I].Result->Ty;
      if (!Found && T->kind() != TypeKind::Error && !T->isNever())
        Found = T;
    }
}

const Type *Checker::unify(llvm::ArrayRef<Branch> Branches, const char *What) {
  const Branch *First = nullptr;
  for (const Branch &B : Branches) {
    if (failed(B.Result))
      return P.errorType();
    if (!First && !never(B.Result))
      First = &B;
  }
  if (!First)
    return Types.get(TypeKind::Never);
  for (const Branch &B : Branches) {
    if (never(B.Result) || B.Result->Ty == First->Result->Ty)
      continue;
    std::string Fix;
    if (B.Result->Ty->isScalar() && First->Result->Ty->isNumeric())
      Fix = conversionFix(First->Result->Ty, B.Syntax->Range);
    if (First->Result->Ty->isAny())
      Fix = conversionFix(First->Result->Ty, B.Syntax->Range);
    else if (B.Result->Ty->isAny())
      Fix = conversionFix(B.Result->Ty, First->Syntax->Range);
    Diags.report(B.Syntax->Range, diag::BranchTypesDiffer)
            .note(First->Syntax->Range,
                  "this one is of type '" + First->Result->Ty->name() + "'")
            .fix(Fix)
        << What << First->Result->Ty << B.Result->Ty;
    return P.errorType();
  }
  return First->Result->Ty;
}

void Checker::finishBranch(Branch &B, SlotId Slot) {
  StmtVector *Before = L.capture(&B.List);
  L.openScope(/*IsBlock=*/true);
  L.giveScope(B.Counted);
  if (never(B.Result)) {
    L.dropScope();
  } else {
    SourceRange R = B.Syntax->Range;
    if (Slot == tast::NoSlot)
      drop(B.Result, R);
    else
      L.init(Slot, B.Result, R);
    L.closeScope(0, R);
  }
  L.capture(Before);
}

Value Checker::checkIf(const syntax::IfExpr &E, const Type *Hint) {
  if (!E.Else) {
    bool Diverges = sinkIf(E, Sink::Drop);
    return Diverges ? neverValue() : L.unit();
  }
  Value Condition = checkCondition(E.Condition);
  Branch Branches[2];
  checkBranches({E.Then, E.Else}, Hint, Branches);
  const Type *T = unify(Branches, "if");
  if (T->kind() == TypeKind::Error || failed(Condition))
    return errorValue();
  SlotId Slot = tast::NoSlot;
  if (!T->isUnit() && !T->isNever())
    Slot = L.addTemp(T);
  for (Branch &B : Branches)
    finishBranch(B, Slot);
  if (never(Condition))
    return neverValue();
  L.ifThen(Condition, Branches[0].List, Branches[1].List, E.Range);
  return T->isNever() ? neverValue() : T->isUnit() ? L.unit() : L.load(Slot);
}

} // namespace jitrun::sema
