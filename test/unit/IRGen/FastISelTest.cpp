// Baseline code is what FastISel selects without falling back.

#include "Support/SanitizerBuild.h"
#include "TestProgram.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace jitrun;
using namespace jitrun::test;
using namespace jitrun::tast;
using Which = tast::Intrinsic;

static const TypeKind Numbers[] = {
    TypeKind::I8,  TypeKind::I16, TypeKind::I32, TypeKind::I64, TypeKind::U8,
    TypeKind::U16, TypeKind::U32, TypeKind::U64, TypeKind::F32, TypeKind::F64};

TEST_CASE("All operators and conversions are selected quickly") {
  TestProgram P;
  const Type *Bool = P.type(TypeKind::Bool);
  for (TypeKind K : Numbers) {
    const Type *T = P.type(K);
    for (BinaryOp Op : {
#define JITRUN_BINARY(Name, Spelling) BinaryOp::Name,
#include "TypedAST/Operators.def"
         }) {
      bool Bits = Op >= BinaryOp::And && Op <= BinaryOp::Shr;
      if (T->isFloat() && Bits)
        continue;
      Function &F = P.function({T, T}, isComparison(Op) ? Bool : T);
      F.Body = P.list(
          {P.give(P.binary(Op, P.load(F, SlotId(0)), P.load(F, SlotId(1))))});
    }
    for (TypeKind From : Numbers) {
      Function &F = P.function({P.type(From)}, T);
      F.Body = P.list({P.give(P.convert(T, P.load(F, SlotId(0))))});
    }
    for (Which W : {Which::Abs, Which::Sign, Which::Min2}) {
      Function &F = P.function({T, T}, T);
      std::vector<const Expr *> O{P.load(F, SlotId(0))};
      if (W == Which::Min2)
        O.push_back(P.load(F, SlotId(1)));
      F.Body = P.list({P.give(P.intrinsic(T, W, O))});
    }
    for (Which W : {Which::Rotl, Which::Rotr}) {
      if (T->isFloat())
        continue;
      Function &F = P.function({T, T}, T);
      F.Body = P.list({P.give(
          P.intrinsic(T, W, {P.load(F, SlotId(0)), P.load(F, SlotId(1))}))});
    }
    for (Which W : {Which::Sqrt, Which::Floor, Which::Round, Which::IsNan,
                    Which::IsInf, Which::Bits}) {
      if (!T->isFloat())
        continue;
      const Type *Result = W == Which::IsNan || W == Which::IsInf ? Bool : T;
      if (W == Which::Bits)
        Result = P.type(K == TypeKind::F64 ? TypeKind::U64 : TypeKind::U32);
      Function &F = P.function({T}, Result);
      F.Body = P.list({P.give(P.intrinsic(Result, W, {P.load(F, SlotId(0))}))});
    }
  }
  Function &F = P.function({Bool, Bool}, Bool);
  F.Body = P.list({P.give(P.binary(
      BinaryOp::Xor, P.load(F, SlotId(0)),
      P.binary(BinaryOp::Le, P.load(F, SlotId(0)), P.load(F, SlotId(1)))))});
  CHECK(P.fastISelMisses() == std::vector<std::string>());
}

TEST_CASE("Bit counts and byte swaps are the exceptions") {
  TestProgram P;
  const Type *T = P.type(TypeKind::I64);
  for (Which W : {Which::Popcount, Which::Clz, Which::Ctz, Which::Bswap}) {
    Function &F = P.function({T}, T);
    F.Body = P.list({P.give(P.intrinsic(T, W, {P.load(F, SlotId(0))}))});
  }
  CHECK(P.fastISelMisses().size() == 4);
}

static std::string readFile(const std::filesystem::path &Path) {
  std::ifstream In(Path);
  std::stringstream Text;
  Text << In.rdbuf();
  return Text.str();
}

/// Counting bits and swapping bytes, which are rare and two instructions, and
/// large locals, which are taken after the stack check (with room to be
/// watched, where a sanitizer does that).
static bool isException(const std::string &Miss) {
  if (SanitizerBuild && Miss.find("= alloca i8") != std::string::npos)
    return true;
  return Miss.find("@llvm.ct") != std::string::npos ||
         Miss.find("= alloca [") != std::string::npos ||
         Miss.find("@llvm.bswap") != std::string::npos;
}

TEST_CASE("Whole programs are selected quickly") {
  unsigned Count = 0;
  for (const char *Directory : {JITRUN_TEST_RUN, JITRUN_TEST_BENCHMARKS})
    for (const auto &Entry : std::filesystem::directory_iterator(Directory)) {
      if (Entry.path().extension() != ".jit")
        continue;
      std::string Text = readFile(Entry.path());
      if (Text.find("import ") != std::string::npos)
        continue;
      ++Count;
      CAPTURE(Entry.path().filename().string());
      TestProgram P(Text);
      std::vector<std::string> Misses = P.fastISelMisses();
      std::erase_if(Misses, isException);
      CHECK(Misses == std::vector<std::string>());
    }
  CHECK(Count > 50);
}
