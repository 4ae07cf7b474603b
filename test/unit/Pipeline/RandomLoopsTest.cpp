#include "TestJit.h"

#include "Pipeline/OptimizePipeline.h"

#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Target/TargetMachine.h"

#include <catch2/catch.hpp>

#include <array>
#include <csetjmp>
#include <cstdlib>
#include <cstring>

using namespace jitrun;
using namespace jitrun::test;

namespace {

jmp_buf Landing;
int64_t TrapArguments[2];

[[noreturn]] void trap(void *, int64_t Index, int64_t Site) {
  TrapArguments[0] = Index;
  TrapArguments[1] = Site;
  longjmp(Landing, 1);
}

class Random {
public:
  explicit Random(unsigned Seed) : State(Seed * 0x9E3779B97F4A7C15ull + 99) {}
  unsigned below(unsigned Limit) {
    State ^= State << 13;
    State ^= State >> 7;
    State ^= State << 17;
    return static_cast<unsigned>(State >> 32) % Limit;
  }
  int between(int Low, int High) {
    return Low + static_cast<int>(below(High - Low + 1));
  }

private:
  uint64_t State;
};

/// Writes `void f(ctx, a, i64 %n, i64 %m, i64 %len0, i64 %len1)`: one or two
/// nested loops, with loads and stores in range or not, in all conditions that
/// a front end would make.
class Generator {
public:
  explicit Generator(unsigned Seed) : R(Seed) {}

  std::string run() {
    std::string Head = R"(
      declare void @trap(ptr, i64, i64) #0
      attributes #0 = { noreturn cold nomerge nounwind }
      define void @f(ptr %ctx, ptr %a, i64 %n, i64 %m, i64 %len0, i64 %len1) nounwind "frame-pointer"="all" {
      entry:
        %sum = alloca i64
        store i64 0, ptr %sum
)";
    loop(0, R.below(3) ? 2 : 1);
    return Head + Slots + "        br label %begin\n      begin:\n" + Out + R"(
        %total = load i64, ptr %sum
        %last = getelementptr i64, ptr %a, i64 63
        store i64 %total, ptr %last
        ret void
      }
)";
  }

