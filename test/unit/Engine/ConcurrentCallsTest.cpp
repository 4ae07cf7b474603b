#include "TestProgram.h"

#include "Evaluator/Evaluator.h"
#include "Runtime/Context.h"
#include "Sema/Sema.h"
#include "Support/Diagnostics.h"
#include "Support/SanitizerBuild.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

// Threads that call into one engine while it compiles, deoptimises and frees,
// compared with the evaluator. Some seconds; JITRUN_STRESS_SECONDS says how
// many.

using namespace jitrun;
using namespace jitrun::engine;

namespace {

constexpr unsigned Threads = 8;

/// A function for each thing that is compiled in a way of its own.
constexpr const char *ProgramText = R"(
struct Point { x: f64, y: f64 }
enum Shape { Circle(f64), Box(Point, Point), Group(Shape[]), Empty }
enum Token { Number(i64), Op(u8), Name(str) }

fn fill(n: i64, seed: i64) -> i64[] = [for i in 0..n: (i * 2654435761 + seed) % 1000];

fn sums(n: i64, seed: i64) -> i64 {
  let a = fill(n, seed);
  var s = 0;
  for i in 0..n {
    for j in 0..i { s += a[i] * (j + 1) ^ a[j] }
  }
  s
}

fn floats(n: i64, seed: i64) -> i64 {
  var x = 0.5;
  var s = 0.0;
  for i in 0..n {
    x = 3.7 * x * (1.0 - x);
    s += if x > 0.5 { x * f64(seed) } else { sqrt(x) }
  }
  i64(s * 1000.0)
}

fn gcd(a: i64, b: i64) -> i64 = if b == 0 { a } else { gcd(b, a % b) };
fn fib(n: i64) -> i64 = if n < 2 { n } else { fib(n - 1) + fib(n - 2) };
fn calls(n: i64, seed: i64) -> i64 = fib(n % 12) + gcd(seed * 12, n * 18 + 1);

fn compose(f: fn(i64) -> i64, g: fn(i64) -> i64) -> fn(i64) -> i64 = fn(x: i64) = g(f(x));
fn adder(n: i64) -> fn(i64) -> i64 = fn(x: i64) = x + n;
fn closures(n: i64, seed: i64) -> i64 {
  let table = [adder(seed), fn(x: i64) = x * 3, compose(adder(1), adder(n))];
  table[1] = compose(table[0], table[2]);
  var s = 0;
  for i in 0..n { s += table[i % 3](i) }
  s + fill(n, seed).map(fn(x) = x + seed).filter(fn(x) = x % 2 == 0).reduce(0, fn(a, b) = a + b)
}

fn area(s: Shape) -> f64 = match s {
  Circle(r) => r * r * 3.0,
  Box(Point(a, b), Point(c, d)) => (c - a) * (d - b),
  Group(parts) => { var t = 0.0; for p in parts { t += area(p) } t },
  Empty => 0.0,
};
fn shape(i: i64, depth: i64) -> Shape = match i % 4 {
  0 => Circle(f64(i)),
  1 => Box(Point(0.0, 1.0), Point(f64(i), f64(depth))),
  2 => if depth == 0 { Empty } else { Group([for k in 0..3: shape(i + k + 1, depth - 1)]) },
  _ => Empty,
};
fn enums(n: i64, seed: i64) -> i64 {
  var t = 0.0;
  for i in 0..n { t += area(shape(i + seed, 3)) }
  i64(t)
}

fn weigh(v: any) -> i64 = match v {
  n: i64 => n,
  x: f64 => i64(x),
  s: str => len(s),
  xs: i64[] => sum(xs),
  f: fn(i64) -> i64 => f(5),
  p: (i64, i64) => p.0 * p.1,
  _ => 1,
};
fn anys(n: i64, seed: i64) -> i64 {
  let vs: any[] = [1, 2.5, "text", [seed, n], adder(seed), (n, 3), true];
  var total: any = 0;
  for i in 0..n {
    total = total + weigh(vs[(i + seed) % 7]);
    if i % 5 == 4 { vs[i % 7] = i }
  }
  total as i64
}

fn texts(n: i64, seed: i64) -> i64 {
  var t = "";
  for i in 0..n { t += format("{}:{};", i * seed, if i % 2 == 0 { "even" } else { "odd" }) }
  var h = 7;
  for c in t { h = h * 31 + i64(c) }
  for part in split(t, ";") { h ^= len(part) }
  h
}

fn next(t: str, at: i64) -> (Token, i64) {
  let c = t[at];
  if c >= '0' && c <= '9' {
    var n = 0;
    var i = at;
    while i < len(t) && t[i] >= '0' && t[i] <= '9' { n = n * 10 + i64(t[i]) - 48; i += 1 }
    return (Number(n), i)
  }
  if c == '+' || c == '*' { return (Op(c), at + 1) }
  (Name(t[at..at + 1]), at + 1)
}
fn tokens(n: i64, seed: i64) -> i64 {
  let t = format("{}+x*{}+{}*y", seed * 7, n, seed + n);
  var s = 0;
  for k in 0..n {
    var at = 0;
    loop {
      if at >= len(t) { break }
      let (token, after) = next(t, at);
      s = s * 3 + match token { Number(v) => v, Op('+') => 1, Op(_) => 2, Name(w) => i64(w[0]) } + k;
      at = after
    }
  }
  s
}

fn grid(n: i64, seed: i64) -> i64 {
  let g = [for i in 0..n for j in 0..n: f64(i * j + seed)];
  let h = transpose(g);
  var t = 0.0;
  for i in 1..n - 1 { for j in 1..n - 1 { t += g[i - 1, j] + h[i, j + 1] - 2.0 * g[i, j] } }
  g[.., 0] = 1.5;
  i64(t + sum(g))
}

fn sorted(n: i64, seed: i64) -> i64 {
  let a = sort_by(fill(n, seed), fn(x, y) = x % 10 < y % 10 || (x % 10 == y % 10 && x < y));
  var h = 0;
  for x in a { h = h * 7 + x }
  h
}

fn inner(a: i64[], i: i64) -> i64 = a[i] / (i % 17 - 5);
fn traps(n: i64, seed: i64) -> i64 {
  let a = fill(n, seed);
  var s = 0;
  for i in 0..n + seed % 2 { s += inner(a, i) }
  s
}

// Some branches are taken only by some arguments: bets on the others are lost.
fn branches(n: i64, seed: i64) -> i64 {
  var s = 0;
  for i in 0..n * 20 {
    if seed > 2 { s = s * 3 + i } else { s += i }
    if n < 7 { s ^= calls(i, seed) }
    s += if i > 220 { len(format("{}", s)) } else { seed }
  }
  s
}

// Says that their loops come again: they begin at baseline.
fn often(n: i64) -> i64 {
  var s = 0;
  for i in 0..n {
    s += sums(i, i) + floats(i, i) + calls(i, i) + closures(i, i) + enums(i, i);
    s += anys(i, i) + texts(i, i) + tokens(i, i) + grid(i, i) + sorted(i, i);
    s += traps(i, i) + branches(i, i)
  }
  s
}
)";

