#include "Samples.h"
#include "TestJit.h"

#include "Pipeline/OptimizePipeline.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Target/TargetMachine.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstring>

using namespace jitrun;
using namespace jitrun::test;

namespace {

std::unique_ptr<CodeGenerator> generator(CodegenTier Tier) {
  return unwrap(CodeGenerator::create(Tier));
}

std::vector<SiteFrame> Seen;
SiteTable *Table;

/// Called by generated code: notes where from.
__attribute__((noinline)) void observe(void *) {
  auto Found = Table->lookup(reinterpret_cast<uint64_t>(
      __builtin_extract_return_addr(__builtin_return_address(0))));
  if (Found)
    Seen.insert(Seen.end(), Found->Frames.begin(), Found->Frames.end());
  else
    Seen.push_back({~0u, ~0u});
}

const char *DebugTail = R"(
!llvm.module.flags = !{!0}
!llvm.dbg.cu = !{!1}
!0 = !{i32 2, !"Debug Info Version", i32 3}
!1 = distinct !DICompileUnit(language: DW_LANG_C, file: !2, emissionKind: NoDebug)
!2 = !DIFile(filename: "m", directory: "")
!3 = !DISubroutineType(types: !4)
!4 = !{}
!5 = distinct !DISubprogram(linkageName: "17", scope: !2, file: !2, type: !3, unit: !1, spFlags: DISPFlagDefinition)
!6 = distinct !DISubprogram(linkageName: "40", scope: !2, file: !2, type: !3, unit: !1, spFlags: DISPFlagDefinition)
)";

} // namespace

TEST_CASE("Both tiers compute what C++ computes, run after run") {
  CodegenTier Tier = GENERATE(CodegenTier::Baseline, CodegenTier::Optimized);
  TestJit Jit;
  auto G = generator(Tier);
  for (unsigned Seed = 0; Seed < 60; ++Seed) {
    llvm::Module M("m", Jit.Context);
    addSampleFunction(M, "f", Seed);
    auto *F =
        Jit.compile<int64_t(void *, int64_t, int64_t, double)>(*G, M, "f");
    INFO("seed " << Seed);
    CHECK(F(nullptr, 25, 3, 1.5) == evaluateSample(Seed, 25, 3, 1.5));
  }
}

TEST_CASE("Several functions of a module call one another") {
  CodegenTier Tier = GENERATE(CodegenTier::Baseline, CodegenTier::Optimized);
  TestJit Jit;
  auto G = generator(Tier);
  auto M = Jit.parse(R"(
    define i64 @twice(i64 %x) nounwind "frame-pointer"="all" {
      %r = shl i64 %x, 1
      ret i64 %r
    }
    define i64 @start(i64 %x) nounwind "frame-pointer"="all" {
      %a = call i64 @twice(i64 %x)
      %b = call i64 @twice(i64 %a)
      ret i64 %b
    })");
  CHECK(Jit.compile<int64_t(int64_t)>(*G, *M, "start")(5) == 20);
}

