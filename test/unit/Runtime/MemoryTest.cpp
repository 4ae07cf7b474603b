#include "Fixture.h"

#include <catch2/catch.hpp>

using namespace jitrun::test;

TEST_CASE("every runtime function is found by its name") {
  CHECK(symbols().size() > 100);
  for (size_t I = 1; I < symbols().size(); ++I)
    CHECK(symbols()[I - 1].Name < symbols()[I].Name);
  CHECK(findSymbol("jr_array_new") == reinterpret_cast<void *>(&jr_array_new));
  CHECK(findSymbol("jr_zero_value") ==
        reinterpret_cast<void *>(&jr_zero_value));
  CHECK(findSymbol("jr_") == nullptr);
  CHECK(findSymbol("jr_zzz") == nullptr);
  CHECK(findSymbol("") == nullptr);
}

TEST_CASE("objects are charged and in the ledger until released") {
  Fixture T;
  CHECK(T.isClean());
  StrHeader *S = T.text("abc");
  ArrayHeader *A = T.grid({2, 3});
  CHECK(countLedger(T.Ctx) == 2);
  CHECK(T.Ctx.MemoryUsed ==
        int64_t(chargedBytes(S->Head) + chargedBytes(A->Head)));
  jr_retain(A);
  T.release(A);
  CHECK(countLedger(T.Ctx) == 2);
  T.release(A);
  CHECK(countLedger(T.Ctx) == 1);
  T.release(S);
  CHECK(T.isClean());
}

TEST_CASE("null and immortal objects are left alone by counting") {
  Fixture T;
  jr_retain(nullptr);
  jr_release_str(&T.Ctx, nullptr);
  jr_release_array(&T.Ctx, nullptr);
  jr_retain(&T.EmptyText);
  jr_release_str(&T.Ctx, &T.EmptyText);
  CHECK(T.EmptyText.Head.Count == ImmortalCount);
}

TEST_CASE("what exceeds the limit traps and charges nothing") {
  Fixture T;
  T.Ctx.MemoryLimit = 1000;
  CHECK(trapOf([&] { T.grid({200}); }) == "memory: memory limit exceeded");
  CHECK(T.isClean());
  ArrayHeader *A = T.grid({50});
  CHECK(trapOf([&] { T.grid({50}); }) == "memory: memory limit exceeded");
  CHECK(trapOf([&] { T.text(std::string(600, 'x')); }) ==
        "memory: memory limit exceeded");
  T.release(A);
  CHECK(T.isClean());
}

TEST_CASE("absurd sizes trap") {
  struct {
    std::vector<int64_t> Shape;
    const char *Trap;
  } Cases[] = {
      {{-1}, "size: array size -1 is negative or too large"},
      {{3, -7}, "size: array size -7 is negative or too large"},
      {{INT64_MAX},
       "size: array size 9223372036854775807 is negative or too "
       "large"},
      {{1 << 30, 1 << 20, 1 << 10},
       "size: array size 1024 is negative or too large"},
      // Not hidden by a length of zero.
      {{0, INT64_MAX},
       "size: array size 9223372036854775807 is negative or "
       "too large"},
      {{0, -1}, "size: array size -1 is negative or too large"},
      {{1 << 30, 1 << 28}, "memory: memory limit exceeded"},
  };
  Fixture T;
  T.Ctx.MemoryLimit = int64_t(1) << 40;
  for (auto &C : Cases)
    CHECK(trapOf([&] {
            jr_array_new(&T.Ctx, &T.I64, int64_t(C.Shape.size()),
                         C.Shape.data(), 0);
          }) == C.Trap);
  CHECK(T.isClean());
}

TEST_CASE("fresh arrays are aligned, contiguous and zero") {
  Fixture T;
  for (int64_t N : {0, 1, 7, 1000, 100000}) {
    int64_t Shape[] = {N, 3};
    auto *A =
        static_cast<ArrayHeader *>(jr_array_new(&T.Ctx, &T.I64, 2, Shape, 0));
    CHECK(reinterpret_cast<uintptr_t>(A->Data) % 64 == 0);
    CHECK(A->Flags == (ArrayContiguous | ArrayUnitInner));
    CHECK(A->strides()[0] == 3);
    CHECK(A->strides()[1] == 1);
    bool Zero = true;
    for (int64_t I = 0; I < N * 3 * 8; ++I)
      Zero &= A->Data[I] == 0;
    CHECK(Zero);
    T.release(A);
  }
  CHECK(T.isClean());
}

TEST_CASE("zero values of counted types are the immortal objects") {
  Fixture T;
  int64_t N = 4;
  auto *A = static_cast<ArrayHeader *>(jr_array_new(&T.Ctx, &T.Str, 1, &N, 0));
  for (int I = 0; I < 4; ++I)
    CHECK(reinterpret_cast<StrHeader **>(A->Data)[I] == &T.EmptyText);
  T.release(A);
  // Storage still to be filled is null.
  A = static_cast<ArrayHeader *>(jr_array_new(&T.Ctx, &T.Str, 1, &N, 1));
  for (int I = 0; I < 4; ++I)
    CHECK(reinterpret_cast<StrHeader **>(A->Data)[I] == nullptr);
  T.release(A);
  CHECK(T.isClean());
}

