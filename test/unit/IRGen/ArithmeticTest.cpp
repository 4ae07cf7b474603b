// Integer and float arithmetic of both tiers against C++'s.

#include "TestProgram.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using namespace jitrun;
using namespace jitrun::test;
using namespace jitrun::tast;

namespace {

template <class T> constexpr TypeKind kindOf() {
  if constexpr (std::is_same_v<T, int8_t>)
    return TypeKind::I8;
  else if constexpr (std::is_same_v<T, int16_t>)
    return TypeKind::I16;
  else if constexpr (std::is_same_v<T, int32_t>)
    return TypeKind::I32;
  else if constexpr (std::is_same_v<T, int64_t>)
    return TypeKind::I64;
  else if constexpr (std::is_same_v<T, uint8_t>)
    return TypeKind::U8;
  else if constexpr (std::is_same_v<T, uint16_t>)
    return TypeKind::U16;
  else if constexpr (std::is_same_v<T, uint32_t>)
    return TypeKind::U32;
  else if constexpr (std::is_same_v<T, uint64_t>)
    return TypeKind::U64;
  else if constexpr (std::is_same_v<T, float>)
    return TypeKind::F32;
  else
    return TypeKind::F64;
}

template <class T> uint64_t cellOf(T V) {
  if constexpr (std::is_floating_point_v<T>) {
    uint64_t Cell = 0;
    std::memcpy(&Cell, &V, sizeof V);
    return Cell;
  } else {
    return uint64_t(int64_t(V)); // Sign-extends the signed ones.
  }
}

template <class T> std::vector<T> samples() {
  using L = std::numeric_limits<T>;
  std::vector<T> V = {T(0),
                      T(1),
                      T(2),
                      T(3),
                      T(7),
                      T(10),
                      T(100),
                      L::max(),
                      T(L::max() - 1),
                      L::lowest(),
                      T(L::lowest() + 1)};
  if (L::is_signed)
    for (T X : {T(1), T(2), T(5), T(100)})
      V.push_back(T(-X));
  return V;
}

/// What `L op R` is: a value, or a trap.
template <class T>
std::optional<T> expected(BinaryOp Op, T L, T R, abi::TrapKind &Trap) {
  using U = std::make_unsigned_t<T>;
  using Wide = uint64_t;
  constexpr unsigned Bits = sizeof(T) * 8;
  unsigned Count = unsigned(U(R) & (Bits - 1));
  switch (Op) {
  case BinaryOp::Add:
    return T(Wide(L) + Wide(R));
  case BinaryOp::Sub:
    return T(Wide(L) - Wide(R));
  case BinaryOp::Mul:
    return T(Wide(L) * Wide(R));
  case BinaryOp::Div:
  case BinaryOp::Rem:
    if (R == 0) {
      Trap = abi::TrapKind::DivideByZero;
      return {};
    }
    if constexpr (std::is_signed_v<T>)
      if (R == -1) {
        if (Op == BinaryOp::Rem)
          return T(0);
        if (L == std::numeric_limits<T>::lowest()) {
          Trap = abi::TrapKind::DivideOverflow;
          return {};
        }
      }
    return Op == BinaryOp::Div ? T(L / R) : T(L % R);
  case BinaryOp::Pow: {
    if constexpr (std::is_signed_v<T>)
      if (R < 0) {
        Trap = abi::TrapKind::NegativeExponent;
        return {};
      }
    Wide Result = 1, Power = Wide(L);
    for (U E = U(R); E; E >>= 1) {
      if (E & 1)
        Result *= Power;
      Power *= Power;
    }
    return T(Result);
  }
  case BinaryOp::And:
    return T(L & R);
  case BinaryOp::Or:
    return T(L | R);
  case BinaryOp::Xor:
    return T(L ^ R);
  case BinaryOp::Shl:
    return T(Wide(U(L)) << Count);
  case BinaryOp::Shr:
    return T(L >> Count);
  case BinaryOp::Eq:
    return T(L == R);
  case BinaryOp::Ne:
    return T(L != R);
  case BinaryOp::Lt:
    return T(L < R);
  case BinaryOp::Le:
    return T(L <= R);
  case BinaryOp::Gt:
    return T(L > R);
  case BinaryOp::Ge:
    return T(L >= R);
  }
  return {};
}

constexpr BinaryOp AllOps[] = {
#define JITRUN_BINARY(Name, Spelling) BinaryOp::Name,
#include "TypedAST/Operators.def"
};

} // namespace

