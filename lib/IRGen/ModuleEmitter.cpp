#include "IRGen/ModuleEmitter.h"

#include "ABI/ExecutionContext.h"
#include "ABI/Heap.h"
#include "IRGen/Facts.h"
#include "IRGen/FunctionEmitter.h"
#include "Speculation/ProfileSites.h"

#include "llvm/IR/IRBuilder.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

ModuleEmitter::ModuleEmitter(const ContextCache &Cache,
                             const DataLayout &Layout,
                             const std::string &Triple, const Request &R)
    : Cache(Cache), R(R), M(*R.M),
      Out(std::make_unique<llvm::Module>("jitrun", Cache.C)) {
  Out->setDataLayout(Layout);
  Out->setTargetTriple(llvm::Triple(Triple));
  Out->getOrInsertNamedMetadata("llvm.dbg.cu")->addOperand(Cache.Unit);
}

std::unique_ptr<llvm::Module> ModuleEmitter::run() {
  for (FunctionId F : R.Roots)
    declare(F, true);
  if (optimized())
    for (FunctionId F : R.Inlinable)
      if (!callable(F).Wrapper)
        declare(F, false);
  // Not by iterating over the map, whose order is not the request's.
  for (FunctionId F : R.Roots)
    define(F);
  for (const Continuation &Which : R.Continuations)
    defineContinuation(Which);
  if (optimized())
    for (FunctionId F : R.Inlinable)
      if (callable(F).Wrapper->empty())
        define(F);
  return std::move(Out);
}

llvm::Function *ModuleEmitter::runtime(Runtime F) {
  llvm::Function *&Known = RuntimeFunctions[size_t(F)];
  if (!Known) {
    Known = llvm::Function::Create(Cache.runtimeType(F),
                                   GlobalValue::ExternalLinkage,
                                   ContextCache::runtimeName(F), *Out);
    Known->setAttributes(Cache.runtimeAttributes(F, R.Level));
  }
  return Known;
}

Callable &ModuleEmitter::callable(FunctionId F) {
  auto [At, New] = Callables.try_emplace(uint32_t(F));
  if (!New)
    return *At->second;
  At->second = std::make_unique<Callable>();
  const tast::Function &Body = M.function(F);
  At->second->Sig = Cache.signature(parameterTypes(Body), Body.Result);
  return *At->second;
}

GlobalVariable *ModuleEmitter::nearData(const std::string &Symbol,
                                        llvm::Type *Ty) {
  // A function's bodies share its data.
  if (GlobalVariable *G = Out->getNamedGlobal(Symbol))
    return G;
  auto *G = new GlobalVariable(*Out, Ty, false, GlobalValue::ExternalLinkage,
                               nullptr, Symbol);
  G->setDSOLocal(true);
  G->setAlignment(Align(8));
  return G;
}

GlobalVariable *ModuleEmitter::slot(FunctionId F) {
  Callable &C = callable(F);
  if (!C.Slot)
    C.Slot = nearData(slotSymbol(R.ModuleNumber, F), Cache.Ptr);
  return C.Slot;
}

llvm::Constant *ModuleEmitter::farData(const std::string &Symbol) {
  if (GlobalVariable *G = Out->getNamedGlobal(Symbol))
    return G;
  auto *G = new GlobalVariable(*Out, Cache.I8, true,
                               GlobalValue::ExternalLinkage, nullptr, Symbol);
  G->setAlignment(Align(8));
  return G;
}

llvm::Constant *ModuleEmitter::typeDescriptor(const jitrun::Type *T) {
  return farData(typeSymbol(R.ModuleNumber, T->id()));
}

llvm::Constant *ModuleEmitter::text(TextId Text) {
  return farData(textSymbol(R.ModuleNumber, Text));
}

llvm::Constant *ModuleEmitter::constant(ConstantId Constant) {
  return farData(constantSymbol(R.ModuleNumber, Constant));
}

