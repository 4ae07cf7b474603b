#ifndef JITRUN_ENGINE_COMPILERPOOL_H
#define JITRUN_ENGINE_COMPILERPOOL_H

#include "Engine/Compiler.h"

#include <mutex>

namespace jitrun::engine {

/// Compilers that nobody uses just now. There are as many as ever compiled at
/// one time. Thread-safe; its lock is not held while something is compiled.
class CompilerPool {
public:
  explicit CompilerPool(size_t StackBytes) : StackBytes(StackBytes) {}

  /// Runs \p Work with a compiler, on that compiler's stack. An error when
  /// there is no memory for one more, or when \p Work throws.
  llvm::Error run(const std::function<llvm::Error(Compiler &)> &Work) {
    std::unique_ptr<Compiler> C = take();
    if (!C)
      return llvm::createStringError("no memory for a compile stack");
    llvm::Error Result = llvm::Error::success();
    C->run([&] {
      llvm::consumeError(std::move(Result));
      try {
        Result = Work(*C);
      } catch (const std::exception &E) {
        Result = llvm::createStringError("%s", E.what());
      }
    });
    std::lock_guard Lock(Mutex);
    Free.push_back(std::move(C));
    return Result;
  }

private:
  std::unique_ptr<Compiler> take() {
    {
      std::lock_guard Lock(Mutex);
      if (!Free.empty()) {
        std::unique_ptr<Compiler> C = std::move(Free.back());
        Free.pop_back();
        return C;
      }
    }
    return Compiler::create(StackBytes);
  }

  const size_t StackBytes;
  std::mutex Mutex;
  std::vector<std::unique_ptr<Compiler>> Free;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_COMPILERPOOL_H