private:
  std::string fresh() { return std::to_string(Next++); }
  void line(const std::string &Text) { Out += "        " + Text + "\n"; }
  void label(const std::string &Text) { Out += "      " + Text + ":\n"; }

  /// An i64 that is known before all loops.
  std::string constantOrArgument() {
    switch (R.below(4)) {
    case 0:
      return "%n";
    case 1:
      return "%m";
    default:
      return std::to_string(R.between(-2, 24));
    }
  }

  void loop(unsigned Depth, unsigned MaxDepth) {
    std::string Id = fresh();
    bool Narrow = R.below(4) == 0;
    std::string T = Narrow ? "i32" : "i64";
    int Steps[] = {1, 1, 1, 1, -1, -1, 2, -3};
    int Step = Steps[R.below(8)];
    std::string Start = Depth && R.below(3) == 0
                            ? Counters[Depth - 1]
                            : std::to_string(R.between(-1, 3));
    std::string End = constantOrArgument();
    if (Step < 0)
      std::swap(Start, End);
    std::string S = "%start" + Id, E = "%end" + Id;
    if (Narrow) {
      line(S + " = trunc i64 " + Start + " to i32");
      line(E + " = trunc i64 " + End + " to i32");
    } else {
      line(S + " = add i64 " + Start + ", 0");
      line(E + " = add i64 " + End + ", 0");
    }
    Slots += "        %slot" + Id + " = alloca " + T + "\n";
    line("store " + T + " " + S + ", ptr %slot" + Id);
    line("br label %head" + Id);
    label("head" + Id);
    line("%i" + Id + " = load " + T + ", ptr %slot" + Id);
    line("%more" + Id + " = icmp " + (Step > 0 ? "slt " : "sgt ") + T + " %i" +
         Id + ", " + E);
    line("br i1 %more" + Id + ", label %body" + Id + ", label %done" + Id);
    label("body" + Id);
    Counters.resize(Depth + 1);
    if (Narrow) {
      line("%wide" + Id + " = sext i32 %i" + Id + " to i64");
      Counters[Depth] = "%wide" + Id;
    } else {
      Counters[Depth] = "%i" + Id;
    }
    unsigned Before = R.below(3);
    for (unsigned I = 0; I < Before; ++I)
      access(Depth);
    if (R.below(5) == 0)
      leaveEarly(Depth, Id);
    if (Depth + 1 < MaxDepth) {
      loop(Depth + 1, MaxDepth);
      Counters.resize(Depth + 1);
    }
    for (unsigned I = Before; I < 2; ++I)
      access(Depth);
    line("%next" + Id + " = add nsw " + T + " %i" + Id + ", " +
         std::to_string(Step));
    line("store " + T + " %next" + Id + ", ptr %slot" + Id);
    line("br label %head" + Id);
    label("done" + Id);
  }

  void leaveEarly(unsigned Depth, const std::string &Loop) {
    std::string Id = fresh();
    line("%sofar" + Id + " = load i64, ptr %sum");
    line("%leave" + Id + " = icmp sgt i64 %sofar" + Id + ", " +
         std::to_string(R.between(0, 4000)));
    line("br i1 %leave" + Id + ", label %done" + Loop + ", label %stay" + Id);
    label("stay" + Id);
    (void)Depth;
  }

  std::string index(unsigned Depth) {
    std::string Id = fresh();
    std::string Counter = Counters[R.below(Depth + 1)];
    int Offsets[] = {0, 0, 0, 1, -1, 2};
    int Offset = Offsets[R.below(6)];
    switch (R.below(8)) {
    case 0:
      line("%scaled" + Id + " = mul i64 " + Counter + ", " +
           (R.below(2) ? "%m" : std::to_string(R.between(-2, 3))));
      Counter = "%scaled" + Id;
      break;
    case 1:
      line("%from" + Id + " = sub i64 %n, " + Counter);
      Counter = "%from" + Id;
      break;
    case 2:
      line("%both" + Id + " = add i64 " + Counters[0] + ", " + Counters[Depth]);
      Counter = "%both" + Id;
      break;
    case 3:
      line("%small" + Id + " = trunc i64 " + Counter + " to i32");
      line("%zext" + Id + " = zext i32 %small" + Id + " to i64");
      Counter = "%zext" + Id;
      break;
    default:
      break;
    }
    line("%x" + Id + " = add i64 " + Counter + ", " + std::to_string(Offset));
    return "%x" + Id;
  }

  void access(unsigned Depth) {
    std::string Id = fresh();
    bool Conditional = R.below(4) == 0;
    if (Conditional) {
      const char *Guards[] = {"slt i64 ", "sgt i64 ", "eq i64 ", "ne i64 "};
      line("%guard" + Id + " = icmp " + Guards[R.below(4)] +
           Counters[R.below(Depth + 1)] + ", " + constantOrArgument());
      line("br i1 %guard" + Id + ", label %then" + Id + ", label %after" + Id);
      label("then" + Id);
    }
    std::string X = index(Depth);
    std::string Length = R.below(2) ? "%len0" : "%len1";
    if (R.below(3) == 0) {
      // The other way round.
      line("%bad" + Id + " = icmp ule i64 " + Length + ", " + X);
      line("br i1 %bad" + Id + ", label %trap" + Id + ", label %fine" + Id);
    } else {
      line("%fits" + Id + " = icmp ult i64 " + X + ", " + Length);
      line("br i1 %fits" + Id + ", label %fine" + Id + ", label %trap" + Id);
    }
    label("trap" + Id);
    line("call void @trap(ptr %ctx, i64 " + X + ", i64 " + Id + ")");
    line("unreachable");
    label("fine" + Id);
    line("%p" + Id + " = getelementptr i64, ptr %a, i64 " + X);
    line("%v" + Id + " = load i64, ptr %p" + Id);
    if (R.below(2)) {
      line("%w" + Id + " = add i64 %v" + Id + ", " + Counters[Depth]);
      line("store i64 %w" + Id + ", ptr %p" + Id);
    } else {
      line("%o" + Id + " = load i64, ptr %sum");
      line("%q" + Id + " = add i64 %o" + Id + ", %v" + Id);
      line("store i64 %q" + Id + ", ptr %sum");
    }
    if (Conditional) {
      line("br label %after" + Id);
      label("after" + Id);
    }
  }

  Random R;
  std::string Slots, Out;
  unsigned Next = 1;
  std::vector<std::string> Counters;
};

