#ifndef JITRUN_ENGINE_CODELINKER_H
#define JITRUN_ENGINE_CODELINKER_H

#include "CodeCache/CodeMemory.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ExecutionEngine/Orc/Core.h"
#include "llvm/ExecutionEngine/Orc/LinkGraphLinkingLayer.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace jitrun::engine {

/// Links objects into code memory: the engine's ORC session.
///
/// What an object needs from outside is bound by name to an address before the
/// session sees the object, so linking never waits for another object and the
/// session's tables hold nothing but the functions that live. Thread-safe.
class CodeLinker {
public:
  /// The address of a symbol that objects refer to, or nothing.
  using Binder = std::function<std::optional<uint64_t>(llvm::StringRef Name)>;

  static llvm::Expected<std::unique_ptr<CodeLinker>> create(CodeMemory &Memory,
                                                            Binder Bind);
  ~CodeLinker();

  /// What was linked together and dies together.
  struct Linked {
    llvm::orc::ResourceTrackerSP Tracker;
    /// Where its functions are, the internal ones included.
    llvm::StringMap<uint64_t> Functions;
  };

  /// Links \p Object, which must define \p Symbols (unique in the session).
  llvm::Expected<Linked> link(const llvm::MemoryBuffer &Object,
                              std::span<const std::string> Symbols);

  /// Frees what was linked under \p Tracker. Nothing may run there any more.
  llvm::Error remove(const llvm::orc::ResourceTrackerSP &Tracker);

private:
  class AddressCollector;
  explicit CodeLinker(CodeMemory &Memory, Binder Bind);

  Binder Bind;
  PooledMemoryManager MemoryManager;
  std::unique_ptr<llvm::orc::ExecutionSession> Session;
  std::unique_ptr<llvm::orc::LinkGraphLinkingLayer> Layer;
  std::shared_ptr<AddressCollector> Collector;
  llvm::orc::JITDylib *Code = nullptr;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_CODELINKER_H
