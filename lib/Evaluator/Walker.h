#ifndef JITRUN_EVALUATOR_WALKER_H
#define JITRUN_EVALUATOR_WALKER_H

#include "ABI/Heap.h"
#include "Evaluator/Cell.h"
#include "Evaluator/Evaluator.h"

#include <csetjmp>

namespace jitrun::evaluator {

/// What is worked out once for each function: where its locals are.
struct FrameLayout {
  std::vector<uint32_t> Offsets; ///< By slot.
  size_t Size = 0;
  /// Counted slots that the function owns: released when it returns.
  std::vector<tast::SlotId> Owned;
};

struct HostFunction;

/// What the evaluator keeps between calls.
struct Evaluator::Program {
  Program(const tast::Module &Of, tast::ModuleData &D, ExternResolver R);
  ~Program();

  const FrameLayout &layout(const tast::Function &F);
  const abi::TypeDescriptor &descriptor(const Type *T);
  abi::StrHeader *text(tast::TextId Id);
  const char *constant(tast::ConstantId Id);
  /// Its Address is null if there is no such function.
  HostFunction &host(tast::ExternId Id);

  const tast::Module &M;
  tast::ModuleData &Data;
  ExternResolver Resolve;

private:
  std::vector<std::unique_ptr<FrameLayout>> Layouts;
  std::vector<const abi::TypeDescriptor *> Descriptors;
  std::vector<abi::StrHeader *> Texts;
  std::vector<const char *> Constants;
  std::vector<std::unique_ptr<HostFunction>> Hosts;
};

/// One active function.
struct Frame {
  const tast::Function &F;
  const FrameLayout &Layout;
  Frame *Caller;
  char *Locals;
  char *Result; ///< Where its value goes, in memory layout.
  /// What is being evaluated, as far as it can trap or calls.
  tast::SiteId Site;
  /// The loop that a Break or Continue in flight belongs to.
  tast::LoopId Target{};

  char *slot(tast::SlotId S) const {
    return Locals + Layout.Offsets[size_t(S)];
  }
  /// The site that stands for the function as a whole.
  tast::SiteId ownSite() const { return tast::SiteId(F.Sites.size()); }
};

/// How control leaves a statement.
enum class Flow : uint8_t { Next, Break, Continue, Return };

/// Walks the trees of one call from the host.
///
/// A trap leaves by longjmp, so nothing here has a destructor: temporaries
/// live in alloca's memory.
class Walker {
public:
  Walker(Evaluator::Program &Of, abi::ExecutionContext &C);
  ~Walker();

  std::optional<Trap> run(const tast::Function &F, uint64_t *Cells);

private:
  using Expr = tast::Expr;
  using Place = tast::Place;

  /// Not inlined: what it keeps in its frame would have to survive setjmp's
  /// second return.
  [[gnu::noinline]] void runEntry(const tast::Function &F, uint64_t *Cells);

  // Statements (Statements.cpp).
  void enter(Frame &F);
  Flow execute(Frame &F, tast::StmtList List);
  Flow execute(Frame &F, const tast::Stmt &S);
  Flow forRange(Frame &F, const tast::ForRangeStmt &S);
  Flow whileLoop(Frame &F, const tast::WhileStmt &S);
  Flow endlessLoop(Frame &F, const tast::LoopStmt &S);
  /// Whether the loop goes on after its body ended with \p How; else \p How is
  /// how control leaves the loop.
  bool goesOn(Frame &F, tast::LoopId Loop, Flow &How);
  void assign(Frame &F, const tast::AssignStmt &S);
  void multiAssign(Frame &F, const tast::MultiAssignStmt &S);
  void opAssign(Frame &F, const tast::OpAssignStmt &S);
  void callValue(Frame &F, const tast::CallValueStmt &S);
  /// \p Closure, if not null, goes in front of the arguments.
  void call(Frame &F, const tast::Function &Callee, tast::SlotId Dest,
            tast::SiteId Site, const abi::ClosureHeader *Closure,
            std::span<const Expr *const> Arguments);
  void externCall(Frame &F, const tast::ExternCallStmt &S);
  void leaveFunction(Frame &F, const Expr *Value);
  void checkStack(Frame &F, size_t Needed);
  void poll(Frame &F) {
    if (Ctx.Interrupt.load(std::memory_order_relaxed)) [[unlikely]]
      slowPoll(F);
  }
  void slowPoll(Frame &F);

