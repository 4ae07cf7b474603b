#include "IRGen/FunctionEmitter.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;
using abi::AnyOperator;
using abi::AnyValue;

#define JITRUN_BINARY(Name, Spelling)                                          \
  static_assert(uint32_t(BinaryOp::Name) == uint32_t(AnyOperator::Name));
#include "TypedAST/Operators.def"

//===----------------------------------------------------------------------===//
// Tags and payloads

llvm::Constant *FunctionEmitter::anyTag(const jitrun::Type *T) {
  if (T->isUnit())
    return ConstantPointerNull::get(cast<PointerType>(C.Ptr));
  llvm::Constant *Descriptor = ME.typeDescriptor(T);
  bool Counted = T->isCounted() || T->isAggregate();
  return Counted
             ? ConstantExpr::getInBoundsGetElementPtr(
                   C.I8, Descriptor, ConstantInt::get(C.I64, abi::AnyCounted))
             : Descriptor;
}

llvm::Type *FunctionEmitter::payloadType() const {
  return LikelyHeld && LikelyHeld->isFloat() ? C.F64 : C.I64;
}

Value *FunctionEmitter::toPayload(const jitrun::Type *T, Value *V) {
  auto Word = [&]() -> Value * {
    if (!V)
      return B.getInt64(0);
    if (V->getType()->isPointerTy())
      return B.CreatePtrToInt(V, C.I64);
    if (T->kind() == TypeKind::F64)
      return B.CreateBitCast(V, C.I64);
    if (T->kind() == TypeKind::F32)
      return B.CreateZExt(B.CreateBitCast(V, C.I32), C.I64);
    return toI64(T, V);
  };
  llvm::Type *Ty = payloadType();
  return V && V->getType() == Ty ? V : B.CreateBitCast(Word(), Ty);
}

Value *FunctionEmitter::fromPayload(const jitrun::Type *T, Value *Payload) {
  if (T->isUnit())
    return nullptr;
  llvm::Type *Ty = registerType(T);
  if (Ty == C.F64)
    return B.CreateBitCast(Payload, Ty);
  Value *Word = B.CreateBitCast(Payload, C.I64);
  // Boxes are passed by address, as what is in them.
  if (Ty->isPointerTy())
    return B.CreateIntToPtr(Word, Ty);
  if (Ty == C.F32)
    return B.CreateBitCast(B.CreateTrunc(Word, C.I32), Ty);
  return B.CreateTrunc(Word, Ty);
}

Value *FunctionEmitter::heldObject(const AnyParts &V) {
  return B.CreateIntToPtr(B.CreateBitCast(V.Payload, C.I64), C.Ptr);
}

FunctionEmitter::AnyParts FunctionEmitter::loadAny(Value *Address) {
  LoadInst *Tag = B.CreateLoad(C.Ptr, Address);
  LoadInst *Payload =
      B.CreateLoad(payloadType(), offset(Address, offsetof(AnyValue, Payload)));
  if (Optimized) {
    Tag->setMetadata(LLVMContext::MD_tbaa, C.AnyTagTag);
    Payload->setMetadata(LLVMContext::MD_tbaa, C.AnyPayloadTag);
  }
  return {Tag, Payload};
}

void FunctionEmitter::storeAny(const AnyParts &V, Value *Address) {
  StoreInst *Tag = B.CreateStore(V.Tag, Address);
  StoreInst *Payload =
      B.CreateStore(V.Payload, offset(Address, offsetof(AnyValue, Payload)));
  if (Optimized) {
    Tag->setMetadata(LLVMContext::MD_tbaa, C.AnyTagTag);
    Payload->setMetadata(LLVMContext::MD_tbaa, C.AnyPayloadTag);
  }
}

FunctionEmitter::AnyParts FunctionEmitter::emitAny(const Expr &E) {
  assert(E.Ty->isAny());
  if (E.Kind != ExprKind::ToAny)
    return loadAny(emitAddress(E));
  const Expr &Operand = *as<ToAnyExpr>(E).Operand;
  Value *V = emit(Operand);
  return {anyTag(Operand.Ty), toPayload(Operand.Ty, V), Operand.Ty, V};
}

