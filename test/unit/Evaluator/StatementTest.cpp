#include "Builder.h"

#include <catch2/catch.hpp>
#include <functional>
#include <pthread.h>

using namespace jitrun;
using namespace jitrun::test;

namespace {

/// fib(n), its recursive calls at sites 1 and 2.
Function &makeFib(Builder &B) {
  Function &F = B.function({B.I64}, B.I64);
  SlotId X = B.local(F, B.I64), Y = B.local(F, B.I64);
  const Expr *N = B.load(F, 0);
  F.Body = B.list(
      {B.conditional(B.binary(BinaryOp::Lt, N, B.integer(2)), {B.give(N)}),
       B.call(X, F, {B.binary(BinaryOp::Sub, N, B.integer(1))}, 1),
       B.call(Y, F, {B.binary(BinaryOp::Sub, N, B.integer(2))}, 2),
       B.give(B.binary(BinaryOp::Add, B.load(F, X), B.load(F, Y)))});
  return F;
}

/// f(n) = 1 + f(n - 1), without end.
Function &makeEndless(Builder &B) {
  Function &F = B.function({B.I64}, B.I64);
  SlotId X = B.local(F, B.I64);
  F.Body = B.list({B.call(X, F, {B.load(F, 0)}, 1), B.give(B.load(F, X))});
  return F;
}

/// Runs \p F in a thread with a stack of that size.
void onStack(size_t Bytes, std::function<void()> F) {
  pthread_attr_t Attributes;
  pthread_attr_init(&Attributes);
  pthread_attr_setstacksize(&Attributes, Bytes);
  pthread_t Thread;
  REQUIRE(pthread_create(
              &Thread, &Attributes,
              [](void *Call) -> void * {
                (*static_cast<std::function<void()> *>(Call))();
                return nullptr;
              },
              &F) == 0);
  pthread_join(Thread, nullptr);
  pthread_attr_destroy(&Attributes);
}

} // namespace

TEST_CASE("calls recurse") {
  Builder B;
  Function &F = makeFib(B);
  CHECK(B.run(F, {20}).Cell == 6765);
}

TEST_CASE("10,000 nested calls fit a stack of 64 MiB") {
  Builder B;
  // f(n) = if n == 0 { 0 } else { f(n - 1) + 1 }
  Function &F = B.function({B.I64}, B.I64);
  SlotId X = B.local(F, B.I64);
  const Expr *N = B.load(F, 0);
  F.Body = B.list({B.conditional(
      B.binary(BinaryOp::Eq, N, B.integer(0)), {B.give(B.integer(0))},
      {B.call(X, F, {B.binary(BinaryOp::Sub, N, B.integer(1))}),
       B.give(B.binary(BinaryOp::Add, B.load(F, X), B.integer(1)))})});
  // Which instrumented code needs; else the usual 8 MiB would do.
  Outcome O;
  onStack(size_t(64) << 20,
          [&] { O = B.run(F, {10000}, runtime::currentStackLimit()); });
  CHECK(O.Trap == "");
  CHECK(O.Cell == 10000);
}

TEST_CASE("endless recursion traps in the callee's entry") {
  Builder B;
  Function &F = makeEndless(B);
  Outcome O = B.run(F, {1}, runtime::currentStackLimit());
  CHECK(O.Trap.starts_with("stack@100<1<1<1"));
  CHECK(B.Depth > 1000);
}

TEST_CASE("an interrupt ends recursion and loops") {
  Builder B;
  B.Prepare = [](abi::ExecutionContext &Ctx) {
    runtime::requestInterrupt(Ctx, abi::TrapKind::Interrupt);
  };
  Function &F = makeEndless(B);
  CHECK(B.run(F, {1}).Trap == "interrupt@100");
  // Entry has no stack check to take it: the loop's back edge does.
  Function &G = B.function({}, B.M.Types.unit());
  G.Body = B.list({B.M.make<LoopStmt>(SourceRange(), LoopId(0), StmtList())});
  CHECK(B.run(G).Trap == "interrupt@100");
}

TEST_CASE("a trap's stack names the sites of the calls") {
  Builder B;
  Function &Inner = B.function({B.I64}, B.I64);
  Inner.Body = B.list(
      {B.give(B.binary(BinaryOp::Div, B.integer(1), B.load(Inner, 0), 7))});
  Function &Outer = B.function({B.I64}, B.I64);
  SlotId X = B.local(Outer, B.I64);
  Outer.Body = B.list(
      {B.call(X, Inner, {B.load(Outer, 0)}, 3), B.give(B.load(Outer, X))});
  CHECK(B.run(Outer, {2}).Cell == 0);
  CHECK(B.run(Outer, {0}).Trap == "division@7<3");
}

