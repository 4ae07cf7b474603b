#ifndef JITRUN_TOOLS_JITRUN_DRIVER_H
#define JITRUN_TOOLS_JITRUN_DRIVER_H

namespace jitrun::tool {

struct Options;

/// Does what the command line asks for; gives the process's exit code.
int run(const Options &O);

} // namespace jitrun::tool

#endif // JITRUN_TOOLS_JITRUN_DRIVER_H
