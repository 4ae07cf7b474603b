#include "Sema/Library.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"

namespace jitrun::sema {

static constexpr LibraryFunction Functions[] = {
#define JITRUN_LIBRARY(Name, Spelling, Kind, Min, Max, Which)                  \
  {Spelling, LibraryKind::Kind,      Min,                                      \
   Max,      tast::Intrinsic::Which, LibraryFunction::Id::Name},
#include "Sema/Library.def"
};

std::span<const LibraryFunction> libraryFunctions() { return Functions; }

const LibraryFunction *findLibraryFunction(std::string_view Name) {
  static const auto ByName = [] {
    llvm::DenseMap<llvm::StringRef, const LibraryFunction *> Map;
    for (const LibraryFunction &F : Functions)
      Map[F.Name] = &F;
    return Map;
  }();
  return ByName.lookup(llvm::StringRef(Name));
}

} // namespace jitrun::sema
