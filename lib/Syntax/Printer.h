#ifndef JITRUN_SYNTAX_PRINTER_H
#define JITRUN_SYNTAX_PRINTER_H

#include "Syntax/AST.h"

#include <string>

namespace jitrun::syntax {

/// The tree for people and FileCheck: one node a line, children indented by
/// two more, types and patterns as in the source.
std::string dump(const Module &M);
std::string dump(const Expr *E);

/// As written in source, with canonical spaces.
std::string toString(const TypeExpr *T);
std::string toString(const Pattern *P);

} // namespace jitrun::syntax

#endif
