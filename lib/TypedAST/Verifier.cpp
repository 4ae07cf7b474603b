#include "TypedAST/Verifier.h"

#include "TypedAST/Printer.h"

#include <algorithm>

namespace jitrun::tast {

namespace {

class Verifier {
public:
  Verifier(const Module &M, const Function &F) : M(M), F(F) {}
  std::string run();

private:
  void fail(std::string What) {
    if (Problem.empty())
      Problem = F.Name + ": " + std::move(What);
  }
  void expect(bool Ok, const char *What, const Expr &E) {
    if (!Ok)
      fail(std::string(What) + ": " + print(M, F, E));
  }
  void expect(bool Ok, const char *What) {
    if (!Ok)
      fail(What);
  }
  void site(SiteId S, const char *What) {
    expect(S == NoSite || size_t(S) < F.Sites.size(), What);
  }
  void slot(SlotId S) {
    expect(size_t(S) < F.Locals.size(), "a slot that does not exist");
  }
  void expr(const Expr &E);
  void intrinsic(const IntrinsicExpr &E);
  void place(const Place &P);
  void index(const Expr &E) {
    expr(E);
    expect(E.Ty->isInteger(), "an index that is no integer", E);
  }
  /// True when control never reaches the end.
  bool list(StmtList List);
  bool stmt(const Stmt &S);
  void operation(const OperationStmt &S);
  /// Whether \p Id is what a value of type \p T may call.
  bool closureOf(FunctionId Id, const Type *T) const {
    const Function &Of = M.function(Id);
    if (!T->isFunction() || !Of.IsClosure || Of.Locals[0].Ty != T)
      return false;
    const auto &As = static_cast<const FunctionType &>(*T);
    if (Of.Parameters != As.parameters().size() + 1 || Of.Result != As.result())
      return false;
    for (size_t I = 0; I < As.parameters().size(); ++I)
      if (Of.Locals[I + 1].Ty != As.parameters()[I])
        return false;
    return true;
  }
  bool isOpen(LoopId Id) const {
    return std::find(Open.begin(), Open.end(), Id) != Open.end();
  }

