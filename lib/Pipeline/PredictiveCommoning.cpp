#include "Pipeline/PredictiveCommoning.h"

#include "Pipeline/LoopVersions.h"
#include "Pipeline/TrapBlocks.h"

#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"
#include "llvm/Transforms/Utils/UnrollLoop.h"

using namespace jitrun;
using namespace llvm;

namespace {

/// Iterations that become one.
constexpr unsigned UnrollCount = 4;
/// Larger loops are left alone: the loads saved would be few among the rest.
constexpr unsigned MaxSize = 80;
/// So are those that save fewer loads an iteration.
constexpr unsigned MinRepeated = 2;
/// Loops that run no longer are not worth the choice.
constexpr unsigned FewTrips = 16;
/// Pairs of places whose being disjoint is computed before the loop.
constexpr unsigned MaxPairs = 8;
/// Iterations and distances for which addresses do not wrap around: the
/// product, added to an address that a program can have, fits 64 bits.
constexpr unsigned MaxTripBits = 40, MaxStepBits = 16;

/// Accesses with one constant distance from iteration to iteration, and a
/// constant one from each other.
struct Stream {
  /// The address in the first iteration of the one that came first.
  const SCEV *Start;
  int64_t Step;
  /// The bytes that they touch in one iteration, as distances from Start.
  int64_t Low, High;
  SmallVector<Instruction *, 4> Accesses;
  SmallVector<int64_t, 4> Offsets;
};

class Commoner {
public:
  Commoner(Function &F, FunctionAnalysisManager &AM)
      : F(F), LI(AM.getResult<LoopAnalysis>(F)),
        DT(AM.getResult<DominatorTreeAnalysis>(F)),
        SE(AM.getResult<ScalarEvolutionAnalysis>(F)),
        AC(AM.getResult<AssumptionAnalysis>(F)), AA(AM.getResult<AAManager>(F)),
        TTI(AM.getResult<TargetIRAnalysis>(F)) {}

  bool run();

private:
  bool isCandidate(const Loop &L) const;
  bool visit(Loop &L);
  bool addTo(SmallVectorImpl<Stream> &Streams, Instruction &I, const Loop &L);
  bool keepRepeated(SmallVectorImpl<Stream> &Loads) const;
  bool findPairs(ArrayRef<Stream> Loads, ArrayRef<Stream> Stores);
  Value *emitDisjoint(Loop &L, const SCEV *LastIteration);

  Function &F;
  LoopInfo &LI;
  DominatorTree &DT;
  ScalarEvolution &SE;
  AssumptionCache &AC;
  AAResults &AA;
  TargetTransformInfo &TTI;
  bool isVersionOfDone(const Loop &L);

