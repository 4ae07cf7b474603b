#include "Builder.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace jitrun;
using namespace jitrun::test;

namespace {

constexpr double Inf = std::numeric_limits<double>::infinity();
constexpr double Nan = std::numeric_limits<double>::quiet_NaN();

bool same(double A, double B) {
  return std::isnan(A) ? std::isnan(B)
                       : A == B && std::signbit(A) == std::signbit(B);
}

/// The double in an f64 or f32 result.
double number(const Type *T, uint64_t Cell) {
  return T->kind() == TypeKind::F32
             ? double(std::bit_cast<float>(uint32_t(Cell)))
             : std::bit_cast<double>(Cell);
}

} // namespace

TEST_CASE("integer arithmetic wraps, divides and shifts by the type") {
  using K = TypeKind;
  using Op = BinaryOp;
  struct {
    K Kind;
    Op Operator;
    int64_t L, R, Result;
  } Cases[] = {
      {K::I8, Op::Add, 127, 1, -128},
      {K::U8, Op::Add, 255, 1, 0},
      {K::U8, Op::Sub, 7, 8, 255},
      {K::I16, Op::Mul, 256, 256, 0},
      {K::U16, Op::Mul, 65535, 65535, 1},
      {K::I32, Op::Mul, 65536, 32768, INT32_MIN},
      {K::I64, Op::Add, INT64_MAX, 1, INT64_MIN},
      {K::U32, Op::Sub, 0, 1, 4294967295},
      {K::I64, Op::Div, -7, 2, -3},
      {K::I64, Op::Rem, -7, 2, -1},
      {K::I64, Op::Rem, 7, -2, 1},
      {K::I64, Op::Rem, INT64_MIN, -1, 0},
      {K::I8, Op::Rem, -128, -1, 0},
      {K::I8, Op::Div, -127, -1, 127},
      {K::U8, Op::Div, 200, 3, 66},
      {K::U64, Op::Div, -1, 2, INT64_MAX},
      {K::U64, Op::Rem, -1, 10, 5},
      {K::I64, Op::Pow, 2, 62, int64_t(1) << 62},
      {K::I64, Op::Pow, 0, 0, 1},
      {K::I64, Op::Pow, -2, 3, -8},
      {K::U8, Op::Pow, 3, 200, 161},
      {K::I8, Op::Pow, 2, 7, -128},
      {K::I32, Op::And, -1, 0xF0, 0xF0},
      {K::I32, Op::Or, -16, 3, -13},
      {K::U8, Op::Xor, 0xFF, 0x0F, 0xF0},
      {K::Bool, Op::Xor, 1, 1, 0},
      {K::Bool, Op::And, 1, 0, 0},
      {K::Bool, Op::Or, 0, 1, 1},
      {K::I64, Op::Shl, 1, 63, INT64_MIN},
      {K::I64, Op::Shl, 1, 64, 1},
      {K::I64, Op::Shl, 1, -1, INT64_MIN},
      {K::I8, Op::Shl, 1, 7, -128},
      {K::I8, Op::Shl, 1, 9, 2},
      {K::U8, Op::Shl, 0xFF, 4, 0xF0},
      {K::I8, Op::Shr, -128, 7, -1},
      {K::U8, Op::Shr, 128, 7, 1},
      {K::I32, Op::Shr, -8, 33, -4},
      {K::I64, Op::Lt, -1, 0, 1},
      {K::U64, Op::Lt, -1, 0, 0},
      {K::U8, Op::Gt, 200, 100, 1},
      {K::I8, Op::Le, -1, -1, 1},
      {K::Bool, Op::Eq, 1, 1, 1},
      {K::I16, Op::Ne, 1, 2, 1},
      {K::I16, Op::Ge, 1, 2, 0},
  };
  for (auto &C : Cases) {
    Builder B;
    const Type *T = B.type(C.Kind);
    INFO(T->name() << " " << C.L << " op" << int(C.Operator) << " " << C.R);
    Outcome O =
        B.run(B.binary(C.Operator, B.integer(T, C.L), B.integer(T, C.R)));
    CHECK(int64_t(O.Cell) == C.Result);
  }
}

