#include "TestProgram.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

TestProgram *Program;
Context *Current;

/// Calls `inner`, and does not mind when it traps: -1 then.
int64_t attempt(int64_t N) {
  int64_t Result = 0;
  return Program->call(*Current, "inner", {N}, Result) ? -1 : Result;
}

} // namespace

TEST_CASE("A nested call that traps leaves nothing behind") {
  EngineOptions O;
  O.Mode = GENERATE(TierMode::Baseline, TierMode::Optimized);
  O.FindHost = [](const std::string &) {
    return reinterpret_cast<void *>(&attempt);
  };
  TestProgram P("extern fn test_attempt(n: i64) -> i64;\n"
                "fn inner(n: i64) -> i64 {\n"
                "  let a = i64[1000];\n"
                "  let t = [\"a\" + \"b\", format(\"{}\", n)];\n"
                "  if n > 5 { a[1000 + n] } else { len(t[1]) + a[n] }\n"
                "}\n"
                "fn outer(rounds: i64) -> i64 {\n"
                "  let mine = [\"x\" + \"y\"];\n"
                "  var s = 0;\n"
                "  for i in 0..rounds { s += test_attempt(i % 10) }\n"
                "  s + len(mine[0])\n"
                "}\n",
                O);
  Context C = P.engine().createContext();
  Program = &P;
  Current = &C;
  int64_t Result = 0;
  // Each round in which it stayed would take 8 KB.
  CallOptions Limit;
  Limit.MemoryLimit = 64 << 10;
  REQUIRE_FALSE(P.call(C, "outer", {1000}, Result, Limit));
  CHECK(Result == 100 * (6 - 4) + 2);
  CHECK(C.bytesAlive() == 0);
}

TEST_CASE("What a call has stored into older objects outlives its trap") {
  TestProgram P("fn make() -> str[] { [\"a\" + \"b\", \"c\", \"d\"] }\n"
                "fn grid() -> str[][] { [[\"a\" + \"b\"], [\"c\" + \"d\"]] }\n"
                "fn store(xs: str[], i: i64) -> i64 {\n"
                "  let lost = format(\"{} {}\", i, i);\n"
                "  xs[0] = format(\"kept {}\", i);\n"
                "  xs[i] = lost;\n"
                "  i\n"
                "}\n"
                "fn store_row(xs: str[][], i: i64) -> i64 {\n"
                "  xs[0] = [format(\"kept {}\", i), format(\"too {}\", i)];\n"
                "  len(xs[i])\n"
                "}\n"
                "fn length(xs: str[]) -> i64 = len(xs[0]);\n"
                "fn row_length(xs: str[][]) -> i64 = "
                "len(xs[0][0]) * 10 + len(xs[0][1]);\n",
                [] {
                  EngineOptions O;
                  O.Mode = GENERATE(TierMode::Baseline, TierMode::Optimized);
                  return O;
                }());
  Context C = P.engine().createContext();
  auto Call = [&](const char *Name, std::vector<Cell> Cells) {
    Cells.push_back({});
    auto Report =
        P.engine().call(C, P.module(), P.function(Name), std::span(Cells));
    return Report ? Cell{.Int = -1} : Cells.back();
  };
  const Cell Texts = Call("make", {});
  const int64_t Before = C.bytesAlive();
  REQUIRE(Call("store", {Texts, {.Int = 9}}).Int == -1);
  CHECK(Call("length", {Texts}).Int == 6);
  // "kept 9" took the place of "ab"; what was lost is gone.
  CHECK(C.bytesAlive() == Before + 4);

  const Cell Rows = Call("grid", {});
  REQUIRE(Call("store_row", {Rows, {.Int = 7}}).Int == -1);
  CHECK(Call("row_length", {Rows}).Int == 65);
  C.freeAll();
  CHECK(C.bytesAlive() == 0);
}
