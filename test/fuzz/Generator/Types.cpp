#include "fuzz/Generator/Generator.h"

#include <algorithm>

namespace jitrun::fuzz {

bool GType::isPlain() const {
  if (K == Kind::Str || K == Kind::Array)
    return false;
  return std::all_of(Parts.begin(), Parts.end(),
                     [](const GType *P) { return P->isPlain(); });
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
    for (const GType *S : Structs)
      if (S->isPlain() && From.chance(50))
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
    if (!Structs.empty())
      return array(Structs[From.below(uint32_t(Structs.size()))], 1);
    return array(plainType(), 1);
  case 3:
    return array(plainType(), From.chance(80) ? 1 : 2);
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
  if (Roll < 80)
    return arrayType();
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

void Generator::makeStructs() {
  for (int I = 0, N = int(From.below(4)); I < N; ++I) {
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
