#include "Runtime/Errors.h"
#include "Runtime/Memory.h"
#include "Runtime/Runtime.h"
#include "Runtime/Scalars.h"
#include "Runtime/Trap.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

// The order of additions is part of the language: element j of the row-major
// order goes to partial result j mod 32, and the partials are folded in
// halves. The partials do not depend on one another, so each loop below is
// vectorised without changing a bit.

namespace jitrun::runtime {

using namespace abi;

namespace {

constexpr int64_t Partials = 32;

ArrayHeader &arrayOf(void *Array) { return *static_cast<ArrayHeader *>(Array); }

//===----------------------------------------------------------------------===//
// Loops in three instruction sets

/// Adds (or multiplies) N consecutive elements, the first of which has a
/// position divisible by 32.
template <class F, bool Product>
[[gnu::always_inline]] inline void accumulateRow(F *P, const F *Data,
                                                 int64_t N) {
  int64_t I = 0;
  F Local[Partials];
  for (int64_t K = 0; K < Partials; ++K)
    Local[K] = P[K];
  for (; I + Partials <= N; I += Partials)
    for (int64_t K = 0; K < Partials; ++K)
      if constexpr (Product)
        Local[K] *= Data[I + K];
      else
        Local[K] += Data[I + K];
  for (int64_t K = 0; I + K < N; ++K)
    if constexpr (Product)
      Local[K] *= Data[I + K];
    else
      Local[K] += Data[I + K];
  for (int64_t K = 0; K < Partials; ++K)
    P[K] = Local[K];
}

template <class F>
[[gnu::always_inline]] inline void dotRow(F *P, const F *X, const F *Y,
                                          int64_t N) {
  int64_t I = 0;
  F Local[Partials];
  for (int64_t K = 0; K < Partials; ++K)
    Local[K] = P[K];
  for (; I + Partials <= N; I += Partials)
    for (int64_t K = 0; K < Partials; ++K)
      Local[K] = std::fma(X[I + K], Y[I + K], Local[K]);
  for (int64_t K = 0; I + K < N; ++K)
    Local[K] = std::fma(X[I + K], Y[I + K], Local[K]);
  for (int64_t K = 0; K < Partials; ++K)
    P[K] = Local[K];
}

/// Finds the extreme by plain comparison, and whether there is a NaN (which
/// compares as if it were not there).
template <class F, bool Max>
[[gnu::always_inline]] inline bool extremeRow(F &Best, const F *Data,
                                              int64_t N) {
  using Mask = std::conditional_t<sizeof(F) == 8, int64_t, int32_t>;
  F Local[Partials];
  Mask Nan[Partials] = {};
  for (int64_t K = 0; K < Partials; ++K)
    Local[K] = Best;
  auto Take = [&](int64_t K, F X) {
    Nan[K] |= -Mask(X != X);
    if constexpr (Max)
      Local[K] = X > Local[K] ? X : Local[K];
    else
      Local[K] = X < Local[K] ? X : Local[K];
  };
  int64_t I = 0;
  for (; I + Partials <= N; I += Partials)
    for (int64_t K = 0; K < Partials; ++K)
      Take(K, Data[I + K]);
  for (int64_t K = 0; I + K < N; ++K)
    Take(K, Data[I + K]);
  for (int64_t K = 1; K < Partials; ++K)
    Take(0, Local[K]);
  Mask Any = 0;
  for (int64_t K = 0; K < Partials; ++K)
    Any |= Nan[K];
  Best = Local[0];
  return Any;
}

/// The same functions for processors with wider vectors. Chosen by hand:
/// target_clones would resolve at start-up.
#define JITRUN_ROWS(Suffix, Attributes)                                        \
  template <class F, bool Product>                                             \
  Attributes void accumulate##Suffix(F *P, const F *Data, int64_t N) {         \
    accumulateRow<F, Product>(P, Data, N);                                     \
  }                                                                            \
  template <class F>                                                           \
  Attributes void dot##Suffix(F *P, const F *X, const F *Y, int64_t N) {       \
    dotRow<F>(P, X, Y, N);                                                     \
  }                                                                            \
  template <class F, bool Max>                                                 \
  Attributes bool extreme##Suffix(F &Best, const F *Data, int64_t N) {         \
    return extremeRow<F, Max>(Best, Data, N);                                  \
  }
