#ifndef JITRUN_CODECACHE_CODEMEMORY_H
#define JITRUN_CODECACHE_CODEMEMORY_H

#include "llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace jitrun {

/// How much memory generated code may take.
struct CodeMemoryOptions {
  /// Address space for code, read-only data, data and slots together; at most
  /// 1.75 GiB, so that every part reaches every other with 32 bits.
  size_t ReservationBytes = size_t(1) << 30;
  /// How much of it may be in use at one time.
  size_t LimitBytes = SIZE_MAX;
};

/// Bytes of a CodeMemory in use, without the allocator's own tables.
struct CodeMemoryUsage {
  size_t CodeBytes = 0;
  size_t DataBytes = 0;
  size_t LiveAllocations = 0;
  /// Highest number of bytes ever in use at one time: what was committed.
  size_t PeakBytes = 0;
};

/// Owns the address space that generated code and its data live in.
///
/// A constant number of mappings whatever the number of objects: pages are
/// shared by neighbours and freed ranges are used again. Nothing is ever
/// writable and executable at one address: code is written through a second
/// view of the same pages. Read-only data lies with the code. The reservation
/// is placed within 2 GiB of the program where the kernel allows it, so that
/// calls of run-time functions need no stub. Pages are committed when first
/// touched. A forked child shares the code pages with its parent and must not
/// compile.
///
/// Thread-safe. Must outlive everything that was linked into it.
class CodeMemory {
public:
  static llvm::Expected<std::unique_ptr<CodeMemory>>
  create(CodeMemoryOptions Options = {});
  ~CodeMemory();

  CodeMemory(const CodeMemory &) = delete;
  CodeMemory &operator=(const CodeMemory &) = delete;

  /// A range that was handed out. Address is where generated code sees it,
  /// Working where the linker may write it.
  struct Range {
    char *Address = nullptr;
    char *Working = nullptr;
    size_t Size = 0;

    explicit operator bool() const { return Size != 0; }
  };

  /// Executable and readable memory for code and read-only data. The content
  /// is not cleared.
  llvm::Expected<Range> allocateCode(size_t Size, size_t Alignment);
  /// Readable and writable memory. The content is not cleared.
  llvm::Expected<Range> allocateData(size_t Size, size_t Alignment);
  /// The caller guarantees that nothing runs in, or points into, the range.
  void free(const Range &R);

  /// Whether \p Address is in the executable view: a return address into
  /// generated code.
  bool contains(uint64_t Address) const {
    return Address - CodeBegin < CodeSize;
  }

  /// That view as a whole.
  uint64_t codeBegin() const { return CodeBegin; }
  uint64_t codeSize() const { return CodeSize; }

  CodeMemoryUsage usage() const;

private:
  struct Impl;
  explicit CodeMemory(std::unique_ptr<Impl> I);

  std::unique_ptr<Impl> State;
  uint64_t CodeBegin;
  uint64_t CodeSize;
};

/// Lets JITLink place objects in a CodeMemory.
///
/// Thread-safe. Allocation actions run at finalization on the linking thread,
/// their deallocation halves, in reverse order, on the thread that frees the
/// object. The CodeMemory must outlive it.
class PooledMemoryManager : public llvm::jitlink::JITLinkMemoryManager {
public:
  explicit PooledMemoryManager(CodeMemory &Memory) : Memory(Memory) {}

  void allocate(const llvm::jitlink::JITLinkDylib *JD,
                llvm::jitlink::LinkGraph &G,
                OnAllocatedFunction OnAllocated) override;
  void deallocate(std::vector<FinalizedAlloc> Allocs,
                  OnDeallocatedFunction OnDeallocated) override;

  using JITLinkMemoryManager::allocate;
  using JITLinkMemoryManager::deallocate;

private:
  class InFlight;
  struct Record;

  CodeMemory &Memory;
};

} // namespace jitrun

#endif // JITRUN_CODECACHE_CODEMEMORY_H
