#include "RunPass.h"
#include "TestJit.h"

#include "Pipeline/StoreSpeculation.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::test;

namespace {

/// A loop over i with \p Body, which ends by branching to %latch.
std::string loopWith(const std::string &Body) {
  return "define void @f(ptr %a, ptr %b, i64 %n) {\n"
         "entry:\n  br label %loop\n"
         "loop:\n"
         "  %i = phi i64 [ 0, %entry ], [ %next, %latch ]\n"
         "  %p = getelementptr inbounds i32, ptr %a, i64 %i\n"
         "  %q = getelementptr inbounds i32, ptr %b, i64 %i\n"
         "  %x = load i32, ptr %q\n" +
         Body +
         "latch:\n"
         "  %next = add nuw nsw i64 %i, 1\n"
         "  %more = icmp ult i64 %next, %n\n"
         "  br i1 %more, label %loop, label %exit\n"
         "exit:\n  ret void\n}\n";
}

/// Number of selects and of conditional branches after the pass.
std::pair<unsigned, unsigned> run(const std::string &Text) {
  TestJit Jit;
  auto M = Jit.parse(Text);
  llvm::Function &F = runPass<StoreSpeculationPass>(*M);
  unsigned Selects = 0, Branches = 0;
  for (llvm::Instruction &I : llvm::instructions(F)) {
    Selects += llvm::isa<llvm::SelectInst>(I);
    auto *Branch = llvm::dyn_cast<llvm::BranchInst>(&I);
    Branches += Branch && Branch->isConditional();
  }
  return {Selects, Branches};
}

using Counts = std::pair<unsigned, unsigned>;

} // namespace

TEST_CASE("A guarded store of what was just read becomes a choice") {
  CHECK(run(loopWith("  %old = load i32, ptr %p\n"
                     "  %less = icmp slt i32 %x, %old\n"
                     "  br i1 %less, label %then, label %latch\n"
                     "then:\n  store i32 %x, ptr %p\n  br label %latch\n")) ==
        Counts(1, 1));
}

TEST_CASE("So does one on the other side of its branch") {
  CHECK(run(loopWith("  %old = load i32, ptr %p\n"
                     "  %less = icmp slt i32 %x, %old\n"
                     "  br i1 %less, label %latch, label %then\n"
                     "then:\n  %y = add i32 %x, 1\n  store i32 %y, ptr %p\n"
                     "  br label %latch\n")) == Counts(1, 1));
}

TEST_CASE("A place that was not read first is left alone") {
  CHECK(run(loopWith("  %less = icmp slt i32 %x, 5\n"
                     "  br i1 %less, label %then, label %latch\n"
                     "then:\n  store i32 %x, ptr %p\n  br label %latch\n")) ==
        Counts(0, 2));
}

TEST_CASE("So is one that was written after it was read") {
  CHECK(run(loopWith("  %old = load i32, ptr %p\n"
                     "  store i32 %x, ptr %q\n"
                     "  %less = icmp slt i32 %x, %old\n"
                     "  br i1 %less, label %then, label %latch\n"
                     "then:\n  store i32 %x, ptr %p\n  br label %latch\n")) ==
        Counts(0, 2));
}

TEST_CASE("What may trap in hardware is not executed for nothing") {
  CHECK(run(loopWith("  %old = load i32, ptr %p\n"
                     "  %less = icmp slt i32 %x, %old\n"
                     "  br i1 %less, label %then, label %latch\n"
                     "then:\n  %y = sdiv i32 7, %x\n  store i32 %y, ptr %p\n"
                     "  br label %latch\n")) == Counts(0, 2));
}
