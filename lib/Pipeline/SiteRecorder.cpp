#include "Pipeline/SiteRecorder.h"

#include "llvm/CodeGen/AsmPrinter.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstr.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/MC/MCAssembler.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCStreamer.h"
#include "llvm/MC/MCSymbol.h"

using namespace jitrun;
using namespace llvm;

static uint32_t functionId(const DILocation &Location) {
  uint32_t Id = 0;
  if (const DISubprogram *SP = Location.getScope()->getSubprogram())
    for (char C : SP->getLinkageName())
      Id = Id * 10 + (C - '0');
  return Id;
}

void SiteRecorder::beginModule(Module *) {
  Functions.clear();
  Pending.clear();
  CurrentCall = nullptr;
}

void SiteRecorder::beginFunction(const MachineFunction *MF) {
  Functions.emplace_back().Symbol = MF->getName().str();
  Pending.push_back({Printer.CurrentFnSym, nullptr, {}});
}

void SiteRecorder::markFunctionEnd() {
  Pending.back().End = Printer.OutContext.createTempSymbol();
  Printer.OutStreamer->emitLabel(Pending.back().End);
}

void SiteRecorder::beginInstruction(const MachineInstr *MI) {
  CurrentCall = MI->isCall() ? MI->getDebugLoc().get() : nullptr;
}

void SiteRecorder::endInstruction() {
  if (!CurrentCall)
    return;
  FunctionSites &Function = Functions.back();
  auto First = static_cast<uint32_t>(Function.Frames.size());
  for (const DILocation *L = CurrentCall; L; L = L->getInlinedAt())
    // Line 0, of locations that LLVM had to make up, gives UnknownSite.
    Function.Frames.push_back({functionId(*L), L->getLine() - 1});
  CurrentCall = nullptr;
  auto Count = static_cast<uint32_t>(Function.Frames.size()) - First;
  MCSymbol *Label = Printer.OutContext.createTempSymbol();
  Printer.OutStreamer->emitLabel(Label);
  Pending.back().Labels.push_back(Label);
  Function.Calls.push_back({0, First, Count});
}

void SiteRecorder::resolveOffsets(const MCAssembler &Assembler) {
  for (auto [Function, Symbols] : zip_equal(Functions, Pending)) {
    uint64_t Base = Assembler.getSymbolOffset(*Symbols.Begin);
    Function.SizeInBytes = Assembler.getSymbolOffset(*Symbols.End) - Base;
    for (auto [Call, Label] : zip_equal(Function.Calls, Symbols.Labels))
      Call.ReturnOffset = Assembler.getSymbolOffset(*Label) - Base;
  }
}

std::vector<FunctionSites> SiteRecorder::take() {
  Pending.clear();
  return std::move(Functions);
}
