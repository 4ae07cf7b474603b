#ifndef JITRUN_PIPELINE_LIBRARYNAMES_H
#define JITRUN_PIPELINE_LIBRARYNAMES_H

#include "llvm/Analysis/TargetLibraryInfo.h"

namespace jitrun {

/// The functions that LLVM may take for the C library's by their names.
///
/// Just the three that it calls by itself anyway. Generated code calls its own
/// functions by other names, so nothing of a user's is ever mistaken.
inline llvm::TargetLibraryInfoImpl knownLibraryNames(const llvm::Triple &TT) {
  llvm::TargetLibraryInfoImpl Names(TT);
  Names.disableAllFunctions();
  Names.setAvailable(llvm::LibFunc_memcpy);
  Names.setAvailable(llvm::LibFunc_memmove);
  Names.setAvailable(llvm::LibFunc_memset);
  return Names;
}

} // namespace jitrun

#endif // JITRUN_PIPELINE_LIBRARYNAMES_H
