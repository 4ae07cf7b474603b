#include "fuzz/Generator/Generator.h"

#include <algorithm>

namespace jitrun::fuzz {

bool GType::isPlain() const {
  if (K == Kind::Str || K == Kind::Array || K == Kind::Function ||
      K == Kind::Any)
    return false;
  return std::all_of(Parts.begin(), Parts.end(),
                     [](const GType *P) { return P->isPlain(); });
}

bool GType::hasZero() const {
  if (K == Kind::Enum)
    return false;
  return K == Kind::Array ||
         std::all_of(Parts.begin(), Parts.end(),
                     [](const GType *P) { return P->hasZero(); });
}

bool GType::holdsRecursive() const {
  return IsRecursive ||
         std::any_of(Parts.begin(), Parts.end(),
                     [](const GType *P) { return P->holdsRecursive(); });
}

unsigned GType::bits() const {
  switch (K) {
  case Kind::I8:
  case Kind::U8:
    return 8;
  case Kind::I16:
  case Kind::U16:
    return 16;
  case Kind::I32:
  case Kind::U32:
  case Kind::F32:
    return 32;
  default:
    return 64;
  }
}

const GType *Generator::intern(Kind K, std::string Name,
                               std::vector<const GType *> Parts,
                               unsigned Count) {
  for (const GType &T : Types)
    if (T.Name == Name)
      return &T;
  return &Types.emplace_back(
      GType{K, std::move(Name), std::move(Parts), Count});
}

const GType *Generator::array(const GType *Element, unsigned Rank) {
  return intern(Kind::Array,
                Element->Name + "[" + std::string(Rank - 1, ',') + "]",
                {Element}, Rank);
}

const GType *Generator::tuple(std::vector<const GType *> Parts) {
  std::string Name = "(";
  for (size_t I = 0; I < Parts.size(); ++I)
    Name += (I ? ", " : "") + Parts[I]->Name;
  return intern(Kind::Tuple, Name + ")", std::move(Parts));
}

const GType *Generator::fixed(const GType *Element, unsigned Count) {
  return intern(Kind::Fixed,
                "[" + Element->Name + "; " + std::to_string(Count) + "]",
                {Element}, Count);
}

const GType *Generator::integerType() {
  // i64 is what programs are made of.
  if (From.chance(30))
    return scalar(Kind::I64);
  return scalar(Kind(From.between(int(Kind::I8), int(Kind::U64))));
}

const GType *Generator::floatType() {
  return scalar(From.chance(65) ? Kind::F64 : Kind::F32);
}

const GType *Generator::numericType() {
  return From.chance(60) ? integerType() : floatType();
}

const GType *Generator::scalarType() {
  return From.chance(12) ? scalar(Kind::Bool) : numericType();
}

const GType *Generator::plainType(unsigned Depth) {
  if (Depth == 0 || From.chance(70))
    return scalarType();
  switch (From.below(3)) {
  case 0: {
    std::vector<const GType *> Parts;
    for (int I = 0, N = int(From.between(2, 4)); I < N; ++I)
      Parts.push_back(plainType(Depth - 1));
    return tuple(std::move(Parts));
  }
  case 1:
    return fixed(plainType(Depth - 1), unsigned(From.between(1, 5)));
  default:
    for (const auto *List : {&Structs, &Enums})
      for (const GType *S : *List)
        if (S->isPlain() && From.chance(40))
          return S;
    return scalarType();
  }
}

const GType *Generator::arrayType() {
  unsigned Rank = From.chance(65) ? 1 : unsigned(From.between(2, 3));
  switch (From.below(12)) {
  case 0:
    return array(scalar(Kind::Str), 1);
  case 1:
    return array(array(numericType(), From.chance(80) ? 1 : 2), 1);
  case 2:
    if (!Enums.empty() && From.chance(50))
      return array(Enums[From.below(uint32_t(Enums.size()))], 1);
    if (!Structs.empty())
      return array(Structs[From.below(uint32_t(Structs.size()))], 1);
    return array(plainType(), 1);
  case 3:
    return array(plainType(), From.chance(80) ? 1 : 2);
  case 4:
    return array(AnyType, From.chance(85) ? 1 : 2);
  default:
    return array(scalarType(), Rank);
  }
}

const GType *Generator::anyType(unsigned Depth) {
  uint32_t Roll = From.below(100);
  if (Depth == 0 || Roll < 55)
    return scalarType();
  if (Roll < 62)
    return scalar(Kind::Str);
  if (Roll < 67)
    return AnyType;
  if (Roll < 80)
    return arrayType();
  if (Roll < 87 && !Enums.empty() && From.chance(50))
    return Enums[From.below(uint32_t(Enums.size()))];
  if (Roll < 87 && !Structs.empty())
    return Structs[From.below(uint32_t(Structs.size()))];
  if (Roll < 93)
    return fixed(anyType(Depth - 1), unsigned(From.between(1, 5)));
  std::vector<const GType *> Parts;
  for (int I = 0, N = int(From.between(2, 4)); I < N; ++I)
    Parts.push_back(anyType(Depth - 1));
  return tuple(std::move(Parts));
}

const GType *Generator::signedCounterpart(const GType *T) const {
  switch (T->bits()) {
  case 8:
    return scalar(Kind::I8);
  case 16:
    return scalar(Kind::I16);
  case 32:
    return scalar(Kind::I32);
  default:
    return scalar(Kind::I64);
  }
}

void Generator::makeEnum(unsigned Number) {
  std::string Name = "E" + std::to_string(Number);
  // Known before it is complete: a variant may hold an array of it.
  GType &E = Types.emplace_back(GType{Kind::Enum, Name, {}});
  const GType *Own = &E;
  E.IsRecursive = From.chance(30);
  bool Plain = !E.IsRecursive && From.chance(60);
  std::string Text = "enum " + Name + " { ";
  for (int I = 0, N = int(From.between(1, 5)); I < N; ++I) {
    std::vector<const GType *> Payload;
    for (int P = 0, M = int(From.below(4)); P < M; ++P)
      Payload.push_back(!I ? scalarType() : Plain ? plainType() : anyType(1));
    if (I == 1 && E.IsRecursive)
      Payload.push_back(array(Own, 1));
    E.IsRecursive &= N > 1;
    Text += (I ? ", " : "") + Name + "v" + std::to_string(I);
    for (size_t P = 0; P < Payload.size(); ++P)
      Text += (P ? ", " : "(") + Payload[P]->Name;
    Text += Payload.empty() ? "" : ")";
    E.Parts.insert(E.Parts.end(), Payload.begin(), Payload.end());
    E.Variants.push_back(std::move(Payload));
  }
  line(Text + " }");
  Enums.push_back(Own);
}

void Generator::makeStructs() {
  for (int I = 0, N = int(From.below(5)); I < N; ++I) {
    if (From.chance(40)) {
      makeEnum(unsigned(I));
      continue;
    }
    std::vector<const GType *> Parts;
    bool Plain = From.chance(60);
    std::string Text = "struct S" + std::to_string(I) + " { ";
    for (int F = 0, M = int(From.between(1, 5)); F < M; ++F) {
      Parts.push_back(Plain ? plainType() : anyType(1));
      Text += (F ? ", f" : "f") + std::to_string(F) + ": " + Parts.back()->Name;
    }
    line(Text + " }");
    Structs.push_back(
        intern(Kind::Struct, "S" + std::to_string(I), std::move(Parts)));
  }
}

} // namespace jitrun::fuzz
