#ifndef JITRUN_IRGEN_FUNCTIONEMITTER_H
#define JITRUN_IRGEN_FUNCTIONEMITTER_H

#include "IRGen/Facts.h"
#include "IRGen/ModuleEmitter.h"
#include "Speculation/FrameLayout.h"
#include "Speculation/FrameStates.h"
#include "Speculation/ProfileSites.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/IR/IRBuilder.h"

namespace jitrun::irgen {

/// Emits one body of one language function, or its rest from a resume point.
///
/// A slot lives in an alloca, or, when it is assigned once and used only where
/// that assignment is in scope, in the SSA value (counted slots then have an
/// alloca too, for their release). Everything a frame consists of can so be
/// named at any statement. Code that cannot be reached is not emitted: the
/// builder has no block there.
class FunctionEmitter {
public:
  FunctionEmitter(ModuleEmitter &ME, const tast::Function &F,
                  llvm::Function &Into, ArrayMode Mode,
                  const speculation::FunctionPlan *Entry = nullptr,
                  const Continuation *Rest = nullptr);
  void run();

private:
  //===--------------------------------------------------------------------===//
  // Slots and ownership (Ownership.cpp)

  /// Which counted slots may hold, and which certainly hold, a reference. A
  /// slot that may not is null in memory.
  struct Liveness {
    llvm::BitVector Maybe, Certain;
    void meet(const Liveness &Other) {
      Maybe |= Other.Maybe;
      Certain &= Other.Certain;
    }
  };

  struct Slot {
    llvm::AllocaInst *Memory = nullptr; ///< Null for SSA values, parameters.
    llvm::Value *Value = nullptr; ///< SSA value, or a parameter's address.
    bool Single = false;          ///< One assignment, in scope at all uses.
    bool NeedsNull = false;       ///< Must be null on entry.
    /// What Memory holds, as long as code is emitted to SeenIn.
    llvm::Value *Seen = nullptr;
    llvm::BasicBlock *SeenIn = nullptr;
    /// Its place in the function's own frame, for code in AddressIn.
    llvm::Value *Address = nullptr;
    llvm::BasicBlock *AddressIn = nullptr;
  };

  /// One look at the whole body: which slots are Single, what it does.
  struct BodyFacts {
    bool Calls = false; ///< Language or host functions.
    unsigned Returns = 0;
  };
  BodyFacts examineBody();
  void emitParameters();
  /// Uses what the plan says of the arguments.
  void assumeEntry();
  llvm::Value *slotMemory(tast::SlotId S);
  llvm::Value *loadSlot(tast::SlotId S);
  /// Stores an owned (or uncounted) value; releases what was there.
  void assignSlot(tast::SlotId S, llvm::Value *V);
  void release(const Type *T, llvm::Value *V);
  /// What release() and releaseValue() were asked to release since Deferred was
  /// set, in this order.
  struct DeferredRelease {
    const Type *T;
    llvm::Value *V;
  };
  void releaseDeferred(llvm::SmallVectorImpl<DeferredRelease> &List);
  void retain(llvm::Value *V);
  /// Goes on only where the enum at \p Address holds something counted; gives
  /// the block that is gone to otherwise, or null when no test is made.
  llvm::BasicBlock *skipUncounted(const Type *T, llvm::Value *Address);
  void retainValue(const Type *T, llvm::Value *Address);
  void releaseValue(const Type *T, llvm::Value *Address);
  /// Copies an owned aggregate over one, which is released when the new one is
  /// in place: what it owns may be where the new one lies.
  void replaceValue(const Type *T, llvm::Value *From, llvm::Value *To);
  void releaseSlot(tast::SlotId S);
  /// Makes a slot null whose reference is gone.
  void clearSlot(tast::SlotId S);
  /// Copies an aggregate to a slot and releases what was there.
  void storeSlot(tast::SlotId S, llvm::Value *Address, bool Owned);
  /// All that may still hold a reference, but for \p Moved.
  void releaseAll(tast::SlotId Moved);
  void enterLoop(tast::StmtList Body, tast::StmtList Prelude);
  const Type *slotType(tast::SlotId S) const { return F.Locals[size_t(S)].Ty; }
  bool isParameter(tast::SlotId S) const { return size_t(S) < F.Parameters; }
  bool isOwned(tast::SlotId S) const {
    return !isParameter(S) && slotType(S)->isCounted();
  }

