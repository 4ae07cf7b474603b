#include "Engine/TrapReport.h"

namespace jitrun::engine {

static constexpr size_t KeptInnermost = 16;
static constexpr size_t KeptOutermost = 4;

void omitMiddle(TrapReport &Report) {
  auto &Frames = Report.Frames;
  if (Frames.size() <= KeptInnermost + KeptOutermost)
    return;
  Report.Omitted = Frames.size() - KeptInnermost - KeptOutermost;
  Report.OmittedAfter = KeptInnermost;
  Frames.erase(Frames.begin() + ptrdiff_t(KeptInnermost),
               Frames.end() - ptrdiff_t(KeptOutermost));
}

} // namespace jitrun::engine