namespace {

/// struct { n: i64, name: str, rows: [i64[]; 2] }
struct RecordFixture : Fixture {
  TypeDescriptor Rows = {};
  FieldDescriptor Fields[3];
  TypeDescriptor Record = {};
  struct Value {
    int64_t N;
    StrHeader *Name;
    ArrayHeader *Rows[2];
  };

  RecordFixture() {
    Rows.Kind = DescriptorKind::FixedArray;
    Rows.Size = 16;
    Rows.Align = 8;
    Rows.Counted = Rows.PatternZero = true;
    Rows.Length = 2;
    Rows.Element = &I64Array;
    Fields[0] = {"n", &I64, 0};
    Fields[1] = {"name", &Str, 8};
    Fields[2] = {"rows", &Rows, 16};
    Record.Kind = DescriptorKind::Record;
    Record.Size = sizeof(Value);
    Record.Align = 8;
    Record.Counted = Record.PatternZero = true;
    Record.Count = 3;
    Record.Fields = Fields;
    Record.Name = "Item";
  }
};

} // namespace

TEST_CASE("enums are retained, moved and released by their variant") {
  RecordFixture T;
  FieldDescriptor Number[] = {{nullptr, &T.I64, 8}};
  FieldDescriptor Item[] = {{nullptr, &T.Str, 8}, {nullptr, &T.Record, 16}};
  VariantDescriptor Variants[] = {
      {"None", nullptr, 0}, {"Number", Number, 1}, {"Held", Item, 2}};
  TypeDescriptor Enum = {};
  Enum.Kind = DescriptorKind::Enum;
  Enum.Size = 16 + sizeof(RecordFixture::Value);
  Enum.Align = 8;
  Enum.Counted = true;
  Enum.Count = 3;
  Enum.Variants = Variants;
  struct {
    uint32_t Tag;
    StrHeader *Label;
    RecordFixture::Value Of;
  } V = {2, T.text("label"), {1, T.text("x"), {T.grid({1}), T.grid({2})}}};
  jr_retain_value(&Enum, &V);
  CHECK(V.Label->Head.Count == 2);
  CHECK(V.Of.Rows[1]->Head.Count == 2);
  CHECK(T.shown(Enum, &V) ==
        "Held(\"label\", Item(n: 1, name: \"x\", rows: [[0], [0, 1]]))");
  jr_release_value(&T.Ctx, &Enum, &V);
  CHECK(countLedger(T.Ctx) == 4);
  moveOutOfLedger(T.Ctx, &V, Enum);
  CHECK(T.isClean());
  releaseMovedOut(&V, Enum);

  // The same bytes as another variant hold nothing.
  V.Tag = 1;
  jr_retain_value(&Enum, &V);
  jr_release_value(&T.Ctx, &Enum, &V);
  V.Tag = 0;
  jr_release_value(&T.Ctx, &Enum, &V);
  CHECK(T.shown(Enum, &V) == "None");
  CHECK(T.isClean());
}

TEST_CASE("aggregates are zeroed, retained and released field by field") {
  RecordFixture T;
  RecordFixture::Value V;
  jr_zero_value(&T.Record, &V);
  CHECK(V.N == 0);
  CHECK(V.Name == &T.EmptyText);
  CHECK(V.Rows[0] == &T.EmptyArray.Header);
  CHECK(V.Rows[1] == &T.EmptyArray.Header);

  V = {1, T.text("x"), {T.grid({1}), T.grid({2})}};
  jr_retain_value(&T.Record, &V);
  CHECK(V.Name->Head.Count == 2);
  CHECK(V.Rows[0]->Head.Count == 2);
  CHECK(V.Rows[1]->Head.Count == 2);
  CHECK(T.shown(T.Record, &V) == "Item(n: 1, name: \"x\", rows: [[0], [0, "
                                 "1]])");
  jr_release_value(&T.Ctx, &T.Record, &V);
  CHECK(countLedger(T.Ctx) == 3);
  jr_release_value(&T.Ctx, &T.Record, &V);
  CHECK(T.isClean());
}

TEST_CASE("an array releases what its elements hold") {
  RecordFixture T;
  int64_t N = 3;
  RecordFixture::Value V = {1, T.text("x"), {T.grid({1}), T.grid({2})}};
  auto *A =
      static_cast<ArrayHeader *>(jr_array_full(&T.Ctx, &T.Record, 1, &N, &V));
  CHECK(V.Name->Head.Count == 4);
  jr_release_value(&T.Ctx, &T.Record, &V);
  auto *Copy = static_cast<ArrayHeader *>(jr_array_copy(&T.Ctx, A));
  CHECK(V.Name->Head.Count == 6);
  T.release(A);
  CHECK(V.Name->Head.Count == 3);
  T.release(Copy);
  CHECK(T.isClean());
}

