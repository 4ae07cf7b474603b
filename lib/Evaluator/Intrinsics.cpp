#include "Evaluator/Arithmetic.h"
#include "Evaluator/Reductions.h"
#include "Evaluator/Temporary.h"
#include "Evaluator/Walker.h"
#include "Runtime/Runtime.h"
#include "Runtime/Trap.h"

namespace jitrun::evaluator {

using namespace tast;

namespace {

/// A maths function of the runtime, in the type asked for.
template <auto F64, auto F32, class... Cells>
Cell maths(TypeKind Kind, Cells... Of) {
  return Kind == TypeKind::F32 ? put(F32(get<float>(Of)...))
                               : put(F64(get<double>(Of)...));
}

template <class T> Cell absolute(T X) {
  if constexpr (std::is_floating_point_v<T>)
    return put(std::fabs(X));
  else if constexpr (std::is_unsigned_v<T>)
    return put(X);
  else
    return put(X < 0 ? T(0 - uint64_t(X)) : X);
}

template <class T> Cell signOf(T X) {
  if (X == 0 || X != X)
    return put(X); // Zeros keep their sign, NaN stays.
  return put(X < 0 ? T(-1) : T(1));
}

/// \p Count may be of any type: the width is a power of two, so that its low
/// bits are what counts.
template <class T> Cell rotate(T X, Cell Count, bool Left) {
  if constexpr (std::is_floating_point_v<T>) {
    return 0;
  } else {
    using U = std::make_unsigned_t<T>;
    int N = int(Count & (sizeof(T) * 8 - 1));
    return put(T(Left ? std::rotl(U(X), N) : std::rotr(U(X), N)));
  }
}

template <class T> Cell bitIntrinsic(Intrinsic Which, T X) {
  if constexpr (std::is_floating_point_v<T>) {
    return 0;
  } else {
    auto U = std::make_unsigned_t<T>(X);
    switch (Which) {
    case Intrinsic::Popcount:
      return put(T(std::popcount(U)));
    case Intrinsic::Clz:
      return put(T(std::countl_zero(U)));
    case Intrinsic::Ctz:
      return put(T(std::countr_zero(U)));
    default: {
      decltype(U) Swapped = 0;
      for (unsigned I = 0; I < sizeof(T); ++I)
        Swapped = decltype(U)(Swapped << 8 % (sizeof(T) * 8)) |
                  decltype(U)(U >> (8 * I) & 0xFF);
      return put(T(Swapped));
    }
    }
  }
}

} // namespace

void Walker::raiseEmpty(const char *Function) {
  runtime::raise(Ctx, abi::TrapKind::Empty, Function);
}

Cell Walker::intrinsic(Frame &F, const IntrinsicExpr &E) {
  Cell Of[3] = {};
  assert(E.Operands.size() <= std::size(Of) && "intrinsics are small");
  for (size_t I = 0; I < E.Operands.size(); ++I)
    Of[I] = value(F, *E.Operands[I]);
  F.Site = E.Site;
  return E.Which >= Intrinsic::Dim ? arrayIntrinsic(F, E, Of)
                                   : scalarIntrinsic(F, E, Of);
}

Cell Walker::scalarIntrinsic(Frame &, const IntrinsicExpr &E, const Cell *Of) {
  TypeKind Kind = E.Operands[0]->Ty->kind();
  switch (E.Which) {
  case Intrinsic::Sqrt:
    return Kind == TypeKind::F32 ? put(std::sqrt(get<float>(Of[0])))
                                 : put(std::sqrt(get<double>(Of[0])));
#define JITRUN_MATHS1(Name, Function)                                          \
  case Intrinsic::Name:                                                        \
    return maths<runtime::jr_##Function##_f64, runtime::jr_##Function##_f32>(  \
        Kind, Of[0]);
    JITRUN_MATHS1(Cbrt, cbrt)
    JITRUN_MATHS1(Exp, exp)
    JITRUN_MATHS1(Exp2, exp2)
    JITRUN_MATHS1(Expm1, expm1)
    JITRUN_MATHS1(Log, log)
    JITRUN_MATHS1(Log2, log2)
    JITRUN_MATHS1(Log10, log10)
    JITRUN_MATHS1(Log1p, log1p)
    JITRUN_MATHS1(Sin, sin)
    JITRUN_MATHS1(Cos, cos)
    JITRUN_MATHS1(Tan, tan)
    JITRUN_MATHS1(Asin, asin)
    JITRUN_MATHS1(Acos, acos)
    JITRUN_MATHS1(Atan, atan)
    JITRUN_MATHS1(Sinh, sinh)
    JITRUN_MATHS1(Cosh, cosh)
    JITRUN_MATHS1(Tanh, tanh)
    JITRUN_MATHS1(Erf, erf)
    JITRUN_MATHS1(Floor, floor)
    JITRUN_MATHS1(Ceil, ceil)
    JITRUN_MATHS1(Trunc, trunc)
    JITRUN_MATHS1(Round, round)
    JITRUN_MATHS1(RoundEven, round_even)
#undef JITRUN_MATHS1
  case Intrinsic::Atan2:
    return maths<runtime::jr_atan2_f64, runtime::jr_atan2_f32>(Kind, Of[0],
                                                               Of[1]);
  case Intrinsic::Hypot:
    return maths<runtime::jr_hypot_f64, runtime::jr_hypot_f32>(Kind, Of[0],
                                                               Of[1]);
  case Intrinsic::Copysign:
    return maths<runtime::jr_copysign_f64, runtime::jr_copysign_f32>(
        Kind, Of[0], Of[1]);
  case Intrinsic::Fma:
    return fusedMultiplyAdd(Kind, Of[0], Of[1], Of[2], false, false);
  case Intrinsic::Abs:
    return withKind(Kind, [&]<class T>() { return absolute(get<T>(Of[0])); });
  case Intrinsic::Sign:
    return withKind(Kind, [&]<class T>() { return signOf(get<T>(Of[0])); });
  case Intrinsic::Min2:
    return withKind(Kind, [&]<class T>() {
      return put(lesser(get<T>(Of[0]), get<T>(Of[1])));
    });
  case Intrinsic::Max2:
    return withKind(Kind, [&]<class T>() {
      return put(greater(get<T>(Of[0]), get<T>(Of[1])));
    });
  case Intrinsic::Clamp:
    return withKind(Kind, [&]<class T>() {
      return put(lesser(greater(get<T>(Of[0]), get<T>(Of[1])), get<T>(Of[2])));
    });
  case Intrinsic::IsNan:
    return Kind == TypeKind::F32 ? std::isnan(get<float>(Of[0]))
                                 : std::isnan(get<double>(Of[0]));
  case Intrinsic::IsInf:
    return Kind == TypeKind::F32 ? std::isinf(get<float>(Of[0]))
                                 : std::isinf(get<double>(Of[0]));
  case Intrinsic::Bits:
    // One quiet NaN stands for all.
    if (Kind == TypeKind::F32)
      return std::isnan(get<float>(Of[0])) ? 0x7FC00000u : uint32_t(Of[0]);
    return std::isnan(get<double>(Of[0])) ? 0x7FF8000000000000u : Of[0];
  case Intrinsic::F64FromBits:
    return Of[0];
  case Intrinsic::F32FromBits:
    return uint32_t(Of[0]);
  case Intrinsic::Popcount:
  case Intrinsic::Clz:
  case Intrinsic::Ctz:
  case Intrinsic::Bswap:
    return withKind(
        Kind, [&]<class T>() { return bitIntrinsic(E.Which, get<T>(Of[0])); });
  case Intrinsic::Rotl:
  case Intrinsic::Rotr:
    return withKind(Kind, [&]<class T>() {
      return rotate(get<T>(Of[0]), Of[1], E.Which == Intrinsic::Rotl);
    });
  default:
    break;
  }
  assert(false && "no scalar intrinsic");
  return 0;
}

