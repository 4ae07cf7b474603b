#include "TestJit.h"

#include "Pipeline/BoundsCheckHoist.h"
#include "Pipeline/OptimizePipeline.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"

#include <catch2/catch.hpp>

#include <csetjmp>
#include <cstring>

using namespace jitrun;
using namespace jitrun::test;

namespace {

jmp_buf Landing;
int64_t TrapIndex, TrapLength;

[[noreturn]] void trap(void *, int64_t Index, int64_t Length) {
  TrapIndex = Index;
  TrapLength = Length;
  longjmp(Landing, 1);
}

const char *Declarations = R"(
  declare void @trap(ptr, i64, i64) #0
  attributes #0 = { noreturn cold nomerge nounwind }
)";

/// A module, hoisted and cleaned up by nothing else, and code of it.
class Compiled {
public:
  explicit Compiled(const std::string &Text, bool WholePipeline) {
    Jit.define("trap", reinterpret_cast<void *>(&trap));
    Jit.define("jr_poll", nullptr);
    Jit.define("memset", reinterpret_cast<void *>(&memset));
    Jit.define("memcpy", reinterpret_cast<void *>(&memcpy));
    Jit.define("memmove", reinterpret_cast<void *>(&memmove));
    G = unwrap(CodeGenerator::create(CodegenTier::Optimized));
    M = Jit.parse(Text + Declarations);
    if (WholePipeline) {
      OptimizeOptions Options;
      Options.Verify = true;
      Options.VersionEagerly = true;
      optimize(*M, G->targetMachine(), Options);
    } else {
      runHoistAlone();
    }
    REQUIRE_FALSE(llvm::verifyModule(*M, &llvm::errs()));
    HasVectors = HasFreeLoop = false;
    for (llvm::Function &F : *M)
      for (llvm::BasicBlock &BB : F) {
        HasFreeLoop |= BB.getName().contains(".free");
        for (llvm::Instruction &I : BB)
          HasVectors |= I.getType()->isVectorTy();
      }
    Code = reinterpret_cast<void *>(Jit.link(unwrap(G->run(*M))).at("f"));
  }

  /// Calls f; false if it trapped.
  template <typename... Ts> bool call(Ts... Arguments) {
    if (setjmp(Landing))
      return false;
    reinterpret_cast<void (*)(void *, Ts...)>(Code)(&Word, Arguments...);
    return true;
  }

  bool HasVectors, HasFreeLoop;

private:
  void runHoistAlone() {
    llvm::LoopAnalysisManager LAM;
    llvm::FunctionAnalysisManager FAM;
    llvm::CGSCCAnalysisManager CGAM;
    llvm::ModuleAnalysisManager MAM;
    llvm::PassBuilder PB(&G->targetMachine());
    PB.registerModuleAnalyses(MAM);
    PB.registerCGSCCAnalyses(CGAM);
    PB.registerFunctionAnalyses(FAM);
    PB.registerLoopAnalyses(LAM);
    PB.crossRegisterProxies(LAM, FAM, CGAM, MAM);
    llvm::FunctionPassManager FPM;
    check(PB.parsePassPipeline(FPM, "mem2reg,loop(loop-rotate)"));
    FPM.addPass(BoundsCheckHoistPass(600, /*Eager=*/true));
    check(PB.parsePassPipeline(
        FPM, "verify<domtree>,verify<loops>,verify<scalar-evolution>"));
    for (llvm::Function &F : *M)
      if (!F.isDeclaration())
        FPM.run(F, FAM);
  }

  TestJit Jit;
  std::unique_ptr<CodeGenerator> G;
  std::unique_ptr<llvm::Module> M;
  void *Code;
  uint64_t Word[16] = {};
};

/// Loops of the form `for i = start; i < end; i += step: a[f(i)] += i`, as a
/// front end makes them. Index is IR that computes %x from %i.
std::string loopOver(const std::string &Index, int Step) {
  std::string Compare = Step > 0 ? "slt" : "sgt";
  return R"(
    define void @f(ptr %ctx, ptr %a, i64 %len, i64 %start, i64 %end) nounwind {
    entry:
      br label %head
    head:
      %i = phi i64 [ %start, %entry ], [ %next, %ok ]
      %more = icmp )" +
         Compare + R"( i64 %i, %end
      br i1 %more, label %body, label %done
    body:
      )" +
         Index + R"(
      %in = icmp ult i64 %x, %len
      br i1 %in, label %ok, label %bad
    bad:
      call void @trap(ptr %ctx, i64 %x, i64 %len)
      unreachable
    ok:
      %p = getelementptr i64, ptr %a, i64 %x
      %v = load i64, ptr %p
      %s = add i64 %v, %i
      store i64 %s, ptr %p
      %next = add nsw i64 %i, )" +
         std::to_string(Step) + R"(
      br label %head
    done:
      ret void
    })";
}

