#include "Fixture.h"

#include <catch2/catch.hpp>

using namespace jitrun::test;

namespace {

struct Spec {
  char Fill = ' ', Align = 0, Sign = 0, Presentation = 0;
  bool Alternate = false, ZeroPad = false;
  int Width = 0, Precision = -1;

  FormatPiece piece() const {
    FormatPiece P = Fixture::plain();
    P.Width = Width;
    P.Precision = Precision;
    P.Fill = Fill;
    P.Align = Align;
    P.Sign = Sign;
    P.Presentation = Presentation;
    P.Alternate = Alternate;
    P.ZeroPad = ZeroPad;
    return P;
  }
};

} // namespace

TEST_CASE("floats print the shortest digits, always as a float") {
  struct {
    double Value;
    const char *Shown;
  } Cases[] = {
      {2, "2.0"},
      {0, "0.0"},
      {-0.0, "-0.0"},
      {1e21, "1e21"},
      {1e16, "1e16"},
      {1e15, "1000000000000000.0"},
      {123456789012345678.0, "1.2345678901234568e17"},
      {9007199254740993.0, "9007199254740992.0"},
      {100000, "100000.0"},
      {0.1, "0.1"},
      {0.1 + 0.2, "0.30000000000000004"},
      {1.0 / 3, "0.3333333333333333"},
      {0.0001, "0.0001"},
      {0.00001, "1e-5"},
      {1.5e-7, "1.5e-7"},
      {12.5, "12.5"},
      {-1234.5678, "-1234.5678"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e308"},
      {Inf, "inf"},
      {-Inf, "-inf"},
      {Nan, "nan"},
      {-Nan, "nan"},
  };
  Fixture T;
  for (auto &C : Cases)
    CHECK(T.shown(T.F64, &C.Value) == C.Shown);
}

TEST_CASE("f32 has its own shortest digits") {
  struct {
    float Value;
    const char *Shown;
  } Cases[] = {
      {0.1f, "0.1"},
      {1.0f / 3, "0.33333334"},
      {16777216, "16777216.0"},
      {1e10f, "10000000000.0"},
      {3.4028235e38f, "3.4028235e38"},
      {1e-45f, "1e-45"},
  };
  Fixture T;
  for (auto &C : Cases)
    CHECK(T.shown(T.F32, &C.Value) == C.Shown);
}

TEST_CASE("integers and bool") {
  Fixture T;
  int64_t Lowest = INT64_MIN;
  uint64_t Highest = UINT64_MAX;
  int8_t Small = -128;
  uint8_t Byte = 255;
  bool Yes = true;
  CHECK(T.shown(T.I64, &Lowest) == "-9223372036854775808");
  CHECK(T.shown(T.U64, &Highest) == "18446744073709551615");
  CHECK(T.shown(T.I8, &Small) == "-128");
  CHECK(T.shown(T.U8, &Byte) == "255");
  CHECK(T.shown(T.Bool, &Yes) == "true");
}

TEST_CASE("integer specs are std::format's") {
  struct {
    int64_t Value;
    Spec S;
    const char *Shown;
  } Cases[] = {
      {42, {.Width = 5}, "   42"},
      {42, {.Align = '<', .Width = 5}, "42   "},
      {42, {.Align = '^', .Width = 5}, " 42  "},
      {42, {.Fill = '*', .Align = '>', .Width = 5}, "***42"},
      {42, {.ZeroPad = true, .Width = 5}, "00042"},
      {-42, {.ZeroPad = true, .Width = 5}, "-0042"},
      // Alignment overrides the 0.
      {42, {.Align = '<', .ZeroPad = true, .Width = 5}, "42   "},
      {42, {.Sign = '+'}, "+42"},
      {42, {.Sign = ' '}, " 42"},
      {-42, {.Sign = '+'}, "-42"},
      {255, {.Presentation = 'x'}, "ff"},
      {255, {.Presentation = 'X', .Alternate = true}, "0XFF"},
      {255,
       {.Presentation = 'x', .Alternate = true, .ZeroPad = true, .Width = 8},
       "0x0000ff"},
      {5, {.Presentation = 'b'}, "101"},
      {5, {.Presentation = 'b', .Alternate = true}, "0b101"},
      {8, {.Presentation = 'o', .Alternate = true}, "010"},
      {0, {.Presentation = 'o', .Alternate = true}, "0"},
      {-255, {.Presentation = 'x', .Alternate = true}, "-0xff"},
      {7, {.Presentation = 'd'}, "7"},
      {INT64_MIN,
       {.Presentation = 'b'},
       "-1000000000000000000000000000000000000000000000000000000000000000"},
      {'A', {.Presentation = 'c'}, "A"},
      {0x1F600, {.Presentation = 'c', .Width = 3}, "\xF0\x9F\x98\x80  "},
      {-1, {.Presentation = 'c'}, "\xEF\xBF\xBD"},
      {1, {.Width = 1}, "1"},
  };
  Fixture T;
  for (auto &C : Cases)
    CHECK(T.shown(T.I64, &C.Value, C.S.piece()) == C.Shown);
}

TEST_CASE("float specs are std::format's") {
  struct {
    double Value;
    Spec S;
    const char *Shown;
  } Cases[] = {
      {3.14159, {.Presentation = 'f', .Precision = 2}, "3.14"},
      {3.14159, {.Presentation = 'f'}, "3.141590"},
      {3.14159, {.Presentation = 'f', .Width = 8, .Precision = 2}, "    3.14"},
      {2.5, {.Presentation = 'f', .Precision = 0}, "2"},
      {3.5, {.Presentation = 'f', .Precision = 0}, "4"},
      {2, {.Presentation = 'f', .Alternate = true, .Precision = 0}, "2."},
      {12345.678, {.Presentation = 'e', .Precision = 2}, "1.23e+04"},
      {12345.678, {.Presentation = 'E', .Precision = 0}, "1E+04"},
      {12345.678,
       {.Presentation = 'e', .Alternate = true, .Precision = 0},
       "1.e+04"},
      {0.0001, {.Presentation = 'g'}, "0.0001"},
      {1e-5, {.Presentation = 'g'}, "1e-05"},
      {123456789, {.Presentation = 'g'}, "1.23457e+08"},
      {1, {.Presentation = 'g'}, "1"},
      {1, {.Presentation = 'g', .Alternate = true}, "1.00000"},
      {1e7,
       {.Presentation = 'G', .Alternate = true, .Precision = 3},
       "1.00E+07"},
      {3.14159, {.Precision = 3}, "3.14"},
      {2, {.Width = 6}, "   2.0"},
      {2, {.ZeroPad = true, .Width = 6}, "0002.0"},
      {-2, {.ZeroPad = true, .Width = 6}, "-002.0"},
      {2, {.Sign = '+'}, "+2.0"},
      {-0.0, {.Sign = '+'}, "-0.0"},
      {Inf, {.ZeroPad = true, .Width = 6}, "   inf"},
      {-Inf, {.Presentation = 'F', .Precision = 2}, "-INF"},
      {Nan, {.Align = '<', .Width = 6}, "nan   "},
      {-Nan, {.Presentation = 'f'}, "nan"},
      {0.5, {.Presentation = 'f', .Precision = 20}, "0.50000000000000000000"},
      {1e22,
       {.Presentation = 'f', .Precision = 1},
       "10000000000000000000000.0"},
  };
  Fixture T;
  for (auto &C : Cases)
    CHECK(T.shown(T.F64, &C.Value, C.S.piece()) == C.Shown);
  float Narrow = 0.1f;
  CHECK(T.shown(T.F32, &Narrow,
                Spec{.Presentation = 'f', .Precision = 10}.piece()) ==
        "0.1000000015");
}

TEST_CASE("the longest number fits") {
  Fixture T;
  double Huge = -1.7976931348623157e308;
  std::string S = T.shown(T.F64, &Huge,
                          Spec{.Presentation = 'f', .Precision = 5000}.piece());
  CHECK(S.starts_with("-179769313486231570"));
  CHECK(S.find('.') == 310);
}

TEST_CASE("text specs") {
  struct {
    const char *Value;
    Spec S;
    const char *Shown;
  } Cases[] = {
      {"ab", {}, "ab"},
      {"ab", {.Width = 4}, "ab  "},
      {"ab", {.Align = '>', .Width = 4}, "  ab"},
      {"ab", {.Fill = '.', .Align = '^', .Width = 5}, ".ab.."},
      {"abc", {.Precision = 2}, "ab"},
      {"abc", {.Precision = 0}, ""},
      // Width and precision count code points.
      {"\u00e9\u00e9\u00e9", {.Width = 4, .Precision = 2}, "\u00e9\u00e9  "},
      {"a\n", {}, "a\n"},
  };
  Fixture T;
  for (auto &C : Cases) {
    StrHeader *S = T.text(C.Value);
    CHECK(T.shown(T.Str, &S, C.S.piece()) == C.Shown);
  }
  bool No = false;
  CHECK(T.shown(T.Bool, &No, Spec{.Width = 7}.piece()) == "false  ");
  CHECK(T.shown(T.Bool, &No, Spec{.Presentation = 'd'}.piece()) == "0");
}

TEST_CASE("aggregates show their parts, texts in them quoted") {
  Fixture T;
  struct Pair {
    int64_t First;
    double Second;
  } P = {1, 2};
  FieldDescriptor Fields[] = {{nullptr, &T.I64, 0}, {nullptr, &T.F64, 8}};
  FieldDescriptor Named[] = {{"x", &T.I64, 0}, {"y", &T.F64, 8}};
  TypeDescriptor Tuple = {};
  Tuple.Kind = DescriptorKind::Record;
  Tuple.Size = 16;
  Tuple.Count = 2;
  Tuple.Fields = Fields;
  CHECK(T.shown(Tuple, &P) == "(1, 2.0)");
  TypeDescriptor Struct = Tuple;
  Struct.Fields = Named;
  Struct.Name = "Point";
  CHECK(T.shown(Struct, &P) == "Point(x: 1, y: 2.0)");
  Tuple.Count = 1;
  CHECK(T.shown(Tuple, &P) == "(1,)");
  Struct.Count = 0;
  CHECK(T.shown(Struct, &P) == "Point()");
  CHECK(T.shown(T.Unit, &P) == "()");

  TypeDescriptor Fixed = {};
  Fixed.Kind = DescriptorKind::FixedArray;
  Fixed.Length = 2;
  Fixed.Element = &T.F64;
  double Two[] = {1, -0.5};
  CHECK(T.shown(Fixed, Two) == "[1.0, -0.5]");

  CHECK(T.shown(T.array(T.Str, {T.text("a\"b\\\n\t\r"),
                                T.text(std::string_view("\0\x01\x7f", 3)),
                                T.text("\u00e9")})) ==
        "[\"a\\\"b\\\\\\n\\t\\r\", \"\\0\\x01\\x7f\", \"\u00e9\"]");
  CHECK(T.shown(T.grid({2, 2})) == "[[0, 1], [2, 3]]");
  CHECK(T.shown(T.grid({0, 2})) == "[]");
  CHECK(T.shown(T.grid({2, 0})) == "[[], []]");
}

TEST_CASE("in an aggregate the width is of the whole, the rest of each part") {
  Fixture T;
  ArrayHeader *A = T.array(T.F64, {1.0, 2.5});
  TypeDescriptor Type = T.I64Array;
  Type.Element = &T.F64;
  CHECK(
      T.shown(Type, &A,
              Spec{.Presentation = 'f', .Width = 15, .Precision = 2}.piece()) ==
      "[1.00, 2.50]   ");
  CHECK(T.shown(Type, &A, Spec{.Align = '>', .Width = 12}.piece()) ==
        "  [1.0, 2.5]");
  CHECK(T.shown(Type, &A, Spec{.Width = 3}.piece()) == "[1.0, 2.5]");
}

TEST_CASE("print writes pieces and trailing text to the hook") {
  Fixture T;
  int64_t N = 1;
  double D = 2;
  StrHeader *S = T.text("x");
  FormatPiece Pieces[] = {Fixture::plain(), Fixture::plain(), Fixture::plain()};
  Pieces[0].Type = &T.I64;
  Pieces[1].Type = &T.F64;
  Pieces[1].Before = Pieces[2].Before = " ";
  Pieces[1].BeforeLength = Pieces[2].BeforeLength = 1;
  Pieces[2].Type = &T.Str;
  FormatPlan Plan = {Pieces, "\n", 3, 1};
  const void *Values[] = {&N, &D, &S};
  jr_print(&T.Ctx, &Plan, Values);
  CHECK(T.Output == "1 2.0 x\n");
}

TEST_CASE("large arrays and texts are written whole") {
  Fixture T;
  std::string Wanted = "[0";
  for (int I = 1; I < 5000; ++I)
    Wanted += ", " + std::to_string(I);
  Wanted += "]";
  ArrayHeader *A = T.grid({5000});
  FormatPiece Piece = Fixture::plain();
  Piece.Type = &T.I64Array;
  FormatPlan Plan = {&Piece, "", 1, 0};
  const void *Value = &A;
  jr_print(&T.Ctx, &Plan, &Value);
  CHECK(T.Output == Wanted);
  StrHeader *S = T.text(Wanted);
  CHECK(T.shown(T.Str, &S) == Wanted);
}

TEST_CASE("a format that exceeds the limit traps and leaves nothing") {
  Fixture T;
  T.Ctx.MemoryLimit = 4000;
  int64_t N = 1;
  CHECK(trapOf([&] { T.shown(T.I64, &N, Spec{.Width = 5000}.piece()); }) ==
        "memory: memory limit exceeded");
  CHECK(T.isClean());
}
