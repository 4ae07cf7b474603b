// Not run by default: `unit-Pipeline [speed]` prints what compiling costs.

#include "Samples.h"
#include "TestJit.h"

#include "Pipeline/OptimizePipeline.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace jitrun;
using namespace jitrun::test;

namespace {

double microseconds() {
  return std::chrono::duration<double, std::micro>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double median(std::vector<double> Values) {
  std::nth_element(Values.begin(), Values.begin() + Values.size() / 2,
                   Values.end());
  return Values[Values.size() / 2];
}

void ourPath(unsigned Count, unsigned Batch) {
  TestJit Jit;
  auto G = unwrap(CodeGenerator::create(CodegenTier::Baseline));
  llvm::LLVMContext Context;
  Context.setDiscardValueNames(true);
  std::vector<double> Building, Generating, Linking, Total;
  for (unsigned I = 0; I < Count; I += Batch) {
    double Start = microseconds();
    double Built, Generated;
    {
      llvm::Module M("m", Context);
      for (unsigned J = 0; J < Batch; ++J)
        addSampleFunction(M, "f" + std::to_string(I + J), I + J);
      Built = microseconds();
      ObjectCode Code = unwrap(G->run(M));
      Generated = microseconds();
      Jit.link(std::move(Code));
    }
    double End = microseconds();
    Building.push_back((Built - Start) / Batch);
    Generating.push_back((Generated - Built) / Batch);
    Linking.push_back((End - Generated) / Batch);
    Total.push_back((End - Start) / Batch);
  }
  std::printf("kept generator, pooled memory, %3u a module: IR %5.1f  codegen "
              "%6.1f  link %5.1f  total %6.1f us/function\n",
              Batch, median(Building), median(Generating), median(Linking),
              median(Total));
}

void stockPath(unsigned Count, unsigned Batch) {
  using namespace llvm::orc;
  HostTarget::get();
  auto Builder = unwrap(JITTargetMachineBuilder::detectHost());
  Builder.setCodeGenOptLevel(llvm::CodeGenOptLevel::None);
  auto Jit =
      unwrap(LLJITBuilder().setJITTargetMachineBuilder(Builder).create());
  std::vector<double> Total;
  for (unsigned I = 0; I < Count; I += Batch) {
    double Start = microseconds();
    auto Context = std::make_unique<llvm::LLVMContext>();
    auto M = std::make_unique<llvm::Module>("m", *Context);
    M->setDataLayout(Jit->getDataLayout());
    for (unsigned J = 0; J < Batch; ++J)
      addSampleFunction(*M, "f" + std::to_string(I + J), I + J);
    check(Jit->addIRModule(ThreadSafeModule(std::move(M), std::move(Context))));
    unwrap(Jit->lookup("f" + std::to_string(I)));
    Total.push_back((microseconds() - Start) / Batch);
  }
  std::printf("stock LLJIT,                    %3u a module: total %6.1f "
              "us/function\n",
              Batch, median(Total));
}

} // namespace

TEST_CASE("Baseline compile speed", "[.][speed]") {
  for (int Round = 0; Round < 2; ++Round) {
    stockPath(1000, 1);
    ourPath(1000, 1);
    stockPath(1000, 10);
    ourPath(1000, 10);
  }
}

TEST_CASE("Start-up cost", "[.][speed]") {
  double Start = microseconds();
  HostTarget::get();
  double Detected = microseconds();
  auto Memory = unwrap(CodeMemory::create());
  double Reserved = microseconds();
  auto G = unwrap(CodeGenerator::create(CodegenTier::Baseline));
  double Created = microseconds();
  llvm::LLVMContext Context;
  for (int I = 0; I < 2; ++I) {
    double Before = microseconds();
    llvm::Module M("m", Context);
    addSampleFunction(M, "f", 1);
    unwrap(G->run(M));
    std::printf("module %d: %.1f us\n", I, microseconds() - Before);
  }
  std::printf("host %.1f us, code memory %.1f us, generator %.1f us\n",
              Detected - Start, Reserved - Detected, Created - Reserved);
}

TEST_CASE("Cost of polls and of checks in a vectorised sum", "[.][speed]") {
  auto Text = [](bool Checked) {
    return std::string(R"(
      declare void @trap(ptr, i64, i64) #0
      attributes #0 = { noreturn cold nomerge nounwind }
      define i64 @f(ptr %ctx, ptr %a, i64 %len, i64 %n) nounwind "frame-pointer"="all" {
      entry:
        br label %head
      head:
        %i = phi i64 [ 0, %entry ], [ %next, %ok ]
        %sum = phi i64 [ 0, %entry ], [ %s, %ok ]
        %more = icmp slt i64 %i, %n
        br i1 %more, label %body, label %done
      body:
        %in = icmp ult i64 %i, )") +
           (Checked ? "%len" : "-1") + R"(
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
        ret i64 %sum
      })";
  };
  auto G = unwrap(CodeGenerator::create(CodegenTier::Optimized));
  uint64_t Context[16] = {};
  for (int64_t Size : {1000, 100000})
    for (int Round = 0; Round < 2; ++Round)
      for (auto [Name, Checked, Hoist, Poll] :
           std::vector<std::tuple<const char *, bool, bool, bool>>{
               {"no check, no poll", false, false, false},
               {"no check, poll", false, false, true},
               {"hoisted check, no poll", true, true, false},
               {"hoisted check, poll", true, true, true},
               {"check left, poll", true, false, true}}) {
        TestJit Jit;
        Jit.define("trap", nullptr);
        Jit.define("jr_poll", nullptr);
        auto M = Jit.parse(Text(Checked));
        OptimizeOptions Options;
        Options.HoistBoundsChecks = Hoist;
        Options.InsertChecks = Poll;
        optimize(*M, G->targetMachine(), Options);
        auto *F = Jit.compile<int64_t(void *, int64_t *, int64_t, int64_t)>(
            *G, *M, "f");
        std::vector<int64_t> Buffer(Size + 8, 1);
        // Aligned, or the measure is that of its alignment.
        int64_t *A = reinterpret_cast<int64_t *>(
            (reinterpret_cast<uintptr_t>(Buffer.data()) + 63) & ~63);
        std::vector<double> Times;
        int64_t Sum = 0;
        for (int Try = 0; Try < 200; ++Try) {
          double Start = microseconds();
          for (int I = 0; I < 2000000 / Size / 10; ++I)
            Sum += F(Context, A, Size, Size);
          Times.push_back(microseconds() - Start);
        }
        CHECK(Sum == 200 * (2000000 / Size / 10) * Size);
        std::printf("%6ld elements, %-24s %.4f ns/element\n",
                    static_cast<long>(Size), Name,
                    median(Times) * 1000 / (2000000 / Size / 10) / Size);
      }
}