/// Runs such a loop in C++. Returns the index that traps, if one does.
template <typename Function>
std::optional<int64_t> modelLoop(std::vector<int64_t> &A, int64_t Length,
                                 int64_t Start, int64_t End, int Step,
                                 Function Index) {
  for (__int128 I = Start; Step > 0 ? I < End : I > End; I += Step) {
    auto X = static_cast<int64_t>(Index(static_cast<uint64_t>(I)));
    if (static_cast<uint64_t>(X) >= static_cast<uint64_t>(Length))
      return X;
    A[X] = static_cast<int64_t>(static_cast<uint64_t>(A[X]) +
                                static_cast<uint64_t>(I));
  }
  return std::nullopt;
}

struct Range {
  int64_t Length, Start, End;
};

template <typename Function>
void compare(Compiled &C, const Range &R, int Step, Function Index) {
  std::vector<int64_t> Expected(40), Actual(40);
  for (size_t I = 0; I < Expected.size(); ++I)
    Expected[I] = Actual[I] = static_cast<int64_t>(I * 100);
  auto Trapped = modelLoop(Expected, R.Length, R.Start, R.End, Step, Index);
  INFO("length " << R.Length << " from " << R.Start << " to " << R.End);
  bool Finished = C.call(Actual.data(), R.Length, R.Start, R.End);
  CHECK(Finished == !Trapped);
  if (!Finished && Trapped) {
    CHECK(TrapIndex == *Trapped);
    CHECK(TrapLength == R.Length);
  }
  CHECK(Actual == Expected);
}

const int64_t Most = INT64_MAX, Least = INT64_MIN;

} // namespace

