#include "Sema/Checker.h"
#include "Sema/Library.h"

namespace jitrun::sema {

void Checker::declare(llvm::StringRef Name, SlotId Slot,
                      PlaceRef::Access Allowed, SourceRange Range) {
  if (Name == "_")
    return;
  if (Slot != tast::NoSlot && Allowed != PlaceRef::Access::Writable)
    L.setImmutable(Slot);
  auto [At, New] = Visible.try_emplace(Name, int(Bindings.size()));
  const Type *T = Slot == tast::NoSlot ? P.errorType() : L.slotType(Slot);
  Bindings.push_back({Name, Slot, T, Allowed, Range, New ? -1 : At->second});
  At->second = int(Bindings.size() - 1);
}

void Checker::forget(size_t Start) {
  while (Bindings.size() > Start) {
    const Binding &B = Bindings.back();
    if (B.Previous < 0)
      Visible.erase(B.Name);
    else
      Visible[B.Name] = B.Previous;
    Bindings.pop_back();
  }
}

bool Checker::isLocal(llvm::StringRef Name) const {
  for (const FunctionState *S = this; S; S = S->Outer)
    if (S->Visible.contains(Name))
      return true;
  return false;
}

const Binding *Checker::findLocal(FunctionState &In, llvm::StringRef Name) {
  if (auto At = In.Visible.find(Name); At != In.Visible.end())
    return &In.Bindings[size_t(At->second)];
  if (!In.Outer)
    return nullptr;
  // From around the lambda: captured on first use.
  if (auto At = In.Captured.find(Name); At != In.Captured.end())
    return At->second.get();
  const Binding *Of = findLocal(*In.Outer, Name);
  if (!Of)
    return nullptr;
  auto Own = std::make_unique<Binding>(*Of);
  Own->Slot = tast::NoSlot;
  Own->Allowed = PlaceRef::Access::Captured;
  if (!Of->IsOuterClause && Of->Ty->kind() != TypeKind::Error) {
    Own->Capture = int(In.Captures.size());
    In.Captures.push_back(Name);
  }
  return (In.Captured[Name] = std::move(Own)).get();
}

PlaceRef Checker::place(const Binding &B) {
  return B.Capture >= 0 ? L.capture(uint32_t(B.Capture), B.Ty)
                        : L.local(B.Slot);
}

/// The candidate that the fewest edits make of \p Name, if they are few; the
/// first by name of several, as their order is that of a hash table.
static llvm::StringRef closest(llvm::StringRef Name,
                               llvm::ArrayRef<llvm::StringRef> Candidates) {
  unsigned Limit = Name.size() < 3 ? 0 : unsigned(Name.size() + 1) / 3;
  llvm::StringRef Best;
  for (llvm::StringRef C : Candidates) {
    unsigned Distance = C.edit_distance(Name, true, Limit);
    if (Distance > Limit || C == Name)
      continue;
    if (Best.empty() || Distance < Limit || C < Best)
      Best = C;
    Limit = Distance;
  }
  return Best;
}

std::string Checker::suggest(llvm::StringRef Name, bool Functions) const {
  std::vector<llvm::StringRef> Candidates;
  if (Diags.isFull())
    return {};
  if (!Functions)
    for (const Binding &B : Bindings)
      Candidates.push_back(B.Name);
  P.appendNames(Functions, Candidates);
  if (Functions)
    for (const LibraryFunction &F : libraryFunctions())
      Candidates.push_back(F.Name);
  llvm::StringRef Best = closest(Name, Candidates);
  return Best.empty() ? "" : "did you mean '" + Best.str() + "'?";
}

Value Checker::reportUnknown(llvm::StringRef Name, SourceRange Range) {
  if (SourceRange Main = P.findMainVariable(Name); Main.isValid() && !IsMain) {
    Diags.report(Range, diag::MainVariable)
            .note(Main, "'" + Name.str() + "' is declared here")
            .fix("pass it as an argument, or make it a 'const'")
        << std::string_view(Name);
    return errorValue();
  }
  Diags.report(Range, diag::UnknownName).fix(suggest(Name, false))
      << std::string_view(Name);
  return errorValue();
}

Value Checker::checkName(const syntax::NameExpr &E, const Type *Hint) {
  llvm::StringRef Name = E.Name;
  if (const Binding *B = findLocal(Name)) {
    if (B->IsOuterClause) {
      Diags.report(E.Range, diag::DependentBound)
              .note(B->Range, "'" + Name.str() + "' is declared here")
          << E.Name;
      return errorValue();
    }
    return B->Ty->kind() == TypeKind::Error ? errorValue() : L.load(place(*B));
  }
  if (P.typeArgument(E.Name)) {
    Diags.report(E.Range, diag::TypeIsNoValue) << E.Name;
    return errorValue();
  }
  if (const Symbol *S = P.find(E.Name)) {
    switch (S->Kind) {
    case Symbol::Const: {
      ConstInfo &C = P.resolve(*S, E.Range);
      if (C.Ty->kind() == TypeKind::Error)
        return errorValue();
      if (!C.HasConstant)
        return C.Value;
      PlaceRef Place;
      checkNamePlace(E, Place);
      return L.load(Place);
    }
    case Symbol::Function:
      return checkFunctionName(E, Hint);
    case Symbol::Struct:
      if (Hint && Hint->isFunction())
        return checkFunctionName(E, Hint);
      Diags.report(E.Range, diag::TypeIsNoValue)
              .fix("write '" + std::string(E.Name) + "(...)'")
          << E.Name;
      return errorValue();
    case Symbol::Enum:
      if (!P.enumInfo(*S).Broken)
        Diags.report(E.Range, diag::TypeIsNoValue)
                .fix("write '" + std::string(E.Name) + "." +
                     P.enumInfo(*S).Ty->variant(0).Name + "'")
            << E.Name;
      return errorValue();
    case Symbol::None:
      return errorValue();
    }
  }
  if (auto Variants = P.variants(E.Name); !Variants.empty()) {
    syntax::Identifier Name{E.Name, E.Range};
    auto V = chooseVariant(Variants, Name, Hint);
    return V ? checkVariant(*V, Name, E.Range) : errorValue();
  }
  if (E.Name == "args") {
    // A copy: the array itself is the context's, and a program that writes an
    // element would leave its text there for the next call.
    const Type *Words = Types.array(Types.str(), 1);
    return operation(tast::Operation::Copy, Words,
                     {L.intrinsic(Words, tast::Intrinsic::Args, {})}, E.Range);
  }
  if (findLibraryFunction(E.Name))
    return checkFunctionName(E, Hint);
  if (syntax::isBuiltinTypeName(E.Name)) {
    if (Hint && Hint->isFunction())
      return checkFunctionName(E, Hint);
    Diags.report(E.Range, diag::TypeIsNoValue) << E.Name;
    return errorValue();
  }
  return reportUnknown(Name, E.Range);
}

} // namespace jitrun::sema
