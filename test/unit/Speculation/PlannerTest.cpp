#include "Speculation/Planner.h"

#include "Sema/Sema.h"
#include "Speculation/FlowCounts.h"
#include "Support/Diagnostics.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::speculation;

namespace {

/// `fn f(..)` of a program, and a profile of it to be filled.
struct Case {
  explicit Case(const std::string &Text) {
    DiagnosticEngine Diags(Sources);
    const FileId File = Sources.addText("plan.jit", Text);
    M = sema::check(Sources, File, {}, Diags);
    REQUIRE(M);
    E.F = M->findFunction("f");
    E.Profile = &P;
    E.Past = &H;
    E.Size = 50;
    E.IndexesParameter = true;
  }

  FunctionPlan plan() {
    E.Uses = Uses;
    return Planner().planEntry(E);
  }

  SourceManager Sources;
  std::unique_ptr<tast::Module> M;
  FunctionProfile P;
  History H;
  std::vector<ArgumentUse> Uses;
  FunctionEvidence E;
};

using Kind = AssumptionKind;

} // namespace

TEST_CASE("Arguments that never changed and that decide are fixed") {
  Case C("fn f(a: i64, b: i64, c: f64) -> i64 = a + b + i64(c);");
  C.P.Values = {{7, 9, 9}, {8, 8, 9}, {1, 9, 9}};
  C.Uses = {ArgumentUse::Decides, ArgumentUse::Decides, ArgumentUse::Decides};
  const FunctionPlan Plan = C.plan();
  REQUIRE(Plan.Assumptions ==
          std::vector<Assumption>{{Kind::ConstantArgument, 0, 7, 9}});
  REQUIRE(print(*C.E.F, Plan.Assumptions[0], C.Sources) ==
          "line 1: a = 7 (so in all of 9 samples; tested at entry)");

  SECTION("but not on few samples") {
    C.P.Values[0] = {7, 3, 3};
    REQUIRE(C.plan().Assumptions.empty());
  }
  SECTION("nor where nothing follows from it") {
    C.Uses[0] = ArgumentUse::Plain;
    REQUIRE(C.plan().Assumptions.empty());
  }
  SECTION("nor bounds of long loops") {
    C.Uses[0] = ArgumentUse::Bound;
    REQUIRE(C.plan().Assumptions.size() == 1);
    C.P.Values[0].Bits = 65;
    REQUIRE(C.plan().Assumptions.empty());
    C.P.Values[0].Bits = uint64_t(-1);
    REQUIRE(C.plan().Assumptions.empty());
  }
  SECTION("nor in large functions") {
    C.E.Size = 100000;
    REQUIRE(C.plan().Assumptions.empty());
  }
  SECTION("nor what failed before") {
    while (!C.H.fail(Kind::ConstantArgument, 0, 1)) {
    }
    REQUIRE(C.plan().Assumptions.empty());
  }
}

TEST_CASE("Arrays that were always alike are assumed to be") {
  Case C("fn f(a: f64[,], b: f64[,], c: f64[], d: f64[]) -> f64 = 0.0;");
  C.P.Arrays = {
      {9, 9, 9, 9, 9}, {9, 9, 8, 0, 9}, {9, 9, 9, 0, 9}, {9, 9, 9, 0, 8}};
  REQUIRE(C.plan().Assumptions ==
          std::vector<Assumption>{{Kind::Contiguous, 0, 0, 9},
                                  {Kind::SameShape, 1, 0, 9}});
  C.P.Arrays[3].LikeLeader = 9;
  REQUIRE(C.plan().Assumptions.back() == Assumption{Kind::SameShape, 3, 2, 9});

  SECTION("but not where nothing indexes them") {
    C.E.IndexesParameter = false;
    REQUIRE(C.plan().Assumptions.empty());
  }
  SECTION("and without a profile nothing is") {
    C.E.Profile = nullptr;
    REQUIRE(C.plan().Assumptions.empty());
  }
}

TEST_CASE("Arms that never ran are cut off where they are in the way") {
  Case C(R"(
fn g(x: i64) -> i64 = x * x;
fn f(x: i64) -> i64 {
  var s = 0;
  if x == 1 { s = g(x) }
  if x == 2 { s = 3 } else { s += g(x) }
  if x == 3 { s = 4 }
  if x == 4 { for i in 0..x { s += i } }
  s
}
)");
  C.P.Branches = {{0, 5000}, {5000, 5000}, {0, 5000}, {1, 5000}};
  FunctionPlan Plan;
  const auto Again = [&] {
    Plan = {};
    C.E.Uses = C.Uses;
    Planner().planBranches(C.E, Plan);
    return Plan.Assumptions;
  };
  REQUIRE(Again() == std::vector<Assumption>{{Kind::NeverTaken, 0, 0, 5000},
                                             {Kind::NeverTaken, 1, 1, 5000}});
  REQUIRE(print(*C.E.F, Plan.Assumptions[1], C.Sources) ==
          "line 6: the condition is true (so each of 5000 times; tested "
          "there)");
  C.P.Branches[3] = {0, 5000};
  REQUIRE(Again().size() == 3);
  C.P.Branches[0] = {0, 999};
  REQUIRE(Again().size() == 2);
  while (!C.H.fail(Kind::NeverTaken, 1, 0)) {
  }
  REQUIRE(Again() == std::vector<Assumption>{{Kind::NeverTaken, 3, 0, 5000}});
}