llvm::Constant *ModuleEmitter::closure(FunctionId F) {
  std::string Symbol = closureSymbol(R.ModuleNumber, F);
  // One that has captures is read by the runtime only.
  if (!optimized() || M.function(F).Captures)
    return farData(Symbol);
  if (GlobalVariable *G = Out->getNamedGlobal(Symbol))
    return G;
  // Its contents, for the optimiser to see whom a call of it calls.
  auto *Null = ConstantPointerNull::get(PointerType::getUnqual(Cache.C));
  auto I64 = [&](int64_t V) {
    return ConstantInt::get(Cache.I64, uint64_t(V), true);
  };
  llvm::Constant *Words[] = {Null,
                             Null,
                             I64(abi::ImmortalCount),
                             I64(0),
                             Null,
                             slot(F),
                             ConstantInt::get(Cache.I32, uint32_t(F)),
                             ConstantInt::get(Cache.I32, 0),
                             I64(0)};
  llvm::Constant *Contents = ConstantStruct::getAnon(Cache.C, Words);
  auto *G = new GlobalVariable(*Out, Contents->getType(), true,
                               GlobalValue::AvailableExternallyLinkage,
                               Contents, Symbol);
  G->setAlignment(Align(8));
  return G;
}

llvm::Constant *ModuleEmitter::formatPlan(const OperationStmt &S) {
  return farData(formatSymbol(R.ModuleNumber, R.Data->formatPlanNumber(S)));
}

FunctionCallee ModuleEmitter::externFunction(ExternId F) {
  const ExternFunction &E = M.Externs[size_t(F)];
  SmallVector<llvm::Type *, 8> Parameters;
  for (const jitrun::Type *T : E.Parameters)
    if (llvm::Type *Ty = Cache.passedType(T))
      Parameters.push_back(Ty);
  llvm::Type *Result = Cache.passedType(E.Result);
  return Out->getOrInsertFunction(
      externSymbol(E.Name),
      llvm::FunctionType::get(Result ? Result : Cache.Void, Parameters, false));
}

DISubprogram *ModuleEmitter::makeScope(const tast::Function &F) {
  std::string Index = std::to_string(R.FirstIndex + uint32_t(F.Id));
  // Its line is that of calls that have no site of their own.
  unsigned Line = unsigned(ownSite(F)) + 1;
  return DISubprogram::getDistinct(Cache.C, Cache.File, F.Name, Index,
                                   Cache.File, Line, Cache.SubroutineType, Line,
                                   nullptr, 0, 0, DINode::FlagZero,
                                   DISubprogram::SPFlagDefinition, Cache.Unit);
}

llvm::Function *ModuleEmitter::create(const tast::Function &F,
                                      const Signature &S,
                                      const std::string &Symbol,
                                      GlobalValue::LinkageTypes Linkage,
                                      const AttributeList &Attributes) {
  auto *Made = llvm::Function::Create(S.Type, Linkage, Symbol, *Out);
  Made->setDSOLocal(true);
  Made->setAttributes(Attributes);
  if (!Cache.C.shouldDiscardValueNames())
    Made->addFnAttr(SourceNameAttribute, F.Name);
  if (optimized()) {
    addParameterAttributes(F, S, *Made);
    if (R.Profile)
      if (const FunctionProfile *P = R.Profile(F.Id); P && P->Calls)
        Made->setEntryCount(P->Calls);
  }
  return Made;
}

/// Of a parameter that points at an object.
static void addObjectAttributes(llvm::Function &Into, unsigned Index,
                                uint64_t Bytes, uint64_t Alignment) {
  AttrBuilder A(Into.getContext());
  A.addAttribute(Attribute::NonNull);
  A.addAttribute(Attribute::NoUndef);
  A.addDereferenceableAttr(Bytes);
  A.addAlignmentAttr(Alignment);
  Into.addParamAttrs(Index, A);
}