Cell Walker::arrayIntrinsic(Frame &, const IntrinsicExpr &E, const Cell *Of) {
  auto *Text = get<abi::StrHeader *>(Of[0]);
  auto *Array = get<abi::ArrayHeader *>(Of[0]);
  auto Element = [&] {
    return as<ArrayType>(*E.Operands[0]->Ty).element()->kind();
  };
  auto RequireElements = [&](const char *Function) {
    if (countElements(*Array) == 0)
      raiseEmpty(Function);
  };
  auto CheckIndex = [&](int64_t Index, int64_t Length) {
    if (uint64_t(Index) >= uint64_t(Length))
      runtime::jr_trap_index(&Ctx, Index, Length);
    return Index;
  };

  switch (E.Which) {
  case Intrinsic::Dim:
    return put(Array->shape()[CheckIndex(int64_t(Of[1]), Array->Rank)]);
  case Intrinsic::StrLen:
    return put(Text->Length);
  case Intrinsic::StrIndex:
    CheckIndex(int64_t(Of[1]), Text->Length);
    return uint8_t(
        reinterpret_cast<char *>(Text)[offsetof(abi::StrHeader, Data) + Of[1]]);
  case Intrinsic::Sum:
    return sum(*Array, Element());
  case Intrinsic::Prod:
    return product(*Array, Element());
  case Intrinsic::Mean:
    RequireElements("mean");
    return mean(*Array, Element());
  case Intrinsic::MinOf:
    RequireElements("min");
    return extreme(*Array, Element(), false);
  case Intrinsic::MaxOf:
    RequireElements("max");
    return extreme(*Array, Element(), true);
  case Intrinsic::ArgMin:
    RequireElements("argmin");
    return put(positionOfExtreme(*Array, Element(), false));
  case Intrinsic::ArgMax:
    RequireElements("argmax");
    return put(positionOfExtreme(*Array, Element(), true));
  case Intrinsic::AnyOf:
  case Intrinsic::AllOf: {
    bool Any = E.Which == Intrinsic::AnyOf;
    for (int64_t J = 0; J < countElements(*Array); ++J)
      if (bool(*elementAt(*Array, J)) == Any)
        return Any;
    return !Any;
  }
  case Intrinsic::Dot:
    // The runtime says how the shapes differ.
    if (auto *Other = get<abi::ArrayHeader *>(Of[1]); std::equal(
            Array->shape(), Array->shape() + Array->Rank, Other->shape()))
      return dot(*Array, *Other, Element());
    return put(runtime::jr_dot_f64(&Ctx, Array, get<void *>(Of[1])));
  case Intrinsic::ParseI64:
    return put(runtime::jr_parse_i64(&Ctx, Text));
  case Intrinsic::ParseF64:
    return put(runtime::jr_parse_f64(&Ctx, Text));
  case Intrinsic::Clock:
    return put(runtime::jr_clock());
  case Intrinsic::Args:
    return put(runtime::jr_args(&Ctx));
  default:
    break;
  }
  assert(false && "no array intrinsic");
  return 0;
}

} // namespace jitrun::evaluator
