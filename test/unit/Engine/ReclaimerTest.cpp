#include "Engine/Reclaimer.h"
#include "CodeCache/SiteTable.h"
#include "Engine/ContextState.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

/// Code memory without code: units that hold nothing.
struct Bench {
  std::unique_ptr<CodeMemory> Memory = llvm::cantFail(CodeMemory::create());
  std::unique_ptr<CodeLinker> Linker = llvm::cantFail(CodeLinker::create(
      *Memory, [](llvm::StringRef) { return std::nullopt; },
      [](llvm::StringRef) { return std::nullopt; }));
  SiteTable Sites;
  Reclaimer Old{Sites};

  std::shared_ptr<CodeUnit> unit() {
    return std::make_shared<CodeUnit>(
        *Linker, llvm::jitlink::JITLinkMemoryManager::FinalizedAlloc());
  }
};

} // namespace

TEST_CASE("Retired code goes when nobody can be in it") {
  Bench B;
  ContextState One, Two;
  B.Old.add(One);
  B.Old.add(Two);

  SECTION("at once when no call runs") {
    B.Old.retire(B.unit());
    REQUIRE(B.Old.hasRetired());
    REQUIRE(B.Old.collect() == 1);
    REQUIRE_FALSE(B.Old.hasRetired());
  }
  SECTION("not while a call runs that began before") {
    B.Old.enter(One);
    B.Old.retire(B.unit());
    REQUIRE(B.Old.collect() == 0);
    B.Old.enter(Two);
    REQUIRE(B.Old.collect() == 0);
    B.Old.leave(One);
    // The other began after the swap.
    REQUIRE(B.Old.collect() == 1);
    B.Old.leave(Two);
  }
  SECTION("in the order in which it was retired") {
    B.Old.retire(B.unit());
    B.Old.enter(One);
    B.Old.retire(B.unit());
    REQUIRE(B.Old.collect() == 1);
    B.Old.leave(One);
    REQUIRE(B.Old.collect() == 1);
  }
  SECTION("a context that is gone holds nothing") {
    B.Old.enter(One);
    B.Old.retire(B.unit());
    B.Old.remove(One);
    REQUIRE(B.Old.collect() == 1);
  }
}
