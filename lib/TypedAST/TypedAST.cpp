#include "TypedAST/TypedAST.h"

#include <deque>
#include <unordered_map>

namespace jitrun::tast {

const Field &fieldOf(const Type *Of, const Projection &Step) {
  assert(!Step.Index && "an index leads to no field");
  if (Step.Variant == NoVariant)
    return as<RecordType>(*Of).field(Step.Field);
  return as<EnumType>(*Of).variant(Step.Variant).Payload[Step.Field];
}

struct Module::Storage {
  std::vector<std::unique_ptr<char[]>> Chunks;
  char *Next = nullptr;
  size_t Left = 0;
  std::deque<std::vector<FormatSpec>> Formats;
  std::deque<std::string> Texts;
  std::unordered_map<std::string, TextId> TextIds;
};

Module::Module() : Store(std::make_unique<Storage>()) {}
Module::~Module() = default;

void *Module::allocate(size_t Bytes, size_t Align) {
  Storage &S = *Store;
  size_t Pad = -reinterpret_cast<uintptr_t>(S.Next) & (Align - 1);
  if (!S.Next || Pad + Bytes > S.Left) {
    size_t Chunk = std::max<size_t>(Bytes + Align, 64 << 10);
    S.Chunks.push_back(std::make_unique_for_overwrite<char[]>(Chunk));
    S.Next = S.Chunks.back().get();
    S.Left = Chunk;
    Pad = -reinterpret_cast<uintptr_t>(S.Next) & (Align - 1);
  }
  char *At = S.Next + Pad;
  S.Next = At + Bytes;
  S.Left -= Pad + Bytes;
  return At;
}

bool onlyMemoryOwns(const Expr &E) {
  // Even what counts nothing may lie in the box of an element.
  if (!E.Ty->isCounted() &&
      (E.Kind != ExprKind::AnyCast || !E.Ty->isAggregate()))
    return false;
  switch (E.Kind) {
  case ExprKind::Load:
    return as<LoadExpr>(E).From->Base == PlaceBase::Element;
  case ExprKind::ToAny:
    return onlyMemoryOwns(*as<ToAnyExpr>(E).Operand);
  case ExprKind::AnyCast:
    return onlyMemoryOwns(*as<AnyCastExpr>(E).Operand);
  case ExprKind::Aggregate:
    for (const Expr *Part : as<AggregateExpr>(E).Parts)
      if (onlyMemoryOwns(*Part))
        return true;
    return false;
  case ExprKind::Variant:
    for (const Expr *Part : as<VariantExpr>(E).Parts)
      if (onlyMemoryOwns(*Part))
        return true;
    return false;
  case ExprKind::FixedFill:
    return onlyMemoryOwns(*as<FixedFillExpr>(E).Value);
  default:
    return false;
  }
}

const Function *Module::findFunction(std::string_view Name) const {
  for (const auto &F : Functions)
    if (F->Name == Name && !F->IsMain)
      return F.get();
  return nullptr;
}

TextId Module::internText(std::string_view Text) {
  auto [At, New] =
      Store->TextIds.try_emplace(std::string(Text), TextId(Texts.size()));
  if (New)
    Texts.emplace_back(Text);
  return At->second;
}

std::span<const FormatSpec> Module::keepFormats(std::vector<FormatSpec> Specs) {
  return Store->Formats.emplace_back(std::move(Specs));
}

const std::string *Module::keepText(std::string Text) {
  return &Store->Texts.emplace_back(std::move(Text));
}

} // namespace jitrun::tast