  //===--------------------------------------------------------------------===//
  // Values (Emit*.cpp)

  /// A scalar or a borrowed reference in its register type; the address of an
  /// aggregate, to be read before anything is written; null for `()`.
  llvm::Value *emit(const tast::Expr &E);
  llvm::Value *emitBinary(const tast::BinaryExpr &E);
  llvm::Value *emitArithmetic(tast::BinaryOp Op, const Type *T, llvm::Value *L,
                              llvm::Value *R, tast::SiteId Site);
  llvm::Value *emitIntegerArithmetic(tast::BinaryOp Op, const Type *T,
                                     llvm::Value *L, llvm::Value *R,
                                     tast::SiteId Site);
  llvm::Value *emitDivision(bool Remainder, const Type *T, llvm::Value *L,
                            llvm::Value *R, tast::SiteId Site);
  llvm::Value *emitPower(const Type *T, llvm::Value *L, llvm::Value *R,
                         tast::SiteId Site);
  llvm::Value *emitComparison(tast::BinaryOp Op, const Type *T, llvm::Value *L,
                              llvm::Value *R);
  /// A * X + Addend, rounded once.
  llvm::Value *emitFused(const Type *T, llvm::Value *A, llvm::Value *X,
                         llvm::Value *Addend, bool NegateProduct,
                         bool NegateAddend);
  llvm::Value *emitUnary(const tast::UnaryExpr &E);
  llvm::Value *emitLogical(const tast::LogicalExpr &E);
  llvm::Value *emitConvert(const tast::ConvertExpr &E);
  llvm::Value *emitIntrinsic(const tast::IntrinsicExpr &E);
  llvm::Value *emitMinMax(bool Max, const Type *T, llvm::Value *A,
                          llvm::Value *B);
  llvm::Value *emitBits(const tast::IntrinsicExpr &E, llvm::Value *A);
  llvm::Value *emitBitCount(tast::Intrinsic W, const Type *T, llvm::Value *A);
  llvm::Value *emitRotate(bool Left, const Type *T, llvm::Value *A,
                          llvm::Value *Count);
  llvm::Value *emitReduction(const tast::IntrinsicExpr &E, llvm::Value *A);
  /// A maths function of the runtime, by its f64 form (f32 follows it).
  llvm::Value *callMaths(Runtime OfF64, const Type *T,
                         llvm::ArrayRef<llvm::Value *> Args,
                         tast::SiteId Site = tast::NoSite);
  llvm::Value *emitZero(const Type *T);
  /// Writes raw bytes of \p E to \p To, which \p E does not read. Nothing is
  /// retained.
  void emitInto(const tast::Expr &E, llvm::Value *To);
  void emitFill(const tast::FixedFillExpr &E, llvm::Value *To);
  /// Where the value of an aggregate can be read.
  llvm::Value *emitAddress(const tast::Expr &E);

  /// Wraps an i32 computed for a narrow integer type back into it (baseline).
  llvm::Value *normalize(const Type *T, llvm::Value *V);
  llvm::Value *integer(const Type *T, uint64_t V);
  llvm::Value *toI64(const Type *T, llvm::Value *V);
  llvm::Value *fromI64(const Type *T, llvm::Value *V);
  llvm::Value *loadValue(const Type *T, llvm::Value *Address);
  void storeValue(const Type *T, llvm::Value *V, llvm::Value *Address);
  llvm::Value *toPassed(const Type *T, llvm::Value *V);
  llvm::Value *fromPassed(const Type *T, llvm::Value *V);
  llvm::Type *registerType(const Type *T) const {
    return C.registerType(T, Optimized);
  }

  //===--------------------------------------------------------------------===//
  // any (EmitAny.cpp)

