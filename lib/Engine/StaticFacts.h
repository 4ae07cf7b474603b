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
  /// Statements in and outside of loops, as often as one guesses.
  double Straight = 0, Looped = 0;
};

BodyFacts examine(const tast::Function &F);

/// For each function of a module, by id, whether it is likely to be called
/// often: from a loop, by itself in the end, or by one that is.
std::vector<bool> findRepeatedlyCalled(const tast::Module &M);

/// For each function, by id, whether most of what its loops do is by guess the
/// work of functions that they call and that loop, or call themselves.
///
/// Of none if the program makes arrays of a few elements: code that sees how
/// they are made unrolls loops over them, and a callee by itself cannot.
std::vector<bool> findLoopsInCallees(const tast::Module &M);

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_STATICFACTS_H
