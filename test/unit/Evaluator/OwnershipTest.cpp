#include "Builder.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::test;

namespace {

/// let s = "a" + "b", in a slot.
const Stmt *makeText(Builder &B, SlotId S, const char *L, const char *R) {
  return B.operation(S, Operation::StrConcat, {B.text(L), B.text(R)});
}

} // namespace

TEST_CASE(
    "slots release what they hold when they are assigned and at the end") {
  Builder B;
  Function &F = B.function({}, B.I64);
  SlotId S = B.local(F, B.Str), T = B.local(F, B.Str);
  F.Body =
      B.list({makeText(B, S, "a", "b"), makeText(B, T, "c", "d"),
              B.assign(B.place(F, S), B.load(F, T)),
              B.assign(B.place(F, S), B.load(F, S)),
              B.give(B.intrinsic(B.I64, Intrinsic::StrLen, {B.load(F, S)}))});
  Outcome O = B.run(F);
  CHECK(O.Cell == 2);
  CHECK(O.Leaked == 0);
}

TEST_CASE("a result is owned by the caller, a dropped one is released") {
  Builder B;
  Function &Make = B.function({}, B.Str);
  SlotId S = B.local(Make, B.Str);
  Make.Body = B.list({makeText(B, S, "x", "y"), B.give(B.load(Make, S))});
  Function &F = B.function({}, B.I64);
  SlotId T = B.local(F, B.Str);
  F.Body = B.list(
      {B.call(NoSlot, Make, {}), B.call(T, Make, {}), B.call(T, Make, {}),
       B.give(B.intrinsic(B.I64, Intrinsic::StrLen, {B.load(F, T)}))});
  Outcome O = B.run(F);
  CHECK(O.Cell == 2);
  CHECK(O.Leaked == 0);
  // To the host it is one object in the ledger.
  CHECK(B.run(Make).Leaked == 1);
}

TEST_CASE("parameters are borrowed, returning one retains it") {
  Builder B;
  Function &Same = B.function({B.Str}, B.Str);
  Same.Body = B.list({B.give(B.load(Same, 0))});
  Function &F = B.function({}, B.Bool);
  SlotId S = B.local(F, B.Str), T = B.local(F, B.Str);
  F.Body = B.list({makeText(B, S, "x", "y"), B.call(T, Same, {B.load(F, S)}),
                   B.give(B.binary(BinaryOp::Eq, B.load(F, S), B.load(F, T)))});
  Outcome O = B.run(F);
  CHECK(O.Cell == 1);
  CHECK(O.Leaked == 0);
}

TEST_CASE("a block's scope is released at its end, not by a jump out of it") {
  Builder B;
  Function &F = B.function({}, B.I64);
  SlotId S = B.local(F, B.Str), I = B.local(F, B.I64);
  // Each second iteration jumps out; what the slot holds goes when it is
  // assigned again, and at the end.
  const Stmt *Body =
      B.block({makeText(B, S, "a", "b"),
               B.conditional(
                   B.binary(BinaryOp::Eq,
                            B.binary(BinaryOp::And, B.load(F, I), B.integer(1)),
                            B.integer(1)),
                   {B.M.make<ContinueStmt>(SourceRange(), LoopId(0))})},
              {S});
  F.Body = B.list({B.M.make<ForRangeStmt>(SourceRange(), LoopId(0), I, false,
                                          SiteId(0), B.integer(0), B.integer(6),
                                          nullptr, B.list({Body})),
                   B.give(B.integer(0))});
  CHECK(B.run(F).Leaked == 0);
}

TEST_CASE("elements and fields own their values") {
  Builder B;
  const ArrayType *Texts = B.M.Types.array(B.Str, 1);
  const Type *Parts[] = {B.I64, B.Str};
  const RecordType *Pair = B.M.Types.tuple(Parts);
  Function &F = B.function({}, B.Str);
  SlotId A = B.local(F, Texts), S = B.local(F, B.Str), P = B.local(F, Pair),
         R = B.local(F, B.Str);
  auto Second = [&] {
    return B.project(B.place(F, P), {{.Ty = B.Str, .Field = 1}});
  };
  F.Body = B.list(
      {B.operation(A, Operation::NewArray, {B.integer(2)}),
       makeText(B, S, "a", "b"),
       B.assign(B.element(B.load(F, A), {B.integer(0)}), B.load(F, S)),
       B.assign(B.element(B.load(F, A), {B.integer(1)}),
                B.load(B.element(B.load(F, A), {B.integer(0)}))),
       B.assign(B.place(F, P), B.aggregate(Pair, {B.integer(1), B.load(F, S)})),
       B.assign(Second(), B.load(B.element(B.load(F, A), {B.integer(1)}))),
       B.operation(
           R, Operation::StrConcat,
           {B.load(B.element(B.load(F, A), {B.integer(1)})), B.load(Second())}),
       B.give(B.intrinsic(B.I64, Intrinsic::StrLen, {B.load(F, R)}))});
  F.Result = B.I64;
  Outcome O = B.run(F);
  CHECK(O.Cell == 4);
  CHECK(O.Leaked == 0);
}

