#include "RunPass.h"
#include "TestJit.h"

#include "Pipeline/PredictiveCommoning.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::test;

namespace {

/// `for i in 1..n { b[i] = t[f(a[i - 1], a[i], a[i + 1])] }`, where the index
/// of t is checked. \p Stored is the place, \p Extra comes before the loop's
/// end.
std::string window(const std::string &Stored = "%b", int Step = 1,
                   const std::string &Extra = "") {
  std::string S = std::to_string(Step);
  return "declare void @trap(ptr) #0\n"
         "declare void @g()\n"
         "attributes #0 = { noreturn cold nounwind }\n"
         "define void @f(ptr %ctx, ptr %a, ptr %b, ptr %t, i64 %n, i32 %len) "
         "nounwind {\n"
         "entry:\n  br label %loop\n"
         "loop:\n"
         "  %i = phi i64 [ 1, %entry ], [ %next, %body ]\n"
         "  %im = sub i64 %i, 1\n  %ip = add i64 %i, 1\n"
         "  %p0 = getelementptr i32, ptr %a, i64 %im\n"
         "  %p1 = getelementptr i32, ptr %a, i64 %i\n"
         "  %p2 = getelementptr i32, ptr %a, i64 %ip\n"
         "  %x0 = load i32, ptr %p0\n  %x1 = load i32, ptr %p1\n"
         "  %x2 = load i32, ptr %p2\n"
         "  %s = add i32 %x0, %x1\n  %x = add i32 %s, %x2\n"
         "  %ok = icmp ult i32 %x, %len\n"
         "  br i1 %ok, label %body, label %out\n"
         "body:\n"
         "  %w = zext i32 %x to i64\n"
         "  %r = getelementptr i32, ptr %t, i64 %w\n"
         "  %v = load i32, ptr %r\n"
         "  %q = getelementptr i32, ptr " +
         Stored + ", i64 %i\n  store i32 %v, ptr %q\n" + Extra +
         "  %next = add nuw nsw i64 %i, " + S +
         "\n  %more = icmp ult i64 %next, %n\n"
         "  br i1 %more, label %loop, label %exit\n"
         "exit:\n  ret void\n"
         "out:\n  call void @trap(ptr %ctx)\n  unreachable\n}\n";
}

struct Result {
  unsigned Loops = 0;
  /// Loads of the largest loop.
  unsigned Loads = 0;
};

Result run(const std::string &Text) {
  TestJit Jit;
  auto M = Jit.parse(Text);
  llvm::Function &F = runPass<PredictiveCommoningPass>(*M);
  Result R;
  llvm::DominatorTree DT(F);
  llvm::LoopInfo LI(DT);
  size_t Largest = 0;
  for (llvm::Loop *L : LI.getLoopsInPreorder()) {
    ++R.Loops;
    size_t Size = 0;
    unsigned Loads = 0;
    for (llvm::BasicBlock *BB : L->blocks())
      for (llvm::Instruction &I : *BB) {
        ++Size;
        Loads += llvm::isa<llvm::LoadInst>(I);
        // Claims that hold for one turn of this loop only must not stay.
        CHECK(I.getMetadata(llvm::LLVMContext::MD_alias_scope) == nullptr);
        CHECK(I.getMetadata(llvm::LLVMContext::MD_noalias) == nullptr);
      }
    if (Size > Largest) {
      Largest = Size;
      R.Loads = Loads;
    }
  }
  return R;
}

} // namespace

TEST_CASE("Four turns of a window load each element once") {
  Result R = run(window());
  // As it was, unrolled, and what is left over.
  CHECK(R.Loops == 3);
  // Six elements of a, four of t.
  CHECK(R.Loads == 10);
}

TEST_CASE("One that moves by two repeats too few") {
  CHECK(run(window("%b", 2)).Loops == 1);
}

TEST_CASE("A loop that stores where it will load is left alone") {
  CHECK(run(window("%a")).Loops == 1);
}

TEST_CASE("So is one that calls, or stores who knows where") {
  CHECK(run(window("%b", 1, "  call void @g()\n")).Loops == 1);
  CHECK(run(window("%b", 1,
                   "  %z = getelementptr i32, ptr %b, i32 %v\n"
                   "  store i32 0, ptr %z\n"))
            .Loops == 1);
}
