#include "Runtime/Trap.h"

#include "ABI/TargetCount.h"
#include "Runtime/Context.h"
#include "Runtime/Runtime.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <exception>

namespace jitrun::runtime {

using abi::ExecutionContext;
using abi::TrapKind;

void fillTrap(ExecutionContext &Ctx, TrapKind Kind, std::string_view Text,
              int64_t A, int64_t B, int64_t C) {
  abi::TrapRecord &T = Ctx.Trap;
  T.Kind = Kind;
  T.Reserved = 0;
  T.Arguments[0] = A;
  T.Arguments[1] = B;
  T.Arguments[2] = C;
  size_t Length = Text.size();
  if (Length >= sizeof(T.Text)) {
    Length = sizeof(T.Text) - 1;
    // Not in the middle of a code point.
    while (Length && (Text[Length] & 0xC0) == 0x80)
      --Length;
  }
  *std::copy_n(Text.data(), Length, T.Text) = 0;
}

void raise(ExecutionContext &Ctx, TrapKind Kind, std::string_view Text,
           int64_t A, int64_t B, int64_t C) {
  fillTrap(Ctx, Kind, Text, A, B, C);
  Ctx.Handlers->Raise(&Ctx, __builtin_frame_address(0));
  __builtin_trap();
}

void raiseFilled(ExecutionContext &Ctx) {
  Ctx.Handlers->Raise(&Ctx, __builtin_frame_address(0));
  __builtin_trap();
}

void fillHostTrap(ExecutionContext &Ctx) {
  try {
    throw;
  } catch (const std::exception &E) {
    fillTrap(Ctx, TrapKind::Host, E.what());
  } catch (...) {
    fillTrap(Ctx, TrapKind::Host, "an exception that is no std::exception");
  }
}

namespace {

struct TrapInfo {
  const char *Word;
  std::string_view Format;
};
constexpr TrapInfo Infos[] = {
#define JITRUN_TRAP(Name, Word, Format) {Word, Format},
#include "ABI/Traps.def"
};

void checkInterrupt(ExecutionContext &Ctx) {
  if (TrapKind Kind = takeInterrupt(Ctx); Kind != TrapKind::None)
    raise(Ctx, Kind);
}

} // namespace

// The interrupting thread sets InterruptKind first and Interrupt and
// StackLimit after it; undone here in the other order, so that no request is
// lost.
TrapKind takeInterrupt(ExecutionContext &Ctx) {
  Ctx.Interrupt.store(0);
  Ctx.StackLimit.store(Ctx.TrueStackLimit);
  if (TrapKind(Ctx.InterruptKind.exchange(0)) == TrapKind::Interrupt)
    return TrapKind::Interrupt;
  if (!Ctx.Deadline)
    return TrapKind::None;
  if (monotonicNow() >= Ctx.Deadline)
    return TrapKind::Deadline;
  if (Ctx.WatchesClock) {
    Ctx.Interrupt.store(1);
    Ctx.StackLimit.store(~uint64_t(0));
  }
  return TrapKind::None;
}

void pollSlowly(ExecutionContext &Ctx) { checkInterrupt(Ctx); }

std::string trapMessage(const abi::TrapRecord &Trap) {
  std::string_view Format = Infos[size_t(Trap.Kind)].Format;
  std::string Message;
  for (size_t I = 0; I < Format.size(); ++I) {
    if (Format[I] != '{') {
      Message += Format[I];
      continue;
    }
    char Which = Format[I + 1];
    Message += Which == 's' ? std::string(Trap.Text)
                            : std::to_string(Trap.Arguments[Which - '0']);
    I += 2;
  }
  return Message;
}

const char *trapWord(TrapKind Kind) { return Infos[size_t(Kind)].Word; }

void requestInterrupt(ExecutionContext &Ctx, TrapKind Kind) {
  // A deadline is recognised by the clock, so it must not hide an interrupt.
  if (Kind != TrapKind::Deadline)
    Ctx.InterruptKind.store(uint32_t(Kind));
  Ctx.Interrupt.store(1);
  Ctx.StackLimit.store(~uint64_t(0));
}

int64_t monotonicNow() {
  timespec T;
  clock_gettime(CLOCK_MONOTONIC, &T);
  return int64_t(T.tv_sec) * 1'000'000'000 + T.tv_nsec;
}

extern "C" {

void jr_trap_index(Ptr Ctx, I64 Index, I64 Length) {
  raise(contextOf(Ctx), TrapKind::Index, {}, Index, Length);
}

void jr_trap_divide(Ptr Ctx) { raise(contextOf(Ctx), TrapKind::DivideByZero); }

void jr_trap_divide_overflow(Ptr Ctx) {
  raise(contextOf(Ctx), TrapKind::DivideOverflow);
}

void jr_trap_exponent(Ptr Ctx, I64 Exponent) {
  raise(contextOf(Ctx), TrapKind::NegativeExponent, {}, Exponent);
}

void jr_trap_step(Ptr Ctx) { raise(contextOf(Ctx), TrapKind::ZeroStep); }

void jr_trap_empty(Ptr Ctx) {
  raise(contextOf(Ctx), TrapKind::Empty, "reduce");
}

void jr_poll(Ptr Ctx) { checkInterrupt(contextOf(Ctx)); }

void jr_stack_slow(Ptr Context, I64 Bytes) {
  ExecutionContext &Ctx = contextOf(Context);
  checkInterrupt(Ctx);
  // The caller's frame is what was too low, if anything was.
  uint64_t Caller;
  std::memcpy(&Caller, __builtin_frame_address(0), sizeof(Caller));
  if (Caller - uint64_t(Bytes) < Ctx.TrueStackLimit)
    raise(Ctx, TrapKind::Stack);
}

void jr_calls_tripped(Ptr Ctx, I32 FunctionIndex, Ptr Cells) {
  contextOf(Ctx).Handlers->CallsTripped(&contextOf(Ctx),
                                        uint32_t(FunctionIndex),
                                        static_cast<const uint64_t *>(Cells));
}

void jr_target_seen(Ptr Site, I32 Target) {
  sampleTarget(*static_cast<abi::TargetCount *>(Site), uint32_t(Target));
}

void jr_expectation_missed(Ptr Ctx, I32 FunctionIndex) {
  contextOf(Ctx).Handlers->ExpectationMissed(&contextOf(Ctx),
                                             uint32_t(FunctionIndex));
}

void jr_back_edges_tripped(Ptr Ctx, I32 FunctionIndex, I32 Loop) {
  poll(contextOf(Ctx));
  contextOf(Ctx).Handlers->BackEdgesTripped(
      &contextOf(Ctx), uint32_t(FunctionIndex), uint32_t(Loop));
}

Ptr jr_back_edge_tripped(Ptr Ctx, I32 FunctionIndex, I32 Loop, Ptr Frame) {
  poll(contextOf(Ctx));
  return contextOf(Ctx).Handlers->BackEdgeTripped(
      &contextOf(Ctx), uint32_t(FunctionIndex), uint32_t(Loop),
      static_cast<const char *>(Frame));
}

Ptr jr_deopt(Ptr Ctx, I32 FunctionIndex, I32 Point, I32 Reason, I64 Seen) {
  return contextOf(Ctx).Handlers->Deoptimize(
      &contextOf(Ctx), uint32_t(FunctionIndex), uint32_t(Point),
      uint32_t(Reason), Seen);
}

I64 jr_clock() { return monotonicNow(); }

} // extern "C"

} // namespace jitrun::runtime
