#include "Builder.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace jitrun;
using namespace jitrun::test;

namespace {

/// A function that makes an array in slot 0 of its locals, then gives E.
struct ArrayFunction {
  Builder B;
  Function &F;
  SlotId A;
  std::vector<const Stmt *> Body;

  ArrayFunction(TypeKind Element, unsigned Rank)
      : F(B.function({}, B.I64)),
        A(B.local(F, B.M.Types.array(B.type(Element), Rank))) {}
  /// iota(n), reshaped.
  ArrayFunction(std::vector<int64_t> Shape)
      : ArrayFunction(TypeKind::I64, unsigned(Shape.size())) {
    SlotId Flat = B.local(F, B.M.Types.array(B.I64, 1));
    int64_t N = 1;
    std::vector<const Expr *> O = {B.load(F, Flat)};
    for (int64_t L : Shape) {
      N *= L;
      O.push_back(B.integer(L));
    }
    Body = {B.operation(Flat, Operation::Iota, {B.integer(N)}),
            B.operation(A, Operation::Reshape, O)};
  }
  const Expr *array() { return B.load(F, A); }
  Outcome give(const Expr *E) {
    std::vector<const Stmt *> All = Body;
    All.push_back(B.give(E));
    F.Result = E->Ty;
    F.Body = B.list(All);
    return B.run(F);
  }
};

} // namespace

TEST_CASE("elements are found by their strides and checked by dimension") {
  struct {
    std::vector<int64_t> Index;
    int64_t Value;
    const char *Trap;
  } Cases[] = {
      {{0, 0}, 0, ""},
      {{1, 2}, 6, ""},
      {{2, 3}, 11, ""},
      {{3, 0}, 0, "index@5"},
      {{0, 4}, 0, "index@5"},
      {{-1, 0}, 0, "index@5"},
      {{0, INT64_MIN}, 0, "index@5"},
  };
  for (auto &C : Cases) {
    ArrayFunction T({3, 4});
    Outcome O = T.give(T.B.load(T.B.element(
        T.array(), {T.B.integer(C.Index[0]), T.B.integer(C.Index[1])}, 5)));
    CHECK(O.Trap == C.Trap);
    CHECK(int64_t(O.Cell) == C.Value);
    CHECK(O.Leaked == 0);
  }
}

TEST_CASE("indices of any integer type are extended by their sign") {
  auto At = [](TypeKind Kind, int64_t Index) {
    ArrayFunction T({300});
    return T.give(T.B.load(
        T.B.element(T.array(), {T.B.integer(T.B.type(Kind), Index)}, 5)));
  };
  CHECK(At(TypeKind::U8, 255).Cell == 255);
  CHECK(At(TypeKind::I8, -1).Trap == "index@5");
  CHECK(At(TypeKind::U64, -1).Trap == "index@5");
}

TEST_CASE("all operands come before all checks, those in order") {
  // a[9, 1 / 0]: the division is an operand.
  ArrayFunction T({2, 2});
  Builder &B = T.B;
  const Expr *Division = B.binary(BinaryOp::Div, B.integer(1), B.integer(0), 6);
  CHECK(
      T.give(B.load(B.element(T.array(), {B.integer(9), Division}, 5))).Trap ==
      "division@6");
}

TEST_CASE("fixed arrays in elements are indexed and checked") {
  Builder B;
  const FixedArrayType *Fixed = B.M.Types.fixedArray(B.I64, 3);
  Function &F = B.function({B.I64}, B.I64);
  SlotId S = B.local(F, Fixed);
  auto At = [&](const Expr *Index) {
    return B.project(B.place(F, S),
                     {{.Ty = B.I64, .Index = Index, .Site = SiteId(4)}});
  };
  F.Body = B.list(
      {B.assign(B.place(F, S), B.M.make<FixedFillExpr>(Fixed, B.integer(7))),
       B.opAssign(BinaryOp::Mul, At(B.load(F, 0)), B.integer(2)),
       B.give(B.binary(BinaryOp::Add, B.load(At(B.integer(0))),
                       B.load(At(B.load(F, 0)))))});
  CHECK(B.run(F, {2}).Cell == 21);
  CHECK(B.run(F, {3}).Trap == "index@4");
}

TEST_CASE("a slice passes the bits of each dimension") {
  // a[1, 0..3 by 2]
  ArrayFunction T({3, 4});
  Builder &B = T.B;
  SlotId V = B.local(T.F, B.M.Types.array(B.I64, 1));
  OperationStmt *S = B.operation(
      V, Operation::Slice,
      {T.array(), B.integer(1), B.integer(0), B.integer(3), B.integer(2)}, 3);
  SliceDimension Dimensions[] = {
      {.IsIndex = true}, {.HasLo = true, .HasHi = true, .HasStep = true}};
  S->Slice = B.M.copy(std::span<const SliceDimension>(Dimensions));
  T.Body.push_back(S);
  Outcome O = T.give(B.intrinsic(B.I64, Intrinsic::Sum, {B.load(T.F, V)}));
  CHECK(O.Cell == 4 + 6);
  CHECK(O.Leaked == 0);
}

