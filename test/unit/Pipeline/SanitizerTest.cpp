#include "TestJit.h"

#include "Pipeline/OptimizePipeline.h"
#include "Pipeline/Sanitizers.h"

#include "llvm/IR/Module.h"

#include <catch2/catch.hpp>

#include <cstdio>
#include <string>
#include <sys/wait.h>
#include <thread>

#if defined(JITRUN_PIPELINE_ASAN) || defined(JITRUN_PIPELINE_TSAN)

using namespace jitrun;
using namespace jitrun::test;

// What is meant to be reported happens in hidden tests, which the visible ones
// run in a process of their own.

namespace {

struct Outcome {
  int Exit;
  std::string Text;
};

Outcome runHidden(const std::string &Test) {
  // The child's mistake must be found whatever the options of this process.
  FILE *Pipe = popen(("ASAN_OPTIONS=$ASAN_OPTIONS:symbolize=0:exitcode=77 "
                      "TSAN_OPTIONS=$TSAN_OPTIONS:symbolize=0:exitcode=77 "
                      "/proc/$PPID/exe '" +
                      Test + "' 2>&1")
                         .c_str(),
                     "r");
  REQUIRE(Pipe);
  Outcome O;
  char Buffer[4096];
  while (size_t Count = fread(Buffer, 1, sizeof(Buffer), Pipe))
    O.Text.append(Buffer, Count);
  const int Status = pclose(Pipe);
  O.Exit = WIFEXITED(Status) ? WEXITSTATUS(Status) : -1;
  return O;
}

struct Code {
  TestJit Jit;
  std::unique_ptr<CodeGenerator> Generator;
  std::unique_ptr<llvm::Module> M;

  template <typename FunctionType>
  FunctionType *make(CodegenTier Tier, const char *Text) {
    Generator = unwrap(CodeGenerator::create(Tier));
    M = Jit.parse(Text);
    if (Tier == CodegenTier::Optimized)
      optimize(*M, Generator->targetMachine());
    return Jit.compile<FunctionType>(*Generator, *M, "f");
  }
};

} // namespace

#ifdef JITRUN_PIPELINE_ASAN

static void readPastBlock(CodegenTier Tier) {
  Code C;
  auto *F = C.make<int64_t(void *, int64_t *)>(Tier, R"(
    define i64 @f(ptr %ctx, ptr %block) nounwind "frame-pointer"="all" {
      %end = getelementptr i64, ptr %block, i64 4
      %v = load i64, ptr %end
      ret i64 %v
    })");
  auto Block = std::make_unique<int64_t[]>(4);
  std::printf("read %d\n", int(F(nullptr, Block.get()) != 0));
}

TEST_CASE("hidden baseline overread", "[.hidden]") {
  readPastBlock(CodegenTier::Baseline);
}

TEST_CASE("hidden optimized overread", "[.hidden]") {
  readPastBlock(CodegenTier::Optimized);
}

TEST_CASE("AddressSanitizer sees what generated code reads") {
  const std::string Tier = GENERATE("baseline", "optimized");
  const Outcome O = runHidden("hidden " + Tier + " overread");
  INFO(O.Text);
  CHECK(O.Exit == 77);
  CHECK(O.Text.find("heap-buffer-overflow") != std::string::npos);
  CHECK(O.Text.find("READ of size 8") != std::string::npos);
}

#endif
#ifdef JITRUN_PIPELINE_TSAN

static void race(CodegenTier Tier) {
  Code C;
  auto *F = C.make<void(void *, int64_t *)>(Tier, R"(
    define void @f(ptr %ctx, ptr %word) nounwind "frame-pointer"="all" {
      %old = load i64, ptr %word
      %new = add i64 %old, 1
      store i64 %new, ptr %word
      ret void
    })");
  int64_t Word = 0;
  std::thread A([&] { F(nullptr, &Word); });
  std::thread B([&] { F(nullptr, &Word); });
  A.join();
  B.join();
}

TEST_CASE("hidden baseline race", "[.hidden]") { race(CodegenTier::Baseline); }

TEST_CASE("hidden optimized race", "[.hidden]") {
  race(CodegenTier::Optimized);
}

TEST_CASE("ThreadSanitizer sees what generated code writes") {
  const std::string Tier = GENERATE("baseline", "optimized");
  const Outcome O = runHidden("hidden " + Tier + " race");
  INFO(O.Text);
  CHECK(O.Exit == 77);
  CHECK(O.Text.find("data race") != std::string::npos);
}

#endif

#endif
