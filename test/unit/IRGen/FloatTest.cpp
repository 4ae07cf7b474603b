// Floats, conversions and the library's scalar functions in both tiers.

#include "TestProgram.h"

#include "Runtime/Runtime.h"

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

using namespace jitrun;
using namespace jitrun::test;
using namespace jitrun::tast;
using Which = tast::Intrinsic;

namespace {

template <class T> uint64_t cellOf(T V) {
  uint64_t Cell = 0;
  std::memcpy(&Cell, &V, sizeof V);
  return Cell;
}

/// A NaN's sign and payload cannot be seen, so all are one.
uint64_t canonical(uint64_t Cell, bool Wide) {
  if (Wide)
    return std::isnan(std::bit_cast<double>(Cell)) ? 0x7ff8000000000000 : Cell;
  auto Low = uint32_t(Cell);
  return std::isnan(std::bit_cast<float>(Low)) ? 0x7fc00000 : Low;
}

template <class T> std::vector<T> samples() {
  using L = std::numeric_limits<T>;
  return {T(0),
          T(-0.0),
          T(1),
          T(-1),
          T(0.5),
          T(-0.5),
          T(1.5),
          T(2.5),
          T(-2.5),
          T(0.1),
          T(3.7),
          T(-3.7),
          T(1e10),
          T(-1e10),
          T(1e19),
          T(-1e19),
          T(127.9),
          T(-128.9),
          T(255.5),
          T(32767.7),
          T(65535.9),
          T(2147483647.5),
          T(4294967295.5),
          T(9.2233720368547758e18),
          T(0.49999999999999994),
          T(4503599627370497.5),
          L::max(),
          L::lowest(),
          L::min(),
          L::denorm_min(),
          L::infinity(),
          -L::infinity(),
          L::quiet_NaN(),
          -L::quiet_NaN()};
}

template <class T> T minimum(T A, T B) {
  if (std::isnan(A) || std::isnan(B))
    return std::numeric_limits<T>::quiet_NaN();
  if (A == B)
    return std::signbit(A) ? A : B;
  return A < B ? A : B;
}

template <class T> T maximum(T A, T B) { return -minimum<T>(-A, -B); }

constexpr irgen::Tier BothTiers[] = {irgen::Tier::Baseline,
                                     irgen::Tier::Optimized};

} // namespace

TEMPLATE_TEST_CASE("Float operators and functions have C's bits", "", float,
                   double) {
  using T = TestType;
  constexpr bool Wide = sizeof(T) == 8;
  TestProgram P;
  const Type *Ty = P.type(Wide ? TypeKind::F64 : TypeKind::F32);
  const Type *Bool = P.type(TypeKind::Bool);
  struct Row {
    FunctionId F;
    uint64_t (*Want)(T, T);
    bool IsFloat;
  };
  std::vector<Row> Rows;
  auto Binary = [&](BinaryOp Op, uint64_t (*Want)(T, T)) {
    bool Compares = isComparison(Op);
    Function &F = P.function({Ty, Ty}, Compares ? Bool : Ty);
    F.Body = P.list(
        {P.give(P.binary(Op, P.load(F, SlotId(0)), P.load(F, SlotId(1))))});
    Rows.push_back({F.Id, Want, !Compares});
  };
  auto Library = [&](Which W, unsigned Arity, uint64_t (*Want)(T, T),
                     const Type *Result = nullptr) {
    Function &F = P.function({Ty, Ty}, Result ? Result : Ty);
    std::vector<const Expr *> O;
    for (unsigned I = 0; I < Arity; ++I)
      O.push_back(P.load(F, SlotId(I)));
    F.Body = P.list({P.give(P.intrinsic(F.Result, W, O))});
    Rows.push_back({F.Id, Want, !Result});
  };
  Binary(BinaryOp::Add, [](T A, T B) { return cellOf(T(A + B)); });
  Binary(BinaryOp::Sub, [](T A, T B) { return cellOf(T(A - B)); });
  Binary(BinaryOp::Mul, [](T A, T B) { return cellOf(T(A * B)); });
  Binary(BinaryOp::Div, [](T A, T B) { return cellOf(T(A / B)); });
  Binary(BinaryOp::Rem, [](T A, T B) { return cellOf(T(std::fmod(A, B))); });
  Binary(BinaryOp::Eq, [](T A, T B) { return uint64_t(A == B); });
  Binary(BinaryOp::Ne, [](T A, T B) { return uint64_t(A != B); });
  Binary(BinaryOp::Lt, [](T A, T B) { return uint64_t(A < B); });
  Binary(BinaryOp::Le, [](T A, T B) { return uint64_t(A <= B); });
  Binary(BinaryOp::Gt, [](T A, T B) { return uint64_t(A > B); });
  Binary(BinaryOp::Ge, [](T A, T B) { return uint64_t(A >= B); });
  Library(Which::Sqrt, 1, [](T A, T) { return cellOf(T(std::sqrt(A))); });
  Library(Which::Floor, 1, [](T A, T) { return cellOf(T(std::floor(A))); });
  Library(Which::Ceil, 1, [](T A, T) { return cellOf(T(std::ceil(A))); });
  Library(Which::Trunc, 1, [](T A, T) { return cellOf(T(std::trunc(A))); });
  Library(Which::Round, 1, [](T A, T) { return cellOf(T(std::round(A))); });
  Library(Which::RoundEven, 1,
          [](T A, T) { return cellOf(T(std::nearbyint(A))); });
  Library(Which::Abs, 1, [](T A, T) { return cellOf(T(std::fabs(A))); });
  Library(Which::Sign, 1, [](T A, T) {
    return cellOf(T(A > 0 ? 1 : A < 0 ? -1 : A));
  });
  Library(Which::Copysign, 2, [](T A, T B) {
    return cellOf(T(std::isnan(B) ? std::fabs(A) : std::copysign(A, B)));
  });
  Library(Which::Min2, 2, [](T A, T B) { return cellOf(minimum(A, B)); });
  Library(Which::Max2, 2, [](T A, T B) { return cellOf(maximum(A, B)); });
  Library(
      Which::IsNan, 1, [](T A, T) { return uint64_t(std::isnan(A)); }, Bool);
  Library(
      Which::IsInf, 1, [](T A, T) { return uint64_t(std::isinf(A)); }, Bool);
  Library(
      Which::Bits, 1, [](T A, T) { return canonical(cellOf(A), Wide); },
      P.type(Wide ? TypeKind::U64 : TypeKind::U32));
  for (irgen::Tier Tier : BothTiers) {
    P.compile(Tier);
    size_t Wrong = 0;
    for (size_t I = 0; I < Rows.size(); ++I)
      for (T A : samples<T>())
        for (T B : samples<T>()) {
          uint64_t Want = Rows[I].Want(A, B);
          uint64_t Got = P.call(Rows[I].F, {cellOf(A), cellOf(B)}).Result;
          if (Rows[I].IsFloat) {
            Want = canonical(Want, Wide);
            Got = canonical(Got, Wide);
          }
          if (Got != Want && ++Wrong < 10) {
            CAPTURE(size_t(Tier), I, A, B);
            CHECK(Got == Want);
          }
        }
    CHECK(Wrong == 0);
  }
}

