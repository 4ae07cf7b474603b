#ifndef JITRUN_TOOLS_JITRUN_DUMP_H
#define JITRUN_TOOLS_JITRUN_DUMP_H

#include "Support/SourceManager.h"

namespace jitrun {
namespace engine {
class Engine;
class LoadedModule;
} // namespace engine
namespace tast {
class Module;
}
} // namespace jitrun

namespace jitrun::tool {

struct Options;

/// `--dump`: each prints one stage to standard output and gives the exit code,
/// 1 when there were errors (which are printed too).
int dumpSyntax(SourceManager &Sources, FileId File, const Options &O);
int dumpTyped(const tast::Module &M, const Options &O);
int dumpProfile(const SourceManager &Sources, engine::Engine &E,
                const engine::LoadedModule &L, const tast::Module &M,
                const Options &O);
int dumpCode(engine::Engine &E, const engine::LoadedModule &L,
             const tast::Module &M, const Options &O);

} // namespace jitrun::tool

#endif // JITRUN_TOOLS_JITRUN_DUMP_H
