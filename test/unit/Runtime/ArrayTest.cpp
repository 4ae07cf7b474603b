#include "Fixture.h"

#include <catch2/catch.hpp>

using namespace jitrun::test;

namespace {

constexpr uint8_t All = 0;
constexpr uint8_t LoHi = SliceLo | SliceHi;

ArrayHeader *asArray(void *A) { return static_cast<ArrayHeader *>(A); }

} // namespace

TEST_CASE("arrays are made full, counting up, and copied") {
  Fixture T;
  int64_t Shape[] = {2, 2}, Seven = 7;
  ArrayHeader *Full = asArray(jr_array_full(&T.Ctx, &T.I64, 2, Shape, &Seven));
  CHECK(T.shown(Full) == "[[7, 7], [7, 7]]");
  uint8_t Byte = 200;
  CHECK(T.shown(asArray(jr_array_full(&T.Ctx, &T.U8, 1, Shape, &Byte))) ==
        "[200, 200]");
  ArrayHeader *Iota = asArray(jr_array_iota(&T.Ctx, &T.I64, 4));
  CHECK(T.shown(Iota) == "[0, 1, 2, 3]");
  CHECK(T.shown(asArray(jr_array_iota(&T.Ctx, &T.I64, 0))) == "[]");
  CHECK(trapOf([&] { jr_array_iota(&T.Ctx, &T.I64, -1); }) ==
        "size: array size -1 is negative or too large");
  ArrayHeader *Copy = asArray(jr_array_copy(&T.Ctx, Iota));
  CHECK(Copy != Iota);
  CHECK(T.shown(Copy) == "[0, 1, 2, 3]");
  CHECK(T.shown(asArray(jr_array_shape(&T.Ctx, &T.I64, T.grid({2, 0, 5})))) ==
        "[2, 0, 5]");
}

TEST_CASE("slices name the elements that they say") {
  struct {
    std::vector<uint8_t> Bits;
    std::vector<int64_t> Operands;
    const char *Shown;
    uint32_t Flags;
  } Cases[] = {
      {{All, All},
       {},
       "[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]",
       ArrayContiguous | ArrayUnitInner},
      {{SliceIndex, All},
       {1},
       "[4, 5, 6, 7]",
       ArrayContiguous | ArrayUnitInner},
      {{All, SliceIndex}, {2}, "[2, 6, 10]", 0},
      {{LoHi, LoHi}, {1, 3, 1, 3}, "[[5, 6], [9, 10]]", ArrayUnitInner},
      {{LoHi, All},
       {1, 3},
       "[[4, 5, 6, 7], [8, 9, 10, 11]]",
       ArrayContiguous | ArrayUnitInner},
      {{SliceLo, SliceHi},
       {2, 2},
       "[[8, 9]]",
       ArrayContiguous | ArrayUnitInner},
      {{All, LoHi | SliceHiInclusive},
       {1, 2},
       "[[1, 2], [5, 6], [9, 10]]",
       ArrayUnitInner},
      {{SliceIndex, SliceStep}, {0, 2}, "[0, 2]", 0},
      {{SliceIndex, SliceStep}, {0, 3}, "[0, 3]", 0},
      {{SliceIndex, SliceStep},
       {0, 4},
       "[0]",
       ArrayContiguous | ArrayUnitInner},
      {{SliceIndex, SliceStep},
       {0, INT64_MAX},
       "[0]",
       ArrayContiguous | ArrayUnitInner},
      {{SliceIndex, LoHi | SliceStep}, {0, 1, 4, 2}, "[1, 3]", 0},
      {{SliceIndex, SliceStep}, {0, -1}, "[3, 2, 1, 0]", 0},
      {{SliceIndex, SliceStep}, {0, -3}, "[3, 0]", 0},
      {{SliceIndex, SliceStep},
       {0, INT64_MIN},
       "[3]",
       ArrayContiguous | ArrayUnitInner},
      {{SliceStep, SliceIndex}, {-1, 0}, "[8, 4, 0]", 0},
      {{LoHi, All}, {1, 1}, "[]", ArrayContiguous | ArrayUnitInner},
      {{LoHi, All}, {3, 3}, "[]", ArrayContiguous | ArrayUnitInner},
      {{All, LoHi}, {4, 4}, "[[], [], []]", ArrayContiguous | ArrayUnitInner},
      {{SliceIndex, LoHi | SliceHiInclusive},
       {0, 2, 1},
       "[]",
       ArrayContiguous | ArrayUnitInner},
      // One column: each row's length of 1 needs no stride.
      {{All, LoHi}, {1, 2}, "[[1], [5], [9]]", ArrayUnitInner},
  };
  for (auto &C : Cases) {
    Fixture T;
    ArrayHeader *A = T.grid({3, 4});
    uint64_t Bits = C.Bits[0] | uint64_t(C.Bits[1]) << 8;
    int64_t Rank = !(C.Bits[0] & SliceIndex) + !(C.Bits[1] & SliceIndex);
    ArrayHeader *V = asArray(
        jr_array_slice(&T.Ctx, A, Rank, int64_t(Bits), C.Operands.data()));
    CHECK(T.shown(V) == C.Shown);
    CHECK(V->Flags == (C.Flags | ArrayBorrowed));
    CHECK(T.shown(asArray(jr_array_copy(&T.Ctx, V))) == C.Shown);
  }
}

