#include "Speculation/FrameBets.h"
#include "Sema/Sema.h"
#include "Support/Diagnostics.h"

#include <catch2/catch.hpp>

#include <cstring>

using namespace jitrun;
using namespace jitrun::speculation;

namespace {

std::unique_ptr<tast::Module> checked(std::string Text) {
  SourceManager Sources;
  const FileId File = Sources.addText("test.jit", std::move(Text));
  DiagnosticEngine Diagnostics(Sources);
  auto M = sema::check(Sources, File, {}, Diagnostics);
  INFO(Diagnostics.render());
  REQUIRE(M);
  return M;
}

/// An array of rank 1, header only.
struct FakeArray {
  explicit FakeArray(int64_t Length) {
    Header.Flags = abi::ArrayContiguous | abi::ArrayUnitInner;
    Header.Rank = 1;
    Header.Shape[0] = Length;
  }
  abi::ArrayHeader Header{};
  int64_t Stride = 1;
};

} // namespace

TEST_CASE("Bets are on arrays that the nest leaves alone") {
  auto M = checked("fn f(xs: f64[], n: i64) -> f64 {\n"
                   "  let few = f64[n];\n"
                   "  let many = f64[n];\n"
                   "  var turns = f64[n];\n"
                   "  var s = 0.0;\n"
                   "  for i in 0..n {\n"
                   "    for j in 0..n { s += xs[j] + few[j] + many[j] }\n"
                   "    turns = f64[i];\n"
                   "    s += turns[0]\n"
                   "  }\n"
                   "  s\n"
                   "}");
  const tast::Function &F = *M->findFunction("f");
  FakeArray Parameter(1000), Few(5), Many(1000), Turns(5);
  const FrameLayout Layout(F);
  std::vector<char> Frame(Layout.size());
  auto Slot = [&](std::string_view Name) {
    for (size_t I = 0; I < F.Locals.size(); ++I)
      if (F.Locals[I].Name == Name)
        return tast::SlotId(I);
    return tast::NoSlot;
  };
  for (auto [Name, Array] :
       {std::pair("xs", &Parameter), std::pair("few", &Few),
        std::pair("many", &Many), std::pair("turns", &Turns)}) {
    const abi::ArrayHeader *Header = &Array->Header;
    std::memcpy(&Frame[Layout.slot(Slot(Name))], &Header, sizeof(Header));
  }

  const std::vector<FrameBet> Bets =
      readFrame(F, tast::LoopId(0), tast::LoopId(1), Frame.data());
  auto Length = [&](std::string_view Name) -> std::optional<uint64_t> {
    for (const FrameBet &B : Bets)
      if (B.Slot == Slot(Name) && B.Offset == offsetof(abi::ArrayHeader, Shape))
        return B.Value;
    return std::nullopt;
  };
  auto HasFlags = [&](std::string_view Name) {
    return std::ranges::any_of(Bets, [&](const FrameBet &B) {
      return B.Slot == Slot(Name) && B.isFlags() &&
             B.Value == Parameter.Header.Flags;
    });
  };
  CHECK(Length("xs") == 1000);
  CHECK(HasFlags("xs"));
  CHECK(Length("few") == 5);
  CHECK(HasFlags("few"));
  // The length of a longer one of its own is better left a variable.
  CHECK_FALSE(Length("many"));
  CHECK(HasFlags("many"));
  CHECK_FALSE(Length("turns"));
  CHECK_FALSE(HasFlags("turns"));
}
