#include "IRGen/FunctionEmitter.h"

#include "ABI/Heap.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

FunctionEmitter::FunctionEmitter(ModuleEmitter &ME, const tast::Function &F,
                                 llvm::Function &Into, ArrayMode Mode,
                                 const speculation::FunctionPlan *Entry,
                                 const Continuation *Rest)
    : ME(ME), C(ME.Cache), F(F), Into(Into), Mode(Mode),
      Resume(Rest ? std::optional(Rest->Point) : std::nullopt),
      EndsWithNest(Rest && Rest->EndsWithNest),
      Bets(Rest ? Rest->Bets : std::span<const speculation::FrameBet>()),
      Optimized(ME.optimized()),
      Facts(Optimized && ME.R.Facts ? &ME.R.Facts->of(F.Id) : nullptr),
      Profile(Optimized && ME.R.Profile ? ME.R.Profile(F.Id) : nullptr),
      Plan(Optimized && ME.R.Plan ? ME.R.Plan->find(F.Id) : nullptr),
      EntryPlan(Entry), Sites(F), Scope(Into.getSubprogram()), B(C.C) {}

AllocaInst *FunctionEmitter::allocate(llvm::Type *Ty, Align A) {
  auto *Memory = new AllocaInst(Ty, 0, ConstantInt::get(C.I32, 1), A, "");
  Memory->insertInto(Entry, Entry->begin());
  return Memory;
}

AllocaInst *FunctionEmitter::allocate(const jitrun::Type *T) {
  FrameBytes += T->size();
  if (T->isAggregate())
    return allocate(llvm::ArrayType::get(C.I8, T->size()),
                    Align(std::max<uint64_t>(T->align(), 8)));
  llvm::Type *Ty = C.memoryType(T);
  return allocate(Ty ? Ty : C.I8, Align(std::max(T->align(), 1u)));
}

void FunctionEmitter::emitParameters() {
  Signature &Sig = ME.callable(F.Id).Sig;
  Value *Buffer = Sig.Cells ? Into.getArg(Into.arg_size() - 1) : nullptr;
  for (uint32_t I = 0; I < F.Parameters; ++I) {
    const ParameterPass &Pass = Sig.Parameters[I];
    const jitrun::Type *T = F.Locals[I].Ty;
    Value *V = nullptr;
    if (Pass.Where == ParameterPass::Nothing)
      continue;
    if (Pass.Where == ParameterPass::Register)
      V = Into.getArg(Pass.Index);
    else
      V = B.CreateLoad(C.passedType(T), cell(Buffer, Pass.Index));
    Slots[I].Value = fromPassed(T, V);
  }
  if (EntryPlan)
    assumeEntry();
}

/// Where in a header its lengths, and then its strides, are.
static uint64_t shapeWord(unsigned Word) {
  return offsetof(abi::ArrayHeader, Shape) + 8 * Word;
}

static unsigned rankOf(const jitrun::Type *T) {
  return static_cast<const jitrun::ArrayType *>(T)->rank();
}

void FunctionEmitter::assumeContiguous(Value *Array, SlotId S) {
  const unsigned Rank = rankOf(slotType(S));
  Value *Stride = B.getInt64(1);
  for (unsigned D = Rank; D-- != 0;) {
    Headers[{Array, shapeWord(Rank + D)}] = Stride;
    if (D)
      Stride = B.CreateMul(Stride, loadLength(Array, D, true), "", true, true);
  }
}

void FunctionEmitter::assumeEntry() {
  auto Parameter = [&](uint64_t Site) {
    return Slots[size_t(Sites.arrays()[Site])].Value;
  };
  // Shapes first: a contiguous array's strides follow from its lengths.
  for (const speculation::Assumption &A : EntryPlan->Assumptions)
    if (A.Kind == speculation::AssumptionKind::SameShape)
      for (unsigned D = 0; D < rankOf(slotType(Sites.arrays()[A.Site])); ++D)
        Headers[{Parameter(A.Site), shapeWord(D)}] =
            loadLength(Parameter(A.Value), D, true);
  for (const speculation::Assumption &A : EntryPlan->Assumptions)
    switch (A.Kind) {
    case speculation::AssumptionKind::ConstantArgument: {
      const SlotId S = Sites.values()[A.Site];
      llvm::Type *Ty = registerType(slotType(S));
      Slots[size_t(S)].Value =
          ConstantInt::get(Ty, A.Value, false, /*ImplicitTrunc=*/true);
      break;
    }
    case speculation::AssumptionKind::Contiguous: {
      assumeContiguous(Parameter(A.Site), Sites.arrays()[A.Site]);
      break;
    }
    case speculation::AssumptionKind::SameShape:
    case speculation::AssumptionKind::NeverTaken:
      break;
    }
}