  /// An `any` in registers.
  struct AnyParts {
    llvm::Value *Tag = nullptr;     ///< ptr, see abi::AnyValue.
    llvm::Value *Payload = nullptr; ///< Of payloadType().
    /// What it holds for certain; null if that is seen only when it runs.
    const Type *Known = nullptr;
    llvm::Value *Held = nullptr; ///< As a value of Known.
  };
  AnyParts emitAny(const tast::Expr &E);
  AnyParts loadAny(llvm::Value *Address);
  void storeAny(const AnyParts &V, llvm::Value *Address);
  /// An owned one: to its slot, or released.
  void moveAny(tast::SlotId Dest, const AnyParts &V);
  /// For who takes addresses: optimised code gives away none of a slot's.
  llvm::Value *anyAddress(const tast::Expr &E);
  llvm::Constant *anyTag(const Type *T);
  /// What payloads are held as, so that the likeliest need no move between
  /// kinds of registers.
  llvm::Type *payloadType() const;
  llvm::Value *toPayload(const Type *T, llvm::Value *V);
  llvm::Value *fromPayload(const Type *T, llvm::Value *Payload);
  llvm::Value *heldObject(const AnyParts &V);
  llvm::Value *holdsCounted(const AnyParts &V);
  /// In a quick copy.
  void exitIfCounted(const AnyParts &V);
  void retainAny(const AnyParts &V);
  void releaseAny(const AnyParts &V);
  llvm::Value *emitAnyCast(const tast::AnyCastExpr &E);
  llvm::Value *emitAnyIs(const tast::AnyIsExpr &E);
  llvm::Value *emitAnyComparison(const tast::BinaryExpr &E);
  void emitBox(const tast::OperationStmt &S);
  void emitAnyBinary(const tast::OperationStmt &S);
  void emitAnyUnary(const tast::OperationStmt &S);
  /// A type for which an operator has code of its own.
  struct FastType {
    const Type *T;
    llvm::MDNode *Weights; ///< Of the test for it.
  };
  /// Those of the operator at tag site \p Site, the likeliest first: as the
  /// plan says, or a guess. \p L, \p R: what the operands hold for certain, or
  /// null.
  llvm::SmallVector<FastType, 2> fastTypes(abi::AnyOperator Op, uint32_t Site,
                                           const Type *L, const Type *R) const;
  /// Of the operands of a tag site, by address.
  void sampleTags(uint32_t Site, llvm::Value *Left, llvm::Value *Right);
  /// Goes on where both hold a \p T; elsewhere at \p Otherwise.
  void testAny(const AnyParts &L, const AnyParts &R, const FastType &T,
               llvm::BasicBlock *Otherwise);
  llvm::Value *held(const AnyParts &V, const Type *T);

  //===--------------------------------------------------------------------===//
  // Statements that compute with any (AnyRegion.cpp)

  /// A statement, or the end of a block's scope.
  struct Step {
    const tast::Stmt *S;
    const tast::BlockStmt *End;
  };
  /// Whether a statement only computes, and assigns something that is not
  /// counted or an `any`.
  bool isSimple(const tast::Stmt &S) const;
  static bool flatten(const tast::Stmt &S, llvm::SmallVectorImpl<Step> &To);
  /// Emits the statements that the list begins with in a quick and a general
  /// copy; gives their number, 0 when that is not worth it.
  size_t emitRegion(tast::StmtList List);
  void guessTags();

  //===--------------------------------------------------------------------===//
  // Places (EmitPlace.cpp, EmitArray.cpp)

  /// A place whose operands have been evaluated.
  struct PlaceOperands {
    const tast::Place *P = nullptr;
    llvm::Value *Array = nullptr;
    llvm::SmallVector<llvm::Value *, 4> Indices; ///< As i64.
    llvm::SmallVector<llvm::Value *, 4> Steps;   ///< Of projections, as i64.
  };
  PlaceOperands emitOperands(const tast::Place &P);
  void emitChecks(const PlaceOperands &O);
  llvm::Value *emitPlaceAddress(const PlaceOperands &O);
  llvm::Value *emitPlaceAddress(const tast::Place &P);
  llvm::Value *emitLoad(const tast::LoadExpr &E);
  llvm::Value *emitTag(const tast::TagExpr &E);
  llvm::LoadInst *loadTag(const Type *Enum, llvm::Value *Address);
  /// A captured value that is no aggregate (optimised code).
  llvm::Value *loadCapture(const tast::Place &P);
  llvm::Value *emitElementAddress(const PlaceOperands &O);
  llvm::Value *index(const tast::Expr &E);
  void checkIndex(llvm::Value *Index, llvm::Value *Length, tast::SiteId Site);
  /// Words of an array's header. \p Stable: the array cannot be freed by a
  /// call before its slot is released.
  llvm::Value *loadHeader(llvm::Type *Ty, llvm::Value *Array, uint64_t Offset,
                          bool Stable);
  llvm::LoadInst *finishHeaderLoad(llvm::LoadInst *Load);
  llvm::Value *loadLength(llvm::Value *Array, unsigned Dimension, bool Stable);
  bool isStable(const tast::Expr &Array) const;
  bool isUnit(const tast::Expr &Array) const;
  /// Stores into memory that owns its value: retains, replaces, releases.
  void storePlace(const Type *T, llvm::Value *V, llvm::Value *Address,
                  bool Owned);

