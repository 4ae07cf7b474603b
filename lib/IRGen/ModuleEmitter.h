#ifndef JITRUN_IRGEN_MODULEEMITTER_H
#define JITRUN_IRGEN_MODULEEMITTER_H

#include "IRGen/Lower.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace jitrun::irgen {

/// What an optimised body assumes of the arrays that it gets.
enum class ArrayMode : uint8_t {
  General, ///< Nothing: every index is multiplied by its stride.
  Unit,    ///< All array parameters have ArrayUnitInner.
};

/// Names a function in modules that a person reads.
inline constexpr char SourceNameAttribute[] = "jitrun-name";

/// How a language function can be called from within the module made.
struct Callable {
  Signature Sig;
  /// Set in optimised modules that hold the function. Wrapper takes any
  /// arguments; Unit, if not null, needs all arrays to be unit inner.
  llvm::Function *Wrapper = nullptr;
  llvm::Function *Unit = nullptr;
  /// If not null: needs all that the plan assumes at entry, and unit inner
  /// arrays if there is a Unit.
  llvm::Function *Special = nullptr;
  /// Where the general body is, or will be; Wrapper itself if neither Unit nor
  /// Special is there.
  llvm::Function *Body = nullptr;
  llvm::GlobalVariable *Slot = nullptr;
};

/// Makes one module: its declarations, each once, and its bodies.
class ModuleEmitter {
public:
  ModuleEmitter(const ContextCache &Cache, const llvm::DataLayout &Layout,
                const std::string &Triple, const Request &R);

  std::unique_ptr<llvm::Module> run();

  const ContextCache &Cache;
  const Request &R;
  const tast::Module &M;
  llvm::Module &module() { return *Out; }
  bool optimized() const { return R.Level == Tier::Optimized; }

  llvm::Function *runtime(Runtime F);
  Callable &callable(tast::FunctionId F);
  /// The address of the word through which \p F is called.
  llvm::GlobalVariable *slot(tast::FunctionId F);
  llvm::Constant *typeDescriptor(const Type *T);
  llvm::Constant *text(tast::TextId Text);
  llvm::Constant *constant(tast::ConstantId Constant);
  /// The closure of \p F without captures (or what one with some starts as).
  llvm::Constant *closure(tast::FunctionId F);
  llvm::Constant *formatPlan(const tast::OperationStmt &S);
  llvm::FunctionCallee externFunction(tast::ExternId F);
  /// Near data of one function, by symbol.
  llvm::GlobalVariable *nearData(const std::string &Symbol, llvm::Type *Ty);

private:
  llvm::Constant *farData(const std::string &Symbol);
  /// Declares what the module will hold of \p F; the bodies come later.
  void declare(tast::FunctionId F, bool IsRoot);
  void define(tast::FunctionId F);
  /// The function that looks at the arguments' flags and picks a body.
  void emitWrapper(const tast::Function &F, Callable &C);
  /// Whether all that \p Plan assumes of the arguments of \p Of holds.
  llvm::Value *
  testEntry(llvm::IRBuilderBase &B, const tast::Function &F,
            const speculation::FunctionPlan &Plan,
            llvm::function_ref<llvm::Value *(tast::SlotId)> Passed);
  const speculation::FunctionPlan *entryPlan(tast::FunctionId F) const;
  void defineContinuation(const Continuation &Which);
  llvm::DISubprogram *makeScope(const tast::Function &F);
  llvm::Function *create(const tast::Function &F, const Signature &S,
                         const std::string &Symbol,
                         llvm::GlobalValue::LinkageTypes Linkage,
                         const llvm::AttributeList &Attributes);
  void addParameterAttributes(const tast::Function &F, const Signature &S,
                              llvm::Function &Into);

  std::unique_ptr<llvm::Module> Out;
  std::array<llvm::Function *, RuntimeCount> RuntimeFunctions{};
  /// By pointer: references stay good while more are made.
  llvm::DenseMap<uint32_t, std::unique_ptr<Callable>> Callables;
};

} // namespace jitrun::irgen

#endif // JITRUN_IRGEN_MODULEEMITTER_H
