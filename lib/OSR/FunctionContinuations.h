#ifndef JITRUN_OSR_FUNCTIONCONTINUATIONS_H
#define JITRUN_OSR_FUNCTIONCONTINUATIONS_H

#include "Speculation/FrameBets.h"
#include "Speculation/ResumePoint.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

namespace jitrun::osr {

/// Where an optimised continuation of a loop stands.
enum class EntryState : uint8_t {
  None,
  /// Somebody compiles it, or it waits for that.
  Requested,
  /// Back edges of baseline code enter it.
  Ready,
  /// It cannot be compiled.
  Failed,
};

/// The continuations of one function: up, from the latches of its loops into
/// optimised code, and down, from any resume point into baseline code.
///
/// Thread-safe; what back edges ask takes no lock. Code is held through
/// pointers whose type the owner knows.
class FunctionContinuations {
public:
  using Code = std::shared_ptr<void>;

  explicit FunctionContinuations(const tast::Function &F);

  /// What a frame of the function takes.
  uint64_t frameBytes() const { return Bytes; }

  //===--------------------------------------------------------------------===//
  // Up

  EntryState state(tast::LoopId Loop) const {
    return loop(Loop).State.load(std::memory_order_acquire);
  }
  /// Whether the caller is the one who has it compiled: None to Requested.
  bool request(tast::LoopId Loop);
  /// What who requested it knows: whether the function was called once only,
  /// and what its call's frame holds, which nothing is bet on otherwise, or
  /// after such a bet was lost.
  void observe(tast::LoopId Loop, bool CalledOnce,
               std::vector<speculation::FrameBet> Bets);
  struct Observation {
    bool CalledOnce = false;
    std::vector<speculation::FrameBet> Bets;
  };
  Observation observation(tast::LoopId Loop) const;
  /// A frame was not as one was before.
  std::atomic<bool> FramesDiffer{false};
  /// Requested to None: nobody compiles it after all.
  void forget(tast::LoopId Loop);
  void fail(tast::LoopId Loop);
  /// Requested to Ready.
  void publish(tast::LoopId Loop, uint64_t Address, Code Owner);
  /// What to enter, or 0.
  uint64_t entry(tast::LoopId Loop) const {
    return loop(Loop).Address.load(std::memory_order_acquire);
  }
  /// Whether a loop is in that state, in the same nest or anywhere.
  bool anyInNest(tast::LoopId Loop, EntryState S) const;
  bool any(EntryState S) const;
  /// Back edges in a nest that could not enter the continuation there is, since
  /// one was entered or asked for.
  std::atomic<uint32_t> Misses{0};
  /// When the back edges of the nest that tripped last first did so, on the
  /// engine's clock, and after how many of the function's. Written by who
  /// rearms the function's counters.
  int64_t FirstTripTime = 0;
  uint64_t FirstTripBackEdges = 0;
  uint32_t TripNest = 0;
  /// The outermost loop around \p Loop.
  uint32_t nestOf(tast::LoopId Loop) const { return Nests[size_t(Loop)]; }

  /// Makes all Ready loops None, and gives what they led to: whoever began
  /// before may still be in it.
  std::vector<Code> withdraw();

  //===--------------------------------------------------------------------===//
  // Down

  /// The baseline continuation of a point, or 0.
  uint64_t exit(speculation::ResumePoint Point) const;
  /// Keeps the first that is made for a point; which address that is. \p Owner
  /// is left alone if there is one already.
  uint64_t keepExit(speculation::ResumePoint Point, uint64_t Address,
                    Code &&Owner);

private:
  struct Loop {
    std::atomic<EntryState> State{EntryState::None};
    std::atomic<uint64_t> Address{0};
    Code Owner; ///< Under Mutex, as the next.
    Observation Seen;
  };
  struct Exit {
    uint64_t Address;
    Code Owner;
  };
  Loop &loop(tast::LoopId L) const { return Loops[size_t(L)]; }

  const uint64_t Bytes;
  const uint32_t Count;
  std::vector<uint32_t> Nests; ///< The outermost loop around each.
  const std::unique_ptr<Loop[]> Loops;
  mutable std::mutex Mutex;
  std::map<uint32_t, Exit> Exits;
};

} // namespace jitrun::osr

#endif // JITRUN_OSR_FUNCTIONCONTINUATIONS_H
