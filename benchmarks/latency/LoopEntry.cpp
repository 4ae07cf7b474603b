#include "LoopEntry.h"

#include "CallTimer.h"
#include "Engine/Engine.h"
#include "Sema/Sema.h"
#include "Support/Diagnostics.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace jitrun {

namespace {

/// A function `f(n: i64) -> f64` that spends all its time in one place.
struct Sample {
  const char *Name;
  const char *Text;
  int64_t N;
};

// No main: what a host calls begins with baseline code.
const Sample Samples[] = {
    {"one loop",
     "fn f(n: i64) -> f64 {\n"
     "  var x = 1;\n"
     "  var s = 0;\n"
     "  for i in 0..n {\n"
     "    x = x * 6364136223846793005 + 1442695040888963407;\n"
     "    if x > i { s += x >> 33 } else { s -= 1 }\n"
     "  }\n"
     "  f64(s)\n"
     "}",
     150'000'000},
    {"a nest over arrays",
     "fn f(n: i64) -> f64 {\n"
     "  let a = [for i in 0..n: f64(i % 7)];\n"
     "  let b = [for i in 0..n: f64(i % 5)];\n"
     "  var s = 0.0;\n"
     "  for i in 0..n { for j in 0..n { s += a[i] * b[j] } }\n"
     "  s\n"
     "}",
     18'000},
    {"a product of matrices",
     "fn multiply(a: f64[,], b: f64[,]) -> f64[,] {\n"
     "  let c = f64[dim(a, 0), dim(b, 1)];\n"
     "  for i in 0..dim(a, 0) { for j in 0..dim(b, 1) {\n"
     "    var s = 0.0;\n"
     "    for k in 0..dim(a, 1) { s += a[i, k] * b[k, j] }\n"
     "    c[i, j] = s\n"
     "  } }\n"
     "  c\n"
     "}\n"
     "fn f(n: i64) -> f64 {\n"
     "  let a = [for i in 0..n for j in 0..n: f64((i * 7 + j * 3) % 11 - 5)];\n"
     "  multiply(a, a)[n / 2, 1]\n"
     "}",
     700},
};

std::shared_ptr<const tast::Module> check(const char *Text) {
  SourceManager Sources;
  const FileId File = Sources.addText("sample.jit", Text);
  DiagnosticEngine Diagnostics(Sources);
  std::shared_ptr<const tast::Module> M =
      sema::check(Sources, File, {}, Diagnostics);
  if (!M) {
    std::fputs(Diagnostics.render().c_str(), stderr);
    std::exit(1);
  }
  return M;
}

/// Milliseconds from an engine that has compiled nothing to the call's result.
double runOnce(const std::shared_ptr<const tast::Module> &M, int64_t N,
               engine::TierMode Mode) {
  engine::EngineOptions O;
  O.Mode = Mode;
  std::string Error;
  auto E = engine::Engine::create(std::move(O), Error);
  auto Loaded = E->loadModule(M).Module;
  engine::Context C = E->createContext();
  engine::Cell Cells[2] = {};
  Cells[0].Int = N;
  const auto Start = std::chrono::steady_clock::now();
  if (E->call(C, *Loaded, M->findFunction("f")->Id, Cells))
    std::exit(1);
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now() - Start)
      .count();
}

} // namespace

void measureLoopEntry() {
  constexpr unsigned Runs = 11;
  std::printf("one call from the first compile to its end, ms (medians of %u "
              "runs in turn)\n",
              Runs);
  for (const Sample &S : Samples) {
    auto M = check(S.Text);
    std::vector<double> Moved, Optimised, Differences;
    for (unsigned I = 0; I < Runs; ++I) {
      Moved.push_back(runOnce(M, S.N, engine::TierMode::Auto));
      Optimised.push_back(runOnce(M, S.N, engine::TierMode::Optimized));
      Differences.push_back(Moved.back() - Optimised.back());
    }
    std::printf("  %-22s begun at baseline %.1f, optimised %.1f, difference "
                "%.1f (at most 15)\n",
                S.Name, median(Moved), median(Optimised), median(Differences));
  }
}

} // namespace jitrun
