#include "Evaluator/Temporary.h"
#include "Evaluator/Walker.h"
#include "Runtime/Runtime.h"

namespace jitrun::evaluator {

using namespace tast;

size_t Walker::countIndices(const Place &P) {
  size_t Count = P.Indices.size();
  for (const Projection &Step : P.Projections)
    Count += Step.Index != nullptr;
  return Count;
}

/// Of any integer type; one that does not fit i64 is out of range as the
/// negative number it looks like.
int64_t Walker::index(Frame &F, const Expr &E) { return int64_t(value(F, E)); }

void Walker::evaluateOperands(Frame &F, const Place &P, PlaceOperands &O) {
  O.Array = nullptr;
  if (P.Base == PlaceBase::Element)
    O.Array = get<abi::ArrayHeader *>(value(F, *P.Array));
  int64_t *To = O.Indices;
  for (const Expr *E : P.Indices)
    *To++ = index(F, *E);
  for (const Projection &Step : P.Projections)
    if (Step.Index)
      *To++ = index(F, *Step.Index);
}

char *Walker::checkPlace(Frame &F, const Place &Of, const PlaceOperands &O) {
  auto Check = [&](int64_t Index, int64_t Length, bool Unchecked, SiteId Site) {
    if (uint64_t(Index) < uint64_t(Length)) [[likely]]
      return;
    assert(!Unchecked && "an index known to be in range is not");
    (void)Unchecked;
    F.Site = Site;
    runtime::jr_trap_index(&Ctx, Index, Length);
  };

  const int64_t *Next = O.Indices;
  char *At = nullptr;
  switch (Of.Base) {
  case PlaceBase::Local:
    At = F.slot(Of.Slot);
    break;
  case PlaceBase::Constant:
    At = const_cast<char *>(P.constant(Of.Constant));
    break;
  case PlaceBase::Capture: {
    auto *Closure = read<abi::ClosureHeader *>(F.slot(SlotId(0)));
    At = reinterpret_cast<char *>(Closure) +
         offsetof(abi::ClosureHeader, Data) +
         F.F.Captures->field(Of.Capture).Offset;
    break;
  }
  case PlaceBase::Element: {
    abi::ArrayHeader &A = *O.Array;
    int64_t Offset = 0;
    if (Of.Linear) {
      int64_t Length = 1;
      for (unsigned D = 0; D < A.Rank; ++D)
        Length *= A.shape()[D];
      Check(*Next, Length, Of.Unchecked, Of.Site);
      Offset = *Next++;
    } else {
      for (unsigned D = 0; D < A.Rank; ++D) {
        Check(*Next, A.shape()[D], Of.Unchecked, Of.Site);
        Offset += *Next++ * A.strides()[D];
      }
    }
    At = A.Data + Offset * int64_t(Of.BaseTy->size());
    break;
  }
  }

  const Type *T = Of.BaseTy;
  for (const Projection &Step : Of.Projections) {
    if (Step.Index) {
      Check(*Next, int64_t(as<FixedArrayType>(*T).count()), Step.Unchecked,
            Step.Site);
      At += *Next++ * int64_t(Step.Ty->size());
    } else {
      At += fieldOf(T, Step).Offset;
    }
    T = Step.Ty;
  }
  return At;
}

char *Walker::address(Frame &F, const Place &Of) {
  if (Of.Base == PlaceBase::Local && Of.Projections.empty())
    return F.slot(Of.Slot);
  constexpr size_t Few = 8;
  int64_t Buffer[Few];
  PlaceOperands O;
  size_t Count = countIndices(Of);
  O.Indices = Count <= Few
                  ? Buffer
                  : reinterpret_cast<int64_t *>(JITRUN_TEMPORARY(8 * Count));
  evaluateOperands(F, Of, O);
  return checkPlace(F, Of, O);
}

} // namespace jitrun::evaluator
