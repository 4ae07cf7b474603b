#include "Sema/Sema.h"

#include "Sema/Program.h"
#include "Support/SanitizerBuild.h"
#include "TypedAST/Verifier.h"

#include "llvm/Support/thread.h"

namespace jitrun::sema {

/// Trees up to this depth are walked on the caller's stack, deeper ones on one
/// that is large enough for syntax::MaxTreeDepth and then some.
static constexpr size_t MaxDepthOnCallersStack = 48;
static constexpr unsigned BigStack = 64u << 20;
/// ThreadSanitizer has room for 65536 calls, and overruns it.
static constexpr size_t BigStackForDeclarations =
    ThreadSanitizerBuild ? 8u << 20 : 40u << 20;

std::unique_ptr<tast::Module> check(SourceManager &Sources, FileId File,
                                    const SemaOptions &Options,
                                    DiagnosticEngine &Diags) {
  Program P(Sources, Options, Diags);
  P.load(File);
  std::unique_ptr<tast::Module> Result;
  if (P.depth() <= MaxDepthOnCallersStack) {
    Result = P.check(BigStack);
  } else {
    llvm::thread Walker(std::optional<unsigned>(BigStack),
                        [&] { Result = P.check(BigStackForDeclarations); });
    Walker.join();
  }
  if (Diags.hasErrors())
    return nullptr;
  assert(tast::verify(*Result).empty() && "the lowering made an odd tree");
  return Result;
}

} // namespace jitrun::sema