struct Outcome {
  std::vector<int64_t> Memory;
  bool Trapped;
  int64_t Index = 0, Site = 0;
  bool operator==(const Outcome &) const = default;
};

Outcome run(void *Code, int64_t N, int64_t M, int64_t Length0,
            int64_t Length1) {
  static Outcome Result;
  Result = {std::vector<int64_t>(64), false};
  for (size_t I = 0; I < 64; ++I)
    Result.Memory[I] = static_cast<int64_t>(I * I);
  uint64_t Context[16] = {};
  if (setjmp(Landing)) {
    Result.Trapped = true;
    Result.Index = TrapArguments[0];
    Result.Site = TrapArguments[1];
    return Result;
  }
  reinterpret_cast<void (*)(void *, int64_t *, int64_t, int64_t, int64_t,
                            int64_t)>(Code)(Context, Result.Memory.data(), N, M,
                                            Length0, Length1);
  return Result;
}

} // namespace

TEST_CASE("Random loops do the same with their checks hoisted") {
  const char *Wanted = std::getenv("JITRUN_RANDOM_LOOPS");
  unsigned Count = Wanted ? std::atoi(Wanted) : 60;
  const char *First = std::getenv("JITRUN_RANDOM_LOOPS_FROM");
  unsigned From = First ? std::atoi(First) : 0;
  auto Plain = unwrap(CodeGenerator::create(CodegenTier::Baseline));
  auto Fast = unwrap(CodeGenerator::create(CodegenTier::Optimized));
  unsigned Versioned = 0;
  for (unsigned Seed = From; Seed < From + Count; ++Seed) {
    TestJit Jit;
    Jit.define("trap", reinterpret_cast<void *>(&trap));
    Jit.define("jr_poll", nullptr);
    Jit.define("memset", reinterpret_cast<void *>(&memset));
    Jit.define("memcpy", reinterpret_cast<void *>(&memcpy));
    Jit.define("memmove", reinterpret_cast<void *>(&memmove));
    std::string Text = Generator(Seed).run();
    auto Reference = Jit.parse(Text), Optimized = Jit.parse(Text);
    OptimizeOptions Options;
    Options.Verify = Seed % 8 == 0;
    Options.VersionEagerly = Seed % 2;
    optimize(*Optimized, Fast->targetMachine(), Options);
    REQUIRE_FALSE(llvm::verifyModule(*Optimized, &llvm::errs()));
    std::string After;
    llvm::raw_string_ostream(After) << *Optimized;
    Versioned += After.find("llvm.loop.disable_nonforced") != std::string::npos;
    void *A = reinterpret_cast<void *>(
        Jit.link(unwrap(Plain->run(*Reference))).at("f"));
    void *B = reinterpret_cast<void *>(
        Jit.link(unwrap(Fast->run(*Optimized))).at("f"));
    for (auto [N, M, Length0, Length1] :
         std::vector<std::array<int64_t, 4>>{{20, 20, 60, 60},
                                             {20, 10, 20, 40},
                                             {10, 20, 20, 11},
                                             {7, 19, 19, 60},
                                             {1, 1, 1, 1},
                                             {0, 3, 0, 60},
                                             {3, -5, 60, 3},
                                             {25, 25, 24, 60}}) {
      INFO("seed " << Seed << ", n " << N << ", m " << M << ", lengths "
                   << Length0 << " " << Length1);
      Outcome Expected = run(A, N, M, Length0, Length1);
      CHECK((run(B, N, M, Length0, Length1) == Expected));
    }
  }
  // The test is about something.
  CHECK(Versioned > Count / 4);
}
