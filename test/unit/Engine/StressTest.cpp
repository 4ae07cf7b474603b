#include "TestProgram.h"

#include "Support/SanitizerBuild.h"

#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <semaphore>
#include <thread>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

constexpr int Workers = 4;
constexpr int Families = 6;

/// Some functions that call one another and get hot one after the other: sums
/// of array elements, one that indexes what is given, one that never ends.
std::string programText() {
  std::string Text;
  for (int I = 0; I < Families; ++I) {
    const std::string N = std::to_string(I);
    Text += "fn pick" + N + "(a: i64[], i: i64) -> i64 = a[i] * 3 + " + N +
            ";\n"
            "fn sum" +
            N +
            "(n: i64, last: i64) -> i64 {\n"
            "  let a = [for i in 0..n: i ^ " +
            N +
            "];\n"
            "  var s = 0;\n"
            "  for i in 0..last { s += pick" +
            N +
            "(a, i) }\n"
            "  s\n"
            "}\n"
            // Says that sum's loops come again: it begins at baseline.
            "fn often" +
            N + "() -> i64 { var s = 0; for i in 0..9 { s += sum" + N +
            "(i, i) } s }\n";
  }
  return Text + "fn spin() -> i64 { var n = 0; "
                "loop { n = n * 3 + 1; if n == 7 { break } } n }\n"
                "fn again() -> i64 { var s = 0; for i in 0..9 { s += spin() } "
                "s }\n";
}

int64_t expectedSum(int Family, int64_t N) {
  int64_t S = 0;
  for (int64_t I = 0; I < N; ++I)
    S += (I ^ Family) * 3 + Family;
  return S;
}

struct Tally {
  int Wrong = 0;
  int Index = 0;
  int Interrupt = 0;
  int Deadline = 0;
  bool Leaked = false;
};

/// Interrupts a worker's context once for each wish() of it.
class Interrupter {
public:
  void add(int Worker, Context &C) { Contexts[Worker] = &C; }

  void wish(int Worker) {
    Wishes[Worker].fetch_add(1);
    Any.release();
  }
  void finish() {
    Finished = true;
    Any.release();
  }

  void loop() {
    while (true) {
      Any.acquire();
      if (Finished)
        return;
      for (int W = 0; W < Workers; ++W)
        if (Wishes[W].load()) {
          Wishes[W].fetch_sub(1);
          Contexts[W]->interrupt();
          break;
        }
    }
  }

private:
  std::array<Context *, Workers> Contexts{};
  std::array<std::atomic<int>, Workers> Wishes{};
  std::counting_semaphore<> Any{0};
  std::atomic<bool> Finished{false};
};

/// One worker's calls. Which of them trap and how is decided by their number,
/// but for interrupts, which come when they come.
void work(TestProgram &P, Interrupter &I, int Worker, Context &C, int Rounds,
          Tally &T) {
  using abi::TrapKind;
  for (int Round = 0; Round < Rounds; ++Round) {
    const int Family = (Round + Worker) % Families;
    const std::string Sum = "sum" + std::to_string(Family);
    const int64_t N = (Round * 7 + Worker) % 40;
    const bool Late = Round % 5 == 3;
    const bool Stopped = Round % 16 == 11;
    if (Stopped)
      I.wish(Worker);
    int64_t Result = 0;
    auto Report = P.call(C, Sum, {N, Late ? N + 1 : N}, Result);
    const bool Caught = Report && Report->Kind == TrapKind::Interrupt;
    if (Caught)
      ++T.Interrupt;
    else if (Late && Report && Report->Kind == TrapKind::Index)
      ++T.Index;
    else if (Late || Report || Result != expectedSum(Family, N))
      ++T.Wrong;
    if (Stopped && !Caught) {
      // It is still to come.
      Report = P.call(C, "spin", {}, Result);
      if (Report && Report->Kind == TrapKind::Interrupt)
        ++T.Interrupt;
      else
        ++T.Wrong;
    }
    if (Round % 64 == 50) {
      CallOptions Soon;
      Soon.Timeout = std::chrono::microseconds(200);
      Report = P.call(C, "spin", {}, Result, Soon);
      if (Report && Report->Kind == TrapKind::Deadline)
        ++T.Deadline;
      else
        ++T.Wrong;
    }
  }
  T.Leaked = C.bytesAlive() != 0;
}

/// How many of the first \p Rounds have this remainder.
int countRounds(int Rounds, int Modulus, int Remainder) {
  return (Rounds - Remainder + Modulus - 1) / Modulus;
}

} // namespace

TEST_CASE("Swaps, traps, interrupts and deadlines at the same time") {
  constexpr int Rounds = SanitizerBuild ? 320 : 1280;
  EngineOptions O;
  O.CallThreshold = GENERATE(1u, 30u);
  O.LoopThreshold = 500;
  O.CompileThreads = 2;
  TestProgram P(programText(), O);

  Interrupter I;
  std::array<Tally, Workers> Tallies;
  std::vector<Context> Contexts;
  for (int W = 0; W < Workers; ++W)
    Contexts.push_back(P.engine().createContext());
  for (int W = 0; W < Workers; ++W)
    I.add(W, Contexts[W]);

  std::thread Stopper([&] { I.loop(); });
  std::atomic<int> Busy = Workers;
  std::vector<std::thread> Threads;
  for (int W = 0; W < Workers; ++W)
    Threads.emplace_back([&, W] {
      work(P, I, W, Contexts[W], Rounds, Tallies[W]);
      --Busy;
    });
  // Whoever looks on disturbs nobody.
  uint32_t Swaps = 0;
  bool Decreased = false;
  while (Busy) {
    const uint32_t Now = P.engine().statistics().Swaps;
    Decreased |= Now < Swaps;
    Swaps = Now;
    std::this_thread::yield();
  }
  for (std::thread &T : Threads)
    T.join();
  I.finish();
  Stopper.join();

  CHECK_FALSE(Decreased);
  for (const Tally &T : Tallies) {
    CHECK(T.Wrong == 0);
    CHECK(T.Interrupt == countRounds(Rounds, 16, 11));
    CHECK(T.Deadline == countRounds(Rounds, 64, 50));
    // Some were interrupted before they got there.
    const int Late = countRounds(Rounds, 5, 3);
    CHECK(T.Index <= Late);
    CHECK(T.Index >= Late - T.Interrupt);
    CHECK_FALSE(T.Leaked);
  }
  for (int Family = 0; Family < Families; ++Family) {
    const std::string Sum = "sum" + std::to_string(Family);
    P.heat(Sum, {25, 25});
    CHECK(P.value(Sum, {25, 25}) == expectedSum(Family, 25));
  }
  CHECK(P.engine().statistics().Swaps >= Families);
}