TEST_CASE("for runs exactly the iterations that its bounds say") {
  struct {
    TypeKind Kind;
    int64_t Lo, Hi, Step;
    bool Inclusive;
    int64_t Count, Last;
  } Cases[] = {
      {TypeKind::I64, 0, 10, 1, false, 10, 9},
      {TypeKind::I64, 0, 10, 1, true, 11, 10},
      {TypeKind::I64, 5, 5, 1, false, 0, -1},
      {TypeKind::I64, 5, 5, 1, true, 1, 5},
      {TypeKind::I64, 6, 5, 1, true, 0, -1},
      {TypeKind::I64, 0, 10, 3, false, 4, 9},
      {TypeKind::I64, 0, 9, 3, false, 3, 6},
      {TypeKind::I64, 0, 9, 3, true, 4, 9},
      {TypeKind::I64, 10, 0, -5, true, 3, 0},
      {TypeKind::I64, 10, 0, -5, false, 2, 5},
      {TypeKind::I64, 0, 10, -1, false, 0, -1},
      {TypeKind::I64, -2, 2, 2, true, 3, 2},
      // Nothing wraps at the ends of the type.
      {TypeKind::U8, 0, 255, 1, true, 256, 255},
      {TypeKind::U8, 255, 0, -1, true, 256, 0},
      {TypeKind::I8, -128, 127, 1, true, 256, 127},
      {TypeKind::I8, -128, 127, 100, true, 3, 72},
      {TypeKind::I8, 127, -128, -128, true, 2, -1},
      {TypeKind::I64, INT64_MAX - 1, INT64_MAX, 1, true, 2, INT64_MAX},
      {TypeKind::I64, INT64_MIN, INT64_MAX, INT64_MAX, true, 3, INT64_MAX - 1},
      {TypeKind::I64, INT64_MAX, INT64_MIN, INT64_MIN, true, 2, -1},
      {TypeKind::U64, 0, -1, INT64_MAX, true, 3, -2},
      {TypeKind::U64, -1, 0, INT64_MIN, true, 2, INT64_MAX},
  };
  for (auto &C : Cases) {
    Builder B;
    const Type *T = B.type(C.Kind);
    TypeKind StepKind = C.Kind == TypeKind::U8    ? TypeKind::I8
                        : C.Kind == TypeKind::U64 ? TypeKind::I64
                                                  : C.Kind;
    Function &F = B.function({}, B.I64);
    SlotId I = B.local(F, T), Count = B.local(F, B.I64),
           Last = B.local(F, B.I64);
    const Stmt *Loop = B.M.make<ForRangeStmt>(
        SourceRange(), LoopId(0), I, C.Inclusive, SiteId(4), B.integer(T, C.Lo),
        B.integer(T, C.Hi), B.integer(B.type(StepKind), C.Step),
        B.list({B.opAssign(BinaryOp::Add, B.place(F, Count), B.integer(1)),
                B.assign(B.place(F, Last),
                         B.M.make<ConvertExpr>(B.I64, B.load(F, I)))}));
    F.Body = B.list({B.assign(B.place(F, Last), B.integer(-1)), Loop,
                     B.give(B.load(F, Count))});
    CHECK(int64_t(B.run(F).Cell) == C.Count);
    F.Body = B.list({B.assign(B.place(F, Last), B.integer(-1)), Loop,
                     B.give(B.load(F, Last))});
    CHECK(int64_t(B.run(F).Cell) == C.Last);
  }
}

TEST_CASE("a step of zero traps") {
  Builder B;
  Function &F = B.function({B.I64}, B.M.Types.unit());
  SlotId I = B.local(F, B.I64);
  F.Body = B.list({B.M.make<ForRangeStmt>(SourceRange(), LoopId(0), I, false,
                                          SiteId(4), B.integer(0), B.integer(0),
                                          B.load(F, 0), StmtList())});
  CHECK(B.run(F, {0}).Trap == "step@4");
  CHECK(B.run(F, {1}).Trap == "");
}

TEST_CASE("break and continue leave the loop that they name") {
  // for i in 0..10 { for j in 0..10 { if j == 5 { continue outer };
  //   if i == 3 { break outer }; n += 1 } }
  Builder B;
  Function &F = B.function({}, B.I64);
  SlotId I = B.local(F, B.I64), J = B.local(F, B.I64), N = B.local(F, B.I64);
  auto Is = [&](SlotId S, int64_t V) {
    return B.binary(BinaryOp::Eq, B.load(F, S), B.integer(V));
  };
  auto For = [&](uint32_t L, SlotId V, std::vector<const Stmt *> Body) {
    return B.M.make<ForRangeStmt>(SourceRange(), LoopId(L), V, false, SiteId(0),
                                  B.integer(0), B.integer(10), nullptr,
                                  B.list(Body));
  };
  const Stmt *Inner = For(
      1, J,
      {B.conditional(Is(J, 5),
                     {B.M.make<ContinueStmt>(SourceRange(), LoopId(0))}),
       B.conditional(Is(I, 3), {B.M.make<BreakStmt>(SourceRange(), LoopId(0))}),
       B.opAssign(BinaryOp::Add, B.place(F, N), B.integer(1))});
  F.Body = B.list({For(0, I, {Inner}), B.give(B.load(F, N))});
  CHECK(B.run(F).Cell == 15);
}