TEST_CASE("A loop with a range check does the same as ever, up to the trap") {
  bool WholePipeline = GENERATE(false, true);

  SECTION("upwards") {
    Compiled C(loopOver("%x = add i64 %i, 0", 1), WholePipeline);
    if (!WholePipeline)
      CHECK(C.HasFreeLoop);
    for (Range R : std::vector<Range>{{0, 0, 0},
                                      {0, 0, 1},
                                      {1, 0, 1},
                                      {1, 0, 2},
                                      {40, 0, 40},
                                      {40, 3, 37},
                                      {33, 0, 40},
                                      {17, 5, 18},
                                      {10, -1, 5},
                                      {10, 10, 11},
                                      {10, 11, 5},
                                      {40, 39, 40},
                                      {10, 5, Most},
                                      {10, Most - 2, Most},
                                      {10, Least, Least + 2},
                                      {10, Least, Most},
                                      {10, -3, Most}})
      compare(C, R, 1, [](uint64_t I) { return I; });
  }
  SECTION("downwards") {
    Compiled C(loopOver("%x = add i64 %i, 0", -1), WholePipeline);
    if (!WholePipeline)
      CHECK(C.HasFreeLoop);
    for (Range R : std::vector<Range>{{40, 39, -1},
                                      {40, 40, -1},
                                      {40, 39, -2},
                                      {40, 20, 10},
                                      {0, 0, -1},
                                      {1, 0, -1},
                                      {1, 0, -2},
                                      {40, 5, 5},
                                      {40, 3, Least},
                                      {40, Least + 2, Least},
                                      {40, Most, Most - 2},
                                      {40, 1, Least + 1}})
      compare(C, R, -1, [](uint64_t I) { return I; });
  }
  SECTION("by two") {
    Compiled C(loopOver("%x = add i64 %i, 0", 2), WholePipeline);
    for (Range R : std::vector<Range>{{40, 0, 40},
                                      {40, 1, 40},
                                      {39, 0, 40},
                                      {38, 0, 40},
                                      {38, 1, 40},
                                      {40, 0, 39},
                                      {5, 0, 6},
                                      {5, 1, 6},
                                      {0, 0, 1},
                                      {10, -2, 4},
                                      {40, 0, 1000}})
      compare(C, R, 2, [](uint64_t I) { return I; });
  }
  SECTION("by what is known before") {
    Compiled C(loopOver("%x = mul i64 %i, %start", 1), WholePipeline);
    if (!WholePipeline)
      CHECK(C.HasFreeLoop);
    for (Range R : std::vector<Range>{{40, 2, 20},
                                      {40, 2, 21},
                                      {39, 2, 20},
                                      {40, 5, 8},
                                      {10, 3, 4},
                                      {9, 3, 4},
                                      {40, 0, 5},
                                      {40, 1, 41},
                                      {40, -1, 2},
                                      {40, -6, -5},
                                      {40, -7, 0},
                                      {40, 1l << 32, (1l << 32) + 3},
                                      {40, 1l << 62, (1l << 62) + 6},
                                      {0, 2, 3}})
      compare(C, R, 1, [&](uint64_t I) { return I * uint64_t(R.Start); });
  }
  SECTION("downwards by three") {
    Compiled C(loopOver("%x = add i64 %i, 0", -3), WholePipeline);
    for (Range R : std::vector<Range>{{40, 39, -1},
                                      {40, 38, 0},
                                      {40, 37, -1},
                                      {40, 37, -3},
                                      {37, 37, 0},
                                      {1, 0, -1},
                                      {1, 0, -4}})
      compare(C, R, -3, [](uint64_t I) { return I; });
  }
  SECTION("the element before") {
    Compiled C(loopOver("%x = add i64 %i, -1", 1), WholePipeline);
    for (Range R : std::vector<Range>{{40, 1, 41},
                                      {40, 0, 41},
                                      {40, 1, 42},
                                      {40, 2, 30},
                                      {40, Least, Least + 3},
                                      {0, 1, 1},
                                      {0, 1, 2}})
      compare(C, R, 1, [](uint64_t I) { return I - 1; });
  }
  SECTION("the element behind") {
    Compiled C(loopOver("%x = add i64 %i, 1", 1), WholePipeline);
    for (Range R : std::vector<Range>{{40, 0, 39},
                                      {40, 0, 40},
                                      {40, -1, 39},
                                      {40, -2, 39},
                                      {40, Most - 1, Most},
                                      {1, 0, 0},
                                      {1, -1, 0}})
      compare(C, R, 1, [](uint64_t I) { return I + 1; });
  }
  SECTION("twice the counter, which wraps around") {
    Compiled C(loopOver("%x = shl i64 %i, 1", 1), WholePipeline);
    for (Range R : std::vector<Range>{{40, 0, 20},
                                      {40, 0, 21},
                                      {39, 0, 20},
                                      {38, 0, 20},
                                      {40, Least, Least + 3},
                                      {40, Least, Least + 21},
                                      {40, Least + 1, Least + 4}})
      compare(C, R, 1, [](uint64_t I) { return I << 1; });
  }
  SECTION("a counter from the far end") {
    Compiled C(loopOver("%x = sub i64 39, %i", 1), WholePipeline);
    for (Range R : std::vector<Range>{
             {40, 0, 40}, {40, 0, 41}, {39, 0, 3}, {39, 1, 40}, {40, 40, 42}})
      compare(C, R, 1, [](uint64_t I) { return 39 - I; });
  }
  SECTION("a 32-bit index") {
    Compiled C(loopOver("%n = trunc i64 %i to i32  %x = sext i32 %n to i64", 1),
               WholePipeline);
    for (Range R : std::vector<Range>{
             {40, 0, 40},
             {40, 0, 41},
             {40, int64_t(1) << 32, (int64_t(1) << 32) + 40},
             {40, -1, 4},
             {40, (int64_t(1) << 31) - 2, (int64_t(1) << 31) + 2}})
      compare(C, R, 1, [](uint64_t I) {
        return static_cast<int64_t>(static_cast<int32_t>(I));
      });
  }
  SECTION("an unsigned 8-bit index, which wraps around and is in range again") {
    Compiled C(loopOver("%n = trunc i64 %i to i8  %x = zext i8 %n to i64", 1),
               WholePipeline);
    for (Range R : std::vector<Range>{{40, 0, 40},
                                      {40, 256, 290},
                                      {40, 0, 300},
                                      {40, 255, 260},
                                      {39, 0, 40}})
      compare(C, R, 1, [](uint64_t I) { return I & 255; });
    // All of 0..255 in range, so the loop wraps and never traps.
    std::vector<int64_t> Big(256);
    CHECK(C.call(Big.data(), int64_t(256), int64_t(0), int64_t(600)));
    CHECK(Big[3] == 3 + 259 + 515);
  }
}

