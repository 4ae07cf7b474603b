#include "fuzz/Differential/Isolated.h"

#include "Support/SanitizerBuild.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace jitrun::fuzz {

static constexpr int64_t TimeLimitNs =
    int64_t(SanitizerBuild ? 800 : 120) * 1000000000;

/// Seen by both processes.
struct IsolatedComparison::Shared {
  char Stage[64];
};

static int64_t now() {
  timespec T;
  clock_gettime(CLOCK_MONOTONIC, &T);
  return int64_t(T.tv_sec) * 1000000000 + T.tv_nsec;
}

static void writeAll(int To, const std::string &Text) {
  for (size_t At = 0; At < Text.size();) {
    ssize_t N = write(To, Text.data() + At, Text.size() - At);
    if (N <= 0)
      return;
    At += size_t(N);
  }
}

IsolatedComparison::IsolatedComparison(std::string Text)
    : DeadlineNs(now() + TimeLimitNs) {
  void *At = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int Pipe[2];
  if (At == MAP_FAILED || pipe2(Pipe, O_CLOEXEC) != 0) {
    perror("jitrun-fuzz");
    exit(2);
  }
  Memory = static_cast<Shared *>(At);
  fflush(nullptr);
  Child = fork();
  if (Child < 0) {
    perror("jitrun-fuzz");
    exit(2);
  }
  if (Child == 0) {
    close(Pipe[0]);
    // What LLVM or a sanitizer says before it ends the process comes back too.
    dup2(Pipe[1], 1);
    dup2(Pipe[1], 2);
    // What is read after it was freed differs from what it was.
    mallopt(M_PERTURB, 0xa5);
    rlimit NoCore = {0, 0};
    setrlimit(RLIMIT_CORE, &NoCore);
    Comparison C = compareTiers(Text, [&](const char *Stage) {
      strncpy(Memory->Stage, Stage, sizeof(Memory->Stage) - 1);
    });
    strncpy(Memory->Stage, "end", sizeof(Memory->Stage) - 1);
    writeAll(Pipe[1], '\1' + std::to_string(int(C.Result)) + '\0' + C.Finding +
                          '\0' + C.Report + '\0' + C.Oracle.Trap);
    _exit(0);
  }
  close(Pipe[1]);
  ReadEnd = Pipe[0];
  fcntl(ReadEnd, F_SETFL, O_NONBLOCK);
}

IsolatedComparison::~IsolatedComparison() {
  if (Child > 0) {
    kill(Child, SIGKILL);
    waitpid(Child, nullptr, 0);
  }
  close(ReadEnd);
  munmap(Memory, sizeof(Shared));
}

std::optional<Comparison> IsolatedComparison::progress() {
  char Buffer[65536];
  for (;;) {
    ssize_t N = read(ReadEnd, Buffer, sizeof Buffer);
    if (N > 0) {
      Received.append(Buffer, size_t(N));
      continue;
    }
    if (N == 0)
      return finish(false);
    break;
  }
  if (now() < DeadlineNs)
    return std::nullopt;
  kill(Child, SIGKILL);
  return finish(true);
}

Comparison IsolatedComparison::finish(bool Hung) {
  int Status = 0;
  waitpid(Child, &Status, 0);
  Child = -1;
  Comparison C;
  size_t Mark = Received.rfind('\1');
  std::string Noise = Received.substr(0, Mark);
  if (Noise.size() > 4000)
    Noise =
        Noise.substr(0, 2000) + "\n...\n" + Noise.substr(Noise.size() - 2000);
  if (Hung || Mark == std::string::npos || !WIFEXITED(Status) ||
      WEXITSTATUS(Status)) {
    C.Result = Verdict::Differs;
    C.Finding = Hung ? std::string("hang")
                : WIFSIGNALED(Status)
                    ? "crash-" + std::to_string(WTERMSIG(Status))
                    : "exit-" + std::to_string(WEXITSTATUS(Status));
    C.Finding += std::string("-") + Memory->Stage;
    C.Report = C.Finding + "\n" + Noise;
    return C;
  }
  std::string Parts[4];
  size_t At = Mark + 1;
  for (std::string &Part : Parts) {
    size_t End = Received.find('\0', At);
    Part = Received.substr(At, End - At);
    At = End == std::string::npos ? Received.size() : End + 1;
  }
  C.Result = Verdict(atoi(Parts[0].c_str()));
  C.Finding = Parts[1];
  C.Report = Parts[2] + Noise;
  C.Oracle.Trap = Parts[3];
  return C;
}

Comparison compareIsolated(const std::string &Text) {
  IsolatedComparison Run(Text);
  for (;;) {
    if (auto C = Run.progress())
      return *C;
    pollfd P = {Run.descriptor(), POLLIN, 0};
    poll(&P, 1, 1000);
  }
}

} // namespace jitrun::fuzz
