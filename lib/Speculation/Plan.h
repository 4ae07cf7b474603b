#ifndef JITRUN_SPECULATION_PLAN_H
#define JITRUN_SPECULATION_PLAN_H

#include "Support/SourceManager.h"
#include "TypedAST/TypedAST.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jitrun::speculation {

/// What optimised code may take for granted because the profile suggests it.
enum class AssumptionKind : uint8_t {
  /// Scalar parameter number Site (of ProfileSites) has the bits Value. Tested
  /// at entry; another version serves the other calls.
  ConstantArgument,
  /// Array parameter number Site has no gaps. Tested at entry.
  Contiguous,
  /// Array parameter number Site has the shape of number Value. Tested at
  /// entry.
  SameShape,
  /// An arm of branch number Site does not run: of Value 0 the one where the
  /// condition holds, of 1 the other. Tested where it would run: the code is
  /// left for baseline code there.
  NeverTaken,
};

/// Whether it is tested once, when the function is entered, and costs nothing
/// where it does not hold.
inline bool isEntryTest(AssumptionKind Kind) {
  return Kind < AssumptionKind::NeverTaken;
}

/// How code that is left says why, in one word.
inline uint32_t reasonWord(AssumptionKind Kind, uint32_t Site) {
  return (uint32_t(Kind) + 1) << 24 | (Site & 0xFFFFFF);
}
struct Reason {
  AssumptionKind Kind;
  uint32_t Site;
};
/// Nothing for words of another origin.
std::optional<Reason> reasonOf(uint32_t Word);

std::string_view spelling(AssumptionKind Kind);

struct Assumption {
  AssumptionKind Kind;
  /// Number of a site of its kind in its function.
  uint32_t Site = 0;
  uint64_t Value = 0;
  /// Samples that it rests on.
  uint64_t Evidence = 0;

  bool operator==(const Assumption &) const = default;
};

enum class ExpectationKind : uint8_t {
  /// The function value of callee site Site is function number Target.
  Callee,
  /// The operands of the operator at tag site Site hold abi::kindsOf(Target).
  Tags,
  /// The match on a held type number Site finds what its test number Target
  /// asks for. Planned where that test is to come earlier than it is written.
  HeldType,
};

/// What mostly comes along at a site. It gets code of its own beside the code
/// for the rest, so nothing is lost where something else comes.
struct Expectation {
  ExpectationKind Kind;
  uint32_t Site = 0;
  uint32_t Target = 0;
  /// Samples, or times, that showed it, of all.
  uint64_t Times = 0;
  uint64_t Seen = 0;

  bool operator==(const Expectation &) const = default;
};

/// What is assumed in one function's code. A value.
struct FunctionPlan {
  tast::FunctionId Function{};
  std::vector<Assumption> Assumptions;
  /// By kind and site; of one site the likeliest first.
  std::vector<Expectation> Expectations;

  /// Those of one site.
  std::span<const Expectation> expected(ExpectationKind Kind,
                                        uint32_t Site) const;

  bool operator==(const FunctionPlan &) const = default;
};

/// What one compile may assume. Immutable once made, so that the same job gives
/// the same code.
struct Plan {
  std::vector<FunctionPlan> Functions;

  /// Null if nothing is assumed of \p F.
  const FunctionPlan *find(tast::FunctionId F) const;

  bool operator==(const Plan &) const = default;
};

/// One assumption for a person, such as "line 3: n = 10 (so in all of 15
/// samples; tested at entry)".
std::string print(const tast::Function &F, const Assumption &A,
                  const SourceManager &Sources);

/// The same of what is expected at a site.
std::string print(const tast::Module &M, const tast::Function &F,
                  const Expectation &X, const SourceManager &Sources);

/// A line for each assumption and expectation, with source lines.
std::string print(const Plan &P, const tast::Module &M,
                  const SourceManager &Sources);

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_PLAN_H
