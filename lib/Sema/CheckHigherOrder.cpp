#include "Sema/Checker.h"
#include "Sema/Library.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;
using tast::Operation;
using Id = enum LibraryFunction::Id;

//===----------------------------------------------------------------------===//
// Functions that are applied in place

/// Whether evaluating \p E can change no variable, by its form.
static bool isPlain(const syntax::Expr *E) {
  if (const auto *Call = dyn_cast<syntax::CallExpr>(E))
    return isPlain(Call->Callee) &&
           llvm::all_of(Call->Args, [](const syntax::Argument &A) {
             return isPlain(A.Value);
           });
  if (const auto *Field = dyn_cast<syntax::FieldExpr>(E))
    return isPlain(Field->Base);
  if (const auto *Field = dyn_cast<syntax::TupleFieldExpr>(E))
    return isPlain(Field->Base);
  return isa<syntax::NameExpr>(E) || isa<syntax::LambdaExpr>(E) ||
         isa<syntax::IntegerLiteralExpr>(E) ||
         isa<syntax::FloatLiteralExpr>(E) || isa<syntax::StringLiteralExpr>(E);
}

bool Checker::makeApplied(const syntax::Expr *E, std::string_view Who,
                          Applied &To) {
  To.Syntax = E;
  To.Who = Who;
  if (isa<syntax::LambdaExpr>(E) || needsSignature(E))
    return true;
  if (const auto *Name = dyn_cast<syntax::NameExpr>(E);
      Name && !isLocal(Name->Name) && !P.typeArgument(Name->Name))
    if (const Symbol *S = P.find(Name->Name); S && S->Kind == Symbol::Function)
      return true;
  Value V = check(E);
  if (failed(V))
    return false;
  if (never(V)) {
    Diverged = true;
    return false;
  }
  if (!V->Ty->isFunction()) {
    Diags.report(E->Range, diag::LibraryArgument)
        << Who << "a function" << V->Ty;
    return false;
  }
  To.V = L.hold(V, E->Range);
  if (To.V != V && To.V->Kind == tast::ExprKind::Load)
    noteTarget(tast::as<tast::LoadExpr>(*To.V).From->Slot, V);
  return true;
}

/// What a function that gets these would be.
static std::string signature(llvm::ArrayRef<Value> Args) {
  std::string Text = "fn(";
  for (size_t I = 0; I < Args.size(); ++I)
    Text += (I ? ", " : "") + Args[I]->Ty->name();
  return "'" + Text + ")'";
}

Value Checker::apply(const Applied &F, llvm::ArrayRef<Value> Given,
                     const Type *Hint) {
  SourceRange R = F.Syntax->Range;
  llvm::SmallVector<Value, 2> Args;
  for (Value V : Given)
    Args.push_back(L.load(L.bindOnce(V, R)));
  if (const auto *Lambda = dyn_cast<syntax::LambdaExpr>(F.Syntax))
    return applyLambda(*Lambda, F, Args, Hint);

  auto Mismatch = [&](const Type *Found) {
    Diags.report(R, diag::FunctionArgument)
        << F.Who << signature(Args) << Found;
    return errorValue();
  };
  auto Fits = [&](llvm::ArrayRef<const Type *> Params) {
    if (Params.size() != Args.size())
      return false;
    for (size_t I = 0; I < Args.size(); ++I)
      if (Params[I] != Args[I]->Ty && !Params[I]->isAny())
        return false;
    return true;
  };
  CallSite Call;
  Call.Range = R;
  if (F.V) {
    auto Params = static_cast<const FunctionType *>(F.V->Ty)->parameters();
    if (!Fits({Params.data(), Params.size()}))
      return Mismatch(F.V->Ty);
    llvm::SmallVector<Value, 4> Values{F.V};
    for (size_t I = 0; I < Args.size(); ++I)
      Values.push_back(Params[I]->isAny() ? toAny(Args[I], R) : Args[I]);
    return emitValueCall(Call, Values);
  }
  const auto &Name = *cast<syntax::NameExpr>(F.Syntax);
  if (!needsSignature(F.Syntax)) {
    FunctionInfo &Info = P.functionInfo(*P.find(Name.Name));
    const Type *T = P.functionType(Info.Params, Info.Result, R);
    if (T->kind() == TypeKind::Error)
      return errorValue();
    if (!Fits(Info.Params))
      return Mismatch(T);
  }
  // Through names that nobody can write.
  static constexpr std::string_view Hidden[] = {"%0", "%1"};
  NameScope Names(*this);
  SourceRange Before = std::exchange(WithoutFix, R);
  Call.Callee = {Name.Name, R};
  for (size_t I = 0; I < Args.size(); ++I) {
    declare(Hidden[I], tast::as<tast::LoadExpr>(*Args[I]).From->Slot,
            PlaceRef::Access::Parameter, R);
    Call.Args.push_back(
        {{}, P.Synthetic.create<syntax::NameExpr>(R, Hidden[I])});
  }
  Value V = dispatch(Call, Hint);
  WithoutFix = Before;
  return V;
}

