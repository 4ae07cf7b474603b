#include "TypedAST/ModuleData.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <thread>

using namespace jitrun;
using namespace jitrun::tast;
using abi::DescriptorKind;

namespace {

struct Fixture {
  Module M;
  ModuleData Data{M};

  const Type *type(TypeKind K) { return M.Types.get(K); }
  const Expr *integer(TypeKind K, uint64_t V) {
    return M.make<IntConstant>(type(K), V);
  }
  const Expr *text(std::string_view S) {
    return M.make<TextConstant>(M.Types.str(), M.internText(S));
  }
  const Expr *aggregate(const Type *T, std::vector<const Expr *> Parts) {
    return M.make<AggregateExpr>(T, M.copy(Parts));
  }
  /// struct Item { a: i8, b: f32, name: str, rows: [i16; 3] }
  const RecordType *item() {
    RecordType *S = M.Types.createStruct("Item");
    std::pair<std::string, const Type *> Fields[] = {
        {"a", type(TypeKind::I8)},
        {"b", type(TypeKind::F32)},
        {"name", M.Types.str()},
        {"rows", M.Types.fixedArray(type(TypeKind::I16), 3)}};
    M.Types.completeStruct(S, Fields);
    return S;
  }
};

} // namespace

TEST_CASE("an any is counted, and zero bytes are its zero") {
  Fixture F;
  const abi::TypeDescriptor *D = F.Data.descriptor(F.type(TypeKind::Any));
  CHECK(D->Kind == DescriptorKind::Any);
  CHECK(D->Size == sizeof(abi::AnyValue));
  CHECK(D->Counted);
  CHECK_FALSE(D->PatternZero);
  CHECK(std::string(D->Spelling) == "any");
  CHECK(std::string(F.Data.descriptor(F.type(TypeKind::U8))->Spelling) == "u8");
}

TEST_CASE("scalars have descriptors of their kind and size") {
  Fixture F;
  struct {
    TypeKind Kind;
    DescriptorKind Wanted;
    uint64_t Size;
  } Cases[] = {
      {TypeKind::Unit, DescriptorKind::Unit, 0},
      {TypeKind::Bool, DescriptorKind::Bool, 1},
      {TypeKind::I8, DescriptorKind::I8, 1},
      {TypeKind::I16, DescriptorKind::I16, 2},
      {TypeKind::I32, DescriptorKind::I32, 4},
      {TypeKind::I64, DescriptorKind::I64, 8},
      {TypeKind::U8, DescriptorKind::U8, 1},
      {TypeKind::U16, DescriptorKind::U16, 2},
      {TypeKind::U32, DescriptorKind::U32, 4},
      {TypeKind::U64, DescriptorKind::U64, 8},
      {TypeKind::F32, DescriptorKind::F32, 4},
      {TypeKind::F64, DescriptorKind::F64, 8},
  };
  for (auto &C : Cases) {
    const abi::TypeDescriptor *D = F.Data.descriptor(F.type(C.Kind));
    CHECK(D->Kind == C.Wanted);
    CHECK(D->Size == C.Size);
    CHECK_FALSE(D->Counted);
    CHECK(F.Data.descriptor(F.type(C.Kind)) == D);
  }
}

TEST_CASE("structs name themselves and their fields, tuples do not") {
  Fixture F;
  const abi::TypeDescriptor *D = F.Data.descriptor(F.item());
  CHECK(D->Kind == DescriptorKind::Record);
  CHECK(std::string(D->Name) == "Item");
  REQUIRE(D->Count == 4);
  CHECK(std::string(D->Fields[2].Name) == "name");
  CHECK(D->Fields[1].Offset == 4);
  CHECK(D->Fields[2].Offset == 8);
  CHECK(D->Fields[3].Offset == 16);
  CHECK(D->Fields[3].Type->Kind == DescriptorKind::FixedArray);
  CHECK(D->Fields[3].Type->Length == 3);
  CHECK(D->Size == 24);
  CHECK(D->Counted);
  CHECK(D->PatternZero);

  const Type *Parts[] = {F.type(TypeKind::I64), F.type(TypeKind::Bool)};
  D = F.Data.descriptor(F.M.Types.tuple(Parts));
  CHECK(D->Name == nullptr);
  CHECK(D->Fields[0].Name == nullptr);
  CHECK_FALSE(D->Counted);
  CHECK_FALSE(D->PatternZero);
}

