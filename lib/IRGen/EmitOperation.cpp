#include "IRGen/FunctionEmitter.h"
#include "TypedAST/Walk.h"

#include "ABI/Heap.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

Value *FunctionEmitter::scratch(unsigned Cells) {
  // Optimised code gets memory of its own for each use, which can then be taken
  // apart.
  if (Optimized)
    return allocate(llvm::ArrayType::get(C.I64, Cells), Align(8));
  ScratchCells = std::max(ScratchCells, Cells);
  if (!Scratch) {
    Scratch = allocate(C.I64, Align(8));
    Scratch->setOperand(0, B.getInt64(Cells));
  }
  return Scratch;
}

Value *FunctionEmitter::cell(Value *Buffer, unsigned Index) {
  return offset(Buffer, uint64_t(Index) * 8);
}

Value *FunctionEmitter::lengths(ArrayRef<const Expr *> E,
                                SmallVectorImpl<Value *> &Values) {
  for (const Expr *L : E)
    Values.push_back(index(*L));
  Value *Buffer = scratch(unsigned(E.size()));
  for (unsigned I = 0; I < Values.size(); ++I)
    B.CreateStore(Values[I], cell(Buffer, I));
  return Buffer;
}

Value *FunctionEmitter::addressOf(const Expr &E) {
  if (E.Ty->isAny())
    return anyAddress(E);
  if (E.Ty->isAggregate())
    return emitAddress(E);
  Value *V = emit(E);
  if (!V)
    return ConstantPointerNull::get(cast<PointerType>(C.Ptr));
  Value *Memory = allocate(E.Ty);
  storeValue(E.Ty, V, Memory);
  return Memory;
}

void FunctionEmitter::emitFormat(const OperationStmt &S) {
  // Cells: the addresses of the values, then the values.
  auto Count = unsigned(S.Operands.size());
  SmallVector<Value *, 8> Values;
  for (const Expr *E : S.Operands)
    Values.push_back(E->Ty->isAny() ? anyAddress(*E) : emit(*E));
  Value *Buffer = scratch(std::max(2 * Count, 1u));
  for (unsigned I = 0; I < Count; ++I) {
    const jitrun::Type *T = S.Operands[I]->Ty;
    Value *Address = cell(Buffer, Count + I);
    if (T->isAggregate())
      Address = Values[I];
    else if (Values[I])
      storeValue(T, Values[I], Address);
    B.CreateStore(Address, cell(Buffer, I));
  }
  bool Text = S.Which == Operation::Format;
  Value *V = call(Text ? Runtime::jr_format : Runtime::jr_print,
                  {Context, ME.formatPlan(S), Buffer}, S.Site);
  if (Text)
    moveResult(S.Dest, ME.M.Types.str(), V);
}

void FunctionEmitter::emitArg(const OperationStmt &S) {
  const jitrun::Type *T = S.Operands[1]->Ty;
  Value *Number = index(*S.Operands[0]);
  Value *Default = emit(*S.Operands[1]);
  if (T->isCounted())
    retain(Default);
  Value *Memory = scratch(1);
  storeValue(T, Default, Memory);
  call(Runtime::jr_arg, {Context, Number, ME.typeDescriptor(T), Memory},
       S.Site);
  moveResult(S.Dest, T, loadValue(T, Memory));
}

void FunctionEmitter::moveResult(SlotId Dest, const jitrun::Type *T, Value *V) {
  if (Dest != NoSlot)
    assignSlot(Dest, V);
  else if (T->isCounted())
    release(T, V);
}

void FunctionEmitter::emitOperation(const OperationStmt &S) {
  switch (S.Which) {
  case Operation::Format:
  case Operation::Print:
  case Operation::Println:
    emitFormat(S);
    return;
  case Operation::Arg:
    emitArg(S);
    return;
  case Operation::BoxAny:
    emitBox(S);
    return;
  case Operation::AnyBinary:
    emitAnyBinary(S);
    return;
  case Operation::AnyUnary:
    emitAnyUnary(S);
    return;
  case Operation::Fill: {
    Value *Array = emit(*S.Operands[0]);
    call(Runtime::jr_array_fill, {Context, Array, addressOf(*S.Operands[1])},
         S.Site);
    return;
  }
  case Operation::TrapEmpty:
    call(Runtime::jr_trap_empty, {Context}, S.Site);
    B.CreateUnreachable();
    B.ClearInsertionPoint();
    return;
  case Operation::WriteFile: {
    Value *Path = emit(*S.Operands[0]);
    call(Runtime::jr_write_file, {Context, Path, emit(*S.Operands[1])}, S.Site);
    return;
  }
  default:
    break;
  }
  SmallVector<Value *, 4> Lengths;
  Value *V = emitOperationValue(S, Lengths);
  if (S.Dest != NoSlot) {
    if (Optimized && slotType(S.Dest)->isArray())
      describeArray(V, Lengths);
    assignSlot(S.Dest, V);
    return;
  }
  // Nobody wants the result.
  if (S.Which == Operation::MakeClosure) {
    call(Runtime::jr_release_closure, {Context, V});
    return;
  }
  bool Text = S.Which == Operation::StrConcat || S.Which == Operation::Join ||
              S.Which == Operation::StrSlice ||
              S.Which == Operation::ReadLine || S.Which == Operation::ReadFile;
  call(Text ? Runtime::jr_release_str : Runtime::jr_release_array,
       {Context, V});
}

