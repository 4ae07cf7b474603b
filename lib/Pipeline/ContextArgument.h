#ifndef JITRUN_PIPELINE_CONTEXTARGUMENT_H
#define JITRUN_PIPELINE_CONTEXTARGUMENT_H

namespace llvm {
class Argument;
class Function;
class Instruction;
class Module;
} // namespace llvm

namespace jitrun {

/// Whether \p I calls something that may need much stack or call on: all but
/// the runtime's own functions, and what LLVM calls by itself.
bool needsStack(const llvm::Instruction &I);

/// Marks the first argument of each function as its execution context, and
/// keeps LLVM from removing it where polls or a stack check may be needed
/// later.
///
/// To be called before anything is optimised.
void pinContextArguments(llvm::Module &M);

/// Undoes the keeping; the marks stay.
void unpinContextArguments(llvm::Module &M);

/// The argument that pinContextArguments() marked, or null.
llvm::Argument *contextArgument(llvm::Function &F);

} // namespace jitrun

#endif // JITRUN_PIPELINE_CONTEXTARGUMENT_H
