#ifndef JITRUN_ENGINE_H
#define JITRUN_ENGINE_H

#include "jitrun/Function.h"

#include <initializer_list>

namespace jitrun {

namespace detail {
class EngineState;
class ModuleState;
} // namespace detail

enum class Tier : uint8_t { Auto, Baseline, Optimized };

struct Options {
  /// Threads that compile hot functions again, in the background.
  unsigned CompileThreads = 1;
  /// Auto: baseline first, optimised when hot.
  Tier Mode = Tier::Auto;
  /// Calls, and loop iterations, after which a function counts as hot.
  uint64_t CallThreshold = 1000;
  uint64_t LoopThreshold = 20000;
};

/// A loaded program: cheap to copy, keeps its code and engine alive.
class Module {
public:
  /// The function called \p Name. An error when there is none, or when its
  /// parameters and result are not \p Signature's (both are printed).
  template <class Signature>
  Expected<Function<Signature>> get(std::string_view Name) const {
    return Function<Signature>::bind(find(Name));
  }

private:
  friend class Engine;
  explicit Module(std::shared_ptr<detail::ModuleState> S)
      : State(std::move(S)) {}
  Expected<std::shared_ptr<const detail::FunctionState>>
  find(std::string_view Name) const;
  std::shared_ptr<detail::ModuleState> State;
};

/// Compiles and runs programs in this process. One engine serves any number
/// of modules and threads; its functions are thread-safe. Handles got from it
/// keep what they need alive, so an engine may go first.
class Engine {
public:
  explicit Engine(const Options &O = {});

  /// Type-checks a program; all its errors are in the Error's text. Nothing is
  /// compiled until it is called; top-level statements are not run.
  /// \p Name stands in diagnostics, and imports are looked for beside it.
  Expected<Module> load(std::string_view Text,
                        std::string_view Name = "<text>");
  Expected<Module> loadFile(const std::string &Path);

  /// Compiles an expression, perhaps after declarations and statements, whose
  /// free variables are \p Names with the types of the signature's parameters:
  /// `formula<double(double, double)>("x * x + y", {"x", "y"})`.
  template <class Signature>
  Expected<Function<Signature>>
  formula(std::string_view Text,
          std::initializer_list<std::string_view> Names) {
    return formulaOf(static_cast<Signature *>(nullptr), Text, Names);
  }

private:
  template <class R, class... A>
  Expected<Function<R(A...)>>
  formulaOf(R (*)(A...), std::string_view Text,
            std::initializer_list<std::string_view> Names) {
    const char *Types[] = {detail::scalarName<A>()..., nullptr};
    return Function<R(A...)>::bind(
        makeFormula(Text, {Names.begin(), Names.size()}, {Types, sizeof...(A)},
                    detail::scalarName<R>()));
  }
  Expected<std::shared_ptr<const detail::FunctionState>>
  makeFormula(std::string_view Text, std::span<const std::string_view> Names,
              std::span<const char *const> Types, const char *Result);

  std::shared_ptr<detail::EngineState> State;
};

} // namespace jitrun

#endif // JITRUN_ENGINE_H
