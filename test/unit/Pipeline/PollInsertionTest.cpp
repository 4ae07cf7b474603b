#include "TestJit.h"

#include "Pipeline/OptimizePipeline.h"

#include "ABI/ExecutionContext.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <catch2/catch.hpp>

#include <csetjmp>
#include <cstdlib>

using namespace jitrun;
using namespace jitrun::test;

namespace {

jmp_buf Landing;
unsigned Polls, PollsUntilStop;
abi::ExecutionContext *Polling;
std::vector<SiteFrame> PollFrames;
SiteTable *Table;

__attribute__((noinline)) void poll(abi::ExecutionContext *Context) {
  Polling = Context;
  if (auto Found = Table->lookup(
          reinterpret_cast<uint64_t>(__builtin_return_address(0))))
    PollFrames = Found->Frames;
  if (++Polls == PollsUntilStop)
    longjmp(Landing, 1);
}

class Program {
public:
  explicit Program(const std::string &Text) {
    Table = &Jit.Sites;
    Jit.define("jr_poll", reinterpret_cast<void *>(&poll));
    Jit.define("jr_stack_slow", reinterpret_cast<void *>(&std::abort));
    G = unwrap(CodeGenerator::create(CodegenTier::Optimized));
    M = Jit.parse(Text);
    OptimizeOptions Options;
    Options.Verify = true;
    optimize(*M, G->targetMachine(), Options);
    for (llvm::Function &F : *M)
      for (llvm::Instruction &I : llvm::instructions(F)) {
        auto *Load = llvm::dyn_cast<llvm::LoadInst>(&I);
        PollCount += Load && (Load->isVolatile() || Load->isAtomic());
        HasVectors |= I.getType()->isVectorTy();
      }
    Code = reinterpret_cast<void *>(Jit.link(unwrap(G->run(*M))).at("f"));
  }

  /// Whether f returned by itself rather than from its \p StopAfter th poll.
  template <typename... Ts> bool finishes(unsigned StopAfter, Ts... Arguments) {
    Polls = 0;
    PollsUntilStop = StopAfter;
    Context.Interrupt = StopAfter != 0;
    if (setjmp(Landing))
      return false;
    Result = reinterpret_cast<int64_t (*)(void *, Ts...)>(Code)(&Context,
                                                                Arguments...);
    return true;
  }

  abi::ExecutionContext Context{};
  int64_t Result = -1;
  unsigned PollCount = 0;
  bool HasVectors = false;

private:
  TestJit Jit;
  std::unique_ptr<CodeGenerator> G;
  std::unique_ptr<llvm::Module> M;
  void *Code;
};

const char *DebugTail = R"(
!llvm.module.flags = !{!0}
!llvm.dbg.cu = !{!1}
!0 = !{i32 2, !"Debug Info Version", i32 3}
!1 = distinct !DICompileUnit(language: DW_LANG_C, file: !2, emissionKind: NoDebug)
!2 = !DIFile(filename: "m", directory: "")
!3 = !DISubroutineType(types: !4)
!4 = !{}
!5 = distinct !DISubprogram(linkageName: "17", scope: !2, file: !2, type: !3, unit: !1, spFlags: DISPFlagDefinition)
)";

} // namespace

TEST_CASE("An endless loop can be stopped at any of its polls") {
  Program P(R"(
    define i64 @f(ptr %ctx, ptr %flag) nounwind "frame-pointer"="all" {
      br label %loop
    loop:
      %v = load volatile i64, ptr %flag
      %z = icmp eq i64 %v, 0
      br i1 %z, label %loop, label %done
    done:
      ret i64 5
    })");
  int64_t Flag = 0;
  CHECK_FALSE(P.finishes(1, &Flag));
  CHECK_FALSE(P.finishes(1000, &Flag));
  CHECK(Polls == 1000);
  CHECK(Polling == &P.Context);
  Flag = 1;
  CHECK(P.finishes(1000, &Flag));
  CHECK(P.Result == 5);
}

TEST_CASE(
    "A loop whose end is seen by the counter before its step has strips") {
  // As 'for' over an inclusive range is: it counts what is left, to zero.
  Program P(R"(
    define i64 @f(ptr %ctx, ptr %a, i64 %n) nounwind "frame-pointer"="all" {
    entry:
      br label %loop
    loop:
      %left = phi i64 [ %n, %entry ], [ %less, %loop ]
      %s = phi i64 [ 1, %entry ], [ %t, %loop ]
      store volatile i64 %s, ptr %a
      %m = mul i64 %s, 6364136223846793005
      %t = add i64 %m, %left
      %more = icmp ne i64 %left, 0
      %less = sub i64 %left, 1
      br i1 %more, label %loop, label %done
    done:
      ret i64 %t
    })");
  for (int64_t N : {0, 1, 7, 1000, 16384, 16385, 100000}) {
    uint64_t Expected = 1;
    int64_t Last = 0;
    for (int64_t Left = N; Left >= 0; --Left)
      Expected = Expected * 6364136223846793005u + uint64_t(Left);
    CHECK(P.finishes(100000, &Last, N));
    CHECK(P.Result == int64_t(Expected));
    // Not in each iteration.
    CHECK(Polls <= unsigned(N) / 500);
    if (N >= 16384)
      CHECK(Polls > 0);
  }
}

