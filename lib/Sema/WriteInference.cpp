#include "Sema/WriteInference.h"

#include "TypedAST/TypedAST.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace jitrun::sema {

using namespace tast;

namespace {

/// What a caller must know of a function: which of its parameters and its
/// result (the last) may share arrays, and which are written.
struct Summary {
  std::vector<uint32_t> Class; ///< Equal numbers: may share.
  std::vector<bool> Written;   ///< By class.

  friend bool operator==(const Summary &, const Summary &) = default;
};

class Inference {
public:
  explicit Inference(Module &M) : M(M), Summaries(M.Functions.size()) {}
  void run();

private:
  bool holdsArray(const Type *T);
  bool analyse(Function &F);
  void visit(StmtList List);
  void visit(const Stmt &S);
  void store(const Place &To, const Expr *Value);
  void write(const Place &To);
  /// The slots that \p E's value may share arrays with.
  void collect(const Expr *E, llvm::SmallVectorImpl<uint32_t> &To);
  void collect(const Place &P, llvm::SmallVectorImpl<uint32_t> &To);
  void share(uint32_t With, const Expr *E);

  uint32_t find(uint32_t S) {
    while (Parent[S] != S)
      S = Parent[S] = Parent[Parent[S]];
    return S;
  }
  void merge(uint32_t A, uint32_t B) {
    A = find(A);
    B = find(B);
    if (A == B)
      return;
    Parent[A] = B;
    Written[B] = Written[B] || Written[A];
  }
  void markWritten(uint32_t S) { Written[find(S)] = true; }
  uint32_t result() const { return uint32_t(F->Locals.size()); }