  //===--------------------------------------------------------------------===//
  // Statements (EmitControl.cpp, EmitCall.cpp, EmitOperation.cpp)

  void emitList(tast::StmtList List);
  void emitStmt(const tast::Stmt &S);
  void emitAssign(const tast::AssignStmt &S);
  void emitMultiAssign(const tast::MultiAssignStmt &S);
  void emitOpAssign(const tast::OpAssignStmt &S);
  void emitCall(const tast::CallStmt &S);
  /// In optimised code, expected callees are called directly where the function
  /// value's number says so.
  void emitCallValue(const tast::CallValueStmt &S);
  struct ExpectedCallee {
    tast::FunctionId Id;
    llvm::MDNode *Weights; ///< Of the test; null if nothing is known.
  };
  /// Functions of this module that the callee probably is, the likeliest first:
  /// as the plan says, or where nothing was seen, all whose type fits.
  llvm::SmallVector<ExpectedCallee, 4>
  expectedCallees(const tast::CallValueStmt &S) const;
  /// Whether the plan says what comes along at a site.
  bool expects(speculation::ExpectationKind Kind, uint32_t Site) const;
  /// What a call passes.
  struct CallOperands {
    llvm::SmallVector<llvm::Value *, 8> Args; ///< As the signature has them.
    llvm::Value *Result = nullptr;            ///< Address of an aggregate's.
    bool InPlace = false;                     ///< Result is the destination.
    bool AllUnit = true;                      ///< All arrays are unit inner.
  };
  CallOperands emitArguments(const Signature &Sig,
                             llvm::ArrayRef<const tast::Expr *> Values,
                             const Type *ResultType, tast::SlotId Dest);
  /// Calls \p F directly if the module holds it, else through its slot.
  llvm::CallInst *emitCallOf(tast::FunctionId F, const CallOperands &O,
                             tast::SiteId Site);
  llvm::CallInst *emitCallOf(const Signature &Sig, llvm::Value *Code,
                             const CallOperands &O, tast::SiteId Site);
  /// \p Returned: what came back, null when the result is in memory.
  void finishCall(const CallOperands &O, llvm::Value *Returned,
                  const Type *ResultType, tast::SlotId Dest);
  llvm::LoadInst *loadClosure(llvm::Type *Ty, llvm::Value *Closure,
                              uint64_t Offset);
  llvm::Value *emitMakeClosure(const tast::OperationStmt &S);
  void emitExternCall(const tast::ExternCallStmt &S);
  void emitOperation(const tast::OperationStmt &S);
  llvm::Value *
  emitOperationValue(const tast::OperationStmt &S,
                     llvm::SmallVectorImpl<llvm::Value *> &Lengths);
  void emitFormat(const tast::OperationStmt &S);
  void emitArg(const tast::OperationStmt &S);
  void emitIf(const tast::IfStmt &S);
  /// Where a match on the type held begins: tests for the types that the plan
  /// expects before all others.
  void testExpectedTypes(const tast::IfStmt &First);
  /// Branches on an if's condition, unless it has been tested early: then its
  /// True continues where that test left off, and False follows.
  void emitTest(const tast::IfStmt &S, llvm::BasicBlock *True,
                llvm::BasicBlock *False, llvm::MDNode *Weights);
  void emitWhile(const tast::WhileStmt &S);
  void emitForRange(const tast::ForRangeStmt &S);
  void emitLoop(const tast::LoopStmt &S);
  void emitBlock(const tast::BlockStmt &S);
  void leaveScope(const tast::BlockStmt &S);
  void emitReturn(const tast::ReturnStmt &S);
  void emitExit();
  /// Branches on \p E; no value is made for `&&` and `||`.
  void emitCondition(const tast::Expr &E, llvm::BasicBlock *True,
                     llvm::BasicBlock *False, llvm::MDNode *Weights = nullptr);
  /// Moves an owned result to its slot, or drops it.
  void moveResult(tast::SlotId Dest, const Type *T, llvm::Value *V);
  /// Borrowed references and scalars as 8-byte cells for the runtime.
  llvm::Value *scratch(unsigned Cells);
  llvm::Value *cell(llvm::Value *Buffer, unsigned Index);
  /// The address of a value in memory layout.
  llvm::Value *addressOf(const tast::Expr &E);
  /// Stores \p E in a buffer for the runtime; the values go to \p Values too.
  llvm::Value *lengths(llvm::ArrayRef<const tast::Expr *> E,
                       llvm::SmallVectorImpl<llvm::Value *> &Values);
  /// Tells the optimiser what it cannot see of a new array: its lengths. (Not
  /// that its header can be read anywhere: it may be freed.)
  void describeArray(llvm::Value *Array, llvm::ArrayRef<llvm::Value *> Lengths);