Value Checker::applyLambda(const syntax::LambdaExpr &E, const Applied &F,
                           llvm::ArrayRef<Value> Args, const Type *Hint) {
  if (E.Params.size() != Args.size()) {
    Diags.report(E.Range, diag::FunctionParameters)
        << F.Who << Args.size() << E.Params.size();
    return errorValue();
  }
  NameScope Names(*this);
  size_t Barrier = std::exchange(CaptureBarrier, Bindings.size());
  bool Failed = false;
  for (size_t I = 0; I < Args.size(); ++I) {
    const syntax::Param &Param = E.Params[I];
    const Type *T = Param.Type ? P.resolveType(Param.Type) : Args[I]->Ty;
    SlotId Slot = tast::as<tast::LoadExpr>(*Args[I]).From->Slot;
    if (T->isAny() && !Args[I]->Ty->isAny()) {
      Slot = L.bind(toAny(Args[I], E.Range), E.Range);
    } else if (T != Args[I]->Ty) {
      Diags.report(Param.Type->Range, diag::TypeMismatch) << Args[I]->Ty << T;
      Failed = true;
    }
    for (size_t J = 0; J < I; ++J)
      if (E.Params[J].Name.Text == Param.Name.Text &&
          !Param.Name.isWildcard()) {
        Diags.report(Param.Name.Range, diag::RepeatedParameter)
            << Param.Name.Text;
        Failed = true;
      }
    declare(Param.Name.Text, Slot, PlaceRef::Access::Parameter,
            Param.Name.Range);
  }
  LoopFrame Frame;
  Frame.IsInlined = true;
  if (E.Result) {
    Frame.Ty = P.resolveType(E.Result);
    Failed |= Frame.Ty->kind() == TypeKind::Error;
  }
  Frame.Hint = Hint;
  Frame.Result = L.addTemp(Types.unit());
  Loops.push_back(Frame);
  StmtVector Body;
  StmtVector *Before = L.capture(&Body);
  Value V = check(E.Body, Frame.Ty ? Frame.Ty : Hint);
  Frame = Loops.back();
  Loops.pop_back();
  CaptureBarrier = Barrier;
  const syntax::Expr *Last = E.Body;
  if (const auto *Block = dyn_cast<syntax::BlockExpr>(Last))
    if (Block->Result)
      Last = Block->Result;
  // `()` asks for nothing.
  if (E.Result && !Failed && !(Frame.Ty->isUnit() && !failed(V)))
    V = coerce(V, Frame.Ty, Last);
  if (!Frame.Broken) {
    L.capture(Before);
    L.append(Body);
    return Failed ? errorValue() : V;
  }
  // Some way leads out of the body early.
  const Type *T = Frame.Ty;
  if (!never(V) && !E.Result)
    V = coerce(V, T, Last);
  Failed |= failed(V) || T->kind() == TypeKind::Error;
  if (Failed || never(V)) {
    // Nothing comes out at the end.
  } else {
    if (T->isUnit()) {
      drop(V, E.Body->Range);
    } else {
      PlaceRef To = L.local(Frame.Result);
      To.BaseTy = To.Ty = T;
      L.assign(To, V, E.Body->Range);
    }
    L.emit(M.make<tast::BreakStmt>(E.Body->Range, Frame.Id));
  }
  L.capture(Before);
  if (Failed)
    return errorValue();
  L.emit(M.make<tast::LoopStmt>(E.Range, Frame.Id, L.keep(Body)));
  if (T->isUnit())
    return L.unit();
  L.setSlotType(Frame.Result, T);
  return L.load(Frame.Result);
}

