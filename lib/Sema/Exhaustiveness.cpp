#include "Sema/Exhaustiveness.h"

#include "Sema/Fold.h"

#include "llvm/ADT/STLExtras.h"

namespace jitrun::sema {

using Kind = MatchPattern::KindType;

void MatchPattern::appendBound(
    llvm::SmallVectorImpl<const MatchPattern *> &To) const {
  if (!Bound.empty())
    To.push_back(this);
  for (const MatchPattern *Part : Parts) {
    Part->appendBound(To);
    if (Kind == Or)
      return;
  }
}

static __int128 lowestOf(const Type *T) { return T->isBool() ? 0 : lowest(T); }
static __int128 highestOf(const Type *T) {
  return T->isBool() ? 1 : highest(T);
}

static std::string written(__int128 V, const Type *T) {
  if (T->isBool())
    return V ? "true" : "false";
  return V < 0 ? std::to_string(int64_t(V)) : std::to_string(uint64_t(V));
}

/// The parts of a constructor; an enum's is one of several.
static std::span<const Field> partsOf(const Type *T, uint32_t Number) {
  if (T->isEnum())
    return static_cast<const EnumType *>(T)->variant(Number).Payload;
  if (T->isUnit())
    return {};
  return static_cast<const RecordType *>(T)->fields();
}

static uint32_t constructorCount(const Type *T) {
  if (T->isEnum())
    return uint32_t(static_cast<const EnumType *>(T)->variants().size());
  return 1;
}

static bool hasConstructors(const Type *T) {
  return T->isEnum() || T->isUnit() || RecordType::classof(T);
}

static const MatchPattern Anything;

//===----------------------------------------------------------------------===//
// The matrix

/// Or patterns at the back become a row for each alternative.
template <class Row> static void splitAlternatives(std::vector<Row> &Rows) {
  auto IsOr = [](const Row &R) { return R.back()->Kind == Kind::Or; };
  while (llvm::any_of(Rows, IsOr)) {
    std::vector<Row> Split;
    for (Row &R : Rows) {
      if (!IsOr(R)) {
        Split.push_back(std::move(R));
        continue;
      }
      const MatchPattern *Or = R.pop_back_val();
      for (const MatchPattern *Each : Or->Parts) {
        Split.push_back(R);
        Split.back().push_back(Each);
      }
    }
    Rows = std::move(Split);
  }
}

bool Exhaustiveness::useful(std::vector<Row> Rows, Row Q, Columns Types,
                            Witness *W) {
  Steps += Rows.size() + 1;
  GivenUp |= Steps > MaxSteps || Depth == MaxDepth;
  if (GivenUp)
    return false;
  // Columns that nobody looks at.
  size_t Skipped = 0;
  auto IsAny = [](const Row &R) { return R.back()->Kind == Kind::Any; };
  while (!Types.empty() && IsAny(Q) && llvm::all_of(Rows, IsAny)) {
    Types.pop_back();
    Q.pop_back();
    for (Row &R : Rows)
      R.pop_back();
    ++Skipped;
  }
  bool Found = Rows.empty();
  if (!Types.empty()) {
    ++Depth;
    splitAlternatives(Rows);
    Found = usefulColumn(std::move(Rows), Q, Types, W);
    --Depth;
  }
  if (Found && W)
    W->insert(W->end(), Skipped, "_");
  return Found;
}

/// By what the patterns at the back tell apart.
bool Exhaustiveness::usefulColumn(std::vector<Row> Rows, const Row &Q,
                                  const Columns &Types, Witness *W) {
  const Type *T = Types.back();
  if (Q.back()->Kind == Kind::Or)
    return usefulAlternative(Rows, Q, Types, W);
  if (T->isInteger() || T->isBool())
    return usefulRange(Rows, Q, Types, W);
  if (T->isStr())
    return usefulText(Rows, Q, Types, W);
  if (!hasConstructors(T))
    return usefulRest(Rows, Q, Types, W, "_");
  if (Q.back()->Kind == Kind::Constructor)
    return usefulConstructor(Rows, Q, Types, W, Q.back()->Number);
  std::vector<bool> Used(constructorCount(T));
  for (const Row &R : Rows)
    if (R.back()->Kind == Kind::Constructor)
      Used[R.back()->Number] = true;
  // One that no row names stands for all of these.
  if (auto Unused = llvm::find(Used, false); Unused != Used.end())
    return usefulConstructor(Rows, Q, Types, W,
                             uint32_t(Unused - Used.begin()));
  for (uint32_t I = 0; I < Used.size(); ++I)
    if (usefulConstructor(Rows, Q, Types, W, I))
      return true;
  return false;
}

bool Exhaustiveness::usefulAlternative(const std::vector<Row> &Rows,
                                       const Row &Q, const Columns &Types,
                                       Witness *W) {
  for (const MatchPattern *Each : Q.back()->Parts) {
    Row One = Q;
    One.back() = Each;
    if (useful(Rows, One, Types, W))
      return true;
  }
  return false;
}

bool Exhaustiveness::usefulConstructor(const std::vector<Row> &Rows,
                                       const Row &Q, const Columns &Types,
                                       Witness *W, uint32_t Number) {
  const Type *T = Types.back();
  std::span<const Field> Parts = partsOf(T, Number);
  auto Open = [&](Row &R) {
    const MatchPattern *P = R.pop_back_val();
    for (size_t I = Parts.size(); I-- > 0;)
      R.push_back(P->Kind == Kind::Any ? &Anything : P->Parts[I]);
  };
  std::vector<Row> Inner;
  for (const Row &R : Rows)
    if (R.back()->Kind == Kind::Any || R.back()->Number == Number) {
      Inner.push_back(R);
      Open(Inner.back());
    }
  Row InnerQ = Q;
  Open(InnerQ);
  Columns InnerTypes = Types;
  InnerTypes.pop_back();
  for (size_t I = Parts.size(); I-- > 0;)
    InnerTypes.push_back(Parts[I].Ty);
  if (!useful(std::move(Inner), std::move(InnerQ), std::move(InnerTypes), W))
    return false;
  if (!W)
    return true;
  std::string Example;
  bool Plain = constructorCount(T) == 1 && !T->isUnit();
  for (size_t I = 0; I < Parts.size(); ++I) {
    Plain &= W->back() == "_";
    Example += (I ? ", " : "") + W->back();
    W->pop_back();
  }
  std::string Name = T->kind() == TypeKind::Struct ? T->name() : "";
  if (T->isEnum())
    Name = static_cast<const EnumType *>(T)->variant(Number).Name;
  if (T->kind() == TypeKind::Tuple || T->isUnit() || !Parts.empty())
    Example = "(" + Example + ")";
  W->push_back(Plain ? "_" : Name + Example);
  return true;
}

bool Exhaustiveness::usefulRange(const std::vector<Row> &Rows, const Row &Q,
                                 const Columns &Types, Witness *W) {
  const Type *T = Types.back();
  bool Whole = Q.back()->Kind == Kind::Any;
  __int128 Lo = Whole ? lowestOf(T) : Q.back()->Lo;
  __int128 Hi = Whole ? highestOf(T) : Q.back()->Hi;
  // Where an interval begins in which all values are alike.
  std::vector<__int128> Starts{Lo};
  for (const Row &R : Rows) {
    if (R.back()->Kind != Kind::Range)
      continue;
    for (__int128 At : {R.back()->Lo, R.back()->Hi + 1})
      if (At > Lo && At <= Hi)
        Starts.push_back(At);
  }
  llvm::sort(Starts);
  Starts.erase(llvm::unique(Starts), Starts.end());
  for (__int128 At : Starts) {
    std::vector<Row> Inner;
    for (const Row &R : Rows)
      if (R.back()->Kind == Kind::Any ||
          (R.back()->Lo <= At && At <= R.back()->Hi))
        Inner.push_back(R);
    if (usefulRest(Inner, Q, Types, W,
                   Starts.size() == 1 && Whole ? "_" : written(At, T)))
      return true;
    if (isTooComplex())
      return false;
  }
  return false;
}

bool Exhaustiveness::usefulText(const std::vector<Row> &Rows, const Row &Q,
                                const Columns &Types, Witness *W) {
  std::vector<Row> Inner;
  for (const Row &R : Rows)
    if (R.back()->Kind == Kind::Any || (Q.back()->Kind == Kind::Text &&
                                        R.back()->Literal == Q.back()->Literal))
      Inner.push_back(R);
  // Among the texts that nobody names there always is one.
  return usefulRest(Inner, Q, Types, W, "_");
}

/// The columns behind the one at the back, which all of \p Rows take.
bool Exhaustiveness::usefulRest(const std::vector<Row> &Rows, const Row &Q,
                                const Columns &Types, Witness *W,
                                std::string Example) {
  std::vector<Row> Rest;
  for (const Row &R : Rows)
    Rest.emplace_back(R.begin(), R.end() - 1);
  if (!useful(std::move(Rest), Row(Q.begin(), Q.end() - 1),
              Columns(Types.begin(), Types.end() - 1), W))
    return false;
  if (W)
    W->push_back(std::move(Example));
  return true;
}

//===----------------------------------------------------------------------===//
// Scalars

/// True when something new is covered.
bool Exhaustiveness::cover(__int128 Lo, __int128 Hi) {
  auto At = Covered.upper_bound(Lo);
  bool New = At == Covered.begin() || std::prev(At)->second < Hi;
  // Merge with what touches it.
  if (At != Covered.begin() && std::prev(At)->second + 1 >= Lo)
    --At;
  while (At != Covered.end() && At->first <= Hi + 1) {
    Lo = std::min(Lo, At->first);
    Hi = std::max(Hi, At->second);
    At = Covered.erase(At);
  }
  Covered[Lo] = Hi;
  All |= Lo <= lowestOf(Subject) && Hi >= highestOf(Subject);
  return New;
}

bool Exhaustiveness::addScalar(const MatchPattern &P) {
  bool Before = All, New = false;
  switch (P.Kind) {
  case Kind::Any:
    All = true;
    return !Before;
  case Kind::Range:
    New = cover(P.Lo, P.Hi);
    return New && !Before;
  case Kind::Text:
    New = Texts.insert(M.Texts[size_t(P.Literal)]).second;
    return New && !Before;
  case Kind::Or:
    for (const MatchPattern *Each : P.Parts)
      New |= addScalar(*Each);
    return New;
  case Kind::Constructor:
    break;
  }
  assert(false && "a scalar has no constructors");
  return true;
}

std::optional<std::string> Exhaustiveness::missingScalar() const {
  if (All)
    return std::nullopt;
  if (Subject->isStr())
    return "_";
  __int128 First = lowestOf(Subject);
  if (auto At = Covered.find(First); At != Covered.end())
    First = At->second + 1;
  return written(First, Subject);
}

//===----------------------------------------------------------------------===//

bool Exhaustiveness::add(const MatchPattern &P) {
  if (!hasConstructors(Subject))
    return addScalar(P);
  Row R{&P};
  bool Reached = useful(Added, R, {Subject}, nullptr);
  Added.push_back(std::move(R));
  return Reached;
}

std::optional<std::string> Exhaustiveness::missing() {
  if (!hasConstructors(Subject))
    return missingScalar();
  Witness W;
  if (!useful(Added, {&Anything}, {Subject}, &W))
    return std::nullopt;
  return W.front();
}

} // namespace jitrun::sema
