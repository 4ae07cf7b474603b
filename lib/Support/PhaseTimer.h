#ifndef JITRUN_SUPPORT_PHASETIMER_H
#define JITRUN_SUPPORT_PHASETIMER_H

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace jitrun {

/// Adds up how long each named phase took, in nanoseconds of a steady clock.
/// Any thread may add.
class PhaseTimer {
public:
  struct Phase {
    std::string Name;
    uint64_t Nanoseconds = 0;
    uint64_t Count = 0;
  };

  /// Times its own life. The name must outlive it.
  class Scope {
  public:
    /// \p Timer may be null: then nothing is measured.
    Scope(PhaseTimer *Timer, std::string_view Name) : Timer(Timer), Name(Name) {
      if (Timer)
        Start = std::chrono::steady_clock::now();
    }
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;
    ~Scope() {
      if (Timer)
        Timer->add(Name, uint64_t(std::chrono::nanoseconds(
                                      std::chrono::steady_clock::now() - Start)
                                      .count()));
    }

  private:
    PhaseTimer *Timer;
    std::string_view Name;
    std::chrono::steady_clock::time_point Start;
  };

  void add(std::string_view Name, uint64_t Nanoseconds);
  /// In the order in which they were first added.
  std::vector<Phase> phases() const;

private:
  mutable std::mutex Mutex;
  std::vector<Phase> Phases;
};

} // namespace jitrun

#endif
