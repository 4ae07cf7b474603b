#ifndef JITRUN_ENGINE_STATICFACTS_H
#define JITRUN_ENGINE_STATICFACTS_H

#include "Tiering/TieringPolicy.h"
#include "TypedAST/TypedAST.h"

#include <vector>

namespace jitrun::engine {

/// One call of a language function in another's body.
struct StaticCall {
  tast::FunctionId Callee;
  /// Loops of the caller around it.
  uint16_t LoopDepth = 0;
  /// Stands in a branch that need not be taken.
  bool Conditional = false;
};

/// What the engine wants to know of one body.
struct BodyFacts {
  uint32_t LoopDepth = 0;
  /// Roughly IR instructions.
  uint32_t Size = 0;
  std::vector<StaticCall> Calls;
};

BodyFacts examine(const tast::Function &F);

/// For each function of a module, by id, whether it is likely to be called
/// often: from a loop, by itself in the end, or by one that is.
std::vector<bool> findRepeatedlyCalled(const tast::Module &M);

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_STATICFACTS_H
