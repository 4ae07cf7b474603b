#ifndef JITRUN_ENGINE_CODELINKER_H
#define JITRUN_ENGINE_CODELINKER_H

#include "ABI/CodeImage.h"
#include "CodeCache/CodeMemory.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ExecutionEngine/Orc/Core.h"

#include <functional>
#include <mutex>
#include <optional>

namespace jitrun::engine {

/// Links images into code memory.
///
/// Names that belong to a loaded module are bound to addresses one by one;
/// those of the world outside (run-time and host functions) are symbols of an
/// ORC session. The images themselves go straight to JITLink: nothing refers
/// to them by name, and the session's bookkeeping for each would cost as much
/// as linking it. Thread-safe.
class CodeLinker {
public:
  /// The address of a symbol, or nothing.
  using Binder = std::function<std::optional<uint64_t>(llvm::StringRef Name)>;

  /// \p Inside is asked for `jr.<digit>...`, every time; \p Outside once for
  /// each other name.
  static llvm::Expected<std::unique_ptr<CodeLinker>>
  create(CodeMemory &Memory, Binder Inside, Binder Outside);
  ~CodeLinker();

  /// One image in code memory. Not freed by its destructor.
  struct Linked {
    llvm::jitlink::JITLinkMemoryManager::FinalizedAlloc Memory;
    /// Where its functions are, the internal ones included.
    llvm::StringMap<uint64_t> Functions;
  };

  llvm::Expected<Linked> link(const CodeImage &Image);

  /// Frees what was linked. Nothing may run there any more.
  void free(llvm::jitlink::JITLinkMemoryManager::FinalizedAlloc Memory);

private:
  CodeLinker(CodeMemory &Memory, Binder Inside);
  llvm::Expected<uint64_t> bind(llvm::StringRef Name);

  Binder Inside;
  CodeMemory &Memory;
  PooledMemoryManager MemoryManager;
  std::unique_ptr<llvm::orc::ExecutionSession> Session;
  llvm::orc::JITDylib *World = nullptr;

  std::mutex KnownMutex;
  /// What the session was asked for before.
  llvm::StringMap<uint64_t> Known;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_CODELINKER_H
