#ifndef JITRUN_ENGINE_COMPILESTACK_H
#define JITRUN_ENGINE_COMPILESTACK_H

#include <cstddef>
#include <functional>
#include <memory>

namespace jitrun::engine {

/// A large stack to run the compiler on, whatever is left of the caller's.
///
/// Address space with a guard page below; committed as touched. One user at a
/// time. In sanitizer builds, which must know of every stack, there is a thread
/// behind it that does the work while the caller waits.
class CompileStack {
public:
  /// Null when the system refuses.
  static std::unique_ptr<CompileStack> create(size_t Bytes);
  ~CompileStack();
  CompileStack(const CompileStack &) = delete;
  CompileStack &operator=(const CompileStack &) = delete;

  /// Returns when \p Work has. No exception may leave it.
  void run(const std::function<void()> &Work);

private:
  struct Helper;
  CompileStack() = default;

  char *Base = nullptr;
  size_t Size = 0;
  std::unique_ptr<Helper> Thread;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_COMPILESTACK_H
