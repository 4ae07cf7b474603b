#ifndef JITRUN_IRGEN_IRGEN_H
#define JITRUN_IRGEN_IRGEN_H

#include "Profile/FunctionProfile.h"
#include "Speculation/FrameBets.h"
#include "Speculation/Planner.h"
#include "Speculation/ResumePoint.h"
#include "TypedAST/ModuleData.h"
#include "TypedAST/TypedAST.h"

#include "llvm/Support/Error.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace llvm {
class DataLayout;
class LLVMContext;
class Module;
class raw_ostream;
} // namespace llvm

/// From the typed tree to LLVM IR, one module a request.
namespace jitrun::irgen {

enum class Tier : uint8_t {
  /// Code that FastISel selects without falling back, with counters and polls.
  Baseline,
  /// Code for the -O3 pipeline.
  Optimized,
};

/// What baseline code counted; see Profile.
using jitrun::FunctionProfile;

/// What is known of all functions of a module, for the optimised tier only:
/// computed once, some microseconds a function, then read by any thread.
class ModuleFacts;
struct ModuleFactsDeleter {
  void operator()(ModuleFacts *) const;
};
using ModuleFactsPtr = std::unique_ptr<ModuleFacts, ModuleFactsDeleter>;
ModuleFactsPtr analyze(const tast::Module &M);
/// Whether \p F reads or writes elements of an array parameter by index.
bool indexesParameter(const ModuleFacts &Facts, tast::FunctionId F);

/// The rest of a function from a resume point on:
///
///   Result continuation(ExecutionContext *, char *Frame)
///
/// with the function's own result in registers; an aggregate's address is in
/// the frame (speculation::FrameLayout). The frame has been read when anything
/// else begins; its references have moved in.
struct Continuation {
  tast::FunctionId Function{};
  speculation::ResumePoint Point;
  /// Optimised, of a point in a loop: what stands behind the outermost loop
  /// around it has never run. It is left to baseline code, from the first
  /// statement on that calls or loops.
  bool EndsWithNest = false;
  /// Optimised: what the frame holds. Another one is left to baseline code.
  std::vector<speculation::FrameBet> Bets = {};

  bool operator==(const Continuation &) const = default;
};

/// What to generate. Everything pointed at outlives the call only.
struct Request {
  const tast::Module *M = nullptr;
  /// For numbers of format plans; the symbols name the rest.
  tast::ModuleData *Data = nullptr;
  /// Null: nothing is known (always in baseline).
  const ModuleFacts *Facts = nullptr;
  unsigned ModuleNumber = 0;
  /// Engine-wide index of function 0.
  uint32_t FirstIndex = 0;
  Tier Level = Tier::Baseline;
  unsigned Version = 0;
  /// Defined with external linkage, as symbolOf(.., Version).
  std::span<const tast::FunctionId> Roots;
  /// Defined with external linkage, as continuationSymbol(.., Version).
  std::span<const Continuation> Continuations;
  /// Optimised: bodies to add as internal functions, which roots and each
  /// other call directly.
  std::span<const tast::FunctionId> Inlinable;
  /// May be empty, and may return null.
  std::function<const FunctionProfile *(tast::FunctionId)> Profile;
  /// Optimised: what may be assumed; of roots, as the rest is called from here.
  /// Null: nothing.
  const speculation::Plan *Plan = nullptr;
  /// Baseline: count calls, back edges and what happens at profiled sites.
  bool Counters = false;
  /// Optimised: give loops locations too, and all locations a column, for
  /// remarks: see LoopLine.
  bool LocateLoops = false;
  /// Baseline, with Counters: a back edge whose counter trips asks for a
  /// continuation of its latch and leaves to it.
  bool EntersLoops = false;
  /// Optimised, for tests: leave at statements and back edges whenever the word
  /// of the point, which counts down, reaches 0.
  bool ForcesExits = false;
  /// Words that other threads change are read atomically, as ThreadSanitizer
  /// wants (baseline then leaves FastISel there).
  bool SanitizeThread = false;
};

/// Generates modules in one context, keeping types, attributes and names.
///
/// One per context (so per worker); not thread-safe. The context must outlive
/// it and the modules it makes. For speed, have the context discard value
/// names unless a person reads the IR.
class Generator {
public:
  Generator(llvm::LLVMContext &Context, const llvm::DataLayout &Layout,
            std::string Triple);
  ~Generator();
  Generator(const Generator &) = delete;
  Generator &operator=(const Generator &) = delete;

