#include "Evaluator/Arithmetic.h"
#include "Evaluator/HostFunction.h"
#include "Evaluator/Temporary.h"
#include "Evaluator/Walker.h"
#include "Runtime/Runtime.h"
#include "Runtime/Trap.h"

namespace jitrun::evaluator {

using namespace tast;

//===----------------------------------------------------------------------===//
// Owned values

void Walker::retain(const Type *T, const char *At) {
  if (!T->isCounted())
    return;
  if (T->isAggregate())
    runtime::jr_retain_value(const_cast<abi::TypeDescriptor *>(descriptor(T)),
                             const_cast<char *>(At));
  else
    runtime::jr_retain(read<void *>(At));
}

void Walker::release(const Type *T, char *At) {
  if (!T->isCounted())
    return;
  if (T->isAggregate())
    runtime::jr_release_value(
        &Ctx, const_cast<abi::TypeDescriptor *>(descriptor(T)), At);
  else if (T->isStr())
    runtime::jr_release_str(&Ctx, read<void *>(At));
  else if (T->isFunction())
    runtime::jr_release_closure(&Ctx, read<void *>(At));
  else
    runtime::jr_release_array(&Ctx, read<void *>(At));
}

void Walker::storeBorrowed(const Type *T, char *To, const char *From) {
  if (T->isCounted()) {
    retain(T, From);
    // The old value is released when the new one is in place: freeing may
    // reach far.
    char *Old = JITRUN_TEMPORARY(T->size());
    std::memcpy(Old, To, T->size());
    std::memcpy(To, From, T->size());
    release(T, Old);
    return;
  }
  std::memcpy(To, From, T->size());
}

void Walker::moveInto(Frame &F, SlotId Dest, const Type *T, char *From) {
  if (Dest == NoSlot)
    return release(T, From);
  char *To = F.slot(Dest);
  release(T, To);
  std::memcpy(To, From, T->size());
}

//===----------------------------------------------------------------------===//
// Functions

void Walker::slowPoll(Frame &F) {
  F.Site = F.ownSite();
  runtime::jr_poll(&Ctx);
}

void Walker::checkStack(Frame &F, size_t Needed) {
  uint64_t Limit = Ctx.StackLimit.load(std::memory_order_relaxed);
  auto Here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  Needed += Evaluator::StackReserve;
  if (Here >= Limit && Here - Limit >= Needed) [[likely]]
    return;
  slowPoll(F);
  Limit = Ctx.TrueStackLimit;
  if (Here < Limit || Here - Limit < Needed)
    runtime::raise(Ctx, abi::TrapKind::Stack);
}

/// Runs a function whose parameters are in place, and releases what its slots
/// hold at the end.
void Walker::enter(Frame &F) {
  [[maybe_unused]] Flow How = execute(F, F.F.Body);
  assert((How == Flow::Return || F.F.Result->isUnit()) &&
         "every path returns a value");
  for (SlotId S : F.Layout.Owned)
    release(F.F.Locals[size_t(S)].Ty, F.slot(S));
}

void Walker::callValue(Frame &F, const CallValueStmt &S) {
  const auto *Closure = get<const abi::ClosureHeader *>(value(F, *S.Callee));
  call(F, P.M.function(FunctionId(Closure->Function)), S.Dest, S.Site, Closure,
       S.Arguments);
}

void Walker::call(Frame &F, const Function &Callee, SlotId Dest, SiteId Site,
                  const abi::ClosureHeader *Closure,
                  std::span<const Expr *const> Arguments) {
  const FrameLayout &Layout = P.layout(Callee);
  size_t ResultSize = Callee.Result->size();
  F.Site = Site;

  Frame New = {Callee, Layout, &F, nullptr, nullptr, SiteId(0)};
  New.Site = New.ownSite();
  // Overflow is the callee's, as in compiled code.
  Top = &New;
  checkStack(New, Layout.Size + ResultSize);
  Top = &F;
  New.Locals = JITRUN_TEMPORARY(Layout.Size);
  New.Result = JITRUN_TEMPORARY(ResultSize);
  std::memset(New.Locals, 0, Layout.Size);
  uint32_t Next = 0;
  if (Closure)
    write(New.slot(SlotId(Next++)), Closure);
  for (const Expr *E : Arguments)
    valueInto(F, *E, New.slot(SlotId(Next++)));
  F.Site = Site;
  Top = &New;
  enter(New);
  Top = &F;
  moveInto(F, Dest, Callee.Result, New.Result);
}

void Walker::externCall(Frame &F, const ExternCallStmt &S) {
  HostFunction &Host = P.host(S.Callee);
  const ExternFunction &E = P.M.Externs[size_t(S.Callee)];
  size_t Count = S.Arguments.size();
  char *Values = JITRUN_TEMPORARY(Count * 8);
  auto **Addresses =
      reinterpret_cast<void **>(JITRUN_TEMPORARY(Count * sizeof(void *)));
  for (size_t I = 0; I < Count; ++I) {
    valueInto(F, *S.Arguments[I], Values + I * 8);
    Addresses[I] = Values + I * 8;
  }
  F.Site = S.Site;
  if (!Host.Address)
    runtime::raise(Ctx, abi::TrapKind::Host, E.Name);
  char Result[8];
  if (runtime::throwsInto(Ctx, [&] { Host.call(Addresses, Result); }))
    runtime::raiseFilled(Ctx);
  moveInto(F, S.Dest, E.Result, Result);
}

void Walker::leaveFunction(Frame &F, const Expr *Value) {
  if (!Value)
    return;
  valueInto(F, *Value, F.Result);
  retain(Value->Ty, F.Result);
}

//===----------------------------------------------------------------------===//
// Assignments

void Walker::assign(Frame &F, const AssignStmt &S) {
  const Type *T = S.Target->Ty;
  if (!T->isAggregate() && !T->isCounted()) {
    Cell V = value(F, *S.Value);
    char *To = address(F, *S.Target);
    if (T->size())
      writeCell(T->kind(), To, V);
    return;
  }
  char *Temporary = JITRUN_TEMPORARY(T->size());
  valueInto(F, *S.Value, Temporary);
  storeBorrowed(T, address(F, *S.Target), Temporary);
}

void Walker::multiAssign(Frame &F, const MultiAssignStmt &S) {
  size_t Count = S.Targets.size(), Bytes = 0;
  for (const Expr *E : S.Values)
    Bytes += (E->Ty->size() + 15) & -size_t(16);
  char *Values = JITRUN_TEMPORARY(Bytes);
  auto **From = reinterpret_cast<char **>(JITRUN_TEMPORARY(Count * 8));
  auto **To = reinterpret_cast<char **>(JITRUN_TEMPORARY(Count * 8));
  auto *Operands = reinterpret_cast<PlaceOperands *>(
      JITRUN_TEMPORARY(Count * sizeof(PlaceOperands)));
  for (size_t I = 0; I < Count; ++I) {
    valueInto(F, *S.Values[I], Values);
    From[I] = Values;
    Values += (S.Values[I]->Ty->size() + 15) & -size_t(16);
  }
  for (size_t I = 0; I < Count; ++I) {
    Operands[I].Indices = reinterpret_cast<int64_t *>(
        JITRUN_TEMPORARY(8 * countIndices(*S.Targets[I])));
    evaluateOperands(F, *S.Targets[I], Operands[I]);
  }
  for (size_t I = 0; I < Count; ++I)
    To[I] = checkPlace(F, *S.Targets[I], Operands[I]);
  // An earlier write may drop what a later one goes into.
  for (size_t I = 0; I < Count; ++I)
    runtime::jr_retain(Operands[I].Array);
  for (size_t I = 0; I < Count; ++I)
    storeBorrowed(S.Targets[I]->Ty, To[I], From[I]);
  for (size_t I = 0; I < Count; ++I)
    runtime::jr_release_array(&Ctx, Operands[I].Array);
}

void Walker::opAssign(Frame &F, const OpAssignStmt &S) {
  TypeKind Kind = S.Target->Ty->kind();
  if (S.Fused) {
    const auto &Product = as<BinaryExpr>(*S.Value);
    Cell X = value(F, *Product.Left), Y = value(F, *Product.Right);
    char *At = address(F, *S.Target);
    writeCell(Kind, At,
              fusedMultiplyAdd(Kind, X, Y, readCell(Kind, At),
                               S.Op == BinaryOp::Sub, false));
    return;
  }
  Cell Right = value(F, *S.Value);
  char *At = address(F, *S.Target);
  Cell Left = readCell(Kind, At);
  F.Site = S.Site;
  writeCell(Kind, At, evaluator::binary(S.Op, Kind, Left, Right, Ctx));
}

//===----------------------------------------------------------------------===//
// Control

Flow Walker::execute(Frame &F, StmtList List) {
  for (const Stmt *S : List)
    if (Flow How = execute(F, *S); How != Flow::Next)
      return How;
  return Flow::Next;
}

Flow Walker::execute(Frame &F, const Stmt &S) {
  switch (S.Kind) {
  case StmtKind::Assign:
    assign(F, as<AssignStmt>(S));
    return Flow::Next;
  case StmtKind::MultiAssign:
    multiAssign(F, as<MultiAssignStmt>(S));
    return Flow::Next;
  case StmtKind::OpAssign:
    opAssign(F, as<OpAssignStmt>(S));
    return Flow::Next;
  case StmtKind::Eval: {
    const Expr &E = *as<EvalStmt>(S).Value;
    if (E.Ty->isAggregate())
      valueInto(F, E, JITRUN_TEMPORARY(E.Ty->size()));
    else
      value(F, E);
    return Flow::Next;
  }
  case StmtKind::Call:
    call(F, P.M.function(as<CallStmt>(S).Callee), as<CallStmt>(S).Dest,
         as<CallStmt>(S).Site, nullptr, as<CallStmt>(S).Arguments);
    return Flow::Next;
  case StmtKind::CallValue:
    callValue(F, as<CallValueStmt>(S));
    return Flow::Next;
  case StmtKind::ExternCall:
    externCall(F, as<ExternCallStmt>(S));
    return Flow::Next;
  case StmtKind::Operation:
    operation(F, as<OperationStmt>(S));
    return Flow::Next;
  case StmtKind::If: {
    const auto &If = as<IfStmt>(S);
    return execute(F, value(F, *If.Condition) ? If.Then : If.Else);
  }
  case StmtKind::While:
    return whileLoop(F, as<WhileStmt>(S));
  case StmtKind::ForRange:
    return forRange(F, as<ForRangeStmt>(S));
  case StmtKind::Loop:
    return endlessLoop(F, as<LoopStmt>(S));
  case StmtKind::Break:
    F.Target = as<BreakStmt>(S).Loop;
    return Flow::Break;
  case StmtKind::Continue:
    F.Target = as<ContinueStmt>(S).Loop;
    return Flow::Continue;
  case StmtKind::Return:
    leaveFunction(F, as<ReturnStmt>(S).Value);
    return Flow::Return;
  case StmtKind::Block: {
    const auto &Block = as<BlockStmt>(S);
    Flow How = execute(F, Block.Body);
    if (How != Flow::Next)
      return How;
    for (SlotId Slot : Block.Scope) {
      const Type *T = F.F.Locals[size_t(Slot)].Ty;
      release(T, F.slot(Slot));
      std::memset(F.slot(Slot), 0, T->size());
    }
    return Flow::Next;
  }
  }
  assert(false && "unknown kind of statement");
  return Flow::Next;
}

bool Walker::goesOn(Frame &F, LoopId Loop, Flow &How) {
  if (How == Flow::Next || (How == Flow::Continue && F.Target == Loop)) {
    How = Flow::Next;
    return true;
  }
  if (How == Flow::Break && F.Target == Loop)
    How = Flow::Next;
  return false;
}

Flow Walker::whileLoop(Frame &F, const WhileStmt &S) {
  for (;;) {
    Flow How = execute(F, S.Prelude);
    // The prelude is part of the loop.
    if (How != Flow::Next) {
      if (!goesOn(F, S.Loop, How))
        return How;
      continue;
    }
    if (!value(F, *S.Condition))
      return Flow::Next;
    How = execute(F, S.Body);
    if (!goesOn(F, S.Loop, How))
      return How;
    poll(F);
  }
}

Flow Walker::endlessLoop(Frame &F, const LoopStmt &S) {
  for (;;) {
    Flow How = execute(F, S.Body);
    if (!goesOn(F, S.Loop, How))
      return How;
    poll(F);
  }
}

Flow Walker::forRange(Frame &F, const ForRangeStmt &S) {
  const Type *T = S.Lo->Ty;
  Cell Lo = value(F, *S.Lo), Hi = value(F, *S.Hi);
  int64_t Step = S.Step ? int64_t(value(F, *S.Step)) : 1;
  if (Step == 0) {
    F.Site = S.Site;
    runtime::jr_trap_step(&Ctx);
  }

  // Cells are extended, so that 64-bit comparisons are those of the type.
  Cell First = Step > 0 ? Lo : Hi, Last = Step > 0 ? Hi : Lo;
  bool Below = T->isSigned() ? int64_t(First) < int64_t(Last) : First < Last;
  unsigned __int128 Count = 0;
  if (Below || (S.Inclusive && First == Last)) {
    uint64_t Distance = Last - First;
    uint64_t Magnitude = Step > 0 ? uint64_t(Step) : 0 - uint64_t(Step);
    Count = S.Inclusive
                ? static_cast<unsigned __int128>(Distance / Magnitude) + 1
                : (Distance - 1) / Magnitude + 1;
  }

  char *Variable = F.slot(S.Variable);
  uint64_t Current = Lo;
  for (; Count; --Count, Current += uint64_t(Step)) {
    // Writing narrows to the type, which wraps the last step past the end.
    writeCell(T->kind(), Variable, Current);
    Flow How = execute(F, S.Body);
    if (!goesOn(F, S.Loop, How))
      return How;
    poll(F);
  }
  return Flow::Next;
}

} // namespace jitrun::evaluator