TEST_CASE("Conversions keep, round or saturate") {
  TestProgram P;
  std::vector<const Type *> Scalars;
  for (TypeKind K : {TypeKind::Bool, TypeKind::I8, TypeKind::I16, TypeKind::I32,
                     TypeKind::I64, TypeKind::U8, TypeKind::U16, TypeKind::U32,
                     TypeKind::U64, TypeKind::F32, TypeKind::F64})
    Scalars.push_back(P.type(K));
  auto Extend = [](const Type *T, uint64_t V) {
    if (T->isBool())
      return V & 1;
    unsigned Up = 64 - T->bits();
    return T->isSigned() ? uint64_t(int64_t(V << Up) >> Up) : V << Up >> Up;
  };
  // As the language reference has it.
  auto Expect = [&](const Type *From, const Type *To, uint64_t Cell) {
    if (From->isFloat()) {
      double D = From->kind() == TypeKind::F64
                     ? std::bit_cast<double>(Cell)
                     : double(std::bit_cast<float>(uint32_t(Cell)));
      if (To->kind() == TypeKind::F64)
        return cellOf(D);
      if (To->kind() == TypeKind::F32)
        return cellOf(float(D));
      if (std::isnan(D))
        return uint64_t(0);
      unsigned Bits = To->bits();
      double Top = std::ldexp(1.0, int(Bits - To->isSigned()));
      double Bottom = To->isSigned() ? -Top : 0;
      D = std::trunc(D);
      if (D >= Top)
        return Extend(To, To->isSigned() ? (uint64_t(1) << (Bits - 1)) - 1
                                         : ~uint64_t(0));
      if (D <= Bottom)
        return Extend(To, To->isSigned() ? uint64_t(1) << (Bits - 1) : 0);
      return To->isSigned() ? uint64_t(int64_t(D)) : uint64_t(D);
    }
    if (To->kind() == TypeKind::F64)
      return cellOf(From->isSigned() ? double(int64_t(Cell)) : double(Cell));
    if (To->kind() == TypeKind::F32)
      return cellOf(From->isSigned() ? float(int64_t(Cell)) : float(Cell));
    return Extend(To, Cell);
  };
  std::map<std::pair<const Type *, const Type *>, FunctionId> Table;
  for (const Type *From : Scalars)
    for (const Type *To : Scalars) {
      if (To->isBool())
        continue;
      Function &F = P.function({From}, To);
      F.Body = P.list({P.give(P.convert(To, P.load(F, SlotId(0))))});
      Table[{From, To}] = F.Id;
    }
  for (irgen::Tier Tier : BothTiers) {
    P.compile(Tier);
    for (auto [Types, F] : Table) {
      auto [From, To] = Types;
      std::vector<uint64_t> Cells;
      if (From->kind() == TypeKind::F64)
        for (double D : samples<double>())
          Cells.push_back(cellOf(D));
      else if (From->kind() == TypeKind::F32)
        for (float D : samples<float>())
          Cells.push_back(cellOf(D));
      else
        for (uint64_t V :
             {uint64_t(0), uint64_t(1), uint64_t(127), uint64_t(128),
              uint64_t(255), uint64_t(0x7fff), uint64_t(0x8000),
              uint64_t(0x7fffffff), uint64_t(0x80000000), uint64_t(16777217),
              uint64_t(0xffffffff), uint64_t(0x7fffffffffffffff),
              uint64_t(0x8000000000000401), ~uint64_t(0),
              uint64_t(9007199254740993)})
          Cells.push_back(Extend(From, V));
      for (uint64_t Cell : Cells) {
        uint64_t Want = Expect(From, To, Cell);
        uint64_t Got = P.call(F, {Cell}).Result;
        if (To->isFloat()) {
          Want = canonical(Want, To->bits() == 64);
          Got = canonical(Got, To->bits() == 64);
        }
        if (Got != Want) {
          CAPTURE(size_t(Tier), From->name(), To->name(), Cell);
          CHECK(Got == Want);
        }
      }
    }
  }
}