  llvm::Expected<std::unique_ptr<llvm::Module>> generate(const Request &R);

  /// A module with the entry thunk of \p F's signature, named \p Symbol:
  /// `void (ExecutionContext *, void *Code, uint64_t *Cells)`. Cells[i] is
  /// argument i, units included: f32 in the low four bytes, integers and bool
  /// extended to 64 bits, aggregates by address. The result goes to the cell
  /// after the last argument; an aggregate's address stands there on entry,
  /// and its memory is written raw (what it held is not released).
  llvm::Expected<std::unique_ptr<llvm::Module>>
  generateThunk(const tast::Function &F, const std::string &Symbol);

private:
  struct Impl;
  std::unique_ptr<Impl> State;
};

/// Functions with equal keys can share a thunk. Fit for a symbol.
std::string thunkKey(const tast::Function &F);

/// Symbols of design: m is the module's number.
std::string symbolOf(unsigned Module, tast::FunctionId F, unsigned Version);
std::string continuationSymbol(unsigned Module, tast::FunctionId F,
                               unsigned Version,
                               speculation::ResumePoint Point);
std::string slotSymbol(unsigned Module, tast::FunctionId F);
std::string countersSymbol(unsigned Module, tast::FunctionId F);
/// The block of its profiled sites.
std::string sitesSymbol(unsigned Module, tast::FunctionId F);
/// An i32 for each forced exit of a function: see forcedExit().
std::string exitsSymbol(unsigned Module, tast::FunctionId F);
std::string typeSymbol(unsigned Module, uint32_t TypeId);
std::string textSymbol(unsigned Module, tast::TextId Text);
std::string constantSymbol(unsigned Module, tast::ConstantId Constant);
std::string closureSymbol(unsigned Module, tast::FunctionId F);
std::string formatSymbol(unsigned Module, uint32_t Plan);
std::string externSymbol(std::string_view Name);

/// One direct call in a function's body.
struct CallEdge {
  tast::FunctionId Callee;
  /// Loops of the caller around the call.
  uint32_t LoopDepth;
  tast::SiteId Site;
};
/// Direct calls of \p F in source order, duplicates included.
std::vector<CallEdge> callees(const tast::Function &F);

/// For each scalar parameter, in order, what it would be good to know.
std::vector<speculation::ArgumentUse> argumentUses(const tast::Function &F);

/// Statements and expression nodes of \p F: a measure of its size, roughly one
/// IR instruction each.
unsigned sizeOf(const tast::Function &F);

/// Prints \p M with each function's source name in a comment before it.
void print(const llvm::Module &M, llvm::raw_ostream &Out);

/// Lines of DILocations from here on are loops, by LoopId; below are sites + 1.
/// With Request::LocateLoops the column is the function's id + 1 (0 for ids
/// that do not fit).
inline constexpr uint32_t LoopLine = 1u << 30;

/// The function of a symbol that symbolOf() made, with whatever stands behind;
/// nothing if it is another.
std::optional<tast::FunctionId> functionOf(std::string_view Symbol);

/// The site that stands for "the function itself": what calls that have no
/// site of their own (stack checks, polls) carry. One past the last site.
inline tast::SiteId ownSite(const tast::Function &F) {
  return tast::SiteId(F.Sites.size());
}

} // namespace jitrun::irgen

#endif // JITRUN_IRGEN_IRGEN_H