TEST_CASE("integer operators trap where they have no result") {
  Builder B;
  const Type *I8 = B.type(TypeKind::I8), *U8 = B.type(TypeKind::U8);
  auto Trap = [&](BinaryOp Op, const Type *T, int64_t L, int64_t R) {
    return B.run(B.binary(Op, B.integer(T, L), B.integer(T, R), 6)).Trap;
  };
  CHECK(Trap(BinaryOp::Div, I8, 1, 0) == "division@6");
  CHECK(Trap(BinaryOp::Rem, U8, 1, 0) == "division@6");
  CHECK(Trap(BinaryOp::Div, I8, -128, -1) == "division@6");
  CHECK(Trap(BinaryOp::Div, B.I64, INT64_MIN, -1) == "division@6");
  CHECK(Trap(BinaryOp::Pow, B.I64, 1, -1) == "exponent@6");
  CHECK(Trap(BinaryOp::Pow, U8, 1, 255) == "");
}

TEST_CASE("float operators are IEEE's and C's") {
  struct {
    BinaryOp Op;
    double L, R, Result;
  } Cases[] = {
      {BinaryOp::Add, 0.1, 0.2, 0.30000000000000004},
      {BinaryOp::Sub, Inf, Inf, Nan},
      {BinaryOp::Mul, -1, 0, -0.0},
      {BinaryOp::Div, 1, -0.0, -Inf},
      {BinaryOp::Div, 0, 0, Nan},
      {BinaryOp::Rem, -7.5, 2, -1.5},
      {BinaryOp::Pow, 2, -1, 0.5},
      {BinaryOp::Pow, Nan, 0, 1},
  };
  for (auto &C : Cases) {
    Builder B;
    CHECK(same(
        number(B.F64,
               B.run(B.binary(C.Op, B.floating(C.L), B.floating(C.R))).Cell),
        C.Result));
  }
  // f32 rounds after each operation.
  Builder B;
  const Type *F32 = B.type(TypeKind::F32);
  const Expr *Tenth = B.M.make<FloatConstant>(F32, double(0.1f));
  CHECK(number(F32, B.run(B.binary(BinaryOp::Mul, Tenth, Tenth)).Cell) ==
        double(0.1f * 0.1f));
  for (auto Op :
       {BinaryOp::Eq, BinaryOp::Lt, BinaryOp::Le, BinaryOp::Gt, BinaryOp::Ge})
    CHECK(B.run(B.binary(Op, B.floating(Nan), B.floating(Nan))).Cell == 0);
  CHECK(B.run(B.binary(BinaryOp::Ne, B.floating(Nan), B.floating(Nan))).Cell ==
        1);
}

TEST_CASE("fused multiply-adds take their signs from the operator") {
  Builder B;
  double E = 1 + std::ldexp(1.0, -30);
  auto Fused = [&](BinaryOp Op, bool Left, double C) {
    const Expr *Product = B.binary(BinaryOp::Mul, B.floating(E), B.floating(E));
    const Expr *Other = B.floating(C);
    auto *X = B.M.make<BinaryExpr>(B.F64, Op, Left ? Product : Other,
                                   Left ? Other : Product, NoSite);
    X->Fused = true;
    X->FusedLeft = Left;
    return number(B.F64, B.run(X).Cell);
  };
  CHECK(Fused(BinaryOp::Add, true, -1) == std::fma(E, E, -1.0));
  CHECK(Fused(BinaryOp::Add, false, -1) == std::fma(E, E, -1.0));
  CHECK(Fused(BinaryOp::Sub, true, 1) == std::fma(E, E, -1.0));
  CHECK(Fused(BinaryOp::Sub, false, 1) == std::fma(-E, E, 1.0));

  // x += E * E and x -= E * E.
  for (BinaryOp Op : {BinaryOp::Add, BinaryOp::Sub}) {
    Function &F = B.function({B.F64}, B.F64);
    SlotId X = B.local(F, B.F64);
    auto *S = B.M.make<OpAssignStmt>(
        SourceRange(), Op, NoSite, B.place(F, X),
        B.binary(BinaryOp::Mul, B.load(F, 0), B.load(F, 0)));
    S->Fused = true;
    F.Body = B.list(
        {B.assign(B.place(F, X), B.floating(-1)), S, B.give(B.load(F, X))});
    double Wanted =
        Op == BinaryOp::Add ? std::fma(E, E, -1.0) : std::fma(-E, E, -1.0);
    CHECK(number(B.F64, B.run(F, {bits(E)}).Cell) == Wanted);
  }
}