/// `return` in a lambda that is inlined.
Value Checker::returnInlined(size_t At, const syntax::ReturnExpr &E) {
  const Type *Wanted = Loops[At].Ty ? Loops[At].Ty : Loops[At].Hint;
  Value V = E.Value ? check(E.Value, Wanted) : L.unit();
  LoopFrame &Frame = Loops[At];
  if (never(V))
    return V;
  if (!Frame.Broken) {
    Frame.Broken = true;
    Frame.Id = L.loop();
  }
  if (!Frame.Ty)
    Frame.Ty = V->Ty;
  if (Frame.Ty != V->Ty && !failed(V) && Frame.Ty->kind() != TypeKind::Error) {
    if (E.Value)
      reportMismatch(Frame.Ty, V->Ty, E.Value);
    else
      Diags.report(E.Range, diag::TypeMismatch) << Frame.Ty << V->Ty;
  }
  if (Frame.Ty != V->Ty || failed(V)) {
    Frame.Ty = P.errorType();
    return neverValue();
  }
  if (V->Ty->isUnit()) {
    drop(V, E.Range);
  } else {
    PlaceRef To = L.local(Frame.Result);
    To.BaseTy = To.Ty = V->Ty;
    L.assign(To, V, E.Range);
  }
  L.emit(M.make<tast::BreakStmt>(E.Range, Frame.Id));
  return neverValue();
}

//===----------------------------------------------------------------------===//
// Sequences

/// The call of `map` or `filter` that \p E is, with its two arguments.
const LibraryFunction *Checker::stageCall(const syntax::Expr *E,
                                          const syntax::Expr *&Of,
                                          const syntax::Expr *&F) const {
  std::string_view Name;
  llvm::SmallVector<syntax::Argument, 3> Args;
  if (const auto *Call = dyn_cast<syntax::CallExpr>(E)) {
    const auto *Callee = dyn_cast<syntax::NameExpr>(Call->Callee);
    if (!Callee)
      return nullptr;
    Name = Callee->Name;
    Args.append(Call->Args.begin(), Call->Args.end());
  } else if (const auto *Method = dyn_cast<syntax::MethodCallExpr>(E)) {
    Name = Method->Method.Text;
    Args.push_back({{}, Method->Receiver});
    Args.append(Method->Args.begin(), Method->Args.end());
  } else {
    return nullptr;
  }
  if (isLocal(Name) || P.find(Name) || P.typeArgument(Name) ||
      Args.size() != 2 || Args[0].isNamed() || Args[1].isNamed())
    return nullptr;
  const LibraryFunction *Found = findLibraryFunction(Name);
  if (!Found || (Found->Id != Id::Map && Found->Id != Id::Filter))
    return nullptr;
  Of = Args[0].Value;
  F = Args[1].Value;
  return Found;
}

bool Checker::isSequence(const syntax::Expr *E) const {
  const syntax::Expr *Of, *F;
  return isa<syntax::ComprehensionExpr>(E) || stageCall(E, Of, F);
}

bool Checker::makeSequence(const syntax::Expr *E, std::string_view Who,
                           Sequence &S) {
  S.Body = S.Where = E->Range;
  if (const auto *C = dyn_cast<syntax::ComprehensionExpr>(E)) {
    S.Comprehension = C;
    S.Body = C->Body->Range;
    return true;
  }
  const syntax::Expr *Of, *F;
  if (const LibraryFunction *Stage = stageCall(E, Of, F); Stage && isPlain(F))
    return addStage(Of, F, *Stage, E->Range, S);
  return makeSource(E, Who, S);
}

bool Checker::addStage(const syntax::Expr *Of, const syntax::Expr *F,
                       const LibraryFunction &Which, SourceRange R,
                       Sequence &S) {
  bool Ok = isPlain(F) ? makeSequence(Of, Which.Name, S)
                       : makeSource(Of, Which.Name, S);
  if (!Ok && !Diverged) {
    if (!isa<syntax::LambdaExpr>(F) && !needsSignature(F))
      check(F);
    return false;
  }
  Stage Next;
  Next.IsFilter = Which.Id == Id::Filter;
  Next.Range = S.Body = R;
  if (!Ok || !makeApplied(F, Which.Name, Next.F))
    return false;
  S.Stages.push_back(Next);
  return true;
}