TEST_CASE("Baseline code does what FastISel leaves to SelectionDAG, and what "
          "needs the whole pass list") {
  TestJit Jit;
  auto G = generator(CodegenTier::Baseline);
  Jit.define("memcpy", reinterpret_cast<void *>(&memcpy));
  Jit.define("memset", reinterpret_cast<void *>(&memset));
  Jit.define("fmod", reinterpret_cast<void *>(
                         static_cast<double (*)(double, double)>(fmod)));

  SECTION("switch") {
    auto M = Jit.parse(R"(
      define i64 @f(i64 %x) nounwind {
        switch i64 %x, label %d [ i64 0, label %a i64 1, label %b i64 2, label %c
                                  i64 3, label %a i64 900, label %b ]
      a:
        ret i64 10
      b:
        ret i64 20
      c:
        ret i64 30
      d:
        ret i64 40
      })");
    auto *F = Jit.compile<int64_t(int64_t)>(*G, *M, "f");
    CHECK(F(0) == 10);
    CHECK(F(1) == 20);
    CHECK(F(2) == 30);
    CHECK(F(3) == 10);
    CHECK(F(900) == 20);
    CHECK(F(-1) == 40);
  }
  SECTION("memory intrinsics of known and of unknown size") {
    auto M = Jit.parse(R"(
      declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
      declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
      define void @f(ptr %d, ptr %s, i64 %n) nounwind {
        call void @llvm.memset.p0.i64(ptr %d, i8 7, i64 %n, i1 false)
        call void @llvm.memcpy.p0.p0.i64(ptr %d, ptr %s, i64 24, i1 false)
        %e = getelementptr i8, ptr %d, i64 32
        %m = sub i64 %n, 40
        call void @llvm.memcpy.p0.p0.i64(ptr %e, ptr %s, i64 %m, i1 false)
        ret void
      })");
    char Source[64], Destination[64];
    for (int I = 0; I < 64; ++I)
      Source[I] = static_cast<char>(I + 1);
    Jit.compile<void(char *, char *, int64_t)>(*G, *M, "f")(Destination, Source,
                                                            64);
    CHECK(Destination[0] == 1);
    CHECK(Destination[23] == 24);
    CHECK(Destination[24] == 7);
    CHECK(Destination[32] == 1);
    CHECK(Destination[55] == 24);
    CHECK(Destination[56] == 7);
  }
  SECTION("a phi, a select and an unreachable block") {
    auto M = Jit.parse(R"(
      define i64 @f(i64 %x, double %y) nounwind {
        %c = icmp sgt i64 %x, 3
        br i1 %c, label %a, label %b
      a:
        br label %j
      b:
        br label %j
      dead:
        %z = add i64 %x, 1
        br label %j
      j:
        %p = phi i64 [ 1, %a ], [ 2, %b ], [ %z, %dead ]
        %q = fcmp olt double %y, 2.0
        %r = select i1 %q, i64 %p, i64 99
        ret i64 %r
      })");
    auto *F = Jit.compile<int64_t(int64_t, double)>(*G, *M, "f");
    CHECK(F(4, 1.0) == 1);
    CHECK(F(3, 1.0) == 2);
    CHECK(F(3, 2.5) == 99);
  }
  SECTION("intrinsics") {
    auto M = Jit.parse(R"(
      declare {i64, i1} @llvm.sadd.with.overflow.i64(i64, i64)
      declare {i64, i1} @llvm.smul.with.overflow.i64(i64, i64)
      declare i64 @llvm.fptosi.sat.i64.f64(double)
      declare i64 @llvm.smax.i64(i64, i64)
      declare double @llvm.floor.f64(double)
      declare double @llvm.sqrt.f64(double)
      declare double @llvm.fma.f64(double, double, double)
      define i64 @f(i64 %x, double %y) nounwind {
        %a = call {i64, i1} @llvm.sadd.with.overflow.i64(i64 %x, i64 1)
        %o = extractvalue {i64, i1} %a, 1
        br i1 %o, label %over, label %fine
      over:
        ret i64 -1
      fine:
        %s = extractvalue {i64, i1} %a, 0
        %m = call {i64, i1} @llvm.smul.with.overflow.i64(i64 %s, i64 3)
        %t = extractvalue {i64, i1} %m, 0
        %g = call double @llvm.floor.f64(double %y)
        %h = call double @llvm.sqrt.f64(double %g)
        %k = call double @llvm.fma.f64(double %h, double 2.0, double 1.0)
        %l = frem double %k, 4.0
        %i = call i64 @llvm.fptosi.sat.i64.f64(double %l)
        %u = call i64 @llvm.smax.i64(i64 %i, i64 %t)
        ret i64 %u
      })");
    auto *F = Jit.compile<int64_t(int64_t, double)>(*G, *M, "f");
    CHECK(F(INT64_MAX, 1.0) == -1);
    CHECK(F(1, 1.0) == 6);
    CHECK(F(-5, 9.5) == 3);
  }
  SECTION("vectors, atomics, dynamic allocas: the whole list") {
    auto M = Jit.parse(R"(
      declare i32 @llvm.vector.reduce.add.v8i32(<8 x i32>)
      define i32 @f(ptr %p, ptr %q, i64 %n) nounwind "frame-pointer"="all" {
        %v = load <8 x i32>, ptr %p, align 4
        %r = call i32 @llvm.vector.reduce.add.v8i32(<8 x i32> %v)
        %o = atomicrmw nand ptr %q, i32 %r monotonic
        %m = alloca i32, i64 %n
        store i32 %r, ptr %m
        %s = load i32, ptr %m
        ret i32 %s
      })");
    int32_t Numbers[8] = {1, 2, 3, 4, 5, 6, 7, 8}, Word = 0xff;
    auto *F = Jit.compile<int32_t(int32_t *, int32_t *, int64_t)>(*G, *M, "f");
    CHECK(F(Numbers, &Word, 100) == 36);
    CHECK(Word == ~36);
  }
  SECTION("many arguments, floats both ways, i128") {
    auto M = Jit.parse(R"(
      define i64 @f(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i64 %g, i64 %h, double %x) nounwind {
        %u = fptoui double %x to i64
        %y = uitofp i64 %u to float
        %s = fptosi float %y to i64
        %w = zext i64 %h to i128
        %v = mul i128 %w, %w
        %hi = lshr i128 %v, 64
        %t = trunc i128 %hi to i64
        %r = sdiv i64 %a, %b
        %k = add i64 %r, %t
        %z = add i64 %k, %s
        ret i64 %z
      })");
    auto *F = Jit.compile<int64_t(int64_t, int64_t, int64_t, int64_t, int64_t,
                                  int64_t, int64_t, double)>(*G, *M, "f");
    CHECK(F(-100, 7, 0, 0, 0, 0, int64_t(1) << 33, 5.75) == -14 + 4 + 5);
  }
}