  /// Where the checks are that loops unrolled so far make.
  SmallPtrSet<const DILocation *, 8> ChecksDone;
  /// Loads and stores that may meet, of the loop at hand.
  SmallVector<std::pair<const Stream *, const Stream *>, 8> Pairs;
};

/// What costs nothing to know, so that hardly a loop is looked at closely.
bool Commoner::isCandidate(const Loop &L) const {
  if (!L.isInnermost() || sizeOf(L) > MaxSize ||
      getBooleanLoopAttribute(&L, "llvm.loop.isvectorized") ||
      getBooleanLoopAttribute(&L, "llvm.loop.unroll.disable"))
    return false;
  unsigned Loads = 0;
  for (BasicBlock *BB : L.blocks())
    for (Instruction &I : *BB) {
      if (auto *Load = dyn_cast<LoadInst>(&I); Load && Load->isSimple())
        ++Loads;
      else if (auto *Store = dyn_cast<StoreInst>(&I);
               I.mayReadOrWriteMemory() && !(Store && Store->isSimple()))
        return false;
      if (I.getType()->isTokenTy() || I.mayThrow())
        return false;
    }
  std::optional<unsigned> Trips =
      getLoopEstimatedTripCount(const_cast<Loop *>(&L));
  return Loads > MinRepeated && (!Trips || *Trips >= FewTrips);
}

/// Adds the access \p I to the stream that it belongs to. Returns false if its
/// address does not move by a constant.
bool Commoner::addTo(SmallVectorImpl<Stream> &Streams, Instruction &I,
                     const Loop &L) {
  auto *Address =
      dyn_cast<SCEVAddRecExpr>(SE.getSCEV(getLoadStorePointerOperand(&I)));
  if (!Address || Address->getLoop() != &L || !Address->isAffine())
    return false;
  auto *Step = dyn_cast<SCEVConstant>(Address->getStepRecurrence(SE));
  TypeSize Size = F.getDataLayout().getTypeStoreSize(getLoadStoreType(&I));
  if (!Step || Step->isZero() ||
      Step->getAPInt().getSignificantBits() > MaxStepBits || Size.isScalable())
    return false;
  int64_t Distance = Step->getAPInt().getSExtValue();
  int64_t Bytes = static_cast<int64_t>(Size.getFixedValue());
  for (Stream &S : Streams) {
    if (S.Step != Distance)
      continue;
    auto *Offset =
        dyn_cast<SCEVConstant>(SE.getMinusSCEV(Address->getStart(), S.Start));
    if (!Offset || Offset->getAPInt().getSignificantBits() > MaxStepBits)
      continue;
    int64_t O = Offset->getAPInt().getSExtValue();
    S.Low = std::min(S.Low, O);
    S.High = std::max(S.High, O + Bytes);
    S.Accesses.push_back(&I);
    S.Offsets.push_back(O);
    return true;
  }
  Streams.push_back({Address->getStart(), Distance, 0, Bytes, {&I}, {0}});
  return true;
}

/// Keeps the streams in which an iteration loads what one of the next few loads
/// again. Returns whether that is so often enough.
bool Commoner::keepRepeated(SmallVectorImpl<Stream> &Loads) const {
  unsigned Repeated = 0;
  erase_if(Loads, [&](const Stream &S) {
    unsigned Here = 0;
    for (size_t I = 0; I != S.Offsets.size(); ++I) {
      auto Meets = [&](size_t J) {
        int64_t Apart = S.Offsets[J] - S.Offsets[I];
        return Apart % S.Step == 0 && Apart / S.Step > 0 &&
               Apart / S.Step < UnrollCount &&
               S.Accesses[I]->getType() == S.Accesses[J]->getType();
      };
      Here += any_of(seq<size_t>(0, S.Offsets.size()), Meets);
    }
    Repeated += Here;
    return !Here;
  });
  return Repeated >= MinRepeated;
}

/// Finds the pairs that may meet. Returns false if they are too many, or if two
/// of them are of one stream, and so do meet.
bool Commoner::findPairs(ArrayRef<Stream> Loads, ArrayRef<Stream> Stores) {
  Pairs.clear();
  auto MayMeet = [&](const Stream &Load, const Stream &Store) {
    for (Instruction *From : Load.Accesses)
      for (Instruction *To : Store.Accesses)
        if (!AA.isNoAlias(MemoryLocation::getBeforeOrAfter(
                              getLoadStorePointerOperand(From)),
                          MemoryLocation::getBeforeOrAfter(
                              getLoadStorePointerOperand(To))))
          return true;
    return false;
  };
  for (const Stream &Load : Loads)
    for (const Stream &Store : Stores) {
      if (!MayMeet(Load, Store))
        continue;
      if (isa<SCEVConstant>(SE.getMinusSCEV(Store.Start, Load.Start)))
        return false;
      Pairs.push_back({&Load, &Store});
    }
  return Pairs.size() <= MaxPairs;
}

/// Emits in \p L's preheader whether no pair meets in the iterations from 0 to
/// \p LastIteration, and these are not few. Null if LLVM cannot place the code.
Value *Commoner::emitDisjoint(Loop &L, const SCEV *LastIteration) {
  Instruction *At = L.getLoopPreheader()->getTerminator();
  SCEVExpander Expander(SE, "common");
  auto CanExpand = [&](const SCEV *S) {
    return Expander.isSafeToExpandAt(S, At) &&
           !Expander.isHighCostExpansion({S}, &L, 16, &TTI, At);
  };
  if (!CanExpand(LastIteration))
    return nullptr;
  for (auto [Load, Store] : Pairs)
    if (!CanExpand(Load->Start) || !CanExpand(Store->Start))
      return nullptr;

  Type *Word = IntegerType::get(F.getContext(), 64);
  Value *Last = Expander.expandCodeFor(
      SE.getNoopOrZeroExtend(LastIteration, Word), Word, At);
  IRBuilder<> B(At);
  // An iteration that the loop does not reach, as it leaves early, makes the
  // bounds wide at worst.
  Value *Holds =
      B.CreateICmpULT(B.CreateSub(Last, ConstantInt::get(Word, FewTrips)),
                      ConstantInt::get(Word, uint64_t(1) << MaxTripBits));
  DenseMap<const Stream *, std::pair<Value *, Value *>> Bounds;
  auto BoundsOf = [&](const Stream &S) {
    auto [It, New] = Bounds.try_emplace(&S);
    if (!New)
      return It->second;
    Value *First = Expander.expandCodeFor(S.Start, S.Start->getType(), At);
    First = B.CreatePtrToInt(First, Word);
    Value *Travel = B.CreateMul(Last, ConstantInt::getSigned(Word, S.Step));
    Value *End = B.CreateAdd(First, Travel);
    if (S.Step < 0)
      std::swap(First, End);
    return It->second = {
               B.CreateAdd(First, ConstantInt::getSigned(Word, S.Low)),
               B.CreateAdd(End, ConstantInt::getSigned(Word, S.High))};
  };
  for (auto [Load, Store] : Pairs) {
    auto [LoadLow, LoadHigh] = BoundsOf(*Load);
    auto [StoreLow, StoreHigh] = BoundsOf(*Store);
    Value *Apart = B.CreateOr(B.CreateICmpULE(LoadHigh, StoreLow),
                              B.CreateICmpULE(StoreHigh, LoadLow));
    Holds = B.CreateAnd(Holds, Apart);
  }
  return Holds;
}

/// Says for as long as it lives that some loads and stores do not meet. Not for
/// longer: in another turn of a loop around theirs they may.
class DisjointScope {
public:
  explicit DisjointScope(LLVMContext &C) {
    MDBuilder MDB(C);
    MDNode *Domain = MDB.createAnonymousAliasScopeDomain("common");
    Scopes = MDNode::get(C, MDB.createAnonymousAliasScope(Domain, "loads"));
  }

