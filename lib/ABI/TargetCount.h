#ifndef JITRUN_ABI_TARGETCOUNT_H
#define JITRUN_ABI_TARGETCOUNT_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace jitrun::abi {

/// A place where one of many may come along: the callee of a function value,
/// the types in the operands of an operator on `any`. Two are told apart by
/// their numbers.
///
/// It is looked at in a sample of the visits. Words are read and written one by
/// one without locks; threads may lose a sample, or give it to the target that
/// has just taken a place.
struct TargetCount {
  static constexpr uint32_t None = 0;

  /// Number + 1 of two; None where there was no other. The first two seen, as
  /// long as no others outnumber one of them.
  std::array<uint32_t, 2> Targets{};
  std::array<uint32_t, 2> Times{};
  uint32_t Others = 0; ///< Samples of any further one.
  /// Visits until the next sample: baseline code counts it down and samples
  /// when it is no longer positive.
  int32_t Wait = 0;

  /// All samples.
  uint64_t seen() const { return uint64_t(Times[0]) + Times[1] + Others; }
  bool operator==(const TargetCount &) const = default;
};
static_assert(offsetof(TargetCount, Wait) == 20,
              "IRGen's instrumentation counts it down");

/// Adds a sample of \p Target, a number, to a site, and sets when the next one
/// is due: the first visits all count, later ones once in 15 on average, at odd
/// intervals, so that what alternates is seen in proportion.
inline void sampleTarget(TargetCount &Site, uint32_t Target) {
  auto Read = [](const auto &Word) {
    return __atomic_load_n(&Word, __ATOMIC_RELAXED);
  };
  auto Write = [](auto &Word, auto Value) {
    __atomic_store_n(&Word, Value, __ATOMIC_RELAXED);
  };
  constexpr uint32_t AllOfFirst = 16;
  const uint32_t Seen =
      Read(Site.Times[0]) + Read(Site.Times[1]) + Read(Site.Others);
  const int32_t Wait = Seen < AllOfFirst ? 1 : int32_t(8 + Seen * 5 % 16);
  Write(Site.Wait, Wait);
  for (size_t I = 0; I < Site.Targets.size(); ++I) {
    const uint32_t Known = Read(Site.Targets[I]);
    if (Known == TargetCount::None)
      Write(Site.Targets[I], Target + 1);
    else if (Known != Target + 1)
      continue;
    return Write(Site.Times[I], Read(Site.Times[I]) + 1);
  }
  // What was seen when the program began may never come again.
  const size_t Least = Read(Site.Times[1]) <= Read(Site.Times[0]);
  const uint32_t Others = Read(Site.Others), Times = Read(Site.Times[Least]);
  if (Others < Times)
    return Write(Site.Others, Others + 1);
  Write(Site.Others, Others + Times);
  Write(Site.Times[Least], uint32_t(1));
  Write(Site.Targets[Least], Target + 1);
}

} // namespace jitrun::abi

#endif // JITRUN_ABI_TARGETCOUNT_H
