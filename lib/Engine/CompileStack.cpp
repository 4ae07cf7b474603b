#include "Engine/CompileStack.h"

#include "Engine/Assembly.h"
#include "Support/SanitizerBuild.h"

#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

namespace jitrun::engine {

/// The thread of sanitizer builds.
struct CompileStack::Helper {
  std::mutex Mutex;
  std::condition_variable Changed;
  const std::function<void()> *Work = nullptr;
  bool Stop = false;
  pthread_t Id{};

  static void *loop(void *Self) {
    auto &H = *static_cast<Helper *>(Self);
    std::unique_lock Lock(H.Mutex);
    while (true) {
      H.Changed.wait(Lock, [&] { return H.Work || H.Stop; });
      if (H.Stop)
        return nullptr;
      Lock.unlock();
      (*H.Work)();
      Lock.lock();
      H.Work = nullptr;
      H.Changed.notify_all();
    }
  }
};

std::unique_ptr<CompileStack> CompileStack::create(size_t Bytes) {
  std::unique_ptr<CompileStack> S(new CompileStack);
  if constexpr (SanitizerBuild) {
    auto H = std::make_unique<Helper>();
    pthread_attr_t Attributes;
    pthread_attr_init(&Attributes);
    pthread_attr_setstacksize(&Attributes, Bytes);
    const int Error =
        pthread_create(&H->Id, &Attributes, Helper::loop, H.get());
    pthread_attr_destroy(&Attributes);
    if (Error)
      return nullptr;
    S->Thread = std::move(H);
    return S;
  }
  const size_t Page = size_t(sysconf(_SC_PAGESIZE));
  Bytes = (Bytes + Page - 1) / Page * Page + Page;
  void *P = mmap(nullptr, Bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (P == MAP_FAILED)
    return nullptr;
  S->Base = static_cast<char *>(P);
  S->Size = Bytes;
  if (mprotect(P, Page, PROT_NONE))
    return nullptr;
  return S;
}

CompileStack::~CompileStack() {
  if (Thread) {
    {
      std::lock_guard Lock(Thread->Mutex);
      Thread->Stop = true;
    }
    Thread->Changed.notify_all();
    pthread_join(Thread->Id, nullptr);
  }
  if (Base)
    munmap(Base, Size);
}

void CompileStack::run(const std::function<void()> &Work) {
  if (Thread) {
    std::unique_lock Lock(Thread->Mutex);
    Thread->Work = &Work;
    Thread->Changed.notify_all();
    Thread->Changed.wait(Lock, [&] { return !Thread->Work; });
    return;
  }
  jrEngineRunOnStack(
      Base + Size,
      [](void *W) { (*static_cast<const std::function<void()> *>(W))(); },
      const_cast<void *>(static_cast<const void *>(&Work)));
}

} // namespace jitrun::engine
