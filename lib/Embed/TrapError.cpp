#include "Embed/ErrorData.h"
#include "Embed/Report.h"

namespace jitrun {

SourcePosition Error::Data::position(const SourceManager &Sources,
                                     SourceRange Range) {
  if (!Range.isValid())
    return {};
  PresumedLocation At = Sources.presumed(Range.Begin);
  return {Names.emplace_back(At.File), At.Line, At.Column};
}

namespace embed {

static ErrorKind errorKind(abi::TrapKind Kind) {
  switch (Kind) {
  case abi::TrapKind::Deadline:
    return ErrorKind::Deadline;
  case abi::TrapKind::Interrupt:
    return ErrorKind::Stopped;
  case abi::TrapKind::Memory:
    return ErrorKind::Memory;
  case abi::TrapKind::Host:
    return ErrorKind::Host;
  case abi::TrapKind::Compile:
    return ErrorKind::Internal;
  default:
    return ErrorKind::Trap;
  }
}

Error trapError(const SourceManager &Sources,
                const engine::TrapReport &Report) {
  auto D = std::make_shared<Error::Data>();
  D->Kind = errorKind(Report.Kind);
  D->Message = Report.Message;
  D->Rendered = renderTrap(Sources, Report);
  for (const engine::TrapFrame &F : Report.Frames)
    D->Stack.push_back(
        {D->Names.emplace_back(F.Function), D->position(Sources, F.Range)});
  if (!D->Stack.empty())
    D->Where = D->Stack.front().At;
  return Error(std::move(D));
}

} // namespace embed
} // namespace jitrun
