#include "Samples.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

#include <cstring>

using namespace jitrun::test;
using namespace llvm;

namespace {

/// Small and the same everywhere; the standard library's distributions differ.
class Random {
public:
  explicit Random(unsigned Seed) : State(Seed * 0x9E3779B97F4A7C15ull + 7) {}
  unsigned below(unsigned Limit) {
    State ^= State << 13;
    State ^= State >> 7;
    State ^= State << 17;
    return static_cast<unsigned>(State >> 32) % Limit;
  }

private:
  uint64_t State;
};

/// One statement of a sample's loop body.
struct Statement {
  unsigned Kind, First, Second, Target, Constant;

  explicit Statement(Random &R)
      : Kind(R.below(6)), First(R.below(2)), Second(R.below(2)),
        Target(R.below(2)), Constant(1 + R.below(40)) {}
};

unsigned statementCount(Random &R) { return 4 + R.below(10); }

} // namespace

void jitrun::test::addSampleFunction(Module &M, const std::string &Name,
                                     unsigned Seed) {
  LLVMContext &C = M.getContext();
  Type *I64 = Type::getInt64Ty(C), *F64 = Type::getDoubleTy(C);
  auto *FT =
      FunctionType::get(I64, {PointerType::getUnqual(C), I64, I64, F64}, false);
  auto *F = Function::Create(FT, Function::ExternalLinkage, Name, M);
  F->addFnAttr(Attribute::NoUnwind);
  F->addFnAttr("frame-pointer", "all");
  F->addFnAttr("disable-tail-calls", "true");
  auto Block = [&](const char *N) { return BasicBlock::Create(C, N, F); };

  BasicBlock *Header = Block("header");
  F->insert(F->begin(), BasicBlock::Create(C, "entry"));
  IRBuilder<> B(&F->getEntryBlock());
  auto *N = B.CreateAlloca(I64), *I = B.CreateAlloca(I64);
  auto *X = B.CreateAlloca(F64), *Y = B.CreateAlloca(F64);
  Value *Variables[] = {B.CreateAlloca(I64), B.CreateAlloca(I64)};
  B.CreateStore(F->getArg(1), N);
  B.CreateStore(B.getInt64(0), I);
  B.CreateStore(F->getArg(2), Variables[0]);
  B.CreateStore(B.getInt64(Seed), Variables[1]);
  B.CreateStore(F->getArg(3), X);
  B.CreateStore(ConstantFP::get(F64, 1.0), Y);
  B.CreateBr(Header);

  B.SetInsertPoint(Header);
  BasicBlock *Body = Block("body"), *Exit = Block("exit");
  B.CreateCondBr(B.CreateICmpSLT(B.CreateLoad(I64, I), B.CreateLoad(I64, N)),
                 Body, Exit);
  B.SetInsertPoint(Body);
  Random R(Seed);
  for (unsigned Left = statementCount(R); Left; --Left) {
    Statement S(R);
    Value *First = B.CreateLoad(I64, Variables[S.First]);
    Value *Second = B.CreateLoad(I64, S.Second ? I : Variables[1]);
    Value *Constant = B.getInt64(S.Constant);
    switch (S.Kind) {
    case 0:
      B.CreateStore(B.CreateAdd(First, Second), Variables[S.Target]);
      break;
    case 1:
      B.CreateStore(B.CreateXor(B.CreateMul(First, Constant), Second),
                    Variables[0]);
      break;
    case 2:
      B.CreateStore(B.CreateSub(First, B.CreateAShr(Second, Constant)),
                    Variables[1]);
      break;
    case 3: {
      BasicBlock *Then = Block("then"), *Else = Block("else"),
                 *Join = Block("join");
      B.CreateCondBr(B.CreateICmpSGT(First, Second), Then, Else);
      B.SetInsertPoint(Then);
      B.CreateStore(B.CreateAdd(First, Constant), Variables[0]);
      B.CreateBr(Join);
      B.SetInsertPoint(Else);
      B.CreateStore(B.CreateXor(Second, Constant), Variables[1]);
      B.CreateBr(Join);
      B.SetInsertPoint(Join);
      break;
    }
    case 4:
      B.CreateStore(B.CreateFAdd(B.CreateFMul(B.CreateLoad(F64, X),
                                              ConstantFP::get(F64, 0.5)),
                                 B.CreateLoad(F64, Y)),
                    X);
      break;
    case 5:
      B.CreateStore(B.CreateSelect(B.CreateICmpULT(First, Second), First,
                                   B.CreateAdd(Second, Constant)),
                    Variables[S.Target]);
      break;
    }
  }
  B.CreateStore(B.CreateAdd(B.CreateLoad(I64, I), B.getInt64(1)), I);
  B.CreateBr(Header);

  B.SetInsertPoint(Exit);
  Value *Bits = B.CreateBitCast(B.CreateLoad(F64, X), I64);
  B.CreateRet(B.CreateAdd(B.CreateXor(B.CreateLoad(I64, Variables[0]),
                                      B.CreateLoad(I64, Variables[1])),
                          Bits));
}

int64_t jitrun::test::evaluateSample(unsigned Seed, int64_t N, int64_t A,
                                     double X) {
  uint64_t Variables[] = {static_cast<uint64_t>(A), Seed};
  double Y = 1.0;
  for (int64_t I = 0; I < N; ++I) {
    Random R(Seed);
    for (unsigned Left = statementCount(R); Left; --Left) {
      Statement S(R);
      uint64_t First = Variables[S.First];
      uint64_t Second = S.Second ? static_cast<uint64_t>(I) : Variables[1];
      switch (S.Kind) {
      case 0:
        Variables[S.Target] = First + Second;
        break;
      case 1:
        Variables[0] = First * S.Constant ^ Second;
        break;
      case 2:
        Variables[1] = First - static_cast<uint64_t>(
                                   static_cast<int64_t>(Second) >> S.Constant);
        break;
      case 3:
        if (static_cast<int64_t>(First) > static_cast<int64_t>(Second))
          Variables[0] = First + S.Constant;
        else
          Variables[1] = Second ^ S.Constant;
        break;
      case 4:
        X = X * 0.5 + Y;
        break;
      case 5:
        Variables[S.Target] = First < Second ? First : Second + S.Constant;
        break;
      }
    }
  }
  uint64_t Bits;
  std::memcpy(&Bits, &X, sizeof(Bits));
  return static_cast<int64_t>((Variables[0] ^ Variables[1]) + Bits);
}
