#include "Speculation/FrameStates.h"

#include "TypedAST/Walk.h"

using namespace jitrun;
using namespace jitrun::speculation;
using namespace jitrun::tast;
using llvm::BitVector;

namespace {

/// The slots that one statement reads and assigns, nested lists aside.
class Effects : Walker {
public:
  explicit Effects(unsigned Slots) : Reads(Slots), Assigns(Slots) {}

  void of(const Stmt &S) {
    clear();
    stmt(S);
  }
  void of(const Expr &E) {
    clear();
    expr(E);
  }

  BitVector Reads, Assigns;

private:
  void clear() {
    Reads.reset();
    Assigns.reset();
  }
  void onPlace(const Place &P) override {
    if (P.Base == PlaceBase::Local)
      Reads.set(unsigned(P.Slot));
    else if (P.Base == PlaceBase::Capture)
      Reads.set(0); // The closure.
  }
  void onAssign(SlotId S, const Expr *, const Stmt &) override {
    Assigns.set(unsigned(S));
  }
};

} // namespace

namespace jitrun::speculation {

class FrameAnalysis {
public:
  FrameAnalysis(const Function &F, FrameStates &Result,
                FrameStates::Points Which)
      : F(F), Result(Result), Slots(unsigned(F.Locals.size())), E(Slots),
        BreakLive(F.LoopCount), ContinueLive(F.LoopCount), AtBreak(F.LoopCount),
        AtContinue(F.LoopCount) {
    if (Which == FrameStates::Points::All)
      Numbers.emplace(F);
  }

  void run() {
    for (size_t I = 0; I < Slots; ++I)
      AnyOwner |= FrameState::owns(F, SlotId(I));
    BitVector Live(Slots);
    listBack(F.Body, Live, true);
    // Then it is only about what is reachable, and code generation sees that.
    if (!AnyOwner && !Numbers)
      return;
    Owned Start{BitVector(Slots), BitVector(Slots)};
    std::optional<Owned> State = std::move(Start);
    listForward(F.Body, State);
  }

private:
  FrameStates::Entry &entry(ResumePoint P) {
    FrameStates::Entry &S = Result.States[P.word()];
    if (S.Live.empty() && Slots) {
      S.Live.resize(Slots);
      S.Maybe.resize(Slots);
      S.Certain.resize(Slots);
      S.Reachable = !AnyOwner && !Numbers;
    }
    return S;
  }

  //===--------------------------------------------------------------------===//
  // What may be read later, backwards. On entry Live is what is live behind the
  // statement, on return what is live before it.

  void readsBack(const Expr &Value, BitVector &Live) {
    E.of(Value);
    Live |= E.Reads;
  }

  void listBack(StmtList List, BitVector &Live, bool Record) {
    for (size_t I = List.size(); I-- > 0;) {
      stmtBack(*List[I], Live, Record);
      if (Record && Numbers)
        entry(ResumePoint::before(Numbers->of(*List[I]))).Live = Live;
    }
  }

  /// A function of the kind `Gen | (X & Pass)` has its fixpoint after one
  /// step: Iterate is called once to find it, and once more to record.
  template <class Fn>
  void loopBack(LoopId Loop, BitVector &Latch, const BitVector &Out,
                bool Record, Fn Iterate) {
    BreakLive[size_t(Loop)] = Out;
    ContinueLive[size_t(Loop)] = Latch;
    Latch |= Iterate(Latch, false);
    if (!Record)
      return;
    entry(ResumePoint::latch(Loop)).Live = Latch;
    ContinueLive[size_t(Loop)] = Latch;
    Iterate(Latch, true);
  }

  void stmtBack(const Stmt &S, BitVector &Live, bool Record) {
    switch (S.Kind) {
    case StmtKind::If: {
      const auto &I = as<IfStmt>(S);
      BitVector Else = Live;
      listBack(I.Then, Live, Record);
      listBack(I.Else, Else, Record);
      Live |= Else;
      readsBack(*I.Condition, Live);
      return;
    }
    case StmtKind::While: {
      const auto &W = as<WhileStmt>(S);
      // The latch is where the prelude begins.
      BitVector Latch(Slots);
      const BitVector Out = Live;
      loopBack(W.Loop, Latch, Out, Record,
               [&](const BitVector &AtLatch, bool Recording) {
                 BitVector L = AtLatch;
                 listBack(W.Body, L, Recording);
                 L |= Out;
                 readsBack(*W.Condition, L);
                 listBack(W.Prelude, L, Recording);
                 return L;
               });
      Live = std::move(Latch);
      return;
    }
    case StmtKind::ForRange: {
      const auto &R = as<ForRangeStmt>(S);
      BitVector Latch = Live;
      Latch.set(unsigned(R.Variable));
      loopBack(R.Loop, Latch, Live, Record,
               [&](const BitVector &AtLatch, bool Recording) {
                 BitVector L = AtLatch;
                 listBack(R.Body, L, Recording);
                 return L;
               });
      Live |= Latch;
      Live.reset(unsigned(R.Variable));
      if (R.Step)
        readsBack(*R.Step, Live);
      readsBack(*R.Hi, Live);
      readsBack(*R.Lo, Live);
      return;
    }
    case StmtKind::Loop: {
      const auto &L = as<LoopStmt>(S);
      BitVector Latch(Slots);
      loopBack(L.Loop, Latch, Live, Record,
               [&](const BitVector &AtLatch, bool Recording) {
                 BitVector Before = AtLatch;
                 listBack(L.Body, Before, Recording);
                 return Before;
               });
      Live = std::move(Latch);
      return;
    }
    case StmtKind::Break:
      Live = BreakLive[size_t(as<BreakStmt>(S).Loop)];
      return;
    case StmtKind::Continue:
      Live = ContinueLive[size_t(as<ContinueStmt>(S).Loop)];
      return;
    case StmtKind::Return:
      Live.reset();
      if (const Expr *Value = as<ReturnStmt>(S).Value)
        readsBack(*Value, Live);
      return;
    case StmtKind::Block:
      listBack(as<BlockStmt>(S).Body, Live, Record);
      return;
    default:
      E.of(S);
      Live.reset(E.Assigns);
      Live |= E.Reads;
      return;
    }
  }

