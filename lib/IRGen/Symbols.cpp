#include "IRGen/IRGen.h"

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

std::string jitrun::irgen::slotSymbol(unsigned Module, FunctionId F) {
  return functionPrefix(Module, F) + "slot";
}

std::string jitrun::irgen::countersSymbol(unsigned Module, FunctionId F) {
  return functionPrefix(Module, F) + "counters";
}

std::string jitrun::irgen::branchesSymbol(unsigned Module, FunctionId F) {
  return functionPrefix(Module, F) + "branches";
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

std::string jitrun::irgen::formatSymbol(unsigned Module, uint32_t Plan) {
  return prefix(Module) + "format." + std::to_string(Plan);
}

std::string jitrun::irgen::externSymbol(std::string_view Name) {
  return "jr.ext." + std::string(Name);
}
