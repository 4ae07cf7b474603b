#include "Runtime/Context.h"
#include "Runtime/Memory.h"
#include "Runtime/Runtime.h"
#include "Runtime/Scalars.h"
#include "Runtime/TextParsing.h"
#include "Runtime/Trap.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace jitrun::runtime {

using namespace abi;

namespace {

constexpr TypeDescriptor StrType = {DescriptorKind::Str,
                                    8,
                                    8,
                                    true,
                                    true,
                                    0,
                                    0,
                                    nullptr,
                                    nullptr,
                                    nullptr,
                                    nullptr,
                                    nullptr,
                                    "str"};

/// What `args` is in a context without arguments.
struct {
  ArrayHeader Header;
  int64_t Stride;
} NoArguments = {{{{nullptr, nullptr}, ImmortalCount, 0},
                  ArrayContiguous | ArrayUnitInner,
                  1,
                  reinterpret_cast<char *>(&NoArguments),
                  nullptr,
                  &StrType,
                  {0}},
                 1};

constexpr const char *KindNames[] = {
    "()",  "bool", "i8",  "i16", "i32", "i64",    "u8",          "u16",
    "u32", "u64",  "f32", "f64", "str", "record", "fixed array", "array"};

/// Raises Text: "cannot read 'name': No such file or directory".
[[noreturn]] void raiseSystem(ExecutionContext &Ctx, const char *What,
                              std::string_view Path, int Error) {
  // A system call that was interrupted so that the program ends.
  if (Error == EINTR)
    poll(Ctx);
  char Reason[128];
  const char *Said = strerror_r(Error, Reason, sizeof(Reason));
  char Message[512];
  int N = Path.empty()
              ? snprintf(Message, sizeof(Message), "cannot %s: %s", What, Said)
              : snprintf(Message, sizeof(Message), "cannot %s '%.*s': %s", What,
                         int(std::min<size_t>(Path.size(), 150)), Path.data(),
                         Said);
  raise(Ctx, TrapKind::Text, {Message, size_t(std::max(N, 0))});
}

void requirePermission(ExecutionContext &Ctx, const char *Function) {
  if (Ctx.Permissions & ContextMayDoIO)
    return;
  char Message[128];
  int N = snprintf(Message, sizeof(Message), "'%s' is not allowed by the host",
                   Function);
  raise(Ctx, TrapKind::Text, {Message, size_t(N)});
}

/// The longest time that a reader who waits goes without looking whether it
/// is to stop: whoever asks for that, perhaps a timer's thread, has no way to
/// wake it up.
constexpr int WaitMilliseconds = 20;

/// Waits until a read of \p Descriptor does not block. Gives the kind of trap
/// to raise instead, or None.
TrapKind waitForInput(ExecutionContext &Ctx, int Descriptor) {
  for (bool IsFirst = true;; IsFirst = false) {
    if (Ctx.Interrupt.load(std::memory_order_relaxed))
      if (TrapKind Kind = takeInterrupt(Ctx); Kind != TrapKind::None)
        return Kind;
    pollfd Wanted = {Descriptor, POLLIN, 0};
    int Ready = ::poll(&Wanted, 1, IsFirst ? 0 : WaitMilliseconds);
    // An error is for the read to report.
    if (Ready > 0 || (Ready < 0 && errno != EINTR))
      return TrapKind::None;
    if (IsFirst)
      Ctx.Handlers->Write(&Ctx, nullptr, 0);
  }
}

/// Whether a read of \p File is answered from its buffer.
bool hasBuffered(const FILE &File) {
#ifdef __GLIBC__
  return File._IO_read_ptr < File._IO_read_end;
#else
#error "say how much of a FILE's buffer is unread"
#endif
}

/// Bytes on their way from a file into a text. Frees nothing by itself, as
/// traps run no destructors.
struct GrowingBuffer {
  char *Data = nullptr;
  size_t Length = 0;
  size_t Capacity = 0;

  /// Makes room for one more byte at least. False if there is no memory or
  /// the context may not have so much.
  bool grow(const ExecutionContext &Ctx) {
    if (Length < Capacity)
      return true;
    if (int64_t(Capacity) > Ctx.MemoryLimit - Ctx.MemoryUsed)
      return false;
    size_t Larger = Capacity ? 2 * Capacity : size_t(64) << 10;
    auto *More = static_cast<char *>(std::realloc(Data, Larger));
    if (!More)
      return false;
    Data = More;
    Capacity = Larger;
    return true;
  }