bool Checker::makeSource(const syntax::Expr *E, std::string_view Who,
                         Sequence &S) {
  S.Body = S.Where = E->Range;
  Value V = check(E);
  if (never(V))
    Diverged = true;
  if (failed(V) || never(V))
    return false;
  if (!V->Ty->isArray() && !V->Ty->isStr() &&
      V->Ty->kind() != TypeKind::FixedArray) {
    Diags.report(E->Range, diag::LibraryArgument) << Who << "an array" << V->Ty;
    return false;
  }
  S.Over = immutablePlace(V, E->Range);
  return true;
}

/// The ranges that run over an array's indices, and what stands there.
void Checker::rangesOver(const Sequence &S, Iterated &It) {
  static constexpr syntax::Iteration Unnamed = [] {
    syntax::Iteration I{};
    I.Binding.Text = "_";
    return I;
  }();
  const Type *T = S.Over->Ty;
  auto Add = [&](Value Length) {
    Range &R = It.Ranges.emplace_back();
    R.Syntax = &Unnamed;
    R.Lo = L.i64(S.SkipFirst);
    R.Hi = L.hold(Length, S.Where);
    R.Element = Types.i64();
    R.Where = S.Where;
  };
  Value Whole = L.load(*S.Over);
  if (T->isStr())
    Add(L.intrinsic(Types.i64(), tast::Intrinsic::StrLen, {Whole}));
  else if (T->kind() == TypeKind::FixedArray)
    Add(L.i64(int64_t(static_cast<const FixedArrayType *>(T)->count())));
  else
    for (unsigned D = 0; D < static_cast<const ArrayType *>(T)->rank(); ++D)
      Add(L.dim(Whole, D));
}

Value Checker::elementAt(const Sequence &S, llvm::ArrayRef<Value> Indices) {
  const Type *T = S.Over->Ty;
  if (T->isStr())
    return L.intrinsic(Types.get(TypeKind::U8), tast::Intrinsic::StrIndex,
                       {L.load(*S.Over), Indices[0]}, L.site(S.Where));
  if (T->kind() == TypeKind::FixedArray)
    return L.load(L.indexed(*S.Over, Indices[0], tast::NoSite, true));
  return L.load(L.elementUnchecked(L.load(*S.Over), Indices));
}

bool Checker::applyStages(Value V, llvm::ArrayRef<Stage> Stages,
                          const Type *Hint,
                          llvm::function_ref<void(Value)> Then) {
  if (Stages.empty()) {
    Then(V);
    return true;
  }
  const Stage &S = Stages.front();
  if (!S.IsFilter) {
    Value To = apply(S.F, V, Stages.size() == 1 ? Hint : nullptr);
    if (failed(To))
      return false;
    if (never(To) || To->Ty->isUnit()) {
      Diags.report(S.F.Syntax->Range, diag::UnitElement);
      return false;
    }
    return applyStages(To, Stages.drop_front(), Hint, Then);
  }
  V = L.load(L.bindOnce(V, S.Range));
  Value Keep = applyTest(S.F, V);
  if (failed(Keep))
    return false;
  StmtVector List;
  StmtVector *Before = L.capture(&List);
  L.openScope(/*IsBlock=*/true);
  bool Ok = applyStages(V, Stages.drop_front(), Hint, Then);
  L.closeScope(0, S.Range);
  L.capture(Before);
  L.ifThen(Keep, List, {}, S.Range);
  return Ok;
}

Value Checker::applyTest(const Applied &F, llvm::ArrayRef<Value> Args) {
  Value V = apply(F, Args, Types.boolean());
  if (failed(V) || V->Ty->isBool())
    return V;
  if (never(V))
    return L.boolean(false);
  Diags.report(F.Syntax->Range, diag::FunctionResult)
      << F.Who << Types.boolean() << V->Ty;
  return errorValue();
}

//===----------------------------------------------------------------------===//
// Calls

