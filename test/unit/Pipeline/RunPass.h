#ifndef JITRUN_UNITTEST_PIPELINE_RUNPASS_H
#define JITRUN_UNITTEST_PIPELINE_RUNPASS_H

#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"

#include <catch2/catch.hpp>

namespace jitrun::test {

/// Runs a function pass over `f` of \p M, alone. The test ends if what it
/// leaves behind is not valid. Returns the function.
template <typename Pass>
llvm::Function &runPass(llvm::Module &M, Pass P = Pass()) {
  llvm::FunctionAnalysisManager FAM;
  llvm::PassBuilder PB;
  PB.registerFunctionAnalyses(FAM);
  llvm::ModuleAnalysisManager MAM;
  FAM.registerPass(
      [&] { return llvm::ModuleAnalysisManagerFunctionProxy(MAM); });
  llvm::Function &F = *M.getFunction("f");
  P.run(F, FAM);
  REQUIRE_FALSE(llvm::verifyModule(M, &llvm::errs()));
  return F;
}

} // namespace jitrun::test

#endif // JITRUN_UNITTEST_PIPELINE_RUNPASS_H