Value *FunctionEmitter::anyAddress(const Expr &E) {
  if (!Optimized)
    return emitAddress(E);
  Value *Copy = allocate(E.Ty);
  storeAny(emitAny(E), Copy);
  return Copy;
}

//===----------------------------------------------------------------------===//
// Ownership

Value *FunctionEmitter::holdsCounted(const AnyParts &V) {
  Value *Bit =
      B.CreateAnd(B.CreatePtrToInt(V.Tag, C.I64), B.getInt64(abi::AnyCounted));
  return B.CreateICmpNE(Bit, B.getInt64(0));
}

void FunctionEmitter::exitIfCounted(const AnyParts &V) {
  BasicBlock *Next = newBlock();
  B.CreateCondBr(holdsCounted(V), QuickExit, Next, C.UnlikelyWeights);
  startBlock(Next);
}

void FunctionEmitter::retainAny(const AnyParts &V) {
  if (QuickExit)
    return exitIfCounted(V);
  BasicBlock *Up = newBlock(), *Done = newBlock();
  B.CreateCondBr(holdsCounted(V), Up, Done, C.UnlikelyWeights);
  startBlock(Up);
  retain(heldObject(V));
  branchTo(Done);
  startBlock(Done);
}

void FunctionEmitter::releaseAny(const AnyParts &V) {
  if (QuickExit)
    return exitIfCounted(V);
  callIf(holdsCounted(V), Runtime::jr_release_any,
         {Context, V.Tag, heldObject(V)}, NoSite);
}

void FunctionEmitter::moveAny(SlotId Dest, const AnyParts &V) {
  const jitrun::Type *T = ME.M.Types.any();
  Value *Memory = Dest == NoSlot ? allocate(T) : slotMemory(Dest);
  if (Dest != NoSlot && Live.Maybe.test(unsigned(Dest))) {
    Value *Moved = allocate(T);
    storeAny(V, Moved);
    storeSlot(Dest, Moved, /*Owned=*/true);
    return;
  }
  storeAny(V, Memory);
  if (Dest == NoSlot) {
    releaseValue(T, Memory);
  } else {
    Live.Maybe.set(unsigned(Dest));
    Live.Certain.set(unsigned(Dest));
  }
}

//===----------------------------------------------------------------------===//
// Casts and tests

Value *FunctionEmitter::held(const AnyParts &V, const jitrun::Type *T) {
  return V.Known == T ? V.Held : fromPayload(T, V.Payload);
}

Value *FunctionEmitter::emitAnyCast(const AnyCastExpr &E) {
  AnyParts V = emitAny(*E.Operand);
  if (V.Known != E.Ty && E.Site != NoSite)
    trapUnless(B.CreateICmpEQ(V.Tag, anyTag(E.Ty)), Runtime::jr_trap_cast,
               {Context, V.Tag, ME.typeDescriptor(E.Ty)}, E.Site);
  Value *Held = held(V, E.Ty);
  return E.Ty->isAggregate() ? offset(Held, offsetof(abi::AnyBox, Value))
                             : Held;
}

Value *FunctionEmitter::emitAnyIs(const AnyIsExpr &E) {
  AnyParts V = emitAny(*E.Operand);
  return B.CreateICmpEQ(V.Tag, anyTag(E.Of));
}

void FunctionEmitter::emitBox(const OperationStmt &S) {
  const jitrun::Type *T = S.Operands[0]->Ty;
  Value *From = emitAddress(*S.Operands[0]);
  Value *Box =
      call(Runtime::jr_box, {Context, ME.typeDescriptor(T), From}, S.Site);
  moveAny(S.Dest, {anyTag(T), toPayload(T, Box)});
}

//===----------------------------------------------------------------------===//
// Operators
//
// Optimised code tests for the likeliest types, one test of a tag after the
// other, so that LLVM can follow a known tag through each; what is left is the
// runtime's, out of line. Baseline code calls the runtime.

