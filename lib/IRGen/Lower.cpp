#include "IRGen/Lower.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/MDBuilder.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace llvm;

namespace {

enum class Word : uint8_t { Void, Ptr, I32, I64, F32, F64 };
enum class Effect : uint8_t {
  Pure,
  Reads,
  Trap,
  Fresh,
  Cold,
  AnyOperation,
  None
};

struct RuntimeRow {
  const char *Name;
  Word Result;
  SmallVector<Word, 5> Parameters;
  Effect What;
};

const RuntimeRow *runtimeRows() {
  using enum Word;
#define JITRUN_IRGEN_LIST(...) __VA_ARGS__
  static const RuntimeRow Rows[] = {
#define JITRUN_RUNTIME(Name, Result, Parameters, Attributes)                   \
  {#Name, Word::Result, {JITRUN_IRGEN_LIST Parameters}, Effect::Attributes},
#include "ABI/RuntimeSymbols.def"
  };
#undef JITRUN_IRGEN_LIST
  return Rows;
}

constexpr unsigned MaxIntegerRegisters = 5;
constexpr unsigned MaxFloatRegisters = 8;

} // namespace

const char *ContextCache::runtimeName(Runtime F) {
  return runtimeRows()[size_t(F)].Name;
}

MDNode *ContextCache::weights(uint64_t Yes, uint64_t No) const {
  // They have 32 bits.
  while (Yes > UINT32_MAX || No > UINT32_MAX) {
    Yes /= 2;
    No = No / 2 + 1;
  }
  return MDBuilder(C).createBranchWeights(uint32_t(Yes), uint32_t(No));
}

ContextCache::ContextCache(LLVMContext &C)
    : C(C), I1(llvm::Type::getInt1Ty(C)), I8(llvm::Type::getInt8Ty(C)),
      I16(llvm::Type::getInt16Ty(C)), I32(llvm::Type::getInt32Ty(C)),
      I64(llvm::Type::getInt64Ty(C)), F32(llvm::Type::getFloatTy(C)),
      F64(llvm::Type::getDoubleTy(C)), Ptr(PointerType::getUnqual(C)),
      Void(llvm::Type::getVoidTy(C)) {
  AttrBuilder Base(C);
  Base.addAttribute(Attribute::NoUnwind);
  Base.addAttribute("frame-pointer", "all");
  AttrBuilder NoTail(C, AttributeSet::get(C, Base));
  NoTail.addAttribute("disable-tail-calls", "true");
  constexpr unsigned OnFunction = AttributeList::FunctionIndex;
  BaselineFunction = OptimizedFunction =
      AttributeList::get(C, OnFunction, NoTail);
  OptimizedTailCalls = AttributeList::get(C, OnFunction, Base);
  AttrBuilder Cold(C, AttributeSet::get(C, NoTail));
  Cold.addAttribute(Attribute::Cold);
  Cold.addAttribute(Attribute::NoInline);
  Cold.addAttribute(Attribute::OptimizeForSize);
  ColdBody = AttributeList::get(C, OnFunction, Cold);
  AttrBuilder Call(C);
  Call.addAttribute(Attribute::NoMerge);
  Call.addAttribute(Attribute::NoUnwind);
  LanguageCall = AttributeList::get(C, OnFunction, Call);

  auto TypeOf = [&](Word W) -> llvm::Type * {
    switch (W) {
    case Word::Void:
      return Void;
    case Word::Ptr:
      return Ptr;
    case Word::I32:
      return I32;
    case Word::I64:
      return I64;
    case Word::F32:
      return F32;
    case Word::F64:
      return F64;
    }
    return nullptr;
  };
  // One list for each effect; the rows share them.
  AttributeList Lists[2][7];
  for (int Optimized = 0; Optimized < 2; ++Optimized)
    for (Effect E : {Effect::Pure, Effect::Reads, Effect::Trap, Effect::Fresh,
                     Effect::Cold, Effect::AnyOperation, Effect::None}) {
      AttrBuilder On(C), OnResult(C);
      On.addAttribute(Attribute::NoUnwind);
      if (E == Effect::Trap)
        On.addAttribute(Attribute::NoReturn);
      if (Optimized) {
        if (E == Effect::Pure || E == Effect::Reads) {
          On.addAttribute(Attribute::WillReturn);
          On.addAttribute(Attribute::NoFree);
          On.addAttribute(Attribute::NoSync);
          On.addMemoryAttr(E == Effect::Pure ? MemoryEffects::none()
                                             : MemoryEffects::readOnly());
        } else {
          On.addAttribute(Attribute::NoMerge);
        }
        if (E == Effect::Trap || E == Effect::Cold || E == Effect::AnyOperation)
          On.addAttribute(Attribute::Cold);
        if (E == Effect::AnyOperation) {
          // It also enters a fresh object in the ledger, whose nodes are words
          // of other objects that generated code never looks at.
          On.addAttribute(Attribute::NoFree);
          On.addAttribute(Attribute::NoSync);
          On.addMemoryAttr(
              MemoryEffects::readOnly() |
              MemoryEffects::inaccessibleOrArgMemOnly(ModRefInfo::ModRef));
        }
        if (E == Effect::Fresh) {
          OnResult.addAttribute(Attribute::NoAlias);
          OnResult.addAttribute(Attribute::NonNull);
          OnResult.addAttribute(Attribute::NoUndef);
        }
      }
      Lists[Optimized][size_t(E)] = AttributeList::get(
          C, AttributeSet::get(C, On), AttributeSet::get(C, OnResult), {});
    }
  const RuntimeRow *Rows = runtimeRows();
  for (size_t I = 0; I < RuntimeCount; ++I) {
    SmallVector<llvm::Type *, 6> Parameters;
    for (Word W : Rows[I].Parameters)
      Parameters.push_back(TypeOf(W));
    RuntimeTypes[I] =
        llvm::FunctionType::get(TypeOf(Rows[I].Result), Parameters, false);
    for (int Optimized = 0; Optimized < 2; ++Optimized)
      RuntimeAttributes[Optimized][I] = Lists[Optimized][size_t(Rows[I].What)];
  }

  MDBuilder MD(C);
  LikelyWeights = MD.createLikelyBranchWeights();
  UnlikelyWeights = MD.createUnlikelyBranchWeights();
  Empty = MDNode::get(C, {});
  LengthRange = MD.createRange(APInt(64, 0), APInt::getOneBitSet(64, 62));
  MDNode *Root = MD.createTBAARoot("jitrun");
  auto Tag = [&](StringRef Name) {
    MDNode *Node = MD.createTBAAScalarTypeNode(Name, Root);
    return MD.createTBAAStructTagNode(Node, Node, 0);
  };
#define JITRUN_TYPE_KIND(Name) ScalarTag[size_t(TypeKind::Name)] = Tag(#Name);
#include "Types/TypeKinds.def"
  AnyTagTag = Tag("any tag");
  AnyPayloadTag = Tag("any payload");
  HeaderTag = Tag("header");
  CountTag = Tag("count");
  ContextTag = Tag("context");
  VariantTag = Tag("variant");

  File = DIFile::get(C, "jitrun", "");
  SubroutineType = DISubroutineType::get(C, DINode::FlagZero, 0, nullptr);
  Unit = DICompileUnit::getDistinct(
      C, DISourceLanguageName(dwarf::DW_LANG_C), File, "jitrun", true, "", 0,
      "", DICompileUnit::NoDebug, nullptr, nullptr, nullptr, nullptr, nullptr,
      0, false, false, DICompileUnit::DebugNameTableKind::None, false, "", "");
}

llvm::Type *ContextCache::registerType(const Type *T, bool Narrow) const {
  switch (T->kind()) {
  case TypeKind::Bool:
    return I1;
  case TypeKind::I8:
  case TypeKind::U8:
    return Narrow ? I8 : I32;
  case TypeKind::I16:
  case TypeKind::U16:
    return Narrow ? I16 : I32;
  case TypeKind::Unit:
  case TypeKind::Never:
  case TypeKind::Error:
    return nullptr;
  case TypeKind::I32:
  case TypeKind::U32:
  case TypeKind::I64:
  case TypeKind::U64:
  case TypeKind::F32:
  case TypeKind::F64:
  case TypeKind::Str:
  case TypeKind::Tuple:
  case TypeKind::Struct:
  case TypeKind::Array:
  case TypeKind::FixedArray:
  case TypeKind::Any:
  case TypeKind::Enum:
  case TypeKind::Function:
    return memoryType(T);
  }
  return nullptr;
}

llvm::Type *ContextCache::memoryType(const Type *T) const {
  switch (T->kind()) {
  case TypeKind::Bool:
  case TypeKind::I8:
  case TypeKind::U8:
    return I8;
  case TypeKind::I16:
  case TypeKind::U16:
    return I16;
  case TypeKind::I32:
  case TypeKind::U32:
    return I32;
  case TypeKind::I64:
  case TypeKind::U64:
    return I64;
  case TypeKind::F32:
    return F32;
  case TypeKind::F64:
    return F64;
  case TypeKind::Unit:
  case TypeKind::Never:
  case TypeKind::Error:
    return nullptr;
  case TypeKind::Str:
  case TypeKind::Array:
  case TypeKind::Tuple:
  case TypeKind::Struct:
  case TypeKind::FixedArray:
  case TypeKind::Any:
  case TypeKind::Enum:
  case TypeKind::Function:
    return Ptr;
  }
  return nullptr;
}

llvm::Type *ContextCache::passedType(const Type *T) const {
  llvm::Type *Ty = memoryType(T);
  return Ty == I8 || Ty == I16 ? I32 : Ty;
}

Signature ContextCache::signature(std::span<const Type *const> Parameters,
                                  const Type *Result) const {
  Signature S;
  S.ResultInMemory = Result->isAggregate();
  unsigned Integers = S.ResultInMemory, Floats = 0;
  for (const Type *P : Parameters)
    if (passedType(P))
      ++(P->isFloat() ? Floats : Integers);
  bool Buffer = Integers > MaxIntegerRegisters || Floats > MaxFloatRegisters;
  unsigned IntegersLeft = MaxIntegerRegisters - Buffer - S.ResultInMemory;
  unsigned FloatsLeft = MaxFloatRegisters;

  SmallVector<llvm::Type *, 12> Types{Ptr};
  if (S.ResultInMemory)
    Types.push_back(Ptr);
  for (const Type *P : Parameters) {
    ParameterPass &Pass = S.Parameters.emplace_back();
    llvm::Type *Ty = passedType(P);
    if (!Ty)
      continue;
    unsigned &Left = P->isFloat() ? FloatsLeft : IntegersLeft;
    if (Left) {
      --Left;
      Pass = {ParameterPass::Register, unsigned(Types.size())};
      Types.push_back(Ty);
    } else {
      Pass = {ParameterPass::Cell, S.Cells++};
    }
  }
  if (S.Cells)
    Types.push_back(Ptr);
  llvm::Type *ResultType = S.ResultInMemory ? nullptr : passedType(Result);
  S.Type =
      llvm::FunctionType::get(ResultType ? ResultType : Void, Types, false);
  return S;
}

SmallVector<const jitrun::Type *, 8>
jitrun::irgen::parameterTypes(const tast::Function &F) {
  SmallVector<const jitrun::Type *, 8> Types;
  for (uint32_t I = 0; I < F.Parameters; ++I)
    Types.push_back(F.Locals[I].Ty);
  return Types;
}
