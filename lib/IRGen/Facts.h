#ifndef JITRUN_IRGEN_FACTS_H
#define JITRUN_IRGEN_FACTS_H

#include "IRGen/ModuleEmitter.h"

#include "llvm/ADT/BitVector.h"

#include <vector>

namespace jitrun::irgen {

/// What holds for every run of a function, found by a fixpoint over the whole
/// module. Mode tells under which assumption on the array parameters.
struct FunctionFacts {
  /// Slots of array type that only ever hold unit-inner arrays.
  llvm::BitVector UnitSlots[2];
  /// The result (of array type) is always unit inner.
  bool UnitResult[2] = {true, true};
  /// Whether a trap other than stack, memory, interrupt, deadline can happen in
  /// it or in what it calls, or that of the stack must: no path returns.
  bool MayTrap = false;
  /// Whether it reads or writes elements of an array parameter by index.
  bool IndexesParameter = false;
};

class ModuleFacts {
public:
  explicit ModuleFacts(const tast::Module &M);

  const FunctionFacts &of(tast::FunctionId F) const {
    return Functions[size_t(F)];
  }

private:
  std::vector<FunctionFacts> Functions;
};

/// Whether \p E, of array type, is always unit inner in a body of \p Mode.
bool isUnitInner(const tast::Expr &E, const FunctionFacts &Facts,
                 ArrayMode Mode);

/// Whether evaluating \p E can trap, or is right only where it stands: it reads
/// the payload of an enum whose tag was tested before.
bool canTrap(const tast::Expr &E);

} // namespace jitrun::irgen

#endif // JITRUN_IRGEN_FACTS_H
