#ifndef JITRUN_SEMA_EXHAUSTIVENESS_H
#define JITRUN_SEMA_EXHAUSTIVENESS_H

#include "TypedAST/TypedAST.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"

#include <map>
#include <optional>
#include <vector>

namespace jitrun::sema {

/// A pattern whose names are resolved and whose type is known.
struct MatchPattern {
  enum KindType : uint8_t {
    Any,         ///< `_`, or a name that binds.
    Constructor, ///< Of an enum, tuple, struct or `()`, with all its parts.
    Range,       ///< Of an integer or bool, Lo to Hi inclusive.
    Text,
    Or, ///< One of Parts.
  };
  KindType Kind = Any;
  uint32_t Number = 0; ///< Constructor: variant of an enum, else 0.
  const Type *Ty = nullptr;
  __int128 Lo = 0, Hi = 0;
  tast::TextId Literal{};
  std::vector<const MatchPattern *> Parts;
  std::string_view Bound; ///< Any: name that it binds, or empty.
  SourceRange Where;      ///< In the source.

  /// Adds the patterns in it that bind a name, in order; of alternatives, which
  /// all bind the same names, those of the first.
  void appendBound(llvm::SmallVectorImpl<const MatchPattern *> &To) const;
};

/// Says of the patterns of one match, in order, whether a value gets to each,
/// and what they leave over: Maranget's usefulness ("Warnings for pattern
/// matching", 2007) on a matrix of patterns, integers split into the intervals
/// that the patterns tell apart.
class Exhaustiveness {
public:
  Exhaustiveness(const tast::Module &M, const Type *Subject)
      : M(M), Subject(Subject) {}

  /// Whether some value comes to \p P past all that were added before; adds it.
  bool add(const MatchPattern &P);
  /// The least value, written as a pattern, that comes past all; nothing when
  /// there is none.
  std::optional<std::string> missing();
  /// Given up: the answers mean nothing.
  bool isTooComplex() const { return GivenUp; }

private:
  /// Patterns of the columns to the right of what was looked at; the next
  /// column is at the back.
  using Row = llvm::SmallVector<const MatchPattern *, 6>;
  using Columns = llvm::SmallVector<const Type *, 6>;
  /// An example for each column, written as a pattern.
  using Witness = std::vector<std::string>;

  bool useful(std::vector<Row> Rows, Row Q, Columns Types, Witness *W);
  bool usefulColumn(std::vector<Row> Rows, const Row &Q, const Columns &Types,
                    Witness *W);
  bool usefulAlternative(const std::vector<Row> &Rows, const Row &Q,
                         const Columns &Types, Witness *W);
  bool usefulConstructor(const std::vector<Row> &Rows, const Row &Q,
                         const Columns &Types, Witness *W, uint32_t Number);
  bool usefulRange(const std::vector<Row> &Rows, const Row &Q,
                   const Columns &Types, Witness *W);
  bool usefulText(const std::vector<Row> &Rows, const Row &Q,
                  const Columns &Types, Witness *W);
  bool usefulRest(const std::vector<Row> &Rows, const Row &Q,
                  const Columns &Types, Witness *W, std::string Example);

  // A subject without parts, of which there may be very many patterns.
  bool addScalar(const MatchPattern &P);
  bool cover(__int128 Lo, __int128 Hi);
  std::optional<std::string> missingScalar() const;

  static constexpr size_t MaxSteps = 10'000'000;
  static constexpr unsigned MaxDepth = 150;

  const tast::Module &M;
  const Type *Subject;
  std::vector<Row> Added;
  size_t Steps = 0;   ///< Rows looked at.
  unsigned Depth = 0; ///< Of the recursion.
  bool GivenUp = false;
  /// Of scalars: disjoint closed intervals by their lower ends.
  std::map<__int128, __int128> Covered;
  llvm::StringSet<> Texts;
  bool All = false;
};

} // namespace jitrun::sema

#endif // JITRUN_SEMA_EXHAUSTIVENESS_H
