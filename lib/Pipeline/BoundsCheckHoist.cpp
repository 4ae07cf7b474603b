#include "Pipeline/BoundsCheckHoist.h"

#include "Pipeline/LoopVersions.h"
#include "Pipeline/RangeChecks.h"
#include "Pipeline/TrapBlocks.h"

#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/DomTreeUpdater.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace jitrun;
using namespace llvm;

namespace {

/// Loops that are known to run no longer than this keep their checks.
constexpr unsigned FewTrips = 16;

class Versioner {
public:
  Versioner(Function &F, LoopInfo &LI, DominatorTree &DT, ScalarEvolution &SE,
            AssumptionCache &AC, unsigned MaxLoopSize, bool Eager)
      : F(F), LI(LI), DT(DT), SE(SE), AC(AC), MaxLoopSize(MaxLoopSize),
        Eager(Eager) {}

  /// Returns whether anything was changed, and whether a loop got a version.
  std::pair<bool, bool> run();

private:
  void visit(Loop &L);
  Loop *versionNest(Loop &L);
  void versionLoop(Loop &L);
  Loop *version(Loop &L, ArrayRef<LoopCheck> Checks, Value *NoneFails);
  void removeChecks(ArrayRef<LoopCheck> Checks, ValueToValueMapTy &Map);
  void straighten(Loop &L);
  void report(ArrayRef<LoopCheck> Checks);

  Function &F;
  LoopInfo &LI;
  DominatorTree &DT;
  ScalarEvolution &SE;
  AssumptionCache &AC;
  unsigned MaxLoopSize;
  bool Eager;
  bool Versioned = false;
};

bool hasTrapExit(const Loop &L) {
  SmallVector<BasicBlock *, 8> Exits;
  L.getExitBlocks(Exits);
  return any_of(Exits, [](BasicBlock *BB) { return isTrapBlock(*BB); });
}

/// Whether \p Checks are all that makes \p L leave to a trap.
bool leavesNoTrapExit(const Loop &L, ArrayRef<LoopCheck> Checks) {
  SmallVector<Loop::Edge, 8> Exits;
  L.getExitEdges(Exits);
  return all_of(Exits, [&](const Loop::Edge &E) {
    return !isTrapBlock(*E.second) || any_of(Checks, [&](const LoopCheck &C) {
      return C.Branch->getParent() == E.first;
    });
  });
}

/// Tells LLVM's loop passes to spend no time on \p L.
void discourage(Loop &L) {
  LLVMContext &C = L.getHeader()->getContext();
  auto Flag = [&](const char *Name) {
    return MDNode::get(C, MDString::get(C, Name));
  };
  Metadata *NoVectors[] = {MDString::get(C, "llvm.loop.vectorize.enable"),
                           ConstantAsMetadata::get(ConstantInt::getFalse(C))};
  MDNode *ID = MDNode::getDistinct(
      C, {nullptr, MDNode::get(C, NoVectors), Flag("llvm.loop.unroll.disable"),
          Flag("llvm.loop.disable_nonforced"),
          Flag("llvm.loop.licm_versioning.disable")});
  ID->replaceOperandWith(0, ID);
  L.setLoopID(ID);
}

} // namespace

void Versioner::removeChecks(ArrayRef<LoopCheck> Checks,
                             ValueToValueMapTy &Map) {
  for (const LoopCheck &Check : Checks) {
    auto *Branch = cast<BranchInst>(Map[Check.Branch]);
    auto *Continue = cast<BasicBlock>(Map[Check.Continue]);
    // The exit has not heard of the copy yet, so there is no phi to correct.
    auto *Jump = BranchInst::Create(Continue, Branch->getIterator());
    Jump->setDebugLoc(Branch->getDebugLoc());
    Branch->eraseFromParent();
  }
}

/// Joins blocks that a removed check used to separate.
void Versioner::straighten(Loop &L) {
  DomTreeUpdater Updater(DT, DomTreeUpdater::UpdateStrategy::Eager);
  SmallVector<BasicBlock *, 16> Blocks(L.blocks());
  for (BasicBlock *BB : Blocks)
    if (BB != L.getHeader())
      MergeBlockIntoPredecessor(BB, &Updater, &LI);
}

/// Versions \p L together with the loops in it, so that the decision is made
/// once and not each time an inner loop is entered. Returns the fast version.
Loop *Versioner::versionNest(Loop &L) {
  if (L.isInnermost() || sizeOf(L) > MaxLoopSize)
    return nullptr;
  for (Loop *Inner : L.getLoopsInPreorder())
    if (!Inner->isLoopSimplifyForm() || !Inner->isSafeToClone())
      return nullptr;
  RangeCheckAnalysis Analysis(L, LI, SE, DT);
  SmallVector<LoopCheck, 8> Checks = Analysis.findChecks();
  // One that need not be made may well be able to fail, which would slow down
  // the whole nest.
  erase_if(Checks, [](const LoopCheck &C) { return !C.Always; });
  auto BecomesFree = [&](Loop *Inner) {
    return Inner->isInnermost() && hasTrapExit(*Inner) &&
           leavesNoTrapExit(*Inner, Checks);
  };
  if (none_of(L.getLoopsInPreorder(), BecomesFree))
    return nullptr;
  Value *NoneFails =
      Analysis.decide(Checks, L.getLoopPreheader()->getTerminator());
  if (!NoneFails)
    return nullptr;
  Loop *Fast = version(L, Checks, NoneFails);
  // Whoever gets there will trap.
  for (Loop *Inner : L.getLoopsInPreorder())
    discourage(*Inner);
  return Fast;
}

