#include "fuzz/Differential/Isolated.h"
#include "fuzz/Differential/Shrinker.h"
#include "fuzz/Generator/ProgramGenerator.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <poll.h>
#include <sstream>
#include <vector>

// The differential fuzzer: random programs, or given ones, in the evaluator and
// in every configuration of the engine. See docs/fuzzing.md.

using namespace jitrun::fuzz;

namespace {

constexpr const char Usage[] =
    "usage: jitrun-fuzz [options] [FILE | DIRECTORY]...\n"
    "  --seeds=FROM..TO  programs to make and compare (default 1..1000000000)\n"
    "  --seconds=N       stop after N seconds\n"
    "  --jobs=N          comparisons side by side (default 1)\n"
    "  --keep=DIR        write each finding, as found and made smaller\n"
    "  --shrink=N        seconds to spend on making one smaller (default 60)\n"
    "  --print=SEED      print a seed's program and end\n"
    "  --verbose         a line for each program\n"
    "With files (of a directory: its *.jit), compares these instead.\n";

struct Options {
  uint64_t FirstSeed = 1;
  uint64_t LastSeed = 1000000000;
  unsigned Seconds = 0;
  unsigned Jobs = 1;
  unsigned ShrinkSeconds = 60;
  std::string Keep;
  bool Verbose = false;
  std::vector<std::string> Files;
};

/// A program to compare.
struct Case {
  std::string Name;
  std::string Text;
};

std::string programOf(uint64_t Seed) {
  Choices From(Seed);
  return generateProgram(From, {});
}

/// Hands out the cases and collects what is found.
class Campaign {
public:
  explicit Campaign(const Options &O)
      : O(O), NextSeed(O.FirstSeed), Start(Clock::now()) {}

  int run() {
    struct Running {
      Case Of;
      std::unique_ptr<IsolatedComparison> Run;
    };
    std::vector<Running> Active;
    for (;;) {
      while (Active.size() < O.Jobs) {
        std::optional<Case> Next = next();
        if (!Next)
          break;
        auto Run = std::make_unique<IsolatedComparison>(Next->Text);
        Active.push_back({std::move(*Next), std::move(Run)});
      }
      if (Active.empty())
        break;
      std::vector<pollfd> Polls;
      for (const Running &R : Active)
        Polls.push_back({R.Run->descriptor(), POLLIN, 0});
      poll(Polls.data(), nfds_t(Polls.size()), 500);
      for (size_t I = 0; I < Active.size();) {
        std::optional<Comparison> C = Active[I].Run->progress();
        if (!C) {
          ++I;
          continue;
        }
        Running Done = std::move(Active[I]);
        Active.erase(Active.begin() + ptrdiff_t(I));
        note(Done.Of, *C);
      }
    }
    summary();
    return Findings ? 1 : 0;
  }

private:
  using Clock = std::chrono::steady_clock;

  std::optional<Case> next() {
    if (!O.Files.empty()) {
      if (NextFile == O.Files.size())
        return std::nullopt;
      const std::string &Path = O.Files[NextFile++];
      std::ifstream Stream(Path, std::ios::binary);
      std::stringstream Text;
      Text << Stream.rdbuf();
      if (!Stream) {
        fprintf(stderr, "jitrun-fuzz: cannot read '%s'\n", Path.c_str());
        exit(2);
      }
      return Case{Path, Text.str()};
    }
    if (NextSeed > O.LastSeed || (O.Seconds && seconds() >= O.Seconds))
      return std::nullopt;
    uint64_t Seed = NextSeed++;
    Case Made{"seed-" + std::to_string(Seed), programOf(Seed)};
    if (Seed % 64 == 0 && programOf(Seed) != Made.Text) {
      printf("%s: the generator is not deterministic\n", Made.Name.c_str());
      ++Findings;
    }
    return Made;
  }

  double seconds() const {
    return std::chrono::duration<double>(Clock::now() - Start).count();
  }

