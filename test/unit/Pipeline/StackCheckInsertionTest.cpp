#include "RunPass.h"
#include "TestJit.h"

#include "Pipeline/ContextArgument.h"
#include "Pipeline/StackCheckInsertion.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::test;

namespace {

const char Declarations[] = "\ndeclare void @jr_print(ptr)\n"
                            "declare i64 @jr.ext.host(ptr)\n"
                            "declare i64 @jr.0.7.f(ptr)\n"
                            "declare double @llvm.sqrt.f64(double)\n";

/// What the pass has made of f.
struct Checked {
  /// The block whose check it is, or "" without one.
  std::string Block;
  /// Bytes that it adds to the frame's address.
  int64_t Bytes = -1;
  /// Whether large locals come after it.
  bool LocalsBehind = false;
};

Checked run(const std::string &Text) {
  TestJit Jit;
  auto M = Jit.parse(Text + Declarations);
  pinContextArguments(*M);
  unpinContextArguments(*M);
  llvm::Function &F = runPass<StackCheckInsertionPass>(*M);
  Checked Result;
  for (llvm::Instruction &I : llvm::instructions(F)) {
    auto *Call = llvm::dyn_cast<llvm::CallInst>(&I);
    if (Call && Call->getCalledFunction() &&
        Call->getCalledFunction()->getName() == "jr_stack_slow") {
      REQUIRE(Result.Block.empty());
      Result.Block = Call->getParent()->getSinglePredecessor()->getName().str();
      Result.Bytes =
          llvm::cast<llvm::ConstantInt>(Call->getArgOperand(1))->getSExtValue();
    }
    if (llvm::isa<llvm::AllocaInst>(I) && !Result.Block.empty())
      Result.LocalsBehind = true;
  }
  return Result;
}

} // namespace

TEST_CASE("Functions that call nothing but the runtime have no stack check") {
  CHECK(run("define double @f(ptr %c, double %x) {\n"
            "entry:\n  call void @jr_print(ptr %c)\n"
            "  %y = call double @llvm.sqrt.f64(double %x)\n"
            "  ret double %y\n}\n")
            .Block == "");
}

TEST_CASE("Calls of programs, of hosts and through slots are checked") {
  const char *Call =
      GENERATE("call i64 @jr.0.7.f(ptr %c)", "call i64 @jr.ext.host(ptr %c)",
               "call i64 %slot(ptr %c)",
               "call i64 @f(ptr %c, "
               "ptr %slot)");
  Checked C = run("define i64 @f(ptr %c, ptr %slot) {\n"
                  "entry:\n  %r = " +
                  std::string(Call) + "\n  ret i64 %r\n}\n");
  CHECK(C.Block == "entry");
  CHECK(C.Bytes == 0);
}

TEST_CASE("The check is where the ways to the calls part") {
  const std::string Program =
      "define i64 @f(ptr %c, i64 %n) {\n"
      "entry:\n  %z = icmp eq i64 %n, 0\n"
      "  br i1 %z, label %leaf, label %inner\n"
      "leaf:\n  ret i64 1\n"
      "inner:\n  %o = icmp ult i64 %n, 9\n"
      "  br i1 %o, label %left, label %right\n"
      "left:\n  %a = call i64 @jr.0.7.f(ptr %c)\n  ret i64 %a\n"
      "right:\n  %b = call i64 @jr.0.7.f(ptr %c)\n  ret i64 %b\n}\n";
  CHECK(run(Program).Block == "inner");
}

TEST_CASE("The check is outside of loops") {
  CHECK(run("define i64 @f(ptr %c, i64 %n) {\n"
            "entry:\n  %z = icmp eq i64 %n, 0\n"
            "  br i1 %z, label %exit, label %ahead\n"
            "ahead:\n  br label %outer\n"
            "outer:\n  %i = phi i64 [ 0, %ahead ], [ %i1, %latch ]\n"
            "  br label %loop\n"
            "loop:\n  %j = phi i64 [ 0, %outer ], [ %j1, %loop ]\n"
            "  %a = call i64 @jr.0.7.f(ptr %c)\n"
            "  %j1 = add i64 %j, 1\n  %m = icmp ult i64 %j1, %n\n"
            "  br i1 %m, label %loop, label %latch\n"
            "latch:\n  %i1 = add i64 %i, 1\n  %k = icmp ult i64 %i1, %n\n"
            "  br i1 %k, label %outer, label %exit\n"
            "exit:\n  ret i64 0\n}\n")
            .Block == "ahead");
}

TEST_CASE("The check is on the way into a loop that may not be entered") {
  CHECK(run("define i64 @f(ptr %c, i64 %n) {\n"
            "entry:\n  %z = icmp eq i64 %n, 0\n"
            "  br i1 %z, label %exit, label %loop\n"
            "loop:\n  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]\n"
            "  %a = call i64 @jr.0.7.f(ptr %c)\n"
            "  %i1 = add i64 %i, 1\n  %m = icmp ult i64 %i1, %n\n"
            "  br i1 %m, label %loop, label %exit\n"
            "exit:\n  ret i64 0\n}\n")
            .Block == "entry.loop_crit_edge");
}

TEST_CASE("Calls of what calls nothing itself need no check") {
  CHECK(run("define internal i64 @leaf(ptr %c, i64 %n) {\n"
            "  call void @jr_print(ptr %c)\n  ret i64 %n\n}\n"
            "define i64 @f(ptr %c, i64 %n) {\n"
            "entry:\n  %r = call i64 @leaf(ptr %c, i64 %n)\n"
            "  ret i64 %r\n}\n")
            .Block == "");
  CHECK(run("define internal i64 @inner(ptr %c, i64 %n) {\n"
            "  %r = call i64 @f(ptr %c, i64 %n)\n  ret i64 %r\n}\n"
            "define i64 @f(ptr %c, i64 %n) {\n"
            "entry:\n  %r = call i64 @inner(ptr %c, i64 %n)\n"
            "  ret i64 %r\n}\n")
            .Block == "entry");
}

TEST_CASE("A large frame is checked at entry, before it is taken") {
  Checked C = run("define i64 @f(ptr %c, i64 %n) {\n"
                  "entry:\n  %a = alloca [8000 x i8], align 8\n"
                  "  %b = alloca i64, align 8\n"
                  "  %p = getelementptr i8, ptr %a, i64 %n\n"
                  "  store i64 %n, ptr %b\n"
                  "  %r = load i64, ptr %p\n  ret i64 %r\n}\n");
  CHECK(C.Block == "entry");
  CHECK(C.Bytes == 8008);
  CHECK(C.LocalsBehind);
}
