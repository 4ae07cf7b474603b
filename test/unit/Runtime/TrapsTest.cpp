#include "Fixture.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <thread>
#include <unistd.h>

using namespace jitrun::test;

TEST_CASE("traps of generated code") {
  Fixture T;
  void *C = &T.Ctx;
  CHECK(trapOf([&] { jr_trap_index(C, -3, 5); }) ==
        "index: index -3 is out of bounds for length 5");
  CHECK(trapOf([&] { jr_trap_divide(C); }) == "division: division by zero");
  CHECK(trapOf([&] { jr_trap_divide_overflow(C); }) ==
        "division: division overflow: the lowest value / -1");
  CHECK(trapOf([&] { jr_trap_exponent(C, -2); }) ==
        "exponent: negative exponent -2 of an integer power");
  CHECK(trapOf([&] { jr_trap_step(C); }) ==
        "step: the step of a loop or slice is zero");
}

TEST_CASE("long texts of traps are cut between code points") {
  Fixture T;
  std::string Long;
  for (int I = 0; I < 100; ++I)
    Long += "\u20ac"; // Three bytes.
  StrHeader *S = T.text(Long);
  T.Ctx.Permissions = ContextMayDoIO;
  std::string Trap = trapOf([&] { jr_read_file(&T.Ctx, S); });
  CHECK(Trap.starts_with("text: cannot read '\u20ac"));
  CHECK(std::string(T.Ctx.Trap.Text).size() < sizeof(T.Ctx.Trap.Text));
}

TEST_CASE("a poll that nobody asked for goes on") {
  Fixture T;
  T.Ctx.TrueStackLimit = 1234;
  T.Ctx.StackLimit = ~uint64_t(0);
  T.Ctx.Interrupt = 1;
  CHECK(trapOf([&] { jr_poll(&T.Ctx); }) == "no trap");
  CHECK(T.Ctx.Interrupt == 0);
  CHECK(T.Ctx.StackLimit == 1234);
}

TEST_CASE("an interrupt is taken once") {
  Fixture T;
  requestInterrupt(T.Ctx, TrapKind::Interrupt);
  CHECK(T.Ctx.Interrupt == 1);
  CHECK(T.Ctx.StackLimit == ~uint64_t(0));
  CHECK(trapOf([&] { jr_poll(&T.Ctx); }) == "interrupt: interrupted");
  CHECK(T.Ctx.Interrupt == 0);
  CHECK(trapOf([&] { jr_poll(&T.Ctx); }) == "no trap");
  requestInterrupt(T.Ctx, TrapKind::Interrupt);
  CHECK(trapOf([&] { jr_stack_slow(&T.Ctx, 0); }) == "interrupt: interrupted");
}

TEST_CASE("a deadline strikes when it has passed, not before") {
  Fixture T;
  T.Ctx.Deadline = monotonicNow() + 3600'000'000'000;
  requestInterrupt(T.Ctx, TrapKind::Deadline);
  CHECK(trapOf([&] { jr_poll(&T.Ctx); }) == "no trap");
  T.Ctx.Deadline = monotonicNow() - 1;
  requestInterrupt(T.Ctx, TrapKind::Deadline);
  CHECK(trapOf([&] { jr_poll(&T.Ctx); }) == "deadline: deadline exceeded");
}

TEST_CASE("a deadline does not hide an interrupt") {
  Fixture T;
  T.Ctx.Deadline = monotonicNow() + 3600'000'000'000;
  requestInterrupt(T.Ctx, TrapKind::Interrupt);
  requestInterrupt(T.Ctx, TrapKind::Deadline);
  CHECK(trapOf([&] { jr_poll(&T.Ctx); }) == "interrupt: interrupted");
}