Value Checker::callHigherOrder(CallSite &Call, const LibraryFunction &F,
                               const Type *Hint) {
  Diverged = false;
  Sequence S;
  switch (F.Id) {
  case Id::Map:
  case Id::Filter:
    if (!addStage(Call.Args[0].Value, Call.Args[1].Value, F, Call.Range, S))
      return Diverged ? neverValue() : errorValue();
    return buildArray(S, Hint, Call.Range);
  case Id::Reduce:
  case Id::Scan:
    return callFold(Call, F, Hint);
  default:
    return callSortBy(Call);
  }
}

/// The type of the first parameter, if \p F says it.
const Type *Checker::firstParameter(const Applied &F) {
  if (F.V) {
    auto Params = static_cast<const FunctionType *>(F.V->Ty)->parameters();
    return Params.empty() ? nullptr : Params[0];
  }
  if (const auto *Lambda = dyn_cast<syntax::LambdaExpr>(F.Syntax)) {
    if (Lambda->Params.empty() || !Lambda->Params[0].Type)
      return nullptr;
    const Type *T = P.resolveType(Lambda->Params[0].Type);
    return T->kind() == TypeKind::Error ? nullptr : T;
  }
  if (needsSignature(F.Syntax))
    return nullptr;
  FunctionInfo &Info =
      P.functionInfo(*P.find(cast<syntax::NameExpr>(F.Syntax)->Name));
  return Info.Params.empty() ? nullptr : Info.Params[0];
}

/// `reduce(xs, f)`, `reduce(xs, start, f)`, and `scan`, which keeps all that
/// comes before.
Value Checker::callFold(CallSite &Call, const LibraryFunction &F,
                        const Type *Hint) {
  SourceRange R = Call.Range;
  bool IsScan = F.Id == Id::Scan;
  Sequence S;
  Applied Step;
  const syntax::Expr *Start =
      Call.Args.size() == 3 ? Call.Args[1].Value : nullptr;
  const syntax::Expr *Given = Call.Args.back().Value;
  bool Plain = isPlain(Given) && (!Start || isPlain(Start));
  bool Ok = Plain ? makeSequence(Call.Args[0].Value, F.Name, S)
                  : makeSource(Call.Args[0].Value, F.Name, S);
  if (!Ok)
    return Diverged ? neverValue() : errorValue();

  // The result so far; of the scope around, its type is known later.
  SlotId Acc = L.addTemp(Types.unit());
  size_t Depth = L.scopeDepth();
  const Type *T = nullptr;
  PlaceRef To;
  auto Known = [&](const Type *Is) {
    T = Is;
    L.setSlotType(Acc, T, Depth);
    To = L.local(Acc);
  };
  Value First = nullptr;
  LiteralClass StartClass;
  if (Start) {
    StartClass = classify(Start);
    if (!StartClass.IsLiteral) {
      First = check(Start, Hint && !IsScan ? Hint : nullptr);
      if (failed(First) || never(First))
        return First;
      First = L.load(L.bind(First, Start->Range));
    }
  }
  if (!makeApplied(Given, F.Name, Step))
    return Diverged ? neverValue() : errorValue();
  if (First) {
    Known(First->Ty);
    L.assign(To, First, R, /*IsInit=*/true);
  }

  bool Failed = false;
  // Acc becomes what the function makes of it and V.
  auto Advance = [&](Value V) {
    L.openScope(/*IsBlock=*/true);
    size_t Mark = L.mark();
    Value Next = apply(Step, {L.load(To), V}, T);
    if (!failed(Next) && never(Next)) {
      // Nothing to keep.
    } else if (!failed(Next) && Next->Ty != T) {
      Diags.report(Given->Range, diag::FunctionResult)
          << F.Name << T << Next->Ty;
      Failed = true;
    } else if (failed(Next)) {
      Failed = true;
    } else {
      L.assign(To, Next, R);
    }
    L.closeScope(Mark, R);
  };

  // Without a start, the first element is it. Of a plain array that is taken
  // in front of the loop, else where it comes.
  SlotId Seen = tast::NoSlot;
  bool Peels =
      !Start && !IsScan && S.Over && S.Over->Ty->isArray() &&
      static_cast<const ArrayType *>(S.Over->Ty)->rank() == 1 &&
      llvm::none_of(S.Stages, [](const Stage &E) { return E.IsFilter; });
  auto TrapIf = [&](Value Empty) {
    StmtVector Then;
    StmtVector *Before = L.capture(&Then);
    L.operation(tast::NoSlot, Operation::TrapEmpty, {}, R);
    L.capture(Before);
    L.ifThen(Empty, Then, {}, R);
  };
  if (Peels) {
    TrapIf(L.binary(tast::BinaryOp::Eq, L.dim(L.load(*S.Over), 0), L.i64(0)));
    size_t Mark = L.mark();
    L.openScope(/*IsBlock=*/true);
    Ok = applyStages(elementAt(S, L.i64(0)), S.Stages, nullptr, [&](Value V) {
      Known(V->Ty);
      L.assign(To, V, R, /*IsInit=*/true);
    });
    L.closeScope(Mark, R);
    if (!Ok)
      return errorValue();
    S.SkipFirst = true;
  } else if (!Start) {
    Seen = L.bind(L.boolean(false), R);
  }

  auto Setup = [&](const Iterated &It) {
    if (T)
      return;
    if (!Start)
      return Known(It.V->Ty);
    const Type *Wanted = firstParameter(Step);
    if (!Wanted && It.V->Ty->isNumeric())
      Wanted = It.V->Ty;
    Value V = literal(Start, literalType(StartClass, Wanted));
    Failed |= failed(V);
    if (Failed)
      return;
    Known(V->Ty);
    L.assign(To, V, R, /*IsInit=*/true);
  };
  auto Each = [&](const Iterated &It) {
    if (Failed)
      return;
    Value V = L.load(L.bindOnce(It.V, R));
    if (Seen == tast::NoSlot)
      return Advance(V);
    StmtVector Rest, Begin;
    StmtVector *Before = L.capture(&Rest);
    Advance(V);
    L.capture(&Begin);
    L.assign(To, V, R);
    L.assign(L.local(Seen), L.boolean(true), R);
    L.capture(Before);
    L.ifThen(L.load(Seen), Rest, Begin, R);
  };
  if (IsScan) {
    ArrayStep Keep;
    Keep.Setup = [&](const Iterated &It) {
      Setup(It);
      return T;
    };
    Keep.Each = [&](const Iterated &It) -> Value {
      Each(It);
      return Failed ? nullptr : L.load(To);
    };
    Value Array = buildArray(S, nullptr, R, &Keep);
    return Failed ? errorValue() : Array;
  }
  Ok = iterate(S, nullptr, Setup, Each);
  if (!Ok || Failed)
    return Diverged ? neverValue() : errorValue();
  if (Seen != tast::NoSlot)
    TrapIf(L.unary(tast::UnaryOp::Not, L.load(Seen)));
  return L.load(To);
}