/// Versions an innermost loop, if that frees it of all its checks and LLVM
/// could not live with them.
void Versioner::versionLoop(Loop &L) {
  if (!L.isInnermost() || !L.isLoopSimplifyForm() || !L.isSafeToClone() ||
      sizeOf(L) > MaxLoopSize)
    return;
  if (std::optional<unsigned> Trips = getLoopEstimatedTripCount(&L);
      !Eager && Trips && *Trips < FewTrips)
    return;
  RangeCheckAnalysis Analysis(L, LI, SE, DT);
  SmallVector<LoopCheck, 8> Checks = Analysis.findChecks();
  // Exits that each iteration passes and whose counts are known do not keep a
  // loop from being vectorised.
  auto IsInTheWay = [&](const LoopCheck &C) {
    BasicBlock *BB = C.Branch->getParent();
    return Eager || !DT.dominates(BB, L.getLoopLatch()) ||
           isa<SCEVCouldNotCompute>(SE.getExitCount(&L, BB));
  };
  if (none_of(Checks, IsInTheWay) || !leavesNoTrapExit(L, Checks))
    return;
  Value *NoneFails =
      Analysis.decide(Checks, L.getLoopPreheader()->getTerminator());
  if (!NoneFails || !leavesNoTrapExit(L, Checks))
    return;
  version(L, Checks, NoneFails);
  discourage(L);
}

void Versioner::report(ArrayRef<LoopCheck> Checks) {
  OptimizationRemarkEmitter ORE(&F);
  for (const LoopCheck &C : Checks)
    ORE.emit([&] {
      // The way to the trap may lead through a block of phis.
      const BasicBlock *Trap =
          C.Branch->getSuccessor(C.Branch->getSuccessor(0) == C.Continue);
      while (!isa<UnreachableInst>(Trap->getTerminator()))
        Trap = Trap->getUniqueSuccessor();
      return OptimizationRemark(BoundsCheckHoistPass::RemarkPass, "Hoisted",
                                Trap->getTerminator()->getPrevNode());
    });
}

Loop *Versioner::version(Loop &L, ArrayRef<LoopCheck> Checks,
                         Value *NoneFails) {
  report(Checks);
  Loop *Fast =
      cloneLoopIf(L, NoneFails, LI, DT, SE,
                  [&](ValueToValueMapTy &Map) { removeChecks(Checks, Map); });
  straighten(*Fast);
  Versioned = true;
  return Fast;
}

void Versioner::visit(Loop &Original) {
  if (!hasTrapExit(Original))
    return;
  Loop *L = versionNest(Original);
  if (!L)
    L = &Original;
  // A copy, as versions of inner loops are added.
  SmallVector<Loop *, 4> Inner(L->begin(), L->end());
  for (Loop *I : Inner)
    visit(*I);
  versionLoop(*L);
}

std::pair<bool, bool> Versioner::run() {
  SmallVector<Loop *, 8> Loops = LI.getLoopsInPreorder();
  if (none_of(Loops, [](Loop *L) { return hasTrapExit(*L); }))
    return {false, false};

  for (Loop *L : LI) {
    simplifyLoop(L, &DT, &LI, &SE, &AC, nullptr, /*PreserveLCSSA=*/false);
    formLCSSARecursively(*L, DT, &LI, &SE);
  }
  SmallVector<Loop *, 8> Outermost(LI.begin(), LI.end());
  for (Loop *L : Outermost)
    visit(*L);
  return {true, Versioned};
}

PreservedAnalyses BoundsCheckHoistPass::run(Function &F,
                                            FunctionAnalysisManager &AM) {
  if (!declaresTraps(*F.getParent()) || F.hasFnAttribute(Attribute::Cold) ||
      F.hasOptSize())
    return PreservedAnalyses::all();
  LoopInfo &LI = AM.getResult<LoopAnalysis>(F);
  if (LI.empty())
    return PreservedAnalyses::all();
  Versioner V(F, LI, AM.getResult<DominatorTreeAnalysis>(F),
              AM.getResult<ScalarEvolutionAnalysis>(F),
              AM.getResult<AssumptionAnalysis>(F), MaxLoopSize, Eager);
  auto [Changed, Versioned] = V.run();
  if (!Changed)
    return PreservedAnalyses::all();

  PreservedAnalyses PA;
  PA.preserve<DominatorTreeAnalysis>();
  PA.preserve<LoopAnalysis>();
  PA.preserve<ScalarEvolutionAnalysis>();
  PA.preserve<AssumptionAnalysis>();
  return PA;
}
