#include "Engine/HostEntry.h"

#include "CodeCache/CodeMemory.h"
#include "Engine/Assembly.h"
#include "Engine/ContextState.h"
#include "Engine/HostException.h"
#include "Support/SanitizerBuild.h"

#include <utility>

namespace jitrun::engine {

namespace {

using ThunkFunction = void (*)(void *Context, void *Code, void *Cells);

/// The C library's way in and out, which the sanitizers know.
[[gnu::noinline, maybe_unused]] bool enterWithSetjmp(Landing &L,
                                                     ThunkFunction Thunk,
                                                     void *Context, void *Code,
                                                     void *Cells) {
  L.StackPointer = uint64_t(__builtin_frame_address(0));
  if (_setjmp(L.Buffer))
    return false;
  Thunk(Context, Code, Cells);
  return true;
}

} // namespace

bool enterGeneratedCode(ContextState &State, uint64_t Thunk, uint64_t Code,
                        void *Cells) {
  Landing L;
  L.Outer = State.Innermost;
  State.Innermost = &L;
  ContextState *const Outside = std::exchange(EnteredContext, &State);
  bool Returned;
  if constexpr (SanitizerBuild)
    Returned =
        enterWithSetjmp(L, reinterpret_cast<ThunkFunction>(Thunk), &State.Raw,
                        reinterpret_cast<void *>(Code), Cells);
  else
    Returned =
        !jrEngineEnter(&L.StackPointer, reinterpret_cast<void *>(Thunk),
                       &State.Raw, reinterpret_cast<void *>(Code), Cells);
  State.Innermost = L.Outer;
  EnteredContext = Outside;
  return Returned;
}

[[noreturn, gnu::no_sanitize("address", "thread", "undefined")]] void
leaveByTrap(ContextState &State, const CodeMemory &Memory, void *FrameAddress) {
  Landing &L = *State.Innermost;
  State.Trace.clear();
  // A frame: the caller's frame pointer, then the return address.
  const auto *Frame = static_cast<const uint64_t *>(FrameAddress);
  while (Frame && uint64_t(Frame) < L.StackPointer) {
    if (Memory.contains(Frame[1]))
      State.Trace.push_back(Frame[1]);
    const auto *Next = reinterpret_cast<const uint64_t *>(Frame[0]);
    if (Next <= Frame)
      break;
    Frame = Next;
  }
  if constexpr (SanitizerBuild)
    longjmp(L.Buffer, 1);
  else
    jrEngineLeave(&L.StackPointer);
}

} // namespace jitrun::engine
