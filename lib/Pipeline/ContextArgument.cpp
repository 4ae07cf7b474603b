#include "Pipeline/ContextArgument.h"

#include "llvm/Analysis/CFG.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace jitrun;
using namespace llvm;

static constexpr char ContextAttribute[] = "jitrun-context";

bool jitrun::needsStack(const Instruction &I) {
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call || Call->isInlineAsm())
    return false;
  const Function *Callee = Call->getCalledFunction();
  // Names of the runtime's functions: "jr_sort_f64". Functions of programs and
  // hosts have a dot: "jr.0.1.f", "jr.ext.f".
  return !Callee ||
         (!Callee->isIntrinsic() &&
          (!Callee->isDeclaration() || Callee->getName().starts_with("jr.")));
}

/// Whether \p F may come to have a loop or a stack check.
static bool mayNeedContext(const Function &F) {
  SmallVector<std::pair<const BasicBlock *, const BasicBlock *>, 8> BackEdges;
  FindFunctionBackedges(F, BackEdges);
  return !BackEdges.empty() || any_of(instructions(F), needsStack);
}

void jitrun::pinContextArguments(Module &M) {
  for (Function &F : M) {
    if (F.isDeclaration() || F.arg_empty() ||
        !F.getArg(0)->getType()->isPointerTy())
      continue;
    F.addParamAttr(0, Attribute::get(M.getContext(), ContextAttribute));
    if (!mayNeedContext(F))
      continue;
    // Callers pass poison for an argument that is never used, and a function
    // that only this module can call would lose it.
    BasicBlock &Entry = F.getEntryBlock();
    IRBuilder<> B(&Entry, Entry.getFirstNonPHIOrDbgOrAlloca());
    B.CreateIntrinsic(Intrinsic::fake_use, F.getArg(0));
  }
}

void jitrun::unpinContextArguments(Module &M) {
  for (Function &F : M)
    for (Instruction &I : make_early_inc_range(instructions(F)))
      if (auto *Use = dyn_cast<IntrinsicInst>(&I);
          Use && Use->getIntrinsicID() == Intrinsic::fake_use)
        Use->eraseFromParent();
}

Argument *jitrun::contextArgument(Function &F) {
  for (Argument &A : F.args())
    if (F.getAttributes().hasParamAttr(A.getArgNo(), ContextAttribute))
      return &A;
  return nullptr;
}
