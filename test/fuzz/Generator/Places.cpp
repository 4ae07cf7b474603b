#include "fuzz/Generator/Generator.h"

namespace jitrun::fuzz {

std::string Generator::freshName() { return "v" + std::to_string(NextName++); }

void Generator::declare(std::string Name, const GType *Ty, bool Assignable) {
  Variables.push_back({std::move(Name), Ty, Assignable});
}

bool Generator::visible(size_t Index) const {
  for (size_t I = Index + 1; I < Variables.size(); ++I)
    if (Variables[I].Name == Variables[Index].Name)
      return false;
  return true;
}

std::vector<const Variable *>
Generator::variablesWhere(const std::function<bool(const Variable &)> &Test) {
  std::vector<const Variable *> Found;
  for (size_t I = 0; I < Variables.size(); ++I)
    if (Test(Variables[I]) && visible(I))
      Found.push_back(&Variables[I]);
  return Found;
}

std::vector<const Variable *> Generator::variables(const GType *Ty) {
  return variablesWhere([&](const Variable &V) { return V.Ty == Ty; });
}

void Generator::collectPlaces(const std::string &Path, const GType *At,
                              bool Writable, const GType *Wanted, bool ToAssign,
                              unsigned Depth, std::vector<std::string> &Found) {
  if (At == Wanted && (Writable || !ToAssign))
    Found.push_back(Path);
  if (Depth == 0)
    return;
  switch (At->K) {
  case Kind::Tuple:
    for (size_t I = 0; I < At->Parts.size(); ++I)
      collectPlaces(Path + "." + std::to_string(I), At->Parts[I], Writable,
                    Wanted, ToAssign, Depth - 1, Found);
    return;
  case Kind::Struct:
    for (size_t I = 0; I < At->Parts.size(); ++I)
      collectPlaces(Path + ".f" + std::to_string(I), At->Parts[I], Writable,
                    Wanted, ToAssign, Depth - 1, Found);
    return;
  case Kind::Fixed:
    // Marked; replaced by an index when the place is chosen.
    collectPlaces(Path + "[#f" + std::to_string(At->Count) + "]", At->element(),
                  Writable, Wanted, ToAssign, Depth - 1, Found);
    return;
  case Kind::Array:
    collectPlaces(Path + "[#a" + std::to_string(At->Count) + "]", At->element(),
                  !At->element()->holdsRecursive(), Wanted, ToAssign, Depth - 1,
                  Found);
    return;
  default:
    return;
  }
}

std::string Generator::place(const GType *Ty, bool ToAssign) {
  std::vector<std::string> Found;
  for (size_t I = 0; I < Variables.size(); ++I)
    if (visible(I))
      collectPlaces(Variables[I].Name, Variables[I].Ty, Variables[I].Assignable,
                    Ty, ToAssign, 3, Found);
  if (Found.empty())
    return {};
  std::string Chosen = Found[From.below(uint32_t(Found.size()))];
  std::string Text;
  for (size_t I = 0; I < Chosen.size();) {
    if (Chosen[I] != '#') {
      Text += Chosen[I++];
      continue;
    }
    unsigned Count = unsigned(Chosen[I + 2] - '0');
    std::string Array = Text.substr(0, Text.size() - 1);
    Text +=
        Chosen[I + 1] == 'f' ? fixedIndex(Count, 1) : indices(Array, Count, 1);
    I += 3;
  }
  return Text;
}

std::string Generator::length(const std::string &Array, unsigned Dim) {
  if (Dim == 0 && From.chance(80))
    return From.chance(80) ? "len(" + Array + ")" : Array + ".len()";
  return "dim(" + Array + ", " + std::to_string(Dim) + ")";
}

std::string Generator::index(const std::string &Array, unsigned Dim,
                             unsigned Depth) {
  std::vector<const IndexFact *> Known;
  for (const IndexFact &F : Facts)
    if (F.Array == Array && F.Dim == Dim)
      Known.push_back(&F);
  bool Wild = mayTrap(15);
  if (!Known.empty() && !Wild && From.chance(85))
    return Known[From.below(uint32_t(Known.size()))]->Index;

  if (Wild) {
    const GType *T = integerType();
    if (!Known.empty() && From.chance(70)) {
      // Leaves the array in the last, or first, iterations.
      std::string I = Known[From.below(uint32_t(Known.size()))]->Index;
      static constexpr const char *Shifts[] = {" + 1", " - 1",     " * 2",
                                               " + 3", " - 2 * 1", " ^ 1"};
      return I + From.pick(std::span<const char *const>(Shifts));
    }
    switch (From.below(3)) {
    case 0:
      return length(Array, Dim);
    case 1:
      return smallCount(T, 63, 1);
    default:
      return text(T, 1, Need::NonLiteral);
    }
  }
  // What follows repeats the array's text; keep long paths from exploding.
  uint32_t Roll = Array.size() > 30 ? 0 : From.below(10);
  if (Roll == 0)
    return "0";
  if (Roll == 1)
    return length(Array, Dim) + " - 1";
  const GType *T = integerType();
  std::string E = text(T, Depth ? Depth - 1 : 0, Need::NonLiteral, CastPrec);
  std::string N = T->K == Kind::I64 ? length(Array, Dim)
                                    : T->Name + "(" + length(Array, Dim) + ")";
  if (!T->isSigned())
    return E + " % " + N;
  if (T->K == Kind::I64 && From.chance(40))
    return "(" + E + " & " + std::to_string((1 << From.between(1, 10)) - 1) +
           ") % " + N;
  return "abs(" + E + " % " + N + ")";
}

std::string Generator::indices(const std::string &Array, unsigned Rank,
                               unsigned Depth) {
  std::string Text;
  for (unsigned I = 0; I < Rank; ++I)
    Text += (I ? ", " : "") + index(Array, I, Depth);
  return Text;
}

std::string Generator::fixedIndex(unsigned Count, unsigned Depth) {
  if (From.chance(40))
    return std::to_string(From.below(Count));
  const GType *T = integerType();
  if (mayTrap(15))
    return smallCount(T, 7, 1);
  std::string E = text(T, Depth ? Depth - 1 : 0, Need::NonLiteral, CastPrec) +
                  " % " + std::to_string(Count);
  return T->isSigned() ? "abs(" + E + ")" : E;
}

} // namespace jitrun::fuzz
