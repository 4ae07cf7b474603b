#ifndef JITRUN_SPECULATION_PROFILEPRINTER_H
#define JITRUN_SPECULATION_PROFILEPRINTER_H

#include "Profile/FunctionProfile.h"
#include "Speculation/ProfileSites.h"
#include "Support/SourceManager.h"
#include "TypedAST/TypedAST.h"

#include <string>

namespace jitrun::speculation {

/// A scalar of type \p T, whose bits were extended to 64, as a person writes
/// it.
std::string spell(const Type *T, uint64_t Bits);

/// "'+'".
std::string spell(const ProfileSites::Operator &Op);

/// "i64", or "i64 and a struct" where an operator's operands differ; \p Number
/// is abi::kindPair() of what they hold.
std::string spellTags(const ProfileSites::Operator &Op, uint32_t Number);

/// The name of function number \p Number.
std::string spellCallee(const tast::Module &M, uint32_t Number);

/// The line that a person looks for: "12", or "other.jit:12" where \p Loc is
/// not in the file of \p Home.
std::string spellLine(const SourceManager &Sources, SourceLocation Loc,
                      SourceLocation Home);

/// What was seen of \p F, a function of \p M, in the order of its source lines.
std::string print(const tast::Module &M, const tast::Function &F,
                  const FunctionProfile &P, const SourceManager &Sources);

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_PROFILEPRINTER_H
