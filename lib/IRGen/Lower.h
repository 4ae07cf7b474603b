#ifndef JITRUN_IRGEN_LOWER_H
#define JITRUN_IRGEN_LOWER_H

#include "IRGen/IRGen.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Attributes.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Metadata.h"

#include <array>

namespace llvm {
class DICompileUnit;
class DIFile;
class DISubroutineType;
} // namespace llvm

namespace jitrun::irgen {

/// The runtime's functions, in the order of ABI/RuntimeSymbols.def.
enum class Runtime : uint16_t {
#define JITRUN_RUNTIME(Name, Result, Parameters, Attributes) Name,
#include "ABI/RuntimeSymbols.def"
};
inline constexpr size_t RuntimeCount = 0
#define JITRUN_RUNTIME(Name, Result, Parameters, Attributes) +1
#include "ABI/RuntimeSymbols.def"
    ;

/// How one parameter of a language function travels.
struct ParameterPass {
  enum : uint8_t { Nothing, Register, Cell } Where = Nothing;
  /// Index of the IR argument, or of the cell in the buffer.
  unsigned Index = 0;
};

/// The IR signature of a language function; see the calling convention.
struct Signature {
  llvm::FunctionType *Type = nullptr;
  bool ResultInMemory = false; ///< IR argument 1 is the result's address.
  unsigned Cells = 0;          ///< Not 0: the last IR argument is a buffer.
  llvm::SmallVector<ParameterPass, 8> Parameters;
};

/// What is made once for each LLVMContext: types, attribute lists, metadata.
class ContextCache {
public:
  explicit ContextCache(llvm::LLVMContext &C);

  llvm::LLVMContext &C;
  llvm::IntegerType *I1, *I8, *I16, *I32, *I64;
  llvm::Type *F32, *F64, *Ptr, *Void;

  /// What a value of \p T is in registers: bool i1, aggregates their address,
  /// null for `()`. \p Narrow: small integers keep their width (the optimised
  /// tier); else they are held in an i32, extended by their signedness.
  llvm::Type *registerType(const Type *T, bool Narrow) const;
  /// Scalars and references as they lie in memory.
  llvm::Type *memoryType(const Type *T) const;
  /// As parameters and results travel. Null for `()` and aggregate results.
  llvm::Type *passedType(const Type *T) const;

  Signature signature(std::span<const Type *const> Parameters,
                      const Type *Result) const;

  llvm::FunctionType *runtimeType(Runtime F) const {
    return RuntimeTypes[size_t(F)];
  }
  static const char *runtimeName(Runtime F);
  const llvm::AttributeList &runtimeAttributes(Runtime F, Tier T) const {
    return RuntimeAttributes[T == Tier::Optimized][size_t(F)];
  }
  /// Of defined functions; tail calls allowed or not.
  llvm::AttributeList BaselineFunction, OptimizedFunction, OptimizedTailCalls;
  llvm::AttributeList ColdBody;     ///< Optimised, the general form for views.
  llvm::AttributeList LanguageCall; ///< Of optimised calls.

  llvm::MDNode *LikelyWeights, *UnlikelyWeights;
  /// Of a branch that was taken so often, and not taken so often.
  llvm::MDNode *weights(uint64_t Yes, uint64_t No) const;
  llvm::MDNode *Empty;       ///< `!{}`, for !invariant.load and !noundef.
  llvm::MDNode *LengthRange; ///< 0 .. 2^62.
  /// TBAA tags: of scalars and references in memory, by TypeKind; of the
  /// unchanging words of headers; of counts.
  std::array<llvm::MDNode *, 32> ScalarTag{};
  llvm::MDNode *AnyTagTag, *AnyPayloadTag;
  llvm::MDNode *HeaderTag, *CountTag, *ContextTag;
  llvm::MDNode *VariantTag; ///< TBAA of the numbers of enums' variants.

  /// All modules share one compile unit without debug information; it lists
  /// nothing.
  llvm::DICompileUnit *Unit;
  llvm::DIFile *File;
  llvm::DISubroutineType *SubroutineType;

private:
  std::array<llvm::FunctionType *, RuntimeCount> RuntimeTypes;
  std::array<llvm::AttributeList, RuntimeCount> RuntimeAttributes[2];
};

/// Parameter types of \p F.
llvm::SmallVector<const Type *, 8> parameterTypes(const tast::Function &F);

} // namespace jitrun::irgen

#endif // JITRUN_IRGEN_LOWER_H
