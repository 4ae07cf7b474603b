#ifndef JITRUN_PIPELINE_CONTEXTARGUMENT_H
#define JITRUN_PIPELINE_CONTEXTARGUMENT_H

namespace llvm {
class Argument;
class Function;
class Module;
} // namespace llvm

namespace jitrun {

/// Marks the first argument of each function as its execution context, and
/// keeps LLVM from removing it where polls may be needed later.
///
/// To be called before anything is optimised.
void pinContextArguments(llvm::Module &M);

/// Undoes the keeping; the marks stay.
void unpinContextArguments(llvm::Module &M);

/// The argument that pinContextArguments() marked, or null.
llvm::Argument *contextArgument(llvm::Function &F);

} // namespace jitrun

#endif // JITRUN_PIPELINE_CONTEXTARGUMENT_H