void ModuleEmitter::addParameterAttributes(const tast::Function &F,
                                           const Signature &S,
                                           llvm::Function &Into) {
  auto Object = [&](unsigned Index, uint64_t Bytes, uint64_t Alignment) {
    addObjectAttributes(Into, Index, Bytes, Alignment);
  };
  // What a context points at is changed through the context only; other
  // threads write the two words that are loaded as volatile.
  Object(0, sizeof(abi::ExecutionContext), 8);
  Into.addParamAttr(0, Attribute::NoAlias);
  if (S.ResultInMemory) {
    if (F.Result->size())
      Object(1, F.Result->size(), F.Result->align());
    Into.addParamAttr(1, Attribute::NoAlias);
  }
  if (S.Cells) {
    unsigned Last = Into.arg_size() - 1;
    Object(Last, 8 * uint64_t(S.Cells), 8);
    Into.addParamAttr(Last, Attribute::NoAlias);
    Into.addParamAttr(Last, Attribute::ReadOnly);
  }
  for (uint32_t I = 0; I < F.Parameters; ++I) {
    const ParameterPass &Pass = S.Parameters[I];
    if (Pass.Where != ParameterPass::Register)
      continue;
    const jitrun::Type *T = F.Locals[I].Ty;
    if (T->isArray()) {
      unsigned Rank = static_cast<const jitrun::ArrayType *>(T)->rank();
      Object(Pass.Index,
             offsetof(abi::ArrayHeader, Shape) + 16 * uint64_t(Rank), 8);
    } else if (T->isStr()) {
      Object(Pass.Index, offsetof(abi::StrHeader, Data), 8);
    } else if (T->isFunction()) {
      Object(Pass.Index, offsetof(abi::ClosureHeader, Data), 8);
    } else if (T->isAggregate()) {
      if (T->size())
        Object(Pass.Index, T->size(), T->align());
      // Nobody changes it during the call.
      Into.addParamAttr(Pass.Index, Attribute::NoAlias);
      Into.addParamAttr(Pass.Index, Attribute::ReadOnly);
    } else {
      Into.addParamAttr(Pass.Index, Attribute::NoUndef);
      unsigned Bits = T->bits();
      if (Bits < 32 && !T->isFloat()) {
        APInt Low = T->isSigned() ? APInt::getSignedMinValue(Bits).sext(32)
                                  : APInt(32, 0);
        APInt High = T->isSigned() ? APInt::getSignedMaxValue(Bits).sext(32)
                                   : APInt::getMaxValue(Bits).zext(32);
        AttrBuilder A(Cache.C);
        A.addRangeAttr(ConstantRange(Low, High + 1));
        Into.addParamAttrs(Pass.Index, A);
      }
    }
  }
}

/// What a callee that was called while profiles were taken may cost, in LLVM's
/// measure, to be inlined: twice its own limit at -O3. With a profile of its
/// own kind LLVM allows 3000 (InlineCost.cpp, hot call sites).
static constexpr char ProfiledInlineThreshold[] = "500";

void ModuleEmitter::declare(FunctionId Id, bool IsRoot) {
  const tast::Function &F = M.function(Id);
  Callable &C = callable(Id);
  std::string Symbol = symbolOf(R.ModuleNumber, Id, R.Version);
  if (!optimized()) {
    // Baseline code calls everything through slots, itself included.
    C.Body = create(F, C.Sig, Symbol, GlobalValue::ExternalLinkage,
                    Cache.BaselineFunction);
    C.Body->setSubprogram(makeScope(F));
    return;
  }
  const FunctionFacts *Facts = R.Facts ? &R.Facts->of(Id) : nullptr;
  AttributeList Attributes = Facts && !Facts->MayTrap ? Cache.OptimizedTailCalls
                                                      : Cache.OptimizedFunction;
  // The profile says that it is worth it; LLVM can only guess.
  if (const FunctionProfile *P = R.Profile && !IsRoot ? R.Profile(Id) : nullptr;
      P && P->Calls)
    Attributes = Attributes.addFnAttribute(Cache.C, "function-inline-threshold",
                                           ProfiledInlineThreshold);
  auto Linkage =
      IsRoot ? GlobalValue::ExternalLinkage : GlobalValue::InternalLinkage;
  C.Wrapper =
      create(F, C.Sig, IsRoot ? Symbol : Symbol + ".body", Linkage, Attributes);
  C.Body = C.Wrapper;
  // A wrapper has no scope: it is no frame in a call stack.
  auto Make = [&](const char *Suffix, const AttributeList &A) {
    llvm::Function *Made =
        create(F, C.Sig, Symbol + Suffix, GlobalValue::InternalLinkage, A);
    Made->setSubprogram(makeScope(F));
    return Made;
  };
  if (Facts && Facts->IndexesParameter)
    C.Unit = Make(".unit", Attributes);
  if (IsRoot && entryPlan(Id))
    C.Special = Make(".special", Attributes);
  if (C.Unit || C.Special)
    C.Body = create(F, C.Sig, Symbol + ".general", GlobalValue::InternalLinkage,
                    C.Unit ? Cache.ColdBody : Attributes);
  C.Body->setSubprogram(makeScope(F));
}

