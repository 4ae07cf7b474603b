#include "Fixture.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace jitrun::test;

TEST_CASE("texts are joined, compared and cut by bytes") {
  Fixture T;
  void *C = &T.Ctx;
  CHECK(view(jr_str_concat(C, T.text("ab"), T.text("c"))) == "abc");
  CHECK(view(jr_str_concat(C, T.text(""), T.text(""))) == "");
  struct {
    std::string_view A, B;
    int Order;
  } Cases[] = {
      {"", "", 0},          {"a", "a", 0},
      {"a", "b", -1},       {"b", "a", 1},
      {"a", "ab", -1},      {"ab", "a", 1},
      {"\x7f", "\x80", -1}, {{"a\0b", 3}, {"a\0c", 3}, -1},
  };
  for (auto &K : Cases)
    CHECK(jr_str_compare(T.text(K.A), T.text(K.B)) == K.Order);
  StrHeader *S = T.text("hello");
  CHECK(view(jr_str_slice(C, S, 1, 3)) == "el");
  CHECK(view(jr_str_slice(C, S, 5, 5)) == "");
  CHECK(trapOf([&] { jr_str_slice(C, S, 2, 1); }) ==
        "slice: slice 2..1 is out of bounds for length 5");
  CHECK(trapOf([&] { jr_str_slice(C, S, 0, 6); }) ==
        "slice: slice 0..6 is out of bounds for length 5");
  CHECK(trapOf([&] { jr_str_slice(C, S, -1, 2); }) ==
        "slice: slice -1..2 is out of bounds for length 5");
}

TEST_CASE("split and join are inverse") {
  Fixture T;
  auto Split = [&](std::string_view S, std::string_view By) {
    return static_cast<ArrayHeader *>(
        jr_str_split(&T.Ctx, &T.Str, T.text(S), T.text(By)));
  };
  struct {
    const char *Text, *By, *Parts;
  } Cases[] = {
      {"a,b,c", ",", "[\"a\", \"b\", \"c\"]"},
      {"", ",", "[\"\"]"},
      {",a,", ",", "[\"\", \"a\", \"\"]"},
      {"abc", ",", "[\"abc\"]"},
      {"a--b---c", "--", "[\"a\", \"b\", \"-c\"]"},
      {"aaa", "aa", "[\"\", \"a\"]"},
  };
  for (auto &C : Cases) {
    ArrayHeader *Parts = Split(C.Text, C.By);
    CHECK(T.shown(Parts) == C.Parts);
    CHECK(view(jr_str_join(&T.Ctx, Parts, T.text(C.By))) == C.Text);
  }
  CHECK(trapOf([&] { Split("abc", ""); }) ==
        "text: the separator of 'split' is empty");
  CHECK(view(jr_str_join(&T.Ctx, T.array<StrHeader *>(T.Str, {}),
                         T.text(", "))) == "");
}

TEST_CASE("a split that runs out of memory leaves only the ledger") {
  Fixture T;
  StrHeader *S = T.text("a,b,c,d,e,f"), *By = T.text(",");
  T.Ctx.MemoryLimit = T.Ctx.MemoryUsed + 400;
  CHECK(trapOf([&] { jr_str_split(&T.Ctx, &T.Str, S, By); }) ==
        "memory: memory limit exceeded");
  freeLedger(T.Ctx);
  CHECK(T.isClean());
}

TEST_CASE("integers are parsed whole or not at all") {
  Fixture T;
  auto Parse = [&](std::string_view S) {
    return jr_parse_i64(&T.Ctx, T.text(S));
  };
  CHECK(Parse("0") == 0);
  CHECK(Parse("-17") == -17);
  CHECK(Parse("+17") == 17);
  CHECK(Parse("-9223372036854775808") == INT64_MIN);
  struct {
    std::string_view Text;
    const char *Trap;
  } Bad[] = {
      {"", "parse: cannot parse \"\" as i64"},
      {"12x", "parse: cannot parse \"12x\" as i64"},
      {" 1", "parse: cannot parse \" 1\" as i64"},
      {"+-1", "parse: cannot parse \"+-1\" as i64"},
      {"1.0", "parse: cannot parse \"1.0\" as i64"},
      {"9223372036854775808",
       "parse: cannot parse \"9223372036854775808\" as i64"},
      {"a\"\n", "parse: cannot parse \"a\\\"\\x0a\" as i64"},
  };
  for (auto &B : Bad)
    CHECK(trapOf([&] { Parse(B.Text); }) == B.Trap);
  CHECK(trapOf([&] { Parse(std::string(100, 'x')); }) ==
        "parse: cannot parse \"" + std::string(60, 'x') + "...\" as i64");
}

TEST_CASE("floats are parsed whole or not at all") {
  Fixture T;
  auto Parse = [&](std::string_view S) {
    return jr_parse_f64(&T.Ctx, T.text(S));
  };
  CHECK(Parse("1.5") == 1.5);
  CHECK(Parse("-2e3") == -2000);
  CHECK(Parse("7") == 7);
  CHECK(Parse("+0.1") == 0.1);
  CHECK(Parse("inf") == Inf);
  CHECK(Parse("-inf") == -Inf);
  CHECK(std::isnan(Parse("nan")));
  CHECK(std::signbit(Parse("-0.0")));
  // Too small is zero; too large is refused.
  CHECK(Parse("1e-999") == 0);
  CHECK(Parse("0.000001e-400") == 0);
  CHECK(std::signbit(Parse("-1e-999")));
  CHECK(Parse("4.9e-324") == 5e-324);
  for (const char *Bad :
       {"", "1e999", "123456e400", "x", "1.5 ", "--1", "0x10", "infinity",
        "NAN", "1e", "nan(1)", "1e99999999999999999999"})
    CHECK(trapOf([&] { Parse(Bad); }) ==
          "parse: cannot parse \"" + std::string(Bad) + "\" as f64");
}
