#include "RunPass.h"
#include "TestJit.h"

#include "Pipeline/HeaderLoads.h"

#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::test;

namespace {

const char Tail[] = "\ndeclare void @g(ptr)\n"
                    "declare ptr @make(ptr)\n"
                    "declare void @jr_free_array(ptr, ptr)\n"
                    "!0 = !{!1, !1, i64 0}\n!1 = !{!\"header\", !2, i64 0}\n"
                    "!2 = !{!\"root\"}\n"
                    "!3 = !{!4, !4, i64 0}\n!4 = !{!\"data\", !2, i64 0}\n";

/// The blocks that hold loads of f after the pass, in order, by name.
std::vector<std::string> loads(const std::string &Text) {
  TestJit Jit;
  auto M = Jit.parse(Text + Tail);
  llvm::Function &F = runPass<HeaderLoadsPass>(*M);
  std::vector<std::string> Blocks;
  for (llvm::Instruction &I : llvm::instructions(F))
    if (llvm::isa<llvm::LoadInst>(I))
      Blocks.push_back(I.getParent()->getName().str());
  return Blocks;
}

using Blocks = std::vector<std::string>;

} // namespace

TEST_CASE("A header word is read where its argument comes in") {
  CHECK(loads("define i64 @f(ptr %c, ptr dereferenceable(80) %a, i1 %b) {\n"
              "entry:\n  br i1 %b, label %then, label %exit\n"
              "then:\n"
              "  %p = getelementptr i8, ptr %a, i64 64\n"
              "  %x = load i64, ptr %p, !tbaa !0\n"
              "  call void @g(ptr %c)\n"
              "  %q = getelementptr i8, ptr %a, i64 64\n"
              "  %y = load i64, ptr %q, !tbaa !0\n"
              "  %s = add i64 %x, %y\n"
              "  br label %exit\n"
              "exit:\n"
              "  %r = phi i64 [ 0, %entry ], [ %s, %then ]\n"
              "  ret i64 %r\n}\n") == Blocks{"entry"});
}

TEST_CASE("A reference that need not be valid is read where it was") {
  CHECK(loads("define i64 @f(ptr %c, ptr %a, i1 %b) {\n"
              "entry:\n  br i1 %b, label %then, label %exit\n"
              "then:\n"
              "  %p = getelementptr i8, ptr %a, i64 64\n"
              "  %x = load i64, ptr %p, !tbaa !0\n"
              "  call void @g(ptr %c)\n"
              "  %y = load i64, ptr %p, !tbaa !0\n"
              "  %s = add i64 %x, %y\n"
              "  ret i64 %s\n"
              "exit:\n  ret i64 0\n}\n") == Blocks{"then"});
}

TEST_CASE("Loads on different paths stay, and so does other memory") {
  SECTION("neither dominates the other") {
    CHECK(loads("define i64 @f(ptr %c, ptr %a, i1 %b) {\n"
                "entry:\n  br i1 %b, label %then, label %else\n"
                "then:\n  %x = load i64, ptr %a, !tbaa !0\n"
                "  br label %exit\n"
                "else:\n  %y = load i64, ptr %a, !tbaa !0\n"
                "  br label %exit\n"
                "exit:\n  %r = phi i64 [ %x, %then ], [ %y, %else ]\n"
                "  ret i64 %r\n}\n") == Blocks{"then", "else"});
  }
  SECTION("elements may have changed") {
    CHECK(loads("define i64 @f(ptr %c, ptr %a) {\n"
                "entry:\n  %x = load i64, ptr %a, !tbaa !3\n"
                "  call void @g(ptr %c)\n"
                "  %y = load i64, ptr %a, !tbaa !3\n"
                "  %s = add i64 %x, %y\n"
                "  ret i64 %s\n}\n") == Blocks{"entry", "entry"});
  }
  SECTION("different words") {
    CHECK(loads("define i64 @f(ptr %c, ptr %a) {\n"
                "entry:\n  %x = load i64, ptr %a, !tbaa !0\n"
                "  %p = getelementptr i8, ptr %a, i64 8\n"
                "  %y = load i64, ptr %p, !tbaa !0\n"
                "  %s = add i64 %x, %y\n"
                "  ret i64 %s\n}\n") == Blocks{"entry", "entry"});
  }
}

TEST_CASE("No load moves past the end of the array it reads") {
  // Each round makes an array, reads its length and frees it: to sink the
  // load behind the loop would read freed memory.
  CHECK(loads("define i64 @f(ptr %c, i64 %n) {\n"
              "entry:\n  br label %loop\n"
              "loop:\n"
              "  %i = phi i64 [ 0, %entry ], [ %next, %loop ]\n"
              "  %a = call dereferenceable(80) ptr @make(ptr %c)\n"
              "  %p = getelementptr i8, ptr %a, i64 64\n"
              "  %x = load i64, ptr %p, !tbaa !0\n"
              "  call void @jr_free_array(ptr %c, ptr %a)\n"
              "  %next = add i64 %i, 1\n"
              "  %more = icmp ult i64 %next, %n\n"
              "  br i1 %more, label %loop, label %exit\n"
              "exit:\n  ret i64 %x\n}\n") == Blocks{"loop"});
}
