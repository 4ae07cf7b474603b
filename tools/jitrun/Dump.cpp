#include "Dump.h"

#include "Options.h"
#include "Output.h"

#include "Engine/Engine.h"
#include "Speculation/ProfilePrinter.h"
#include "Support/Diagnostics.h"
#include "Syntax/Lexer.h"
#include "Syntax/Parser.h"
#include "Syntax/Printer.h"
#include "TypedAST/Printer.h"

namespace jitrun::tool {

int dumpSyntax(SourceManager &Sources, FileId File, const Options &O) {
  DiagnosticEngine Diags(Sources);
  std::string Text;
  if (O.Dump == Stage::Tokens) {
    Text = syntax::dumpTokens(syntax::lex(File, Diags), Sources);
  } else {
    auto Parsed = O.Expression ? syntax::parseFormula(File, Diags)
                               : syntax::parseModule(File, Diags);
    Text = syntax::dump(*Parsed);
  }
  Output Out;
  Out.write(Text);
  Out.flush();
  writeError(Diags.render());
  return Diags.hasErrors() ? 1 : 0;
}

/// The functions that --function asks for: all, or those of that name. None,
/// after a message, when there is no such function.
static std::vector<const tast::Function *>
selectFunctions(const tast::Module &M, const Options &O) {
  std::vector<const tast::Function *> Selected;
  for (const auto &F : M.Functions)
    if (O.DumpFunction.empty() || F->Name == O.DumpFunction)
      Selected.push_back(F.get());
  if (Selected.empty() && !O.DumpFunction.empty())
    writeError("jitrun: there is no function '" + O.DumpFunction + "'\n");
  return Selected;
}

int dumpTyped(const tast::Module &M, const Options &O) {
  Output Out;
  auto Selected = selectFunctions(M, O);
  if (O.DumpFunction.empty())
    Out.write(tast::print(M));
  else
    for (const tast::Function *F : Selected)
      Out.write(tast::print(M, *F));
  return Selected.empty() && !O.DumpFunction.empty() ? 1 : 0;
}

int dumpProfile(const SourceManager &Sources, engine::Engine &E,
                const engine::LoadedModule &L, const tast::Module &M,
                const Options &O) {
  Output Out;
  auto Selected = selectFunctions(M, O);
  for (const tast::Function *F : Selected)
    if (FunctionProfile P = E.profile(L, F->Id);
        P.Calls || !O.DumpFunction.empty())
      Out.write(O.Dump == Stage::Plan
                    ? speculation::print(E.plan(L, F->Id), M, Sources)
                    : speculation::print(M, *F, P, Sources));
  return Selected.empty() && !O.DumpFunction.empty() ? 1 : 0;
}

int dumpCode(engine::Engine &E, const engine::LoadedModule &L,
             const tast::Module &M, const Options &O) {
  Output Out;
  auto Tier = O.Tier == TierChoice::Optimized ? engine::DumpTier::Optimized
                                              : engine::DumpTier::Baseline;
  auto Selected = selectFunctions(M, O);
  for (const tast::Function *F : Selected)
    Out.write(O.Dump == Stage::IR ? E.dumpIR(L, F->Id, Tier)
                                  : E.dumpAssembly(L, F->Id, Tier));
  return Selected.empty() && !O.DumpFunction.empty() ? 1 : 0;
}

} // namespace jitrun::tool
