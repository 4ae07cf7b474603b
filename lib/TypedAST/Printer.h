#ifndef JITRUN_TYPEDAST_PRINTER_H
#define JITRUN_TYPEDAST_PRINTER_H

#include "TypedAST/TypedAST.h"

#include <string>

namespace jitrun::tast {

/// The typed tree as text that reads like source, one statement a line, fit
/// for FileCheck: slots are `name.number`, hidden ones `%number`; `init` marks
/// a slot's first assignment and shows its type.
std::string print(const Module &M);
std::string print(const Module &M, const Function &F);
/// For messages of tests and debuggers.
std::string print(const Module &M, const Function &F, const Expr &E);

} // namespace jitrun::tast

#endif // JITRUN_TYPEDAST_PRINTER_H
