#include "Fixture.h"

#include "Runtime/Any.h"

#include <catch2/catch.hpp>

using namespace jitrun::test;

namespace {

struct AnyFixture : Fixture {
  TypeDescriptor Any = {}, Pair = {}, Rows = {};
  FieldDescriptor Fields[2];

  AnyFixture() {
    Any.Kind = DescriptorKind::Any;
    Any.Size = 16;
    Any.Align = 8;
    Any.Counted = true;
    Any.Spelling = "any";
    Fields[0] = {nullptr, &Any, 0};
    Fields[1] = {nullptr, &Str, 16};
    Pair.Kind = DescriptorKind::Record;
    Pair.Size = 24;
    Pair.Align = 8;
    Pair.Counted = Pair.PatternZero = true;
    Pair.Count = 2;
    Pair.Fields = Fields;
    Pair.Spelling = "(any, str)";
    I64.Spelling = "i64";
    F64.Spelling = "f64";
    F32.Spelling = "f32";
    I8.Spelling = "i8";
    U8.Spelling = "u8";
    Bool.Spelling = "bool";
    Str.Spelling = "str";
    I64Array.Spelling = "i64[]";
  }

  static AnyValue of(const TypeDescriptor &Type, uint64_t Payload) {
    bool Counted = Type.Counted || isBoxed(Type);
    return {reinterpret_cast<uint64_t>(&Type) | (Counted ? AnyCounted : 0),
            Payload};
  }
  AnyValue i64(int64_t V) { return of(I64, uint64_t(V)); }
  AnyValue f64(double V) { return of(F64, __builtin_bit_cast(uint64_t, V)); }
  AnyValue str(std::string_view S) {
    return of(Str, reinterpret_cast<uint64_t>(text(S)));
  }
  AnyValue pair(AnyValue First, StrHeader *Second) {
    struct {
      AnyValue First;
      StrHeader *Second;
    } V = {First, Second};
    return of(Pair, reinterpret_cast<uint64_t>(jr_box(&Ctx, &Pair, &V)));
  }
  AnyValue binary(AnyOperator Op, AnyValue L, AnyValue R) {
    AnyValue Result;
    jr_any_binary(&Ctx, int32_t(Op), &L, &R, &Result);
    return Result;
  }
  bool compare(AnyOperator Op, AnyValue L, AnyValue R) {
    return jr_any_compare(&Ctx, int32_t(Op), &L, &R);
  }
  std::string show(AnyValue V) { return shown(Any, &V); }
  void drop(AnyValue V) { jr_release_value(&Ctx, &Any, &V); }
};

} // namespace

TEST_CASE("operators on anys work on what is held") {
  AnyFixture T;
  using enum AnyOperator;
  CHECK(T.show(T.binary(Add, T.i64(INT64_MAX), T.i64(1))) ==
        "-9223372036854775808");
  CHECK(T.show(T.binary(Div, T.i64(-7), T.i64(2))) == "-3");
  CHECK(T.show(T.binary(Rem, T.i64(INT64_MIN), T.i64(-1))) == "0");
  CHECK(T.show(T.binary(Pow, T.i64(3), T.i64(4))) == "81");
  CHECK(T.show(T.binary(Rem, T.f64(7.5), T.f64(2))) == "1.5");
  CHECK(T.show(T.binary(Shl, T.of(T.U8, 3), T.of(T.U8, 9))) == "6");
  CHECK(T.show(T.binary(Mul, T.of(T.I8, 100), T.of(T.I8, 3))) == "44");
  CHECK(T.show(T.binary(Xor, T.of(T.Bool, 1), T.of(T.Bool, 1))) == "false");
  AnyValue A = T.str("a"), B = T.str("b"), Joined = T.binary(Add, A, B);
  CHECK(T.show(Joined) == "ab");
  CHECK(T.compare(Lt, A, B));
  CHECK_FALSE(T.compare(Ge, A, B));
  CHECK(T.compare(Gt, T.f64(2), T.f64(1)));
  CHECK_FALSE(T.compare(Eq, T.f64(Nan), T.f64(Nan)));
  CHECK(T.compare(Ne, T.f64(1), T.i64(1)));
  CHECK(T.compare(Eq, {0, 0}, {0, 0}));
  for (AnyValue V : {A, B, Joined})
    T.drop(V);
  CHECK(T.isClean());
}