TEST_CASE("the stack's slow path tells overflow from interruption") {
  Fixture T;
  T.Ctx.TrueStackLimit = 1;
  T.Ctx.StackLimit = ~uint64_t(0);
  CHECK(trapOf([&] { jr_stack_slow(&T.Ctx, 0); }) == "no trap");
  CHECK(T.Ctx.StackLimit == 1);
  T.Ctx.TrueStackLimit =
      reinterpret_cast<uint64_t>(__builtin_frame_address(0)) - 100'000;
  CHECK(trapOf([&] { jr_stack_slow(&T.Ctx, 1000); }) == "no trap");
  CHECK(trapOf([&] { jr_stack_slow(&T.Ctx, 200'000); }) ==
        "stack: stack overflow");
  T.Ctx.TrueStackLimit = ~uint64_t(0) - 4096;
  CHECK(trapOf([&] { jr_stack_slow(&T.Ctx, 0); }) == "stack: stack overflow");
}

TEST_CASE("the stack limit of a thread is below its frames") {
  uint64_t Limit = currentStackLimit();
  auto Here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  CHECK(Limit != 0);
  CHECK(Limit < Here);
}

TEST_CASE("counters are passed on") {
  Fixture T;
  jr_back_edges_tripped(&T.Ctx, 7, 3);
  CHECK(T.Tripped.Function == 7);
  CHECK(T.Tripped.Loop == 3);
  jr_calls_tripped(&T.Ctx, 8, nullptr);
  CHECK(T.Tripped.Function == 8);
  CHECK(T.Tripped.Loop == ~0u);
}

TEST_CASE("a trip at a back edge polls") {
  Fixture T;
  requestInterrupt(T.Ctx, TrapKind::Interrupt);
  CHECK(trapOf([&] { jr_back_edges_tripped(&T.Ctx, 7, 3); }) ==
        "interrupt: interrupted");
  requestInterrupt(T.Ctx, TrapKind::Interrupt);
  CHECK(trapOf([&] { jr_back_edge_tripped(&T.Ctx, 7, 3, nullptr); }) ==
        "interrupt: interrupted");
}

TEST_CASE("the clock does not run backwards") {
  int64_t A = jr_clock(), B = jr_clock();
  CHECK(A <= B);
  CHECK(A > 0);
}

TEST_CASE("arguments are borrowed texts, none without them") {
  Fixture T;
  CHECK(T.shown(static_cast<ArrayHeader *>(jr_args(&T.Ctx))) == "[]");
  std::vector<std::string> Words = {"12", "x y", "-0.5", "300", "true"};
  ProgramArguments Arguments(Words);
  Arguments.giveTo(T.Ctx);
  auto *A = static_cast<ArrayHeader *>(jr_args(&T.Ctx));
  CHECK(T.shown(A) == "[\"12\", \"x y\", \"-0.5\", \"300\", \"true\"]");
  T.release(A);
  CHECK(T.isClean());

  int64_t N = 7;
  jr_arg(&T.Ctx, 0, &T.I64, &N);
  CHECK(N == 12);
  jr_arg(&T.Ctx, 5, &T.I64, &N);
  jr_arg(&T.Ctx, -1, &T.I64, &N);
  CHECK(N == 12);
  double D = 0;
  jr_arg(&T.Ctx, 2, &T.F64, &D);
  CHECK(D == -0.5);
  float F = 0;
  jr_arg(&T.Ctx, 2, &T.F32, &F);
  CHECK(F == -0.5f);
  bool Yes = false;
  jr_arg(&T.Ctx, 4, &T.Bool, &Yes);
  CHECK(Yes);
  uint8_t Byte = 1;
  CHECK(trapOf([&] { jr_arg(&T.Ctx, 3, &T.U8, &Byte); }) ==
        "parse: cannot parse \"300\" as u8");
  CHECK(trapOf([&] { jr_arg(&T.Ctx, 1, &T.Bool, &Yes); }) ==
        "parse: cannot parse \"x y\" as bool");
  CHECK(Byte == 1);
  // A default that is text is released when it is replaced.
  StrHeader *S = T.text("default");
  jr_arg(&T.Ctx, 9, &T.Str, &S);
  CHECK(view(S) == "default");
  jr_arg(&T.Ctx, 1, &T.Str, &S);
  CHECK(view(S) == "x y");
  CHECK(T.isClean());
}

TEST_CASE("files are the host's to allow") {
  Fixture T;
  CHECK(trapOf([&] { jr_read_line(&T.Ctx); }) ==
        "text: 'read_line' is not allowed by the host");
  CHECK(trapOf([&] { jr_read_file(&T.Ctx, T.text("x")); }) ==
        "text: 'read_file' is not allowed by the host");
  CHECK(trapOf([&] { jr_write_file(&T.Ctx, T.text("x"), T.text("")); }) ==
        "text: 'write_file' is not allowed by the host");
}

TEST_CASE("files are written and read whole") {
  Fixture T;
  T.Ctx.Permissions = ContextMayDoIO;
  char Path[] = "/tmp/jitrun-runtime-XXXXXX";
  int File = mkstemp(Path);
  REQUIRE(File >= 0);
  close(File);
  std::string Long(300000, 'x');
  for (const std::string &Contents :
       {std::string(), std::string("a\0b\n", 4), Long}) {
    jr_write_file(&T.Ctx, T.text(Path), T.text(Contents));
    CHECK(view(jr_read_file(&T.Ctx, T.text(Path))) == Contents);
  }
  T.Ctx.MemoryLimit = T.Ctx.MemoryUsed + 1000;
  StrHeader *Name = T.text(Path);
  CHECK(trapOf([&] { jr_read_file(&T.Ctx, Name); }) ==
        "memory: memory limit exceeded");
  std::remove(Path);
  T.Ctx.MemoryLimit = NoMemoryLimit;
  CHECK(trapOf([&] { jr_read_file(&T.Ctx, Name); }) ==
        "text: cannot read '" + std::string(Path) +
            "': No such file or directory");
  CHECK(trapOf([&] {
          jr_read_file(&T.Ctx, T.text(std::string_view("a\0b", 3)));
        }) == "text: a file name holds a NUL");
}

namespace {

/// Standard input is the reading end of a pipe for as long as this lives.
class PipedInput {
public:
  PipedInput() : Saved(dup(0)) {
    int Pipe[2];
    REQUIRE(pipe(Pipe) == 0);
    dup2(Pipe[0], 0);
    close(Pipe[0]);
    Writer = Pipe[1];
  }
  ~PipedInput() {
    end();
    dup2(Saved, 0);
    close(Saved);
    std::clearerr(stdin);
  }
  void write(std::string_view Text) {
    REQUIRE(::write(Writer, Text.data(), Text.size()) == ssize_t(Text.size()));
  }
  void end() {
    if (Writer >= 0)
      close(Writer);
    Writer = -1;
  }

private:
  int Saved;
  int Writer;
};

} // namespace

TEST_CASE("lines are read without their ends, nothing at the end") {
  Fixture T;
  T.Ctx.Permissions = ContextMayDoIO;
  PipedInput Input;
  Input.write("first\n\nlast");
  Input.end();
  CHECK(view(jr_read_line(&T.Ctx)) == "first");
  CHECK(view(jr_read_line(&T.Ctx)) == "");
  CHECK(view(jr_read_line(&T.Ctx)) == "last");
  CHECK(view(jr_read_line(&T.Ctx)) == "");
}

TEST_CASE("a line without end meets the memory limit") {
  Fixture T;
  T.Ctx.Permissions = ContextMayDoIO;
  T.Ctx.MemoryLimit = 1000;
  PipedInput Input;
  Input.write(std::string(2000, 'x'));
  Input.end();
  CHECK(trapOf([&] { jr_read_line(&T.Ctx); }) ==
        "memory: memory limit exceeded");
  CHECK(T.isClean());
}

TEST_CASE("who waits for a line can be stopped") {
  Fixture T;
  T.Ctx.Permissions = ContextMayDoIO;
  PipedInput Input;
  Input.write("half a line");
  SECTION("by another thread") {
    // Once it waits, the output has been asked for.
    std::atomic<bool> Waits = false;
    T.Ctx.Host = &Waits;
    T.Handlers.Write = [](ExecutionContext *C, const char *, size_t Size) {
      auto &Waits = *static_cast<std::atomic<bool> *>(C->Host);
      Waits = Size == 0;
      Waits.notify_all();
    };
    std::thread Other([&] {
      Waits.wait(false);
      requestInterrupt(T.Ctx, TrapKind::Interrupt);
    });
    CHECK(trapOf([&] { jr_read_line(&T.Ctx); }) == "interrupt: interrupted");
    Other.join();
  }
  SECTION("by a deadline that has passed") {
    T.Ctx.Deadline = monotonicNow() - 1;
    requestInterrupt(T.Ctx, TrapKind::Deadline);
    CHECK(trapOf([&] { jr_read_line(&T.Ctx); }) ==
          "deadline: deadline exceeded");
  }
  CHECK(T.isClean());
}