TEST_CASE("Bit functions count, swap and rotate at each width") {
  TestProgram P;
  struct Row {
    FunctionId F;
    const Type *T;
    Which W;
  };
  std::vector<Row> Rows;
  for (TypeKind K : {TypeKind::I8, TypeKind::I16, TypeKind::I32, TypeKind::I64,
                     TypeKind::U8, TypeKind::U16, TypeKind::U32, TypeKind::U64})
    for (Which W :
         {Which::Popcount, Which::Clz, Which::Ctz, Which::Bswap, Which::Rotl,
          Which::Rotr, Which::Abs, Which::Sign, Which::Min2, Which::Max2}) {
      const Type *T = P.type(K);
      Function &F = P.function({T, T}, T);
      std::vector<const Expr *> O{P.load(F, SlotId(0))};
      if (W == Which::Rotl || W == Which::Rotr || W == Which::Min2 ||
          W == Which::Max2)
        O.push_back(P.load(F, SlotId(1)));
      F.Body = P.list({P.give(P.intrinsic(T, W, O))});
      Rows.push_back({F.Id, T, W});
    }
  auto Extend = [](const Type *T, uint64_t V) {
    unsigned Up = 64 - T->bits();
    return T->isSigned() ? uint64_t(int64_t(V << Up) >> Up) : V << Up >> Up;
  };
  for (irgen::Tier Tier : BothTiers) {
    P.compile(Tier);
    for (const Row &R : Rows)
      for (uint64_t Raw : {uint64_t(0), uint64_t(1), uint64_t(0x12345678abcdef),
                           ~uint64_t(0), uint64_t(1) << 63, uint64_t(0x80),
                           uint64_t(0x8000), uint64_t(0x80000000)})
        for (uint64_t RawCount : {uint64_t(0), uint64_t(1), uint64_t(7),
                                  uint64_t(8), uint64_t(33), ~uint64_t(0)}) {
          const Type *T = R.T;
          unsigned Bits = T->bits();
          uint64_t V = Extend(T, Raw), Count = Extend(T, RawCount);
          uint64_t Mask = ~uint64_t(0) >> (64 - Bits), Low = V & Mask;
          unsigned By = unsigned(Count & (Bits - 1));
          bool Less = T->isSigned() ? int64_t(V) < int64_t(Count) : V < Count;
          uint64_t Want = 0;
          switch (R.W) {
          case Which::Popcount:
            Want = uint64_t(std::popcount(Low));
            break;
          case Which::Clz:
            Want = uint64_t(std::countl_zero(Low)) - (64 - Bits);
            break;
          case Which::Ctz:
            Want = std::min<uint64_t>(uint64_t(std::countr_zero(Low)), Bits);
            break;
          case Which::Bswap:
            Want = __builtin_bswap64(Low) >> (64 - Bits);
            break;
          case Which::Rotl:
          case Which::Rotr:
            if (R.W == Which::Rotr)
              By = (Bits - By) & (Bits - 1);
            Want = Low << By | (By ? Low >> (Bits - By) : 0);
            break;
          case Which::Abs:
            Want = T->isSigned() && int64_t(V) < 0 ? -V : V;
            break;
          case Which::Sign:
            Want = T->isSigned() && int64_t(V) < 0 ? ~uint64_t(0) : V != 0;
            break;
          case Which::Min2:
            Want = Less ? V : Count;
            break;
          default:
            Want = Less ? Count : V;
            break;
          }
          uint64_t Got = P.call(R.F, {V, Count}).Result;
          if (Got != Extend(T, Want)) {
            CAPTURE(size_t(Tier), T->name(), int(R.W), V, Count);
            CHECK(Got == Extend(T, Want));
          }
        }
  }
}