  // Owned values.
  void retain(const Type *T, const char *At);
  void release(const Type *T, char *At);
  /// Stores a borrowed value over what \p To held.
  void storeBorrowed(const Type *T, char *To, const char *From);
  /// Moves an owned value into a slot, or drops it.
  void moveInto(Frame &F, tast::SlotId Dest, const Type *T, char *From);

  // Places (Places.cpp).
  struct PlaceOperands {
    abi::ArrayHeader *Array;
    int64_t *Indices; ///< Of the array, then of the projections.
  };
  static size_t countIndices(const Place &P);
  void evaluateOperands(Frame &F, const Place &P, PlaceOperands &O);
  char *checkPlace(Frame &F, const Place &P, const PlaceOperands &O);
  char *address(Frame &F, const Place &P);
  int64_t index(Frame &F, const Expr &E);

  // Expressions (Expressions.cpp).
  /// Of a type that is no aggregate; `()` gives 0. Counted values are borrowed.
  Cell value(Frame &F, const Expr &E);
  /// Writes a value of any type in memory layout, borrowed.
  void valueInto(Frame &F, const Expr &E, char *To);
  Cell binary(Frame &F, const tast::BinaryExpr &E);
  void aggregateInto(Frame &F, const tast::AggregateExpr &E, char *To);
  /// What the operand of a cast holds, which has the type asked for.
  abi::AnyValue cast(Frame &F, const tast::AnyCastExpr &E);
  abi::AnyValue any(Frame &F, const Expr &E);
  bool holds(const abi::AnyValue &V, const Type *T);
  Cell compareAny(Frame &F, const tast::BinaryExpr &E);
  Cell intrinsic(Frame &F, const tast::IntrinsicExpr &E);
  Cell scalarIntrinsic(Frame &F, const tast::IntrinsicExpr &E, const Cell *Of);
  Cell arrayIntrinsic(Frame &F, const tast::IntrinsicExpr &E, const Cell *Of);
  [[noreturn]] void raiseEmpty(const char *Function);

  // Operations (Operations.cpp).
  void operation(Frame &F, const tast::OperationStmt &S);
  abi::ArrayHeader *slice(Frame &F, const tast::OperationStmt &S);
  void print(Frame &F, const tast::OperationStmt &S, bool ToText);
  void argument(Frame &F, const tast::OperationStmt &S);
  void box(Frame &F, const tast::OperationStmt &S);
  void anyOperator(Frame &F, const tast::OperationStmt &S);

  const abi::TypeDescriptor *descriptor(const Type *T) {
    return &P.descriptor(T);
  }

  static Walker &of(abi::ExecutionContext *Ctx) {
    return *static_cast<const WalkerHooks *>(Ctx->Handlers)->Self;
  }
  [[noreturn]] static void raise(abi::ExecutionContext *Ctx, void *);
  static void forwardWrite(abi::ExecutionContext *Ctx, const char *Data,
                           size_t Size);

  /// By which a hook finds the walker from the context's Handlers.
  struct WalkerHooks : abi::Hooks {
    Walker *Self;
  };
  WalkerHooks Handlers;
  Evaluator::Program &P;
  abi::ExecutionContext &Ctx;
  const abi::Hooks *Outer;
  Frame *Top = nullptr;
  Trap Caught;
  std::jmp_buf Landing;
};

} // namespace jitrun::evaluator

#endif // JITRUN_EVALUATOR_WALKER_H
