#ifndef JITRUN_ABI_CODEIMAGE_H
#define JITRUN_ABI_CODEIMAGE_H

#include <cstdint>
#include <string>
#include <vector>

namespace jitrun {

/// Machine code before it has addresses: what a relocatable ELF object says,
/// without the file around it.
///
/// Plain data, relative to itself: it may be linked any number of times, and by
/// another thread than made it.
struct CodeImage {
  static constexpr uint32_t NoSection = ~uint32_t(0);

  struct Section {
    std::string Name;
    /// The contents; what lies behind them up to SizeInBytes is zero.
    std::string Bytes;
    uint64_t SizeInBytes = 0;
    uint64_t Alignment = 1;
    bool IsWritable = false;
    bool IsExecutable = false;
  };

  struct Symbol {
    /// Empty for places that only relocations refer to.
    std::string Name;
    /// Where it is defined; NoSection for what others define.
    uint32_t Section = NoSection;
    uint64_t Offset = 0;
    bool IsFunction = false;
  };

  struct Relocation {
    /// The place to change: bytes from the start of a section.
    uint32_t Section;
    /// One of R_X86_64_*, with their meaning (psABI, AMD64 supplement, 4.4).
    uint32_t Type;
    uint64_t Offset;
    uint32_t Symbol;
    int64_t Addend;
  };

  std::string Name;
  std::vector<Section> Sections;
  std::vector<Symbol> Symbols;
  std::vector<Relocation> Relocations;
};

} // namespace jitrun

#endif // JITRUN_ABI_CODEIMAGE_H
