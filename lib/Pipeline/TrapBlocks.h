#ifndef JITRUN_PIPELINE_TRAPBLOCKS_H
#define JITRUN_PIPELINE_TRAPBLOCKS_H

namespace llvm {
class BasicBlock;
class Module;
} // namespace llvm

namespace jitrun {

/// Whether everything that enters \p BB ends in a trap: it, or the block that
/// it does nothing but jump to, calls a function that is `noreturn cold` and is
/// unreachable behind that.
bool isTrapBlock(const llvm::BasicBlock &BB);

/// Whether \p M declares such a function.
bool declaresTraps(const llvm::Module &M);

} // namespace jitrun

#endif // JITRUN_PIPELINE_TRAPBLOCKS_H
