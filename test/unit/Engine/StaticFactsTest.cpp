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