  /// How a counting loop goes on.
  struct RangeState {
    llvm::Value *Hi = nullptr;
    llvm::Value *Step = nullptr;
    /// The iterations left, unless the variable is compared with the bound.
    llvm::AllocaInst *Left = nullptr;
  };
  struct LoopState {
    llvm::BasicBlock *Continue = nullptr;
    llvm::BasicBlock *Break = nullptr;
    bool Continues = false, Breaks = false;
    std::optional<Liveness> AtBreak, AtContinue;
    RangeState Range;
  };
  LoopState &openLoop(tast::LoopId Loop);
  /// The loops themselves, from where their state is set up. A range is
  /// entered where \p Runs holds.
  void emitWholeWhile(const tast::WhileStmt &S, LoopState &L);
  void emitWholeLoop(const tast::LoopStmt &S, LoopState &L);
  void emitWholeRange(const tast::ForRangeStmt &S, LoopState &L,
                      llvm::Value *Runs);
  /// Steps to the next iteration; whether there is one.
  llvm::Value *advance(const tast::ForRangeStmt &S, const RangeState &R);
  /// Where the body's end and `continue` meet; false if neither comes.
  bool startLatch(LoopState &L);
  /// Goes on behind the loop; \p Exit is the state where its own condition
  /// leaves it.
  void finishLoop(LoopState &L, Liveness Exit, bool Exits);
  static void join(std::optional<Liveness> &Into, const Liveness &L) {
    if (Into)
      Into->meet(L);
    else
      Into = L;
  }

  //===--------------------------------------------------------------------===//
  // Continuations (Continuation.cpp)