TEST_CASE("operators on anys trap with the types") {
  AnyFixture T;
  using enum AnyOperator;
  CHECK(trapOf([&] { T.binary(Add, T.i64(1), T.f64(1)); }) ==
        "cast: operator '+' on values of different types: 'i64' and 'f64'");
  CHECK(trapOf([&] { T.binary(Sub, {0, 0}, T.i64(1)); }) ==
        "cast: operator '-' on values of different types: '()' and 'i64'");
  CHECK(trapOf([&] { T.binary(And, T.f64(1), T.f64(1)); }) ==
        "cast: operator '&' is not defined on 'f64'");
  CHECK(trapOf([&] { T.compare(Lt, T.of(T.Bool, 0), T.of(T.Bool, 1)); }) ==
        "cast: operator '<' is not defined on 'bool'");
  CHECK(trapOf([&] { T.binary(Div, T.i64(1), T.i64(0)); }) ==
        "division: division by zero");
  AnyValue Array = T.of(T.I64Array, reinterpret_cast<uint64_t>(T.grid({2})));
  CHECK(trapOf([&] { T.compare(Eq, Array, Array); }) ==
        "cast: operator '==' is not defined on 'i64[]'");
  CHECK(trapOf([&] {
          jr_trap_cast(&T.Ctx, reinterpret_cast<void *>(Array.Tag), &T.F64);
        }) == "cast: the value is of type 'i64[]', not 'f64'");
  T.drop(Array);
}

TEST_CASE("a box owns a copy, and goes with its last reference") {
  AnyFixture T;
  StrHeader *Text = T.text("x");
  AnyValue Inner = T.str("in");
  AnyValue V = T.pair(Inner, Text);
  T.release(Text);
  T.drop(Inner);
  CHECK(T.show(V) == "(\"in\", \"x\")");
  jr_retain_value(&T.Any, &V);
  T.drop(V);
  CHECK(T.show(V) == "(\"in\", \"x\")");
  AnyValue Outer = T.pair(V, &T.EmptyText);
  CHECK(T.compare(AnyOperator::Eq, Outer, Outer));
  CHECK_FALSE(T.compare(AnyOperator::Eq, Outer, V));
  T.drop(V);
  CHECK(countLedger(T.Ctx) == 4);
  T.drop(Outer);
  CHECK(T.isClean());
}

TEST_CASE("boxes in boxes need no stack to be freed or to leave a context") {
  AnyFixture T;
  auto Chain = [&](int N) {
    AnyValue V = T.i64(1);
    for (int I = 0; I < N; ++I) {
      AnyValue Next = T.pair(V, &T.EmptyText);
      T.drop(V);
      V = Next;
    }
    return V;
  };
  constexpr int Deep = 1'000'000;
  T.drop(Chain(Deep));
  CHECK(T.isClean());
  AnyValue V = Chain(Deep);
  moveOutOfLedger(T.Ctx, &V, T.Any);
  CHECK(T.isClean());
  releaseMovedOut(&V, T.Any);

  // What needs some is stopped at the limit.
  AnyValue A = Chain(100), B = Chain(100);
  CHECK(T.compare(AnyOperator::Eq, A, B));
  T.Ctx.TrueStackLimit =
      reinterpret_cast<uint64_t>(__builtin_frame_address(0)) - 4000;
  CHECK(trapOf([&] { T.compare(AnyOperator::Eq, A, B); }) ==
        "stack: stack overflow");
  T.drop(A);
  T.drop(B);
  CHECK(T.isClean());
}
