#ifndef JITRUN_TOOLS_JITRUN_SIGNALS_H
#define JITRUN_TOOLS_JITRUN_SIGNALS_H

namespace jitrun::tool {

/// Calls \p Handler at the first \p Signal; after that it has its usual
/// effect. System calls that it interrupts fail with EINTR: whoever waits for
/// input can end.
void onSignalOnce(int Signal, void (*Handler)(int));

/// Leaves SIGINT and SIGALRM to the other threads: they are for the one that
/// runs the program.
void leaveSignalsToOthers();

} // namespace jitrun::tool

#endif // JITRUN_TOOLS_JITRUN_SIGNALS_H
