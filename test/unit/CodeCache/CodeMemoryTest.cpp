#include "CodeCache/CodeMemory.h"

#include <catch2/catch.hpp>

#include <cstring>
#include <fstream>
#include <sys/resource.h>
#include <thread>
#include <vector>

using namespace jitrun;

namespace {

template <typename T> T unwrap(llvm::Expected<T> Value) {
  if (!Value)
    throw std::runtime_error(llvm::toString(Value.takeError()));
  return std::move(*Value);
}

/// mov eax, Result; ret
void writeFunction(char *Where, uint32_t Result) {
  Where[0] = static_cast<char>(0xb8);
  std::memcpy(Where + 1, &Result, 4);
  Where[5] = static_cast<char>(0xc3);
}

} // namespace

TEST_CASE("Code is written through one view and runs in the other") {
  auto Memory = unwrap(CodeMemory::create());
  auto R = unwrap(Memory->allocateCode(6, 16));
  CHECK(R.Address != R.Working);
  CHECK(reinterpret_cast<uintptr_t>(R.Address) % 16 == 0);
  writeFunction(R.Working, 42);
  CHECK(reinterpret_cast<uint32_t (*)()>(R.Address)() == 42);
  CHECK(Memory->contains(reinterpret_cast<uint64_t>(R.Address)));
  CHECK_FALSE(Memory->contains(reinterpret_cast<uint64_t>(R.Working)));
  CHECK_FALSE(Memory->contains(reinterpret_cast<uint64_t>(&R)));
  // Both show the same bytes.
  char Copy[6];
  std::memcpy(Copy, R.Address, 6);
  CHECK(std::memcmp(Copy, R.Working, 6) == 0);
  Memory->free(R);
  CHECK(Memory->usage().CodeBytes == 0);
}

TEST_CASE("Code and data reach one another with 32 bits") {
  auto Memory = unwrap(CodeMemory::create());
  auto Code = unwrap(Memory->allocateCode(64, 16));
  auto Data = unwrap(Memory->allocateData(64, 64));
  CHECK(std::abs(Data.Address - Code.Address) < INT32_MAX);
  Data.Address[3] = 7;
  CHECK(Data.Working[3] == 7);
  Memory->free(Code);
  Memory->free(Data);
}

TEST_CASE("Freed ranges join and are used again before fresh memory") {
  auto Memory = unwrap(CodeMemory::create());
  std::vector<CodeMemory::Range> All;
  for (int I = 0; I < 100; ++I)
    All.push_back(unwrap(Memory->allocateCode(64, 16)));
  size_t Peak = Memory->usage().PeakBytes;
  for (size_t I : {20, 22, 21, 23})
    Memory->free(All[I]);
  auto Joined = unwrap(Memory->allocateCode(256, 16));
  CHECK(Joined.Address == All[20].Address);
  CHECK(Memory->usage().PeakBytes == Peak);
  CHECK(Memory->usage().CodeBytes == 6400);
  CHECK(Memory->usage().LiveAllocations == 97);
}

TEST_CASE("Alignments hold and cost no memory for good") {
  auto Memory = unwrap(CodeMemory::create());
  std::vector<CodeMemory::Range> All;
  for (size_t Alignment : {16, 4096, 32, 64, 1024, 16}) {
    All.push_back(unwrap(Memory->allocateCode(48, Alignment)));
    CHECK(reinterpret_cast<uintptr_t>(All.back().Address) % Alignment == 0);
  }
  for (const CodeMemory::Range &R : All)
    Memory->free(R);
  auto Whole = unwrap(Memory->allocateCode(4096, 16));
  CHECK(Whole.Address < All[1].Address);
}

TEST_CASE("Limits give an error that says what was wanted") {
  SECTION("the limit of use") {
    auto Memory = unwrap(CodeMemory::create({.LimitBytes = 10000}));
    auto R = unwrap(Memory->allocateCode(9000, 16));
    auto Second = Memory->allocateData(2000, 16);
    REQUIRE_FALSE(bool(Second));
    CHECK(llvm::toString(Second.takeError()) ==
          "code memory is used up: no room for 2000 bytes of data");
    Memory->free(R);
    unwrap(Memory->allocateData(2000, 16));
  }
  SECTION("little address space") {
    // Room for a quarter of what is asked for by default.
    rlimit Old, New;
    getrlimit(RLIMIT_AS, &Old);
    std::ifstream("/proc/self/statm") >> New.rlim_cur;
    New = {New.rlim_cur * 4096 + (size_t(640) << 20), Old.rlim_max};
    // Sanitizers have taken more than any limit.
    if (New.rlim_cur < size_t(1) << 40) {
      REQUIRE(setrlimit(RLIMIT_AS, &New) == 0);
      auto Memory = CodeMemory::create();
      setrlimit(RLIMIT_AS, &Old);
      unwrap(unwrap(std::move(Memory))->allocateCode(size_t(1) << 20, 16));
    }
  }
  SECTION("the reservation") {
    auto Memory =
        unwrap(CodeMemory::create({.ReservationBytes = size_t(4) << 20}));
    auto Huge = Memory->allocateCode(size_t(8) << 20, 16);
    REQUIRE_FALSE(bool(Huge));
    llvm::consumeError(Huge.takeError());
    unwrap(Memory->allocateCode(size_t(2) << 20, 16));
  }
}

TEST_CASE("Threads allocate and free at once") {
  auto Memory = unwrap(CodeMemory::create());
  std::vector<std::thread> Threads;
  std::atomic<int> Wrong = 0;
  for (uint32_t T = 0; T < 4; ++T)
    Threads.emplace_back([&, T] {
      std::vector<CodeMemory::Range> Mine;
      for (uint32_t I = 0; I < 500; ++I) {
        Mine.push_back(unwrap(Memory->allocateCode(16 + I % 7 * 16, 16)));
        writeFunction(Mine.back().Working, T * 1000 + I);
        if (I % 3 == 2) {
          Memory->free(Mine[Mine.size() - 2]);
          Mine.erase(Mine.end() - 2);
        }
      }
      for (const CodeMemory::Range &R : Mine) {
        Wrong += reinterpret_cast<uint32_t (*)()>(R.Address)() / 1000 != T;
        Memory->free(R);
      }
    });
  for (std::thread &T : Threads)
    T.join();
  CHECK(Wrong == 0);
  CHECK(Memory->usage().CodeBytes == 0);
  CHECK(Memory->usage().LiveAllocations == 0);
}