TEMPLATE_TEST_CASE("Integer operators wrap, trap and compare as the language "
                   "says",
                   "", int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t,
                   uint32_t, uint64_t) {
  TestProgram P;
  const Type *T = P.type(kindOf<TestType>());
  std::vector<TestType> Values = samples<TestType>();
  // One function for each operator, and one for each with a constant right.
  std::vector<std::vector<FunctionId>> WithConstant;
  for (BinaryOp Op : AllOps) {
    const Type *Result = isComparison(Op) ? P.type(TypeKind::Bool) : T;
    Function &F = P.function({T, T}, Result);
    F.Body = P.list(
        {P.give(P.binary(Op, P.load(F, SlotId(0)), P.load(F, SlotId(1))))});
    std::vector<FunctionId> &Row = WithConstant.emplace_back();
    for (TestType R : Values) {
      Function &G = P.function({T}, Result);
      G.Body = P.list({P.give(
          P.binary(Op, P.load(G, SlotId(0)), P.integer(T, cellOf(R))))});
      Row.push_back(G.Id);
    }
  }
  for (irgen::Tier Tier : {irgen::Tier::Baseline, irgen::Tier::Optimized}) {
    P.compile(Tier);
    size_t Wrong = 0;
    for (size_t I = 0; I < std::size(AllOps); ++I)
      for (TestType L : Values)
        for (size_t J = 0; J < Values.size(); ++J) {
          TestType R = Values[J];
          abi::TrapKind Trap = abi::TrapKind::None;
          std::optional<TestType> Want = expected(AllOps[I], L, R, Trap);
          FunctionId General = FunctionId(size_t(WithConstant[I][0]) - 1);
          for (bool Constant : {false, true}) {
            Outcome O = Constant ? P.call(WithConstant[I][J], {cellOf(L)})
                                 : P.call(General, {cellOf(L), cellOf(R)});
            bool Good =
                Want ? !O.Trap && O.Result == cellOf(*Want) : O.Trap == Trap;
            if (!Good && ++Wrong < 10) {
              CAPTURE(size_t(Tier), I, int64_t(L), int64_t(R), Constant,
                      O.Result, O.Trap.has_value());
              CHECK(Good);
            }
          }
        }
    CHECK(Wrong == 0);
  }
}

TEMPLATE_TEST_CASE("A range runs as often as its bounds say", "", int8_t,
                   int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t,
                   uint64_t) {
  using Step = std::make_signed_t<TestType>;
  TestProgram P;
  const Type *T = P.type(kindOf<TestType>());
  const Type *StepType = P.type(kindOf<Step>());
  const Type *I64 = P.type(TypeKind::I64);
  std::vector<Step> Steps = {1,
                             -1,
                             2,
                             -2,
                             3,
                             -3,
                             100,
                             std::numeric_limits<Step>::max(),
                             std::numeric_limits<Step>::lowest()};
  // Sums up something of each iteration, and leaves when that gets large.
  auto Make = [&](bool Inclusive, std::optional<Step> Constant) {
    Function &F =
        Constant ? P.function({T, T}, I64) : P.function({T, T, StepType}, I64);
    SlotId Count = P.local(F, I64), I = P.local(F, T);
    F.LoopCount = 1;
    const Expr *By = Constant ? P.integer(StepType, cellOf(*Constant))
                              : P.load(F, SlotId(2));
    auto *Stop = P.module().make<IfStmt>(
        SourceRange(),
        P.binary(BinaryOp::Gt, P.load(F, Count), P.integer(I64, 5000)),
        P.list({P.module().make<BreakStmt>(SourceRange(), LoopId(0))}),
        StmtList());
    const Expr *Mixed =
        P.binary(BinaryOp::Add, P.load(F, Count),
                 P.binary(BinaryOp::And, P.convert(I64, P.load(F, I)),
                          P.integer(I64, 7)));
    const Stmt *Loop = P.module().make<ForRangeStmt>(
        SourceRange(), LoopId(0), I, Inclusive, SiteId(0), P.load(F, SlotId(0)),
        P.load(F, SlotId(1)), Constant && *Constant == 1 ? nullptr : By,
        P.list({P.assign(F, Count,
                         P.binary(BinaryOp::Add, Mixed, P.integer(I64, 1))),
                Stop}));
    F.Body = P.list({P.assign(F, Count, P.integer(I64, 1), true), Loop,
                     P.give(P.load(F, Count))});
    return F.Id;
  };
  auto Expect = [](TestType Lo, TestType Hi, Step By, bool Inclusive) {
    using Wide = __int128;
    uint64_t Count = 1;
    for (Wide I = Lo; By > 0 ? (Inclusive ? I <= Wide(Hi) : I < Wide(Hi))
                             : (Inclusive ? I >= Wide(Hi) : I > Wide(Hi));
         I += By) {
      Count += (uint64_t(int64_t(TestType(I))) & 7) + 1;
      if (Count > 5000)
        break;
    }
    return Count;
  };
  std::vector<FunctionId> Constant[2], Variable;
  for (bool Inclusive : {false, true}) {
    for (Step By : Steps)
      Constant[Inclusive].push_back(Make(Inclusive, By));
    Variable.push_back(Make(Inclusive, std::nullopt));
  }
  for (irgen::Tier Tier : {irgen::Tier::Baseline, irgen::Tier::Optimized}) {
    P.compile(Tier);
    size_t Wrong = 0;
    for (TestType Lo : samples<TestType>())
      for (TestType Hi : samples<TestType>())
        for (bool Inclusive : {false, true})
          for (size_t J = 0; J < Steps.size(); ++J) {
            uint64_t Want = Expect(Lo, Hi, Steps[J], Inclusive);
            Outcome A =
                P.call(Constant[Inclusive][J], {cellOf(Lo), cellOf(Hi)});
            Outcome B = P.call(Variable[Inclusive],
                               {cellOf(Lo), cellOf(Hi), cellOf(Steps[J])});
            if ((A.Trap || B.Trap || A.Result != Want || B.Result != Want) &&
                ++Wrong < 10) {
              CAPTURE(size_t(Tier), int64_t(Lo), int64_t(Hi), int64_t(Steps[J]),
                      Inclusive);
              CHECK(A.Result == Want);
              CHECK(B.Result == Want);
            }
          }
    CHECK(Wrong == 0);
    CHECK(P.call(Variable[0], {1, 2, 0}).Trap == abi::TrapKind::ZeroStep);
  }
}