JITRUN_ROWS(Plain, )
#ifdef __x86_64__
JITRUN_ROWS(Avx2, __attribute__((target("avx2,fma"))))
JITRUN_ROWS(Avx512, __attribute__((target("avx2,fma,avx512f"))))
#endif

enum class Level { Plain, Avx2, Avx512 };

Level level() {
#ifdef __x86_64__
  static const Level Found =
      __builtin_cpu_supports("avx512f") ? Level::Avx512
      : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
          ? Level::Avx2
          : Level::Plain;
  return Found;
#else
  return Level::Plain;
#endif
}

template <class F, bool Product>
void accumulate(F *P, const F *Data, int64_t N) {
#ifdef __x86_64__
  if (level() == Level::Avx512)
    return accumulateAvx512<F, Product>(P, Data, N);
  if (level() == Level::Avx2)
    return accumulateAvx2<F, Product>(P, Data, N);
#endif
  accumulatePlain<F, Product>(P, Data, N);
}

template <class F> void dotRows(F *P, const F *X, const F *Y, int64_t N) {
#ifdef __x86_64__
  if (level() == Level::Avx512)
    return dotAvx512<F>(P, X, Y, N);
  if (level() == Level::Avx2)
    return dotAvx2<F>(P, X, Y, N);
#endif
  dotPlain<F>(P, X, Y, N);
}

template <class F, bool Max> bool extremeOf(F &Best, const F *Data, int64_t N) {
#ifdef __x86_64__
  if (level() == Level::Avx512)
    return extremeAvx512<F, Max>(Best, Data, N);
  if (level() == Level::Avx2)
    return extremeAvx2<F, Max>(Best, Data, N);
#endif
  return extremePlain<F, Max>(Best, Data, N);
}

/// \p Count elements have gone into the partials. Those that none went to are
/// +0 (or 1), which changes nothing: folding may begin below them.
template <class F, bool Product> F fold(F *P, int64_t Count) {
  int64_t Used = int64_t(std::bit_ceil(uint64_t(std::min(Count, Partials))));
  for (int64_t N = Used / 2; N; N /= 2)
    for (int64_t K = 0; K < N; ++K)
      if constexpr (Product)
        P[K] *= P[K + N];
      else
        P[K] += P[K + N];
  return P[0];
}

//===----------------------------------------------------------------------===//
// Whole arrays

template <class F, bool Product> F reduceFloats(ArrayHeader &A) {
  F P[Partials];
  for (F &Partial : P)
    Partial = Product ? F(1) : F(0);
  int64_t Count = countElements(A);
  if (A.Flags & ArrayContiguous && Count >= Partials) {
    accumulate<F, Product>(P, reinterpret_cast<const F *>(A.Data), Count);
  } else {
    int64_t J = 0;
    forEachElement(A, [&](char *At) {
      F &Partial = P[J++ % Partials];
      if constexpr (Product)
        Partial *= load<F>(At);
      else
        Partial += load<F>(At);
    });
  }
  return fold<F, Product>(P, Count);
}

/// Wraps, so any order gives the same.
template <bool Product> int64_t reduceIntegers(ArrayHeader &A) {
  return withInteger(A.Element->Kind, [&]<class T>() {
    uint64_t Result = Product;
    forEachRow(A, [&](char *Row, int64_t Length, int64_t Stride) {
      uint64_t Local = Product;
      auto Loop = [&](int64_t Step) {
        for (int64_t I = 0; I < Length; ++I) {
          auto X = uint64_t(int64_t(load<T>(Row + I * Step)));
          if constexpr (Product)
            Local *= X;
          else
            Local += X;
        }
      };
      if (Stride == int64_t(sizeof(T)))
        Loop(sizeof(T));
      else
        Loop(Stride);
      Result = Product ? Result * Local : Result + Local;
    });
    return int64_t(Result);
  });
}