  const Module &M;
  const Function &F;
  std::string Problem;
  std::vector<LoopId> Open;
  std::vector<LoopId> Broken;
};

void Verifier::expr(const Expr &E) {
  if (!Problem.empty())
    return;
  site(E.Site, "a site that does not exist");
  switch (E.Kind) {
  case ExprKind::IntConstant:
    return expect(E.Ty->isInteger() || E.Ty->isBool(), "an odd integer", E);
  case ExprKind::FloatConstant:
    return expect(E.Ty->isFloat(), "an odd float", E);
  case ExprKind::TextConstant:
    expect(E.Ty->isStr(), "an odd text", E);
    return expect(size_t(as<TextConstant>(E).Text) < M.Texts.size(),
                  "a text that does not exist");
  case ExprKind::UnitConstant:
    return expect(E.Ty->isUnit(), "a value of no type");
  case ExprKind::Zero:
    return expect(E.Ty->hasZero(), "a type without zero", E);
  case ExprKind::FunctionConstant: {
    const auto &C = as<FunctionConstant>(E);
    expect(size_t(C.Target) < M.Functions.size(), "an odd function");
    if (Problem.empty())
      expect(!M.function(C.Target).Captures && closureOf(C.Target, E.Ty),
             "an odd function value", E);
    return;
  }
  case ExprKind::Load: {
    const Place &P = *as<LoadExpr>(E).From;
    place(P);
    return expect(P.Ty == E.Ty, "a load of another type", E);
  }
  case ExprKind::Unary: {
    const auto &U = as<UnaryExpr>(E);
    expr(*U.Operand);
    const Type *T = U.Operand->Ty;
    bool Ok = U.Op == UnaryOp::Negate ? T->isNumeric()
              : U.Op == UnaryOp::Not  ? T->isBool()
                                      : T->isInteger();
    return expect(Ok && E.Ty == T, "an odd unary operator", E);
  }
  case ExprKind::Binary: {
    const auto &B = as<BinaryExpr>(E);
    expr(*B.Left);
    expr(*B.Right);
    const Type *T = B.Left->Ty;
    expect(T == B.Right->Ty, "operands of different types", E);
    if (isComparison(B.Op))
      return expect(E.Ty->isBool() && (T->isScalar() || T->isStr() ||
                                       (T->isAny() && E.Site != NoSite)),
                    "an odd comparison", E);
    bool Bits = B.Op >= BinaryOp::And && B.Op <= BinaryOp::Shr;
    expect(E.Ty == T && (Bits ? T->isInteger() || T->isBool() : T->isNumeric()),
           "an odd operator", E);
    if (T->isInteger() && (B.Op == BinaryOp::Div || B.Op == BinaryOp::Rem))
      expect(E.Site != NoSite, "a division without a site", E);
    if (B.Fused) {
      const Expr *Product = B.FusedLeft ? B.Left : B.Right;
      expect(T->isFloat() && Product->Kind == ExprKind::Binary &&
                 as<BinaryExpr>(*Product).Op == BinaryOp::Mul,
             "fused without a product", E);
    }
    return;
  }
  case ExprKind::Logical: {
    const auto &B = as<LogicalExpr>(E);
    expr(*B.Left);
    expr(*B.Right);
    return expect(E.Ty->isBool() && B.Left->Ty->isBool() &&
                      B.Right->Ty->isBool(),
                  "an odd logical operator", E);
  }
  case ExprKind::Convert: {
    const Expr &Of = *as<ConvertExpr>(E).Operand;
    expr(Of);
    return expect(E.Ty->isNumeric() && Of.Ty->isScalar(), "an odd conversion",
                  E);
  }
  case ExprKind::IntrinsicCall:
    return intrinsic(as<IntrinsicExpr>(E));
  case ExprKind::Aggregate: {
    auto Parts = as<AggregateExpr>(E).Parts;
    for (const Expr *Part : Parts)
      expr(*Part);
    if (E.Ty->kind() == TypeKind::FixedArray) {
      const auto &T = static_cast<const FixedArrayType &>(*E.Ty);
      expect(Parts.size() == T.count(), "too many or too few parts", E);
      for (const Expr *Part : Parts)
        expect(Part->Ty == T.element(), "a part of another type", E);
      return;
    }
    expect(E.Ty->kind() == TypeKind::Tuple || E.Ty->kind() == TypeKind::Struct,
           "an odd aggregate");
    if (!Problem.empty())
      return;
    auto Fields = static_cast<const RecordType &>(*E.Ty).fields();
    expect(Parts.size() == Fields.size(), "too many or too few parts", E);
    for (size_t I = 0; Problem.empty() && I < Parts.size(); ++I)
      expect(Parts[I]->Ty == Fields[I].Ty, "a part of another type", E);
    return;
  }
  case ExprKind::Variant: {
    const auto &V = as<VariantExpr>(E);
    for (const Expr *Part : V.Parts)
      expr(*Part);
    expect(E.Ty->isEnum() &&
               V.Number <
                   static_cast<const EnumType &>(*E.Ty).variants().size(),
           "an odd variant");
    if (!Problem.empty())
      return;
    std::span<const Field> Payload =
        static_cast<const EnumType &>(*E.Ty).variant(V.Number).Payload;
    expect(V.Parts.size() == Payload.size(), "too many or too few parts", E);
    for (size_t I = 0; Problem.empty() && I < V.Parts.size(); ++I)
      expect(V.Parts[I]->Ty == Payload[I].Ty, "a part of another type", E);
    return;
  }
  case ExprKind::Tag: {
    const Place &P = *as<TagExpr>(E).Of;
    place(P);
    return expect(E.Ty->kind() == TypeKind::U32 && P.Ty && P.Ty->isEnum(),
                  "an odd tag", E);
  }
  case ExprKind::FixedFill: {
    const Expr &Of = *as<FixedFillExpr>(E).Value;
    expr(Of);
    return expect(E.Ty->kind() == TypeKind::FixedArray &&
                      static_cast<const FixedArrayType &>(*E.Ty).element() ==
                          Of.Ty,
                  "an odd fill", E);
  }
  case ExprKind::ToAny: {
    const Expr &Of = *as<ToAnyExpr>(E).Operand;
    expr(Of);
    return expect(E.Ty->isAny() && !Of.Ty->isAggregate() && !Of.Ty->isNever(),
                  "an odd any", E);
  }
  case ExprKind::AnyCast: {
    const Expr &Of = *as<AnyCastExpr>(E).Operand;
    expr(Of);
    return expect(Of.Ty->isAny() && !E.Ty->isAny() && !E.Ty->isNever(),
                  "an odd cast", E);
  }
  case ExprKind::AnyIs: {
    const Expr &Of = *as<AnyIsExpr>(E).Operand;
    expr(Of);
    return expect(Of.Ty->isAny() && E.Ty->isBool(), "an odd test", E);
  }
  }
}

void Verifier::intrinsic(const IntrinsicExpr &E) {
  for (const Expr *Operand : E.Operands)
    expr(*Operand);
  if (!Problem.empty())
    return;
  auto Count = [&](size_t N) {
    expect(E.Operands.size() == N, "an intrinsic with odd operands", E);
    return Problem.empty();
  };
  auto Same = [&](size_t N, bool (Type::*Is)() const) {
    if (!Count(N))
      return;
    for (const Expr *Operand : E.Operands)
      expect(Operand->Ty == E.Ty && (E.Ty->*Is)(), "an odd intrinsic", E);
  };
  Intrinsic W = E.Which;
  if (W <= Intrinsic::RoundEven)
    return Same(1, &Type::isFloat);
  if (W <= Intrinsic::Copysign)
    return Same(2, &Type::isFloat);
  if (W == Intrinsic::Fma)
    return Same(3, &Type::isFloat);
  if (W <= Intrinsic::Sign)
    return Same(1, &Type::isNumeric);
  if (W <= Intrinsic::Max2)
    return Same(2, &Type::isNumeric);
  if (W == Intrinsic::Clamp)
    return Same(3, &Type::isNumeric);
  if (W <= Intrinsic::F32FromBits) {
    if (Count(1))
      expect(E.Operands[0]->Ty->isScalar(), "an odd intrinsic", E);
    return;
  }
  if (W <= Intrinsic::Bswap)
    return Same(1, &Type::isInteger);
  if (W <= Intrinsic::Rotr)
    return Same(2, &Type::isInteger);
  switch (W) {
  case Intrinsic::Dim:
    if (Count(2))
      expect(E.Operands[0]->Ty->isArray() &&
                 E.Operands[1]->Ty->kind() == TypeKind::I64,
             "an odd intrinsic", E);
    return;
  case Intrinsic::StrIndex:
    if (Count(2))
      expect(E.Operands[0]->Ty->isStr() &&
                 E.Operands[1]->Ty->kind() == TypeKind::I64 && E.Site != NoSite,
             "an odd intrinsic", E);
    return;
  case Intrinsic::StrLen:
  case Intrinsic::ParseI64:
  case Intrinsic::ParseF64:
    if (Count(1))
      expect(E.Operands[0]->Ty->isStr(), "an odd intrinsic", E);
    return;
  case Intrinsic::Clock:
  case Intrinsic::Args:
    Count(0);
    return;
  case Intrinsic::Dot:
    if (Count(2))
      expect(E.Operands[0]->Ty->isArray() &&
                 E.Operands[0]->Ty == E.Operands[1]->Ty,
             "an odd intrinsic", E);
    return;
  default: // Reductions.
    if (Count(1))
      expect(E.Operands[0]->Ty->isArray(), "an odd intrinsic", E);
  }
}

void Verifier::place(const Place &P) {
  if (!Problem.empty())
    return;
  site(P.Site, "a site that does not exist");
  const Type *T = P.BaseTy;
  switch (P.Base) {
  case PlaceBase::Local:
    slot(P.Slot);
    if (Problem.empty())
      expect(F.Locals[size_t(P.Slot)].Ty == T, "a slot of another type");
    break;
  case PlaceBase::Constant:
    expect(size_t(P.Constant) < M.Constants.size() &&
               M.Constants[size_t(P.Constant)].Ty == T,
           "an odd constant");
    break;
  case PlaceBase::Capture:
    expect(F.Captures && P.Capture < F.Captures->fields().size() &&
               F.Captures->field(P.Capture).Ty == T,
           "an odd capture");
    break;
  case PlaceBase::Element: {
    expr(*P.Array);
    for (const Expr *Index : P.Indices)
      index(*Index);
    expect(P.Array->Ty->isArray(), "an element of no array", *P.Array);
    if (!Problem.empty())
      return;
    const auto &A = static_cast<const ArrayType &>(*P.Array->Ty);
    expect(A.element() == T, "an element of another type");
    expect(P.Indices.size() == (P.Linear ? 1 : A.rank()),
           "an odd number of indices");
    expect(P.Unchecked || P.Site != NoSite, "a check without a site");
    break;
  }
  }
  for (const Projection &Step : P.Projections) {
    if (!Problem.empty())
      return;
    if (Step.Index) {
      index(*Step.Index);
      expect(T->kind() == TypeKind::FixedArray &&
                 static_cast<const FixedArrayType &>(*T).element() == Step.Ty,
             "an odd projection");
      expect(Step.Unchecked || Step.Site != NoSite, "a check without a site");
    } else if (Step.Variant != NoVariant) {
      expect(T->isEnum() &&
                 Step.Variant <
                     static_cast<const EnumType &>(*T).variants().size(),
             "an odd projection");
      if (!Problem.empty())
        return;
      const Variant &V =
          static_cast<const EnumType &>(*T).variant(Step.Variant);
      expect(Step.Field < V.Payload.size() &&
                 V.Payload[Step.Field].Ty == Step.Ty,
             "an odd projection");
    } else {
      bool Record =
          T->kind() == TypeKind::Struct || T->kind() == TypeKind::Tuple;
      expect(Record &&
                 Step.Field <
                     static_cast<const RecordType &>(*T).fields().size() &&
                 static_cast<const RecordType &>(*T).field(Step.Field).Ty ==
                     Step.Ty,
             "an odd projection");
    }
    T = Step.Ty;
  }
  expect(T == P.Ty, "a place of another type");
}

bool Verifier::list(StmtList List) {
  bool Ends = false;
  for (const Stmt *S : List)
    Ends |= stmt(*S);
  return Ends;
}

void Verifier::operation(const OperationStmt &S) {
  site(S.Site, "a site that does not exist");
  expect(S.Site != NoSite, "an operation without a site");
  for (const Expr *Operand : S.Operands)
    expr(*Operand);
  if (S.Dest != NoSlot)
    slot(S.Dest);
  if (!Problem.empty())
    return;
  const Type *Dest = S.Dest == NoSlot ? nullptr : F.Locals[size_t(S.Dest)].Ty;
  switch (S.Which) {
  case Operation::NewArray:
    expect(Dest && Dest->isArray() &&
               static_cast<const ArrayType &>(*Dest).rank() ==
                   S.Operands.size(),
           "an odd new array");
    for (const Expr *Size : S.Operands)
      expect(Size->Ty->kind() == TypeKind::I64, "an odd size", *Size);
    return;
  case Operation::Slice: {
    size_t Count = 1, Rank = 0;
    for (const SliceDimension &D : S.Slice) {
      Count += D.IsIndex + D.HasLo + D.HasHi + D.HasStep;
      Rank += !D.IsIndex;
    }
    expect(Count == S.Operands.size() && Dest && Dest->isArray() &&
               static_cast<const ArrayType &>(*Dest).rank() == Rank,
           "an odd slice");
    return;
  }
  case Operation::MakeClosure: {
    expect(size_t(S.Target) < M.Functions.size(), "an odd function");
    if (!Problem.empty())
      return;
    const RecordType *Captures = M.function(S.Target).Captures;
    expect(Dest && Captures && closureOf(S.Target, Dest) &&
               Captures->fields().size() == S.Operands.size(),
           "an odd closure");
    for (size_t I = 0; Problem.empty() && I < S.Operands.size(); ++I)
      expect(S.Operands[I]->Ty == Captures->field(uint32_t(I)).Ty,
             "an odd capture", *S.Operands[I]);
    return;
  }
  case Operation::Format:
    return expect(S.Formats.size() == S.Operands.size() && Dest &&
                      Dest->isStr(),
                  "an odd format");
  case Operation::StrConcat:
    return expect(S.Operands.size() == 2 && S.Operands[0]->Ty->isStr() &&
                      S.Operands[1]->Ty->isStr() && Dest && Dest->isStr(),
                  "an odd join of texts");
  case Operation::BoxAny:
    return expect(S.Operands.size() == 1 && S.Operands[0]->Ty->isAggregate() &&
                      !S.Operands[0]->Ty->isAny() && Dest && Dest->isAny(),
                  "an odd box");
  case Operation::AnyBinary:
  case Operation::AnyUnary: {
    size_t Count = S.Which == Operation::AnyBinary ? 2 : 1;
    expect(S.Operands.size() == Count && Dest && Dest->isAny() &&
               (Count == 1 ? S.Operator > abi::AnyOperator::Ge
                           : S.Operator < abi::AnyOperator::Eq),
           "an odd operator on any");
    for (const Expr *Operand : S.Operands)
      expect(Operand->Ty->isAny(), "an odd operand", *Operand);
    return;
  }
  case Operation::StableSource:
    return expect(S.Operands.size() == 2 && Dest == S.Operands[0]->Ty &&
                      Dest == S.Operands[1]->Ty,
                  "an odd source");
  case Operation::Fill:
    return expect(
        S.Operands.size() == 2 && S.Operands[0]->Ty->isArray() &&
            static_cast<const ArrayType &>(*S.Operands[0]->Ty).element() ==
                S.Operands[1]->Ty,
        "an odd fill");
  default:
    return;
  }
}

bool Verifier::stmt(const Stmt &S) {
  if (!Problem.empty())
    return false;
  auto Arguments = [&](std::span<const Expr *const> Given, SlotId Dest,
                       SiteId Site, const Type *Result, auto ParameterType,
                       size_t Count) {
    expect(Site != NoSite, "a call without a site");
    site(Site, "a site that does not exist");
    expect(Given.size() == Count, "an odd number of arguments");
    for (size_t I = 0; Problem.empty() && I < Given.size(); ++I) {
      expr(*Given[I]);
      expect(Given[I]->Ty == ParameterType(I), "an odd argument", *Given[I]);
      expect(!onlyMemoryOwns(*Given[I]), "an argument that only memory owns",
             *Given[I]);
    }
    if (Dest == NoSlot)
      return;
    slot(Dest);
    if (Problem.empty())
      expect(F.Locals[size_t(Dest)].Ty == Result, "a result of another type");
  };
  switch (S.Kind) {
  case StmtKind::Assign: {
    const auto &A = as<AssignStmt>(S);
    expr(*A.Value);
    place(*A.Target);
    expect(A.Target->Ty == A.Value->Ty, "an assignment of another type",
           *A.Value);
    expect(A.Target->Base != PlaceBase::Local ||
               size_t(A.Target->Slot) >= F.Parameters,
           "an assignment to a parameter");
    expect(A.Target->Base != PlaceBase::Constant,
           "an assignment to a constant");
    expect(A.Target->Base != PlaceBase::Capture, "an assignment to a capture");
    return false;
  }
  case StmtKind::MultiAssign: {
    const auto &A = as<MultiAssignStmt>(S);
    expect(A.Targets.size() == A.Values.size(), "odd targets");
    for (size_t I = 0; Problem.empty() && I < A.Targets.size(); ++I) {
      place(*A.Targets[I]);
      expr(*A.Values[I]);
      expect(A.Targets[I]->Ty == A.Values[I]->Ty,
             "an assignment of another type", *A.Values[I]);
    }
    return false;
  }
  case StmtKind::OpAssign: {
    const auto &A = as<OpAssignStmt>(S);
    expr(*A.Value);
    place(*A.Target);
    expect(A.Target->Ty == A.Value->Ty && A.Value->Ty->isScalar(),
           "an odd assignment", *A.Value);
    site(A.Site, "a site that does not exist");
    return false;
  }
  case StmtKind::Eval:
    expr(*as<EvalStmt>(S).Value);
    return false;
  case StmtKind::Call: {
    const auto &C = as<CallStmt>(S);
    expect(size_t(C.Callee) < M.Functions.size(), "an odd callee");
    if (!Problem.empty())
      return false;
    const Function &Callee = M.function(C.Callee);
    Arguments(
        C.Arguments, C.Dest, C.Site, Callee.Result,
        [&](size_t I) { return Callee.Locals[I].Ty; }, Callee.Parameters);
    return false;
  }
  case StmtKind::CallValue: {
    const auto &C = as<CallValueStmt>(S);
    expr(*C.Callee);
    expect(C.Callee->Ty->isFunction(), "a call of no function", *C.Callee);
    if (!Problem.empty())
      return false;
    if (C.Callee->Kind == ExprKind::Load)
      expect(as<LoadExpr>(*C.Callee).From->Base != PlaceBase::Element,
             "a callee that only memory owns", *C.Callee);
    const auto &T = static_cast<const FunctionType &>(*C.Callee->Ty);
    Arguments(
        C.Arguments, C.Dest, C.Site, T.result(),
        [&](size_t I) { return T.parameters()[I]; }, T.parameters().size());
    return false;
  }
  case StmtKind::ExternCall: {
    const auto &C = as<ExternCallStmt>(S);
    expect(size_t(C.Callee) < M.Externs.size(), "an odd callee");
    if (!Problem.empty())
      return false;
    const ExternFunction &Callee = M.Externs[size_t(C.Callee)];
    Arguments(
        C.Arguments, C.Dest, C.Site, Callee.Result,
        [&](size_t I) { return Callee.Parameters[I]; },
        Callee.Parameters.size());
    return false;
  }
  case StmtKind::Operation:
    operation(as<OperationStmt>(S));
    return false;
  case StmtKind::If: {
    const auto &I = as<IfStmt>(S);
    expr(*I.Condition);
    expect(I.Condition->Ty->isBool(), "an odd condition", *I.Condition);
    bool Then = list(I.Then), Else = list(I.Else);
    return Then && Else;
  }
  case StmtKind::While: {
    const auto &W = as<WhileStmt>(S);
    list(W.Prelude);
    expr(*W.Condition);
    expect(W.Condition->Ty->isBool(), "an odd condition", *W.Condition);
    Open.push_back(W.Loop);
    list(W.Body);
    Open.pop_back();
    return false;
  }
  case StmtKind::ForRange: {
    const auto &R = as<ForRangeStmt>(S);
    slot(R.Variable);
    if (!Problem.empty())
      return false;
    const Type *T = F.Locals[size_t(R.Variable)].Ty;
    expr(*R.Lo);
    expr(*R.Hi);
    expect(T->isInteger() && R.Lo->Ty == T && R.Hi->Ty == T, "odd bounds");
    if (R.Step) {
      expr(*R.Step);
      expect(R.Step->Ty->isSigned() && R.Step->Ty->bits() == T->bits() &&
                 R.Site != NoSite,
             "an odd step", *R.Step);
    }
    Open.push_back(R.Loop);
    list(R.Body);
    Open.pop_back();
    return false;
  }
  case StmtKind::Loop: {
    const auto &L = as<LoopStmt>(S);
    Open.push_back(L.Loop);
    list(L.Body);
    Open.pop_back();
    return std::find(Broken.begin(), Broken.end(), L.Loop) == Broken.end();
  }
  case StmtKind::Break:
    expect(isOpen(as<BreakStmt>(S).Loop), "a break of no loop");
    Broken.push_back(as<BreakStmt>(S).Loop);
    return true;
  case StmtKind::Continue:
    expect(isOpen(as<ContinueStmt>(S).Loop), "a continue of no loop");
    return true;
  case StmtKind::Return: {
    const Expr *V = as<ReturnStmt>(S).Value;
    expect((V == nullptr) == F.Result->isUnit(), "an odd return");
    if (V) {
      expr(*V);
      expect(V->Ty == F.Result, "a result of another type", *V);
    }
    return true;
  }
  case StmtKind::Block: {
    const auto &B = as<BlockStmt>(S);
    for (SlotId Owned : B.Scope) {
      slot(Owned);
      if (Problem.empty())
        expect(F.Locals[size_t(Owned)].Ty->isCounted() &&
                   size_t(Owned) >= F.Parameters,
               "a scope with an odd slot");
    }
    return list(B.Body);
  }
  }
  return false;
}

std::string Verifier::run() {
  for (const Local &L : F.Locals)
    expect(L.Ty->kind() != TypeKind::Error && !L.Ty->isNever(),
           "a slot without a type");
  if (!list(F.Body))
    fail("a way out without a return");
  return Problem;
}

} // namespace

std::string verify(const Module &M) {
  for (const auto &F : M.Functions)
    if (std::string Problem = Verifier(M, *F).run(); !Problem.empty())
      return Problem;
  return {};
}

} // namespace jitrun::tast
