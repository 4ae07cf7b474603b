#ifndef JITRUN_TYPEDAST_MODULEDATA_H
#define JITRUN_TYPEDAST_MODULEDATA_H

#include "ABI/Heap.h"
#include "TypedAST/TypedAST.h"

#include <mutex>
#include <unordered_map>

namespace jitrun::tast {

/// The read-only data of a module that running code points at: type
/// descriptors, text literals, constants, format plans. Addresses are stable
/// and live as long as this object. Built on demand; thread-safe.
class ModuleData {
public:
  explicit ModuleData(const Module &M);
  ~ModuleData();
  ModuleData(const ModuleData &) = delete;
  ModuleData &operator=(const ModuleData &) = delete;

  const abi::TypeDescriptor *descriptor(const Type *T);
  /// An immortal object.
  abi::StrHeader *text(TextId Id);
  /// Bytes of a constant, in the language's memory layout.
  const void *constant(ConstantId Id);
  /// The immortal closure of \p Id without captures, which \p Slot (the same at
  /// all times) is called through; or what a new closure starts as.
  const abi::ClosureHeader *closure(FunctionId Id, const void *Slot);
  /// Of a Format, Print or Println. Plans are numbered in the order of first
  /// request, so that a symbol can name them.
  uint32_t formatPlanNumber(const OperationStmt &S);
  const abi::FormatPlan *formatPlan(uint32_t Number);

  /// The immortal empty text, and an immortal empty array of \p Element.
  static abi::StrHeader *emptyText();
  abi::ArrayHeader *emptyArray(const ArrayType *T);

private:
  struct Storage;
  const abi::TypeDescriptor *descriptorLocked(const Type *T);
  abi::StrHeader *textLocked(TextId Id);
  void writeConstant(const Expr *E, char *To);

  const Module &M;
  std::mutex Mutex;
  std::unique_ptr<Storage> Store;
};

} // namespace jitrun::tast

#endif // JITRUN_TYPEDAST_MODULEDATA_H