  //===--------------------------------------------------------------------===//
  // Who owns a reference, forwards: what IRGen's FunctionEmitter keeps as its
  // Liveness. No state: control does not come here.

  struct Owned {
    BitVector Maybe, Certain;
  };
  using State = std::optional<Owned>;

  static void join(State &Into, const State &From) {
    if (!From)
      return;
    if (!Into) {
      Into = From;
      return;
    }
    Into->Maybe |= From->Maybe;
    Into->Certain &= From->Certain;
  }

  void record(ResumePoint P, const State &S) {
    if (!S)
      return;
    FrameStates::Entry &To = entry(P);
    To.Reachable = true;
    To.Maybe = S->Maybe;
    To.Certain = S->Certain;
  }

  void enterLoop(StmtList Prelude, StmtList Body, State &S) {
    struct : Walker {
      const Function *F = nullptr;
      BitVector Assigned, Scoped;
      bool Jumps = false;

      void onAssign(SlotId Slot, const Expr *, const Stmt &) override {
        if (FrameState::owns(*F, Slot))
          Assigned.set(unsigned(Slot));
      }
      void onPlace(const Place &P) override {
        if (P.Base == PlaceBase::Local && FrameState::owns(*F, P.Slot))
          Assigned.set(unsigned(P.Slot));
      }
      void onStmt(const Stmt &Inner) override {
        Jumps |=
            Inner.Kind == StmtKind::Break || Inner.Kind == StmtKind::Continue;
        if (Inner.Kind == StmtKind::Block)
          for (SlotId Slot : as<BlockStmt>(Inner).Scope)
            Scoped.set(unsigned(Slot));
      }
    } W;
    W.F = &F;
    W.Assigned.resize(Slots);
    W.Scoped.resize(Slots);
    W.list(Prelude);
    W.list(Body);
    if (!W.Jumps)
      W.Assigned.reset(W.Scoped);
    S->Maybe |= W.Assigned;
    S->Certain.reset(W.Scoped);
  }

  void listForward(StmtList List, State &S) {
    for (const Stmt *Next : List) {
      if (!S)
        return;
      if (Numbers)
        record(ResumePoint::before(Numbers->of(*Next)), S);
      stmtForward(*Next, S);
    }
  }

  void latch(LoopId Loop, State &S) {
    join(S, AtContinue[size_t(Loop)]);
    record(ResumePoint::latch(Loop), S);
  }

  void stmtForward(const Stmt &S, State &At) {
    switch (S.Kind) {
    case StmtKind::If: {
      State Else = At;
      listForward(as<IfStmt>(S).Then, At);
      listForward(as<IfStmt>(S).Else, Else);
      join(At, Else);
      return;
    }
    case StmtKind::While: {
      const auto &W = as<WhileStmt>(S);
      open(W.Loop);
      enterLoop(W.Prelude, W.Body, At);
      listForward(W.Prelude, At);
      State Exit = At;
      listForward(W.Body, At);
      latch(W.Loop, At);
      join(Exit, AtBreak[size_t(W.Loop)]);
      At = std::move(Exit);
      return;
    }
    case StmtKind::ForRange: {
      const auto &R = as<ForRangeStmt>(S);
      open(R.Loop);
      enterLoop({}, R.Body, At);
      State Exit = At;
      listForward(R.Body, At);
      latch(R.Loop, At);
      join(Exit, AtBreak[size_t(R.Loop)]);
      At = std::move(Exit);
      return;
    }
    case StmtKind::Loop: {
      const auto &L = as<LoopStmt>(S);
      open(L.Loop);
      enterLoop({}, L.Body, At);
      listForward(L.Body, At);
      latch(L.Loop, At);
      At = AtBreak[size_t(L.Loop)];
      return;
    }
    case StmtKind::Break:
      join(AtBreak[size_t(as<BreakStmt>(S).Loop)], At);
      At.reset();
      return;
    case StmtKind::Continue:
      join(AtContinue[size_t(as<ContinueStmt>(S).Loop)], At);
      At.reset();
      return;
    case StmtKind::Return:
      At.reset();
      return;
    case StmtKind::Block:
      listForward(as<BlockStmt>(S).Body, At);
      if (At)
        for (SlotId Slot : as<BlockStmt>(S).Scope)
          if (FrameState::owns(F, Slot)) {
            At->Maybe.reset(unsigned(Slot));
            At->Certain.reset(unsigned(Slot));
          }
      return;
    default:
      E.of(S);
      for (unsigned Slot : E.Assigns.set_bits())
        if (FrameState::owns(F, SlotId(Slot))) {
          At->Maybe.set(Slot);
          At->Certain.set(Slot);
        }
      return;
    }
  }

  void open(LoopId Loop) {
    AtBreak[size_t(Loop)].reset();
    AtContinue[size_t(Loop)].reset();
  }

  const Function &F;
  FrameStates &Result;
  const unsigned Slots;
  bool AnyOwner = false;
  Effects E;
  std::optional<StatementNumbers> Numbers;
  std::vector<BitVector> BreakLive, ContinueLive;
  std::vector<State> AtBreak, AtContinue;
};

} // namespace jitrun::speculation

FrameStates::FrameStates(const Function &F, Points Which) {
  FrameAnalysis(F, *this, Which).run();
}
