#ifndef JITRUN_IRGEN_THUNK_H
#define JITRUN_IRGEN_THUNK_H

#include "IRGen/Lower.h"

namespace jitrun::irgen {

/// Adds to \p Out the function through which the host enters functions of
/// \p F's signature; see Generator::generateThunk.
void emitThunk(const ContextCache &C, llvm::Module &Out,
               const tast::Function &F, llvm::StringRef Symbol);

} // namespace jitrun::irgen

#endif // JITRUN_IRGEN_THUNK_H