TEST_CASE("Loops that only sum are vectorised once their checks are gone") {
  SECTION("one array") {
    Compiled C(R"(
      define void @f(ptr %ctx, ptr %a, i64 %len, i64 %n, ptr %out) nounwind {
      entry:
        br label %head
      head:
        %i = phi i64 [ 0, %entry ], [ %next, %ok ]
        %sum = phi i64 [ 0, %entry ], [ %s, %ok ]
        %more = icmp slt i64 %i, %n
        br i1 %more, label %body, label %done
      body:
        %in = icmp ult i64 %i, %len
        br i1 %in, label %ok, label %bad
      bad:
        call void @trap(ptr %ctx, i64 %i, i64 %len)
        unreachable
      ok:
        %p = getelementptr i64, ptr %a, i64 %i
        %v = load i64, ptr %p
        %s = add i64 %sum, %v
        %next = add i64 %i, 1
        br label %head
      done:
        store i64 %sum, ptr %out
        ret void
      })",
               true);
    CHECK(C.HasVectors);
    std::vector<int64_t> A(1000, 3);
    int64_t Out = -1;
    CHECK(C.call(A.data(), int64_t(1000), int64_t(999), &Out));
    CHECK(Out == 2997);
    CHECK_FALSE(C.call(A.data(), int64_t(998), int64_t(999), &Out));
    CHECK(TrapIndex == 998);
  }
  SECTION("a stencil over two arrays in a while loop") {
    Compiled C(R"(
      define void @f(ptr noalias %ctx, ptr noalias %a, i64 %alen, ptr noalias %b, i64 %blen, i64 %n) nounwind {
      entry:
        %is = alloca i64
        store i64 1, ptr %is
        br label %head
      head:
        %i = load i64, ptr %is
        %more = icmp slt i64 %i, %n
        br i1 %more, label %c1, label %done
      c1:
        %l = sub i64 %i, 1
        %in1 = icmp ult i64 %l, %alen
        br i1 %in1, label %c2, label %bad1
      bad1:
        call void @trap(ptr %ctx, i64 %l, i64 %alen)
        unreachable
      c2:
        %pl = getelementptr double, ptr %a, i64 %l
        %vl = load double, ptr %pl
        %r = add i64 %i, 1
        %in2 = icmp ult i64 %r, %alen
        br i1 %in2, label %c3, label %bad2
      bad2:
        call void @trap(ptr %ctx, i64 %r, i64 %alen)
        unreachable
      c3:
        %pr = getelementptr double, ptr %a, i64 %r
        %vr = load double, ptr %pr
        %s = fadd double %vl, %vr
        %in3 = icmp ult i64 %i, %blen
        br i1 %in3, label %ok, label %bad3
      bad3:
        call void @trap(ptr %ctx, i64 %i, i64 %blen)
        unreachable
      ok:
        %po = getelementptr double, ptr %b, i64 %i
        store double %s, ptr %po
        %next = add i64 %i, 1
        store i64 %next, ptr %is
        br label %head
      done:
        ret void
      })",
               true);
    CHECK(C.HasVectors);
    for (int64_t BLength : {0, 1, 2, 50, 98, 99, 100})
      for (int64_t N : {0, 1, 2, 60, 99, 100}) {
        std::vector<double> A(100), B(100, -1.0), Expected(100, -1.0);
        for (int I = 0; I < 100; ++I)
          A[I] = I * I;
        std::optional<int64_t> Trapped;
        for (int64_t I = 1; I < N && !Trapped; ++I) {
          if (I + 1 >= 100)
            Trapped = I + 1;
          else if (I >= BLength)
            Trapped = I;
          else
            Expected[I] = A[I - 1] + A[I + 1];
        }
        INFO("b of " << BLength << ", n " << N);
        CHECK(C.call(A.data(), int64_t(100), B.data(), BLength, N) == !Trapped);
        if (Trapped)
          CHECK(TrapIndex == *Trapped);
        CHECK(B == Expected);
      }
  }
}

