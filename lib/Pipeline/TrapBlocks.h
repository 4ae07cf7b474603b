#ifndef JITRUN_PIPELINE_TRAPBLOCKS_H
#define JITRUN_PIPELINE_TRAPBLOCKS_H

namespace llvm {
class BasicBlock;
class Module;
} // namespace llvm

namespace jitrun {

/// The attribute of functions that report a trap and do not return.
inline constexpr char TrapAttribute[] = "jitrun-trap";

/// Whether everything that enters \p BB ends in a trap: it, or the block that
/// it does nothing but jump to, calls a function with TrapAttribute and is
/// unreachable behind that.
bool isTrapBlock(const llvm::BasicBlock &BB);

/// Whether \p M declares a function with TrapAttribute.
bool declaresTraps(const llvm::Module &M);

} // namespace jitrun

#endif // JITRUN_PIPELINE_TRAPBLOCKS_H
