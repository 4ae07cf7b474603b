#include "CodeCache/ImageGraph.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/ExecutionEngine/JITLink/x86_64.h"

#include <catch2/catch.hpp>

#include <cstring>

using namespace jitrun;
using namespace llvm::ELF;
namespace jitlink = llvm::jitlink;
namespace x86 = llvm::jitlink::x86_64;

namespace {

/// A section of 16 bytes of code, one function at its start, and what is to be
/// added.
CodeImage imageOfOneFunction() {
  CodeImage I;
  I.Name = "image";
  I.Sections.push_back({".text", std::string(16, '\xc3'), 16, 16, false, true});
  I.Symbols.push_back({"f", 0, 0, true});
  return I;
}

struct Fixture {
  std::unique_ptr<CodeMemory> Memory = llvm::cantFail(CodeMemory::create());
  std::shared_ptr<llvm::orc::SymbolStringPool> Names =
      std::make_shared<llvm::orc::SymbolStringPool>();
  uint64_t Near = Memory->codeBegin() + 64;
  uint64_t Far = Memory->codeBegin() + (uint64_t(1) << 34);

  llvm::Expected<std::unique_ptr<jitlink::LinkGraph>>
  build(const CodeImage &I) {
    return buildLinkGraph(
        I, Names, *Memory,
        [&](llvm::StringRef Name) -> llvm::Expected<uint64_t> {
          if (Name == "near")
            return Near;
          if (Name == "far")
            return Far;
          return llvm::createStringError("no such name: " + Name);
        });
  }

  std::string failure(const CodeImage &I) {
    auto G = build(I);
    REQUIRE_FALSE(bool(G));
    return llvm::toString(G.takeError());
  }

  /// The edge of the only relocation of \p I, which is in its first section.
  std::pair<std::unique_ptr<jitlink::LinkGraph>, jitlink::Edge>
  edgeOf(const CodeImage &I) {
    auto G = build(I);
    if (!G)
      FAIL(llvm::toString(G.takeError()));
    for (jitlink::Block *B : (*G)->blocks())
      for (jitlink::Edge &E : B->edges())
        return {std::move(*G), E};
    throw std::logic_error("no edge");
  }
};

} // namespace

TEST_CASE("A call goes straight to what all code reaches, else by a stub") {
  Fixture F;
  CodeImage I = imageOfOneFunction();
  I.Symbols.push_back({"near", CodeImage::NoSection, 0, false});
  I.Symbols.push_back({"far", CodeImage::NoSection, 0, false});

  I.Relocations = {{0, R_X86_64_PLT32, 1, 1, -4}};
  auto [NearGraph, NearEdge] = F.edgeOf(I);
  CHECK(NearEdge.getKind() == x86::Delta32);
  CHECK(NearEdge.getAddend() == -4);
  CHECK(NearEdge.getOffset() == 1);
  CHECK(NearEdge.getTarget().getAddress().getValue() == F.Near);

  I.Relocations = {{0, R_X86_64_PLT32, 1, 2, -4}};
  auto [FarGraph, FarEdge] = F.edgeOf(I);
  CHECK(FarEdge.getKind() == x86::BranchPCRel32);
  CHECK(FarEdge.getAddend() == 0);

  // Every byte of the code memory has to reach it, not just the first.
  F.Far = F.Memory->codeBegin() - (uint64_t(1) << 31);
  auto [EdgeGraph, EdgeEdge] = F.edgeOf(I);
  CHECK(EdgeEdge.getKind() == x86::BranchPCRel32);
}

TEST_CASE("What an image defines is found by name, and by place without one") {
  Fixture F;
  CodeImage I = imageOfOneFunction();
  I.Sections.push_back({".rodata", std::string(8, '\1'), 8, 8, false, false});
  I.Sections.push_back({".bss", "", 32, 16, true, false});
  I.Symbols.push_back({"", 1, 4, false});
  I.Symbols.push_back({"zeros", 2, 0, false});
  I.Relocations = {{0, R_X86_64_PC32, 3, 1, -4}};
  auto [G, E] = F.edgeOf(I);
  CHECK(E.getKind() == x86::Delta32);
  CHECK_FALSE(E.getTarget().hasName());
  CHECK(E.getTarget().getOffset() == 4);
  CHECK(E.getTarget().getSection().getName() == ".rodata");
  unsigned Seen = 0;
  for (jitlink::Symbol *S : G->defined_symbols()) {
    CHECK(S->isLive());
    if (!S->hasName())
      continue;
    ++Seen;
    CHECK(S->isCallable() == (*S->getName() == "f"));
    if (*S->getName() == "zeros") {
      CHECK(S->getBlock().isZeroFill());
      CHECK(S->getBlock().getSize() == 32);
    }
  }
  CHECK(Seen == 2);
}

TEST_CASE(
    "Names that are not found and relocations of other kinds are errors") {
  Fixture F;
  CodeImage I = imageOfOneFunction();
  I.Relocations = {{0, R_X86_64_TLSGD, 1, 0, 0}};
  CHECK(F.failure(I) == "image: relocation R_X86_64_TLSGD is not supported");
  I.Relocations.clear();
  I.Symbols.push_back({"nowhere", CodeImage::NoSection, 0, false});
  CHECK(F.failure(I) == "no such name: nowhere");
}
