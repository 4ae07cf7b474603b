#ifndef JITRUN_ENGINE_THREADS_H
#define JITRUN_ENGINE_THREADS_H

#include <functional>
#include <thread>

namespace jitrun::engine {

/// Starts a thread of the engine's own, on which no signal of the host's is
/// handled. Not joinable when the system gives none.
std::thread startThread(std::function<void()> Body);

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_THREADS_H
