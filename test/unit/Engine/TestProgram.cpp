#include "TestProgram.h"

#include "Sema/Sema.h"
#include "Support/Diagnostics.h"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <thread>

namespace jitrun::engine {

TestProgram::TestProgram(std::string Text, EngineOptions Options) {
  const FileId File = Sources.addText("test.jit", std::move(Text));
  DiagnosticEngine Diagnostics(Sources);
  Typed = sema::check(Sources, File, {}, Diagnostics);
  INFO(Diagnostics.render());
  REQUIRE(Typed);

  if (!Options.Output)
    Options.Output = [this](std::string_view Piece) {
      std::lock_guard Lock(Mutex);
      Printed += Piece;
    };
  Sink = std::make_unique<TraceSink>(TraceSink::AllChannels,
                                     [this](std::string_view Line) {
                                       std::lock_guard Lock(Mutex);
                                       Traced += Line;
                                     });
  Options.Trace = Sink.get();
  std::string Error;
  E = Engine::create(std::move(Options), Error);
  INFO(Error);
  REQUIRE(E);
  LoadResult L = E->loadModule(Typed);
  INFO(L.Error);
  REQUIRE(L.Module);
  Loaded = L.Module;
}

tast::FunctionId TestProgram::function(std::string_view Name) const {
  const tast::Function *F = Typed->findFunction(Name);
  // No check of Catch's: several threads may ask.
  if (!F)
    throw std::runtime_error("no function " + std::string(Name));
  return F->Id;
}

std::optional<TrapReport> TestProgram::run(const CallOptions &Options) {
  Context C = E->createContext();
  Cell Unused{};
  auto Report = E->call(C, *Loaded, Typed->Main->Id, {&Unused, 1}, Options);
  CHECK(C.bytesAlive() == 0);
  return Report;
}

std::optional<TrapReport> TestProgram::call(Context &C, std::string_view Name,
                                            std::vector<int64_t> Arguments,
                                            int64_t &Result,
                                            const CallOptions &Options) {
  std::vector<Cell> Cells(Arguments.size() + 1);
  for (size_t I = 0; I < Arguments.size(); ++I)
    Cells[I].Int = Arguments[I];
  auto Report = E->call(C, *Loaded, function(Name), Cells, Options);
  Result = Cells.back().Int;
  return Report;
}

int64_t TestProgram::value(std::string_view Name,
                           std::vector<int64_t> Arguments) {
  Context C = E->createContext();
  int64_t Result = 0;
  auto Report = call(C, Name, std::move(Arguments), Result);
  if (Report) {
    INFO(Report->Message);
    REQUIRE_FALSE(Report);
  }
  return Result;
}

void TestProgram::heat(std::string_view Name, std::vector<int64_t> Arguments) {
  Context C = E->createContext();
  int64_t Result = 0;
  for (int Calls = 0; Calls < 1'000'000; ++Calls) {
    REQUIRE_FALSE(call(C, Name, Arguments, Result));
    if (statisticsOf(E->statistics(), Name).Tier == std::string("optimized"))
      return;
    std::this_thread::yield();
  }
  FAIL(Name << " never got optimised code");
}

std::string TestProgram::output() {
  std::lock_guard Lock(Mutex);
  return Printed;
}

std::string TestProgram::trace() {
  std::lock_guard Lock(Mutex);
  return Traced;
}

std::string TestProgram::place(const TrapFrame &F) const {
  const PresumedLocation L = Sources.presumed(F.Range.Begin);
  return std::to_string(L.Line) + ":" + std::to_string(L.Column);
}

FunctionStatistics statisticsOf(const EngineStatistics &S,
                                std::string_view Name) {
  for (const FunctionStatistics &F : S.Functions)
    if (F.Name == Name)
      return F;
  FAIL("no statistics of " << Name);
  return {};
}

} // namespace jitrun::engine