TEST_CASE("an array that is dropped by the first of several writes lives on") {
  // (xs, xs[0]) = (ys, 5), where xs alone holds its array.
  Builder B;
  const ArrayType *Array = B.M.Types.array(B.I64, 1);
  Function &F = B.function({}, B.I64);
  SlotId Xs = B.local(F, Array), Ys = B.local(F, Array), V = B.local(F, B.I64);
  std::vector<const Place *> Targets = {
      B.place(F, Xs), B.element(B.load(F, Xs), {B.integer(0)})};
  std::vector<const Expr *> Values = {B.load(F, Ys), B.load(F, V)};
  F.Body = B.list({B.operation(Xs, Operation::Iota, {B.integer(3)}),
                   B.operation(Ys, Operation::Iota, {B.integer(4)}),
                   B.assign(B.place(F, V), B.integer(5)),
                   B.M.make<MultiAssignStmt>(SourceRange(), B.M.copy(Targets),
                                             B.M.copy(Values)),
                   B.give(B.load(B.element(B.load(F, Xs), {B.integer(0)})))});
  Outcome O = B.run(F);
  CHECK(O.Cell == 0);
  CHECK(O.Leaked == 0);
}

TEST_CASE("several places are checked before any is written") {
  // (xs[0], xs[3]) = (7, 8) traps and writes nothing.
  Builder B;
  const ArrayType *Array = B.M.Types.array(B.I64, 1);
  Function &Swap = B.function({Array, B.I64}, B.M.Types.unit());
  SlotId V = B.local(Swap, B.I64);
  std::vector<const Place *> Targets = {
      B.element(B.load(Swap, 0), {B.integer(0)}, 1),
      B.element(B.load(Swap, 0), {B.load(Swap, 1)}, 2)};
  std::vector<const Expr *> Values = {B.load(Swap, V), B.load(Swap, V)};
  Swap.Body = B.list({B.assign(B.place(Swap, V), B.integer(7)),
                      B.M.make<MultiAssignStmt>(
                          SourceRange(), B.M.copy(Targets), B.M.copy(Values))});
  int64_t Data[3] = {1, 2, 3};
  abi::TypeDescriptor Element = {};
  Element.Size = 8;
  struct {
    abi::ArrayHeader Header;
    int64_t Stride;
  } A = {};
  A.Header.Head.Count = abi::ImmortalCount;
  A.Header.Flags =
      abi::ArrayContiguous | abi::ArrayUnitInner | abi::ArrayBorrowed;
  A.Header.Rank = 1;
  A.Header.Data = reinterpret_cast<char *>(Data);
  A.Header.Element = &Element;
  A.Header.Shape[0] = 3;
  A.Stride = 1;
  auto Cell = reinterpret_cast<uint64_t>(&A.Header);
  CHECK(B.run(Swap, {Cell, 3}).Trap == "index@2");
  CHECK(Data[0] == 1);
  CHECK(B.run(Swap, {Cell, 2}).Trap == "");
  CHECK(Data[0] == 7);
  CHECK(Data[2] == 7);
}

TEST_CASE("what a trap leaves is in the ledger") {
  Builder B;
  Function &F = B.function({}, B.I64);
  SlotId S = B.local(F, B.Str);
  F.Body =
      B.list({makeText(B, S, "a", "b"),
              B.give(B.binary(BinaryOp::Div, B.integer(1), B.integer(0), 5))});
  CHECK(B.run(F).Trap == "division@5");
}

TEST_CASE("the evaluator goes on after a trap") {
  Builder B;
  Function &F = B.function({B.I64}, B.I64);
  F.Body =
      B.list({B.give(B.binary(BinaryOp::Div, B.integer(6), B.load(F, 0), 5))});
  ModuleData Data(B.M);
  evaluator::Evaluator E(B.M, Data);
  abi::Hooks Hooks = {};
  abi::ExecutionContext Ctx;
  runtime::initialiseContext(Ctx, Hooks, nullptr, 0);
  for (int I = 0; I < 3; ++I) {
    uint64_t Cells[] = {0, 0};
    CHECK(E.call(F, Cells, Ctx).has_value());
    CHECK(Ctx.Handlers == &Hooks);
    Cells[0] = 2;
    CHECK_FALSE(E.call(F, Cells, Ctx).has_value());
    CHECK(Cells[1] == 3);
  }
}
