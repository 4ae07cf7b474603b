#ifndef JITRUN_SUPPORT_ARENA_H
#define JITRUN_SUPPORT_ARENA_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace jitrun {

/// Memory that is freed all at once. Destructors never run, so only trivially
/// destructible objects go in. Used by one thread at a time.
class Arena {
public:
  Arena() = default;
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;

  void *allocate(size_t Size, size_t Align) {
    uintptr_t At = (Next + Align - 1) & ~uintptr_t(Align - 1);
    if (At + Size > End || Next == 0) {
      grow(Size + Align);
      At = (Next + Align - 1) & ~uintptr_t(Align - 1);
    }
    Next = At + Size;
    return reinterpret_cast<void *>(At);
  }

  template <class T, class... As> T *create(As &&...Args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T(std::forward<As>(Args)...);
  }

  template <class T> std::span<T> copy(const std::vector<T> &From) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (From.empty())
      return {};
    auto *To = static_cast<T *>(allocate(From.size() * sizeof(T), alignof(T)));
    std::uninitialized_copy(From.begin(), From.end(), To);
    return {To, From.size()};
  }

  std::string_view copy(std::string_view From) {
    if (From.empty())
      return {};
    auto *To = static_cast<char *>(allocate(From.size(), 1));
    std::memcpy(To, From.data(), From.size());
    return {To, From.size()};
  }

  /// In bytes, of what was asked from the system.
  size_t reserved() const { return Reserved; }

private:
  void grow(size_t AtLeast) {
    size_t Size = Blocks.size() < 4 ? size_t(4096) << (2 * Blocks.size())
                                    : size_t(1) << 20;
    if (Size < AtLeast)
      Size = AtLeast;
    Blocks.push_back(std::make_unique_for_overwrite<std::byte[]>(Size));
    Next = reinterpret_cast<uintptr_t>(Blocks.back().get());
    End = Next + Size;
    Reserved += Size;
  }

  std::vector<std::unique_ptr<std::byte[]>> Blocks;
  uintptr_t Next = 0;
  uintptr_t End = 0;
  size_t Reserved = 0;
};

} // namespace jitrun

#endif
