#include "Engine/StaticFacts.h"
#include "Sema/Sema.h"
#include "Support/Diagnostics.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

std::unique_ptr<tast::Module> checked(std::string Text) {
  SourceManager Sources;
  const FileId File = Sources.addText("test.jit", std::move(Text));
  DiagnosticEngine Diagnostics(Sources);
  auto M = sema::check(Sources, File, {}, Diagnostics);
  INFO(Diagnostics.render());
  REQUIRE(M);
  return M;
}

} // namespace

TEST_CASE("A body's facts are its loop depth and its calls") {
  auto M = checked("fn leaf() -> i64 = 1;\n"
                   "fn body(n: i64) -> i64 {\n"
                   "  var s = leaf();\n"
                   "  for i in 0..n { while s < i { s += leaf() } }\n"
                   "  if n > 3 { s += leaf() }\n"
                   "  s\n"
                   "}");
  const BodyFacts F = examine(*M->findFunction("body"));
  REQUIRE(F.LoopDepth == 2);
  REQUIRE(F.Size > 10);
  REQUIRE(F.Calls.size() == 3);
  CHECK(F.Calls[0].LoopDepth == 0);
  CHECK_FALSE(F.Calls[0].Conditional);
  CHECK(F.Calls[1].LoopDepth == 2);
  CHECK_FALSE(F.Calls[1].Conditional);
  CHECK(F.Calls[2].Conditional);
  REQUIRE(examine(*M->findFunction("leaf")).LoopDepth == 0);
}

TEST_CASE("Who is called repeatedly") {
  auto M = checked("fn once() -> i64 = 1;\n"
                   "fn deeper() -> i64 = 1;\n"
                   "fn looped() -> i64 = deeper();\n"
                   "fn self(n: i64) -> i64 "
                   "{ if n == 0 { 0 } else { self(n - 1) } }\n"
                   "fn odd(n: i64) -> bool "
                   "{ if n == 0 { false } else { even(n - 1) } }\n"
                   "fn even(n: i64) -> bool "
                   "{ if n == 0 { true } else { odd(n - 1) } }\n"
                   "fn start() -> i64 { var s = once(); "
                   "for i in 0..9 { s += looped() } s }");
  const std::vector<bool> Repeated = findRepeatedlyCalled(*M);
  auto Is = [&](const char *Name) {
    return bool(Repeated[size_t(M->findFunction(Name)->Id)]);
  };
  CHECK_FALSE(Is("once"));
  CHECK_FALSE(Is("start"));
  CHECK(Is("looped"));
  CHECK(Is("deeper"));
  CHECK(Is("self"));
  CHECK(Is("odd"));
  CHECK(Is("even"));
}

TEST_CASE("Whose loops leave their work to callees") {
  const std::string Functions =
      "fn once(n: i64) -> i64 "
      "{ var s = 0; for i in 0..n { for j in 0..n { s += i * j } } s }\n"
      "fn leaf(n: i64) -> i64 = n * n;\n"
      "fn loops(n: i64) -> i64 "
      "{ var s = 0; for i in 0..n { s += i * i } s }\n"
      "fn calls(n: i64) -> i64 { for i in 0..n { loops(i) } 0 }\n"
      "fn through(n: i64) -> i64 "
      "{ var s = once(n); for i in 0..n { s += loops(i) } s }\n"
      "fn own(n: i64) -> i64 "
      "{ var s = 0; for i in 0..n { for j in 0..n { s += leaf(j) } } s }\n"
      "fn recursive(n: i64) -> i64 "
      "{ if n < 2 { n } else { recursive(n - 1) + recursive(n - 2) } }\n"
      "fn climbs(n: i64) -> i64 "
      "{ var s = 0; for i in 0..n { s += recursive(i) } s }\n";
  auto M = checked(Functions);
  const std::vector<bool> Found = findLoopsInCallees(*M);
  auto Is = [&](const char *Name) {
    return bool(Found[size_t(M->findFunction(Name)->Id)]);
  };
  CHECK(Is("calls"));
  CHECK(Is("climbs"));
  // Its first call alone takes as long.
  CHECK_FALSE(Is("through"));
  CHECK_FALSE(Is("own"));
  CHECK_FALSE(Is("loops"));
  CHECK_FALSE(Is("leaf"));

  SECTION("of none in a program with short arrays") {
    auto Short = checked(Functions + "fn few() -> f64[] = [1.0, 2.0, 3.0];");
    const std::vector<bool> None = findLoopsInCallees(*Short);
    CHECK_FALSE(None[size_t(Short->findFunction("calls")->Id)]);
  }
}
