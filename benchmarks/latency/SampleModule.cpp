#include "SampleModule.h"

#include <random>

using namespace jitrun;
using namespace jitrun::tast;

namespace {

/// Builds one function's tree.
class FunctionMaker {
public:
  FunctionMaker(Module &M, FunctionId Id)
      : M(M), F(std::make_unique<Function>()), Random(uint32_t(Id) + 1) {
    F->Name = "f" + std::to_string(uint32_t(Id));
    F->Id = Id;
    F->Result = M.Types.i64();
    F->Parameters = 3;
    N = slot("n", M.Types.i64());
    A = slot("a", M.Types.i64());
    X = slot("x", M.Types.f64());
    S = slot("s", M.Types.i64());
    T = slot("t", M.Types.i64());
    Y = slot("y", M.Types.f64());
    I = slot("i", M.Types.i64());
  }

  std::unique_ptr<Function> make() {
    std::vector<const Stmt *> Body;
    Body.push_back(init(S, load(A)));
    Body.push_back(init(T, integer(int64_t(below(1000)))));
    Body.push_back(init(Y, real(1.0)));
    std::vector<const Stmt *> Inner;
    for (unsigned K = 0, E = 3 + below(10); K < E; ++K)
      Inner.push_back(step());
    Body.push_back(M.make<ForRangeStmt>(SourceRange(), LoopId(0), I, false,
                                        NoSite, integer(0), load(N), nullptr,
                                        M.copy(Inner)));
    F->LoopCount = 1;
    const Expr *Parts =
        binary(BinaryOp::And, convert(M.Types.i64(), load(Y)), integer(255));
    Body.push_back(M.make<ReturnStmt>(
        SourceRange(),
        binary(BinaryOp::Add, binary(BinaryOp::Xor, load(S), load(T)), Parts)));
    F->Body = M.copy(Body);
    return std::move(F);
  }

private:
  unsigned below(unsigned N) { return unsigned(Random() % N); }

  SlotId slot(const char *Name, const Type *Ty) {
    F->Locals.push_back({Name, Ty});
    return SlotId(F->Locals.size() - 1);
  }
  const Type *typeOf(SlotId L) { return F->Locals[size_t(L)].Ty; }

  const Place *place(SlotId L) {
    Place *P = M.make<Place>();
    P->Slot = L;
    P->BaseTy = P->Ty = typeOf(L);
    return P;
  }
  const Expr *load(SlotId L) { return M.make<LoadExpr>(typeOf(L), place(L)); }
  const Expr *integer(int64_t V) {
    return M.make<IntConstant>(M.Types.i64(), uint64_t(V));
  }
  const Expr *real(double V) { return M.make<FloatConstant>(M.Types.f64(), V); }
  const Expr *convert(const Type *To, const Expr *E) {
    return M.make<ConvertExpr>(To, E);
  }
  const Expr *binary(BinaryOp Op, const Expr *L, const Expr *R) {
    return M.make<BinaryExpr>(isComparison(Op) ? M.Types.boolean() : L->Ty, Op,
                              L, R, NoSite);
  }
  const Stmt *assign(SlotId To, const Expr *E) {
    return M.make<AssignStmt>(SourceRange(), place(To), E, false);
  }
  const Stmt *init(SlotId To, const Expr *E) {
    return M.make<AssignStmt>(SourceRange(), place(To), E, true);
  }

  const Stmt *step() {
    const Expr *L = load(below(2) ? S : T);
    const Expr *R = load(below(2) ? I : T);
    switch (below(6)) {
    case 0:
      return assign(below(2) ? S : T, binary(BinaryOp::Add, L, R));
    case 1:
      return assign(
          S, binary(BinaryOp::Xor,
                    binary(BinaryOp::Mul, L, integer(3 + int64_t(below(100)))),
                    R));
    case 2:
      return assign(
          T, binary(BinaryOp::Sub, L,
                    binary(BinaryOp::Shr, R, integer(1 + int64_t(below(7))))));
    case 3: {
      std::vector<const Stmt *> Then{
          assign(S, binary(BinaryOp::Add, L, integer(int64_t(below(50)))))};
      std::vector<const Stmt *> Else{
          assign(T, binary(BinaryOp::Xor, R, integer(int64_t(below(50)))))};
      return M.make<IfStmt>(SourceRange(), binary(BinaryOp::Gt, L, R),
                            M.copy(Then), M.copy(Else));
    }
    case 4:
      return assign(X,
                    binary(BinaryOp::Add,
                           binary(BinaryOp::Mul, load(X), real(0.5)), load(Y)));
    default:
      return assign(Y,
                    binary(BinaryOp::Sub, convert(M.Types.f64(), L), load(X)));
    }
  }

  Module &M;
  std::unique_ptr<Function> F;
  std::mt19937 Random;
  SlotId N, A, X, S, T, Y, I;
};

} // namespace

std::shared_ptr<const Module> jitrun::makeSampleModule(unsigned Count) {
  auto M = std::make_shared<Module>();
  for (unsigned I = 0; I < Count; ++I)
    M->Functions.push_back(FunctionMaker(*M, FunctionId(I)).make());
  return M;
}
