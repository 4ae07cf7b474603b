#include "Runtime/Memory.h"

#include "Runtime/Context.h"
#include "Runtime/Trap.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

namespace jitrun::runtime {

using namespace abi;

namespace {

constexpr uint64_t DataAlign = 64;
/// From here on the system's fresh pages are zero already.
constexpr uint64_t FreshPages = 128 << 10;
/// Bound of lengths and of an array's bytes, so that no address computation
/// overflows.
constexpr int64_t MaxSize = int64_t(1) << 62;

void enterLedger(ExecutionContext &Ctx, HeapObject &O) {
  O.Node.Previous = &Ctx.Ledger;
  O.Node.Next = Ctx.Ledger.Next;
  Ctx.Ledger.Next->Previous = &O.Node;
  Ctx.Ledger.Next = &O.Node;
}

/// Objects that were moved out are in no ledger: their Next is null.
void leaveLedger(ExecutionContext *Ctx, HeapObject &O) {
  if (!O.Node.Next)
    return;
  O.Node.Previous->Next = O.Node.Next;
  O.Node.Next->Previous = O.Node.Previous;
  O.Node.Previous = O.Node.Next = nullptr;
  Ctx->MemoryUsed -= int64_t(chargedBytes(O));
}

enum class Clear { No, Yes };

/// A block of \p Bytes as a heap object with Count 1, or null.
HeapObject *tryAllocate(ExecutionContext &Ctx, uint64_t Bytes, Clear Zeroed) {
  if (int64_t(Bytes) > Ctx.MemoryLimit - Ctx.MemoryUsed)
    return nullptr;
  bool Fresh = Zeroed == Clear::Yes && Bytes >= FreshPages;
  void *Block = Fresh ? std::calloc(Bytes, 1) : std::malloc(Bytes);
  if (!Block)
    return nullptr;
  if (Zeroed == Clear::Yes && !Fresh)
    std::memset(Block, 0, Bytes);
  auto *O = static_cast<HeapObject *>(Block);
  Ctx.MemoryUsed += int64_t(Bytes);
  O->Count = 1;
  O->Bytes = Bytes;
  enterLedger(Ctx, *O);
  return O;
}

uint64_t headerBytes(unsigned Rank) {
  return offsetof(ArrayHeader, Shape) + 2 * Rank * sizeof(int64_t);
}

} // namespace

//===----------------------------------------------------------------------===//
// Making objects

StrHeader *tryNewText(ExecutionContext &Ctx, uint64_t Length) {
  if (Length > uint64_t(MaxSize))
    return nullptr;
  HeapObject *O =
      tryAllocate(Ctx, offsetof(StrHeader, Data) + Length + 1, Clear::No);
  if (!O)
    return nullptr;
  auto *S = reinterpret_cast<StrHeader *>(O);
  S->Head.Bytes |= HoldsNothing;
  S->Length = int64_t(Length);
  char *Data = reinterpret_cast<char *>(S) + offsetof(StrHeader, Data);
  Data[Length] = 0;
  return S;
}

StrHeader *newTextOfLength(ExecutionContext &Ctx, uint64_t Length) {
  StrHeader *S = tryNewText(Ctx, Length);
  if (!S)
    raise(Ctx, TrapKind::Memory);
  return S;
}

StrHeader *newText(ExecutionContext &Ctx, std::string_view Text) {
  StrHeader *S = newTextOfLength(Ctx, Text.size());
  std::copy(Text.begin(), Text.end(), S->Data);
  return S;
}

ArrayHeader *newArray(ExecutionContext &Ctx, const TypeDescriptor &Element,
                      unsigned Rank, const int64_t *Lengths, Contents With) {
  // Zero lengths do not hide that another one is absurd, so that strides,
  // which are products of lengths, stay in range too.
  uint64_t Bytes = Element.Size ? Element.Size : 1;
  bool Empty = false;
  for (unsigned I = 0; I < Rank; ++I) {
    if (Lengths[I] < 0 || Lengths[I] > MaxSize ||
        __builtin_mul_overflow(Bytes, Lengths[I] ? uint64_t(Lengths[I]) : 1,
                               &Bytes) ||
        Bytes > uint64_t(MaxSize))
      raise(Ctx, TrapKind::NegativeSize, {}, Lengths[I]);
    Empty |= Lengths[I] == 0;
  }
  if (Empty || Element.Size == 0)
    Bytes = 0;

  bool Zero = With == Contents::Zero || Element.Counted;
  uint64_t Header = headerBytes(Rank);
  HeapObject *O = tryAllocate(Ctx, Header + Bytes + DataAlign - 16,
                              Zero ? Clear::Yes : Clear::No);
  if (!O)
    raise(Ctx, TrapKind::Memory);
  auto *A = reinterpret_cast<ArrayHeader *>(O);
  if (!Element.Counted)
    A->Head.Bytes |= HoldsNothing;
  A->Flags = ArrayContiguous | ArrayUnitInner;
  A->Rank = Rank;
  A->Data = reinterpret_cast<char *>(
      (reinterpret_cast<uintptr_t>(A) + Header + DataAlign - 1) & -DataAlign);
  A->Base = nullptr;
  A->Element = &Element;
  int64_t Stride = 1;
  int64_t *Shape = A->shape(), *Strides = A->strides();
  for (unsigned I = Rank; I-- > 0;) {
    Shape[I] = Lengths[I];
    Strides[I] = Stride;
    Stride *= Lengths[I] ? Lengths[I] : 1;
  }
  if (Element.PatternZero && With == Contents::Zero)
    for (uint64_t I = 0; I < Bytes; I += Element.Size)
      zeroValue(Element, A->Data + I);
  return A;
}

ClosureHeader *newClosure(ExecutionContext &Ctx, const ClosureHeader &Of,
                          const char *Captures) {
  uint64_t Bytes = Of.Captures->Size;
  HeapObject *O = tryAllocate(
      Ctx, std::max(offsetof(ClosureHeader, Data) + Bytes, sizeof(Of)),
      Clear::No);
  if (!O)
    raise(Ctx, TrapKind::Memory);
  auto *C = reinterpret_cast<ClosureHeader *>(O);
  C->Captures = Of.Captures;
  C->Slot = Of.Slot;
  C->Function = Of.Function;
  C->Reserved = 0;
  char *To = reinterpret_cast<char *>(C) + offsetof(ClosureHeader, Data);
  std::memcpy(To, Captures, Bytes);
  retainValue(*C->Captures, To);
  return C;
}

ArrayHeader *newView(ExecutionContext &Ctx, ArrayHeader *Of, unsigned Rank) {
  HeapObject *O = tryAllocate(Ctx, headerBytes(Rank), Clear::No);
  if (!O)
    raise(Ctx, TrapKind::Memory);
  auto *V = reinterpret_cast<ArrayHeader *>(O);
  V->Flags = ArrayBorrowed | (Of->Flags & ArrayReadOnly);
  V->Rank = Rank;
  V->Base = Of->Base ? Of->Base : Of;
  V->Element = Of->Element;
  retain(&V->Base->Head);
  return V;
}

void finishView(ArrayHeader &V) {
  bool Contiguous = true;
  bool Empty = false;
  int64_t Expected = 1;
  for (unsigned I = V.Rank; I-- > 0;) {
    int64_t Length = V.shape()[I];
    Contiguous &= Length == 1 || V.strides()[I] == Expected;
    Empty |= Length == 0;
    Expected = int64_t(uint64_t(Expected) * uint64_t(Length));
  }
  if (Empty || Contiguous)
    V.Flags |= ArrayContiguous | ArrayUnitInner;
  else if (V.strides()[V.Rank - 1] == 1 || V.shape()[V.Rank - 1] <= 1)
    V.Flags |= ArrayUnitInner;
}

AnyBox *newBox(ExecutionContext &Ctx, const TypeDescriptor &Type,
               const char *Value) {
  HeapObject *O =
      tryAllocate(Ctx, offsetof(AnyBox, Value) + Type.Size, Clear::No);
  if (!O)
    raise(Ctx, TrapKind::Memory);
  auto *Box = reinterpret_cast<AnyBox *>(O);
  Box->Type = &Type;
  std::memcpy(Box->Value, Value, Type.Size);
  retainValue(Type, Box->Value);
  return Box;
}

//===----------------------------------------------------------------------===//
// References

namespace {

/// What an object is, and so what it refers to.
enum class ObjectKind : uintptr_t { Text, Array, Box, Closure };

ObjectKind kindOfHeld(const TypeDescriptor &Type) {
  if (isBoxed(Type))
    return ObjectKind::Box;
  if (Type.Kind == DescriptorKind::Function)
    return ObjectKind::Closure;
  return Type.Kind == DescriptorKind::Str ? ObjectKind::Text
                                          : ObjectKind::Array;
}

/// Calls \p Visit(object, its kind) for each reference that a value holds.
/// Null stands in storage not yet filled.
template <class Function>
void forEachReference(const TypeDescriptor &Type, const char *At,
                      Function Visit) {
  if (!Type.Counted)
    return;
  switch (Type.Kind) {
  case DescriptorKind::Str:
    return Visit(load<HeapObject *>(At), ObjectKind::Text);
  case DescriptorKind::Array:
    return Visit(load<HeapObject *>(At), ObjectKind::Array);
  case DescriptorKind::Function:
    return Visit(load<HeapObject *>(At), ObjectKind::Closure);
  case DescriptorKind::Any: {
    auto Value = load<AnyValue>(At);
    if (Value.Tag & AnyCounted)
      Visit(reinterpret_cast<HeapObject *>(Value.Payload),
            kindOfHeld(*Value.type()));
    return;
  }
  case DescriptorKind::Record:
    for (uint32_t I = 0; I < Type.Count; ++I)
      forEachReference(*Type.Fields[I].Type, At + Type.Fields[I].Offset, Visit);
    return;
  case DescriptorKind::FixedArray:
    for (uint64_t I = 0; I < Type.Length; ++I)
      forEachReference(*Type.Element, At + I * Type.Element->Size, Visit);
    return;
  case DescriptorKind::Enum: {
    const VariantDescriptor &V = variantOf(Type, At);
    for (uint32_t I = 0; I < V.Count; ++I)
      forEachReference(*V.Fields[I].Type, At + V.Fields[I].Offset, Visit);
    return;
  }
  default:
    return;
  }
}

/// The same for what an object refers to.
template <class Function>
void forEachReferenceIn(HeapObject &O, ObjectKind Kind, Function Visit) {
  if (Kind == ObjectKind::Array) {
    auto &A = reinterpret_cast<ArrayHeader &>(O);
    if (A.Flags & ArrayBorrowed) {
      if (A.Base)
        Visit(&A.Base->Head, ObjectKind::Array);
    } else if (A.Element->Counted) {
      forEachElement(
          A, [&](char *At) { forEachReference(*A.Element, At, Visit); });
    }
  } else if (Kind == ObjectKind::Box) {
    auto &Box = reinterpret_cast<AnyBox &>(O);
    forEachReference(*Box.Type, Box.Value, Visit);
  } else if (Kind == ObjectKind::Closure) {
    auto &Closure = reinterpret_cast<ClosureHeader &>(O);
    if (Closure.Captures)
      forEachReference(*Closure.Captures, Closure.Data, Visit);
  }
}

/// A list of objects through a link of theirs that is free, so that what
/// refers to much needs no stack. The low bits of a link are the kind of what
/// it leads to.
class ObjectList {
public:
  explicit ObjectList(LedgerNode *LedgerNode::*L) : Link(L) {}