const speculation::FunctionPlan *ModuleEmitter::entryPlan(FunctionId F) const {
  const speculation::FunctionPlan *P = R.Plan ? R.Plan->find(F) : nullptr;
  const bool Any =
      P && llvm::any_of(P->Assumptions, [](const speculation::Assumption &A) {
        return speculation::isEntryTest(A.Kind);
      });
  return Any ? P : nullptr;
}

void ModuleEmitter::define(FunctionId Id) {
  const tast::Function &F = M.function(Id);
  Callable &C = callable(Id);
  if (C.Unit || C.Special)
    emitWrapper(F, C);
  if (C.Special)
    FunctionEmitter(*this, F, *C.Special,
                    C.Unit ? ArrayMode::Unit : ArrayMode::General,
                    entryPlan(Id))
        .run();
  if (C.Unit)
    FunctionEmitter(*this, F, *C.Unit, ArrayMode::Unit).run();
  FunctionEmitter(*this, F, *C.Body, ArrayMode::General).run();
}

/// A word of an array's header, which nobody changes.
static LoadInst *headerWord(IRBuilderBase &B, const ContextCache &Cache,
                            llvm::Type *Ty, Value *Array, uint64_t Offset) {
  LoadInst *Word =
      B.CreateLoad(Ty, B.CreateConstInBoundsGEP1_64(Cache.I8, Array, Offset));
  Word->setMetadata(LLVMContext::MD_tbaa, Cache.HeaderTag);
  Word->setMetadata(LLVMContext::MD_invariant_load, Cache.Empty);
  return Word;
}

Value *ModuleEmitter::testEntry(IRBuilderBase &B, const tast::Function &F,
                                const speculation::FunctionPlan &Plan,
                                function_ref<Value *(SlotId)> Passed) {
  const speculation::ProfileSites Sites(F);
  Value *All = nullptr;
  auto Require = [&](Value *Holds) {
    All = All ? B.CreateAnd(All, Holds) : Holds;
  };
  auto ShapeWord = [&](Value *Array, unsigned Dimension) {
    return headerWord(B, Cache, Cache.I64, Array,
                      offsetof(abi::ArrayHeader, Shape) + 8 * Dimension);
  };
  for (const speculation::Assumption &A : Plan.Assumptions)
    switch (A.Kind) {
    case speculation::AssumptionKind::ConstantArgument: {
      Value *V = Passed(Sites.values()[A.Site]);
      Require(B.CreateICmpEQ(V, ConstantInt::get(V->getType(), A.Value, false,
                                                 /*ImplicitTrunc=*/true)));
      break;
    }
    case speculation::AssumptionKind::Contiguous: {
      Value *Flags =
          headerWord(B, Cache, Cache.I32, Passed(Sites.arrays()[A.Site]),
                     offsetof(abi::ArrayHeader, Flags));
      Require(B.CreateICmpNE(
          B.CreateAnd(Flags, B.getInt32(abi::ArrayContiguous)), B.getInt32(0)));
      break;
    }
    case speculation::AssumptionKind::SameShape: {
      const SlotId S = Sites.arrays()[A.Site];
      Value *Array = Passed(S), *Leader = Passed(Sites.arrays()[A.Value]);
      const auto *T =
          static_cast<const jitrun::ArrayType *>(F.Locals[size_t(S)].Ty);
      for (unsigned D = 0; D < T->rank(); ++D)
        Require(B.CreateICmpEQ(ShapeWord(Array, D), ShapeWord(Leader, D)));
      break;
    }
    case speculation::AssumptionKind::NeverTaken:
      break;
    }
  return All;
}

