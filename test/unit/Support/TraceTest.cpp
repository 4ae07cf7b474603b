#include "Support/Trace.h"
#include "Support/Arena.h"
#include "Support/Log.h"
#include "Support/PhaseTimer.h"
#include "Support/Utf8.h"

#include <catch2/catch.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>
#include <thread>

using namespace jitrun;

TEST_CASE("A trace writes one line an event of the channels that are on") {
  std::string Out;
  TraceSink Sink(TraceSink::bit(TraceChannel::Compile),
                 [&](std::string_view Line) { Out += Line; });
  CHECK(Sink.enabled(TraceChannel::Compile));
  CHECK_FALSE(Sink.enabled(TraceChannel::Deopt));
  Sink.line(TraceChannel::Compile)
      .field("fn", "fib")
      .field("site", 3)
      .field("why", "two\nlines");
  CHECK(Out == "[compile] fn=fib site=3 why=two lines\n");
}

TEST_CASE("A trace without a writer is silent") {
  TraceSink Sink;
  CHECK_FALSE(Sink.enabled(TraceChannel::Compile));
  TraceSink NoWriter(TraceSink::AllChannels, nullptr);
  CHECK_FALSE(NoWriter.enabled(TraceChannel::Compile));
}

TEST_CASE("Channels are named in a list") {
  uint32_t Channels = 0;
  CHECK(TraceSink::parseChannels("compile,swap", Channels).empty());
  CHECK(Channels == (TraceSink::bit(TraceChannel::Compile) |
                     TraceSink::bit(TraceChannel::Swap)));
  CHECK(TraceSink::parseChannels("deopt,nonsense,x", Channels) == "nonsense");
  Channels = 0;
  CHECK(TraceSink::parseChannels("all", Channels).empty());
  CHECK(Channels == TraceSink::AllChannels);
}

TEST_CASE("Lines of several threads do not mix") {
  std::string Out;
  TraceSink Sink(TraceSink::AllChannels,
                 [&](std::string_view Line) { Out += Line; });
  auto Work = [&] {
    for (int I = 0; I < 500; ++I)
      Sink.line(TraceChannel::Tier).field("fn", "f").field("n", 1);
  };
  std::thread A(Work), B(Work);
  A.join();
  B.join();
  std::istringstream Lines(Out);
  int Count = 0;
  for (std::string Line; std::getline(Lines, Line); ++Count)
    REQUIRE(Line == "[tier] fn=f n=1");
  CHECK(Count == 1000);
}

TEST_CASE("The log is silent until it is given a sink") {
  auto Log = logger();
  CHECK_FALSE(Log->should_log(spdlog::level::critical));
  std::ostringstream Out;
  auto Sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(Out);
  Log->sinks().push_back(Sink);
  Log->set_level(spdlog::level::info);
  logger()->info("hello");
  Log->set_level(spdlog::level::off);
  Log->sinks().pop_back();
  CHECK(Out.str().find("hello") != std::string::npos);
}

TEST_CASE("Phases add up under their names, in order of appearance") {
  PhaseTimer Timer;
  Timer.add("parse", 5);
  Timer.add("check", 7);
  Timer.add("parse", 10);
  {
    PhaseTimer::Scope S(&Timer, "check");
  }
  {
    PhaseTimer::Scope S(nullptr, "nothing");
  }
  auto Phases = Timer.phases();
  REQUIRE(Phases.size() == 2);
  CHECK(Phases[0].Name == "parse");
  CHECK(Phases[0].Nanoseconds == 15);
  CHECK(Phases[0].Count == 2);
  CHECK(Phases[1].Name == "check");
  CHECK(Phases[1].Count == 2);
}

TEST_CASE("An arena keeps what it is given, aligned") {
  Arena A;
  std::vector<std::pair<uint64_t *, uint64_t>> Kept;
  for (uint64_t I = 0; I < 10'000; ++I) {
    A.allocate(I % 7, 1);
    auto *P = A.create<uint64_t>(I);
    REQUIRE(reinterpret_cast<uintptr_t>(P) % alignof(uint64_t) == 0);
    Kept.push_back({P, I});
  }
  for (auto [P, I] : Kept)
    REQUIRE(*P == I);
  std::string Big(3'000'000, 'x');
  CHECK(A.copy(std::string_view(Big)) == Big);
  CHECK(A.copy(std::vector<int>{1, 2, 3})[2] == 3);
  CHECK(A.copy(std::vector<int>()).empty());
  CHECK(A.reserved() >= 3'000'000);
}

TEST_CASE("UTF-8 is recognised to the letter") {
  struct Row {
    const char *What;
    std::string Text;
    size_t Length;
  };
  auto R = GENERATE(values<Row>({
      {"nothing", "", 0},
      {"ASCII", "a", 1},
      {"two bytes", "\u00e9", 2},
      {"three bytes", "\u20ac", 3},
      {"four bytes", "\U0001F600", 4},
      {"the last code point", "\xF4\x8F\xBF\xBF", 4},
      {"past the last", "\xF4\x90\x80\x80", 0},
      {"a lone continuation", "\x80", 0},
      {"cut off", "\xE2\x82", 0},
      {"overlong, two bytes", "\xC1\x81", 0},
      {"overlong, three bytes", "\xE0\x81\x81", 0},
      {"overlong, four bytes", "\xF0\x80\x81\x81", 0},
      {"a surrogate", "\xED\xA0\x80", 0},
      {"just below the surrogates", "\xED\x9F\xBF", 3},
      {"no UTF-8 ever", "\xFF", 0},
  }));
  INFO(R.What);
  CHECK(utf8Length(R.Text) == R.Length);
}

TEST_CASE("A code point survives being written and read") {
  for (uint32_t C : {0x0u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u,
                     0xFFFFu, 0x10000u, 0x10FFFFu}) {
    std::string Text;
    appendUtf8(Text, C);
    CHECK(utf8Length(Text) == Text.size());
    CHECK(countCodePoints(Text + Text) == 2);
  }
  CHECK(countCodePoints("a\xffz") == 3);
}