TEST_CASE("A return address leads to its site") {
  CodegenTier Tier = GENERATE(CodegenTier::Baseline, CodegenTier::Optimized);
  TestJit Jit;
  Jit.define("observe", reinterpret_cast<void *>(&observe));
  Table = &Jit.Sites;
  Seen.clear();
  auto G = generator(Tier);
  auto M = Jit.parse(std::string(R"(
    declare void @observe(ptr)
    define void @f(ptr %c) nounwind "frame-pointer"="all" "disable-tail-calls"="true" !dbg !5 {
      call void @observe(ptr %c), !dbg !10
      call void @observe(ptr %c)
      call void @observe(ptr %c), !dbg !11
      ret void
    }
    define void @g(ptr %c) nounwind "frame-pointer"="all" "disable-tail-calls"="true" !dbg !6 {
      call void @observe(ptr %c), !dbg !12
      call void @f(ptr %c), !dbg !13
      unreachable
    }
    !10 = !DILocation(line: 1, scope: !5)
    !11 = !DILocation(line: 4294967295, scope: !5)
    !12 = !DILocation(line: 8, scope: !6)
    !13 = !DILocation(line: 9, scope: !6)
    )") + DebugTail);
  ObjectCode Code = unwrap(G->run(*M));
  REQUIRE(Code.Functions.size() == 2);
  CHECK(Code.Functions[0].Symbol == "f");
  CHECK(Code.Functions[0].Calls.size() == 2);
  CHECK(Code.Functions[1].Symbol == "g");
  REQUIRE(Code.Functions[1].Calls.size() == 2);
  // The last call never returns, and its return address still belongs to g.
  CHECK(Code.Functions[1].Calls[1].ReturnOffset ==
        Code.Functions[1].SizeInBytes);
  FunctionSites Last = Code.Functions[1];

  auto Linked = Jit.link(std::move(Code), 77);
  reinterpret_cast<void (*)(void *)>(Linked.at("f"))(nullptr);
  // The second call has no location: found, but without frames.
  CHECK(Seen == std::vector<SiteFrame>{{17, 0}, {17, 4294967294}});
  uint64_t Base = Linked.at("g");
  auto Found = Jit.Sites.lookup(Base + Last.SizeInBytes);
  REQUIRE(Found);
  CHECK(Found->Frames == std::vector<SiteFrame>{{40, 8}});
  CHECK(Found->Tag == 77);
  CHECK(Jit.Memory->contains(Base));
  CHECK_FALSE(Jit.Sites.lookup(Linked.at("f")));
}

TEST_CASE("Sites of inlined calls keep their chain") {
  TestJit Jit;
  Jit.define("observe", reinterpret_cast<void *>(&observe));
  Table = &Jit.Sites;
  Seen.clear();
  auto G = generator(CodegenTier::Optimized);
  auto M = Jit.parse(std::string(R"(
    declare void @observe(ptr)
    define internal void @leaf(ptr %c, i64 %x) nounwind "frame-pointer"="all" "disable-tail-calls"="true" !dbg !5 {
      %t = icmp eq i64 %x, 3
      br i1 %t, label %a, label %b
    a:
      call void @observe(ptr %c), !dbg !10
      br label %j
    b:
      call void @observe(ptr %c), !dbg !11
      br label %j
    j:
      ret void
    }
    define internal void @middle(ptr %c, i64 %x) nounwind "frame-pointer"="all" "disable-tail-calls"="true" !dbg !6 {
      call void @leaf(ptr %c, i64 %x), !dbg !12
      ret void
    }
    define void @f(ptr %c, i64 %x) nounwind "frame-pointer"="all" "disable-tail-calls"="true" !dbg !7 {
      call void @middle(ptr %c, i64 %x), !dbg !13
      call void @leaf(ptr %c, i64 %x), !dbg !14
      ret void
    }
    !7 = distinct !DISubprogram(linkageName: "3000000000", scope: !2, file: !2, type: !3, unit: !1, spFlags: DISPFlagDefinition)
    !10 = !DILocation(line: 101, scope: !5)
    !11 = !DILocation(line: 102, scope: !5)
    !12 = !DILocation(line: 201, scope: !6)
    !13 = !DILocation(line: 301, scope: !7)
    !14 = !DILocation(line: 302, scope: !7)
    )") + DebugTail);
  optimize(*M, G->targetMachine());
  ObjectCode Code = unwrap(G->run(*M));
  // Everything went into f.
  REQUIRE(Code.Functions.size() == 1);
  auto *F = reinterpret_cast<void (*)(void *, int64_t)>(
      Jit.link(std::move(Code)).at("f"));
  // The arms differ in nothing but their sites, and yet stay apart.
  F(nullptr, 3);
  CHECK(Seen == std::vector<SiteFrame>{{17, 100},
                                       {40, 200},
                                       {3000000000, 300},
                                       {17, 100},
                                       {3000000000, 301}});
  Seen.clear();
  F(nullptr, 4);
  CHECK(Seen == std::vector<SiteFrame>{{17, 101},
                                       {40, 200},
                                       {3000000000, 300},
                                       {17, 101},
                                       {3000000000, 301}});
}

TEST_CASE("Errors of code generation are returned") {
  TestJit Jit;
  auto G = generator(CodegenTier::Baseline);
  auto M = Jit.parse(R"(
    define void @f() nounwind {
      %x = call i64 asm sideeffect "", "={no_such_register}"()
      ret void
    })");
  auto Code = G->run(*M);
  REQUIRE_FALSE(bool(Code));
  CHECK(llvm::toString(Code.takeError()).find("code generation failed") == 0);

  // And the generator still works.
  auto Good = Jit.parse("define i64 @f() nounwind { ret i64 4 }");
  CHECK(Jit.compile<int64_t()>(*G, *Good, "f")() == 4);
}

TEST_CASE("Assembly text shows the functions") {
  TestJit Jit;
  CodegenTier Tier = GENERATE(CodegenTier::Baseline, CodegenTier::Optimized);
  auto G = generator(Tier);
  auto M = Jit.parse("define i64 @f(i64 %x) nounwind { ret i64 %x }");
  std::string Text = unwrap(G->printAssembly(*M));
  CHECK(Text.find("f:") != std::string::npos);
  CHECK(Text.find("movq\t%rdi, %rax") != std::string::npos);
}

TEST_CASE("Forty thousand objects take a constant number of mappings, and "
          "freed memory is used again") {
  TestJit Jit;
  auto G = generator(CodegenTier::Baseline);
  auto Compile = [&](unsigned Number) {
    auto M = Jit.parse("define i64 @f(i64 %x) nounwind { %r = add i64 %x, " +
                       std::to_string(Number) + " ret i64 %r }");
    return unwrap(G->run(*M));
  };
  ObjectCode Prototype = Compile(5);
  auto Link = [&] { return unwrap(Jit.tryLink(Prototype)); };
  std::vector<TestJit::Linked> All;
  All.push_back(Link());
  size_t Before = countMappings();
  while (All.size() < 40000)
    All.push_back(Link());
  // The heap, or a sanitizer, may have grown by a few; the objects add none.
  CHECK(countMappings() <= Before + 64);
  CHECK(reinterpret_cast<int64_t (*)(int64_t)>(All.back().Functions.at("f"))(
            7) == 12);

  size_t Peak = Jit.Memory->usage().PeakBytes;
  size_t Live = Jit.Memory->usage().CodeBytes;
  for (size_t I = 0; I < All.size(); I += 2) {
    Jit.unlink(std::move(All[I]));
    All[I] = {};
  }
  CHECK(Jit.Memory->usage().CodeBytes == Live / 2);
  for (size_t I = 0; I < All.size(); I += 2)
    All[I] = Link();
  CHECK(Jit.Memory->usage().PeakBytes == Peak);
  CHECK(Jit.Memory->usage().CodeBytes == Live);
  for (TestJit::Linked &L : All)
    Jit.unlink(std::move(L));
  CHECK(Jit.Memory->usage().CodeBytes == 0);
  CHECK(Jit.Sites.size() == 0);
}

TEST_CASE("The process's options are as they were before") {
  auto &Options = llvm::cl::getRegisteredOptions();
  auto It = Options.find("disable-lsr");
  REQUIRE(It != Options.end());
  auto &DisableLSR = *static_cast<llvm::cl::opt<bool> *>(It->second);
  for (bool Before : {true, false}) {
    DisableLSR = Before;
    llvm::LLVMContext Context;
    auto Generator = generator(CodegenTier::Optimized);
    llvm::Module M("empty", Context);
    REQUIRE(static_cast<bool>(Generator->run(M)));
    CHECK(DisableLSR == Before);
  }
}