  void add(HeapObject *O, ObjectKind Kind) {
    O->Node.*Link = reinterpret_cast<LedgerNode *>(First);
    First = reinterpret_cast<uintptr_t>(O) | uintptr_t(Kind);
  }
  bool empty() const { return !First; }
  HeapObject *take(ObjectKind &Kind) {
    Kind = ObjectKind(First & KindMask);
    auto *O = reinterpret_cast<HeapObject *>(First & ~KindMask);
    First = reinterpret_cast<uintptr_t>(O->Node.*Link);
    O->Node.*Link = nullptr;
    return O;
  }

private:
  static constexpr uintptr_t KindMask = 7;
  static_assert(alignof(std::max_align_t) > KindMask, "objects are aligned");

  LedgerNode *LedgerNode::*Link;
  uintptr_t First = 0;
};

} // namespace

//===----------------------------------------------------------------------===//
// Freeing

namespace {

/// Frees objects that have lost their last reference, and then what they
/// referred to, one after the other rather than one in the other.
class FreeList {
public:
  explicit FreeList(ExecutionContext *C) : Ctx(C) {}

  void add(HeapObject *O, ObjectKind Kind) {
    leaveLedger(Ctx, *O);
    if (Kind == ObjectKind::Text)
      std::free(O);
    else
      List.add(O, Kind);
  }
  void drop(HeapObject *O, ObjectKind Kind) {
    if (dropReference(O))
      add(O, Kind);
  }
  void run() {
    while (!List.empty()) {
      ObjectKind Kind;
      HeapObject *O = List.take(Kind);
      forEachReferenceIn(*O, Kind,
                         [&](HeapObject *Of, ObjectKind K) { drop(Of, K); });
      std::free(O);
    }
  }

private:
  ExecutionContext *Ctx;
  ObjectList List{&LedgerNode::Next};
};

} // namespace

void freeText(ExecutionContext *Ctx, StrHeader *S) {
  leaveLedger(Ctx, S->Head);
  std::free(S);
}

void freeArray(ExecutionContext *Ctx, ArrayHeader *A) {
  FreeList List(Ctx);
  List.add(&A->Head, ObjectKind::Array);
  List.run();
}

void releaseHeld(ExecutionContext *Ctx, HeapObject *O,
                 const TypeDescriptor &Type) {
  FreeList List(Ctx);
  List.drop(O, kindOfHeld(Type));
  List.run();
}

void freeClosure(ExecutionContext *Ctx, ClosureHeader *C) {
  FreeList List(Ctx);
  List.add(&C->Head, ObjectKind::Closure);
  List.run();
}

void releaseValue(ExecutionContext *Ctx, const TypeDescriptor &Type, char *At) {
  FreeList List(Ctx);
  forEachReference(Type, At,
                   [&](HeapObject *O, ObjectKind K) { List.drop(O, K); });
  List.run();
}

void retainValue(const TypeDescriptor &Type, const char *At) {
  forEachReference(Type, At, [](HeapObject *O, ObjectKind) { retain(O); });
}

void zeroValue(const TypeDescriptor &Type, char *At) {
  std::memset(At, 0, Type.Size);
  if (!Type.PatternZero)
    return;
  switch (Type.Kind) {
  case DescriptorKind::Str:
  case DescriptorKind::Array:
    store(At, Type.Zero);
    return;
  case DescriptorKind::Record:
    for (uint32_t I = 0; I < Type.Count; ++I)
      zeroValue(*Type.Fields[I].Type, At + Type.Fields[I].Offset);
    return;
  case DescriptorKind::FixedArray:
    for (uint64_t I = 0; I < Type.Length; ++I)
      zeroValue(*Type.Element, At + I * Type.Element->Size);
    return;
  default:
    return;
  }
}

//===----------------------------------------------------------------------===//
// The ledger as a whole

size_t countLedger(const ExecutionContext &Ctx) {
  size_t N = 0;
  for (const LedgerNode *I = Ctx.Ledger.Next; I != &Ctx.Ledger; I = I->Next)
    ++N;
  return N;
}

void freeLedger(ExecutionContext &Ctx) {
  LedgerNode *I = Ctx.Ledger.Next;
  while (I != &Ctx.Ledger) {
    LedgerNode *Next = I->Next;
    std::free(I);
    I = Next;
  }
  Ctx.Ledger = {&Ctx.Ledger, &Ctx.Ledger};
  Ctx.MemoryUsed = 0;
}

namespace {

/// Finds out which objects of a context's ledger are reached from others. It
/// knows no types: a word in a block that is the address of an object counts as
/// a reference to it, which at worst keeps one too many.
class Reachable {
public:
  explicit Reachable(const LedgerNode &List) {
    for (LedgerNode *I = List.Next; I != &List; I = I->Next)
      Objects.push_back(reinterpret_cast<HeapObject *>(I));
    std::sort(Objects.begin(), Objects.end());
    Found.resize(Objects.size());
  }

