#include "RunPass.h"
#include "TestJit.h"

#include "Pipeline/BiasedLoops.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::test;

namespace {

/// A sum over elements of \p Bytes bytes: a tag, and a number behind it that
/// counts if the tag is zero. \p Weights are how often it is, and is not.
struct Sum {
  unsigned Bytes = 24;
  std::string Weights = "i32 998, i32 2";
  std::string Work = "  %y = fmul double %x, 3.0\n";

  std::string text() const {
    return "define double @f(ptr %a, i64 %n) {\n"
           "entry:\n  br label %loop\n"
           "loop:\n"
           "  %i = phi i64 [ 0, %entry ], [ %next, %latch ]\n"
           "  %s = phi double [ 0.0, %entry ], [ %t, %latch ]\n"
           "  %p = getelementptr inbounds [" +
           std::to_string(Bytes) +
           " x i8], ptr %a, i64 %i\n"
           "  %tag = load i32, ptr %p\n"
           "  %zero = icmp eq i32 %tag, 0\n"
           "  br i1 %zero, label %then, label %latch, !prof !0\n"
           "then:\n"
           "  %q = getelementptr inbounds i8, ptr %p, i64 8\n"
           "  %x = load double, ptr %q\n" +
           Work +
           "  br label %latch\n"
           "latch:\n"
           "  %z = phi double [ 0.0, %loop ], [ %y, %then ]\n"
           "  %t = fadd double %s, %z\n"
           "  %next = add nuw nsw i64 %i, 1\n"
           "  %more = icmp ult i64 %next, %n\n"
           "  br i1 %more, label %loop, label %exit\n"
           "exit:\n  ret double %t\n}\n"
           "!0 = !{!\"branch_weights\", " +
           Weights + "}\n";
  }
};

bool staysScalar(const Sum &S) {
  TestJit Jit;
  auto M = Jit.parse(S.text());
  llvm::Function &F = runPass<BiasedLoopsPass>(*M);
  llvm::DominatorTree DT(F);
  llvm::LoopInfo LI(DT);
  return llvm::getOptionalIntLoopAttribute(*LI.begin(),
                                           "llvm.loop.vectorize.width") == 1;
}

} // namespace

TEST_CASE("A cheap loop that goes one way over elements apart stays scalar") {
  CHECK(staysScalar({}));
}

TEST_CASE("One that goes both ways does not") {
  CHECK_FALSE(staysScalar({.Weights = "i32 98, i32 2"}));
}

TEST_CASE("Nor one whose work vectors do better") {
  CHECK_FALSE(staysScalar({.Work = "  %y = fdiv double 3.0, %x\n"}));
}

TEST_CASE("Nor one whose elements lie side by side") {
  CHECK_FALSE(staysScalar({.Bytes = 4}));
}