  Module &M;
  Function *F = nullptr;
  std::vector<uint32_t> Parent;
  std::vector<bool> Written;
  std::vector<Summary> Summaries;
  llvm::DenseMap<const Type *, bool> Holds;
  std::vector<uint32_t> Callees;
};

bool Inference::holdsArray(const Type *T) {
  if (!T->isCounted() || T->isStr())
    return false;
  // Nothing is known of what a function value has captured.
  if (T->isArray() || T->isAny() || T->isFunction())
    return true;
  if (auto At = Holds.find(T); At != Holds.end())
    return At->second;
  bool Any = false;
  if (T->kind() == TypeKind::FixedArray) {
    Any = holdsArray(static_cast<const FixedArrayType *>(T)->element());
  } else if (T->isEnum()) {
    for (const Variant &V : static_cast<const EnumType *>(T)->variants())
      for (const Field &Each : V.Payload)
        Any |= holdsArray(Each.Ty);
  } else {
    for (const Field &Each : static_cast<const RecordType *>(T)->fields())
      Any |= holdsArray(Each.Ty);
  }
  Holds[T] = Any;
  return Any;
}

void Inference::collect(const Place &P, llvm::SmallVectorImpl<uint32_t> &To) {
  if (P.Base == PlaceBase::Local)
    To.push_back(uint32_t(P.Slot));
  else if (P.Base == PlaceBase::Element)
    collect(P.Array, To);
  else if (P.Base == PlaceBase::Capture)
    To.push_back(0); // The closure.
}

void Inference::collect(const Expr *E, llvm::SmallVectorImpl<uint32_t> &To) {
  if (!holdsArray(E->Ty))
    return;
  switch (E->Kind) {
  case ExprKind::Load:
    return collect(*as<LoadExpr>(*E).From, To);
  case ExprKind::Aggregate:
    for (const Expr *Part : as<AggregateExpr>(*E).Parts)
      collect(Part, To);
    return;
  case ExprKind::Variant:
    for (const Expr *Part : as<VariantExpr>(*E).Parts)
      collect(Part, To);
    return;
  case ExprKind::FixedFill:
    return collect(as<FixedFillExpr>(*E).Value, To);
  case ExprKind::ToAny:
    return collect(as<ToAnyExpr>(*E).Operand, To);
  case ExprKind::AnyCast:
    return collect(as<AnyCastExpr>(*E).Operand, To);
  default: // The empty array, the program's arguments.
    return;
  }
}

void Inference::share(uint32_t With, const Expr *E) {
  llvm::SmallVector<uint32_t, 4> Slots;
  collect(E, Slots);
  for (uint32_t S : Slots)
    merge(With, S);
}

void Inference::write(const Place &To) {
  if (To.Base != PlaceBase::Element)
    return;
  llvm::SmallVector<uint32_t, 4> Slots;
  collect(To.Array, Slots);
  for (uint32_t S : Slots)
    markWritten(S);
}

void Inference::store(const Place &To, const Expr *Value) {
  write(To);
  if (!holdsArray(Value->Ty))
    return;
  llvm::SmallVector<uint32_t, 4> Slots;
  collect(To, Slots);
  for (uint32_t S : Slots)
    share(S, Value);
}

void Inference::visit(StmtList List) {
  for (const Stmt *S : List)
    visit(*S);
}

void Inference::visit(const Stmt &S) {
  switch (S.Kind) {
  case StmtKind::Assign:
    return store(*as<AssignStmt>(S).Target, as<AssignStmt>(S).Value);
  case StmtKind::MultiAssign: {
    const auto &Multi = as<MultiAssignStmt>(S);
    for (size_t I = 0; I < Multi.Targets.size(); ++I)
      store(*Multi.Targets[I], Multi.Values[I]);
    return;
  }
  case StmtKind::OpAssign:
    return write(*as<OpAssignStmt>(S).Target);
  case StmtKind::Eval:
  case StmtKind::ExternCall:
  case StmtKind::Break:
  case StmtKind::Continue:
    return;
  case StmtKind::Call: {
    const auto &Call = as<CallStmt>(S);
    const Summary &Callee = Summaries[size_t(Call.Callee)];
    Callees.push_back(uint32_t(Call.Callee));
    if (Callee.Class.empty())
      return;
    // One slot for each class of the callee's, the first that is met.
    llvm::SmallDenseMap<uint32_t, uint32_t, 4> ByClass;
    auto Meet = [&](size_t Position, uint32_t Slot) {
      uint32_t Class = Callee.Class[Position];
      auto [At, New] = ByClass.try_emplace(Class, Slot);
      if (!New)
        merge(At->second, Slot);
      if (Callee.Written[Class])
        markWritten(Slot);
    };
    for (size_t I = 0; I < Call.Arguments.size(); ++I) {
      llvm::SmallVector<uint32_t, 4> Slots;
      collect(Call.Arguments[I], Slots);
      for (uint32_t Slot : Slots)
        Meet(I, Slot);
    }
    if (Call.Dest != NoSlot && holdsArray(F->Locals[size_t(Call.Dest)].Ty))
      Meet(Call.Arguments.size(), uint32_t(Call.Dest));
    return;
  }
  case StmtKind::CallValue: {
    // It may write and keep whatever it gets or has captured, and give it.
    const auto &Call = as<CallValueStmt>(S);
    llvm::SmallVector<uint32_t, 4> Slots;
    collect(Call.Callee, Slots);
    for (const Expr *E : Call.Arguments)
      collect(E, Slots);
    if (Call.Dest != NoSlot && holdsArray(F->Locals[size_t(Call.Dest)].Ty))
      Slots.push_back(uint32_t(Call.Dest));
    for (uint32_t Slot : Slots) {
      merge(Slots[0], Slot);
      markWritten(Slot);
    }
    return;
  }
  case StmtKind::Operation: {
    const auto &Op = as<OperationStmt>(S);
    if (Op.Which == Operation::Fill) {
      llvm::SmallVector<uint32_t, 4> Slots;
      collect(Op.Operands[0], Slots);
      for (uint32_t Slot : Slots) {
        markWritten(Slot);
        share(Slot, Op.Operands[1]);
      }
      return;
    }
    if (Op.Dest == NoSlot || !holdsArray(F->Locals[size_t(Op.Dest)].Ty))
      return;
    bool View =
        Op.Which == Operation::MakeClosure || Op.Which == Operation::Slice ||
        Op.Which == Operation::Reshape || Op.Which == Operation::Transpose ||
        Op.Which == Operation::StableSource || Op.Which == Operation::BoxAny;
    // The others are fresh, but hold what the elements were.
    const Type *T = F->Locals[size_t(Op.Dest)].Ty;
    if (View || (T->isArray() &&
                 holdsArray(static_cast<const ArrayType *>(T)->element())))
      for (const Expr *Operand : Op.Operands)
        share(uint32_t(Op.Dest), Operand);
    return;
  }
  case StmtKind::If:
    visit(as<IfStmt>(S).Then);
    return visit(as<IfStmt>(S).Else);
  case StmtKind::While:
    visit(as<WhileStmt>(S).Prelude);
    return visit(as<WhileStmt>(S).Body);
  case StmtKind::ForRange:
    return visit(as<ForRangeStmt>(S).Body);
  case StmtKind::Loop:
    return visit(as<LoopStmt>(S).Body);
  case StmtKind::Return:
    if (const Expr *Value = as<ReturnStmt>(S).Value)
      share(result(), Value);
    return;
  case StmtKind::Block:
    return visit(as<BlockStmt>(S).Body);
  }
}

/// True when the summary changed.
bool Inference::analyse(Function &Of) {
  F = &Of;
  Callees.clear();
  Parent.resize(Of.Locals.size() + 1);
  for (uint32_t I = 0; I < Parent.size(); ++I)
    Parent[I] = I;
  Written.assign(Parent.size(), false);
  visit(Of.Body);

  Summary New;
  llvm::SmallDenseMap<uint32_t, uint32_t, 8> Numbers;
  auto Add = [&](uint32_t Slot) {
    auto [At, IsNew] =
        Numbers.try_emplace(find(Slot), uint32_t(New.Written.size()));
    if (IsNew)
      New.Written.push_back(Written[find(Slot)]);
    New.Class.push_back(At->second);
  };
  for (uint32_t I = 0; I < Of.Parameters; ++I)
    Add(I);
  Add(result());
  Summary &Old = Summaries[size_t(Of.Id)];
  if (Old == New)
    return false;
  Old = std::move(New);
  return true;
}

void Inference::run() {
  size_t Count = M.Functions.size();
  std::vector<bool> Relevant(Count), Queued(Count);
  std::vector<std::vector<uint32_t>> Callers(Count);
  std::vector<uint32_t> Queue;
  for (size_t I = 0; I < Count; ++I) {
    const Function &Of = *M.Functions[I];
    for (uint32_t P = 0; P < Of.Parameters; ++P)
      Relevant[I] = Relevant[I] || holdsArray(Of.Locals[P].Ty);
    Relevant[I] = Relevant[I] || holdsArray(Of.Result);
    if (Relevant[I]) {
      Queue.push_back(uint32_t(I));
      Queued[I] = true;
    }
  }
  std::vector<bool> Seen(Count);
  for (size_t Next = 0; Next < Queue.size(); ++Next) {
    uint32_t Id = Queue[Next];
    Queued[Id] = false;
    bool Changed = analyse(*M.Functions[Id]);
    if (!Seen[Id]) {
      Seen[Id] = true;
      for (uint32_t Callee : Callees)
        Callers[Callee].push_back(Id);
    }
    if (Changed)
      for (uint32_t Caller : Callers[Id])
        if (!Queued[Caller] && Seen[Caller]) {
          Queued[Caller] = true;
          Queue.push_back(Caller);
        }
  }
  for (size_t I = 0; I < Count; ++I) {
    Function &Of = *M.Functions[I];
    const Summary &S = Summaries[I];
    for (uint32_t P = 0; P < Of.Parameters; ++P)
      Of.WritesParameter.push_back(!S.Class.empty() && S.Written[S.Class[P]] &&
                                   holdsArray(Of.Locals[P].Ty));
  }
}

} // namespace

void inferWrites(Module &M) { Inference(M).run(); }

} // namespace jitrun::sema