TEST_CASE("slices out of bounds trap in the order of dimensions") {
  struct {
    std::vector<uint8_t> Bits;
    std::vector<int64_t> Operands;
    const char *Trap;
  } Cases[] = {
      {{SliceIndex, All}, {3}, "index: index 3 is out of bounds for length 3"},
      {{SliceIndex, All},
       {-1},
       "index: index -1 is out of bounds for length 3"},
      {{LoHi, All}, {2, 1}, "slice: slice 2..1 is out of bounds for length 3"},
      {{LoHi, All}, {0, 4}, "slice: slice 0..4 is out of bounds for length 3"},
      {{LoHi, All},
       {-1, 2},
       "slice: slice -1..2 is out of bounds for length 3"},
      {{SliceLo, All}, {4}, "slice: slice 4..3 is out of bounds for length 3"},
      {{LoHi | SliceHiInclusive, All},
       {0, 3},
       "slice: slice 0..4 is out of bounds for length 3"},
      {{LoHi | SliceHiInclusive, All},
       {0, INT64_MAX},
       "slice: slice 0..9223372036854775807 is out of bounds for length 3"},
      {{SliceStep, All}, {0}, "step: the step of a loop or slice is zero"},
      {{SliceLo | SliceStep, SliceIndex},
       {4, 0, 9},
       "slice: slice 4..3 is out of bounds for length 3"},
      {{All, SliceIndex}, {9}, "index: index 9 is out of bounds for length 4"},
  };
  for (auto &C : Cases) {
    Fixture T;
    ArrayHeader *A = T.grid({3, 4});
    uint64_t Bits = C.Bits[0] | uint64_t(C.Bits[1]) << 8;
    int64_t Rank = !(C.Bits[0] & SliceIndex) + !(C.Bits[1] & SliceIndex);
    CHECK(trapOf([&] {
            jr_array_slice(&T.Ctx, A, Rank, int64_t(Bits), C.Operands.data());
          }) == C.Trap);
    CHECK(A->Head.Count == 1);
    CHECK(countLedger(T.Ctx) == 1);
  }
}

TEST_CASE("reshape gives a view of contiguous arrays only") {
  Fixture T;
  ArrayHeader *A = T.grid({6});
  int64_t Shape[] = {2, 3}, Wrong[] = {4, 2}, Negative[] = {-2, -3};
  int64_t Huge[] = {int64_t(1) << 62, 4, 0};
  ArrayHeader *R = asArray(jr_array_reshape(&T.Ctx, A, 2, Shape));
  CHECK(T.shown(R) == "[[0, 1, 2], [3, 4, 5]]");
  CHECK(R->Data == A->Data);
  CHECK(trapOf([&] { jr_array_reshape(&T.Ctx, A, 2, Wrong); }) ==
        "shape: cannot reshape [6] to [4, 2]: the sizes differ");
  CHECK(trapOf([&] { jr_array_reshape(&T.Ctx, A, 2, Negative); }) ==
        "size: array size -2 is negative or too large");
  CHECK(trapOf([&] { jr_array_reshape(&T.Ctx, A, 3, Huge); }) ==
        "shape: cannot reshape [6] to [4611686018427387904, 4, 0]: the sizes "
        "differ");
  ArrayHeader *Strided = T.slice(T.grid({12}), {SliceStep}, {2});
  CHECK(trapOf([&] { jr_array_reshape(&T.Ctx, Strided, 2, Shape); }) ==
        "shape: cannot reshape a strided array [6]: copy it first");
  ArrayHeader *Empty =
      asArray(jr_array_reshape(&T.Ctx, T.grid({0, 7}), 3, Huge));
  CHECK(Empty->shape()[0] == Huge[0]);
  CHECK(Empty->Flags & ArrayContiguous);
}