void ModuleEmitter::emitWrapper(const tast::Function &F, Callable &C) {
  llvm::Function &Into = *C.Wrapper;
  IRBuilder<> B(BasicBlock::Create(Cache.C, "", &Into));
  auto Passed = [&](SlotId S) -> Value * {
    const ParameterPass &Pass = C.Sig.Parameters[size_t(S)];
    if (Pass.Where == ParameterPass::Register)
      return Into.getArg(Pass.Index);
    return B.CreateLoad(
        Cache.passedType(F.Locals[size_t(S)].Ty),
        B.CreateConstInBoundsGEP1_64(
            Cache.I64, Into.getArg(Into.arg_size() - 1), Pass.Index));
  };
  Value *Unit = nullptr, *Special = nullptr;
  if (C.Unit) {
    Value *Flags = nullptr;
    for (uint32_t I = 0; I < F.Parameters; ++I) {
      if (!F.Locals[I].Ty->isArray())
        continue;
      Value *Word = headerWord(B, Cache, Cache.I32, Passed(SlotId(I)),
                               offsetof(abi::ArrayHeader, Flags));
      Flags = Flags ? B.CreateAnd(Flags, Word) : Word;
    }
    Unit = B.CreateICmpNE(B.CreateAnd(Flags, B.getInt32(abi::ArrayUnitInner)),
                          B.getInt32(0));
  }
  if (C.Special) {
    Special = testEntry(B, F, *entryPlan(F.Id), Passed);
    if (Unit)
      Special = B.CreateAnd(Unit, Special);
  }

  SmallVector<Value *, 8> Args;
  for (Argument &A : Into.args())
    Args.push_back(&A);
  auto CallAndReturn = [&](llvm::Function *Callee, bool Inlined) {
    CallInst *Call = B.CreateCall(Callee, Args);
    if (Inlined)
      Call->addFnAttr(Attribute::AlwaysInline);
    if (Into.getReturnType()->isVoidTy())
      B.CreateRetVoid();
    else
      B.CreateRet(Call);
  };
  // The best first; it is inlined here, the others are for other calls.
  auto Try = [&](Value *Holds, llvm::Function *Callee, bool Inlined) {
    auto *Yes = BasicBlock::Create(Cache.C, "", &Into);
    auto *No = BasicBlock::Create(Cache.C, "", &Into);
    B.CreateCondBr(Holds, Yes, No, Cache.LikelyWeights);
    B.SetInsertPoint(Yes);
    CallAndReturn(Callee, Inlined);
    B.SetInsertPoint(No);
  };
  if (C.Special)
    Try(Special, C.Special, true);
  if (C.Unit)
    Try(Unit, C.Unit, !C.Special);
  CallAndReturn(C.Body, false);
}

/// That of a body that is for one frame.
static ArrayMode arrayMode(const tast::Function &F, const Continuation &Which) {
  uint32_t Arrays = 0, Unit = 0;
  for (uint32_t I = 0; I < F.Parameters; ++I)
    Arrays += F.Locals[I].Ty->isArray();
  for (const speculation::FrameBet &Bet : Which.Bets)
    Unit += Bet.isFlags() && size_t(Bet.Slot) < F.Parameters &&
            (Bet.Value & abi::ArrayUnitInner);
  return Arrays && Arrays == Unit ? ArrayMode::Unit : ArrayMode::General;
}

/// Whether a frame, whose slots \p InFrame reads, holds what was bet on.
static Value *testFrame(IRBuilderBase &B, const ContextCache &Cache,
                        std::span<const speculation::FrameBet> Bets,
                        function_ref<Value *(SlotId)> InFrame) {
  Value *All = nullptr;
  for (const speculation::FrameBet &Bet : Bets) {
    llvm::Type *Ty = B.getIntNTy(8 * Bet.Bytes);
    LoadInst *Seen = headerWord(B, Cache, Ty, InFrame(Bet.Slot), Bet.Offset);
    // The body assumes it of loads of its own. Were they one with this one, all
    // that would be left is a branch, which tells LLVM less.
    Seen->setVolatile(true);
    Seen->setMetadata(LLVMContext::MD_invariant_load, nullptr);
    Value *Holds = B.CreateICmpEQ(Seen, ConstantInt::get(Ty, Bet.Value));
    All = All ? B.CreateAnd(All, Holds) : Holds;
  }
  return All;
}

