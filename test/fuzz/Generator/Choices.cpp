#include "fuzz/Generator/Choices.h"

namespace jitrun::fuzz {

Choices::Choices(std::span<const uint8_t> B) : Bytes(B) {
  for (uint8_t Byte : B)
    State = (State ^ Byte) * 0x100000001b3;
}

// SplitMix64.
uint64_t Choices::next() {
  State += 0x9e3779b97f4a7c15;
  uint64_t Z = State;
  Z = (Z ^ (Z >> 30)) * 0xbf58476d1ce4e5b9;
  Z = (Z ^ (Z >> 27)) * 0x94d049bb133111eb;
  return Z ^ (Z >> 31);
}

uint32_t Choices::below(uint32_t Limit) {
  if (Limit <= 1)
    return 0;
  if (Position >= Bytes.size())
    return uint32_t((next() >> 32) % Limit);
  uint32_t Value = Bytes[Position++];
  if (Limit > 256 && Position < Bytes.size())
    Value = Value << 8 | Bytes[Position++];
  return Value % Limit;
}

} // namespace jitrun::fuzz