void FunctionEmitter::run() {
  Slots.resize(F.Locals.size());
  Loops.resize(F.LoopCount);
  bool AnyCounted = false;
  for (size_t I = F.Parameters; I < F.Locals.size(); ++I) {
    AnyCounted |= F.Locals[I].Ty->isCounted();
    FrameBytes += std::max<uint64_t>(F.Locals[I].Ty->size(), 8);
  }
  if (AnyCounted) {
    Live.Maybe.resize(unsigned(F.Locals.size()));
    Live.Certain.resize(unsigned(F.Locals.size()));
  }
  const bool MayLeave =
      !Optimized && !Resume && ME.R.Counters && ME.R.EntersLoops && F.LoopCount;
  if (MayLeave) {
    Layout.emplace(F);
    FrameBytes = std::max(FrameBytes, Layout->size());
  }
  BodyFacts Body = examineBody();
  if (Optimized)
    guessTags();
  if (Optimized && ME.R.ForcesExits)
    Forced.emplace(F);
  SharesExit = AnyCounted && Body.Returns > 1;

  Entry = BasicBlock::Create(C.C, "", &Into);
  B.SetInsertPoint(Entry);
  Context = Into.getArg(0);
  if (MayLeave)
    OwnFrame = allocate(llvm::ArrayType::get(C.I8, Layout->size()), Align(16));
  if (!Resume && F.Result->isAggregate())
    ResultAddress = Into.getArg(1);
  // Those of optimised code are the pipeline's.
  if (!Optimized && (Body.Calls || FrameBytes > SmallFrame))
    emitStackCheck();
  if (!Resume)
    emitParameters();
  if (OwnFrame)
    storeArguments(offset(OwnFrame, Layout->arguments()));
  if (!Optimized && ME.R.Counters)
    countCall();
  if (Resume) {
    restoreFrame();
    emitResume(0);
  } else {
    emitList(F.Body);
  }
  if (reachable()) {
    // The body of a function without a result may just end.
    releaseAll(NoSlot);
    if (Into.getReturnType()->isVoidTy())
      B.CreateRetVoid();
    else
      B.CreateUnreachable();
    B.ClearInsertionPoint();
  }
  emitExit();
  for (BasicBlock *BB : Cold)
    if (BB->getParent())
      BB->moveAfter(&Into.back());
    else
      BB->insertInto(&Into);

  if (Scratch)
    Scratch->setOperand(0, ConstantInt::get(C.I64, ScratchCells));
  BasicBlock::iterator First = placeLocals();
  B.SetInsertPoint(First->getParent(), First);
  for (size_t I = 0; I < Slots.size(); ++I)
    if (Slots[I].NeedsNull)
      clearSlot(SlotId(I));
}

Value *FunctionEmitter::emit(const Expr &E) {
  switch (E.Kind) {
  case ExprKind::IntConstant: {
    uint64_t V = as<IntConstant>(E).Value;
    return E.Ty->isBool() ? B.getInt1(V & 1) : integer(E.Ty, V);
  }
  case ExprKind::FloatConstant:
    return ConstantFP::get(registerType(E.Ty), as<FloatConstant>(E).Value);
  case ExprKind::TextConstant:
    return ME.text(as<TextConstant>(E).Text);
  case ExprKind::UnitConstant:
    return nullptr;
  case ExprKind::FunctionConstant:
    return ME.closure(as<FunctionConstant>(E).Target);
  case ExprKind::Load:
    return emitLoad(as<LoadExpr>(E));
  case ExprKind::Unary:
    return emitUnary(as<UnaryExpr>(E));
  case ExprKind::Binary:
    return emitBinary(as<BinaryExpr>(E));
  case ExprKind::Logical:
    return emitLogical(as<LogicalExpr>(E));
  case ExprKind::Convert:
    return emitConvert(as<ConvertExpr>(E));
  case ExprKind::IntrinsicCall:
    return emitIntrinsic(as<IntrinsicExpr>(E));
  case ExprKind::Zero:
    return E.Ty->isAggregate() ? emitAddress(E) : emitZero(E.Ty);
  case ExprKind::Tag:
    return emitTag(as<TagExpr>(E));
  case ExprKind::Aggregate:
  case ExprKind::Variant:
  case ExprKind::FixedFill:
  case ExprKind::ToAny:
    return emitAddress(E);
  case ExprKind::AnyCast:
    return emitAnyCast(as<AnyCastExpr>(E));
  case ExprKind::AnyIs:
    return emitAnyIs(as<AnyIsExpr>(E));
  }
  return nullptr;
}
