#include "Evaluator/Evaluator.h"

#include "Evaluator/HostFunction.h"
#include "Evaluator/Temporary.h"
#include "Evaluator/Walker.h"
#include "Runtime/Trap.h"

#include <algorithm>
#include <cstddef>

namespace jitrun::evaluator {

//===----------------------------------------------------------------------===//
// Program

Evaluator::Program::Program(const tast::Module &Of, tast::ModuleData &D,
                            ExternResolver R)
    : M(Of), Data(D), Resolve(std::move(R)), Layouts(Of.Functions.size()),
      Texts(Of.Texts.size()), Constants(Of.Constants.size()),
      Hosts(Of.Externs.size()) {}

Evaluator::Program::~Program() = default;

const FrameLayout &Evaluator::Program::layout(const tast::Function &F) {
  std::unique_ptr<FrameLayout> &Known = Layouts[size_t(F.Id)];
  if (Known)
    return *Known;
  Known = std::make_unique<FrameLayout>();
  size_t Offset = 0;
  for (size_t I = 0; I < F.Locals.size(); ++I) {
    const Type *T = F.Locals[I].Ty;
    Offset = (Offset + T->align() - 1) & -size_t(T->align());
    Known->Offsets.push_back(uint32_t(Offset));
    Offset += T->size();
    if (I >= F.Parameters && T->isCounted())
      Known->Owned.push_back(tast::SlotId(I));
  }
  Known->Size = std::max<size_t>(Offset, 1);
  return *Known;
}

const abi::TypeDescriptor &Evaluator::Program::descriptor(const Type *T) {
  if (T->id() >= Descriptors.size())
    Descriptors.resize(T->id() + 1);
  const abi::TypeDescriptor *&Known = Descriptors[T->id()];
  if (!Known)
    Known = Data.descriptor(T);
  return *Known;
}

abi::StrHeader *Evaluator::Program::text(tast::TextId Id) {
  abi::StrHeader *&Known = Texts[size_t(Id)];
  if (!Known)
    Known = Data.text(Id);
  return Known;
}

const char *Evaluator::Program::constant(tast::ConstantId Id) {
  const char *&Known = Constants[size_t(Id)];
  if (!Known)
    Known = static_cast<const char *>(Data.constant(Id));
  return Known;
}

HostFunction &Evaluator::Program::host(tast::ExternId Id) {
  std::unique_ptr<HostFunction> &Known = Hosts[size_t(Id)];
  if (!Known) {
    const tast::ExternFunction &E = M.Externs[size_t(Id)];
    Known = std::make_unique<HostFunction>(E, Resolve(E));
  }
  return *Known;
}

//===----------------------------------------------------------------------===//
// Evaluator

Evaluator::Evaluator(const tast::Module &M, tast::ModuleData &Data,
                     ExternResolver Resolve)
    : P(std::make_unique<Program>(M, Data, std::move(Resolve))) {}

Evaluator::~Evaluator() = default;

std::optional<Trap> Evaluator::call(const tast::Function &F, uint64_t *Cells,
                                    abi::ExecutionContext &Ctx) {
  Walker W(*P, Ctx);
  return W.run(F, Cells);
}

//===----------------------------------------------------------------------===//
// Entry and traps

Walker::Walker(Evaluator::Program &Of, abi::ExecutionContext &C)
    : Handlers{{raise, forwardWrite, nullptr, nullptr}, this}, P(Of), Ctx(C),
      Outer(C.Handlers) {
  Ctx.Handlers = &Handlers;
}

Walker::~Walker() { Ctx.Handlers = Outer; }

void Walker::raise(abi::ExecutionContext *Ctx, void *) {
  Walker &W = of(Ctx);
  // Now, while the frames are still there.
  W.Caught.Record = Ctx->Trap;
  for (const Frame *I = W.Top; I; I = I->Caller)
    if (!I->F.IsHidden)
      W.Caught.Stack.push_back({&I->F, I->Site});
  std::longjmp(W.Landing, 1);
}

void Walker::forwardWrite(abi::ExecutionContext *Ctx, const char *Data,
                          size_t Size) {
  if (runtime::throwsInto(*Ctx, [&] { of(Ctx).Outer->Write(Ctx, Data, Size); }))
    runtime::raiseFilled(*Ctx);
}

std::optional<Trap> Walker::run(const tast::Function &F, uint64_t *Cells) {
  if (setjmp(Landing))
    return std::move(Caught);
  runEntry(F, Cells);
  return std::nullopt;
}

void Walker::runEntry(const tast::Function &F, uint64_t *Cells) {
  const FrameLayout &Layout = P.layout(F);
  Frame Entry = {F, Layout, nullptr, nullptr, nullptr, tast::SiteId(0)};
  Top = &Entry;
  Entry.Site = Entry.ownSite();
  size_t ResultSize = F.Result->size();
  checkStack(Entry, Layout.Size + ResultSize);
  Entry.Locals = JITRUN_TEMPORARY(Layout.Size);
  Entry.Result = JITRUN_TEMPORARY(ResultSize);
  std::memset(Entry.Locals, 0, Layout.Size);

  for (uint32_t I = 0; I < F.Parameters; ++I) {
    const Type *T = F.Locals[I].Ty;
    char *Slot = Entry.slot(tast::SlotId(I));
    if (T->isAggregate())
      std::memcpy(Slot, get<const char *>(Cells[I]), T->size());
    else if (T->size())
      writeCell(T->kind(), Slot, Cells[I]);
  }
  enter(Entry);
  Cell &Result = Cells[F.Parameters];
  if (F.Result->isAggregate())
    std::memcpy(get<char *>(Result), Entry.Result, F.Result->size());
  else if (F.Result->size())
    Result = readCell(F.Result->kind(), Entry.Result);
}

} // namespace jitrun::evaluator
