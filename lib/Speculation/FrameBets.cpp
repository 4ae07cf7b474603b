#include "Speculation/FrameBets.h"

#include "TypedAST/Walk.h"

#include <cstring>

using namespace jitrun;
using namespace jitrun::speculation;
using namespace jitrun::tast;

/// Of an array that the function made itself. The lengths of such say most by
/// their relation to other values, which numbers hide; but loops over short
/// ones are unrolled.
static constexpr uint64_t MaxLocalLength = 8;

namespace {

/// The slots that a statement assigns, as a whole or in part.
struct Assigned : Walker {
  explicit Assigned(const Function &F) : Slots(unsigned(F.Locals.size())) {}

  void onAssign(SlotId S, const Expr *, const Stmt &) override {
    Slots.set(unsigned(S));
  }

  llvm::BitVector Slots;
};

uint64_t wordAt(const char *Address, size_t Bytes) {
  uint64_t Word = 0;
  std::memcpy(&Word, Address, Bytes);
  return Word;
}

} // namespace

std::vector<FrameBet> speculation::readFrame(const Function &F, LoopId Loop,
                                             LoopId At, const char *Frame) {
  std::vector<FrameBet> Bets;
  const ResumePoint Point = ResumePoint::latch(Loop);
  const FrameStates States(F, FrameStates::Points::Latches);
  const FrameState *State = States.at(Point);
  const FrameState *Here = States.at(ResumePoint::latch(At));
  if (!State || !Here)
    return Bets;
  Assigned Nest(F);
  for (const ResumeStep &Step : findPath(F, Point))
    if (loopOf(Step.stmt())) {
      Nest.stmt(Step.stmt());
      break;
    }
  const FrameLayout Layout(F);
  for (size_t I = 0; I < F.Locals.size(); ++I) {
    const auto S = SlotId(I);
    const Type *T = F.Locals[I].Ty;
    // In any frame that comes there: who tests a bet reads the header.
    auto Holds = [&](const FrameState &At) {
      return FrameState::owns(F, S) ? At.Certain.test(unsigned(I))
                                    : At.carries(F, S);
    };
    if (!T->isArray() || !Holds(*State) || !Holds(*Here) ||
        Nest.Slots.test(unsigned(I)))
      continue;
    const char *Header;
    std::memcpy(&Header, Frame + Layout.slot(S), sizeof(Header));
    auto Bet = [&](size_t Offset, uint8_t Bytes) {
      Bets.push_back(
          {S, uint16_t(Offset), Bytes, wordAt(Header + Offset, Bytes)});
    };
    Bet(offsetof(abi::ArrayHeader, Flags), 4);
    for (unsigned D = 0; D < static_cast<const ArrayType *>(T)->rank(); ++D) {
      const size_t At = offsetof(abi::ArrayHeader, Shape) + 8 * D;
      if (size_t(S) < F.Parameters || wordAt(Header + At, 8) <= MaxLocalLength)
        Bet(At, 8);
    }
  }
  return Bets;
}
