#include "Runtime/Format.h"

#include "Runtime/Any.h"
#include "Runtime/FormatNumber.h"
#include "Runtime/Memory.h"
#include "Runtime/Runtime.h"
#include "Runtime/Scalars.h"
#include "Runtime/Trap.h"

#include <new>
#include <string>

namespace jitrun::runtime {

using namespace abi;

namespace {

/// A string in an aggregate: quoted, so that what belongs to it is plain.
void writeQuoted(TextSink &Out, std::string_view Text) {
  Out.append('"');
  for (char C : Text) {
    switch (C) {
    case '"':
      Out.append("\\\"");
      break;
    case '\\':
      Out.append("\\\\");
      break;
    case '\n':
      Out.append("\\n");
      break;
    case '\t':
      Out.append("\\t");
      break;
    case '\r':
      Out.append("\\r");
      break;
    case '\0':
      Out.append("\\0");
      break;
    default:
      if (uint8_t(C) < ' ' || C == 0x7F) {
        const char *Hex = "0123456789abcdef";
        const char Escape[] = {'\\', 'x', Hex[uint8_t(C) >> 4], Hex[C & 15]};
        Out.append({Escape, sizeof(Escape)});
      } else {
        Out.append(C);
      }
    }
  }
  Out.append('"');
}

void writeText(TextSink &Out, const FormatPiece &Piece, std::string_view Text) {
  if (Piece.Precision >= 0) {
    size_t Left = size_t(Piece.Precision), End = 0;
    while (End < Text.size() && ((Text[End] & 0xC0) == 0x80 || Left-- > 0))
      ++End;
    Text = Text.substr(0, End);
  }
  formatPadded(Out, Piece, Text, '<');
}

void writeScalar(TextSink &Out, const FormatPiece &Piece,
                 const TypeDescriptor &Type, const char *At) {
  if (Type.Kind == DescriptorKind::Bool &&
      (!Piece.Presentation || Piece.Presentation == 's'))
    return writeText(Out, Piece, *At ? "true" : "false");
  withScalar(Type.Kind, [&]<class T>() {
    T Value = load<T>(At);
    if constexpr (std::is_floating_point_v<T>) {
      formatFloat(Out, Piece, Value, std::is_same_v<T, float>);
    } else {
      bool Negative = Value < T(0);
      auto Magnitude = uint64_t(int64_t(Value));
      formatInteger(Out, Piece, Negative, Negative ? -Magnitude : Magnitude);
    }
  });
}

/// An `any` in an `any` in an `any` ... this deep is not written out.
constexpr unsigned MaxDepth = 200;

void writeNested(TextSink &Out, const FormatPiece &Piece,
                 const TypeDescriptor &Type, const char *At, unsigned Depth);

void writeArray(TextSink &Out, const FormatPiece &Piece, const ArrayHeader &A,
                unsigned Dimension, const char *At, unsigned Depth) {
  if (Dimension == A.Rank)
    return writeNested(Out, Piece, *A.Element, At, Depth);
  Out.append('[');
  int64_t Step = A.strides()[Dimension] * int64_t(A.Element->Size);
  // Addresses are formed only of elements that exist.
  bool Empty = countElements(A) == 0;
  for (int64_t I = 0; I < A.shape()[Dimension]; ++I) {
    if (I)
      Out.append(", ");
    writeArray(Out, Piece, A, Dimension + 1, Empty ? At : At + I * Step, Depth);
  }
  Out.append(']');
}

/// A value inside of an aggregate.
void writeNested(TextSink &Out, const FormatPiece &Piece,
                 const TypeDescriptor &Type, const char *At, unsigned Depth) {
  switch (Type.Kind) {
  case DescriptorKind::Unit:
    Out.append("()");
    return;
  case DescriptorKind::Any: {
    auto Value = load<AnyValue>(At);
    const TypeDescriptor *Held = Value.type();
    if (!Held)
      Out.append("()");
    else if (Depth == MaxDepth)
      Out.append("...");
    else
      writeNested(Out, Piece, *Held, payloadAddress(At), Depth + 1);
    return;
  }
  case DescriptorKind::Str:
    writeQuoted(Out, view(*load<const StrHeader *>(At)));
    return;
  case DescriptorKind::Function:
    Out.append(Type.Name);
    return;
  case DescriptorKind::Array: {
    const auto *A = load<const ArrayHeader *>(At);
    writeArray(Out, Piece, *A, 0, A->Data, Depth);
    return;
  }
  case DescriptorKind::FixedArray:
    Out.append('[');
    for (uint64_t I = 0; I < Type.Length; ++I) {
      if (I)
        Out.append(", ");
      writeNested(Out, Piece, *Type.Element, At + I * Type.Element->Size,
                  Depth);
    }
    Out.append(']');
    return;
  case DescriptorKind::Enum: {
    const VariantDescriptor &V = variantOf(Type, At);
    Out.append(V.Name);
    for (uint32_t I = 0; I < V.Count; ++I) {
      Out.append(I ? ", " : "(");
      writeNested(Out, Piece, *V.Fields[I].Type, At + V.Fields[I].Offset,
                  Depth);
    }
    if (V.Count)
      Out.append(')');
    return;
  }
  case DescriptorKind::Record:
    if (Type.Name)
      Out.append(Type.Name);
    Out.append('(');
    for (uint32_t I = 0; I < Type.Count; ++I) {
      const FieldDescriptor &F = Type.Fields[I];
      if (I)
        Out.append(", ");
      if (F.Name) {
        Out.append(F.Name);
        Out.append(": ");
      }
      writeNested(Out, Piece, *F.Type, At + F.Offset, Depth);
    }
    // As a tuple of one is written in source.
    if (!Type.Name && Type.Count == 1)
      Out.append(',');
    Out.append(')');
    return;
  default:
    writeScalar(Out, Piece, Type, At);
  }
}

bool isAggregate(const TypeDescriptor &Type) {
  return Type.Kind == DescriptorKind::Array ||
         Type.Kind == DescriptorKind::FixedArray ||
         Type.Kind == DescriptorKind::Record ||
         Type.Kind == DescriptorKind::Enum ||
         Type.Kind == DescriptorKind::Any || Type.Kind == DescriptorKind::Unit;
}

void writePlan(TextSink &Out, const FormatPlan &Plan,
               const char *const *Values) {
  for (uint32_t I = 0; I < Plan.PieceCount; ++I) {
    const FormatPiece &Piece = Plan.Pieces[I];
    Out.append({Piece.Before, Piece.BeforeLength});
    formatValue(Out, Piece, Values[I]);
  }
  Out.append({Plan.Trailing, Plan.TrailingLength});
}

/// A text that is being formatted, and the kind of trap that keeps it from
/// being finished.
struct Formatted {
  struct Stopped {};