TEST_CASE("an enum is a tag and a union of its payloads") {
  Fixture F;
  EnumType *E = F.M.Types.createEnum("Shape");
  std::pair<std::string, std::vector<const Type *>> Variants[] = {
      {"Empty", {}},
      {"Small", {F.type(TypeKind::U8), F.type(TypeKind::U16)}},
      {"Named", {F.M.Types.str(), F.type(TypeKind::Bool)}},
      {"Group", {F.M.Types.array(E, 1)}}};
  F.M.Types.completeEnum(E, Variants);
  CHECK(E->size() == 24);
  CHECK(E->align() == 8);
  CHECK(E->isCounted());
  CHECK_FALSE(E->hasZero());
  CHECK(E->variantIndex("Named") == 2);
  CHECK(E->variantIndex("Round") == -1);

  const abi::TypeDescriptor *D = F.Data.descriptor(E);
  CHECK(D->Kind == DescriptorKind::Enum);
  CHECK(D->Counted);
  CHECK_FALSE(D->PatternZero);
  REQUIRE(D->Count == 4);
  CHECK(std::string(D->Variants[1].Name) == "Small");
  CHECK(D->Variants[0].Count == 0);
  REQUIRE(D->Variants[1].Count == 2);
  CHECK(D->Variants[1].Fields[0].Offset == 8);
  CHECK(D->Variants[1].Fields[1].Offset == 10);
  CHECK(D->Variants[2].Fields[1].Offset == 16);
  CHECK(D->Variants[3].Fields[0].Type->Element == D);

  // Without payloads, and with small ones, the tag decides.
  EnumType *Plain = F.M.Types.createEnum("Color");
  std::pair<std::string, std::vector<const Type *>> Colors[] = {
      {"Red", {}}, {"Grey", {F.type(TypeKind::U8)}}};
  F.M.Types.completeEnum(Plain, {Colors, 1});
  CHECK(Plain->size() == 4);
  EnumType *Grey = F.M.Types.createEnum("Grey");
  F.M.Types.completeEnum(Grey, Colors);
  CHECK(Grey->size() == 8);
  CHECK(Grey->align() == 4);
  CHECK(Grey->variant(1).Payload[0].Offset == 4);
  CHECK_FALSE(Grey->isCounted());
}

TEST_CASE("the zero value of an array is an immortal empty one") {
  Fixture F;
  const ArrayType *T = F.M.Types.array(F.type(TypeKind::F64), 3);
  abi::ArrayHeader *A = F.Data.emptyArray(T);
  CHECK(A->Head.Count < 0);
  CHECK(A->Rank == 3);
  CHECK(A->Flags == (abi::ArrayContiguous | abi::ArrayUnitInner));
  CHECK(A->Data != nullptr);
  for (int I = 0; I < 3; ++I)
    CHECK(A->shape()[I] == 0);
  CHECK(A->Element == F.Data.descriptor(F.type(TypeKind::F64)));
  CHECK(F.Data.descriptor(T)->Zero == &A->Head);
}

TEST_CASE("a struct may hold arrays of itself") {
  Fixture F;
  RecordType *S = F.M.Types.createStruct("Node");
  std::pair<std::string, const Type *> Fields[] = {
      {"next", F.M.Types.array(S, 1)}};
  F.M.Types.completeStruct(S, Fields);
  const abi::TypeDescriptor *D = F.Data.descriptor(S);
  CHECK(D->Fields[0].Type->Element == D);
}

TEST_CASE("texts are immortal, with their bytes and a NUL") {
  Fixture F;
  TextId Id = F.M.internText(std::string_view("a\0b", 3));
  abi::StrHeader *S = F.Data.text(Id);
  CHECK(S->Head.Count < 0);
  CHECK(S->Length == 3);
  CHECK(std::memcmp(S->Data, "a\0b", 4) == 0);
  CHECK(F.Data.text(Id) == S);
  CHECK(F.Data.emptyText()->Length == 0);
}