  void add(Instruction &I) {
    unsigned Kind = isa<LoadInst>(I) ? LLVMContext::MD_alias_scope
                                     : LLVMContext::MD_noalias;
    I.setMetadata(Kind, MDNode::concatenate(I.getMetadata(Kind), Scopes));
  }

  /// Copies of what was added have inherited it.
  void removeFrom(Function &F) {
    for (BasicBlock &BB : F)
      for (Instruction &I : BB)
        for (unsigned Kind :
             {LLVMContext::MD_alias_scope, LLVMContext::MD_noalias})
          if (MDNode *Old = I.getMetadata(Kind))
            I.setMetadata(Kind, without(Old));
  }

private:
  MDNode *without(MDNode *List) const {
    SmallVector<Metadata *, 4> Kept;
    for (const MDOperand &Scope : List->operands())
      if (Scope != Scopes->getOperand(0))
        Kept.push_back(Scope);
    if (Kept.size() == List->getNumOperands())
      return List;
    return Kept.empty() ? nullptr : MDNode::get(List->getContext(), Kept);
  }

  MDNode *Scopes;
};

bool Commoner::visit(Loop &L) {
  if (!L.isLoopSimplifyForm() || !L.isSafeToClone())
    return false;
  BasicBlock *Latch = L.getLoopLatch();
  if (!L.isLoopExiting(Latch) || any_of(L.blocks(), [&](BasicBlock *BB) {
        return !DT.dominates(BB, Latch);
      }))
    return false;
  SmallVector<Loop::Edge, 4> Exits;
  L.getExitEdges(Exits);
  if (any_of(Exits, [&](const Loop::Edge &E) {
        return E.first != Latch && !isTrapBlock(*E.second);
      }))
    return false;
  const SCEV *LastIteration = SE.getExitCount(&L, Latch);
  if (isa<SCEVCouldNotCompute>(LastIteration) ||
      SE.getTypeSizeInBits(LastIteration->getType()) > 64)
    return false;

  SmallVector<Stream, 8> Loads, Stores;
  for (BasicBlock *BB : L.blocks())
    for (Instruction &I : *BB) {
      if (isa<LoadInst>(I))
        addTo(Loads, I, L);
      else if (isa<StoreInst>(I) && !addTo(Stores, I, L))
        return false;
    }
  if (!keepRepeated(Loads) || !findPairs(Loads, Stores))
    return false;

  if (isVersionOfDone(L))
    return false;

  Value *Disjoint = emitDisjoint(L, LastIteration);
  if (!Disjoint)
    return false;
  DisjointScope Scope(F.getContext());
  Loop *Copy =
      cloneLoopIf(L, Disjoint, LI, DT, SE, [&](ValueToValueMapTy &Map) {
        for (ArrayRef<Stream> Streams : {ArrayRef(Loads), ArrayRef(Stores)})
          for (const Stream &S : Streams)
            for (Instruction *I : S.Accesses)
              Scope.add(*cast<Instruction>(Map[I]));
      });
  UnrollLoopOptions Options;
  Options.Count = UnrollCount;
  Options.Force = true;
  Options.Runtime = true;
  Options.AllowExpensiveTripCount = true;
  Options.UnrollRemainder = false;
  Options.ForgetAllSCEV = false;
  Options.SCEVExpansionBudget = 16;
  Options.RuntimeUnrollMultiExit = true;
  OptimizationRemarkEmitter ORE(&F);
  UnrollLoop(Copy, Options, &LI, &SE, &DT, &AC, &TTI, &ORE,
             /*PreserveLCSSA=*/true, /*RemainderLoop=*/nullptr, &AA);
  Scope.removeFrom(F);
  return true;
}

unsigned countExits(const Loop &L) {
  SmallVector<Loop::Edge, 4> Exits;
  L.getExitEdges(Exits);
  return Exits.size();
}

/// Whether \p L makes a check that an unrolled loop makes too. Notes its
/// checks.
bool Commoner::isVersionOfDone(const Loop &L) {
  SmallVector<BasicBlock *, 4> Exits;
  L.getExitBlocks(Exits);
  bool Found = false;
  for (BasicBlock *Exit : Exits) {
    if (!isTrapBlock(*Exit))
      continue;
    while (!isa<UnreachableInst>(Exit->getTerminator()))
      Exit = Exit->getUniqueSuccessor();
    if (const DILocation *Where =
            Exit->getTerminator()->getPrevNode()->getDebugLoc())
      Found |= !ChecksDone.insert(Where).second;
  }
  return Found;
}

bool Commoner::run() {
  SmallVector<Loop *, 8> Loops;
  unsigned MostExits = 0;
  for (Loop *L : LI.getLoopsInPreorder())
    if (isCandidate(*L)) {
      Loops.push_back(L);
      MostExits = std::max(MostExits, countExits(*L));
    }
  if (Loops.empty())
    return false;
  for (Loop *L : LI) {
    simplifyLoop(L, &DT, &LI, &SE, &AC, nullptr, /*PreserveLCSSA=*/false);
    formLCSSARecursively(*L, DT, &LI, &SE);
  }
  // LLVM makes versions of loops that make fewer checks. The best is enough.
  for (unsigned Exits = 1; Exits <= MostExits; ++Exits)
    for (Loop *&L : Loops)
      if (L && countExits(*L) == Exits)
        visit(*std::exchange(L, nullptr));
  return true;
}

} // namespace

PreservedAnalyses PredictiveCommoningPass::run(Function &F,
                                               FunctionAnalysisManager &AM) {
  if (F.hasFnAttribute(Attribute::Cold) || F.hasOptSize())
    return PreservedAnalyses::all();
  if (AM.getResult<LoopAnalysis>(F).empty() || !Commoner(F, AM).run())
    return PreservedAnalyses::all();
  return PreservedAnalyses::none();
}
