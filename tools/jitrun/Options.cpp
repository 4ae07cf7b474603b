#include "Options.h"

#include "Support/Trace.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>

namespace jitrun::tool {

static const char Description[] =
    R"(Runs a jitrun program: compiled on first call, made faster while it runs.

  jitrun FILE [ARGS]          run a program ('-' reads it from standard input)
  jitrun -e EXPR [ARGS]       evaluate an expression and print its value

Options come before FILE; the words after it are the program's 'args'.
Examples:
  jitrun -e '2 + 3 * 4'
  jitrun --stats nbody.jit 1000000
  jitrun --tier=baseline --dump=asm --function=fib fib.jit
  jitrun --trace=compile,swap --call-threshold=100 fib.jit
)";

static const char Footer[] = R"(
Exit code: 0 when the program ends, 1 when it is wrong or traps, 2 when
jitrun is used wrongly.)";

template <class E>
static CLI::Option *addChoice(CLI::App &App, const std::string &Name, E &To,
                              const std::string &Help,
                              const std::map<std::string, E> &Words) {
  std::string List;
  for (const auto &[Word, Value] : Words)
    List += (List.empty() ? "" : "|") + Word;
  return App
      .add_option_function<std::string>(
          Name,
          [&To, Words, List, Name](const std::string &Word) {
            auto At = Words.find(Word);
            if (At == Words.end())
              throw CLI::ValidationError(Name, "'" + Word + "' is not one of " +
                                                   List);
            To = At->second;
          },
          Help)
      ->type_name(List);
}

/// "1.5s", "200ms" or plain seconds, to nanoseconds.
static uint64_t parseDuration(const std::string &Text) {
  size_t End = 0;
  double Value = -1;
  try {
    Value = std::stod(Text, &End);
  } catch (const std::exception &) {
  }
  static const std::map<std::string, double> Units = {
      {"", 1e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}};
  auto Unit = Units.find(Text.substr(End));
  if (!(Value > 0) || Value > 1e9 || Unit == Units.end())
    throw CLI::ValidationError("--timeout", "'" + Text +
                                                "' is not a time such as 2s, "
                                                "0.5s or 200ms");
  double Nanoseconds = Value * Unit->second;
  return Nanoseconds < 1 ? 1 : static_cast<uint64_t>(Nanoseconds);
}

/// "1000000", "64K", "100M" or "2G", to bytes.
static uint64_t parseSize(const char *Option, const std::string &Text) {
  size_t End = 0;
  double Value = -1;
  try {
    Value = std::stod(Text, &End);
  } catch (const std::exception &) {
  }
  static const std::map<std::string, double> Units = {
      {"", 1}, {"K", 1024.0}, {"M", 1048576.0}, {"G", 1073741824.0}};
  auto Unit = Units.find(Text.substr(End));
  if (!(Value > 0) || Unit == Units.end() || Value * Unit->second > 9e18)
    throw CLI::ValidationError(
        Option, "'" + Text + "' is not a size such as 500000, 64M or 2G");
  return static_cast<uint64_t>(Value * Unit->second);
}

static std::string traceChannelList() {
  std::string List;
#define JITRUN_TRACE_CHANNEL(Name, Spelling)                                   \
  List += (List.empty() ? "" : ", ") + std::string(Spelling);
#include "Support/TraceChannels.def"
  return List;
}

/// Says so in plain words when a count is not at least 1.
static std::string checkAtLeastOne(const std::string &Word) {
  bool Digits = !Word.empty() &&
                Word.find_first_not_of("0123456789") == std::string::npos;
  bool Zero = Word.find_first_not_of('0') == std::string::npos;
  return Digits && !Zero ? "" : "'" + Word + "' is not a number of at least 1";
}

