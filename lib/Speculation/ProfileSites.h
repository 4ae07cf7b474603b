#ifndef JITRUN_SPECULATION_PROFILESITES_H
#define JITRUN_SPECULATION_PROFILESITES_H

#include "Profile/SiteCounts.h"
#include "TypedAST/TypedAST.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace jitrun::speculation {

/// Which number each profiled site of a function has: a function of its tree,
/// so that all code of it agrees, in whatever order it is made.
///
/// Branches: the ifs of the body in its order (then before else, a while's
/// prelude before its body). Loops: by LoopId; a function's only one, if no
/// iteration of it is left half-way, is counted by its back edges. Values: the
/// scalar parameters, Arrays: those of array type, in their order.
class ProfileSites {
public:
  /// The parameters of the value and array sites, by their numbers.
  struct Parameters {
    explicit Parameters(const tast::Function &F);

    llvm::SmallVector<tast::SlotId, 6> Values, Arrays;
  };

  explicit ProfileSites(const tast::Function &F);

  const SiteLayout &layout() const { return Layout; }
  uint32_t branchOf(const tast::IfStmt &S) const { return Numbers.at(&S); }

  /// By branch and loop number.
  llvm::ArrayRef<const tast::IfStmt *> branches() const { return Branches; }
  /// Null for loops that are in no list (none, in a checked tree).
  llvm::ArrayRef<const tast::Stmt *> loops() const { return Loops; }
  llvm::ArrayRef<tast::SlotId> values() const { return Sampled.Values; }
  llvm::ArrayRef<tast::SlotId> arrays() const { return Sampled.Arrays; }

private:
  void number(tast::StmtList List);

  SiteLayout Layout;
  Parameters Sampled;
  /// Whether some iteration of a loop may not reach its latch.
  bool LeavesBodies = false;
  unsigned LoopDepth = 0;
  llvm::DenseMap<const tast::Stmt *, uint32_t> Numbers;
  llvm::SmallVector<const tast::IfStmt *, 8> Branches;
  llvm::SmallVector<const tast::Stmt *, 4> Loops;
};

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_PROFILESITES_H