  /// Makes a text of the bytes, which are gone afterwards, or raises \p Kind.
  StrHeader *toText(ExecutionContext &Ctx, TrapKind Kind) {
    StrHeader *S = Kind == TrapKind::None ? tryNewText(Ctx, Length) : nullptr;
    if (S && Length)
      std::memcpy(S->Data, Data, Length);
    std::free(Data);
    if (!S)
      raise(Ctx, Kind == TrapKind::None ? TrapKind::Memory : Kind);
    return S;
  }
};

/// The next line of standard input, without its end, into \p Line. Gives the
/// kind of trap to raise, or None and perhaps an \p Error.
TrapKind readLine(ExecutionContext &Ctx, GrowingBuffer &Line, int &Error) {
  for (;;) {
    if (!hasBuffered(*stdin))
      if (TrapKind Kind = waitForInput(Ctx, fileno(stdin));
          Kind != TrapKind::None)
        return Kind;
    errno = 0;
    int Byte = getc_unlocked(stdin);
    if (Byte == '\n')
      return TrapKind::None;
    if (Byte == EOF) {
      // The end of the input reads as "".
      if (!ferror(stdin))
        return TrapKind::None;
      Error = errno ? errno : EIO;
      clearerr(stdin);
      if (Error != EINTR)
        return TrapKind::None;
      Error = 0;
      continue;
    }
    if (!Line.grow(Ctx))
      return TrapKind::Memory;
    Line.Data[Line.Length++] = char(Byte);
  }
}

/// A file name for the C library, which a NUL would cut short.
const char *pathOf(ExecutionContext &Ctx, const StrHeader &Path) {
  if (view(Path).find('\0') != std::string_view::npos)
    raise(Ctx, TrapKind::Text, "a file name holds a NUL");
  return Path.Data;
}

template <class T> bool parseArgument(std::string_view Word, T &Value) {
  if constexpr (std::is_floating_point_v<T>)
    return parseFloat(Word, Value);
  else
    return parseInteger(Word, Value);
}

} // namespace

extern "C" {

Ptr jr_args(Ptr Ctx) {
  ArrayHeader *A = contextOf(Ctx).Arguments;
  return A ? A : &NoArguments.Header;
}

void jr_arg(Ptr Context, I64 Index, Ptr Type, Ptr Value) {
  ExecutionContext &Ctx = contextOf(Context);
  auto &Words = *static_cast<ArrayHeader *>(jr_args(Context));
  if (Index < 0 || Index >= Words.shape()[0])
    return;
  auto *Word = load<StrHeader *>(Words.Data + Index * 8);
  auto &Of = *static_cast<const TypeDescriptor *>(Type);
  char *To = static_cast<char *>(Value);
  bool Good;
  if (Of.Kind == DescriptorKind::Str) {
    retain(&Word->Head);
    releaseValue(&Ctx, Of, To);
    store(To, Word);
    return;
  }
  if (Of.Kind == DescriptorKind::Bool) {
    Good = view(*Word) == "true" || view(*Word) == "false";
    if (Good)
      store(To, view(*Word) == "true");
  } else {
    Good = withScalar(Of.Kind, [&]<class T>() {
      T Parsed;
      bool Read = parseArgument(view(*Word), Parsed);
      if (Read)
        store(To, Parsed);
      return Read;
    });
  }
  if (!Good)
    raiseParse(Ctx, view(*Word), KindNames[size_t(Of.Kind)]);
}

Ptr jr_read_line(Ptr Context) {
  ExecutionContext &Ctx = contextOf(Context);
  requirePermission(Ctx, "read_line");
  // Another thread that reads a line may wait for ever.
  while (ftrylockfile(stdin) != 0) {
    poll(Ctx);
    ::poll(nullptr, 0, WaitMilliseconds);
  }
  GrowingBuffer Line;
  int Error = 0;
  TrapKind Kind = readLine(Ctx, Line, Error);
  funlockfile(stdin);
  if (Error) {
    std::free(Line.Data);
    raiseSystem(Ctx, "read standard input", {}, Error);
  }
  return Line.toText(Ctx, Kind);
}

Ptr jr_read_file(Ptr Context, Ptr Path) {
  ExecutionContext &Ctx = contextOf(Context);
  requirePermission(Ctx, "read_file");
  auto &Name = *static_cast<StrHeader *>(Path);
  int File;
  while ((File = ::open(pathOf(Ctx, Name), O_RDONLY | O_CLOEXEC)) < 0) {
    if (errno != EINTR)
      raiseSystem(Ctx, "read", view(Name), errno);
    poll(Ctx);
  }
  // By growing pieces: not every file knows its size.
  GrowingBuffer Text;
  TrapKind Kind = TrapKind::None;
  int Error = 0;
  while (Kind == TrapKind::None && !Error) {
    if (!Text.grow(Ctx)) {
      Kind = TrapKind::Memory;
      break;
    }
    Kind = waitForInput(Ctx, File);
    if (Kind != TrapKind::None)
      break;
    ssize_t Count =
        ::read(File, Text.Data + Text.Length,
               std::min(Text.Capacity - Text.Length, size_t(1) << 20));
    if (Count == 0)
      break;
    if (Count > 0)
      Text.Length += size_t(Count);
    else if (errno != EINTR)
      Error = errno;
  }
  ::close(File);
  if (Error) {
    std::free(Text.Data);
    raiseSystem(Ctx, "read", view(Name), Error);
  }
  return Text.toText(Ctx, Kind);
}

void jr_write_file(Ptr Context, Ptr Path, Ptr Text) {
  ExecutionContext &Ctx = contextOf(Context);
  requirePermission(Ctx, "write_file");
  auto &Name = *static_cast<StrHeader *>(Path);
  std::string_view Bytes = view(*static_cast<StrHeader *>(Text));
  FILE *File = fopen(pathOf(Ctx, Name), "wb");
  if (!File)
    raiseSystem(Ctx, "write", view(Name), errno);
  errno = 0;
  bool Good = fwrite(Bytes.data(), 1, Bytes.size(), File) == Bytes.size();
  int Error = errno;
  if (fclose(File) != 0 && Good) {
    Good = false;
    Error = errno;
  }
  if (!Good)
    raiseSystem(Ctx, "write", view(Name), Error);
}

} // extern "C"

} // namespace jitrun::runtime