[[noreturn]] void raiseEmpty(void *Ctx, const char *Function) {
  raise(contextOf(Ctx), TrapKind::Empty, Function);
}

void requireElements(void *Ctx, const ArrayHeader &A, const char *Function) {
  if (countElements(A) == 0)
    raiseEmpty(Ctx, Function);
}

/// Of integers: no special values, so any order.
template <bool Max> int64_t extremeInteger(ArrayHeader &A) {
  return withInteger(A.Element->Kind, [&]<class T>() {
    T Best =
        Max ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
    forEachRow(A, [&](char *Row, int64_t Length, int64_t Stride) {
      auto Loop = [&](int64_t Step) {
        for (int64_t I = 0; I < Length; ++I) {
          T X = load<T>(Row + I * Step);
          if constexpr (Max)
            Best = X > Best ? X : Best;
          else
            Best = X < Best ? X : Best;
        }
      };
      if (Stride == int64_t(sizeof(T)))
        Loop(sizeof(T));
      else
        Loop(Stride);
    });
    return int64_t(Best);
  });
}

/// NaN if any element is, -0 below +0. One pass finds the extreme by plain
/// comparison, and what could change it; the sign of a zero takes another.
template <class F, bool Max> F extremeFloat(ArrayHeader &A) {
  F Best = Max ? -std::numeric_limits<F>::infinity()
               : std::numeric_limits<F>::infinity();
  bool AnyNan = false;
  forEachRow(A, [&](char *Row, int64_t Length, int64_t Stride) {
    if (Stride == int64_t(sizeof(F))) {
      AnyNan |=
          extremeOf<F, Max>(Best, reinterpret_cast<const F *>(Row), Length);
      return;
    }
    for (int64_t I = 0; I < Length; ++I) {
      F X = load<F>(Row + I * Stride);
      AnyNan |= X != X;
      Best = (Max ? X > Best : X < Best) ? X : Best;
    }
  });
  if (AnyNan)
    return std::numeric_limits<F>::quiet_NaN();
  if (Best == 0) {
    bool Wanted = false;
    forEachElement(A, [&](char *At) {
      F X = load<F>(At);
      Wanted |= X == 0 && std::signbit(X) != Max;
    });
    Best = Wanted != Max ? F(-0.0) : F(0.0);
  }
  return Best;
}

/// Whether X comes before the best so far, for the position of the minimum
/// (or maximum). A NaN is the extreme, as it is for `min` and `max`.
template <class T, bool Max> bool isBetter(T X, T Best) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(Best))
      return false;
    if (std::isnan(X))
      return true;
    if (X == Best)
      return std::signbit(X) != std::signbit(Best) && std::signbit(X) != Max;
  }
  return Max ? X > Best : X < Best;
}

template <bool Max> int64_t extremePosition(ArrayHeader &A) {
  int64_t Position = 0, BestAt = 0;
  if (A.Element->Kind == DescriptorKind::Str) {
    const StrHeader *Best = nullptr;
    forEachElement(A, [&](char *At) {
      auto *S = load<const StrHeader *>(At);
      if (!Best || (Max ? view(*S) > view(*Best) : view(*S) < view(*Best))) {
        Best = S;
        BestAt = Position;
      }
      ++Position;
    });
    return BestAt;
  }
  return withScalar(A.Element->Kind, [&]<class T>() {
    T Best = {};
    forEachElement(A, [&](char *At) {
      T X = load<T>(At);
      if (Position == 0 || isBetter<T, Max>(X, Best)) {
        Best = X;
        BestAt = Position;
      }
      ++Position;
    });
    return BestAt;
  });
}

