#ifndef JITRUN_UNITTEST_PIPELINE_TESTJIT_H
#define JITRUN_UNITTEST_PIPELINE_TESTJIT_H

#include "CodeCache/CodeMemory.h"
#include "CodeCache/SiteTable.h"
#include "Pipeline/Codegen.h"

#include "llvm/ExecutionEngine/Orc/SymbolStringPool.h"
#include "llvm/IR/LLVMContext.h"

#include <map>
#include <string>

namespace jitrun::test {

/// The value, or the end of the test.
template <typename T> T unwrap(llvm::Expected<T> Value) {
  if (!Value)
    throw std::runtime_error(llvm::toString(Value.takeError()));
  return std::move(*Value);
}

inline void check(llvm::Error E) {
  if (E)
    throw std::runtime_error(llvm::toString(std::move(E)));
}

/// Objects linked straight through JITLink into a CodeMemory of their own.
///
/// No ORC session, so that a test sees this room and nothing else.
class TestJit {
public:
  explicit TestJit(CodeMemoryOptions Options = {});
  ~TestJit();

  /// What one object was linked to.
  struct Linked {
    std::map<std::string, uint64_t> Functions;
    llvm::jitlink::JITLinkMemoryManager::FinalizedAlloc Alloc;
  };

  /// Makes \p Name known to objects that are linked later.
  void define(const std::string &Name, void *Address) {
    Symbols[Name] = reinterpret_cast<uint64_t>(Address);
  }

  /// Parses IR text into this object's context.
  std::unique_ptr<llvm::Module> parse(const std::string &Text);

  /// Links an object, registers its sites with the tag \p Tag.
  llvm::Expected<Linked> tryLink(ObjectCode Code, uint64_t Tag = 0);
  /// As tryLink(), and keeps the object for as long as this lives. Returns the
  /// addresses of its functions.
  std::map<std::string, uint64_t> link(ObjectCode Code, uint64_t Tag = 0);
  void unlink(Linked L);

  /// The address of the function \p Name of \p M.
  template <typename FunctionType>
  FunctionType *compile(CodeGenerator &G, llvm::Module &M,
                        const std::string &Name) {
    return reinterpret_cast<FunctionType *>(link(unwrap(G.run(M))).at(Name));
  }

  llvm::LLVMContext Context;
  std::unique_ptr<CodeMemory> Memory;
  PooledMemoryManager Manager;
  SiteTable Sites;

private:
  class LinkContext;

  llvm::Expected<uint64_t> addressOf(llvm::StringRef Name);

  std::shared_ptr<llvm::orc::SymbolStringPool> Names;
  std::map<std::string, uint64_t> Symbols;
  std::vector<Linked> Kept;
};

/// The lines of this process's memory map.
size_t countMappings();

} // namespace jitrun::test

#endif // JITRUN_UNITTEST_PIPELINE_TESTJIT_H