TEST_CASE("Nested loops, conditional checks and checks in conjunctions") {
  bool WholePipeline = GENERATE(false, true);
  SECTION("a matrix, one check per dimension, both kept exact") {
    Compiled C(R"(
      define void @f(ptr %ctx, ptr %a, i64 %rows, i64 %cols, i64 %n, i64 %m) nounwind {
      entry:
        br label %outer
      outer:
        %i = phi i64 [ 0, %entry ], [ %inext, %latch ]
        %imore = icmp slt i64 %i, %n
        br i1 %imore, label %inner, label %done
      inner:
        %j = phi i64 [ 0, %outer ], [ %jnext, %ok ]
        %jmore = icmp slt i64 %j, %m
        br i1 %jmore, label %c1, label %row
      c1:
        %in1 = icmp ult i64 %i, %rows
        br i1 %in1, label %c2, label %bad1
      bad1:
        call void @trap(ptr %ctx, i64 %i, i64 %rows)
        unreachable
      c2:
        %in2 = icmp ult i64 %j, %cols
        br i1 %in2, label %ok, label %bad2
      bad2:
        call void @trap(ptr %ctx, i64 %j, i64 %cols)
        unreachable
      ok:
        %line = mul i64 %i, %cols
        %at = add i64 %line, %j
        %p = getelementptr i64, ptr %a, i64 %at
        %v = load i64, ptr %p
        %w = add i64 %v, %at
        store i64 %w, ptr %p
        %jnext = add i64 %j, 1
        br label %inner
      row:
        %in3 = icmp ult i64 %i, %rows
        br i1 %in3, label %latch, label %bad3
      bad3:
        call void @trap(ptr %ctx, i64 %i, i64 7)
        unreachable
      latch:
        %inext = add i64 %i, 1
        br label %outer
      done:
        ret void
      })",
               WholePipeline);
    for (auto [N, M] : std::vector<std::pair<int64_t, int64_t>>{
             {4, 9}, {4, 10}, {5, 9}, {5, 0}, {0, 20}, {3, 2}}) {
      std::vector<int64_t> Expected(40), Actual(40);
      std::optional<std::pair<int64_t, int64_t>> Trapped;
      for (int64_t I = 0; I < N && !Trapped; ++I) {
        for (int64_t J = 0; J < M && !Trapped; ++J)
          if (I >= 4)
            Trapped = {I, 4};
          else if (J >= 9)
            Trapped = {J, 9};
          else
            Expected[I * 9 + J] += I * 9 + J;
        if (!Trapped && I >= 4)
          Trapped = {I, 7};
      }
      INFO(N << " by " << M);
      CHECK(C.call(Actual.data(), int64_t(4), int64_t(9), N, M) == !Trapped);
      if (Trapped) {
        CHECK(TrapIndex == Trapped->first);
        CHECK(TrapLength == Trapped->second);
      }
      CHECK(Actual == Expected);
    }
  }
  SECTION("a check that only some iterations make, and an early way out") {
    Compiled C(R"(
      define void @f(ptr %ctx, ptr %a, i64 %len, i64 %n, i64 %from, i64 %stop) nounwind {
      entry:
        br label %head
      head:
        %i = phi i64 [ 0, %entry ], [ %next, %latch ]
        %more = icmp slt i64 %i, %n
        br i1 %more, label %body, label %done
      body:
        %p0 = getelementptr i64, ptr %a, i64 0
        %v0 = load i64, ptr %p0
        %out = icmp eq i64 %v0, %stop
        br i1 %out, label %done, label %cond
      cond:
        %wanted = icmp sge i64 %i, %from
        br i1 %wanted, label %c, label %latch
      c:
        %in = icmp ult i64 %i, %len
        br i1 %in, label %ok, label %bad
      bad:
        call void @trap(ptr %ctx, i64 %i, i64 %len)
        unreachable
      ok:
        %p = getelementptr i64, ptr %a, i64 %i
        store i64 %i, ptr %p
        br label %latch
      latch:
        %v1 = load i64, ptr %p0
        %v2 = add i64 %v1, 1
        store i64 %v2, ptr %p0
        %next = add i64 %i, 1
        br label %head
      done:
        ret void
      })",
               WholePipeline);
    struct Case {
      int64_t Length, N, From, Stop;
    };
    for (Case K : std::vector<Case>{{40, 40, 0, -1},
                                    {40, 41, 0, -1},
                                    {20, 40, 0, 10},
                                    {20, 40, 30, 25},
                                    {20, 40, 30, 35},
                                    {0, 40, 50, -1},
                                    {0, 40, 39, -1}}) {
      std::vector<int64_t> Expected(41), Actual(41);
      std::optional<int64_t> Trapped;
      for (int64_t I = 0; I < K.N; ++I) {
        if (Expected[0] == K.Stop)
          break;
        if (I >= K.From) {
          if (I >= K.Length) {
            Trapped = I;
            break;
          }
          Expected[I] = I;
        }
        ++Expected[0];
      }
      INFO(K.Length << " " << K.N << " " << K.From << " " << K.Stop);
      CHECK(C.call(Actual.data(), K.Length, K.N, K.From, K.Stop) == !Trapped);
      if (Trapped)
        CHECK(TrapIndex == *Trapped);
      CHECK(Actual == Expected);
    }
  }
  SECTION("two comparisons in one branch, the trap first or last") {
    bool TrapFirst = GENERATE(false, true);
    std::string Test = TrapFirst ? R"(
        %n1 = icmp uge i64 %i, %len
        %n2 = icmp ule i64 %other, %i
        %bads = or i1 %n1, %n2
        br i1 %bads, label %bad, label %ok)"
                                 : R"(
        %n1 = icmp ult i64 %i, %len
        %n2 = icmp ugt i64 %other, %i
        %oks = select i1 %n1, i1 %n2, i1 false
        br i1 %oks, label %ok, label %bad)";
    Compiled C(R"(
      define void @f(ptr %ctx, ptr %a, i64 %len, i64 %other, i64 %n) nounwind {
      entry:
        br label %head
      head:
        %i = phi i64 [ 0, %entry ], [ %next, %ok ]
        %more = icmp slt i64 %i, %n
        br i1 %more, label %body, label %done
      body:)" + Test +
                   R"(
      bad:
        call void @trap(ptr %ctx, i64 %i, i64 %len)
        unreachable
      ok:
        %p = getelementptr i64, ptr %a, i64 %i
        store i64 %i, ptr %p
        %next = add i64 %i, 1
        br label %head
      done:
        ret void
      })",
               WholePipeline);
    if (!WholePipeline)
      CHECK(C.HasFreeLoop);
    for (int64_t Length : {0, 1, 20, 40})
      for (int64_t Other : {0, 1, 20, 40})
        for (int64_t N : {0, 1, 2, 20, 40}) {
          std::vector<int64_t> Expected(40, -1), Actual(40, -1);
          int64_t End = std::min(Length, Other);
          for (int64_t I = 0; I < std::min(N, End); ++I)
            Expected[I] = I;
          CHECK(C.call(Actual.data(), Length, Other, N) == (N <= End));
          if (N > End)
            CHECK(TrapIndex == End);
          CHECK(Actual == Expected);
        }
  }
}