/// Those that are called, as `(n: i64, seed: i64) -> i64`.
constexpr const char *Called[] = {"sums",  "floats", "calls", "closures",
                                  "enums", "anys",   "texts", "tokens",
                                  "grid",  "sorted", "traps", "branches"};
constexpr unsigned CalledCount = std::size(Called);
constexpr unsigned Sizes = 14;
constexpr unsigned Seeds = 5;

/// How a call ends.
struct Outcome {
  int64_t Result = 0;
  abi::TrapKind Trap = abi::TrapKind::None;
  /// Of each frame of a trap's call stack, innermost first.
  std::vector<std::pair<std::string, SourceRange>> Frames;
  std::string Message;

  bool operator==(const Outcome &) const = default;
};

struct Call {
  tast::FunctionId Function;
  int64_t N, Seed;
  Outcome Expected;
};

/// The checked program and all its calls with what the evaluator makes of them.
struct Oracle {
  SourceManager Sources;
  std::shared_ptr<const tast::Module> Typed;
  std::vector<Call> Calls;

  Oracle() {
    const FileId File = Sources.addText("stress.jit", ProgramText);
    DiagnosticEngine Diagnostics(Sources);
    Typed = sema::check(Sources, File, {}, Diagnostics);
    INFO(Diagnostics.render());
    REQUIRE(Typed);
    tast::ModuleData Data(*Typed);
    evaluator::Evaluator E(*Typed, Data);
    for (const char *Name : Called)
      for (unsigned N = 0; N < Sizes; ++N)
        for (unsigned Seed = 0; Seed < Seeds; ++Seed) {
          const tast::Function &F = *Typed->findFunction(Name);
          Calls.push_back({F.Id, N, Seed, evaluate(E, F, N, Seed)});
        }
  }

  const Call &call(unsigned Function, unsigned N, unsigned Seed) const {
    return Calls[(Function * Sizes + N) * Seeds + Seed];
  }

private:
  static Outcome evaluate(evaluator::Evaluator &E, const tast::Function &F,
                          uint64_t N, uint64_t Seed) {
    abi::ExecutionContext Ctx;
    runtime::initialiseContext(Ctx, {}, nullptr, runtime::currentStackLimit());
    uint64_t Cells[3] = {N, Seed, 0};
    Outcome O;
    if (auto Trap = E.call(F, Cells, Ctx)) {
      O.Trap = Trap->Record.Kind;
      O.Message = runtime::trapMessage(Trap->Record);
      for (const evaluator::TrapFrame &Frame : Trap->Stack)
        O.Frames.push_back(
            {Frame.Function->Name, Frame.Function->Sites[size_t(Frame.Site)]});
      runtime::freeLedger(Ctx);
    } else {
      O.Result = int64_t(Cells[2]);
    }
    REQUIRE(runtime::countLedger(Ctx) == 0);
    return O;
  }
};

