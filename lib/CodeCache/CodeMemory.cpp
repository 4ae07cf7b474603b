#include "CodeCache/CodeMemory.h"

#include "CodeCache/RangeAllocator.h"

#include "llvm/ExecutionEngine/JITLink/JITLink.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <new>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

using namespace jitrun;
using namespace llvm;

namespace {

constexpr size_t PageSize = 4096;
constexpr size_t MinReservation = size_t(1) << 20;
/// Code, data and the program must fit into the reach of 32-bit displacements.
constexpr size_t MaxReservation = size_t(7) << 28;

Error systemError(const char *What) {
  int Code = errno;
  return createStringError(std::error_code(Code, std::generic_category()),
                           "code memory: %s: %s", What, std::strerror(Code));
}

Error outOfMemory(const char *What, size_t Size) {
  return createStringError(std::errc::not_enough_memory,
                           "code memory is used up: no room for %zu bytes of "
                           "%s",
                           Size, What);
}

size_t roundUp(size_t Value, size_t Multiple) {
  return (Value + Multiple - 1) / Multiple * Multiple;
}

/// Where we should like \p Bytes to be: shortly below the program, whose heap
/// grows upwards.
void *placeNearProgram(size_t Bytes) {
  uintptr_t Anchor = reinterpret_cast<uintptr_t>(&placeNearProgram);
  uintptr_t Gap = uintptr_t(64) << 20;
  if (Anchor < Bytes + 2 * Gap)
    // A program at a fixed low address: right behind it.
    return reinterpret_cast<void *>(roundUp(Anchor + Gap, PageSize));
  return reinterpret_cast<void *>((Anchor - Gap - Bytes) & ~(PageSize - 1));
}

} // namespace

struct CodeMemory::Impl {
  std::mutex Mutex;
  char *Executable = nullptr;
  char *Writable = nullptr;
  char *Data = nullptr;
  size_t CodeCapacity;
  size_t DataCapacity;
  size_t Limit;
  RangeAllocator CodeRanges;
  RangeAllocator DataRanges;
  CodeMemoryUsage Usage;

  Impl(size_t CodeCapacity, size_t DataCapacity, size_t Limit)
      : CodeCapacity(CodeCapacity), DataCapacity(DataCapacity), Limit(Limit),
        CodeRanges(CodeCapacity), DataRanges(DataCapacity) {}

  ~Impl() {
    if (Executable)
      munmap(Executable, CodeCapacity + DataCapacity);
    if (Writable)
      munmap(Writable, CodeCapacity);
  }

  Error map();

  Expected<size_t> take(RangeAllocator &Ranges, size_t &Used, const char *What,
                        size_t Size, size_t Alignment) {
    std::lock_guard Lock(Mutex);
    if (Size > Limit || Usage.CodeBytes + Usage.DataBytes > Limit - Size)
      return outOfMemory(What, Size);
    std::optional<size_t> Offset = Ranges.allocate(Size, Alignment);
    if (!Offset)
      return outOfMemory(What, Size);
    Used += Size;
    Usage.PeakBytes =
        std::max(Usage.PeakBytes, Usage.CodeBytes + Usage.DataBytes);
    ++Usage.LiveAllocations;
    return *Offset;
  }
};

Error CodeMemory::Impl::map() {
  size_t Bytes = CodeCapacity + DataCapacity;
  void *Base = mmap(placeNearProgram(Bytes), Bytes, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Base == MAP_FAILED)
    return systemError("cannot reserve address space");
  Executable = static_cast<char *>(Base);
  Data = Executable + CodeCapacity;
  if (mprotect(Data, DataCapacity, PROT_READ | PROT_WRITE) != 0)
    return systemError("cannot make data writable");

  int File = memfd_create("jitrun-code", MFD_CLOEXEC);
  if (File < 0)
    return systemError("cannot create a memory file");
  auto MapFile = [&]() -> Error {
    if (ftruncate(File, static_cast<off_t>(CodeCapacity)) != 0)
      return systemError("cannot size the memory file");
    void *View = mmap(nullptr, CodeCapacity, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_NORESERVE, File, 0);
    if (View == MAP_FAILED)
      return systemError("cannot reserve address space");
    Writable = static_cast<char *>(View);
    if (mmap(Executable, CodeCapacity, PROT_READ | PROT_EXEC,
             MAP_SHARED | MAP_FIXED | MAP_NORESERVE, File, 0) == MAP_FAILED)
      return systemError("cannot map memory as executable");
    return Error::success();
  };
  Error Result = MapFile();
  // The mappings keep the file.
  close(File);
  return Result;
}

CodeMemory::CodeMemory(std::unique_ptr<Impl> I)
    : State(std::move(I)),
      CodeBegin(reinterpret_cast<uint64_t>(State->Executable)),
      CodeSize(State->CodeCapacity) {}

CodeMemory::~CodeMemory() = default;

Expected<std::unique_ptr<CodeMemory>>
CodeMemory::create(CodeMemoryOptions Options) {
  size_t Wanted = roundUp(
      std::clamp(Options.ReservationBytes, MinReservation, MaxReservation),
      4 * PageSize);
  for (;; Wanted = roundUp(Wanted / 2, 4 * PageSize)) {
    auto I =
        std::make_unique<Impl>(Wanted / 4 * 3, Wanted / 4, Options.LimitBytes);
    Error Failure = I->map();
    if (!Failure)
      return std::unique_ptr<CodeMemory>(new CodeMemory(std::move(I)));
    // A process whose address space is limited gets as much as there is.
    if (Wanted / 2 < MinReservation)
      return std::move(Failure);
    bool IsLimited = false;
    Failure = handleErrors(
        std::move(Failure), [&](std::unique_ptr<StringError> E) -> Error {
          IsLimited = E->convertToErrorCode() == std::errc::not_enough_memory;
          return Error(std::move(E));
        });
    if (!IsLimited)
      return std::move(Failure);
    consumeError(std::move(Failure));
  }
}

Expected<CodeMemory::Range> CodeMemory::allocateCode(size_t Size,
                                                     size_t Alignment) {
  Size = roundUp(std::max<size_t>(Size, 1), RangeAllocator::Granule);
  Expected<size_t> Offset =
      State->take(State->CodeRanges, State->Usage.CodeBytes, "code", Size,
                  std::max(Alignment, RangeAllocator::Granule));
  if (!Offset)
    return Offset.takeError();
  return Range{State->Executable + *Offset, State->Writable + *Offset, Size};
}

Expected<CodeMemory::Range> CodeMemory::allocateData(size_t Size,
                                                     size_t Alignment) {
  Size = roundUp(std::max<size_t>(Size, 1), RangeAllocator::Granule);
  Expected<size_t> Offset =
      State->take(State->DataRanges, State->Usage.DataBytes, "data", Size,
                  std::max(Alignment, RangeAllocator::Granule));
  if (!Offset)
    return Offset.takeError();
  return Range{State->Data + *Offset, State->Data + *Offset, Size};
}

void CodeMemory::free(const Range &R) {
  if (!R)
    return;
  std::lock_guard Lock(State->Mutex);
  --State->Usage.LiveAllocations;
  if (R.Address >= State->Data) {
    State->DataRanges.free(R.Address - State->Data, R.Size);
    State->Usage.DataBytes -= R.Size;
    return;
  }
  State->CodeRanges.free(R.Address - State->Executable, R.Size);
  State->Usage.CodeBytes -= R.Size;
}

CodeMemoryUsage CodeMemory::usage() const {
  std::lock_guard Lock(State->Mutex);
  return State->Usage;
}
