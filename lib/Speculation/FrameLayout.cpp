#include "Speculation/FrameLayout.h"

#include "Speculation/ProfileSites.h"

using namespace jitrun;
using namespace jitrun::speculation;
using namespace jitrun::tast;

FrameLayout::FrameLayout(const Function &F) {
  uint64_t At = 0;
  auto Take = [&](uint64_t Bytes, uint64_t Align) {
    At = (At + Align - 1) / Align * Align;
    const uint64_t Place = At;
    At += Bytes;
    return Place;
  };
  // Words first: they are what most frames are about, and near offsets are
  // short instructions.
  Result = F.Result->isAggregate() ? Take(8, 8) : 0;
  Loops = Take(8 * uint64_t(LoopWords) * F.LoopCount, 8);
  Slots.resize(F.Locals.size());
  Arguments = At;
  const ProfileSites::Parameters Sampled(F);
  for (SlotId S : Sampled.Values)
    Slots[size_t(S)] = Take(8, 8);
  for (SlotId S : Sampled.Arrays)
    Slots[size_t(S)] = Take(8, 8);
  for (bool Aggregates : {false, true})
    for (size_t I = 0; I < F.Locals.size(); ++I)
      if (const Type *T = F.Locals[I].Ty;
          T->isAggregate() == Aggregates && !isCell(F, SlotId(I)))
        Slots[I] = Take(T->size(), std::max<uint64_t>(T->align(), 1));
  Size = (At + 15) / 16 * 16;
}
