#ifndef JITRUN_UNITTEST_EVALUATOR_BUILDER_H
#define JITRUN_UNITTEST_EVALUATOR_BUILDER_H

#include "Evaluator/Evaluator.h"
#include "Runtime/Context.h"

#include <bit>
#include <string>

namespace jitrun::test {

using namespace tast;

/// How a call ended: its result's cell, or "word@site<site.." of the trap with
/// the sites of the calls that led to it.
struct Outcome {
  uint64_t Cell = 0;
  std::string Trap;
  std::string Output;
  size_t Leaked = 0;
};

/// A module made by hand from typed nodes, and the evaluator over it.
class Builder {
public:
  Module M;

  const Type *type(TypeKind K) { return M.Types.get(K); }
  const Type *I64 = M.Types.i64();
  const Type *F64 = M.Types.f64();
  const Type *Bool = M.Types.boolean();
  const Type *Str = M.Types.str();

  /// A function with parameters in slots 0, 1 ..; give it a Body and Locals.
  Function &function(std::vector<const Type *> Parameters, const Type *Result) {
    M.Functions.push_back(std::make_unique<Function>());
    Function &F = *M.Functions.back();
    F.Id = FunctionId(M.Functions.size() - 1);
    F.Name = "f" + std::to_string(size_t(F.Id));
    F.Result = Result;
    F.Parameters = uint32_t(Parameters.size());
    for (const Type *T : Parameters)
      F.Locals.push_back({"", T});
    // Sites are numbers to the tests, not places.
    F.Sites.resize(100);
    return F;
  }
  static SlotId local(Function &F, const Type *T) {
    F.Locals.push_back({"", T});
    return SlotId(F.Locals.size() - 1);
  }

  const Expr *integer(const Type *T, int64_t V) {
    return M.make<IntConstant>(T, uint64_t(V));
  }
  const Expr *integer(int64_t V) { return integer(I64, V); }
  const Expr *floating(double V) { return M.make<FloatConstant>(F64, V); }
  const Expr *text(std::string_view S) {
    return M.make<TextConstant>(Str, M.internText(S));
  }
  const Expr *load(const Place *P) { return M.make<LoadExpr>(P->Ty, P); }
  const Expr *load(const Function &F, SlotId S) { return load(place(F, S)); }
  const Expr *load(const Function &F, uint32_t S) { return load(F, SlotId(S)); }
  const Expr *binary(BinaryOp Op, const Expr *L, const Expr *R,
                     uint32_t Site = 0) {
    return M.make<BinaryExpr>(isComparison(Op) ? Bool : L->Ty, Op, L, R,
                              SiteId(Site));
  }
  const Expr *intrinsic(const Type *T, Intrinsic W, std::vector<const Expr *> O,
                        uint32_t Site = 0) {
    return M.make<IntrinsicExpr>(T, W, M.copy(O), SiteId(Site));
  }
  const Expr *aggregate(const Type *T, std::vector<const Expr *> Parts) {
    return M.make<AggregateExpr>(T, M.copy(Parts));
  }

  Place *place(const Function &F, SlotId S) {
    auto *P = M.make<Place>();
    P->Slot = S;
    P->BaseTy = P->Ty = F.Locals[size_t(S)].Ty;
    return P;
  }
  Place *element(const Expr *Array, std::vector<const Expr *> Indices,
                 uint32_t Site = 0) {
    auto *P = M.make<Place>();
    P->Base = PlaceBase::Element;
    P->Array = Array;
    P->Indices = M.copy(Indices);
    P->Site = SiteId(Site);
    P->BaseTy = P->Ty = as<ArrayType>(*Array->Ty).element();
    return P;
  }
  Place *project(Place *P, std::vector<Projection> Steps) {
    P->Projections = M.copy(Steps);
    P->Ty = Steps.back().Ty;
    return P;
  }

  const Stmt *assign(const Place *P, const Expr *E) {
    return M.make<AssignStmt>(SourceRange(), P, E, false);
  }
  const Stmt *opAssign(BinaryOp Op, const Place *P, const Expr *E,
                       uint32_t Site = 0) {
    return M.make<OpAssignStmt>(SourceRange(), Op, SiteId(Site), P, E);
  }
  const Stmt *give(const Expr *E) {
    return M.make<ReturnStmt>(SourceRange(), E);
  }
  const Stmt *call(SlotId Dest, const Function &F,
                   std::vector<const Expr *> Arguments, uint32_t Site = 0) {
    return M.make<CallStmt>(SourceRange(), Dest, F.Id, SiteId(Site),
                            M.copy(Arguments));
  }
  OperationStmt *operation(SlotId Dest, Operation W,
                           std::vector<const Expr *> O, uint32_t Site = 0) {
    return M.make<OperationStmt>(SourceRange(), Dest, W, SiteId(Site),
                                 M.copy(O));
  }
  const Stmt *conditional(const Expr *C, std::vector<const Stmt *> Then,
                          std::vector<const Stmt *> Else = {}) {
    return M.make<IfStmt>(SourceRange(), C, list(Then), list(Else));
  }
  const Stmt *whileLoop(LoopId L, const Expr *C,
                        std::vector<const Stmt *> Body) {
    return M.make<WhileStmt>(SourceRange(), L, StmtList(), C, list(Body));
  }
  const Stmt *block(std::vector<const Stmt *> Body, std::vector<SlotId> Scope) {
    return M.make<BlockStmt>(SourceRange(), list(Body), M.copy(Scope));
  }
  StmtList list(const std::vector<const Stmt *> &S) { return M.copy(S); }

  /// Calls in a fresh context.
  Outcome run(const Function &F, std::vector<uint64_t> Cells = {},
              uint64_t StackLimit = 0) {
    Outcome O;
    abi::Hooks Hooks = {};
    Hooks.Write = [](abi::ExecutionContext *C, const char *Data, size_t Size) {
      static_cast<std::string *>(C->Host)->append(Data, Size);
    };
    abi::ExecutionContext Ctx;
    runtime::initialiseContext(Ctx, Hooks, &O.Output, StackLimit);
    if (Prepare)
      Prepare(Ctx);
    ModuleData Data(M);
    evaluator::Evaluator E(M, Data, Resolve);
    Cells.resize(F.Parameters + 1 > Cells.size() ? F.Parameters + 1
                                                 : Cells.size());
    if (auto Trap = E.call(F, Cells.data(), Ctx)) {
      O.Trap = runtime::trapWord(Trap->Record.Kind);
      for (size_t I = 0; I < Trap->Stack.size() && I < 10; ++I)
        O.Trap +=
            (I ? "<" : "@") + std::to_string(uint32_t(Trap->Stack[I].Site));
      Depth = Trap->Stack.size();
    } else {
      O.Cell = Cells[F.Parameters];
      O.Leaked = runtime::countLedger(Ctx);
    }
    runtime::freeLedger(Ctx);
    return O;
  }
  /// The result of a function that is just this expression.
  Outcome run(const Expr *E) {
    Function &F = function({}, E->Ty);
    F.Body = list({give(E)});
    return run(F);
  }

  evaluator::ExternResolver Resolve = evaluator::findInProcess;
  std::function<void(abi::ExecutionContext &)> Prepare;
  size_t Depth = 0; ///< Of the last trap's stack.
};

inline uint64_t bits(double D) { return std::bit_cast<uint64_t>(D); }

} // namespace jitrun::test

#endif // JITRUN_UNITTEST_EVALUATOR_BUILDER_H
