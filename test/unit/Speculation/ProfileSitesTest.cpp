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
