#include "Speculation/FlowCounts.h"

#include "Sema/Sema.h"
#include "Support/Diagnostics.h"

#include <catch2/catch.hpp>

using namespace jitrun;

namespace {

/// The counts of `fn f(..)` completed.
FunctionProfile complete(const std::string &Text, FunctionProfile P) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  const FileId File = Sources.addText("flow.jit", Text);
  auto M = sema::check(Sources, File, {}, Diags);
  REQUIRE(M);
  speculation::completeCounts(*M->findFunction("f"), P);
  return P;
}

/// What baseline code counts.
FunctionProfile counted(uint64_t Calls, std::vector<uint64_t> Taken,
                        std::vector<uint64_t> Iterations) {
  FunctionProfile P;
  P.Calls = Calls;
  for (uint64_t N : Taken)
    P.Branches.push_back({N, 0});
  for (uint64_t N : Iterations)
    P.Loops.push_back({0, N});
  return P;
}

} // namespace

TEST_CASE("An if is reached as often as what comes before lets through") {
  const FunctionProfile P = complete(R"(
fn f(x: i64) -> i64 {
  if x == 1 { return 1 }
  if x == 2 { if x == 3 { return 2 } } else if x == 4 { return 3 }
  if x == 5 { return 4 }
  0
}
)",
                                     counted(100, {10, 20, 5, 8, 7}, {}));
  REQUIRE(P.Branches == std::vector<BranchCount>{
                            {10, 100}, {20, 90}, {5, 20}, {8, 70}, {7, 77}});
}

TEST_CASE("A loop is left as often as it is entered, but for jumps past it") {
  const FunctionProfile P = complete(R"(
fn f(n: i64) -> i64 {
  var s = 0;
  for i in 0..n {
    if i == 7 { break }
    if i == 8 { continue }
    if i == 9 { return s }
    while s < i { s += 1 }
    s += 1
  }
  if s == 0 { s = 1 }
  s
}
)",
                                     counted(10, {2, 30, 1, 4}, {100, 50}));
  REQUIRE(P.Branches ==
          std::vector<BranchCount>{{2, 100}, {30, 98}, {1, 68}, {4, 9}});
  REQUIRE(P.Loops == std::vector<LoopCount>{{10, 100}, {67, 50}});
}

TEST_CASE("Counts that do not fit together are adjusted") {
  const FunctionProfile P = complete(R"(
fn f(n: i64) -> i64 {
  if n == 0 { return 0 }
  if n == 1 { return 0 }
  var s = 0;
  for i in 0..n { s += i }
  s
}
)",
                                     counted(3, {2, 5}, {7}));
  REQUIRE(P.Branches == std::vector<BranchCount>{{2, 3}, {5, 5}});
  REQUIRE(P.Loops == std::vector<LoopCount>{{1, 7}});
}

TEST_CASE("Calls are as frequent as the statements they are in") {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  const FileId File = Sources.addText("calls.jit", R"(
fn g(x: i64) -> i64 = x;
fn f(n: i64) -> i64 {
  if n == 0 { return g(1) }
  var s = g(2);
  for i in 0..n { s += g(i) }
  s
}
)");
  auto M = sema::check(Sources, File, {}, Diags);
  REQUIRE(M);
  REQUIRE(speculation::countCalls(*M->findFunction("f"), counted(10, {3}, {70}))
              .Direct == std::vector<uint64_t>{3, 7, 70});
}

TEST_CASE("So are calls of function values, by the numbers of their sites") {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  const FileId File = Sources.addText("calls.jit", R"(
fn f(g: fn(i64) -> i64, n: i64) -> i64 {
  if n == 0 { return g(1) }
  var s = 0;
  for i in 0..n { s += g(i) }
  s
}
)");
  auto M = sema::check(Sources, File, {}, Diags);
  REQUIRE(M);
  FunctionProfile P = counted(10, {3}, {70});
  REQUIRE(speculation::countCalls(*M->findFunction("f"), P).Values.empty());
  P.Callees.resize(2);
  REQUIRE(speculation::countCalls(*M->findFunction("f"), P).Values ==
          std::vector<uint64_t>{3, 70});
}