TEST_CASE("A vectorised sum polls in its vector loop and its rest") {
  Program P(R"(
    define i64 @f(ptr %ctx, ptr %a, i64 %n) nounwind "frame-pointer"="all" {
    entry:
      br label %head
    head:
      %i = phi i64 [ 0, %entry ], [ %next, %body ]
      %sum = phi i64 [ 0, %entry ], [ %s, %body ]
      %more = icmp slt i64 %i, %n
      br i1 %more, label %body, label %done
    body:
      %p = getelementptr i64, ptr %a, i64 %i
      %v = load i64, ptr %p
      %s = add i64 %sum, %v
      %next = add i64 %i, 1
      br label %head
    done:
      ret i64 %sum
    })");
  CHECK(P.HasVectors);
  int64_t N = 1000003;
  std::vector<int64_t> A(N);
  for (int64_t I = 0; I < N; ++I)
    A[I] = I;
  CHECK(P.finishes(0, A.data(), N));
  CHECK(Polls == 0);
  CHECK(P.Result == N * (N - 1) / 2);
  // Values survive the polls, wherever the strips end.
  for (int64_t M = N - 40; M < N; ++M) {
    CHECK(P.finishes(~0u, A.data(), M));
    CHECK(P.Result == M * (M - 1) / 2);
  }
  CHECK(Polls > 5);
  CHECK(Polls < 5000);
  CHECK_FALSE(P.finishes(3, A.data(), N));
  for (int64_t M = 0; M < 100; ++M) {
    CHECK(P.finishes(~0u, A.data(), M));
    CHECK(P.Result == M * (M - 1) / 2);
  }
}

TEST_CASE("Counted loops that stay scalar are cut into strips, up and down") {
  int Step = GENERATE(1, 3, -1, -5);
  Program P(R"(
    define i64 @f(ptr %ctx, i64 %start, i64 %end, i64 %x) nounwind "frame-pointer"="all" {
    entry:
      br label %body
    body:
      %i = phi i64 [ %start, %entry ], [ %next, %body ]
      %h = phi i64 [ %x, %entry ], [ %k, %body ]
      %m = mul i64 %h, 31
      %r = lshr i64 %h, 7
      %j = xor i64 %m, %r
      %k = add i64 %j, %i
      %next = add i64 %i, )" +
            std::to_string(Step) + R"(
      %more = icmp ne i64 %next, %end
      br i1 %more, label %body, label %done
    done:
      ret i64 %k
    })");
  for (int64_t Count :
       {1, 2, 3, 511, 512, 513, 1024, 2047, 2048, 2049, 4096, 10000}) {
    uint64_t Hash = 5;
    for (int64_t I = 0, C = 1000; I < Count; ++I, C += Step)
      Hash = ((Hash * 31) ^ (Hash >> 7)) + static_cast<uint64_t>(C);
    INFO("count " << Count);
    CHECK(P.finishes(~0u, int64_t(1000), 1000 + Count * Step, int64_t(5)));
    CHECK(static_cast<uint64_t>(P.Result) == Hash);
  }
  CHECK(Polls >= 3);
  CHECK(Polls < 200);
  CHECK_FALSE(P.finishes(2, int64_t(0), int64_t(Step) << 40, int64_t(5)));
}

TEST_CASE("Loops that are over soon do not poll") {
  Program P(R"(
    define i64 @f(ptr %ctx, ptr %a) nounwind "frame-pointer"="all" {
    entry:
      br label %body
    body:
      %i = phi i64 [ 0, %entry ], [ %next, %body ]
      %sum = phi i64 [ 0, %entry ], [ %s, %body ]
      %p = getelementptr i64, ptr %a, i64 %i
      %v = load i64, ptr %p
      %q = sdiv i64 1000, %v
      %s = add i64 %sum, %q
      %next = add i64 %i, 1
      %more = icmp slt i64 %next, 100
      br i1 %more, label %body, label %done
    done:
      ret i64 %s
    })");
  CHECK(P.PollCount == 0);
  std::vector<int64_t> A(100, 10);
  CHECK(P.finishes(0, A.data()));
  CHECK(P.Result == 10000);
}

TEST_CASE("An inner function that does not use its context still polls, and "
          "says where") {
  Program P(std::string(R"(
    define internal i64 @spin(ptr %ctx, i64 %n) noinline nounwind "frame-pointer"="all" !dbg !5 {
    entry:
      br label %body
    body:
      %i = phi i64 [ %n, %entry ], [ %k, %body ]
      %m = mul i64 %i, 3
      %k = lshr i64 %m, 1
      %more = icmp ugt i64 %k, 1
      br i1 %more, label %body, label %done
    done:
      ret i64 %k
    }
    define i64 @f(ptr %ctx, i64 %n) nounwind "frame-pointer"="all" {
      %r = call i64 @spin(ptr %ctx, i64 %n)
      ret i64 %r
    })") + DebugTail);
  CHECK(P.PollCount == 1);
  CHECK_FALSE(P.finishes(3, int64_t(1) << 60));
  CHECK(Polling == &P.Context);
  CHECK(PollFrames == std::vector<SiteFrame>{{17, SiteFrame::UnknownSite}});
}