//===----------------------------------------------------------------------===//
// Sorting

/// `sort_by(xs, before)` is a generic function of the prelude, which is
/// instantiated for the elements' type and, where it is known, for the
/// function: then it is called directly, and inlined by the optimiser.
Value Checker::callSortBy(CallSite &Call) {
  OperandList Operands(L, Call.Range);
  const syntax::Expr *Before = Call.Args[1].Value;
  Value Array = check(Call.Args[0].Value);
  if (failed(Array) || never(Array))
    return Array;
  if (!isArray(Call, 0, Array, 1))
    return errorValue();
  Operands.add(Array);
  const Type *T = static_cast<const ArrayType *>(Array->Ty)->element();
  const Type *Pair[] = {T, T};
  Value F = needsSignature(Before)
                ? checkFunctionValue(Before, Pair, Types.boolean())
                : check(Before, Types.function(Pair, Types.boolean()));
  if (failed(F) || never(F))
    return F;
  const Type *Wanted = Types.function(Pair, Types.boolean());
  if (F->Ty != Wanted) {
    if (!F->Ty->isFunction())
      Diags.report(Before->Range, diag::LibraryArgument)
          << Call.Callee.Text << "a function" << F->Ty;
    else
      Diags.report(Before->Range, diag::TypeMismatch) << Wanted << F->Ty;
    return errorValue();
  }
  Operands.add(F);
  FunctionInfo *Sort =
      P.sortFunction(T, targetOf(Operands[1]), Call.Range, Current);
  if (!Sort)
    return errorValue();
  return emitCall(Call, *Sort, Operands.values());
}

} // namespace jitrun::sema
