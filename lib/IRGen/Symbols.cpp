#include "IRGen/IRGen.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;

static std::string prefix(unsigned Module) {
  return "jr." + std::to_string(Module) + '.';
}

static std::string functionPrefix(unsigned Module, FunctionId F) {
  return prefix(Module) + std::to_string(uint32_t(F)) + '.';
}

std::string jitrun::irgen::symbolOf(unsigned Module, FunctionId F,
                                    unsigned Version) {
  return functionPrefix(Module, F) + std::to_string(Version);
}

std::string jitrun::irgen::continuationSymbol(unsigned Module, FunctionId F,
                                              unsigned Version,
                                              speculation::ResumePoint Point) {
  const bool Latch = Point.At == speculation::ResumePoint::Kind::Latch;
  return symbolOf(Module, F, Version) + (Latch ? ".latch" : ".before") +
         std::to_string(Point.Number);
}

std::string jitrun::irgen::slotSymbol(unsigned Module, FunctionId F) {
  return functionPrefix(Module, F) + "slot";
}

std::string jitrun::irgen::countersSymbol(unsigned Module, FunctionId F) {
  return functionPrefix(Module, F) + "counters";
}

std::string jitrun::irgen::sitesSymbol(unsigned Module, FunctionId F) {
  return functionPrefix(Module, F) + "sites";
}

std::string jitrun::irgen::exitsSymbol(unsigned Module, FunctionId F) {
  return functionPrefix(Module, F) + "exits";
}

std::string jitrun::irgen::typeSymbol(unsigned Module, uint32_t TypeId) {
  return prefix(Module) + "type." + std::to_string(TypeId);
}

std::string jitrun::irgen::textSymbol(unsigned Module, TextId Text) {
  return prefix(Module) + "text." + std::to_string(uint32_t(Text));
}

std::string jitrun::irgen::constantSymbol(unsigned Module,
                                          ConstantId Constant) {
  return prefix(Module) + "const." + std::to_string(uint32_t(Constant));
}

std::string jitrun::irgen::closureSymbol(unsigned Module, FunctionId F) {
  return prefix(Module) + "closure." + std::to_string(uint32_t(F));
}

std::string jitrun::irgen::formatSymbol(unsigned Module, uint32_t Plan) {
  return prefix(Module) + "format." + std::to_string(Plan);
}

std::string jitrun::irgen::externSymbol(std::string_view Name) {
  return "jr.ext." + std::string(Name);
}

std::optional<FunctionId> jitrun::irgen::functionOf(std::string_view Symbol) {
  // jr.<module>.<function>.<version>...
  llvm::SmallVector<llvm::StringRef, 6> Parts;
  llvm::StringRef(Symbol).split(Parts, '.');
  uint32_t Id, Version;
  if (Parts.size() < 4 || Parts[0] != "jr" || Parts[2].getAsInteger(10, Id) ||
      Parts[3].getAsInteger(10, Version))
    return std::nullopt;
  return FunctionId(Id);
}
