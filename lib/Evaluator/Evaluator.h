#ifndef JITRUN_EVALUATOR_EVALUATOR_H
#define JITRUN_EVALUATOR_EVALUATOR_H

#include "ABI/ExecutionContext.h"
#include "TypedAST/ModuleData.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace jitrun::evaluator {

/// One active function of a trapped call.
struct TrapFrame {
  const tast::Function *Function;
  /// Where it trapped, or what it was calling. Function::Sites.size() stands
  /// for the function as a whole.
  tast::SiteId Site;
};

/// How a call ended that did not return.
struct Trap {
  abi::TrapRecord Record;
  std::vector<TrapFrame> Stack; ///< Innermost first, complete.
};

/// Finds the C function behind an `extern fn`; null if there is none.
using ExternResolver = std::function<void *(const tast::ExternFunction &)>;

/// Looks in the process (dlsym).
void *findInProcess(const tast::ExternFunction &E);

/// Runs typed functions by walking their trees: the oracle that compiled code
/// is compared with. It shares no code with IRGen, and with compiled code only
/// the runtime.
///
/// The module and its data must outlive it. One thread at a time. It uses the
/// calling thread's stack generously and honours the context's stack limit,
/// above which it keeps another StackReserve bytes free.
class Evaluator {
public:
  static constexpr size_t StackReserve = 128 << 10;

  Evaluator(const tast::Module &M, tast::ModuleData &Data,
            ExternResolver Resolve = findInProcess);
  ~Evaluator();
  Evaluator(const Evaluator &) = delete;
  Evaluator &operator=(const Evaluator &) = delete;

  /// Calls \p F in a context that runtime::initialiseContext has made; its
  /// Handlers are replaced during the call, all but Write.
  ///
  /// Cells[i] is the i-th argument: integers and bool extended to 64 bits, f32
  /// in the low half, a pointer for text and arrays (borrowed) and to the
  /// bytes of aggregates. The result goes to Cells[number of parameters]; of an
  /// aggregate that cell holds the address to write to. The caller owns it.
  ///
  /// After a trap the ledger holds what the call had allocated: free it with
  /// runtime::freeLedger.
  std::optional<Trap> call(const tast::Function &F, uint64_t *Cells,
                           abi::ExecutionContext &Ctx);

  struct Program;

private:
  std::unique_ptr<Program> P;
};

} // namespace jitrun::evaluator

#endif // JITRUN_EVALUATOR_EVALUATOR_H
