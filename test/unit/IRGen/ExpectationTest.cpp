#include "TestProgram.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::test;

namespace {

/// IR of `f`, of which \p P was seen.
std::string optimized(TestProgram &T, const FunctionProfile &P) {
  llvm::LLVMContext C;
  auto M = T.generate(C, irgen::Tier::Optimized, &P, T.find("f"));
  std::string Text;
  llvm::raw_string_ostream Stream(Text);
  M->print(Stream, nullptr);
  return Text;
}

bool contains(const std::string &Text, const std::string &Part) {
  return Text.find(Part) != std::string::npos;
}

} // namespace

TEST_CASE("Expected callees are called directly behind a weighted test") {
  TestProgram T(R"(
fn f(g: fn(i64) -> i64, x: i64) -> i64 = g(x);
let a = fn(x: i64) = x + 1;
let b = fn(x: i64) = x + 2;
println(f(a, 1), f(b, 1));
)");
  const auto Number = [&](int Of) {
    uint32_t Found = 0;
    for (const auto &F : T.module().Functions)
      if (F->IsClosure && !Of--)
        Found = uint32_t(F->Id);
    return Found;
  };
  const auto Tests = [&](const std::string &Text, uint32_t Function) {
    return contains(Text, ", " + std::to_string(Function) + "\n  br i1");
  };
  FunctionProfile P;
  P.Callees = {{{Number(1) + 1, Number(0) + 1}, {70, 25}, 5}};
  std::string Text = optimized(T, P);
  REQUIRE(Tests(Text, Number(0)));
  REQUIRE(Tests(Text, Number(1)));
  REQUIRE(contains(Text, "!{!\"branch_weights\", i32 70, i32 30}"));
  REQUIRE(contains(Text, "!{!\"branch_weights\", i32 25, i32 5}"));

  SECTION("and no others") {
    P.Callees = {{{Number(1) + 1, 0}, {70, 0}, 0}};
    Text = optimized(T, P);
    REQUIRE(Tests(Text, Number(1)));
    REQUIRE_FALSE(Tests(Text, Number(0)));
  }
  SECTION("and none where there were many") {
    P.Callees = {{{Number(1) + 1, Number(0) + 1}, {7, 7}, 7}};
    Text = optimized(T, P);
    REQUIRE_FALSE(Tests(Text, Number(0)));
    REQUIRE_FALSE(Tests(Text, Number(1)));
  }
}

TEST_CASE("Operators on any have code for what their operands held") {
  using abi::DescriptorKind;
  TestProgram T("fn f(a: any, b: any) -> any = a + b; println(f(1, 2));");
  const auto Number = [](DescriptorKind Kind) {
    return abi::kindPair(Kind, Kind) + 1;
  };
  FunctionProfile P;
  SECTION("which may be a narrow integer") {
    P.Tags = {{{Number(DescriptorKind::U8), 0}, {9, 0}, 0}};
    const std::string Text = optimized(T, P);
    REQUIRE(contains(Text, "add i8"));
    REQUIRE_FALSE(contains(Text, "add i64"));
    REQUIRE_FALSE(contains(Text, "fadd"));
  }
  SECTION("the one most seen first, in the quick copy") {
    P.Tags = {{{Number(DescriptorKind::F64), Number(DescriptorKind::I64)},
               {2, 7},
               0}};
    const std::string Text = optimized(T, P);
    REQUIRE(Text.find("add i64") < Text.find("fadd"));
    REQUIRE(contains(Text, "!{!\"branch_weights\", i32 7, i32 2}"));
  }
  SECTION("and none, nor a quick copy, where it is the runtime's") {
    P.Tags = {{{Number(DescriptorKind::Str), 0}, {9, 0}, 0}};
    const std::string Text = optimized(T, P);
    REQUIRE_FALSE(contains(Text, "add i64"));
    REQUIRE_FALSE(contains(Text, "fadd"));
    REQUIRE(contains(Text, "call void @jr_any_binary"));
  }
}