  /// The slots as the frame has them, and the loops that are under way.
  void restoreFrame();
  /// \p Array, what the slot holds, has no gaps.
  void assumeContiguous(llvm::Value *Array, tast::SlotId S);
  /// Goes on with what the frame is known to hold.
  void assumeBets();
  void restoreRange(const tast::ForRangeStmt &S, LoopState &L);
  /// Values in the frame buffer, which have no type-based tags: it holds frames
  /// of many shapes.
  llvm::Value *loadFromFrame(const Type *T, llvm::Value *Address,
                             bool Certain = false);
  void storeToFrame(const Type *T, llvm::Value *V, llvm::Value *Address);
  /// From the resume point to the end of the list at this depth of its path.
  void emitResume(size_t Depth);
  /// Whether the list at \p Depth of the path is repeated.
  bool isInLoop(size_t Depth) const;
  /// \p List up to a statement that may take long, where it is left.
  void emitUntilWork(tast::StmtList List);
  /// The rest of a statement whose inside, at \p Depth, is being resumed.
  void emitRest(const tast::Stmt &S, size_t Depth);
  /// The rest of the iteration under way, at \p Depth, if it is not at its
  /// latch already; false if it never gets there.
  bool emitPartialIteration(tast::LoopId Loop, LoopState &L, size_t Depth);
  /// The loop anew, with the breaks of its partial iteration.
  void reopenLoop(LoopState &L);
  /// The assumption that an arm of \p S does not run, or null.
  const speculation::Assumption *neverTaken(const tast::IfStmt &S);
  speculation::ResumePoint before(const tast::Stmt &S);
  /// An if of which one arm is cut off.
  void emitGuardedIf(const tast::IfStmt &S, const speculation::Assumption &A);
  /// Makes \p BB leave for baseline code at \p P: an assumption, \p Reason, is
  /// wrong, as the value \p Seen (an i64) shows. Control must come to \p P.
  void deoptimize(llvm::BasicBlock *BB, speculation::ResumePoint P,
                  uint32_t Reason, llvm::Value *Seen);
  /// For tests: leaves at \p P every now and then.
  void emitForcedExit(speculation::ResumePoint P);
  /// Fills a frame, the context's unless there is an own one, and gives it.
  llvm::Value *fillFrame(speculation::ResumePoint P);
  /// Leaves to the continuation at \p Code.
  void leave(llvm::Value *Code, llvm::Value *Frame);
  const speculation::FrameState *frameState(speculation::ResumePoint P);

  //===--------------------------------------------------------------------===//
  // Calls, traps, instrumentation (EmitCall.cpp, Instrumentation.cpp)

  llvm::CallInst *call(Runtime R, llvm::ArrayRef<llvm::Value *> Args,
                       tast::SiteId Site = tast::NoSite);
  void setSite(llvm::CallInst *Call, tast::SiteId Site);
  /// Of all locations made here.
  unsigned column() const;
  /// Tells remarks which loop this branch goes back in.
  void locateLoop(llvm::Instruction *Latch, tast::LoopId Loop);
  /// Goes on where \p Good holds; else calls the noreturn \p Trap out of line.
  void trapUnless(llvm::Value *Good, Runtime Trap,
                  llvm::ArrayRef<llvm::Value *> Args, tast::SiteId Site);
  /// Calls \p R out of line when \p Rare holds, then goes on.
  void callIf(llvm::Value *Rare, Runtime R, llvm::ArrayRef<llvm::Value *> Args,
              tast::SiteId Site);
  /// Frames up to this size, and locals in larger ones, are covered by the
  /// slack below the stack limit.
  static constexpr uint64_t SmallFrame = 4096;
  static constexpr uint64_t LargeLocal = 256;
  void emitStackCheck();
  /// Moves large locals of large frames behind the stack check. Gives the place
  /// where all locals are there.
  llvm::BasicBlock::iterator placeLocals();
  void countCall();
  /// The arguments for the profile, in memory; null without sites.
  llvm::Value *argumentCells();
  void storeArguments(llvm::Value *Cells);
  void emitBackEdge(tast::LoopId Loop);
  /// Adds to a word that other threads count in too; gives the sum.
  llvm::Value *addTo(llvm::Value *Address, llvm::Value *Number);
  /// Adds one to a word of the profile, if this code counts.
  void countSite(size_t Offset);
  void countIteration(tast::LoopId Loop);
  void countTaken(const tast::IfStmt &S);
  /// The function that this module was made for.
  tast::FunctionId rootFunction() const;
  /// When a sample of the site at \p Offset is due, calls \p R out of line,
  /// with the site and what \p Seen makes there. In code that counts; and in
  /// optimised code where something else than the expected came, which the
  /// engine hears of.
  void
  sampleSite(size_t Offset, Runtime R,
             llvm::function_ref<llvm::SmallVector<llvm::Value *, 2>()> Seen);
  llvm::MDNode *branchWeights(const tast::IfStmt &S);
  /// Of a loop's decision to go on, at its latch or before the body; null if
  /// nothing is known.
  llvm::MDNode *loopWeights(tast::LoopId Loop, bool AtLatch);
  llvm::LoadInst *loadShared(llvm::Type *Ty, llvm::Value *Address,
                             bool Volatile);

