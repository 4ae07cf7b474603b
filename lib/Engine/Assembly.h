#ifndef JITRUN_ENGINE_ASSEMBLY_H
#define JITRUN_ENGINE_ASSEMBLY_H

#include <cstdint>

/// The few transfers of control that C++ cannot express, for x86-64 System V.
extern "C" {

/// Calls Thunk(Context, Code, Cells) so that jrEngineLeave can end it: stores
/// the stack pointer to come back to in *Landing. 0 if the call returned, 1 if
/// it was left.
int jrEngineEnter(uint64_t *Landing, void *Thunk, void *Context, void *Code,
                  void *Cells);

/// Makes the jrEngineEnter that filled *Landing, which must still be active on
/// this thread, return 1. Frames in between are dropped, unwinding nothing.
[[noreturn]] void jrEngineLeave(uint64_t *Landing);

/// Calls Function(Argument) on the stack whose upper end is Top (a multiple of
/// 16). No exception may leave Function.
void jrEngineRunOnStack(void *Top, void (*Function)(void *), void *Argument);

/// Where trampolines go, with the function's index in r11d and all argument
/// registers as the caller left them. Calls jrEngineResolve, then jumps to what
/// it gives.
void jrEngineReenter();

/// Where an exception that reaches generated code goes on, with its frame's
/// registers, the exception in rax and the address it would have returned to in
/// rdx. Calls jrEngineCaught as if that had been called there.
void jrEngineCatch();

/// Makes the exception a trap of the context that this thread has entered.
/// Defined in HostException.cpp.
[[noreturn]] void jrEngineCaught(void *Exception, void *FrameAddress);

/// Defined in Reentry.cpp.
uint64_t jrEngineResolve(void *Context, uint32_t FunctionIndex);
}

#endif // JITRUN_ENGINE_ASSEMBLY_H
