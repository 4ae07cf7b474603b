#ifndef JITRUN_TEST_UNIT_RUNTIME_FIXTURE_H
#define JITRUN_TEST_UNIT_RUNTIME_FIXTURE_H

#include "ABI/Heap.h"
#include "Runtime/Context.h"
#include "Runtime/Runtime.h"

#include <cstring>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

namespace jitrun::test {

using namespace abi;
using namespace runtime;

/// What the fixture's Raise throws.
struct Raised {
  TrapKind Kind;
  std::string Message;
};

/// Descriptors as a module would have them.
struct Types {
  TypeDescriptor Bool = scalar(DescriptorKind::Bool, 1);
  TypeDescriptor I8 = scalar(DescriptorKind::I8, 1);
  TypeDescriptor I32 = scalar(DescriptorKind::I32, 4);
  TypeDescriptor I64 = scalar(DescriptorKind::I64, 8);
  TypeDescriptor U8 = scalar(DescriptorKind::U8, 1);
  TypeDescriptor U64 = scalar(DescriptorKind::U64, 8);
  TypeDescriptor F32 = scalar(DescriptorKind::F32, 4);
  TypeDescriptor F64 = scalar(DescriptorKind::F64, 8);
  TypeDescriptor Unit = scalar(DescriptorKind::Unit, 0);
  TypeDescriptor Str = scalar(DescriptorKind::Str, 8);
  TypeDescriptor I64Array = scalar(DescriptorKind::Array, 8);
  StrHeader EmptyText = {{{nullptr, nullptr}, ImmortalCount, 0}, 0, {0}};
  struct {
    ArrayHeader Header;
    int64_t Stride;
  } EmptyArray = {};

  Types() {
    Str.Counted = Str.PatternZero = true;
    Str.Zero = &EmptyText.Head;
    I64Array.Counted = I64Array.PatternZero = true;
    I64Array.Count = 1;
    I64Array.Element = &I64;
    EmptyArray.Header.Head.Count = ImmortalCount;
    EmptyArray.Header.Flags = ArrayContiguous | ArrayUnitInner;
    EmptyArray.Header.Rank = 1;
    EmptyArray.Header.Element = &I64;
    EmptyArray.Stride = 1;
    I64Array.Zero = &EmptyArray.Header.Head;
  }

private:
  static TypeDescriptor scalar(DescriptorKind Kind, uint64_t Size) {
    TypeDescriptor D = {};
    D.Kind = Kind;
    D.Size = Size;
    D.Align = uint32_t(Size ? Size : 1);
    return D;
  }
};

/// A context whose traps are C++ exceptions and whose output is a string.
class Fixture : public Types {
public:
  Fixture() {
    initialiseContext(Ctx, Handlers, this, 0);
    Handlers.Raise = [](ExecutionContext *C, void *) {
      throw Raised{C->Trap.Kind, trapMessage(C->Trap)};
    };
    Handlers.Write = [](ExecutionContext *C, const char *Data, size_t Size) {
      static_cast<Fixture *>(C->Host)->Output.append(Data, Size);
    };
    Handlers.CallsTripped = [](ExecutionContext *C, uint32_t F,
                               const uint64_t *) {
      static_cast<Fixture *>(C->Host)->Tripped = {F, ~0u};
    };
    Handlers.BackEdgesTripped = [](ExecutionContext *C, uint32_t F,
                                   uint32_t L) {
      static_cast<Fixture *>(C->Host)->Tripped = {F, L};
    };
  }
  ~Fixture() { freeLedger(Ctx); }

  template <class T>
  ArrayHeader *array(TypeDescriptor &Type, std::initializer_list<T> Elements) {
    return array(Type, Elements.begin(), Elements.size());
  }
  template <class T>
  ArrayHeader *array(TypeDescriptor &Type, const std::vector<T> &Elements) {
    return array(Type, Elements.data(), Elements.size());
  }
  template <class T>
  ArrayHeader *array(TypeDescriptor &Type, const T *Elements, size_t Count) {
    auto N = int64_t(Count);
    auto *A = static_cast<ArrayHeader *>(jr_array_new(&Ctx, &Type, 1, &N, 1));
    if (N)
      std::memcpy(A->Data, Elements, Count * sizeof(T));
    return A;
  }
  /// 0, 1, 2 .. in the given shape.
  ArrayHeader *grid(std::initializer_list<int64_t> Shape) {
    std::vector<int64_t> Lengths(Shape);
    auto *A = static_cast<ArrayHeader *>(
        jr_array_new(&Ctx, &I64, int64_t(Lengths.size()), Lengths.data(), 1));
    int64_t N = 1;
    for (int64_t L : Lengths)
      N *= L;
    for (int64_t I = 0; I < N; ++I)
      std::memcpy(A->Data + 8 * I, &I, 8);
    return A;
  }
  /// Of one dimension's slice bits after the other.
  ArrayHeader *slice(ArrayHeader *A, std::initializer_list<uint8_t> Bits,
                     std::vector<int64_t> Operands) {
    uint64_t All = 0;
    int64_t Rank = 0, D = 0;
    for (uint8_t B : Bits) {
      All |= uint64_t(B) << (8 * D++);
      Rank += !(B & SliceIndex);
    }
    return static_cast<ArrayHeader *>(
        jr_array_slice(&Ctx, A, Rank, int64_t(All), Operands.data()));
  }
  StrHeader *text(std::string_view S) { return newText(Ctx, S); }

  /// The value of type \p Type at \p At as print shows it, with a spec.
  std::string shown(TypeDescriptor &Type, const void *At,
                    FormatPiece Piece = plain()) {
    Piece.Type = &Type;
    FormatPlan Plan = {&Piece, "", 1, 0};
    auto *S = static_cast<StrHeader *>(jr_format(&Ctx, &Plan, &At));
    std::string Result(S->Data, size_t(S->Length));
    jr_release_str(&Ctx, S);
    return Result;
  }
  std::string shown(ArrayHeader *A) {
    TypeDescriptor Type = I64Array;
    Type.Count = A->Rank;
    Type.Element = A->Element;
    return shown(Type, &A);
  }
  static FormatPiece plain() {
    FormatPiece P = {};
    P.Before = "";
    P.Precision = -1;
    P.Fill = ' ';
    return P;
  }

  void release(ArrayHeader *A) { jr_release_array(&Ctx, A); }
  void release(StrHeader *S) { jr_release_str(&Ctx, S); }
  bool isClean() const { return countLedger(Ctx) == 0 && Ctx.MemoryUsed == 0; }

  ExecutionContext Ctx;
  Hooks Handlers;
  std::string Output;
  struct {
    uint32_t Function, Loop;
  } Tripped = {};
};

/// The trap that \p F raises, as "word: message", or "no trap".
template <class Function> std::string trapOf(Function F) {
  try {
    F();
  } catch (const Raised &R) {
    return std::string(trapWord(R.Kind)) + ": " + R.Message;
  }
  return "no trap";
}

inline std::string_view view(void *Text) {
  auto *S = static_cast<StrHeader *>(Text);
  return {S->Data, size_t(S->Length)};
}

constexpr double Inf = std::numeric_limits<double>::infinity();
constexpr double Nan = std::numeric_limits<double>::quiet_NaN();

} // namespace jitrun::test

#endif // JITRUN_TEST_UNIT_RUNTIME_FIXTURE_H
