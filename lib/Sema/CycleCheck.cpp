#include "Sema/CycleCheck.h"

#include "Sema/Program.h"

#include "llvm/ADT/DenseSet.h"

namespace jitrun::sema {

void CycleCheck::addLambda(const tast::Function &F,
                           llvm::ArrayRef<llvm::StringRef> Names) {
  const Lambda &L = Lambdas.emplace_back(
      Lambda{&F, llvm::SmallVector<llvm::StringRef, 2>(Names)});
  ById[uint32_t(F.Id)] = &L;
  ByType[F.Locals[0].Ty].push_back(&L);
}

void CycleCheck::addStore(const Type *T, llvm::ArrayRef<Holder> Parts,
                          const ArrayType *Array, SourceRange Range,
                          const DiagnosticEngine &Diags) {
  if (!Parts.empty())
    Stores.push_back({T, llvm::SmallVector<Holder, 1>(Parts), Array, Range,
                      Diags.context()});
}

void CycleCheck::forEachHeld(Holder By,
                             llvm::function_ref<void(Holder)> Then) const {
  auto All = [&](std::span<const Field> Fields) {
    for (const Field &F : Fields)
      Then(F.Ty);
  };
  if (const auto *L = llvm::dyn_cast<const Lambda *>(By))
    return All(L->Function->Captures->fields());
  const Type *T = llvm::cast<const Type *>(By);
  switch (T->kind()) {
  case TypeKind::Array:
    return Then(static_cast<const ArrayType *>(T)->element());
  case TypeKind::FixedArray:
    return Then(static_cast<const FixedArrayType *>(T)->element());
  case TypeKind::Tuple:
  case TypeKind::Struct:
    return All(static_cast<const RecordType *>(T)->fields());
  case TypeKind::Enum:
    for (const Variant &V : static_cast<const EnumType *>(T)->variants())
      All(V.Payload);
    return;
  case TypeKind::Function:
    if (auto At = ByType.find(T); At != ByType.end())
      for (const Lambda *L : At->second)
        Then(L);
    return;
  case TypeKind::Any:
    for (const Type *Held : HeldByAny)
      Then(Held);
    return;
  default:
    return;
  }
}

std::optional<CycleCheck::Path> CycleCheck::search(Holder From,
                                                   const Type *Element) const {
  struct Step {
    Holder At;
    size_t Before;
  };
  std::vector<Step> Steps{{From, 0}};
  llvm::DenseSet<const void *> Seen{From.getOpaqueValue()};
  for (size_t I = 0; I < Steps.size(); ++I) {
    const Holder At = Steps[I].At;
    if (const auto *T = llvm::dyn_cast<const Type *>(At);
        T && T->isArray() &&
        static_cast<const ArrayType *>(T)->element() == Element) {
      Path Found;
      for (size_t Next = I; Next; Next = Steps[Next].Before)
        if (const auto *L =
                llvm::dyn_cast<const Lambda *>(Steps[Steps[Next].Before].At)) {
          auto Fields = L->Function->Captures->fields();
          size_t Number = 0;
          while (Fields[Number].Ty != llvm::cast<const Type *>(Steps[Next].At))
            ++Number;
          Found.insert(Found.begin(), {L, Number});
        }
      return Found;
    }
    forEachHeld(At, [&](Holder Held) {
      if (const auto *T = llvm::dyn_cast<const Type *>(Held);
          T && (!T->isCounted() || T->isStr()))
        return;
      if (Seen.insert(Held.getOpaqueValue()).second)
        Steps.push_back({Held, I});
    });
  }
  return std::nullopt;
}

const std::optional<CycleCheck::Path> &CycleCheck::find(Holder From,
                                                        const Type *Element) {
  auto [At, New] = Known.try_emplace({From.getOpaqueValue(), Element});
  if (New)
    At->second = search(From, Element);
  return At->second;
}

void CycleCheck::report(DiagnosticEngine &Diags) {
  constexpr size_t MostNotes = 4;
  for (Store &S : Stores)
    for (Holder Part : S.Parts) {
      const std::optional<Path> &Found = find(Part, S.Array->element());
      if (!Found)
        continue;
      auto Before = Diags.setContext(S.Context);
      {
        auto &&D = Diags.report(S.Range, diag::StoreClosesCycle);
        D << S.Array << S.Ty;
        for (const auto &[L, Number] : llvm::ArrayRef(*Found).take_front(
                 std::min(Found->size(), MostNotes)))
          D.note(L->Function->Range,
                 "'" + L->Function->Name + "' captures '" +
                     L->Names[Number].str() + "', which is '" +
                     L->Function->Captures->field(uint32_t(Number)).Ty->name() +
                     "'");
        D.fix("make a new array, or pass the function what it needs");
      }
      Diags.setContext(std::move(Before));
      break;
    }
}

} // namespace jitrun::sema