TEST_CASE("transpose reverses the dimensions") {
  Fixture T;
  ArrayHeader *V = asArray(jr_array_transpose(&T.Ctx, T.grid({2, 3})));
  CHECK(T.shown(V) == "[[0, 3], [1, 4], [2, 5]]");
  CHECK(V->Flags == ArrayBorrowed);
  CHECK(T.shown(asArray(jr_array_transpose(&T.Ctx, V))) ==
        "[[0, 1, 2], [3, 4, 5]]");
  ArrayHeader *Three = asArray(jr_array_transpose(&T.Ctx, T.grid({2, 1, 3})));
  CHECK(T.shown(Three) == "[[[0, 3]], [[1, 4]], [[2, 5]]]");
}

TEST_CASE("concat joins along the first dimension") {
  Fixture T;
  ArrayHeader *Parts[] = {T.grid({1, 2}), T.grid({0, 2}),
                          asArray(jr_array_transpose(&T.Ctx, T.grid({2, 2})))};
  CHECK(T.shown(asArray(jr_array_concat(&T.Ctx, 3, Parts))) ==
        "[[0, 1], [0, 2], [1, 3]]");
  CHECK(T.shown(asArray(jr_array_concat(&T.Ctx, 1, Parts))) == "[[0, 1]]");
  ArrayHeader *Wrong[] = {T.grid({1, 2}), T.grid({1, 3})};
  CHECK(trapOf([&] { jr_array_concat(&T.Ctx, 2, Wrong); }) ==
        "shape: shapes differ: [1, 2] and [1, 3]");
  // Counted elements are shared.
  StrHeader *S = T.text("s");
  ArrayHeader *Texts = T.array(T.Str, {S});
  ArrayHeader *Twice[] = {Texts, Texts};
  ArrayHeader *Joined = asArray(jr_array_concat(&T.Ctx, 2, Twice));
  CHECK(S->Head.Count == 3);
  CHECK(T.shown(Joined) == "[\"s\", \"s\"]");
}

TEST_CASE("reverse goes along the first dimension") {
  Fixture T;
  CHECK(T.shown(asArray(jr_array_reverse(&T.Ctx, T.grid({5})))) ==
        "[4, 3, 2, 1, 0]");
  CHECK(T.shown(asArray(jr_array_reverse(&T.Ctx, T.grid({3, 2})))) ==
        "[[4, 5], [2, 3], [0, 1]]");
  CHECK(T.shown(asArray(jr_array_reverse(&T.Ctx, T.grid({0})))) == "[]");
  ArrayHeader *V = T.slice(T.grid({6}), {SliceStep}, {2});
  CHECK(T.shown(asArray(jr_array_reverse(&T.Ctx, V))) == "[4, 2, 0]");
}

TEST_CASE("fill writes every element of views too") {
  Fixture T;
  ArrayHeader *A = T.grid({2, 4});
  int64_t Nine = 9;
  jr_array_fill(&T.Ctx, T.slice(A, {All, SliceStep}, {2}), &Nine);
  CHECK(T.shown(A) == "[[9, 1, 9, 3], [9, 5, 9, 7]]");
  jr_array_fill(&T.Ctx, A, &Nine);
  CHECK(T.shown(A) == "[[9, 9, 9, 9], [9, 9, 9, 9]]");
}

TEST_CASE("fill releases what it overwrites, even if that is all there is") {
  Fixture T;
  StrHeader *Old = T.text("old"), *New = T.text("new");
  ArrayHeader *A = T.array(T.Str, {Old, New});
  jr_array_fill(&T.Ctx, A, &New);
  CHECK(New->Head.Count == 2);
  CHECK(T.shown(A) == "[\"new\", \"new\"]");
  T.release(A);
  CHECK(T.isClean());
}

