#ifndef JITRUN_TYPEDAST_VERIFIER_H
#define JITRUN_TYPEDAST_VERIFIER_H

#include "TypedAST/TypedAST.h"

#include <string>

namespace jitrun::tast {

/// What is wrong with a tree that the type checker should not have made, or
/// empty: types of operands and places, slots and sites that exist, loops that
/// are open where they are left, a return on every path. For tests, fuzzers
/// and builds with assertions.
std::string verify(const Module &M);

} // namespace jitrun::tast

#endif // JITRUN_TYPEDAST_VERIFIER_H