/// Which operands a slice has, for the runtime.
static uint64_t sliceBits(std::span<const SliceDimension> Dimensions,
                          unsigned &Ranges) {
  uint64_t Bits = 0;
  Ranges = 0;
  for (size_t I = 0; I < Dimensions.size(); ++I) {
    const SliceDimension &D = Dimensions[I];
    uint64_t Byte = 0;
    if (D.IsIndex) {
      Byte = abi::SliceIndex;
    } else {
      ++Ranges;
      Byte = (D.HasLo ? abi::SliceLo : 0) | (D.HasHi ? abi::SliceHi : 0) |
             (D.HiInclusive ? abi::SliceHiInclusive : 0) |
             (D.HasStep ? abi::SliceStep : 0);
    }
    Bits |= Byte << (8 * I);
  }
  return Bits;
}

void FunctionEmitter::describeArray(Value *Array, ArrayRef<Value *> Lengths) {
  for (unsigned D = 0; D < Lengths.size(); ++D)
    B.CreateAssumption(
        B.CreateICmpEQ(loadLength(Array, D, /*Stable=*/true), Lengths[D]));
}

Value *FunctionEmitter::emitOperationValue(const OperationStmt &S,
                                           SmallVectorImpl<Value *> &Lengths) {
  std::span<const Expr *const> O = S.Operands;
  // Operands from the I-th on, as a list of i64.
  auto Rest = [&](size_t I) {
    return lengths(ArrayRef(O.data() + I, O.size() - I), Lengths);
  };
  auto Count = [&](size_t N) { return B.getInt64(N); };
  auto Element = [&] {
    const jitrun::Type *T = S.Dest != NoSlot ? slotType(S.Dest) : nullptr;
    assert(T && "an array that is dropped has no element type");
    return ME.typeDescriptor(
        static_cast<const jitrun::ArrayType *>(T)->element());
  };
  auto One = [&](Runtime R) { return call(R, {Context, emit(*O[0])}, S.Site); };
  auto Two = [&](Runtime R) {
    Value *A = emit(*O[0]);
    return call(R, {Context, A, emit(*O[1])}, S.Site);
  };
  switch (S.Which) {
  case Operation::NewArray: {
    Value *Buffer = Rest(0);
    return call(Runtime::jr_array_new,
                {Context, Element(), Count(O.size()), Buffer,
                 B.getInt32(S.Uninitialized)},
                S.Site);
  }
  case Operation::Full: {
    Value *V = addressOf(*O[0]);
    Value *Buffer = Rest(1);
    return call(
        Runtime::jr_array_full,
        {Context, ME.typeDescriptor(O[0]->Ty), Count(O.size() - 1), Buffer, V},
        S.Site);
  }
  case Operation::Iota:
    Lengths.push_back(index(*O[0]));
    return call(Runtime::jr_array_iota,
                {Context, ME.typeDescriptor(ME.M.Types.i64()), Lengths[0]},
                S.Site);
  case Operation::Copy:
    return One(Runtime::jr_array_copy);
  case Operation::Slice: {
    Value *Array = emit(*O[0]);
    unsigned Ranges;
    uint64_t Bits = sliceBits(S.Slice, Ranges);
    Value *Operands = O.size() > 1 ? Rest(1) : scratch(1);
    Lengths.clear(); // Those were bounds.
    return call(Runtime::jr_array_slice,
                {Context, Array, Count(Ranges), B.getInt64(Bits), Operands},
                S.Site);
  }
  case Operation::Reshape: {
    Value *Array = emit(*O[0]);
    Value *Buffer = Rest(1);
    return call(Runtime::jr_array_reshape,
                {Context, Array, Count(O.size() - 1), Buffer}, S.Site);
  }
  case Operation::Transpose:
    return One(Runtime::jr_array_transpose);
  case Operation::Concat: {
    SmallVector<Value *, 4> Arrays;
    for (const Expr *E : O)
      Arrays.push_back(emit(*E));
    Value *Buffer = scratch(unsigned(O.size()));
    for (unsigned I = 0; I < Arrays.size(); ++I)
      B.CreateStore(Arrays[I], cell(Buffer, I));
    return call(Runtime::jr_array_concat, {Context, Count(O.size()), Buffer},
                S.Site);
  }
  case Operation::Sort:
    return One(Runtime::jr_array_sort);
  case Operation::Reverse:
    return One(Runtime::jr_array_reverse);
  case Operation::Shape:
    return call(Runtime::jr_array_shape,
                {Context, ME.typeDescriptor(ME.M.Types.i64()), emit(*O[0])},
                S.Site);
  case Operation::StableSource:
    return Two(Runtime::jr_array_stable_source);
  case Operation::StrConcat:
    return Two(Runtime::jr_str_concat);
  case Operation::Split: {
    Value *Text = emit(*O[0]);
    return call(
        Runtime::jr_str_split,
        {Context, ME.typeDescriptor(ME.M.Types.str()), Text, emit(*O[1])},
        S.Site);
  }
  case Operation::Join:
    return Two(Runtime::jr_str_join);
  case Operation::StrSlice: {
    Value *Text = emit(*O[0]);
    Value *Lo = index(*O[1]);
    return call(Runtime::jr_str_slice, {Context, Text, Lo, index(*O[2])},
                S.Site);
  }
  case Operation::ConvertArray:
    return call(Runtime::jr_array_convert, {Context, Element(), emit(*O[0])},
                S.Site);
  case Operation::MakeClosure:
    return emitMakeClosure(S);
  case Operation::ReadLine:
    return call(Runtime::jr_read_line, {Context}, S.Site);
  case Operation::ReadFile:
    return One(Runtime::jr_read_file);
  case Operation::Format:
  case Operation::Print:
  case Operation::Println:
  case Operation::Arg:
  case Operation::BoxAny:
  case Operation::AnyBinary:
  case Operation::AnyUnary:
  case Operation::Fill:
  case Operation::WriteFile:
  case Operation::TrapEmpty:
    break;
  }
  assert(false && "emitted elsewhere");
  return nullptr;
}