TEST_CASE("while evaluates its prelude before each condition") {
  Builder B;
  Function &F = B.function({}, B.I64);
  SlotId I = B.local(F, B.I64), N = B.local(F, B.I64);
  const Stmt *Prelude =
      B.opAssign(BinaryOp::Add, B.place(F, N), B.integer(100));
  const Stmt *Body = B.opAssign(BinaryOp::Add, B.place(F, I), B.integer(1));
  F.Body = B.list(
      {B.M.make<WhileStmt>(SourceRange(), LoopId(0), B.list({Prelude}),
                           B.binary(BinaryOp::Lt, B.load(F, I), B.integer(3)),
                           B.list({Body})),
       B.give(B.binary(BinaryOp::Add, B.load(F, N), B.load(F, I)))});
  CHECK(B.run(F).Cell == 403);
}

TEST_CASE("aggregates are assigned as if the value were complete before") {
  // t = (t.1, t.0)
  Builder B;
  const Type *Parts[] = {B.I64, B.I64};
  const RecordType *T = B.M.Types.tuple(Parts);
  Function &F = B.function({}, B.I64);
  SlotId S = B.local(F, T);
  auto Part = [&](uint32_t I) {
    return B.project(B.place(F, S), {{.Ty = B.I64, .Field = I}});
  };
  F.Body = B.list(
      {B.assign(B.place(F, S), B.aggregate(T, {B.integer(1), B.integer(2)})),
       B.assign(B.place(F, S),
                B.aggregate(T, {B.load(Part(1)), B.load(Part(0))})),
       B.give(B.binary(BinaryOp::Add,
                       B.binary(BinaryOp::Mul, B.load(Part(0)), B.integer(10)),
                       B.load(Part(1))))});
  CHECK(B.run(F).Cell == 21);
}

TEST_CASE("arguments and results that are aggregates go by address") {
  Builder B;
  const Type *Parts[] = {B.type(TypeKind::I8), B.F64};
  const RecordType *T = B.M.Types.tuple(Parts);
  Function &F = B.function({T, B.F64}, T);
  F.Body = B.list({B.give(
      B.aggregate(T, {B.integer(B.type(TypeKind::I8), 7), B.load(F, 1)}))});
  struct {
    int8_t A;
    double B;
  } In = {1, 2}, Out = {};
  B.run(F, {reinterpret_cast<uint64_t>(&In), bits(2.5),
            reinterpret_cast<uint64_t>(&Out)});
  CHECK(Out.A == 7);
  CHECK(Out.B == 2.5);
}

TEST_CASE("host functions are called with their own types") {
  Builder B;
  B.Resolve = [](const ExternFunction &E) -> void * {
    if (E.Name == "mix")
      return reinterpret_cast<void *>(
          +[](int8_t A, uint16_t B, float C, double D, bool E) -> float {
            return float(A) + float(B) + C + float(D) + float(E);
          });
    if (E.Name == "low")
      return reinterpret_cast<void *>(+[](int32_t X) { return int8_t(X); });
    return nullptr;
  };
  auto Declare = [&](const char *Name, std::vector<const Type *> P,
                     const Type *R) {
    ExternFunction E;
    E.Name = Name;
    E.Parameters = P;
    E.Result = R;
    B.M.Externs.push_back(E);
    return ExternId(B.M.Externs.size() - 1);
  };
  const Type *I8 = B.type(TypeKind::I8), *U16 = B.type(TypeKind::U16),
             *F32 = B.type(TypeKind::F32), *I32 = B.type(TypeKind::I32);
  ExternId Mix = Declare("mix", {I8, U16, F32, B.F64, B.Bool}, F32);
  ExternId Low = Declare("low", {I32}, I8);
  ExternId None = Declare("missing", {}, B.M.Types.unit());
  auto Call = [&](ExternId E, SlotId Dest, std::vector<const Expr *> A) {
    return B.M.make<ExternCallStmt>(SourceRange(), Dest, E, SiteId(9),
                                    B.M.copy(A));
  };
  Function &F = B.function({}, F32);
  SlotId R = B.local(F, F32);
  F.Body = B.list({Call(Mix, R,
                        {B.integer(I8, -3), B.integer(U16, 60000),
                         B.M.make<FloatConstant>(F32, 0.5), B.floating(0.25),
                         B.integer(B.Bool, 1)}),
                   B.give(B.load(F, R))});
  CHECK(std::bit_cast<float>(uint32_t(B.run(F).Cell)) == 59998.75f);
  Function &G = B.function({}, I8);
  R = B.local(G, I8);
  G.Body = B.list({Call(Low, R, {B.integer(I32, 200)}), B.give(B.load(G, R))});
  CHECK(int64_t(B.run(G).Cell) == -56);
  Function &H = B.function({}, B.M.Types.unit());
  H.Body = B.list({Call(None, NoSlot, {})});
  CHECK(B.run(H).Trap == "host@9");
}
