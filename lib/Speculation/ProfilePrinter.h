#ifndef JITRUN_SPECULATION_PROFILEPRINTER_H
#define JITRUN_SPECULATION_PROFILEPRINTER_H

#include "Profile/FunctionProfile.h"
#include "Support/SourceManager.h"
#include "TypedAST/TypedAST.h"

#include <string>

namespace jitrun::speculation {

/// A scalar of type \p T, whose bits were extended to 64, as a person writes
/// it.
std::string spell(const Type *T, uint64_t Bits);

/// The line that a person looks for: "12", or "other.jit:12" where \p Loc is
/// not in the file of \p Home.
std::string spellLine(const SourceManager &Sources, SourceLocation Loc,
                      SourceLocation Home);

/// What was seen of \p F, in the order of its source lines.
std::string print(const tast::Function &F, const FunctionProfile &P,
                  const SourceManager &Sources);

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_PROFILEPRINTER_H
