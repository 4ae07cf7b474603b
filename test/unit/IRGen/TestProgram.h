#ifndef JITRUN_UNITTEST_IRGEN_TESTPROGRAM_H
#define JITRUN_UNITTEST_IRGEN_TESTPROGRAM_H

#include "../Pipeline/TestJit.h"
#include "ABI/ExecutionContext.h"
#include "IRGen/IRGen.h"

#include <bit>
#include <deque>
#include <optional>

namespace jitrun::test {

/// What a call did.
struct Outcome {
  std::optional<abi::TrapKind> Trap;
  int64_t TrapArguments[3] = {};
  uint64_t Result = 0; ///< The result's cell.
  std::string Output;
  size_t Leaked = 0; ///< Objects left in the ledger.
};

/// A typed program, made by hand or from text, that is generated, verified,
/// compiled and called, with no engine.
class TestProgram {
public:
  /// An empty module, to be built with the functions below.
  TestProgram();
  /// Checks \p Text; throws its diagnostics.
  explicit TestProgram(const std::string &Text);
  ~TestProgram();

  /// Generates and compiles all functions as roots of one module.
  void compile(irgen::Tier Tier);
  /// IR of all functions at \p Tier, verified but not optimised. With the
  /// plan that \p Profile, of function \p Profiled, gives, if it is there.
  std::unique_ptr<llvm::Module>
  generate(llvm::LLVMContext &C, irgen::Tier Tier,
           const FunctionProfile *Profile = nullptr,
           tast::FunctionId Profiled = {});
  /// What baseline code could not select quickly: one line each.
  std::vector<std::string> fastISelMisses();

  Outcome call(tast::FunctionId F, std::vector<uint64_t> Cells);
  Outcome callMain();
  tast::FunctionId find(const std::string &Name) const;
  abi::FunctionCounters counters(tast::FunctionId F) const;
  void setInterrupt();

  //===--------------------------------------------------------------------===//
  // Building by hand

  tast::Module &module() { return *M; }
  const Type *type(TypeKind K) { return M->Types.get(K); }
  /// A function of the given parameters, in slots 0, 1 ...; give it a Body.
  tast::Function &function(std::vector<const Type *> Parameters,
                           const Type *Result);
  static tast::SlotId local(tast::Function &F, const Type *T);
  const tast::Expr *integer(const Type *T, uint64_t V);
  const tast::Expr *floating(const Type *T, double V);
  const tast::Expr *load(const tast::Function &F, tast::SlotId S);
  const tast::Expr *binary(tast::BinaryOp Op, const tast::Expr *L,
                           const tast::Expr *R);
  const tast::Expr *intrinsic(const Type *T, tast::Intrinsic W,
                              std::vector<const tast::Expr *> O);
  const tast::Expr *convert(const Type *T, const tast::Expr *E);
  const tast::Place *place(const tast::Function &F, tast::SlotId S);
  const tast::Stmt *assign(const tast::Function &F, tast::SlotId S,
                           const tast::Expr *E, bool Init = false);
  const tast::Stmt *give(const tast::Expr *E);
  tast::StmtList list(std::vector<const tast::Stmt *> S);

private:
  struct State;
  irgen::Request request(irgen::Tier Tier);
  void defineData(const llvm::Module &Module);

  std::unique_ptr<tast::Module> Owned;
  tast::Module *M;
  std::unique_ptr<State> S;
};

} // namespace jitrun::test

#endif // JITRUN_UNITTEST_IRGEN_TESTPROGRAM_H
