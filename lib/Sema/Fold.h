#ifndef JITRUN_SEMA_FOLD_H
#define JITRUN_SEMA_FOLD_H

#include "TypedAST/TypedAST.h"

#include <optional>

namespace jitrun::sema {

/// The value of an integer (or bool) constant, by its type's signedness.
__int128 valueOf(const tast::IntConstant &C);
bool fits(__int128 Value, const Type *T);
__int128 lowest(const Type *IntegerType);
__int128 highest(const Type *IntegerType);

/// An operator on integers or bools, as at run time: wrapping. Nothing where
/// that would trap. The result is in an IntConstant's form but for the high
/// bits, which are arbitrary; for comparisons it is 0 or 1.
std::optional<uint64_t> foldInteger(tast::BinaryOp Op, const Type *T,
                                    uint64_t L, uint64_t R);

/// `+ - * / %` rounded to \p T; nothing for other operators and where the
/// result is a NaN (whose bits are the run time's to choose).
std::optional<double> foldFloat(tast::BinaryOp Op, const Type *T, double L,
                                double R);

/// \p E with all computed that can be without the run time's maths, bit for
/// bit as at run time; null where it would trap.
const tast::Expr *fold(tast::Module &M, const tast::Expr *E);

/// Whether it is constants, Aggregate, Variant, FixedFill and Zero nodes
/// throughout.
bool isConstantTree(const tast::Expr *E);
/// Whether it depends on nothing but constants and scalar functions.
bool isConstantExpression(const tast::Expr *E);
/// Number of nodes, counted as often as they are reached, up to \p Limit.
size_t treeSize(const tast::Expr *E, size_t Limit);

} // namespace jitrun::sema

#endif // JITRUN_SEMA_FOLD_H
