#include "Pipeline/ImageStreamer.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/MC/MCAsmBackend.h"
#include "llvm/MC/MCAssembler.h"
#include "llvm/MC/MCCodeEmitter.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCSectionELF.h"
#include "llvm/MC/MCSymbolELF.h"
#include "llvm/Support/raw_ostream.h"

using namespace jitrun;
using namespace llvm;

ImageWriter::ImageWriter(std::unique_ptr<MCObjectWriter> Elf)
    : Elf(static_cast<ELFObjectWriter *>(Elf.release())) {}

void ImageWriter::setAssembler(MCAssembler *A) {
  MCObjectWriter::setAssembler(A);
  Elf->setAssembler(A);
}

void ImageWriter::reset() {
  MCObjectWriter::reset();
  Elf->reset();
}

namespace {

/// Gathers one image from an assembler whose layout is final.
class Collector {
public:
  Collector(const MCAssembler &Assembler, CodeImage &Image)
      : Assembler(Assembler), Image(Image) {}

  void addSections() {
    for (const MCSection &S : Assembler) {
      const auto &Section = static_cast<const MCSectionELF &>(S);
      const unsigned Flags = Section.getFlags();
      const uint64_t Size = Assembler.getSectionAddressSize(S);
      // Notes and the like are for static linkers.
      if (!(Flags & ELF::SHF_ALLOC) || !Size)
        continue;
      SectionIndex[&S] = Image.Sections.size();
      Sources.push_back(&Section);
      CodeImage::Section &To = Image.Sections.emplace_back();
      To.Name = Section.getName().str();
      To.SizeInBytes = Size;
      To.Alignment = Section.getAlign().value();
      To.IsWritable = Flags & ELF::SHF_WRITE;
      To.IsExecutable = Flags & ELF::SHF_EXECINSTR;
      if (Section.getType() == ELF::SHT_NOBITS)
        continue;
      To.Bytes.reserve(Size);
      raw_string_ostream OS(To.Bytes);
      Assembler.writeSectionData(OS, &S);
    }
  }

  /// Functions are found by their names later, whether anything here refers to
  /// them or not.
  void addFunctions() {
    for (const MCSymbol &S : Assembler.symbols()) {
      const auto &Symbol = static_cast<const MCSymbolELF &>(S);
      if (Symbol.isInSection() && Symbol.getType() == ELF::STT_FUNC)
        indexOf(Symbol);
    }
  }

  void addRelocations(const ELFObjectWriter &Elf) {
    for (auto [Index, Section] : enumerate(Sources)) {
      auto Found = Elf.Relocations.find(Section);
      if (Found == Elf.Relocations.end())
        continue;
      for (const ELFRelocationEntry &R : Found->second) {
        if (!R.Symbol) {
          Assembler.getContext().reportError(
              SMLoc(), "relocation against an absolute value");
          continue;
        }
        Image.Relocations.push_back({uint32_t(Index), R.Type, R.Offset,
                                     indexOf(*R.Symbol), int64_t(R.Addend)});
      }
    }
  }

private:
  uint32_t indexOf(const MCSymbolELF &Symbol) {
    auto [Known, IsNew] = SymbolIndex.try_emplace(
        &Symbol, static_cast<uint32_t>(Image.Symbols.size()));
    if (!IsNew)
      return Known->second;
    CodeImage::Symbol &To = Image.Symbols.emplace_back();
    if (!Symbol.isTemporary())
      To.Name = Symbol.getName().str();
    if (Symbol.isInSection()) {
      To.Section =
          SectionIndex.lookup_or(&Symbol.getSection(), CodeImage::NoSection);
      To.Offset = Assembler.getSymbolOffset(Symbol);
      To.IsFunction = Symbol.getType() == ELF::STT_FUNC;
    }
    return Known->second;
  }

  const MCAssembler &Assembler;
  CodeImage &Image;
  SmallVector<const MCSectionELF *, 8> Sources;
  SmallDenseMap<const MCSection *, uint32_t, 8> SectionIndex;
  SmallDenseMap<const MCSymbolELF *, uint32_t, 32> SymbolIndex;
};

} // namespace

uint64_t ImageWriter::writeObject() {
  if (LayoutDone)
    LayoutDone(*Asm);
  Image = CodeImage();
  Collector C(*Asm, Image);
  C.addSections();
  C.addFunctions();
  C.addRelocations(*Elf);
  return 0;
}

bool ImageStreamer::emitSymbolAttribute(MCSymbol *S, MCSymbolAttr Attribute) {
  auto &Symbol = static_cast<MCSymbolELF &>(*S);
  getAssembler().registerSymbol(Symbol);
  switch (Attribute) {
  case MCSA_Global:
    Symbol.setBinding(ELF::STB_GLOBAL);
    break;
  case MCSA_Weak:
  case MCSA_WeakReference:
    Symbol.setBinding(ELF::STB_WEAK);
    break;
  case MCSA_Local:
    Symbol.setBinding(ELF::STB_LOCAL);
    break;
  case MCSA_Hidden:
    Symbol.setVisibility(ELF::STV_HIDDEN);
    break;
  case MCSA_ELF_TypeFunction:
    Symbol.setType(ELF::STT_FUNC);
    break;
  case MCSA_ELF_TypeObject:
    Symbol.setType(ELF::STT_OBJECT);
    break;
  default:
    // Of no meaning inside of one process.
    break;
  }
  return true;
}

void ImageStreamer::emitCommonSymbol(MCSymbol *Symbol, uint64_t Size,
                                     Align ByteAlignment) {
  // Nobody else shares it.
  pushSection();
  switchSection(getContext().getELFSection(".bss", ELF::SHT_NOBITS,
                                           ELF::SHF_WRITE | ELF::SHF_ALLOC));
  emitValueToAlignment(ByteAlignment);
  emitLabel(Symbol);
  emitZeros(Size);
  popSection();
}
