#ifndef JITRUN_SEMA_CYCLECHECK_H
#define JITRUN_SEMA_CYCLECHECK_H

#include "Support/Diagnostics.h"
#include "TypedAST/TypedAST.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/PointerUnion.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <deque>
#include <map>
#include <optional>

namespace jitrun::sema {

/// Finds stores through which a function value could come to hold the array
/// that it is stored in, so that counting would never free either.
///
/// What a function may hold are the captures of all lambdas of its type, and
/// what an `any` may hold is all that becomes one somewhere. Both are known
/// when every body is checked: stores are gathered until then.
class CycleCheck {
public:
  /// One that captures something.
  struct Lambda {
    const tast::Function *Function;
    llvm::SmallVector<llvm::StringRef, 2> Names; ///< Of its captures.
  };
  /// What may hold something: any value of a type, or a closure of a lambda.
  using Holder = llvm::PointerUnion<const Type *, const Lambda *>;

  /// \p F has its captures and its type.
  void addLambda(const tast::Function &F,
                 llvm::ArrayRef<llvm::StringRef> Names);
  /// Null when that captures nothing.
  const Lambda *findLambda(tast::FunctionId Id) const {
    return ById.lookup(uint32_t(Id));
  }
  /// A value of type \p T becomes an `any`.
  void addHeldByAny(const Type *T) { HeldByAny.insert(T); }
  /// A value of type \p T, made of \p Parts, goes into an existing \p Array.
  void addStore(const Type *T, llvm::ArrayRef<Holder> Parts,
                const ArrayType *Array, SourceRange Range,
                const DiagnosticEngine &Diags);
  /// Once, when all is added.
  void report(DiagnosticEngine &Diags);

private:
  struct Store {
    const Type *Ty;
    llvm::SmallVector<Holder, 1> Parts;
    const ArrayType *Array;
    SourceRange Range;
    std::vector<DiagnosticNote> Context;
  };
  /// Lambdas, each with the number of the capture that leads on.
  using Path = std::vector<std::pair<const Lambda *, size_t>>;

  /// A shortest way from \p From to an array of \p Element's.
  const std::optional<Path> &find(Holder From, const Type *Element);
  std::optional<Path> search(Holder From, const Type *Element) const;
  void forEachHeld(Holder By, llvm::function_ref<void(Holder)> Then) const;

  std::deque<Lambda> Lambdas;
  llvm::DenseMap<uint32_t, const Lambda *> ById;
  llvm::DenseMap<const Type *, llvm::SmallVector<const Lambda *, 2>> ByType;
  llvm::SetVector<const Type *> HeldByAny;
  std::vector<Store> Stores;
  std::map<std::pair<const void *, const Type *>, std::optional<Path>> Known;
};

} // namespace jitrun::sema

#endif // JITRUN_SEMA_CYCLECHECK_H