  llvm::AllocaInst *allocate(llvm::Type *Ty, llvm::Align A);
  llvm::AllocaInst *allocate(const Type *T);
  llvm::BasicBlock *newBlock() { return llvm::BasicBlock::Create(C.C); }
  /// Appends \p BB to the function and goes on there.
  void startBlock(llvm::BasicBlock *BB);
  llvm::Instruction *branchTo(llvm::BasicBlock *BB) {
    llvm::Instruction *Branch = B.CreateBr(BB);
    B.ClearInsertionPoint();
    return Branch;
  }
  bool reachable() const { return B.GetInsertBlock() != nullptr; }
  llvm::Value *offset(llvm::Value *Base, uint64_t Bytes);

  ModuleEmitter &ME;
  const ContextCache &C;
  const tast::Function &F;
  llvm::Function &Into;
  const ArrayMode Mode;
  const std::optional<speculation::ResumePoint> Resume;
  /// See Continuation.
  const bool EndsWithNest;
  const std::span<const speculation::FrameBet> Bets;
  const bool Optimized;
  const FunctionFacts *Facts;
  const FunctionProfile *Profile;
  /// What is assumed of the function; may be null.
  const speculation::FunctionPlan *Plan;
  /// What has been tested before this body was entered; may be null.
  const speculation::FunctionPlan *EntryPlan;
  const speculation::ProfileSites Sites;
  llvm::DISubprogram *Scope;
  llvm::IRBuilder<> B;
  llvm::BasicBlock *Entry = nullptr;
  llvm::Instruction *AllocaPoint = nullptr;
  llvm::Value *Context = nullptr;
  llvm::Value *ResultAddress = nullptr;

  std::vector<Slot> Slots;
  /// Header words of stable references in optimised code, by offset.
  llvm::DenseMap<std::pair<llvm::Value *, uint64_t>, llvm::Value *> Headers;
  /// Captured values, by number, as far as they have been loaded.
  llvm::SmallVector<llvm::Value *, 4> Captures;
  Liveness Live;
  llvm::SmallVectorImpl<DeferredRelease> *Deferred = nullptr;
  /// In a quick copy, where to go when it is not quick after all.
  llvm::BasicBlock *QuickExit = nullptr;
  /// What an `any` most likely holds; null where none computes.
  const Type *LikelyHeld = nullptr;
  std::vector<LoopState> Loops;
  /// Out-of-line blocks, placed last.
  llvm::SmallVector<llvm::BasicBlock *, 16> Cold;
  llvm::AllocaInst *Scratch = nullptr;
  unsigned ScratchCells = 0;
  uint64_t FrameBytes = 0;
  /// For continuations and for code that leaves to one.
  std::optional<speculation::FrameLayout> Layout;
  /// Where code that counts keeps its slots, laid out as a frame already: it
  /// leaves with no more than its values written there.
  llvm::AllocaInst *OwnFrame = nullptr;
  std::optional<speculation::FrameStates> States;
  std::optional<speculation::StatementNumbers> Numbers;
  /// Of tests in matches whose order has changed.
  struct MovedTest {
    llvm::BasicBlock *Holds = nullptr; ///< Null: it is made in its place.
    llvm::MDNode *Weights = nullptr;
  };
  llvm::DenseMap<const tast::IfStmt *, MovedTest> MovedTests;
  std::optional<speculation::ForcedExits> Forced;
  llvm::GlobalVariable *ExitWords = nullptr;
  std::vector<speculation::ResumeStep> Path;
  /// Counting loops around the current statement.
  llvm::SmallVector<const tast::ForRangeStmt *, 4> OpenRanges;
  /// Where a stack check for a large frame has been passed.
  llvm::BasicBlock *BehindCheck = nullptr;
  llvm::GlobalVariable *Counters = nullptr;
  llvm::GlobalVariable *SiteBlock = nullptr;
  bool SharesExit = false;
  llvm::BasicBlock *Exit = nullptr;
  llvm::AllocaInst *ExitValue = nullptr;
  std::optional<Liveness> AtExit;
};

} // namespace jitrun::irgen

#endif // JITRUN_IRGEN_FUNCTIONEMITTER_H