  void from(const LedgerNode &List) {
    for (LedgerNode *I = List.Next; I != &List; I = I->Next)
      from(*reinterpret_cast<HeapObject *>(I));
    while (!Pending.empty()) {
      HeapObject *O = Pending.back();
      Pending.pop_back();
      from(*O);
    }
  }

  bool contains(const HeapObject *O) const {
    return Found[size_t(std::lower_bound(Objects.begin(), Objects.end(), O) -
                        Objects.begin())];
  }

private:
  void from(const HeapObject &O) {
    if (O.Bytes & HoldsNothing)
      return;
    const char *Begin = reinterpret_cast<const char *>(&O);
    for (uint64_t I = sizeof(HeapObject); I + 8 <= O.Bytes; I += 8) {
      auto *Word = load<HeapObject *>(Begin + I);
      auto At = std::lower_bound(Objects.begin(), Objects.end(), Word);
      if (At == Objects.end() || *At != Word ||
          Found[size_t(At - Objects.begin())])
        continue;
      Found[size_t(At - Objects.begin())] = true;
      Pending.push_back(Word);
    }
  }

  /// Sorted by address.
  std::vector<HeapObject *> Objects;
  std::vector<bool> Found;
  std::vector<HeapObject *> Pending;
};

bool anyHolds(const LedgerNode &List) {
  for (const LedgerNode *I = List.Next; I != &List; I = I->Next)
    if (!(reinterpret_cast<const HeapObject *>(I)->Bytes & HoldsNothing))
      return true;
  return false;
}

} // namespace

void freeUnreached(ExecutionContext &Ctx,
                   std::span<const LedgerNode *const> Outside) {
  std::optional<Reachable> Kept;
  if (std::any_of(Outside.begin(), Outside.end(),
                  [](const LedgerNode *List) { return anyHolds(*List); })) {
    Kept.emplace(Ctx.Ledger);
    for (const LedgerNode *List : Outside)
      Kept->from(*List);
  }
  LedgerNode *I = Ctx.Ledger.Next;
  while (I != &Ctx.Ledger) {
    auto *O = reinterpret_cast<HeapObject *>(I);
    I = I->Next;
    if (Kept && Kept->contains(O))
      continue;
    leaveLedger(&Ctx, *O);
    std::free(O);
  }
}

void moveOutOfLedger(ExecutionContext &Ctx, const void *Value,
                     const TypeDescriptor &Type) {
  // Objects that are out and still to be looked into.
  ObjectList List(&LedgerNode::Previous);
  auto Visit = [&](HeapObject *O, ObjectKind Kind) {
    if (!O || isImmortal(*O) || !O->Node.Next)
      return;
    leaveLedger(&Ctx, *O);
    if (Kind != ObjectKind::Text)
      List.add(O, Kind);
  };
  forEachReference(Type, static_cast<const char *>(Value), Visit);
  while (!List.empty()) {
    ObjectKind Kind;
    HeapObject *O = List.take(Kind);
    forEachReferenceIn(*O, Kind, Visit);
  }
}

void releaseMovedOut(void *Value, const TypeDescriptor &Type) {
  releaseValue(nullptr, Type, static_cast<char *>(Value));
}

} // namespace jitrun::runtime
