// How calls move in their middle: the part of EngineImpl that makes and finds
// the code that they go on in.

#include "Engine/EngineImpl.h"

#include "Pipeline/OptimizePipeline.h"
#include "Runtime/Runtime.h"
#include "Runtime/Trap.h"

using namespace llvm;

namespace jitrun::engine {

Expected<EngineImpl::LinkedContinuation>
EngineImpl::compileContinuation(const CompileJob &Job) {
  const irgen::Continuation &Which = Job.Continuations.front();
  LoadedModule &M = *Job.M;
  LinkedContinuation Result;
  if (Error E = Compilers.run([&](Compiler &C) -> Error {
        OptimizationReport Report;
        const bool Explains =
            Story.enabled() && Job.Level == irgen::Tier::Optimized;
        auto Made = build(Job, C, Explains ? &Report : nullptr);
        if (!Made)
          return Made.takeError();
        Result.Nanoseconds = Made->Nanoseconds;
        if (Explains)
          Story.noteCode(Job, Report);
        FunctionDetail &D = *M.detail(Which.Function);
        (Job.Level == irgen::Tier::Baseline ? D.Baseline : D.Optimized)
            .addVersion(Made->Nanoseconds, Made->Bytes);
        Result.Address = Made->Addresses.lookup(irgen::continuationSymbol(
            M.number(), Which.Function, Job.Version, Which.Point));
        Result.Unit = std::move(Made->Unit);
        return Error::success();
      }))
    return std::move(E);
  return Result;
}

void EngineImpl::dropLoopEntries(const CodeUnit &Baseline) {
  for (uint32_t Index : Baseline.Baseline) {
    LoadedModule &M = *moduleAt(Index);
    dropLoopEntries(*M.detail(M.functionAt(Index)));
  }
}

void EngineImpl::dropLoopEntries(FunctionDetail &D) {
  if (osr::FunctionContinuations *K = D.Continuations.load())
    for (osr::FunctionContinuations::Code &Code : K->withdraw())
      Old->retire(std::static_pointer_cast<CodeUnit>(std::move(Code)));
}

/// Loops are left each time, for a long while; statements ever more rarely, for
/// a call comes no further than to the first that is left.
static void rearmForcedExit(FunctionDetail &D, speculation::ResumePoint Point) {
  constexpr int32_t Often = 1 << 20, Rarely = 1 << 10;
  const uint32_t Number = D.Forced->of(Point);
  std::atomic<int32_t> &Step = D.ExitSteps[Number];
  if (Point.At == speculation::ResumePoint::Kind::Latch) {
    D.ExitWords[Number] = Step < Often ? ++Step, 1 : Rarely;
  } else {
    if (Step < Often)
      Step = Step * 2;
    D.ExitWords[Number] = Step.load();
  }
}

void *EngineImpl::deoptimize(abi::ExecutionContext &C, uint32_t Index,
                             speculation::ResumePoint Point, uint32_t Reason,
                             int64_t Seen) {
  LoadedModule &M = *moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  const tast::Function &Function = M.function(F);
  const uint64_t Code = exitOf(C, M, F, Point);
  if (!Code) {
    C.Handlers->Raise(&C, __builtin_frame_address(0));
    __builtin_trap();
  }
  Deopts.fetch_add(1, std::memory_order_relaxed);
  if (Trace->enabled(TraceChannel::Deopt)) {
    const bool Latch = Point.At == speculation::ResumePoint::Kind::Latch;
    Trace->line(TraceChannel::Deopt)
        .field("fn", Function.Name)
        .field(Latch ? "loop" : "statement", Point.Number)
        .field("reason",
               Reason == speculation::ForcedExit   ? std::string("forced")
               : Reason == speculation::NotReached ? std::string("not-reached")
               : Reason == speculation::FrameDiffers
                   ? std::string("frame-differs")
                   : std::to_string(Reason))
        .field("seen", Seen);
  }
  FunctionDetail &D = *M.detail(F);
  if (Reason == speculation::ForcedExit)
    rearmForcedExit(D, Point);
  else if (Reason == speculation::FrameDiffers)
    Tiers->frameDiffered(Index);
  else
    Tiers->assumptionFailed(Index, Reason, uint64_t(Seen));
  runtime::ensureFrame(C, D.continuations(Function).frameBytes());
  return reinterpret_cast<void *>(Code);
}

uint64_t EngineImpl::exitOf(abi::ExecutionContext &C, LoadedModule &M,
                            tast::FunctionId F,
                            speculation::ResumePoint Point) {
  const auto Fail = [&](Error E) {
    runtime::fillTrap(C, abi::TrapKind::Compile,
                      "cannot go on in '" + M.function(F).Name +
                          "': " + toString(std::move(E)));
    return 0;
  };
  // What was inlined need not have code of its own yet.
  auto Detail = M.ensureDetail(F, *Memory);
  if (!Detail)
    return Fail(Detail.takeError());
  osr::FunctionContinuations &K = (*Detail)->continuations(M.function(F));
  if (uint64_t Known = K.exit(Point))
    return Known;
  CompileJob Job;
  Job.M = &M;
  Job.Version = 0;
  Job.Continuations = {{F, Point}};
  Job.Counters = Options.Mode == TierMode::Auto;
  Job.EntersLoops = entersLoops();
  auto Made = compileContinuation(Job);
  if (!Made)
    return Fail(Made.takeError());
  osr::FunctionContinuations::Code Owner = Made->Unit;
  const uint64_t Kept = K.keepExit(Point, Made->Address, std::move(Owner));
  // Another thread may have made one at the same time; nobody was in this one.
  if (Owner)
    for (uint64_t Base : Made->Unit->Bases)
      Sites.remove(Base);
  return Kept;
}

} // namespace jitrun::engine
