#ifndef JITRUN_TEST_UNIT_ENGINE_TESTPROGRAM_H
#define JITRUN_TEST_UNIT_ENGINE_TESTPROGRAM_H

#include "Engine/Engine.h"
#include "Support/SourceManager.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace jitrun::engine {

/// A checked program and an engine that it is loaded into. The test fails when
/// there is an error in either.
class TestProgram {
public:
  explicit TestProgram(std::string Text, EngineOptions Options = {});

  Engine &engine() { return *E; }
  const LoadedModule &module() const { return *Loaded; }
  tast::FunctionId function(std::string_view Name) const;

  /// Runs `main` in a context of its own; what went wrong, if anything.
  std::optional<TrapReport> run(const CallOptions &Options = {});
  /// Calls a function whose parameters and result are i64.
  std::optional<TrapReport> call(Context &C, std::string_view Name,
                                 std::vector<int64_t> Arguments,
                                 int64_t &Result,
                                 const CallOptions &Options = {});
  /// The same where nothing may go wrong.
  int64_t value(std::string_view Name, std::vector<int64_t> Arguments);

  /// Calls a function until it has optimised code, which it must have in the
  /// end. A few calls need not do: the queue drops what has gone cold before a
  /// worker comes to it.
  void heat(std::string_view Name, std::vector<int64_t> Arguments);

  /// What was printed until now.
  std::string output();
  /// What was traced until now, with channels compile, queue, tier and swap.
  std::string trace();

  /// "line:column" of where a frame's range begins.
  std::string place(const TrapFrame &F) const;

private:
  SourceManager Sources;
  std::shared_ptr<const tast::Module> Typed;
  std::mutex Mutex;
  std::string Printed;
  std::string Traced;
  std::unique_ptr<TraceSink> Sink;
  std::unique_ptr<Engine> E;
  std::shared_ptr<LoadedModule> Loaded;
};

/// The statistics of one function; the test fails when it was not compiled.
FunctionStatistics statisticsOf(const EngineStatistics &S,
                                std::string_view Name);

} // namespace jitrun::engine

#endif // JITRUN_TEST_UNIT_ENGINE_TESTPROGRAM_H