TEST_CASE("reductions of integers") {
  struct {
    Intrinsic Which;
    int64_t Result;
  } Cases[] = {
      {Intrinsic::Sum, 15},  {Intrinsic::Prod, 0},   {Intrinsic::MinOf, 0},
      {Intrinsic::MaxOf, 5}, {Intrinsic::ArgMin, 0}, {Intrinsic::ArgMax, 5},
  };
  for (auto &C : Cases) {
    ArrayFunction T({2, 3});
    CHECK(int64_t(T.give(T.B.intrinsic(T.B.I64, C.Which, {T.array()})).Cell) ==
          C.Result);
  }
  for (Intrinsic W : {Intrinsic::MinOf, Intrinsic::MaxOf, Intrinsic::ArgMin,
                      Intrinsic::ArgMax, Intrinsic::Mean}) {
    ArrayFunction T({0, 3});
    const Type *Result = W == Intrinsic::Mean ? T.B.F64 : T.B.I64;
    CHECK(T.give(T.B.intrinsic(Result, W, {T.array()}, 2)).Trap == "empty@2");
  }
}

TEST_CASE("sums of floats have the runtime's bits") {
  // a[i] = 1 / (i + 1), strided and not.
  ArrayFunction T(TypeKind::F64, 1);
  Builder &B = T.B;
  SlotId I = B.local(T.F, B.I64);
  const Expr *Value = B.binary(
      BinaryOp::Div, B.floating(1),
      B.M.make<ConvertExpr>(
          B.F64, B.binary(BinaryOp::Add, B.load(T.F, I), B.integer(1))));
  T.Body = {
      B.operation(T.A, Operation::NewArray, {B.integer(1000)}),
      B.M.make<ForRangeStmt>(
          SourceRange(), LoopId(0), I, false, NoSite, B.integer(0),
          B.integer(1000), nullptr,
          B.list({B.assign(B.element(T.array(), {B.load(T.F, I)}), Value)}))};
  double P[32] = {};
  for (int J = 0; J < 1000; ++J)
    P[J % 32] += 1.0 / (J + 1);
  for (int N = 16; N; N /= 2)
    for (int K = 0; K < N; ++K)
      P[K] += P[K + N];
  CHECK(T.give(B.intrinsic(B.F64, Intrinsic::Sum, {T.array()})).Cell ==
        bits(P[0]));
  CHECK(T.give(B.intrinsic(B.F64, Intrinsic::Mean, {T.array()})).Cell ==
        bits(P[0] / 1000));
}

TEST_CASE("dimensions") {
  ArrayFunction T({3, 4});
  auto Dim = [&](int64_t D) {
    return T.give(
        T.B.intrinsic(T.B.I64, Intrinsic::Dim, {T.array(), T.B.integer(D)}, 2));
  };
  CHECK(Dim(0).Cell == 3);
  CHECK(Dim(1).Cell == 4);
  CHECK(Dim(2).Trap == "index@2");
  CHECK(Dim(-1).Trap == "index@2");
}

TEST_CASE("print writes to the caller's hook") {
  ArrayFunction T({2, 2});
  Builder &B = T.B;
  T.Body.push_back(B.operation(NoSlot, Operation::Println,
                               {T.array(), B.floating(2), B.text("x")}));
  CHECK(T.give(B.integer(0)).Output == "[[0, 1], [2, 3]] 2.0 x\n");
}

TEST_CASE("operations trap at their own site, their operands at theirs") {
  auto Trap = [](Operation W, auto Operands) {
    ArrayFunction T({4});
    SlotId R = T.B.local(T.F, T.B.M.Types.array(T.B.I64, 1));
    T.Body.push_back(T.B.operation(R, W, Operands(T), 7));
    return T.give(T.B.integer(0)).Trap;
  };
  using Operands = std::vector<const Expr *>;
  CHECK(Trap(Operation::NewArray, [](ArrayFunction &T) {
          return Operands{T.B.integer(-1)};
        }) == "size@7");
  CHECK(Trap(Operation::NewArray, [](ArrayFunction &T) {
          return Operands{
              T.B.binary(BinaryOp::Div, T.B.integer(1), T.B.integer(0), 9)};
        }) == "division@9");
  CHECK(Trap(Operation::Reshape, [](ArrayFunction &T) {
          return Operands{T.array(), T.B.integer(5)};
        }) == "shape@7");
}
