#include "IRGen/Thunk.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace llvm;

void jitrun::irgen::emitThunk(const ContextCache &C, Module &Out,
                              const tast::Function &F, StringRef Symbol) {
  SmallVector<const jitrun::Type *, 8> Parameters = parameterTypes(F);
  Signature Sig = C.signature(Parameters, F.Result);
  auto *Thunk = llvm::Function::Create(
      llvm::FunctionType::get(C.Void, {C.Ptr, C.Ptr, C.Ptr}, false),
      GlobalValue::ExternalLinkage, Symbol, Out);
  Thunk->setAttributes(C.BaselineFunction);
  IRBuilder<> B(BasicBlock::Create(C.C, "", Thunk));
  Value *Code = Thunk->getArg(1), *Cells = Thunk->getArg(2);
  auto CellOf = [&](Value *Buffer, size_t I) {
    return B.CreateConstInBoundsGEP1_64(C.I64, Buffer, I);
  };

  SmallVector<Value *, 8> Args(Sig.Type->getNumParams());
  Args[0] = Thunk->getArg(0);
  size_t Last = Parameters.size();
  if (Sig.ResultInMemory)
    Args[1] = B.CreateLoad(C.Ptr, CellOf(Cells, Last));
  Value *Buffer = nullptr;
  if (Sig.Cells)
    Args.back() = Buffer = B.CreateAlloca(C.I64, B.getInt64(Sig.Cells));
  for (size_t I = 0; I < Last; ++I) {
    const ParameterPass &Pass = Sig.Parameters[I];
    if (Pass.Where == ParameterPass::Nothing)
      continue;
    Value *V = B.CreateLoad(C.passedType(Parameters[I]), CellOf(Cells, I));
    if (Pass.Where == ParameterPass::Register)
      Args[Pass.Index] = V;
    else
      B.CreateStore(V, CellOf(Buffer, Pass.Index));
  }
  Value *Result = B.CreateCall(Sig.Type, Code, Args);
  if (!Sig.Type->getReturnType()->isVoidTy()) {
    if (Result->getType() == C.I32)
      Result = F.Result->isSigned() ? B.CreateSExt(Result, C.I64)
                                    : B.CreateZExt(Result, C.I64);
    B.CreateStore(Result, CellOf(Cells, Last));
  }
  B.CreateRetVoid();
}

/// One letter for how a value is loaded from, or stored to, its cell.
static char letter(const jitrun::Type *T, bool IsResult) {
  switch (T->kind()) {
  case TypeKind::Unit:
  case TypeKind::Never:
  case TypeKind::Error:
    return 'n';
  case TypeKind::F32:
    return 'f';
  case TypeKind::F64:
    return 'd';
  case TypeKind::I8:
  case TypeKind::I16:
  case TypeKind::I32:
    return IsResult ? 's' : 'w';
  case TypeKind::Bool:
  case TypeKind::U8:
  case TypeKind::U16:
  case TypeKind::U32:
    return 'w';
  case TypeKind::I64:
  case TypeKind::U64:
  case TypeKind::Str:
  case TypeKind::Array:
  case TypeKind::Function:
    return 'l';
  case TypeKind::Tuple:
  case TypeKind::Struct:
  case TypeKind::FixedArray:
  case TypeKind::Any:
  case TypeKind::Enum:
    return IsResult ? 'm' : 'l';
  }
  return '?';
}

std::string jitrun::irgen::thunkKey(const tast::Function &F) {
  std::string Key(1, letter(F.Result, true));
  Key += '_';
  for (uint32_t I = 0; I < F.Parameters; ++I)
    Key += letter(F.Locals[I].Ty, false);
  return Key;
}
