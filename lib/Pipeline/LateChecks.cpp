#include "Pipeline/LateChecks.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

void jitrun::forgetInferredAttributes(Function &F, Argument &Context) {
  for (Attribute::AttrKind Kind :
       {Attribute::Memory, Attribute::NoSync, Attribute::NoFree,
        Attribute::WillReturn, Attribute::NoRecurse, Attribute::MustProgress})
    F.removeFnAttr(Kind);
  for (Attribute::AttrKind Kind :
       {Attribute::ReadNone, Attribute::ReadOnly, Attribute::WriteOnly,
        Attribute::Captures, Attribute::NoFree})
    Context.removeAttr(Kind);
}

void jitrun::insertRareCall(Instruction *At, Value *Rare, const char *Name,
                            ArrayRef<Value *> Arguments,
                            const DebugLoc &Location) {
  LLVMContext &C = At->getContext();
  SmallVector<Type *, 2> Types;
  for (Value *Argument : Arguments)
    Types.push_back(Argument->getType());
  FunctionCallee Slow = At->getModule()->getOrInsertFunction(
      Name, FunctionType::get(Type::getVoidTy(C), Types, false));
  if (auto *Declaration = dyn_cast<Function>(Slow.getCallee())) {
    Declaration->addFnAttr(Attribute::Cold);
    Declaration->addFnAttr(Attribute::NoUnwind);
  }
  Instruction *Taken =
      SplitBlockAndInsertIfThen(Rare, At->getIterator(), /*Unreachable=*/false,
                                MDBuilder(C).createUnlikelyBranchWeights());
  IRBuilder<> B(Taken);
  CallInst *Call = B.CreateCall(Slow, Arguments);
  Call->addFnAttr(Attribute::NoMerge);
  Call->setDebugLoc(Location);
}

DebugLoc jitrun::locationOfFunction(Function &F) {
  if (DISubprogram *SP = F.getSubprogram())
    return DILocation::get(F.getContext(), 0, 0, SP);
  return {};
}