TEST_CASE("conversions between all kinds of scalars") {
  using K = TypeKind;
  Builder B;
  auto Convert = [&](const Expr *From, K To) {
    return B.run(B.M.make<ConvertExpr>(B.type(To), From)).Cell;
  };
  struct {
    K From;
    int64_t X;
    K To;
    int64_t Y;
  } Integers[] = {
      {K::I64, 300, K::U8, 44},       {K::U8, 200, K::I8, -56},
      {K::I8, -1, K::U64, -1},        {K::I8, -1, K::U16, 65535},
      {K::U16, 65535, K::I64, 65535}, {K::Bool, 1, K::I32, 1},
      {K::U64, -1, K::I64, -1},
  };
  for (auto &C : Integers)
    CHECK(int64_t(Convert(B.integer(B.type(C.From), C.X), C.To)) == C.Y);
  struct {
    double X;
    K To;
    int64_t Y;
  } Floats[] = {
      {-1.9, K::I32, -1},
      {1e10, K::I32, INT32_MAX},
      {-1e10, K::I32, INT32_MIN},
      {Nan, K::I64, 0},
      {Inf, K::I64, INT64_MAX},
      {-Inf, K::I64, INT64_MIN},
      {-5, K::U8, 0},
      {255.9, K::U8, 255},
      {256, K::U8, 255},
      {2e19, K::U64, -1},
      {-0.5, K::U64, 0},
      {1e19, K::U64, int64_t(10000000000000000000u)},
      {-129, K::I8, -128},
      {9.223372036854775e18, K::I64, 9223372036854774784},
  };
  for (auto &C : Floats)
    CHECK(int64_t(Convert(B.floating(C.X), C.To)) == C.Y);
  CHECK(number(B.F64, Convert(B.integer(B.type(K::U64), -1), K::F64)) ==
        18446744073709551616.0);
  CHECK(number(B.type(K::F32),
               Convert(B.integer(B.type(K::U64), int64_t(0x8000008000000001u)),
                       K::F32)) == 0x1.000002p63);
  CHECK(number(B.type(K::F32), Convert(B.integer(16777217), K::F32)) ==
        16777216.0);
  CHECK(number(B.type(K::F32), Convert(B.floating(1e300), K::F32)) == Inf);
  CHECK(number(B.F64, Convert(B.integer(B.Bool, 1), K::F64)) == 1.0);
}

TEST_CASE("unary operators") {
  Builder B;
  auto Unary = [&](UnaryOp Op, const Expr *E) {
    return B.run(B.M.make<UnaryExpr>(E->Ty, Op, E)).Cell;
  };
  const Type *I8 = B.type(TypeKind::I8), *U8 = B.type(TypeKind::U8);
  CHECK(int64_t(Unary(UnaryOp::Negate, B.integer(I8, -128))) == -128);
  CHECK(Unary(UnaryOp::Negate, B.integer(U8, 1)) == 255);
  CHECK(Unary(UnaryOp::BitNot, B.integer(U8, 0x0F)) == 0xF0);
  CHECK(int64_t(Unary(UnaryOp::BitNot, B.integer(0))) == -1);
  CHECK(Unary(UnaryOp::Not, B.integer(B.Bool, 1)) == 0);
  CHECK(same(number(B.F64, Unary(UnaryOp::Negate, B.floating(0.0))), -0.0));
}

