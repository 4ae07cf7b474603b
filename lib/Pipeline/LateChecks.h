#ifndef JITRUN_PIPELINE_LATECHECKS_H
#define JITRUN_PIPELINE_LATECHECKS_H

#include "llvm/ADT/ArrayRef.h"

namespace llvm {
class Argument;
class DebugLoc;
class Function;
class Instruction;
class Value;
} // namespace llvm

/// What the passes have in common that put checks into code which is optimised
/// already.
namespace jitrun {

/// Drops what LLVM found out about \p F, whose context is \p Context, and what
/// is wrong as soon as it calls a slow path.
void forgetInferredAttributes(llvm::Function &F, llvm::Argument &Context);

/// Puts `if (Rare) Name(Arguments)` before \p At, splitting its block. The call
/// is at \p Location.
void insertRareCall(llvm::Instruction *At, llvm::Value *Rare, const char *Name,
                    llvm::ArrayRef<llvm::Value *> Arguments,
                    const llvm::DebugLoc &Location);

/// Where a call is that belongs to nothing in the source but \p F itself.
llvm::DebugLoc locationOfFunction(llvm::Function &F);

} // namespace jitrun

#endif // JITRUN_PIPELINE_LATECHECKS_H
