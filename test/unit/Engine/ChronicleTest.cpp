#include "Engine/Chronicle.h"
#include "IRGen/IRGen.h"
#include "Pipeline/Codegen.h"
#include "Pipeline/OptimizePipeline.h"
#include "TestProgram.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

/// One call of `called` in `root`, and what an optimised compile of root says
/// of it.
class Call {
public:
  Call()
      : P("fn called(x: i64) -> i64 = x + 1;\n"
          "fn root(x: i64) -> i64 = called(x) * 2;\n"
          "println(root(3));"),
        Root(P.function("root")), Called(P.function("called")) {
    Job.M = const_cast<LoadedModule *>(&P.module());
    Job.Level = irgen::Tier::Optimized;
    Job.Roots = {Root};
  }

  /// The only call has the only site of root.
  void remark(std::string Name, std::string Message) {
    OptimizationRemark R;
    R.What = OptimizationRemark::Kind::Missed;
    R.Pass = "inline";
    R.Name = std::move(Name);
    R.Message = std::move(Message);
    R.Callee = irgen::symbolOf(0, Called, 1);
    R.Line = 1;
    R.Column = uint32_t(Root) + 1;
    Report.Remarks.push_back(std::move(R));
  }

  std::string why() {
    Chronicle C(/*Enabled=*/true);
    C.note(P.module(), Root, {.What = TierStep::Kind::Optimized});
    C.noteCode(Job, Report);
    const auto All = C.explain(P.module());
    REQUIRE(All.size() == 1);
    REQUIRE(All[0].Codes.size() == 1);
    REQUIRE(All[0].Codes[0].Calls.size() == 1);
    const CallNote &N = All[0].Codes[0].Calls[0];
    CHECK(N.Callee == Called);
    CHECK_FALSE(N.Inlined);
    return N.Why;
  }

  TestProgram P;
  const tast::FunctionId Root, Called;
  CompileJob Job;
  OptimizationReport Report;
};

} // namespace

TEST_CASE("Why a call is not inlined, where no program shows it at will") {
  Call C;
  SECTION("Nobody thought of it") { CHECK(C.why() == "it was not considered"); }
  SECTION("Its callee did not compile when it was first called") {
    C.Job.Refused = {{uint32_t(C.Called), InlineRefusal::Impossible}};
    CHECK(C.why() == "it cannot be compiled");
  }
  SECTION("It was there to be inlined, and LLVM says nothing of it") {
    C.Job.Inlinable = {C.Called};
    CHECK(C.why() == "this call is never reached");
  }
  SECTION("LLVM has a reason that we have no words for") {
    C.Job.Inlinable = {C.Called};
    C.remark("NeverInline", "'called' not inlined into 'root'");
    CHECK(C.why() == "LLVM declined it (NeverInline)");
  }
}
