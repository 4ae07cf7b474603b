#include "CodeCache/ImageGraph.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/ExecutionEngine/JITLink/x86_64.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"

using namespace jitrun;
using namespace llvm;
namespace x86 = llvm::jitlink::x86_64;

namespace {

class GraphBuilder {
public:
  GraphBuilder(const CodeImage &Image,
               std::shared_ptr<orc::SymbolStringPool> Names,
               const CodeMemory &Memory)
      : Image(Image), Memory(Memory),
        G(std::make_unique<jitlink::LinkGraph>(
            Image.Name, std::move(Names), Triple("x86_64-unknown-linux-gnu"),
            SubtargetFeatures(), x86::getEdgeKindName)) {}

  void addSections() {
    for (const CodeImage::Section &S : Image.Sections) {
      auto Protection = orc::MemProt::Read;
      if (S.IsWritable)
        Protection |= orc::MemProt::Write;
      if (S.IsExecutable)
        Protection |= orc::MemProt::Exec;
      // Sections of one name may be many.
      jitlink::Section *To = G->findSectionByName(S.Name);
      if (!To)
        To = &G->createSection(S.Name, Protection);
      jitlink::Block &B =
          S.Bytes.empty()
              ? G->createZeroFillBlock(*To, S.SizeInBytes, orc::ExecutorAddr(),
                                       S.Alignment, 0)
              : G->createContentBlock(*To, ArrayRef<char>(S.Bytes),
                                      orc::ExecutorAddr(), S.Alignment, 0);
      Blocks.push_back(&B);
    }
  }

  Error addSymbols(SymbolResolver Resolve) {
    for (const CodeImage::Symbol &S : Image.Symbols) {
      jitlink::Symbol *To;
      if (S.Section != CodeImage::NoSection) {
        jitlink::Block &B = *Blocks[S.Section];
        To = S.Name.empty()
                 ? &G->addAnonymousSymbol(B, S.Offset, 0, S.IsFunction, true)
                 : &G->addDefinedSymbol(
                       B, S.Offset, S.Name, 0, jitlink::Linkage::Strong,
                       jitlink::Scope::Local, S.IsFunction, true);
      } else {
        auto Address = Resolve(S.Name);
        if (!Address)
          return Address.takeError();
        To = &G->addAbsoluteSymbol(S.Name, orc::ExecutorAddr(*Address), 0,
                                   jitlink::Linkage::Strong,
                                   jitlink::Scope::Local, true);
      }
      Symbols.push_back(To);
    }
    return Error::success();
  }

  Error addEdges() {
    for (const CodeImage::Relocation &R : Image.Relocations) {
      jitlink::Symbol &Target = *Symbols[R.Symbol];
      int64_t Addend = R.Addend;
      jitlink::Edge::Kind Kind;
      switch (R.Type) {
      case ELF::R_X86_64_64:
        Kind = x86::Pointer64;
        break;
      case ELF::R_X86_64_32:
        Kind = x86::Pointer32;
        break;
      case ELF::R_X86_64_32S:
        Kind = x86::Pointer32Signed;
        break;
      case ELF::R_X86_64_PC32:
        Kind = x86::Delta32;
        break;
      case ELF::R_X86_64_PC64:
        Kind = x86::Delta64;
        break;
      case ELF::R_X86_64_PLT32:
        if (Target.isDefined() || isReachedByAll(Target.getAddress())) {
          Kind = x86::Delta32;
          break;
        }
        Kind = x86::BranchPCRel32;
        // Counts from the end of the instruction.
        Addend += 4;
        break;
      case ELF::R_X86_64_GOTPCREL:
        Kind = x86::RequestGOTAndTransformToDelta32;
        break;
      case ELF::R_X86_64_GOTPCRELX:
        Kind = x86::RequestGOTAndTransformToPCRel32GOTLoadRelaxable;
        Addend = 0;
        break;
      case ELF::R_X86_64_REX_GOTPCRELX:
        Kind = x86::RequestGOTAndTransformToPCRel32GOTLoadREXRelaxable;
        Addend = 0;
        break;
      default:
        return createStringError(
            "%s: relocation %s is not supported", Image.Name.c_str(),
            object::getELFRelocationTypeName(ELF::EM_X86_64, R.Type)
                .str()
                .c_str());
      }
      Blocks[R.Section]->addEdge(Kind, R.Offset, Target, Addend);
    }
    return Error::success();
  }

  std::unique_ptr<jitlink::LinkGraph> take() { return std::move(G); }

private:
  /// Whether 32 bits lead from every place in the code memory to \p Address.
  bool isReachedByAll(orc::ExecutorAddr Address) const {
    const int64_t FromBegin =
        static_cast<int64_t>(Address.getValue() - Memory.codeBegin());
    return isInt<32>(FromBegin) &&
           isInt<32>(FromBegin - int64_t(Memory.codeSize()));
  }

  const CodeImage &Image;
  const CodeMemory &Memory;
  std::unique_ptr<jitlink::LinkGraph> G;
  SmallVector<jitlink::Block *, 4> Blocks;
  SmallVector<jitlink::Symbol *, 32> Symbols;
};

} // namespace

Expected<std::unique_ptr<jitlink::LinkGraph>>
jitrun::buildLinkGraph(const CodeImage &Image,
                       std::shared_ptr<orc::SymbolStringPool> Names,
                       const CodeMemory &Memory, SymbolResolver Resolve) {
  GraphBuilder B(Image, std::move(Names), Memory);
  B.addSections();
  if (Error E = B.addSymbols(Resolve))
    return std::move(E);
  if (Error E = B.addEdges())
    return std::move(E);
  return B.take();
}