  void note(const Case &Of, const Comparison &C) {
    ++Programs;
    Trapped += !C.Oracle.Trap.empty();
    if (O.Verbose)
      printf(
          "%s: %s %s", Of.Name.c_str(),
          C.Finding.empty() ? "agrees" : C.Finding.c_str(),
          C.Oracle.Trap.empty()
              ? "\n"
              : C.Oracle.Trap.substr(0, C.Oracle.Trap.find('\n') + 1).c_str());
    switch (C.Result) {
    case Verdict::Agrees:
      return;
    case Verdict::Limited:
      ++Limited;
      printf("%s: a resource limit in the evaluator\n", Of.Name.c_str());
      return;
    case Verdict::Rejected:
    case Verdict::Differs:
      break;
    }
    ++Findings;
    ++ByFinding[C.Finding];
    printf("%s: %s\n%s\n", Of.Name.c_str(), C.Finding.c_str(),
           C.Report.c_str());
    fflush(stdout);
    if (O.Keep.empty())
      return;
    std::filesystem::create_directories(O.Keep);
    std::string Base =
        O.Keep + "/" + C.Finding + "-" +
        std::filesystem::path(Of.Name).filename().replace_extension().string();
    write(Base + ".full.jit", Of.Text);
    // The first few of a kind tell enough.
    if (C.Result == Verdict::Rejected || !O.ShrinkSeconds ||
        ByFinding[C.Finding] > 3)
      return;
    std::string Small = shrink(
        Of.Text,
        [&](const std::string &Text) {
          return compareIsolated(Text).Finding == C.Finding;
        },
        O.ShrinkSeconds);
    write(Base + ".jit", Small);
    printf("made smaller: %s.jit\n%s\n", Base.c_str(), Small.c_str());
    printf("%s\n", compareIsolated(Small).Report.c_str());
    fflush(stdout);
  }

  static void write(const std::string &Path, const std::string &Text) {
    std::ofstream(Path, std::ios::binary) << Text;
  }

  void summary() {
    printf("%zu programs in %.0f s (%.0f a minute), %zu ended in a trap, %zu "
           "met a limit, %zu findings\n",
           Programs, seconds(),
           double(Programs) * 60 / std::max(seconds(), 0.1), Trapped, Limited,
           Findings);
    for (const auto &[Finding, Count] : ByFinding)
      printf("  %zu %s\n", Count, Finding.c_str());
  }

  const Options &O;
  uint64_t NextSeed;
  size_t NextFile = 0;
  Clock::time_point Start;
  size_t Programs = 0, Trapped = 0, Limited = 0, Findings = 0;
  std::map<std::string, size_t> ByFinding;
};

} // namespace

int main(int Argc, char **Argv) {
  Options O;
  for (int I = 1; I < Argc; ++I) {
    std::string_view Argument = Argv[I];
    auto Value = [&](std::string_view Name) -> const char * {
      return Argument.starts_with(Name) ? Argv[I] + Name.size() : nullptr;
    };
    char *Rest = nullptr;
    if (const char *V = Value("--seeds=")) {
      O.FirstSeed = strtoull(V, &Rest, 10);
      O.LastSeed = O.FirstSeed;
      if (std::string_view(Rest).starts_with(".."))
        O.LastSeed = strtoull(Rest + 2, nullptr, 10);
    } else if (const char *V = Value("--seconds=")) {
      O.Seconds = unsigned(atoi(V));
    } else if (const char *V = Value("--jobs=")) {
      O.Jobs = std::max(1u, unsigned(atoi(V)));
    } else if (const char *V = Value("--shrink=")) {
      O.ShrinkSeconds = unsigned(atoi(V));
    } else if (const char *V = Value("--keep=")) {
      O.Keep = V;
    } else if (const char *V = Value("--print=")) {
      fputs(programOf(strtoull(V, nullptr, 10)).c_str(), stdout);
      return 0;
    } else if (Argument == "--verbose") {
      O.Verbose = true;
    } else if (Argument.starts_with("-")) {
      fputs(Usage, Argument == "--help" ? stdout : stderr);
      return Argument == "--help" ? 0 : 2;
    } else if (std::filesystem::is_directory(Argument)) {
      size_t Before = O.Files.size();
      for (const auto &Entry : std::filesystem::directory_iterator(Argument))
        if (Entry.path().extension() == ".jit")
          O.Files.push_back(Entry.path().string());
      std::sort(O.Files.begin() + ptrdiff_t(Before), O.Files.end());
    } else {
      O.Files.emplace_back(Argument);
    }
  }
  return Campaign(O).run();
}