TEST_CASE("a long chain of arrays is freed without deep recursion") {
  Fixture T;
  // Node = Node[]: each array holds the next one.
  TypeDescriptor Node = T.I64Array;
  Node.Element = &Node;
  int64_t One = 1;
  ArrayHeader *Chain = nullptr;
  for (int I = 0; I < 1000000; ++I) {
    auto *A =
        static_cast<ArrayHeader *>(jr_array_new(&T.Ctx, &Node, 1, &One, 1));
    std::memcpy(A->Data, &Chain, sizeof(Chain));
    Chain = A;
  }
  T.release(Chain);
  CHECK(T.isClean());
}

TEST_CASE("a view keeps its base alive, and is never based on a view") {
  Fixture T;
  ArrayHeader *A = T.grid({10});
  ArrayHeader *V = T.slice(A, {SliceLo}, {2});
  ArrayHeader *W = T.slice(V, {SliceLo}, {3});
  CHECK(W->Base == A);
  T.release(A);
  T.release(V);
  CHECK(countLedger(T.Ctx) == 2);
  CHECK(T.shown(W) == "[5, 6, 7, 8, 9]");
  T.release(W);
  CHECK(T.isClean());
}

TEST_CASE("freeing the ledger forgets all objects whatever their counts") {
  Fixture T;
  ArrayHeader *A = T.grid({10});
  jr_retain(A);
  T.slice(A, {SliceLo}, {2});
  T.text("left behind");
  freeLedger(T.Ctx);
  CHECK(T.isClean());
  T.release(T.grid({3}));
  CHECK(T.isClean());
}

TEST_CASE("a result that is moved out survives the ledger") {
  RecordFixture T;
  int64_t N = 2;
  RecordFixture::Value V = {1, T.text("x"), {T.grid({1}), T.grid({2})}};
  auto *A =
      static_cast<ArrayHeader *>(jr_array_full(&T.Ctx, &T.Record, 1, &N, &V));
  jr_release_value(&T.Ctx, &T.Record, &V);
  ArrayHeader *View = T.slice(A, {SliceLo}, {1});
  T.release(A);
  T.text("stays");
  TypeDescriptor Array = T.I64Array;
  Array.Element = &T.Record;
  moveOutOfLedger(T.Ctx, &View, Array);
  CHECK(countLedger(T.Ctx) == 1);
  freeLedger(T.Ctx);
  CHECK(T.isClean());
  CHECK(T.shown(View) == "[Item(n: 1, name: \"x\", rows: [[0], [0, 1]])]");
  // In and out of another call, then freed by the host.
  jr_retain(View);
  T.release(View);
  CHECK(T.isClean());
  releaseMovedOut(&View, Array);
}

TEST_CASE("a closure holds its captures, and moves out with them") {
  RecordFixture T;
  TypeDescriptor Function = T.Str;
  Function.Kind = DescriptorKind::Function;
  Function.Name = "fn(i64) -> str";
  ClosureHeader Prototype = {
      {{nullptr, nullptr}, ImmortalCount, 0}, &T.Record, &T, 7, 0, {}};
  RecordFixture::Value V = {1, T.text("x"), {T.grid({1}), T.grid({2})}};
  auto *C =
      static_cast<ClosureHeader *>(jr_closure_new(&T.Ctx, &Prototype, &V));
  CHECK(C->Slot == &T);
  CHECK(C->Function == 7);
  CHECK(V.Name->Head.Count == 2);
  jr_release_value(&T.Ctx, &T.Record, &V);
  CHECK(T.shown(Function, &C) == "fn(i64) -> str");
  CHECK(T.shown(T.Record, C->Data) == "Item(n: 1, name: \"x\", rows: [[0], "
                                      "[0, 1]])");
  moveOutOfLedger(T.Ctx, &C, Function);
  CHECK(T.isClean());
  releaseMovedOut(&C, Function);

  // One that holds another, and an immortal one.
  TypeDescriptor Holder = Function;
  FieldDescriptor Field = {nullptr, &Function, 0};
  Holder.Kind = DescriptorKind::Record;
  Holder.Count = 1;
  Holder.Fields = &Field;
  Prototype.Captures = &Holder;
  ClosureHeader *Of = &Prototype;
  for (int I = 0; I < 100000; ++I) {
    auto *Next =
        static_cast<ClosureHeader *>(jr_closure_new(&T.Ctx, &Prototype, &Of));
    jr_release_closure(&T.Ctx, Of);
    Of = Next;
  }
  jr_retain(Of);
  jr_release_closure(&T.Ctx, Of);
  CHECK(countLedger(T.Ctx) == 100000);
  jr_release_closure(&T.Ctx, Of);
  CHECK(T.isClean());
}