/// Whether the operator on two values of a scalar type is a few instructions.
static bool isInline(AnyOperator Op, const jitrun::Type *T) {
  switch (Op) {
  case AnyOperator::Add:
  case AnyOperator::Sub:
  case AnyOperator::Mul:
  case AnyOperator::Div:
    return T->isNumeric();
  case AnyOperator::Rem:
  case AnyOperator::Shl:
  case AnyOperator::Shr:
    return T->isInteger();
  case AnyOperator::Pow:
    return T->isFloat();
  case AnyOperator::And:
  case AnyOperator::Or:
  case AnyOperator::Xor:
    return T->isInteger() || T->isBool();
  case AnyOperator::Eq:
  case AnyOperator::Ne:
    return T->isScalar();
  case AnyOperator::Lt:
  case AnyOperator::Le:
  case AnyOperator::Gt:
  case AnyOperator::Ge:
  case AnyOperator::Negate:
    return T->isNumeric();
  case AnyOperator::Not:
  case AnyOperator::BitNot:
    return T->isInteger();
  }
  return false;
}

/// The scalar type of a kind, or null.
static const jitrun::Type *scalarOf(const TypeContext &Types,
                                    abi::DescriptorKind Kind) {
  switch (Kind) {
#define JITRUN_SCALAR_TYPE(Name, Spelling, Bytes)                              \
  case abi::DescriptorKind::Name:                                              \
    return Types.get(TypeKind::Name);
#include "Types/TypeKinds.def"
  default:
    return nullptr;
  }
}

SmallVector<FunctionEmitter::FastType, 2>
FunctionEmitter::fastTypes(AnyOperator Op, uint32_t Site, const jitrun::Type *L,
                           const jitrun::Type *R) const {
  SmallVector<FastType, 2> Types;
  if (!Optimized)
    return Types;
  if (Profile && Site < Profile->Tags.size() && Profile->Tags[Site].seen()) {
    if (!Plan)
      return Types;
    uint64_t Before = 0;
    for (const speculation::Expectation &X :
         Plan->expected(speculation::ExpectationKind::Tags, Site)) {
      const auto [Left, Right] = abi::kindsOf(X.Target);
      const jitrun::Type *T = scalarOf(ME.M.Types, Left);
      if (T && Left == Right)
        Types.push_back({T, C.weights(X.Times, X.Seen - Before - X.Times)});
      Before += X.Times;
    }
  } else if (const jitrun::Type *Known = L ? L : R) {
    Types = {{Known, C.LikelyWeights}};
  } else {
    Types = {{LikelyHeld, C.LikelyWeights},
             {LikelyHeld->isFloat() ? ME.M.Types.i64() : ME.M.Types.f64(),
              C.LikelyWeights}};
  }
  llvm::erase_if(Types, [&](const FastType &Each) {
    return !isInline(Op, Each.T) || (L && L != Each.T) || (R && R != Each.T);
  });
  if (QuickExit && Types.size() > 1)
    Types.truncate(1);
  return Types;
}

void FunctionEmitter::testAny(const AnyParts &L, const AnyParts &R,
                              const FastType &T, BasicBlock *Otherwise) {
  MDNode *Weights = T.Weights;
  for (const AnyParts *V : {&L, &R}) {
    if (V->Known == T.T)
      continue;
    BasicBlock *Next = newBlock();
    B.CreateCondBr(B.CreateICmpEQ(V->Tag, anyTag(T.T)), Next, Otherwise,
                   Weights);
    startBlock(Next);
    // The second mostly agrees with the first.
    Weights = C.LikelyWeights;
  }
}

void FunctionEmitter::sampleTags(uint32_t Site, Value *Left, Value *Right) {
  if (!Optimized || expects(speculation::ExpectationKind::Tags, Site))
    sampleSite(Sites.layout().tagsAt(Site), Runtime::jr_tags_seen,
               [&] { return SmallVector<Value *, 2>{Left, Right}; });
}

