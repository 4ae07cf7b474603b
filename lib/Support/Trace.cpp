#include "Support/Trace.h"

#include <cassert>

namespace jitrun {

static constexpr std::string_view ChannelNames[] = {
#define JITRUN_TRACE_CHANNEL(Name, Spelling) Spelling,
#include "Support/TraceChannels.def"
};
static_assert(std::size(ChannelNames) <= 32, "a sink's mask has 32 bits");

std::string_view spelling(TraceChannel Channel) {
  return ChannelNames[size_t(Channel)];
}

TraceLine::TraceLine(TraceSink &Sink, TraceChannel Channel) : Sink(Sink) {
  assert(Sink.enabled(Channel) && "ask enabled() before writing a line");
  Text += '[';
  Text += spelling(Channel);
  Text += ']';
}

TraceLine::~TraceLine() {
  Text += '\n';
  Sink.write(Text);
}

TraceLine &TraceLine::field(std::string_view Key, std::string_view Value) {
  Text += ' ';
  Text += Key;
  Text += '=';
  // A value is never more than the rest of its line.
  for (char C : Value)
    Text += C == '\n' || C == '\r' ? ' ' : C;
  return *this;
}

void TraceSink::write(std::string_view Line) {
  std::lock_guard Lock(Mutex);
  if (Write)
    Write(Line);
}

std::string_view TraceSink::parseChannels(std::string_view List,
                                          uint32_t &Channels) {
  while (!List.empty()) {
    size_t Comma = List.find(',');
    std::string_view Name = List.substr(0, Comma);
    List = Comma == List.npos ? std::string_view() : List.substr(Comma + 1);
    if (Name.empty())
      continue;
    if (Name == "all") {
      Channels = AllChannels;
      continue;
    }
    bool Found = false;
    for (size_t I = 0; I < std::size(ChannelNames); ++I)
      if (Name == ChannelNames[I]) {
        Channels |= bit(TraceChannel(I));
        Found = true;
      }
    if (!Found)
      return Name;
  }
  return {};
}

} // namespace jitrun
