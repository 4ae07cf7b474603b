#ifndef JITRUN_FUZZ_GENERATOR_CHOICES_H
#define JITRUN_FUZZ_GENERATOR_CHOICES_H

#include <cstddef>
#include <cstdint>
#include <span>

namespace jitrun::fuzz {

/// The stream of decisions that a random program is made from: a seeded
/// generator of pseudo-random numbers, or bytes found by a fuzzer and then
/// (when they have run out) numbers seeded by them. The same stream gives the
/// same program on every machine.
class Choices {
public:
  explicit Choices(uint64_t Seed) : State(Seed * 0x9e3779b97f4a7c15 + 1) {}
  explicit Choices(std::span<const uint8_t> Bytes);

  uint64_t next();
  /// A number below \p Limit, which is at least 1.
  uint32_t below(uint32_t Limit);
  /// A number in Lo..=Hi.
  int64_t between(int64_t Lo, int64_t Hi) {
    return Lo + int64_t(below(uint32_t(Hi - Lo + 1)));
  }
  bool chance(uint32_t Percent) { return below(100) < Percent; }
  template <class T> const T &pick(std::span<const T> Of) {
    return Of[below(uint32_t(Of.size()))];
  }

private:
  std::span<const uint8_t> Bytes;
  size_t Position = 0;
  uint64_t State = 1;
};

} // namespace jitrun::fuzz

#endif // JITRUN_FUZZ_GENERATOR_CHOICES_H
