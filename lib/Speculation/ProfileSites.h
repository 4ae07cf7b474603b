#ifndef JITRUN_SPECULATION_PROFILESITES_H
#define JITRUN_SPECULATION_PROFILESITES_H

#include "Profile/SiteCounts.h"
#include "TypedAST/TypedAST.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace jitrun::speculation {

/// Which number each profiled site of a function has: a function of its tree,
/// so that all code of it agrees, in whatever order it is made.
///
/// Branches: the ifs of the body in its order (then before else, a while's
/// prelude before its body). Loops: by LoopId; a function's only one, if no
/// iteration of it is left half-way, is counted by its back edges. Values: the
/// scalar parameters, Arrays: those of array type, in their order. Callees: the
/// calls of function values, Tags: the operators on `any`, Matches: on the type
/// that an `any` holds, as tast::Walker comes to them.
class ProfileSites {
public:
  /// The parameters of the value and array sites, by their numbers.
  struct Parameters {
    explicit Parameters(const tast::Function &F);

    llvm::SmallVector<tast::SlotId, 6> Values, Arrays;
  };

  /// An operator on `any`.
  struct Operator {
    SourceLocation At;
    abi::AnyOperator What;
    bool IsUnary;
  };

  /// Ifs, each the only statement in the else arm of the one before, that ask
  /// which of several types one local `any` holds: what a `match` on it
  /// becomes. No two tests can hold, and nothing happens between them, so their
  /// order is free. Each is counted as a branch.
  using TypeMatch = llvm::SmallVector<const tast::IfStmt *, 4>;

  explicit ProfileSites(const tast::Function &F);

  const SiteLayout &layout() const { return Layout; }
  uint32_t branchOf(const tast::IfStmt &S) const { return Numbers.at(&S); }
  uint32_t calleeOf(const tast::CallValueStmt &S) const {
    return Numbers.at(&S);
  }
  /// Of AnyBinary and AnyUnary, and of a comparison of anys.
  uint32_t tagsOf(const tast::OperationStmt &S) const { return Numbers.at(&S); }
  uint32_t tagsOf(const tast::BinaryExpr &E) const { return Numbers.at(&E); }

  /// By branch and loop number.
  llvm::ArrayRef<const tast::IfStmt *> branches() const { return Branches; }
  /// Null for loops that are in no list (none, in a checked tree).
  llvm::ArrayRef<const tast::Stmt *> loops() const { return Loops; }
  llvm::ArrayRef<tast::SlotId> values() const { return Sampled.Values; }
  llvm::ArrayRef<tast::SlotId> arrays() const { return Sampled.Arrays; }
  llvm::ArrayRef<const tast::CallValueStmt *> callees() const {
    return Callees;
  }
  llvm::ArrayRef<Operator> tags() const { return Tags; }
  /// By number; those of one test, too.
  llvm::ArrayRef<TypeMatch> matches() const { return Matches; }
  /// The number of the match whose first test \p S is.
  std::optional<uint32_t> matchAt(const tast::IfStmt &S) const;

private:
  class Numberer;

  SiteLayout Layout;
  Parameters Sampled;
  /// By statement or expression.
  llvm::DenseMap<const void *, uint32_t> Numbers;
  llvm::SmallVector<const tast::IfStmt *, 8> Branches;
  llvm::SmallVector<const tast::Stmt *, 4> Loops;
  llvm::SmallVector<const tast::CallValueStmt *, 2> Callees;
  llvm::SmallVector<Operator, 2> Tags;
  llvm::SmallVector<TypeMatch, 2> Matches;
};

/// The type that a test of a TypeMatch asks for.
const Type *typeAskedBy(const tast::IfStmt &S);

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_PROFILESITES_H