TEST_CASE("the right side of && and || is evaluated only if it decides") {
  Builder B;
  const Expr *Trap = B.binary(
      BinaryOp::Eq, B.binary(BinaryOp::Div, B.integer(1), B.integer(0), 8),
      B.integer(0));
  auto Logical = [&](bool And, int64_t Left, const Expr *Right) {
    return B.run(
        B.M.make<LogicalExpr>(B.Bool, And, B.integer(B.Bool, Left), Right));
  };
  const Expr *True = B.integer(B.Bool, 1), *False = B.integer(B.Bool, 0);
  CHECK(Logical(true, 0, Trap).Cell == 0);
  CHECK(Logical(false, 1, Trap).Cell == 1);
  CHECK(Logical(true, 1, Trap).Trap == "division@8");
  CHECK(Logical(false, 0, Trap).Trap == "division@8");
  CHECK(Logical(true, 1, False).Cell == 0);
  CHECK(Logical(false, 0, True).Cell == 1);
}

TEST_CASE("scalar intrinsics of integers") {
  using K = TypeKind;
  using I = Intrinsic;
  struct {
    I Which;
    K Kind;
    int64_t X, Y, Result;
  } Cases[] = {
      {I::Abs, K::I8, -128, 0, -128},
      {I::Abs, K::I64, -5, 0, 5},
      {I::Abs, K::U8, 200, 0, 200},
      {I::Sign, K::I8, -7, 0, -1},
      {I::Sign, K::U8, 200, 0, 1},
      {I::Sign, K::I64, 0, 0, 0},
      {I::Min2, K::I8, -1, 1, -1},
      {I::Min2, K::U8, 255, 1, 1},
      {I::Max2, K::U64, -1, 1, -1},
      {I::Popcount, K::U8, 255, 0, 8},
      {I::Popcount, K::I8, -1, 0, 8},
      {I::Popcount, K::I64, -1, 0, 64},
      {I::Clz, K::U8, 1, 0, 7},
      {I::Clz, K::I32, 0, 0, 32},
      {I::Ctz, K::I32, 0, 0, 32},
      {I::Ctz, K::U16, 0x100, 0, 8},
      {I::Bswap, K::U16, 0x1234, 0, 0x3412},
      {I::Bswap, K::I16, 0x0080, 0, -32768},
      {I::Bswap, K::U32, 0x01020304, 0, 0x04030201},
      {I::Bswap, K::U8, 0x12, 0, 0x12},
      {I::Bswap, K::I64, 1, 0, int64_t(1) << 56},
      {I::Rotl, K::U8, 0x81, 1, 3},
      {I::Rotl, K::U8, 0x81, 9, 3},
      {I::Rotr, K::U8, 0x81, 1, 0xC0},
      {I::Rotl, K::I8, -127, -1, -64},
      {I::Rotr, K::I64, 1, 1, INT64_MIN},
  };
  for (auto &C : Cases) {
    Builder B;
    const Type *T = B.type(C.Kind);
    INFO(int(C.Which) << " of " << T->name() << " " << C.X << ", " << C.Y);
    CHECK(int64_t(B.run(B.intrinsic(T, C.Which,
                                    {B.integer(T, C.X), B.integer(T, C.Y)}))
                      .Cell) == C.Result);
  }
}

