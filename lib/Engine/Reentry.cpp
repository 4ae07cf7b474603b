#include "Engine/Assembly.h"
#include "Engine/EngineImpl.h"

uint64_t jrEngineResolve(void *Context, uint32_t FunctionIndex) {
  auto *C = static_cast<jitrun::abi::ExecutionContext *>(Context);
  auto *State = static_cast<jitrun::engine::ContextState *>(C->Host);
  return State->Engine->resolve(C, FunctionIndex);
}