template <class F> F dot(void *Ctx, ArrayHeader &A, ArrayHeader &B) {
  if (A.Rank != B.Rank || !std::equal(A.shape(), A.shape() + A.Rank, B.shape()))
    raiseShapesDiffer(contextOf(Ctx), A, B);
  F P[Partials] = {};
  if (A.Flags & B.Flags & ArrayContiguous) {
    dotRows<F>(P, reinterpret_cast<const F *>(A.Data),
               reinterpret_cast<const F *>(B.Data), countElements(A));
    return fold<F, false>(P, countElements(A));
  }
  // Row by row: the two may be strided differently.
  int64_t J = 0;
  unsigned Last = A.Rank - 1;
  int64_t Length = A.shape()[Last];
  int64_t Rows = Length ? countElements(A) / Length : 0;
  for (int64_t R = 0; R < Rows; ++R) {
    int64_t OffsetA = 0, OffsetB = 0, Rest = R;
    for (unsigned D = Last; D-- > 0;) {
      int64_t Index = Rest % A.shape()[D];
      Rest /= A.shape()[D];
      OffsetA += Index * A.strides()[D];
      OffsetB += Index * B.strides()[D];
    }
    const F *X = reinterpret_cast<const F *>(A.Data) + OffsetA;
    const F *Y = reinterpret_cast<const F *>(B.Data) + OffsetB;
    for (int64_t I = 0; I < Length; ++I, ++J)
      P[J % Partials] = std::fma(X[I * A.strides()[Last]],
                                 Y[I * B.strides()[Last]], P[J % Partials]);
  }
  return fold<F, false>(P, countElements(A));
}

bool findBool(ArrayHeader &A, bool Wanted) {
  bool Found = false;
  forEachRow(A, [&](char *Row, int64_t Length, int64_t Stride) {
    for (int64_t I = 0; I < Length && !Found; ++I)
      Found = bool(Row[I * Stride]) == Wanted;
  });
  return Found;
}

} // namespace

extern "C" {

I64 jr_sum_i(Ptr A) { return reduceIntegers<false>(arrayOf(A)); }
F64 jr_sum_f64(Ptr A) { return reduceFloats<double, false>(arrayOf(A)); }
F32 jr_sum_f32(Ptr A) { return reduceFloats<float, false>(arrayOf(A)); }
I64 jr_prod_i(Ptr A) { return reduceIntegers<true>(arrayOf(A)); }
F64 jr_prod_f64(Ptr A) { return reduceFloats<double, true>(arrayOf(A)); }
F32 jr_prod_f32(Ptr A) { return reduceFloats<float, true>(arrayOf(A)); }

F64 jr_mean_i(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "mean");
  return double(jr_sum_i(A)) / double(countElements(arrayOf(A)));
}
F64 jr_mean_f64(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "mean");
  return jr_sum_f64(A) / double(countElements(arrayOf(A)));
}
F32 jr_mean_f32(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "mean");
  return jr_sum_f32(A) / float(countElements(arrayOf(A)));
}

I64 jr_min_of_i(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "min");
  return extremeInteger<false>(arrayOf(A));
}
F64 jr_min_of_f64(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "min");
  return extremeFloat<double, false>(arrayOf(A));
}
F32 jr_min_of_f32(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "min");
  return extremeFloat<float, false>(arrayOf(A));
}
I64 jr_max_of_i(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "max");
  return extremeInteger<true>(arrayOf(A));
}
F64 jr_max_of_f64(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "max");
  return extremeFloat<double, true>(arrayOf(A));
}
F32 jr_max_of_f32(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "max");
  return extremeFloat<float, true>(arrayOf(A));
}

I64 jr_argmin(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "argmin");
  return extremePosition<false>(arrayOf(A));
}
I64 jr_argmax(Ptr Ctx, Ptr A) {
  requireElements(Ctx, arrayOf(A), "argmax");
  return extremePosition<true>(arrayOf(A));
}

I32 jr_any_of(Ptr A) { return findBool(arrayOf(A), true); }
I32 jr_all_of(Ptr A) { return !findBool(arrayOf(A), false); }

F64 jr_dot_f64(Ptr Ctx, Ptr A, Ptr B) {
  return dot<double>(Ctx, arrayOf(A), arrayOf(B));
}
F32 jr_dot_f32(Ptr Ctx, Ptr A, Ptr B) {
  return dot<float>(Ctx, arrayOf(A), arrayOf(B));
}

} // extern "C"

} // namespace jitrun::runtime