std::optional<Options> parseOptions(int Argc, char **Argv, int &ExitCode) {
  Options O;
  CLI::App App(Description, "jitrun");
  App.footer(Footer);
  App.prefix_command();
  App.set_version_flag("--version", "jitrun " JITRUN_VERSION);

  const CLI::Validator AtLeastOne(checkAtLeastOne, "");
  App.add_option("-e,--expression", O.Expression,
                 "Evaluate EXPR (statements may come before its last "
                 "expression) and print the value")
      ->type_name("EXPR");
  addChoice<TierChoice>(App, "--tier", O.Tier,
                        "How to run: 'auto' compiles at -O0 on first call and "
                        "again at -O3 when hot",
                        {{"auto", TierChoice::Auto},
                         {"baseline", TierChoice::Baseline},
                         {"evaluator", TierChoice::Evaluator},
                         {"optimized", TierChoice::Optimized}});
  addChoice<Stage>(App, "--dump", O.Dump,
                   "Print a stage of compilation instead of running; "
                   "'profile' and 'plan': after running, what baseline code "
                   "counted, and what optimised code would assume",
                   {{"asm", Stage::Assembly},
                    {"ast", Stage::AST},
                    {"ir", Stage::IR},
                    {"plan", Stage::Plan},
                    {"profile", Stage::Profile},
                    {"tokens", Stage::Tokens},
                    {"typed", Stage::Typed}});
  App.add_option(
         "--function", O.DumpFunction,
         "Only this function, with --dump=typed, ir, asm, plan or profile")
      ->type_name("NAME");
  App.add_option_function<std::string>(
         "--trace",
         [&O](const std::string &List) {
           std::string_view Unknown =
               TraceSink::parseChannels(List, O.TraceChannels);
           if (!Unknown.empty())
             throw CLI::ValidationError("--trace",
                                        "'" + std::string(Unknown) +
                                            "' is not a trace channel");
         },
         "Print one line an event on standard error; LIST of " +
             traceChannelList() + ", all")
      ->type_name("LIST");
  // A flag, so that it takes a word only with '='.
  std::string StatsWord;
  App.add_flag("--stats{text}", StatsWord,
               "After the run, what was compiled, how often it was called and "
               "what that cost, on standard error; =text (or nothing) or =json")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  std::string ExplainWord;
  App.add_flag("--explain{true}", ExplainWord,
               "After the run, what became of each function and why, on "
               "standard error; =FUNCTION for that one only")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  App.add_option("--call-threshold", O.CallThreshold,
                 "Calls after which a function is compiled at -O3")
      ->type_name("N")
      ->check(AtLeastOne);
  App.add_option("--loop-threshold", O.LoopThreshold,
                 "Loop iterations after which a function is compiled at -O3")
      ->type_name("N")
      ->check(AtLeastOne);
  App.add_option("--neighbours", O.Neighbours,
                 "At most N callees are compiled along with a function on its "
                 "first call; 0: only what is called")
      ->type_name("N");
  App.add_flag("--sync-compile", O.SyncCompile,
               "Compile hot functions on the calling thread, so that runs "
               "repeat exactly");
  App.add_flag("!--no-speculation", O.Speculate,
               "Do not bet on what was seen so far");
  // For measuring what counting costs; of no use otherwise.
  App.add_flag("!--no-counters", O.Counters)->group("");
  App.add_flag("--no-osr", O.NoOSR,
               "Do not move running loops into -O3 code; functions that loop "
               "begin with it instead");
  addChoice<ForceChoice>(App, "--force", O.Force,
                         "For tests: 'osr' moves to -O3 code at every back "
                         "edge, 'deopt' leaves it "
                         "wherever it can be left",
                         {{"both", ForceChoice::Both},
                          {"deopt", ForceChoice::Deopt},
                          {"osr", ForceChoice::OSR}});
  App.add_option_function<std::string>(
         "--max-memory",
         [&O](const std::string &Text) {
           O.MaxMemory = parseSize("--max-memory", Text);
         },
         "Limit of the program's arrays and text, e.g. 64M; beyond it traps")
      ->type_name("SIZE");
  App.add_option_function<std::string>(
         "--max-code",
         [&O](const std::string &Text) {
           O.MaxCode = parseSize("--max-code", Text);
         },
         "Limit of the machine code in memory; beyond it functions stay at "
         "-O0, or their calls trap")
      ->type_name("SIZE");
  App.add_option_function<std::string>(
         "--timeout",
         [&O](const std::string &Text) { O.TimeoutNs = parseDuration(Text); },
         "Stop the program after this time, e.g. 2s or 200ms")
      ->type_name("TIME");
  App.add_flag("--check-leaks", O.CheckLeaks,
               "Fail when memory is still held at the end of the run");
  App.add_flag("-v,--verbose", O.Verbose, "Show the log on standard error");

  std::vector<std::string> Reversed;
  for (int I = Argc - 1; I > 0; --I)
    Reversed.push_back(Argv[I]);
  try {
    App.parse(Reversed);
  } catch (const CLI::ParseError &E) {
    if (E.get_exit_code() == 0) {
      ExitCode = App.exit(E);
      return std::nullopt;
    }
    std::fprintf(stderr,
                 "jitrun: %s\nTry 'jitrun --help' for what can be asked.\n",
                 E.what());
    ExitCode = 2;
    return std::nullopt;
  }

  std::vector<std::string> Rest = App.remaining();
  auto UsageError = [&](const std::string &Message) {
    std::fprintf(stderr,
                 "jitrun: %s\nTry 'jitrun --help' for what can be asked.\n",
                 Message.c_str());
    ExitCode = 2;
    return std::nullopt;
  };
  if (!Rest.empty() && Rest[0] == "--")
    Rest.erase(Rest.begin());
  else if (!Rest.empty() && Rest[0].size() > 1 && Rest[0][0] == '-' &&
           !O.Expression)
    return UsageError("unknown option '" + Rest[0] + "'");
  if (StatsWord == "json")
    O.Stats = StatsFormat::JSON;
  else if (StatsWord == "text" || StatsWord == "true")
    O.Stats = StatsFormat::Text;
  else if (!StatsWord.empty())
    return UsageError("--stats: '" + StatsWord + "' is not one of text|json");
  O.Explain = !ExplainWord.empty();
  if (ExplainWord != "true")
    O.ExplainFunction = ExplainWord;
  if (!O.Expression) {
    if (Rest.empty())
      return UsageError("no program is given: name a FILE, or use -e EXPR");
    O.File = Rest[0];
    Rest.erase(Rest.begin());
  }
  O.Arguments = std::move(Rest);
  return O;
}

} // namespace jitrun::tool