TEST_CASE("scalar intrinsics of floats") {
  using I = Intrinsic;
  struct {
    I Which;
    double X, Y, Result;
  } Cases[] = {
      {I::Sqrt, 2, 0, 1.4142135623730951},
      {I::Sqrt, -1, 0, Nan},
      {I::Floor, -1.5, 0, -2},
      {I::Round, 2.5, 0, 3},
      {I::RoundEven, 2.5, 0, 2},
      {I::Abs, -0.0, 0, 0.0},
      {I::Sign, -0.0, 0, -0.0},
      {I::Sign, -2, 0, -1},
      {I::Sign, Nan, 0, Nan},
      {I::Min2, 0.0, -0.0, -0.0},
      {I::Max2, -0.0, 0.0, 0.0},
      {I::Min2, 1, Nan, Nan},
      {I::Max2, Nan, 1, Nan},
      {I::Hypot, 3, 4, 5},
      {I::Copysign, 2, -0.0, -2},
      {I::Copysign, -2, -Nan, 2},
      {I::Atan2, 0.0, -1, M_PI},
  };
  for (auto &C : Cases) {
    Builder B;
    INFO(int(C.Which) << " of " << C.X << ", " << C.Y);
    CHECK(same(
        number(B.F64, B.run(B.intrinsic(B.F64, C.Which,
                                        {B.floating(C.X), B.floating(C.Y)}))
                          .Cell),
        C.Result));
  }
  Builder B;
  auto Run = [&](const Type *T, I Which, std::vector<const Expr *> O) {
    return B.run(B.intrinsic(T, Which, O)).Cell;
  };
  const Expr *MinusNan = B.floating(-Nan);
  CHECK(Run(B.Bool, I::IsNan, {MinusNan}) == 1);
  CHECK(Run(B.Bool, I::IsInf, {B.floating(-Inf)}) == 1);
  CHECK(Run(B.Bool, I::IsInf, {MinusNan}) == 0);
  CHECK(Run(B.type(TypeKind::U64), I::Bits, {MinusNan}) == 0x7FF8000000000000u);
  CHECK(Run(B.type(TypeKind::U64), I::Bits, {B.floating(1)}) ==
        0x3FF0000000000000u);
  CHECK(Run(B.type(TypeKind::U32), I::Bits,
            {B.M.make<FloatConstant>(B.type(TypeKind::F32), -Nan)}) ==
        0x7FC00000u);
  CHECK(number(B.F64, Run(B.F64, I::F64FromBits,
                          {B.integer(B.type(TypeKind::U64),
                                     0x3FF0000000000000)})) == 1);
  CHECK(number(B.F64, Run(B.F64, I::Fma,
                          {B.floating(2), B.floating(3), B.floating(4)})) ==
        10);
  CHECK(number(B.F64, Run(B.F64, I::Clamp,
                          {B.floating(7), B.floating(0), B.floating(5)})) == 5);
  CHECK(int64_t(Run(B.I64, I::Clamp,
                    {B.integer(-7), B.integer(-2), B.integer(5)})) == -2);
}

TEST_CASE("text intrinsics") {
  Builder B;
  const Type *U8 = B.type(TypeKind::U8);
  CHECK(B.run(B.intrinsic(B.I64, Intrinsic::StrLen, {B.text("w\xc3\xb6")}))
            .Cell == 3);
  CHECK(B.run(B.intrinsic(U8, Intrinsic::StrIndex,
                          {B.text("w\xc3\xb6"), B.integer(1)}, 3))
            .Cell == 0xC3);
  CHECK(B.run(B.intrinsic(U8, Intrinsic::StrIndex, {B.text("ab"), B.integer(2)},
                          3))
            .Trap == "index@3");
  CHECK(B.run(B.intrinsic(B.I64, Intrinsic::ParseI64, {B.text("x")}, 3)).Trap ==
        "parse@3");
  for (auto [L, R, Less] : {std::tuple("a", "ab", 1),
                            {"b", "ab", 0},
                            {"\x7f", "\x80", 1},
                            {"a", "a", 0}})
    CHECK(B.run(B.binary(BinaryOp::Lt, B.text(L), B.text(R))).Cell ==
          uint64_t(Less));
  CHECK(B.run(B.binary(BinaryOp::Eq, B.text(""), B.text(""))).Cell == 1);
}