TEST_CASE("a stable source is copied only if it overlaps differently") {
  Fixture T;
  ArrayHeader *A = T.grid({8});
  auto IsCopied = [&](ArrayHeader *From, ArrayHeader *To) {
    auto *S = asArray(jr_array_stable_source(&T.Ctx, From, To));
    bool Copied = S != From;
    CHECK(T.shown(S) == T.shown(From));
    T.release(S);
    return Copied;
  };
  ArrayHeader *Low = T.slice(A, {SliceHi}, {4});
  ArrayHeader *High = T.slice(A, {SliceLo}, {4});
  ArrayHeader *Shifted = T.slice(A, {LoHi}, {1, 5});
  ArrayHeader *Even = T.slice(A, {SliceStep}, {2});
  ArrayHeader *Backwards = T.slice(A, {SliceHi | SliceStep}, {4, -1});
  CHECK_FALSE(IsCopied(Low, High));
  CHECK_FALSE(IsCopied(Low, Low));
  CHECK_FALSE(IsCopied(Low, T.slice(A, {SliceHi}, {4})));
  CHECK_FALSE(IsCopied(Low, T.grid({4})));
  CHECK(IsCopied(Low, Shifted));
  CHECK(IsCopied(Even, Low));
  CHECK(IsCopied(Backwards, Low));
  CHECK_FALSE(IsCopied(Backwards, High));
  CHECK_FALSE(IsCopied(T.grid({0}), T.grid({0})));
  CHECK(trapOf([&] { jr_array_stable_source(&T.Ctx, A, Low); }) ==
        "shape: shapes differ: [4] and [8]");
}

TEST_CASE("sort orders numbers with NaN last and -0 before 0") {
  Fixture T;
  auto Sorted = [&](ArrayHeader *A) {
    return T.shown(asArray(jr_array_sort(&T.Ctx, A)));
  };
  CHECK(Sorted(T.array(T.F64, {3.0, Nan, -Inf, 0.0, -0.0, Inf, -1.5, Nan})) ==
        "[-inf, -1.5, -0.0, 0.0, 3.0, inf, nan, nan]");
  CHECK(Sorted(T.array(T.F32, {2.0f, float(Nan), -1.0f})) ==
        "[-1.0, 2.0, nan]");
  CHECK(Sorted(T.array<int64_t>(T.I64, {5, INT64_MIN, INT64_MAX, -1})) ==
        "[-9223372036854775808, -1, 5, 9223372036854775807]");
  CHECK(Sorted(T.array<uint64_t>(T.U64, {5, UINT64_MAX, 0})) ==
        "[0, 5, 18446744073709551615]");
  CHECK(Sorted(T.array<int8_t>(T.I8, {1, -128, 127})) == "[-128, 1, 127]");
  CHECK(Sorted(T.array<bool>(T.Bool, {true, false, true})) ==
        "[false, true, true]");
  CHECK(Sorted(T.array(T.Str, {T.text("b"), T.text("\xc3\xa9"), T.text(""),
                               T.text("ab"), T.text("a")})) ==
        "[\"\", \"a\", \"ab\", \"b\", \"\xc3\xa9\"]");
  ArrayHeader *A = T.grid({3});
  ArrayHeader *View = T.slice(A, {SliceStep}, {-1});
  CHECK(Sorted(View) == "[0, 1, 2]");
  CHECK(T.shown(View) == "[2, 1, 0]");
}

TEST_CASE("arrays are converted element by element") {
  Fixture T;
  auto Converted = [&](TypeDescriptor &To, ArrayHeader *A) {
    return T.shown(asArray(jr_array_convert(&T.Ctx, &To, A)));
  };
  CHECK(Converted(T.I32, T.array(T.F64, {1.9, -2.9, Nan, 1e10, -Inf})) ==
        "[1, -2, 0, 2147483647, -2147483648]");
  CHECK(Converted(T.U8, T.array(T.F32, {-1.0f, 255.5f, 256.0f, 3.99f})) ==
        "[0, 255, 255, 3]");
  CHECK(Converted(T.F64, T.array<uint64_t>(T.U64, {UINT64_MAX, 1})) ==
        "[1.8446744073709552e19, 1.0]");
  CHECK(Converted(T.I8, T.array<int64_t>(T.I64, {200, -1, 1 << 20})) ==
        "[-56, -1, 0]");
  CHECK(Converted(T.F32, T.array(T.F64, {0.1, 1e300})) == "[0.1, inf]");
  CHECK(Converted(T.I64, T.array<bool>(T.Bool, {true, false})) == "[1, 0]");
  ArrayHeader *V = T.slice(T.grid({2, 4}), {All, SliceStep}, {3});
  CHECK(Converted(T.F64, V) == "[[0.0, 3.0], [4.0, 7.0]]");
}
