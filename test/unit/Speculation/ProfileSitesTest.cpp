#include "Speculation/ProfileSites.h"

#include "Sema/Sema.h"
#include "Support/Diagnostics.h"

#include <catch2/catch.hpp>

using namespace jitrun;

TEST_CASE("Sites are numbered in the order of the tree") {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  const FileId File = Sources.addText("sites.jit", R"(
fn f(n: i64, xs: f64[], on: bool, name: str) -> i64 {
  var s = 0;
  for i in 0..n {
    if on { if s > 3 { s += 1 } } else { s += 2 }
    while s < 10 { s += 5 }
  }
  if s == 7 { s = 0 }
  s + len(xs) + len(name)
}
)");
  auto M = sema::check(Sources, File, {}, Diags);
  REQUIRE(M);
  const tast::Function &F = *M->findFunction("f");
  const speculation::ProfileSites S(F);

  REQUIRE(S.layout() ==
          SiteLayout{.Loops = 2, .Values = 2, .Arrays = 1, .Branches = 3});
  REQUIRE(S.values() ==
          llvm::ArrayRef<tast::SlotId>{tast::SlotId(0), tast::SlotId(2)});
  REQUIRE(S.arrays() == llvm::ArrayRef<tast::SlotId>{tast::SlotId(1)});
  for (uint32_t I = 0; I < 3; ++I)
    REQUIRE(S.branchOf(*S.branches()[I]) == I);
  REQUIRE(S.branches()[0]->Range.Begin < S.branches()[1]->Range.Begin);
  REQUIRE(S.branches()[1]->Range.Begin < S.branches()[2]->Range.Begin);
  REQUIRE(S.loops()[0]->Kind == tast::StmtKind::ForRange);
  REQUIRE(S.loops()[1]->Kind == tast::StmtKind::While);
}

TEST_CASE("Calls of function values and operators on any have sites") {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  const FileId File = Sources.addText("sites.jit", R"(
fn f(g: fn(i64) -> i64, a: any, b: any) -> any {
  var n = g(1);
  if a < b { n += g(2) }
  while a != b && n < 9 { n += 1 }
  a * b + -a
}
)");
  auto M = sema::check(Sources, File, {}, Diags);
  REQUIRE(M);
  const speculation::ProfileSites S(*M->findFunction("f"));
  REQUIRE(S.layout().Callees == 2);
  REQUIRE(S.layout().Tags == 5);
  REQUIRE(S.layout().tagsAt(0) ==
          S.layout().calleeAt(0) + 2 * sizeof(TargetCount));
  for (uint32_t I = 0; I < 2; ++I)
    REQUIRE(S.calleeOf(*S.callees()[I]) == I);
  REQUIRE(S.callees()[0]->Range.Begin < S.callees()[1]->Range.Begin);
  using Op = abi::AnyOperator;
  std::vector<Op> Operators;
  for (const speculation::ProfileSites::Operator &O : S.tags()) {
    Operators.push_back(O.What);
    REQUIRE(O.IsUnary == (O.What == Op::Negate));
  }
  REQUIRE(Operators ==
          std::vector<Op>{Op::Lt, Op::Ne, Op::Mul, Op::Negate, Op::Add});
}