TEST_CASE("Loops that cannot be decided before they run are left alone") {
  SECTION("the index is data") {
    Compiled C(R"(
      define void @f(ptr %ctx, ptr %a, i64 %len, i64 %n) nounwind {
      entry:
        br label %head
      head:
        %i = phi i64 [ 0, %entry ], [ %next, %ok ]
        %x = phi i64 [ 0, %entry ], [ %v, %ok ]
        %more = icmp slt i64 %i, %n
        br i1 %more, label %body, label %done
      body:
        %in = icmp ult i64 %x, %len
        br i1 %in, label %ok, label %bad
      bad:
        call void @trap(ptr %ctx, i64 %x, i64 %len)
        unreachable
      ok:
        %p = getelementptr i64, ptr %a, i64 %x
        %v = load i64, ptr %p
        %next = add i64 %i, 1
        br label %head
      done:
        ret void
      })",
               false);
    CHECK_FALSE(C.HasFreeLoop);
    std::vector<int64_t> A = {1, 2, 5};
    CHECK(C.call(A.data(), int64_t(3), int64_t(3)));
    CHECK_FALSE(C.call(A.data(), int64_t(3), int64_t(4)));
    CHECK(TrapIndex == 5);
  }
  SECTION("nobody knows how often it runs") {
    Compiled C(R"(
      define void @f(ptr %ctx, ptr %a, i64 %len) nounwind {
      entry:
        br label %head
      head:
        %i = phi i64 [ 0, %entry ], [ %next, %ok ]
        %in = icmp ult i64 %i, %len
        br i1 %in, label %ok, label %bad
      bad:
        call void @trap(ptr %ctx, i64 %i, i64 %len)
        unreachable
      ok:
        %p = getelementptr i64, ptr %a, i64 %i
        %v = load i64, ptr %p
        %next = add i64 %i, 1
        %zero = icmp eq i64 %v, 0
        br i1 %zero, label %done, label %head
      done:
        ret void
      })",
               false);
    CHECK_FALSE(C.HasFreeLoop);
    std::vector<int64_t> A = {1, 2, 0};
    CHECK(C.call(A.data(), int64_t(3)));
    CHECK_FALSE(C.call(A.data(), int64_t(2)));
  }
}
