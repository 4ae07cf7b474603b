#ifndef JITRUN_SPECULATION_RESUMEPOINT_H
#define JITRUN_SPECULATION_RESUMEPOINT_H

#include "TypedAST/TypedAST.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>
#include <vector>

namespace jitrun::speculation {

/// A place between two statements of a function where one version of its code
/// can hand a running frame to another.
///
/// Before: a statement, by its number in pre-order (StatementNumbers). Latch:
/// of a loop; its iteration is done, what comes next is the step and the test
/// (of a while: its prelude).
struct ResumePoint {
  enum class Kind : uint8_t { Before, Latch };

  Kind At = Kind::Before;
  uint32_t Number = 0;

  static ResumePoint before(uint32_t Statement) {
    return {Kind::Before, Statement};
  }
  static ResumePoint latch(tast::LoopId Loop) {
    return {Kind::Latch, uint32_t(Loop)};
  }
  /// As generated code names it, unique in its function.
  uint32_t word() const { return Number << 1 | (At == Kind::Latch); }
  static ResumePoint fromWord(uint32_t Word) {
    return {Word & 1 ? Kind::Latch : Kind::Before, Word >> 1};
  }

  bool operator==(const ResumePoint &) const = default;
};

/// Why optimised code is left, where no assumption has failed: a test wants it.
inline constexpr uint32_t ForcedExit = ~uint32_t(0);
/// The same: control has come to what was not compiled, as it had never run.
inline constexpr uint32_t NotReached = ForcedExit - 1;
/// The same: a frame does not hold what one held before.
inline constexpr uint32_t FrameDiffers = ForcedExit - 2;

/// The points at which a test makes optimised code be left: latches, and so
/// many statements, evenly spread.
class ForcedExits {
public:
  static constexpr uint32_t MaxStatements = 24;

  explicit ForcedExits(const tast::Function &F);

  /// The number of the point among these; ~0 if it is none.
  uint32_t of(ResumePoint P) const;
  uint32_t count() const { return Loops + (Statements + Every - 1) / Every; }

private:
  uint32_t Loops, Statements, Every;
};

/// The statements of a function, numbered in pre-order: an if's arms in order,
/// a while's prelude before its body.
class StatementNumbers {
public:
  explicit StatementNumbers(const tast::Function &F);

  uint32_t of(const tast::Stmt &S) const { return Numbers.at(&S); }
  uint32_t count() const { return uint32_t(Numbers.size()); }

private:
  llvm::DenseMap<const tast::Stmt *, uint32_t> Numbers;
};

/// One level of the way from a function's body to a resume point: where control
/// stands in a list of statements.
struct ResumeStep {
  enum class Part : uint8_t { Body, Then, Else, Prelude };

  tast::StmtList List;
  size_t Index = 0;
  /// Which list of the statement one level out this is.
  Part Of = Part::Body;

  const tast::Stmt &stmt() const { return *List[Index]; }
};

/// The way to \p Point, outermost list first. The last step stands at the
/// statement itself, or at the loop. Empty if there is no such point.
std::vector<ResumeStep> findPath(const tast::Function &F, ResumePoint Point);

/// The step of a loop where the tree itself says it, as generated code counts
/// such loops in a way of its own.
std::optional<int64_t> constantStep(const tast::ForRangeStmt &S);

/// Whether the loop compares its variable with its bound; else it counts down
/// the iterations left.
inline bool comparesBound(const tast::ForRangeStmt &S) {
  const std::optional<int64_t> Step = constantStep(S);
  return Step == 1 || Step == -1;
}

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_RESUMEPOINT_H
