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
  char *Line = nullptr;
  size_t Capacity = 0;
  errno = 0;
  ssize_t Length = getline(&Line, &Capacity, stdin);
  if (Length < 0 && !feof(stdin)) {
    int Error = errno;
    std::free(Line);
    raiseSystem(Ctx, "read standard input", {}, Error);
  }
  // The end of the input reads as "".
  if (Length < 0)
    Length = 0;
  if (Length && Line[Length - 1] == '\n')
    --Length;
  StrHeader *S = tryNewText(Ctx, uint64_t(Length));
  if (S)
    std::memcpy(S->Data, Line, size_t(Length));
  std::free(Line);
  if (!S)
    raise(Ctx, TrapKind::Memory);
  return S;
}

Ptr jr_read_file(Ptr Context, Ptr Path) {
  ExecutionContext &Ctx = contextOf(Context);
  requirePermission(Ctx, "read_file");
  auto &Name = *static_cast<StrHeader *>(Path);
  FILE *File = fopen(pathOf(Ctx, Name), "rb");
  if (!File)
    raiseSystem(Ctx, "read", view(Name), errno);
  // By growing pieces: not every file knows its size.
  size_t Capacity = 64 << 10, Length = 0;
  auto *Data = static_cast<char *>(std::malloc(Capacity));
  int Error = 0;
  bool TooLarge = !Data;
  while (!TooLarge) {
    size_t N = fread(Data + Length, 1, Capacity - Length, File);
    Length += N;
    if (Length < Capacity) {
      Error = ferror(File) ? errno ? errno : EIO : 0;
      break;
    }
    TooLarge = int64_t(Capacity) > Ctx.MemoryLimit - Ctx.MemoryUsed;
    if (auto *More = static_cast<char *>(std::realloc(Data, 2 * Capacity))) {
      Data = More;
      Capacity *= 2;
    } else {
      TooLarge = true;
    }
  }
  fclose(File);
  StrHeader *S = TooLarge || Error ? nullptr : tryNewText(Ctx, Length);
  if (S)
    std::memcpy(S->Data, Data, Length);
  std::free(Data);
  if (Error)
    raiseSystem(Ctx, "read", view(Name), Error);
  if (!S)
    raise(Ctx, TrapKind::Memory);
  return S;
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