TEST_CASE("Reasons survive their word") {
  const auto R = reasonOf(reasonWord(Kind::NeverTaken, 77));
  REQUIRE(R);
  REQUIRE(R->Kind == Kind::NeverTaken);
  REQUIRE(R->Site == 77);
  REQUIRE_FALSE(reasonOf(0));
  REQUIRE_FALSE(reasonOf(12));
}

TEST_CASE("One or two callees are expected where they made nearly all calls") {
  Case C("fn g(x: i64) -> i64 = x; fn f(h: fn(i64) -> i64) -> i64 = h(1);");
  const auto Expected = [&](TargetCount T) {
    C.P.Callees = {T};
    FunctionPlan Plan;
    Planner().planExpectations(C.E, Plan);
    return Plan.Expectations;
  };
  using List = std::vector<Expectation>;
  const auto Callee = ExpectationKind::Callee;
  REQUIRE(Expected({{}, {}, 0}) == List{});
  REQUIRE(Expected({{1, 0}, {7, 0}, 0}) == List{{Callee, 0, 0, 7, 7}});
  REQUIRE(Expected({{1, 2}, {95, 5}, 0}) == List{{Callee, 0, 0, 95, 100}});
  REQUIRE(Expected({{2, 1}, {40, 55}, 5}) ==
          List{{Callee, 0, 0, 55, 100}, {Callee, 0, 1, 40, 100}});
  REQUIRE(Expected({{2, 1}, {40, 45}, 15}) == List{});

  FunctionPlan Plan{C.E.F->Id, {}, Expected({{1, 0}, {7, 0}, 0})};
  REQUIRE(Plan.expected(Callee, 0).size() == 1);
  REQUIRE(Plan.expected(Callee, 1).empty());
  REQUIRE(Plan.expected(ExpectationKind::Tags, 0).empty());
  REQUIRE(print(*C.M, *C.E.F, Plan.Expectations[0], C.Sources) ==
          "line 1: the function called is mostly g (in 7 of 7 samples; tested "
          "there)");
}

TEST_CASE("Operands are expected to hold what they held often") {
  Case C("fn f(a: any) -> any = a + a;");
  const auto Expected = [&](TargetCount T) {
    C.P.Tags = {T};
    FunctionPlan Plan;
    Planner().planExpectations(C.E, Plan);
    return Plan.Expectations;
  };
  using List = std::vector<Expectation>;
  const auto Tags = ExpectationKind::Tags;
  REQUIRE(Expected({{}, {}, 0}) == List{});
  REQUIRE(Expected({{9, 5}, {20, 30}, 50}) ==
          List{{Tags, 0, 4, 30, 100}, {Tags, 0, 8, 20, 100}});
  REQUIRE(Expected({{9, 5}, {91, 9}, 0}) == List{{Tags, 0, 8, 91, 100}});
  using abi::DescriptorKind;
  const uint32_t Pair = abi::kindPair(DescriptorKind::I64, DescriptorKind::Str);
  REQUIRE(print(*C.M, *C.E.F, {Tags, 0, Pair, 2, 3}, C.Sources) ==
          "line 1: '+' is mostly of i64 and str (in 2 of 3 samples; tested "
          "there)");
}

TEST_CASE("A match asks first for the types that it mostly found") {
  Case C(
      "fn f(v: any) -> i64 =\n"
      "  match v { _: str => 1, _: bool => 2, n: i64 => n, _: f64 => 4, _ => "
      "5 };");
  auto Plan = [&](std::array<uint64_t, 4> Taken) {
    C.P.Calls = 100;
    C.P.Branches.clear();
    for (uint64_t T : Taken)
      C.P.Branches.push_back({T, 0});
    completeCounts(*C.E.F, C.P);
    FunctionPlan P;
    Planner().planExpectations(C.E, P);
    return P.Expectations;
  };
  using List = std::vector<Expectation>;
  const auto Held = ExpectationKind::HeldType;
  REQUIRE(Plan({0, 20, 5, 70}) ==
          List{{Held, 0, 3, 70, 100}, {Held, 0, 1, 20, 100}});
  REQUIRE(print(*C.M, *C.E.F, Plan({0, 0, 0, 98})[0], C.Sources) ==
          "line 2: the 'match' is often on f64 (in 98 of 100 times; tested "
          "early)");

  SECTION("unless they come first anyway") {
    REQUIRE(Plan({60, 40, 0, 0}).empty());
    REQUIRE(Plan({90, 5, 3, 2}).empty());
  }
  SECTION("or none is found often, or nothing was found") {
    REQUIRE(Plan({9, 9, 9, 9}).empty());
    REQUIRE(Plan({0, 0, 0, 0}).empty());
  }
  SECTION("as written where they are found equally often") {
    REQUIRE(Plan({0, 50, 50, 0}) ==
            List{{Held, 0, 1, 50, 100}, {Held, 0, 2, 50, 100}});
  }
}
