#ifndef JITRUN_CODECACHE_IMAGEGRAPH_H
#define JITRUN_CODECACHE_IMAGEGRAPH_H

#include "ABI/CodeImage.h"
#include "CodeCache/CodeMemory.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/ExecutionEngine/Orc/SymbolStringPool.h"
#include "llvm/Support/Error.h"

namespace jitrun {

/// Finds the address of a name that an image does not define.
using SymbolResolver =
    llvm::function_ref<llvm::Expected<uint64_t>(llvm::StringRef Name)>;

/// Makes JITLink's form of \p Image, with all of it live and bound.
///
/// Calls of what all of \p Memory's code reaches go there directly; others get
/// JITLink's stubs. The image must outlive the graph. Fails if a name is not
/// found or a relocation is of a kind that generated code has no use for.
llvm::Expected<std::unique_ptr<llvm::jitlink::LinkGraph>>
buildLinkGraph(const CodeImage &Image,
               std::shared_ptr<llvm::orc::SymbolStringPool> Names,
               const CodeMemory &Memory, SymbolResolver Resolve);

} // namespace jitrun

#endif // JITRUN_CODECACHE_IMAGEGRAPH_H
