#ifndef JITRUN_PIPELINE_IMAGESTREAMER_H
#define JITRUN_PIPELINE_IMAGESTREAMER_H

#include "ABI/CodeImage.h"

#include "llvm/MC/MCELFObjectWriter.h"
#include "llvm/MC/MCObjectStreamer.h"
#include "llvm/MC/MCObjectWriter.h"
#include "llvm/MC/MCValue.h"

#include <functional>

namespace jitrun {

/// The end of LLVM's assembler for code that is linked in this process: keeps
/// what an ELF object would say as a CodeImage. Writing the file and reading it
/// again would cost as much as the rest of linking.
///
/// Relocations are found by the writer of ELF objects. Serves one module after
/// another.
class ImageWriter final : public llvm::MCObjectWriter {
public:
  /// \p Elf must be a writer of ELF objects.
  explicit ImageWriter(std::unique_ptr<llvm::MCObjectWriter> Elf);

  /// \p Callback is called for each image when the offsets of labels are
  /// final; LLVM forgets them afterwards.
  void onLayout(std::function<void(const llvm::MCAssembler &)> Callback) {
    LayoutDone = std::move(Callback);
  }

  /// The image of the last module.
  CodeImage take() { return std::move(Image); }

  void setAssembler(llvm::MCAssembler *A) override;
  void reset() override;
  void executePostLayoutBinding() override { Elf->executePostLayoutBinding(); }
  void recordRelocation(const llvm::MCFragment &F, const llvm::MCFixup &Fixup,
                        llvm::MCValue Target, uint64_t &FixedValue) override {
    Elf->recordRelocation(F, Fixup, Target, FixedValue);
  }
  bool isSymbolRefDifferenceFullyResolvedImpl(const llvm::MCSymbol &A,
                                              const llvm::MCFragment &FB,
                                              bool InSet,
                                              bool IsPCRel) const override {
    return Elf->isSymbolRefDifferenceFullyResolvedImpl(A, FB, InSet, IsPCRel);
  }
  uint64_t writeObject() override;

private:
  std::unique_ptr<llvm::ELFObjectWriter> Elf;
  std::function<void(const llvm::MCAssembler &)> LayoutDone;
  CodeImage Image;
};

/// Feeds the assembler with what code of functions and constants needs: no
/// debug information, thread-local variables or symbol versions.
class ImageStreamer final : public llvm::MCObjectStreamer {
public:
  ImageStreamer(llvm::MCContext &Context,
                std::unique_ptr<llvm::MCAsmBackend> Backend,
                std::unique_ptr<ImageWriter> Writer,
                std::unique_ptr<llvm::MCCodeEmitter> Emitter)
      : MCObjectStreamer(Context, std::move(Backend), std::move(Writer),
                         std::move(Emitter)) {}

  bool emitSymbolAttribute(llvm::MCSymbol *Symbol,
                           llvm::MCSymbolAttr Attribute) override;
  void emitCommonSymbol(llvm::MCSymbol *Symbol, uint64_t Size,
                        llvm::Align ByteAlignment) override;
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_IMAGESTREAMER_H