void ModuleEmitter::defineContinuation(const Continuation &Which) {
  const tast::Function &F = M.function(Which.Function);
  llvm::Type *Result = callable(F.Id).Sig.Type->getReturnType();
  const speculation::FrameLayout Layout(F);
  auto Make = [&](const std::string &Symbol, GlobalValue::LinkageTypes Linkage,
                  const AttributeList &Attributes) {
    auto *Made = llvm::Function::Create(
        llvm::FunctionType::get(Result, {Cache.Ptr, Cache.Ptr}, false), Linkage,
        Symbol, *Out);
    Made->setDSOLocal(true);
    Made->setAttributes(Attributes);
    if (!Cache.C.shouldDiscardValueNames())
      Made->addFnAttr(SourceNameAttribute, F.Name);
    if (optimized()) {
      addObjectAttributes(*Made, 0, sizeof(abi::ExecutionContext), 8);
      Made->addParamAttr(0, Attribute::NoAlias);
      // Not noalias: the context has its address too.
      addObjectAttributes(*Made, 1, Layout.size(), 16);
    }
    return Made;
  };
  const std::string Symbol =
      continuationSymbol(R.ModuleNumber, F.Id, R.Version, Which.Point);
  llvm::Function *Whole =
      Make(Symbol, GlobalValue::ExternalLinkage,
           optimized() ? Cache.OptimizedFunction : Cache.BaselineFunction);
  const bool IsForFrame = !Which.Bets.empty();
  const bool Chooses =
      optimized() && R.Facts && R.Facts->of(F.Id).IndexesParameter;
  if (!IsForFrame && !Chooses) {
    Whole->setSubprogram(makeScope(F));
    FunctionEmitter(*this, F, *Whole, ArrayMode::General, nullptr, &Which)
        .run();
    return;
  }

  // As emitWrapper() does with arguments.
  IRBuilder<> B(BasicBlock::Create(Cache.C, "", Whole));
  Value *Frame = Whole->getArg(1);
  auto InFrame = [&](SlotId Array) {
    return B.CreateLoad(Cache.Ptr, B.CreateConstInBoundsGEP1_64(
                                       Cache.I8, Frame, Layout.slot(Array)));
  };
  auto *Yes = BasicBlock::Create(Cache.C, "", Whole);
  auto *No = BasicBlock::Create(Cache.C, "", Whole);
  auto Leave = [&](FunctionCallee Callee, bool Inlined) {
    CallInst *Call = B.CreateCall(Callee, {Whole->getArg(0), Frame});
    if (Inlined)
      Call->addFnAttr(Attribute::AlwaysInline);
    Call->setTailCallKind(CallInst::TCK_MustTail);
    if (Result->isVoidTy())
      B.CreateRetVoid();
    else
      B.CreateRet(Call);
  };
  if (IsForFrame) {
    Whole->setSubprogram(makeScope(F));
    llvm::Function *Body = Make(Symbol + ".frame", GlobalValue::InternalLinkage,
                                Cache.OptimizedFunction);
    B.CreateCondBr(testFrame(B, Cache, Which.Bets, InFrame), Yes, No,
                   Cache.LikelyWeights);
    B.SetInsertPoint(Yes);
    Leave(Body, true);
    B.SetInsertPoint(No);
    // The frame is as it was.
    CallInst *Code = B.CreateCall(
        runtime(Runtime::jr_deopt),
        {Whole->getArg(0), B.getInt32(R.FirstIndex + uint32_t(F.Id)),
         B.getInt32(Which.Point.word()), B.getInt32(speculation::FrameDiffers),
         B.getInt64(0)});
    Code->setDebugLoc(DILocation::get(Cache.C, unsigned(ownSite(F)) + 1, 0,
                                      Whole->getSubprogram()));
    Leave({Whole->getFunctionType(), Code}, false);
    Body->setSubprogram(makeScope(F));
    FunctionEmitter(*this, F, *Body, arrayMode(F, Which), nullptr, &Which)
        .run();
    return;
  }

  llvm::Function *Fast = Make(Symbol + ".unit", GlobalValue::InternalLinkage,
                              Cache.OptimizedFunction);
  llvm::Function *Slow =
      Make(Symbol + ".general", GlobalValue::InternalLinkage, Cache.ColdBody);
  Value *Flags = nullptr;
  for (uint32_t I = 0; I < F.Parameters; ++I) {
    if (!F.Locals[I].Ty->isArray())
      continue;
    Value *Word = headerWord(B, Cache, Cache.I32, InFrame(SlotId(I)),
                             offsetof(abi::ArrayHeader, Flags));
    Flags = Flags ? B.CreateAnd(Flags, Word) : Word;
  }
  B.CreateCondBr(
      B.CreateICmpNE(B.CreateAnd(Flags, B.getInt32(abi::ArrayUnitInner)),
                     B.getInt32(0)),
      Yes, No, Cache.LikelyWeights);
  B.SetInsertPoint(Yes);
  Leave(Fast, true);
  B.SetInsertPoint(No);
  Leave(Slow, false);
  Fast->setSubprogram(makeScope(F));
  FunctionEmitter(*this, F, *Fast, ArrayMode::Unit, nullptr, &Which).run();
  Slow->setSubprogram(makeScope(F));
  FunctionEmitter(*this, F, *Slow, ArrayMode::General, nullptr, &Which).run();
}
