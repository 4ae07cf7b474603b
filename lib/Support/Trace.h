#ifndef JITRUN_SUPPORT_TRACE_H
#define JITRUN_SUPPORT_TRACE_H

#include <concepts>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace jitrun {

enum class TraceChannel : uint8_t {
#define JITRUN_TRACE_CHANNEL(Name, Spelling) Name,
#include "Support/TraceChannels.def"
};
std::string_view spelling(TraceChannel Channel);

class TraceSink;

/// One event being written; goes to the sink when it is destroyed.
class TraceLine {
public:
  TraceLine(TraceSink &Sink, TraceChannel Channel);
  TraceLine(const TraceLine &) = delete;
  TraceLine &operator=(const TraceLine &) = delete;
  ~TraceLine();

  TraceLine &field(std::string_view Key, std::string_view Value);
  TraceLine &field(std::string_view Key, std::integral auto Value) {
    return field(Key, std::string_view(std::to_string(Value)));
  }

private:
  TraceSink &Sink;
  std::string Text;
};

/// Where an engine tells what it does, a line an event, fit for FileCheck:
/// `[compile] fn=fib tier=baseline`. Each engine has its own; one made without
/// a writer is silent. Which channels are on is fixed before the engine starts
/// its threads; any thread may then write, and lines never mix.
///
///   if (Trace.enabled(TraceChannel::Compile))
///     Trace.line(TraceChannel::Compile).field("fn", Name);
class TraceSink {
public:
  /// Gets each line with its line end. Called by one thread at a time.
  using Writer = std::function<void(std::string_view Line)>;

  static constexpr uint32_t bit(TraceChannel Channel) {
    return uint32_t(1) << uint32_t(Channel);
  }
  static constexpr uint32_t AllChannels = ~uint32_t(0);

  TraceSink() = default;
  TraceSink(uint32_t Channels, Writer Write)
      : Channels(Write ? Channels : 0), Write(std::move(Write)) {}
  TraceSink(const TraceSink &) = delete;
  TraceSink &operator=(const TraceSink &) = delete;

  bool enabled(TraceChannel Channel) const { return Channels & bit(Channel); }
  TraceLine line(TraceChannel Channel) { return TraceLine(*this, Channel); }

  /// Adds the channels that \p List names ("compile,swap", "all") to
  /// \p Channels. Gives the first unknown name, or an empty text if all is
  /// well.
  static std::string_view parseChannels(std::string_view List,
                                        uint32_t &Channels);

private:
  friend class TraceLine;
  void write(std::string_view Line);

  uint32_t Channels = 0;
  std::mutex Mutex;
  Writer Write;
};

} // namespace jitrun

#endif
