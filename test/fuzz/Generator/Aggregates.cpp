#include "fuzz/Generator/Generator.h"

#include <algorithm>

namespace jitrun::fuzz {

Piece Generator::aggregate(const GType *Ty, unsigned Depth, Need N) {
  if (Ty->K == Kind::Unit)
    return {"()"};
  if (From.chance(45) || (Depth == 0 && From.chance(60))) {
    std::string Place = Depth ? place(Ty, false) : std::string();
    if (!Place.empty())
      return {Place};
    auto Known = variables(Ty);
    if (!Known.empty())
      return {Known[From.below(uint32_t(Known.size()))]->Name};
  }
  unsigned Below = Depth ? Depth - 1 : 0;
  Need Inner = N == Need::Asked ? Need::Asked : Need::Typed;
  std::string Text;
  switch (Ty->K) {
  case Kind::Struct: {
    bool Named = From.chance(50);
    Text = Ty->Name + "(";
    for (size_t I = 0; I < Ty->Parts.size(); ++I) {
      Text += I ? ", " : "";
      if (Named)
        Text += "f" + std::to_string(I) + ": ";
      Text += text(Ty->Parts[I], Below, Need::Asked);
    }
    return {Text + ")"};
  }
  case Kind::Enum:
    return enumValue(Ty, Depth);
  case Kind::Tuple:
    Text = "(";
    for (size_t I = 0; I < Ty->Parts.size(); ++I)
      Text += (I ? ", " : "") + text(Ty->Parts[I], Below, Inner);
    return {Text + ")"};
  default:
    // `[a, b]` is a fixed array only where the place asks for one.
    if (N == Need::Asked && Ty->Count <= 4 && From.chance(60)) {
      Text = "[";
      for (unsigned I = 0; I < Ty->Count; ++I)
        Text += (I ? ", " : "") + text(Ty->element(), Below, Need::Asked);
      return {Text + "]"};
    }
    return {"[" + text(Ty->element(), Below, Inner) + "; " +
            std::to_string(Ty->Count) + "]"};
  }
}

/// A value of an enum, of a variant that need not be asked for.
Piece Generator::enumValue(const GType *Ty, unsigned Depth) {
  unsigned Below = Depth ? Depth - 1 : 0;
  // The first variant needs nothing deep.
  uint32_t Number = Depth ? From.below(uint32_t(Ty->Variants.size())) : 0;
  const auto &Payload = Ty->Variants[Number];
  std::string Text = (From.chance(15) ? Ty->Name + "." : "") + Ty->Name + "v" +
                     std::to_string(Number);
  for (size_t I = 0; I < Payload.size(); ++I) {
    Text += I ? ", " : "(";
    if (!Payload[I]->isArray() || Payload[I]->element() != Ty) {
      Text += text(Payload[I], Below, Need::Asked);
      continue;
    }
    // Made here: what held variables could double with each step of a loop.
    Text += "[";
    for (int J = 0, M = int(From.between(1, 3)); J < M; ++J)
      Text += (J ? ", " : "") + enumValue(Ty, Below).Text;
    Text += "]";
  }
  return {Text + (Payload.empty() ? "" : ")")};
}

std::string Generator::sliceBounds(const std::string &Array, unsigned Dim,
                                   unsigned Depth) {
  std::string N = length(Array, Dim);
  std::string Text;
  if (mayTrap(25)) {
    const GType *T = integerType();
    Text = smallCount(T, 31, 1) + ".." + smallCount(T, 31, 1);
  } else {
    switch (From.below(8)) {
    case 0:
      Text = index(Array, Dim, Depth) + "..";
      break;
    case 1:
      Text = "..=" + index(Array, Dim, Depth);
      break;
    case 2:
      Text = ".." + index(Array, Dim, Depth) + " + 1";
      break;
    case 3:
      Text = index(Array, Dim, Depth) + ".." + N;
      break;
    case 4:
      Text = N + " / 2..=" + N + " - 1";
      break;
    case 5:
      Text = "0.." + N;
      break;
    default:
      Text = "..";
    }
  }
  if (From.chance(20))
    Text += " by " + (mayTrap(50)       ? smallCount(scalar(Kind::I64), 3, 1)
                      : From.chance(25) ? "-1"
                                        : std::to_string(From.between(1, 3)));
  return Text;
}

/// A view that keeps \p Keep of the array's dimensions.
std::string Generator::slice(const std::string &Array, unsigned Rank,
                             unsigned Keep, unsigned Depth) {
  std::string Text = Array + "[";
  for (unsigned I = 0; I < Rank; ++I) {
    Text += I ? ", " : "";
    bool IsRange = Keep && (Keep == Rank - I || From.chance(50));
    Keep -= IsRange;
    Text += IsRange ? sliceBounds(Array, I, Depth) : index(Array, I, Depth);
  }
  return Text + "]";
}

Piece Generator::comprehension(const GType *Element, unsigned Rank,
                               unsigned Depth, unsigned MaxCount) {
  size_t OldVariables = Variables.size(), OldFacts = Facts.size();
  double OldMult = Mult;
  std::string Text = "[";
  std::vector<std::pair<std::string, const GType *>> Names;
  std::vector<IndexFact> NewFacts;
  for (unsigned I = 0; I < Rank; ++I) {
    std::string Name = From.chance(10) ? "_" : freshName();
    unsigned Count = unsigned(From.between(1, std::max(1u, MaxCount)));
    Text += (I ? " for " : "for ") + Name + " in ";
    auto Arrays = variablesWhere([](const Variable &V) {
      return V.Ty->isArray() && V.Ty->Count == 1 && !V.Assignable;
    });
    if (!Arrays.empty() && From.chance(25) && Mult * 40 < Limit) {
      const Variable &A = *Arrays[From.below(uint32_t(Arrays.size()))];
      if (From.chance(50)) {
        Text += A.Name;
        Names.push_back({Name, A.Ty->element()});
      } else {
        Text += "0.." + length(A.Name, 0);
        Names.push_back({Name, scalar(Kind::I64)});
        NewFacts.push_back({Name, A.Name, 0});
      }
      Mult *= 20;
    } else {
      const GType *T = integerType();
      std::string Suffix = T->K == Kind::I64 ? "" : T->Name;
      if (From.chance(20)) {
        Text += "0" + Suffix + ".." + smallCount(T, 7, Depth ? Depth - 1 : 0) +
                " + 1";
        Count = 8;
      } else if (From.chance(15)) {
        Text += std::to_string(Count) + Suffix + "..0 by -1";
      } else {
        unsigned Lo = From.below(5);
        Text += std::to_string(Lo) + Suffix + ".." + std::to_string(Lo + Count);
      }
      Names.push_back({Name, T});
      Mult *= Count;
    }
  }
  for (auto &[Name, T] : Names)
    if (Name != "_")
      declare(Name, T, false);
  for (IndexFact &F : NewFacts)
    if (F.Index != "_")
      Facts.push_back(std::move(F));
  bool OldJumps = JumpsAllowed;
  JumpsAllowed = false;
  charge(1);
  unsigned Below = Depth ? Depth - 1 : 0;
  Text += ": ";
  if (From.chance(15))
    Text += "{ " + capture([&] { statements(1); }) + " " +
            text(Element, Below, Need::Typed) + " }";
  else
    Text += text(Element, Below, Need::Typed);
  JumpsAllowed = OldJumps;
  Variables.resize(OldVariables);
  Facts.resize(OldFacts);
  Mult = OldMult;
  return {Text + "]"};
}

Piece Generator::freshArray(const GType *Ty, unsigned Depth, Need N) {
  const GType *E = Ty->element();
  unsigned Rank = Ty->Count;
  unsigned Below = Depth ? Depth - 1 : 0;
  unsigned MaxCount = Rank == 1   ? (From.chance(25) ? 100 : 8)
                      : Rank == 2 ? 6
                                  : 3;
  if (Mult * 64 > Limit)
    MaxCount = 2;
  auto Sizes = [&] {
    std::string Text;
    for (unsigned I = 0; I < Rank; ++I)
      Text += (I ? ", " : "") + std::to_string(From.between(1, MaxCount));
    return Text;
  };
  bool CanBeZero =
      (E->isPlain() || E->K == Kind::Str || E->K == Kind::Any) && E->hasZero();
  if (N == Need::Asked && From.chance(12)) {
    // What a literal is depends on what the place asks for.
    if (Rank == 2) {
      int64_t Rows = From.between(1, 3), Columns = From.between(1, 3);
      std::string Text = "[";
      for (int64_t I = 0; I < Rows; ++I) {
        Text += I ? ", [" : "[";
        for (int64_t J = 0; J < Columns; ++J)
          Text += (J ? ", " : "") + text(E, Below, Need::Asked);
        Text += "]";
      }
      return {Text + "]"};
    }
    if (CanBeZero)
      return {"zeros(" + Sizes() + ")"};
  }
  if (E->K == Kind::Str && Rank == 1 && From.chance(25))
    return {"concat(split(" + text(E, Below, Need::NonLiteral) +
            ", \"1\"), [\"end\"])"};
  switch (From.below(6)) {
  case 0:
    if (CanBeZero && E->K != Kind::Fixed)
      return {E->Name + "[" + Sizes() + "]"};
    [[fallthrough]];
  case 1:
    if (!E->isArray()) {
      std::string Counts = Sizes();
      return {"full(" + Counts + ", " + text(E, Below, Need::Typed) + ")"};
    }
    [[fallthrough]];
  case 2:
    if (Rank == 1) {
      std::string Text = "[";
      Need Inner = N == Need::Asked ? Need::Asked : Need::Typed;
      for (int I = 0, M = int(From.between(1, Depth ? 5 : 2)); I < M; ++I)
        // The first element decides between `[T; n]` inside and `T[]`.
        Text += (I ? ", " : "") + text(E, Below, Inner);
      return {Text + "]"};
    }
    [[fallthrough]];
  default:
    return comprehension(E, Rank, Below, MaxCount);
  }
}

Piece Generator::arrayExpr(const GType *Ty, unsigned Depth, Need N) {
  const GType *E = Ty->element();
  unsigned Rank = Ty->Count;
  auto Same = variables(Ty);
  auto Own = [&] { return Same[From.below(uint32_t(Same.size()))]->Name; };
  if (!Same.empty() && From.chance(Depth ? 30 : 70))
    return {Own()};
  if (E->K == Kind::Function)
    return {"[" + text(E, 1, Need::Typed) + "]"};
  if (Depth == 0)
    return freshArray(Ty, 0, N);
  charge(10);
  if (From.chance(12)) {
    bool Made = false;
    Piece P = mapped(Ty, Depth, Made);
    if (Made)
      return P;
  }
  switch (From.below(14)) {
  case 0:
  case 1: {
    std::string Place = place(Ty, false);
    if (!Place.empty())
      return {Place};
    break;
  }
  case 2:
    if (!Same.empty())
      return {From.chance(70) ? "copy(" + Own() + ")" : Own() + ".copy()"};
    break;
  case 3:
    if (!Same.empty())
      return {slice(Own(), Rank, Rank, Depth)};
    break;
  case 4: {
    auto Higher = variablesWhere([&](const Variable &V) {
      return V.Ty->isArray() && V.Ty->element() == E && V.Ty->Count > Rank;
    });
    if (!Higher.empty()) {
      const Variable &V = *Higher[From.below(uint32_t(Higher.size()))];
      return {slice(V.Name, V.Ty->Count, Rank, Depth)};
    }
    break;
  }
  case 5:
    if (!Same.empty())
      return {call("transpose", {Own()})};
    break;
  case 6:
    if (!Same.empty() && Rank == 1 && E->isNumeric())
      return {call("sort", {Own()})};
    break;
  case 7:
    if (!Same.empty())
      return {call("reverse", {Own()})};
    break;
  case 8:
    if (!Same.empty() && Rank == 1) {
      std::string A = Own();
      return {"concat(" + A + ", " + Own() + ")[.." + length(A, 0) + "]"};
    }
    break;
  case 9:
    if (E->K == Kind::I64 && Rank == 1) {
      auto Arrays =
          variablesWhere([](const Variable &V) { return V.Ty->isArray(); });
      if (!Arrays.empty() && From.chance(40))
        return {
            call("shape", {Arrays[From.below(uint32_t(Arrays.size()))]->Name})};
      return {call("iota", {std::to_string(From.between(1, 12))})};
    }
    break;
  case 10: {
    auto Others = variablesWhere([&](const Variable &V) {
      return V.Ty->isArray() && V.Ty->Count == Rank &&
             V.Ty->element()->isNumeric() && V.Ty->element() != E;
    });
    if (!Others.empty() && E->isNumeric()) {
      std::string A = Others[From.below(uint32_t(Others.size()))]->Name;
      return {E->Name + "(" + A + ")"};
    }
    break;
  }
  case 11: {
    // Reshaping needs a contiguous array.
    auto Any = variablesWhere([&](const Variable &V) {
      return V.Ty->isArray() && V.Ty->element() == E;
    });
    if (Any.empty() || Rank == 3)
      break;
    const Variable &V = *Any[From.below(uint32_t(Any.size()))];
    std::string Count = length(V.Name, 0);
    for (unsigned D = 1; D < V.Ty->Count; ++D)
      Count += " * " + length(V.Name, D);
    if (Rank == 2 && V.Ty->Count > 1)
      break;
    std::string Source = mayTrap(80) ? V.Name : "copy(" + V.Name + ")";
    if (Rank == 1 && V.Ty->Count == 3)
      break; // Would grow past 40.
    if (Rank == 1)
      return {call("reshape", {Source, Count})};
    return {From.chance(50) ? call("reshape", {Source, "1", Count})
                            : call("reshape", {Source, Count, "1"})};
  }
  default:
    break;
  }
  return freshArray(Ty, Depth, N);
}

std::string Generator::operand(const GType *Element, unsigned Rank,
                               unsigned Depth) {
  auto Found = variablesWhere([&](const Variable &V) {
    return V.Ty->isArray() && V.Ty->element() == Element &&
           (Rank == 0 || V.Ty->Count == Rank);
  });
  if (Found.empty() || From.chance(25))
    return comprehension(Element, Rank ? Rank : unsigned(From.between(1, 2)),
                         Depth ? Depth - 1 : 0, From.chance(50) ? 40 : 5)
        .Text;
  const Variable &V = *Found[From.below(uint32_t(Found.size()))];
  if (From.chance(25))
    return slice(V.Name, V.Ty->Count,
                 Rank ? V.Ty->Count : 1 + From.below(V.Ty->Count), Depth);
  return V.Name;
}

Piece Generator::reduction(const GType *Ty, unsigned Depth, bool &Made) {
  Made = Mult * 50 < Limit;
  if (!Made)
    return {};
  charge(5);
  auto Reduce = [&](const char *Name, const GType *Element) -> Piece {
    std::string A = operand(Element, 0, Depth);
    if (A[0] != '[' && From.chance(30))
      return {A + "." + Name + "()"};
    return {call(Name, {A})};
  };
  if (Ty->K == Kind::Bool)
    return Reduce(From.chance(50) ? "any_of" : "all_of", Ty);
  uint32_t Roll = From.below(10);
  if (Ty->K == Kind::I64 && Roll < 5) {
    auto Arrays =
        variablesWhere([](const Variable &V) { return V.Ty->isArray(); });
    switch (From.below(4)) {
    case 0:
      if (!Arrays.empty()) {
        const Variable &V = *Arrays[From.below(uint32_t(Arrays.size()))];
        return {length(V.Name, From.below(V.Ty->Count))};
      }
      [[fallthrough]];
    case 1:
      return Reduce(From.chance(50) ? "argmin" : "argmax", numericType());
    case 2:
      return Reduce(From.chance(70) ? "sum" : "prod", scalar(Kind::Bool));
    default:
      return Reduce(From.chance(70) ? "sum" : "prod",
                    scalar(Kind(From.between(int(Kind::I8), int(Kind::I64)))));
    }
  }
  if (Ty->K == Kind::U64 && Roll < 6)
    return Reduce(From.chance(70) ? "sum" : "prod",
                  scalar(Kind(From.between(int(Kind::U8), int(Kind::U64)))));
  if (Ty->isFloat() && Roll < 7) {
    switch (From.below(6)) {
    case 0: {
      if (Ty->K == Kind::F64)
        return Reduce("mean", integerType());
      return Reduce("mean", Ty);
    }
    case 1:
      return Reduce("mean", Ty);
    case 2: {
      auto Same = variables(array(Ty, 1));
      if (!Same.empty()) {
        std::string A = Same[From.below(uint32_t(Same.size()))]->Name;
        return {call("dot", {A, From.chance(40) ? "reverse(" + A + ")" : A})};
      }
      [[fallthrough]];
    }
    case 3:
      return Reduce("prod", Ty);
    default:
      return Reduce("sum", Ty);
    }
  }
  return Reduce(From.chance(50) ? "min" : "max", Ty);
}

} // namespace jitrun::fuzz
