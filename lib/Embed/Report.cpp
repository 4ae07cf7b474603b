#include "Embed/Report.h"

#include "Support/Diagnostics.h"

namespace jitrun::embed {

static std::string placeOf(const SourceManager &Sources, SourceRange Range) {
  if (!Range.isValid())
    return "an unknown place";
  PresumedLocation At = Sources.presumed(Range.Begin);
  return std::string(At.File) + ":" + std::to_string(At.Line) + ":" +
         std::to_string(At.Column);
}

std::string renderTrap(const SourceManager &Sources,
                       const engine::TrapReport &Report) {
  SourceRange Where;
  if (!Report.Frames.empty())
    Where = Report.Frames.front().Range;
  std::string Text = renderMessage(Sources, Where, "trap", Report.Message);
  for (size_t I = 0; I < Report.Frames.size(); ++I) {
    const engine::TrapFrame &F = Report.Frames[I];
    Text += "  in " + F.Function + " at " + placeOf(Sources, F.Range) + "\n";
    if (Report.Omitted && I + 1 == Report.OmittedAfter)
      Text += "  ... " + std::to_string(Report.Omitted) + " more ...\n";
  }
  return Text;
}

std::string renderError(const SourceManager &Sources, SourceRange Range,
                        const std::string &Message) {
  return renderMessage(Sources, Range, "error", Message);
}

} // namespace jitrun::embed