TEST_CASE("constants are written in memory layout, padding zero") {
  Fixture F;
  const RecordType *Item = F.item();
  const Type *Rows = Item->field(3).Ty;
  const Expr *Half = F.M.make<FloatConstant>(F.type(TypeKind::F32), 0.5);
  F.M.Constants.push_back(
      {"c", Item,
       F.aggregate(
           Item,
           {F.integer(TypeKind::I8, uint64_t(-1)), Half, F.text("x"),
            F.M.make<FixedFillExpr>(Rows, F.integer(TypeKind::I16, 0x1234))})});
  F.M.Constants.push_back({"z", Item, F.M.make<ZeroExpr>(Item)});

  auto *C = static_cast<const unsigned char *>(F.Data.constant(ConstantId(0)));
  const unsigned char Wanted[] = {0xFF, 0, 0, 0, 0, 0, 0, 0x3F};
  CHECK(std::memcmp(C, Wanted, 8) == 0);
  abi::StrHeader *Name;
  std::memcpy(&Name, C + 8, 8);
  CHECK(Name == F.Data.text(F.M.internText("x")));
  const unsigned char Shorts[] = {0x34, 0x12, 0x34, 0x12, 0x34, 0x12, 0, 0};
  CHECK(std::memcmp(C + 16, Shorts, 8) == 0);

  C = static_cast<const unsigned char *>(F.Data.constant(ConstantId(1)));
  std::memcpy(&Name, C + 8, 8);
  CHECK(Name == ModuleData::emptyText());
  CHECK(C[0] == 0);
}

TEST_CASE("plans of print separate by spaces, those of format follow specs") {
  Fixture F;
  std::vector<const Expr *> Operands = {F.integer(TypeKind::I64, 1),
                                        F.text("x")};
  auto Make = [&](Operation Which) {
    return F.M.make<OperationStmt>(SourceRange(), NoSlot, Which, NoSite,
                                   F.M.copy(Operands));
  };
  OperationStmt *Println = Make(Operation::Println);
  OperationStmt *Print = Make(Operation::Print);
  OperationStmt *Format = Make(Operation::Format);
  FormatSpec First, Second;
  First.Before = "<";
  First.Width = 5;
  First.Fill = '*';
  First.Align = '^';
  Second.Before = "|";
  Second.Precision = 3;
  Second.Presentation = 's';
  Format->Formats = F.M.keepFormats({First, Second});
  Format->Trailing = F.M.keepText(">");

  CHECK(F.Data.formatPlanNumber(*Println) == 0);
  CHECK(F.Data.formatPlanNumber(*Print) == 1);
  CHECK(F.Data.formatPlanNumber(*Format) == 2);
  CHECK(F.Data.formatPlanNumber(*Println) == 0);

  const abi::FormatPlan *P = F.Data.formatPlan(0);
  REQUIRE(P->PieceCount == 2);
  CHECK(P->Pieces[0].BeforeLength == 0);
  CHECK(std::string(P->Pieces[1].Before, P->Pieces[1].BeforeLength) == " ");
  CHECK(P->Pieces[0].Precision == -1);
  CHECK(P->Pieces[1].Type->Kind == DescriptorKind::Str);
  CHECK(std::string(P->Trailing, P->TrailingLength) == "\n");
  CHECK(F.Data.formatPlan(1)->TrailingLength == 0);

  P = F.Data.formatPlan(2);
  REQUIRE(P->PieceCount == 2);
  CHECK(std::string(P->Pieces[0].Before, P->Pieces[0].BeforeLength) == "<");
  CHECK(P->Pieces[0].Width == 5);
  CHECK(P->Pieces[0].Fill == '*');
  CHECK(P->Pieces[0].Align == '^');
  CHECK(P->Pieces[1].Precision == 3);
  CHECK(P->Pieces[1].Presentation == 's');
  CHECK(std::string(P->Trailing, P->TrailingLength) == ">");
}

TEST_CASE("many threads get one and the same data") {
  Fixture F;
  const RecordType *Item = F.item();
  TextId Id = F.M.internText("shared");
  const abi::TypeDescriptor *D[2];
  abi::StrHeader *S[2];
  std::thread Other([&] {
    D[1] = F.Data.descriptor(Item);
    S[1] = F.Data.text(Id);
  });
  D[0] = F.Data.descriptor(Item);
  S[0] = F.Data.text(Id);
  Other.join();
  CHECK(D[0] == D[1]);
  CHECK(S[0] == S[1]);
}