/// One engine and the module that it has loaded last: it is loaded again and
/// again, so that something is always new, hot or being compiled.
class SharedEngine {
public:
  SharedEngine(const Oracle &Of, EngineOptions O, unsigned CallsEach)
      : Of(Of), CallsEach(CallsEach) {
    std::string Error;
    E = Engine::create(std::move(O), Error);
    INFO(Error);
    REQUIRE(E);
    Newest = E->loadModule(Of.Typed).Module;
    REQUIRE(Newest);
  }

  /// Calls until stop(); the first that ended as it should not.
  std::string work(unsigned Number) {
    Context C = E->createContext();
    std::mt19937 Random(Number);
    while (!Stop) {
      unsigned Age = 0;
      std::shared_ptr<LoadedModule> M = nextModule(Age);
      // While a module is young, few arguments: bets, which are lost later.
      const bool Young = Age < CallsEach / 2;
      const unsigned N = Young ? 9 : Random() % Sizes;
      const unsigned Seed = Young ? 2 : Random() % Seeds;
      const Call &This = Of.call(Random() % CalledCount, N, Seed);
      const Outcome Found = call(C, *M, This);
      if (Found == This.Expected && C.bytesAlive() == 0)
        continue;
      Stop = true;
      return Of.Typed->function(This.Function).Name + "(" + std::to_string(N) +
             ", " + std::to_string(Seed) +
             "): " + std::to_string(Found.Result) + " " + Found.Message +
             ", not " + std::to_string(This.Expected.Result) + " " +
             This.Expected.Message + "; " + std::to_string(C.bytesAlive()) +
             " bytes alive";
    }
    return {};
  }

  void stop() { Stop = true; }
  bool isStopped() const { return Stop; }
  Engine &engine() { return *E; }

private:
  std::shared_ptr<LoadedModule> nextModule(unsigned &Age) {
    Age = unsigned(Calls++ % CallsEach);
    std::lock_guard Lock(Mutex);
    if (Age == 0)
      Newest = E->loadModule(Of.Typed).Module;
    return Newest;
  }

  Outcome call(Context &C, const LoadedModule &M, const Call &This) {
    Cell Cells[3] = {};
    Cells[0].Int = This.N;
    Cells[1].Int = This.Seed;
    Outcome O;
    if (auto Report = E->call(C, M, This.Function, Cells)) {
      O.Trap = Report->Kind;
      O.Message = Report->Message;
      for (const TrapFrame &F : Report->Frames)
        O.Frames.push_back({F.Function, F.Range});
    } else {
      O.Result = Cells[2].Int;
    }
    return O;
  }

  const Oracle &Of;
  const unsigned CallsEach;
  std::unique_ptr<Engine> E;
  std::mutex Mutex;
  std::shared_ptr<LoadedModule> Newest;
  std::atomic<uint64_t> Calls{0};
  std::atomic<bool> Stop{false};
};

double seconds() {
  const char *Wanted = std::getenv("JITRUN_STRESS_SECONDS");
  return Wanted ? std::atof(Wanted) : SanitizerBuild ? 12 : 6;
}

} // namespace

TEST_CASE("Threads call what is being compiled and deoptimised", "[stress]") {
  struct Case {
    const char *Name;
    ForceMode Force;
    unsigned CallsEach; ///< Of a module.
  };
  const Case This = GENERATE(
      Case{"every loop entered, every exit taken", ForceMode::Both, 2000},
      Case{"every exit taken", ForceMode::Deopt, 4000},
      Case{"bets are made and lost", ForceMode::None, 20000});
  INFO(This.Name);
  EngineOptions O;
  O.Force = This.Force;
  O.CallThreshold = 20;
  O.LoopThreshold = 200;
  O.CompileThreads = 2;
  const Oracle Of;
  SharedEngine A(Of, O, This.CallsEach);
  std::vector<std::string> Wrong(Threads);
  std::vector<std::thread> Workers;
  for (unsigned I = 0; I < Threads; ++I)
    Workers.emplace_back([&, I] { Wrong[I] = A.work(I); });
  auto HasSeenAll = [&] {
    const EngineStatistics S = A.engine().statistics();
    return S.Swaps > 0 && (This.Force == ForceMode::None || S.Deopts > 0) &&
           (This.Force != ForceMode::Both || S.LoopEntries > 0);
  };
  // On a busy machine it takes longer until all of it has happened.
  const std::chrono::duration<double> Usual(seconds() / 3), Longest(120);
  const auto Start = std::chrono::steady_clock::now();
  auto Passed = [&] { return std::chrono::steady_clock::now() - Start; };
  while (!A.isStopped() &&
         (Passed() < Usual || (!HasSeenAll() && Passed() < Longest)))
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  A.stop();
  for (std::thread &T : Workers)
    T.join();
  for (const std::string &W : Wrong)
    CHECK(W == "");
  CHECK(HasSeenAll());
}