void FunctionEmitter::emitAnyBinary(const OperationStmt &S) {
  const jitrun::Type *Any = ME.M.Types.any();
  AnyParts L = emitAny(*S.Operands[0]), R = emitAny(*S.Operands[1]);
  Value *Result = QuickExit ? nullptr : allocate(Any);
  BasicBlock *Done = QuickExit ? nullptr : newBlock();
  for (const FastType &Each :
       fastTypes(S.Operator, Sites.tagsOf(S), L.Known, R.Known)) {
    const jitrun::Type *T = Each.T;
    BasicBlock *Next = QuickExit ? QuickExit : newBlock();
    testAny(L, R, Each, Next);
    Value *V = emitArithmetic(BinaryOp(uint32_t(S.Operator)), T, held(L, T),
                              held(R, T), S.Site);
    if (QuickExit) {
      moveAny(S.Dest, {anyTag(T), toPayload(T, V), T, V});
      return;
    }
    storeAny({anyTag(T), toPayload(T, V)}, Result);
    branchTo(Done);
    startBlock(Next);
  }
  if (QuickExit) {
    branchTo(QuickExit);
    return;
  }
  Value *Left = allocate(Any), *Right = allocate(Any), *Slow = allocate(Any);
  storeAny(L, Left);
  storeAny(R, Right);
  sampleTags(Sites.tagsOf(S), Left, Right);
  call(Runtime::jr_any_binary,
       {Context, B.getInt32(uint32_t(S.Operator)), Left, Right, Slow}, S.Site);
  storeAny(loadAny(Slow), Result);
  startBlock(Done);
  moveAny(S.Dest, loadAny(Result));
}

void FunctionEmitter::emitAnyUnary(const OperationStmt &S) {
  const jitrun::Type *Any = ME.M.Types.any();
  AnyParts Of = emitAny(*S.Operands[0]);
  Value *Result = QuickExit ? nullptr : allocate(Any);
  BasicBlock *Done = QuickExit ? nullptr : newBlock();
  for (const FastType &Each :
       fastTypes(S.Operator, Sites.tagsOf(S), Of.Known, Of.Known)) {
    const jitrun::Type *T = Each.T;
    BasicBlock *Next = QuickExit ? QuickExit : newBlock();
    testAny(Of, Of, Each, Next);
    Value *X = held(Of, T);
    Value *V = S.Operator != AnyOperator::Negate ? B.CreateNot(X)
               : T->isFloat()                    ? B.CreateFNeg(X)
                                                 : B.CreateNeg(X);
    if (QuickExit) {
      moveAny(S.Dest, {anyTag(T), toPayload(T, V), T, V});
      return;
    }
    storeAny({anyTag(T), toPayload(T, V)}, Result);
    branchTo(Done);
    startBlock(Next);
  }
  if (QuickExit) {
    branchTo(QuickExit);
    return;
  }
  Value *Operand = allocate(Any), *Slow = allocate(Any);
  storeAny(Of, Operand);
  sampleTags(Sites.tagsOf(S), Operand, Operand);
  call(Runtime::jr_any_unary,
       {Context, B.getInt32(uint32_t(S.Operator)), Operand, Slow}, S.Site);
  storeAny(loadAny(Slow), Result);
  startBlock(Done);
  moveAny(S.Dest, loadAny(Result));
}

Value *FunctionEmitter::emitAnyComparison(const BinaryExpr &E) {
  const jitrun::Type *Any = ME.M.Types.any();
  auto Op = AnyOperator(uint32_t(E.Op));
  AnyParts L = emitAny(*E.Left), R = emitAny(*E.Right);
  BasicBlock *Done = QuickExit ? nullptr : newBlock();
  SmallVector<std::pair<Value *, BasicBlock *>, 3> Results;
  for (const FastType &Each :
       fastTypes(Op, Sites.tagsOf(E), L.Known, R.Known)) {
    const jitrun::Type *T = Each.T;
    BasicBlock *Next = QuickExit ? QuickExit : newBlock();
    testAny(L, R, Each, Next);
    Value *V = emitComparison(E.Op, T, held(L, T), held(R, T));
    if (QuickExit)
      return V;
    Results.push_back({V, B.GetInsertBlock()});
    branchTo(Done);
    startBlock(Next);
  }
  Value *Left = allocate(Any), *Right = allocate(Any);
  storeAny(L, Left);
  storeAny(R, Right);
  sampleTags(Sites.tagsOf(E), Left, Right);
  Value *Bit = call(Runtime::jr_any_compare,
                    {Context, B.getInt32(uint32_t(Op)), Left, Right}, E.Site);
  Value *Slow = B.CreateICmpNE(Bit, B.getInt32(0));
  if (Results.empty()) {
    delete Done;
    return Slow;
  }
  Results.push_back({Slow, B.GetInsertBlock()});
  startBlock(Done);
  PHINode *Phi = B.CreatePHI(C.I1, unsigned(Results.size()));
  for (auto [V, From] : Results)
    Phi->addIncoming(V, From);
  return Phi;
}
