#include "Speculation/FrameStates.h"
#include "Speculation/FrameLayout.h"

#include "Sema/Sema.h"
#include "Support/Diagnostics.h"

#include <catch2/catch.hpp>

#include <set>

using namespace jitrun;
using namespace jitrun::speculation;
using Points = FrameStates::Points;

namespace {

/// A checked function `f` of \p Text.
struct Fixture {
  explicit Fixture(std::string Text) {
    SourceManager Sources;
    const FileId File = Sources.addText("test.jit", std::move(Text));
    DiagnosticEngine Diagnostics(Sources);
    M = sema::check(Sources, File, {}, Diagnostics);
    INFO(Diagnostics.render());
    REQUIRE(M);
    F = M->findFunction("f");
    REQUIRE(F);
  }

  /// The named slots that a set holds; temporaries as "?".
  std::set<std::string> names(const llvm::BitVector &Slots) const {
    std::set<std::string> Names;
    for (unsigned S : Slots.set_bits())
      Names.insert(F->Locals[S].Name.empty() ? "?" : F->Locals[S].Name);
    return Names;
  }
  std::set<std::string> liveAtLatch(uint32_t Loop) const {
    const FrameStates States(*F, Points::Latches);
    const FrameState *S = States.at(ResumePoint::latch(tast::LoopId(Loop)));
    REQUIRE(S);
    return names(S->Live);
  }

  std::unique_ptr<tast::Module> M;
  const tast::Function *F = nullptr;
};

using Names = std::set<std::string>;

} // namespace

TEST_CASE("Every slot has its place in the frame") {
  const Fixture T("fn f(a: u8, p: (f64, i32)) -> (i64, f64) {\n"
                  "  var s = 0;\n"
                  "  for i in 0..9 { for j in 0..i { s += i64(a) } }\n"
                  "  (s, p.0)\n"
                  "}");
  const FrameLayout L(*T.F);
  // [begin, end) of everything.
  std::set<std::pair<uint64_t, uint64_t>> Parts;
  Parts.insert({L.resultAddress(), L.resultAddress() + 8});
  for (uint32_t Loop : {0, 1})
    for (auto Word : {FrameLayout::Bound, FrameLayout::Step, FrameLayout::Left})
      Parts.insert({L.loop(tast::LoopId(Loop), Word),
                    L.loop(tast::LoopId(Loop), Word) + 8});
  for (size_t I = 0; I < T.F->Locals.size(); ++I) {
    const Type *Ty = T.F->Locals[I].Ty;
    const uint64_t At = L.slot(tast::SlotId(I));
    CHECK(At % Ty->align() == 0);
    if (Ty->size())
      Parts.insert({At, At + Ty->size()});
  }
  uint64_t End = 0;
  for (auto [From, To] : Parts) {
    CHECK(From >= End);
    End = To;
  }
  CHECK(End <= L.size());
  CHECK(L.size() % 16 == 0);
}

TEST_CASE("What is live at a latch is what a later iteration or what follows "
          "reads") {
  const Fixture T("fn f(n: i64, unused: i64) -> i64 {\n"
                  "  let k = n * 2;\n"
                  "  var s = 0;\n"
                  "  var dead = 1;\n"
                  "  for i in 0..n { let t = i + k; s += t; dead = t }\n"
                  "  let after = n + s;\n"
                  "  after\n"
                  "}");
  CHECK(T.liveAtLatch(0) == Names{"n", "k", "s", "i"});
}

TEST_CASE(
    "A while's latch is before its condition; breaks carry what follows") {
  const Fixture T("fn f(n: i64) -> i64 {\n"
                  "  var a = 0; var b = 5; var c = 7;\n"
                  "  while a < n {\n"
                  "    if a == 3 { break }\n"
                  "    if a == 2 { a += 2; continue }\n"
                  "    c = a;\n"
                  "    a += 1\n"
                  "  }\n"
                  "  b + c\n"
                  "}");
  CHECK(T.liveAtLatch(0) == Names{"n", "a", "b", "c"});
}

TEST_CASE("The outer loop's variables are live in the inner one") {
  const Fixture T(
      "fn f(n: i64) -> i64 {\n"
      "  var s = 0;\n"
      "  for i in 0..n { var t = 0; for j in 0..n { t += j } s += t }\n"
      "  s\n"
      "}");
  CHECK(T.liveAtLatch(0) == Names{"n", "s", "i"});
  CHECK(T.liveAtLatch(1) == Names{"n", "s", "i", "t", "j"});
}

TEST_CASE("A loop without an end is left only by what it returns") {
  const Fixture T("fn f(n: i64) -> i64 {\n"
                  "  var s = 0;\n"
                  "  loop { s += 1; if s > n { return s } }\n"
                  "}");
  CHECK(T.liveAtLatch(0) == Names{"n", "s"});
}

TEST_CASE("References are carried as long as they may be owned") {
  const Fixture T("fn f(n: i64) -> i64 {\n"
                  "  let text = format(\"{}\", n);\n"
                  "  var s = len(text);\n"
                  "  for i in 0..n { let x = format(\"{}\", i); s += len(x) }\n"
                  "  { let gone = format(\"a{}\", s); s += len(gone) }\n"
                  "  for i in 0..n { s += i }\n"
                  "  s\n"
                  "}");
  const FrameStates States(*T.F, Points::Latches);
  const FrameState *First = States.at(ResumePoint::latch(tast::LoopId(0)));
  const FrameState *Second = States.at(ResumePoint::latch(tast::LoopId(1)));
  REQUIRE((First && Second));
  // Not read any more, but to be released.
  CHECK_FALSE(T.names(First->Live).contains("text"));
  CHECK(T.names(First->Certain).contains("text"));
  CHECK(T.names(Second->Certain).contains("text"));
  CHECK_FALSE(T.names(Second->Maybe).contains("gone"));
}

TEST_CASE("Paths to resume points") {
  const Fixture T("fn f(n: i64) -> i64 {\n"
                  "  var s = 0;\n"
                  "  while s < n { if s == 1 { s += 2 } else { s += 3 } }\n"
                  "  s\n"
                  "}");
  const StatementNumbers Numbers(*T.F);
  CHECK(findPath(*T.F, ResumePoint::before(Numbers.count())).empty());
  CHECK(findPath(*T.F, ResumePoint::latch(tast::LoopId(7))).empty());
  for (uint32_t N = 0; N < Numbers.count(); ++N) {
    const auto Path = findPath(*T.F, ResumePoint::before(N));
    REQUIRE_FALSE(Path.empty());
    CHECK(Numbers.of(Path.back().stmt()) == N);
    CHECK(ResumePoint::fromWord(ResumePoint::before(N).word()) ==
          ResumePoint::before(N));
  }
  const auto Latch = findPath(*T.F, ResumePoint::latch(tast::LoopId(0)));
  REQUIRE_FALSE(Latch.empty());
  CHECK(Latch.back().stmt().Kind == tast::StmtKind::While);
}

TEST_CASE("Where control never comes there is no frame") {
  const Fixture T("fn f(n: i64) -> i64 {\n"
                  "  for i in 0..n { return i }\n"
                  "  n\n"
                  "}");
  const FrameStates States(*T.F, Points::All);
  CHECK_FALSE(States.at(ResumePoint::latch(tast::LoopId(0))));
  CHECK(States.at(ResumePoint::before(0)));
}