  ExecutionContext &Ctx;
  std::string Text;
  TrapKind Kind = TrapKind::None;

  static void append(void *To, const char *Data, size_t Size) {
    auto &Self = *static_cast<Formatted *>(To);
    ExecutionContext &Ctx = Self.Ctx;
    if (Ctx.Interrupt.load(std::memory_order_relaxed))
      Self.Kind = takeInterrupt(Ctx);
    if (int64_t(Self.Text.size()) > Ctx.MemoryLimit - Ctx.MemoryUsed)
      Self.Kind = TrapKind::Memory;
    if (Self.Kind != TrapKind::None)
      throw Stopped();
    Self.Text.append(Data, Size);
  }
};

/// Formats into a text; null, and why in \p Kind, when that cannot be finished.
/// Everything it owned is gone when it returns, so that the caller may raise.
StrHeader *tryFormat(ExecutionContext &Ctx, const FormatPlan &Plan,
                     const char *const *Values, TrapKind &Kind) {
  Formatted To{Ctx, {}};
  try {
    TextSink Out(Formatted::append, &To);
    writePlan(Out, Plan, Values);
    Out.flush();
    if (StrHeader *S = tryNewText(Ctx, To.Text.size())) {
      std::memcpy(S->Data, To.Text.data(), To.Text.size());
      return S;
    }
    Kind = TrapKind::Memory;
  } catch (const std::bad_alloc &) {
    Kind = TrapKind::Memory;
  } catch (const Formatted::Stopped &) {
    Kind = To.Kind;
  }
  return nullptr;
}

} // namespace

void formatValue(TextSink &Out, const FormatPiece &Outer, const char *Value) {
  FormatPiece Piece = Outer;
  if (Piece.Type->Kind == DescriptorKind::Any)
    if (const TypeDescriptor *Held = load<AnyValue>(Value).type()) {
      Piece.Type = Held;
      Value = payloadAddress(Value);
    }
  const TypeDescriptor &Type = *Piece.Type;
  if (Type.Kind == DescriptorKind::Str)
    return writeText(Out, Piece, view(*load<const StrHeader *>(Value)));
  if (Type.Kind == DescriptorKind::Function)
    return writeText(Out, Piece, Type.Name);
  if (!isAggregate(Type))
    return writeScalar(Out, Piece, Type, Value);
  // Width is of the whole; the rest of the spec is for each number in it.
  FormatPiece Inner = Piece;
  Inner.Width = 0;
  if (Piece.Width <= 0)
    return writeNested(Out, Inner, Type, Value, 0);
  // Measured first, so that nothing needs memory.
  size_t Length = 0;
  TextSink Measure(
      [](void *To, const char *Data, size_t Size) {
        *static_cast<size_t *>(To) += countCodePoints({Data, Size});
      },
      &Length);
  writeNested(Measure, Inner, Type, Value, 0);
  Measure.flush();
  size_t Width = size_t(Piece.Width);
  size_t Pad = Width > Length ? Width - Length : 0;
  size_t Left = Piece.Align == '>' ? Pad : Piece.Align == '^' ? Pad / 2 : 0;
  Out.append(Left, Piece.Fill);
  writeNested(Out, Inner, Type, Value, 0);
  Out.append(Pad - Left, Piece.Fill);
}

extern "C" {

Ptr jr_format(Ptr Ctx, Ptr Plan, Ptr Values) {
  TrapKind Kind;
  StrHeader *S = tryFormat(contextOf(Ctx), *static_cast<FormatPlan *>(Plan),
                           static_cast<const char *const *>(Values), Kind);
  if (!S)
    raise(contextOf(Ctx), Kind);
  return S;
}

void jr_print(Ptr Ctx, Ptr Plan, Ptr Values) {
  TextSink Out(
      [](void *To, const char *Data, size_t Size) {
        auto &C = contextOf(To);
        poll(C);
        C.Handlers->Write(&C, Data, Size);
      },
      Ctx);
  writePlan(Out, *static_cast<FormatPlan *>(Plan),
            static_cast<const char *const *>(Values));
  Out.flush();
}

} // extern "C"

} // namespace jitrun::runtime
