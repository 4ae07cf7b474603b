#include "Runtime/Context.h"
#include "Runtime/Memory.h"
#include "Runtime/Runtime.h"
#include "Runtime/TextParsing.h"
#include "Runtime/Trap.h"

#include <algorithm>
#include <cstring>

namespace jitrun::runtime {

using namespace abi;

namespace {

StrHeader &textOf(void *Text) { return *static_cast<StrHeader *>(Text); }

char *dataOf(StrHeader *S) {
  return reinterpret_cast<char *>(S) + offsetof(StrHeader, Data);
}

} // namespace

extern "C" {

Ptr jr_str_concat(Ptr Ctx, Ptr A, Ptr B) {
  std::string_view Left = view(textOf(A)), Right = view(textOf(B));
  StrHeader *S = newTextOfLength(contextOf(Ctx), Left.size() + Right.size());
  std::memcpy(dataOf(S), Left.data(), Left.size());
  std::memcpy(dataOf(S) + Left.size(), Right.data(), Right.size());
  return S;
}

I32 jr_str_compare(Ptr A, Ptr B) {
  int Order = view(textOf(A)).compare(view(textOf(B)));
  return (Order > 0) - (Order < 0);
}

Ptr jr_str_slice(Ptr Ctx, Ptr Text, I64 Lo, I64 Hi) {
  std::string_view S = view(textOf(Text));
  if (Lo < 0 || Hi < Lo || uint64_t(Hi) > S.size())
    raise(contextOf(Ctx), TrapKind::Slice, {}, Lo, Hi, int64_t(S.size()));
  return newText(contextOf(Ctx), S.substr(size_t(Lo), size_t(Hi - Lo)));
}

Ptr jr_str_split(Ptr Context, Ptr Type, Ptr Text, Ptr Separator) {
  ExecutionContext &Ctx = contextOf(Context);
  std::string_view S = view(textOf(Text)), By = view(textOf(Separator));
  if (By.empty())
    raise(Ctx, TrapKind::Text, "the separator of 'split' is empty");
  int64_t Count = 1;
  for (size_t At = 0; (At = S.find(By, At)) != S.npos; At += By.size())
    ++Count;
  ArrayHeader *Parts = newArray(Ctx, *static_cast<const TypeDescriptor *>(Type),
                                1, &Count, Contents::Uninitialized);
  auto *Part = reinterpret_cast<StrHeader **>(Parts->Data);
  size_t Begin = 0;
  for (int64_t I = 0; I < Count; ++I) {
    size_t End = std::min(S.find(By, Begin), S.size());
    poll(Ctx);
    Part[I] = newText(Ctx, S.substr(Begin, End - Begin));
    Begin = End + By.size();
  }
  return Parts;
}

Ptr jr_str_join(Ptr Ctx, Ptr Parts, Ptr Separator) {
  auto &A = *static_cast<ArrayHeader *>(Parts);
  std::string_view By = view(textOf(Separator));
  uint64_t Length = 0;
  bool First = true, Overflow = false;
  auto Add = [&](uint64_t N) {
    Overflow |= __builtin_add_overflow(Length, N, &Length);
  };
  forEachElement(A, [&](char *At) {
    if (!First)
      Add(By.size());
    First = false;
    Add(uint64_t(load<StrHeader *>(At)->Length));
  });
  if (Overflow)
    raise(contextOf(Ctx), TrapKind::Memory);
  StrHeader *S = newTextOfLength(contextOf(Ctx), Length);
  char *To = dataOf(S);
  First = true;
  forEachElement(A, [&](char *At) {
    std::string_view Part = view(*load<StrHeader *>(At));
    if (!First)
      To = std::copy(By.begin(), By.end(), To);
    First = false;
    To = std::copy(Part.begin(), Part.end(), To);
  });
  return S;
}

I64 jr_parse_i64(Ptr Ctx, Ptr Text) {
  int64_t Value;
  if (!parseInteger(view(textOf(Text)), Value))
    raiseParse(contextOf(Ctx), view(textOf(Text)), "i64");
  return Value;
}

F64 jr_parse_f64(Ptr Ctx, Ptr Text) {
  double Value;
  if (!parseFloat(view(textOf(Text)), Value))
    raiseParse(contextOf(Ctx), view(textOf(Text)), "f64");
  return Value;
}

} // extern "C"

} // namespace jitrun::runtime
