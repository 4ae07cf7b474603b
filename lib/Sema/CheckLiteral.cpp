#include "Sema/Checker.h"
#include "Sema/Fold.h"
#include "Sema/Library.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;
using Op = syntax::BinaryOp;

//===----------------------------------------------------------------------===//
// Which expressions are literals

static TypeKind suffixKind(syntax::LiteralSuffix S) {
  using syntax::LiteralSuffix;
  switch (S) {
  case LiteralSuffix::None:
    break;
  case LiteralSuffix::I8:
    return TypeKind::I8;
  case LiteralSuffix::I16:
    return TypeKind::I16;
  case LiteralSuffix::I32:
    return TypeKind::I32;
  case LiteralSuffix::I64:
    return TypeKind::I64;
  case LiteralSuffix::U8:
    return TypeKind::U8;
  case LiteralSuffix::U16:
    return TypeKind::U16;
  case LiteralSuffix::U32:
    return TypeKind::U32;
  case LiteralSuffix::U64:
    return TypeKind::U64;
  case LiteralSuffix::F32:
    return TypeKind::F32;
  case LiteralSuffix::F64:
    return TypeKind::F64;
  }
  return TypeKind::Error;
}

LiteralClass Checker::join(LiteralClass A, LiteralClass B) {
  LiteralClass C;
  C.Adapts = A.Adapts && B.Adapts;
  C.IsLiteral = A.IsLiteral && B.IsLiteral;
  C.IsFloat = A.IsFloat || B.IsFloat;
  C.IsInteger = A.IsInteger || B.IsInteger;
  C.Fixed = A.Fixed ? A.Fixed : B.Fixed;
  // Left to the usual checks, which report that the types differ.
  if ((A.Fixed && B.Fixed && A.Fixed != B.Fixed) ||
      (C.IsFloat && (C.IsInteger || (C.Fixed && C.Fixed->isInteger()))))
    return {};
  return C.Adapts ? C : LiteralClass();
}

LiteralClass Checker::classify(const syntax::Expr *E) {
  using syntax::ExprKind;
  switch (E->Kind) {
  case ExprKind::IntegerLiteral:
  case ExprKind::FloatLiteral:
  case ExprKind::CharLiteral:
  case ExprKind::Name:
    return classifyUncached(E);
  case ExprKind::Unary:
  case ExprKind::Binary:
  case ExprKind::Call:
  case ExprKind::Block:
  case ExprKind::If:
  case ExprKind::Match: {
    // Asked at every level of a tree: once is enough.
    if (auto At = Classes.find(E); At != Classes.end())
      return At->second;
    LiteralClass C = classifyUncached(E);
    Classes[E] = C;
    return C;
  }
  default:
    return {};
  }
}

/// The names that a pattern binds.
static void appendNames(const syntax::Pattern *P,
                        llvm::SmallVectorImpl<llvm::StringRef> &To) {
  if (const auto *B = dyn_cast<syntax::BindingPattern>(P))
    To.push_back(B->Name);
  else if (const auto *T = dyn_cast<syntax::TuplePattern>(P))
    for (const syntax::Pattern *E : T->Elements)
      appendNames(E, To);
  else if (const auto *Typed = dyn_cast<syntax::TypedPattern>(P))
    To.push_back(Typed->Name.Text);
  else if (const auto *V = dyn_cast<syntax::VariantPattern>(P))
    for (const syntax::Pattern *E : V->Elements)
      appendNames(E, To);
  else if (const auto *Or = dyn_cast<syntax::OrPattern>(P))
    for (const syntax::Pattern *E : Or->Alternatives)
      appendNames(E, To);
}

/// Whether a local variable has the name, or will have where it is used.
bool Checker::isHidden(llvm::StringRef Name) const {
  return isLocal(Name) || Shadowed.lookup(Name);
}

LiteralClass Checker::classifyUncached(const syntax::Expr *E) {
  using syntax::ExprKind;
  LiteralClass C;
  C.IsLiteral = C.Adapts = true;
  switch (E->Kind) {
  case ExprKind::IntegerLiteral:
    if (TypeKind K = suffixKind(cast<syntax::IntegerLiteralExpr>(E)->Suffix);
        K != TypeKind::Error)
      C.Fixed = Types.get(K);
    C.IsFloat = C.Fixed && C.Fixed->isFloat();
    return C;
  case ExprKind::FloatLiteral:
    if (TypeKind K = suffixKind(cast<syntax::FloatLiteralExpr>(E)->Suffix);
        K != TypeKind::Error)
      C.Fixed = Types.get(K);
    C.IsFloat = true;
    return C;
  case ExprKind::CharLiteral:
    C.Fixed = Types.get(TypeKind::U8);
    return C;
  case ExprKind::Name: {
    const auto *Name = cast<syntax::NameExpr>(E);
    if (isHidden(Name->Name))
      return {};
    if (const Symbol *S = P.find(Name->Name))
      return S->Kind == Symbol::Const ? P.resolve(*S, E->Range).Literal
                                      : LiteralClass();
    if ((Name->Name != "inf" && Name->Name != "nan") ||
        !P.variants(Name->Name).empty())
      return {};
    C.IsFloat = true;
    return C;
  }
  case ExprKind::Unary: {
    const auto *U = cast<syntax::UnaryExpr>(E);
    C = classify(U->Operand);
    C.IsInteger |= U->Op != syntax::UnaryOp::Negate;
    return C.IsLiteral && !(C.IsInteger && C.IsFloat) ? C : LiteralClass();
  }
  case ExprKind::Binary: {
    const auto *B = cast<syntax::BinaryExpr>(E);
    if (syntax::isComparison(B->Op) || B->Op == Op::LogicalAnd ||
        B->Op == Op::LogicalOr || B->Op == Op::MatrixMultiply)
      return {};
    C = join(classify(B->Left), classify(B->Right));
    C.IsInteger |= B->Op == Op::BitAnd || B->Op == Op::BitOr ||
                   B->Op == Op::BitXor || B->Op == Op::ShiftLeft ||
                   B->Op == Op::ShiftRight;
    return C.IsLiteral && !(C.IsInteger && C.IsFloat) ? C : LiteralClass();
  }
  case ExprKind::Call:
    return classifyCall(*cast<syntax::CallExpr>(E));
  case ExprKind::Block: {
    const auto *B = cast<syntax::BlockExpr>(E);
    if (!B->Result)
      return {};
    // Its statements may declare what hides a constant.
    llvm::SmallVector<llvm::StringRef, 4> Names;
    for (const syntax::Stmt *S : B->Stmts)
      if (const auto *Let = dyn_cast<syntax::LetStmt>(S))
        appendNames(Let->Target, Names);
    for (llvm::StringRef Name : Names)
      ++Shadowed[Name];
    C = classify(B->Result);
    C.IsLiteral = false;
    for (llvm::StringRef Name : Names)
      --Shadowed[Name];
    return C;
  }
  case ExprKind::If: {
    const auto *If = cast<syntax::IfExpr>(E);
    if (!If->Else)
      return {};
    C = join(classify(If->Then), classify(If->Else));
    C.IsLiteral = false;
    return C;
  }
  case ExprKind::Match: {
    const auto *Match = cast<syntax::MatchExpr>(E);
    if (Match->Arms.empty())
      return {};
    bool First = true;
    for (const syntax::MatchArm &Arm : Match->Arms) {
      // A binding may hide a constant, too.
      llvm::SmallVector<llvm::StringRef, 1> Names;
      appendNames(Arm.Match, Names);
      for (llvm::StringRef Name : Names)
        ++Shadowed[Name];
      LiteralClass A = classify(Arm.Body);
      for (llvm::StringRef Name : Names)
        --Shadowed[Name];
      C = First ? A : join(C, A);
      First = false;
    }
    C.IsLiteral = false;
    return C;
  }
  default:
    return {};
  }
}

LiteralClass Checker::classifyCall(const syntax::CallExpr &E) {
  const auto *Name = dyn_cast<syntax::NameExpr>(E.Callee);
  if (!Name || E.Args.empty() || isHidden(Name->Name) || P.find(Name->Name) ||
      !P.variants(Name->Name).empty())
    return {};
  const LibraryFunction *F = findLibraryFunction(Name->Name);
  if (!F || E.Args.size() < F->MinArgs || E.Args.size() > F->MaxArgs)
    return {};
  bool IsFloat = F->Kind == LibraryKind::Float;
  if (!IsFloat && F->Kind != LibraryKind::Numeric &&
      F->Kind != LibraryKind::MinMax)
    return {};
  LiteralClass C;
  for (size_t I = 0; I < E.Args.size(); ++I) {
    if (E.Args[I].isNamed())
      return {};
    LiteralClass A = classify(E.Args[I].Value);
    C = I ? join(C, A) : A;
    if (!C.IsLiteral)
      return {};
  }
  if (IsFloat && (C.IsInteger || (C.Fixed && !C.Fixed->isFloat())))
    return {};
  C.IsFloat |= IsFloat;
  return C;
}

const Type *Checker::literalType(LiteralClass C, const Type *Hint) {
  if (C.Fixed)
    return C.Fixed;
  if (Hint && Hint->isNumeric() && !(C.IsFloat && Hint->isInteger()) &&
      !(C.IsInteger && Hint->isFloat()))
    return Hint;
  return C.IsFloat ? Types.f64() : Types.i64();
}

//===----------------------------------------------------------------------===//
// Their values

static std::string decimal(unsigned __int128 V) {
  std::string Digits;
  do
    Digits.insert(Digits.begin(), char('0' + int(V % 10)));
  while (V /= 10);
  return Digits;
}

static std::string decimal(__int128 V) {
  return V < 0 ? "-" + decimal(-(unsigned __int128)V)
               : decimal((unsigned __int128)V);
}

Value Checker::literalInteger(unsigned __int128 Magnitude, bool Negative,
                              const Type *T, SourceRange Range) {
  if (T->isFloat()) {
    unsigned Width = 0, Zeros = 0;
    for (unsigned __int128 V = Magnitude; V; V >>= 1)
      ++Width;
    for (unsigned __int128 V = Magnitude; V && !(V & 1); V >>= 1)
      ++Zeros;
    if (Width - Zeros > (T->kind() == TypeKind::F32 ? 24u : 53u)) {
      Diags.report(literalRange(Range), diag::LiteralInexact)
              .fix("write '" + decimal(Magnitude) + ".0' to have it rounded")
          << decimal(Magnitude) << T;
      return errorValue();
    }
    double V = double(Magnitude);
    return L.floating(T, Negative ? -V : V);
  }
  bool Fits = Magnitude <= (unsigned __int128)highest(T) ||
              (Negative && Magnitude == -(unsigned __int128)lowest(T));
  __int128 V = Negative ? -(__int128)Magnitude : (__int128)Magnitude;
  if (!Fits || !fits(V, T)) {
    Diags.report(literalRange(Range), diag::LiteralOutOfRange)
        << (Negative ? "-" : "") + decimal(Magnitude) << T << decimal(lowest(T))
        << decimal(highest(T));
    return errorValue();
  }
  return L.integer(T, uint64_t(V));
}

/// Whether a number whose text from_chars found out of range is too large.
static bool isHuge(std::string_view Digits) {
  long Exponent = 0; // Of the first digit that is not zero.
  bool Seen = false, Point = false;
  size_t I = 0;
  for (; I < Digits.size() && Digits[I] != 'e' && Digits[I] != 'E'; ++I) {
    if (Digits[I] == '.') {
      Point = true;
    } else if (Seen) {
      Exponent += !Point;
    } else if (Digits[I] != '0') {
      Seen = true;
    } else if (Point) {
      --Exponent;
    }
  }
  if (I < Digits.size() && ++I < Digits.size()) {
    bool Negative = Digits[I] == '-';
    if (Negative || Digits[I] == '+')
      ++I;
    long Written = 0;
    for (; I < Digits.size(); ++I)
      Written = std::min(Written * 10 + (Digits[I] - '0'), 1000000000l);
    Exponent += Negative ? -Written : Written;
  }
  return Seen && Exponent > 0;
}

template <class F> static std::optional<double> parseFloat(std::string_view S) {
  F V = 0;
  auto [End, Error] = std::from_chars(S.data(), S.data() + S.size(), V);
  if (Error == std::errc::result_out_of_range) {
    if (isHuge(S))
      return std::nullopt;
    return 0;
  }
  if (std::isinf(V))
    return std::nullopt;
  return V;
}

Value Checker::literalFloat(std::string_view Digits, const Type *T,
                            SourceRange Range) {
  auto V = T->kind() == TypeKind::F32 ? parseFloat<float>(Digits)
                                      : parseFloat<double>(Digits);
  if (V)
    return L.floating(T, *V);
  Diags.report(literalRange(Range), diag::LiteralTooLarge)
          .fix("write 'inf' for infinity")
      << T;
  return errorValue();
}

Value Checker::literal(const syntax::Expr *E, const Type *T) {
  using syntax::ExprKind;
  switch (E->Kind) {
  case ExprKind::IntegerLiteral:
    return literalInteger(cast<syntax::IntegerLiteralExpr>(E)->Value, false, T,
                          E->Range);
  case ExprKind::FloatLiteral:
    assert(T->isFloat() && "a float literal in an integer type");
    return literalFloat(cast<syntax::FloatLiteralExpr>(E)->Digits, T, E->Range);
  case ExprKind::CharLiteral:
    return L.integer(T, cast<syntax::CharLiteralExpr>(E)->Value);
  case ExprKind::Name: {
    std::string_view Name = cast<syntax::NameExpr>(E)->Name;
    if (const Symbol *S = P.find(Name)) {
      Value V = P.literalValue(P.constInfo(*S), T, literalRange(E->Range));
      return V ? V : errorValue();
    }
    return L.floating(T, Name == "inf"
                             ? std::numeric_limits<double>::infinity()
                             : std::numeric_limits<double>::quiet_NaN());
  }
  case ExprKind::Unary: {
    const auto *U = cast<syntax::UnaryExpr>(E);
    if (U->Op == syntax::UnaryOp::Negate)
      if (const auto *I = dyn_cast<syntax::IntegerLiteralExpr>(U->Operand);
          I && !I->Parenthesized)
        return literalInteger(I->Value, true, T, E->Range);
    Value Of = literal(U->Operand, T);
    if (failed(Of))
      return Of;
    if (U->Op == syntax::UnaryOp::Negate && T->isInteger()) {
      __int128 V = -valueOf(tast::as<tast::IntConstant>(*Of));
      if (!fits(V, T)) {
        Diags.report(literalRange(E->Range), diag::LiteralOutOfRange)
            << decimal(V) << T << decimal(lowest(T)) << decimal(highest(T));
        return errorValue();
      }
    }
    Value V = L.unary(U->Op == syntax::UnaryOp::Negate ? tast::UnaryOp::Negate
                                                       : tast::UnaryOp::BitNot,
                      Of);
    return L.fused() && T->isFloat() ? V : fold(M, V);
  }
  case ExprKind::Binary:
    return literalBinary(*cast<syntax::BinaryExpr>(E), T);
  case ExprKind::Call:
    return literalCall(*cast<syntax::CallExpr>(E), T);
  default:
    assert(false && "not a literal expression");
    return errorValue();
  }
}

Value Checker::literalBinary(const syntax::BinaryExpr &E, const Type *T) {
  Value Left = literal(E.Left, T), Right = literal(E.Right, T);
  if (failed(Left) || failed(Right))
    return errorValue();
  SourceRange Range = literalRange(E.Range);
  tast::BinaryOp Lowered = tast::BinaryOp::Add;
  switch (E.Op) {
#define JITRUN_LITERAL_OP(From, To)                                            \
  case Op::From:                                                               \
    Lowered = tast::BinaryOp::To;                                              \
    break;
    JITRUN_LITERAL_OP(Add, Add)
    JITRUN_LITERAL_OP(Subtract, Sub)
    JITRUN_LITERAL_OP(Multiply, Mul)
    JITRUN_LITERAL_OP(Divide, Div)
    JITRUN_LITERAL_OP(Remainder, Rem)
    JITRUN_LITERAL_OP(Power, Pow)
    JITRUN_LITERAL_OP(BitAnd, And)
    JITRUN_LITERAL_OP(BitOr, Or)
    JITRUN_LITERAL_OP(BitXor, Xor)
    JITRUN_LITERAL_OP(ShiftLeft, Shl)
    JITRUN_LITERAL_OP(ShiftRight, Shr)
#undef JITRUN_LITERAL_OP
  case Op::LogicalOr:
  case Op::LogicalAnd:
  case Op::Equal:
  case Op::NotEqual:
  case Op::Less:
  case Op::LessEqual:
  case Op::Greater:
  case Op::GreaterEqual:
  case Op::MatrixMultiply:
    assert(false && "no operator between literals");
    std::abort();
  }
  if (T->isFloat()) {
    auto IsProduct = [](const syntax::Expr *Operand) {
      const auto *B = dyn_cast<syntax::BinaryExpr>(Operand);
      return B && B->Op == Op::Multiply;
    };
    Value V = arithmetic(Lowered, Left, Right, Range, IsProduct(E.Left),
                         IsProduct(E.Right));
    // In an `@fused` function the tree says what is fused, so it stays.
    return L.fused() ? V : fold(M, V);
  }

  __int128 A = valueOf(tast::as<tast::IntConstant>(*Left));
  __int128 B = valueOf(tast::as<tast::IntConstant>(*Right));
  auto Shown = [&] {
    return decimal(A) + " " + std::string(syntax::spelling(E.Op)) + " " +
           decimal(B);
  };
  __int128 V = 0;
  bool Overflow = false;
  switch (Lowered) {
  case tast::BinaryOp::Add:
    V = A + B;
    break;
  case tast::BinaryOp::Sub:
    V = A - B;
    break;
  case tast::BinaryOp::Mul:
    Overflow = __builtin_mul_overflow(A, B, &V);
    break;
  case tast::BinaryOp::Div:
  case tast::BinaryOp::Rem:
    if (!B) {
      Diags.report(Range, diag::LiteralDivisionByZero) << Shown();
      return errorValue();
    }
    if (Lowered == tast::BinaryOp::Rem) {
      V = A % B;
      break;
    }
    if (A % B) {
      Diags.report(Range, diag::LiteralRemainder)
              .fix("write '" + decimal(A) + ".0 / " + decimal(B) +
                   "' for a float")
          << Shown() << T;
      return errorValue();
    }
    V = A / B;
    break;
  case tast::BinaryOp::Pow:
    if (B < 0) {
      Diags.report(Range, diag::LiteralNegativeExponent)
              .fix("write a float: '" + decimal(A) + ".0 ** " + decimal(B) +
                   "'")
          << Shown();
      return errorValue();
    }
    V = 1;
    if (A == 0 || A == 1)
      V = B ? A : 1;
    else if (A == -1)
      V = B % 2 ? -1 : 1;
    else
      for (__int128 I = 0; I < B && !Overflow; ++I)
        Overflow = __builtin_mul_overflow(V, A, &V);
    break;
  default:
    return L.integer(
        T, *foldInteger(Lowered, T, tast::as<tast::IntConstant>(*Left).Value,
                        tast::as<tast::IntConstant>(*Right).Value));
  }
  if (Overflow || !fits(V, T)) {
    Diags.report(Range, diag::LiteralOverflow) << Shown() << T;
    return errorValue();
  }
  return L.integer(T, uint64_t(V));
}

Value Checker::literalCall(const syntax::CallExpr &E, const Type *T) {
  const LibraryFunction &F =
      *findLibraryFunction(cast<syntax::NameExpr>(E.Callee)->Name);
  llvm::SmallVector<Value, 4> Operands;
  for (const syntax::Argument &A : E.Args) {
    Operands.push_back(literal(A.Value, T));
    if (failed(Operands.back()))
      return errorValue();
  }
  Value V;
  if (F.Id == LibraryFunction::Id::Pow) {
    V = L.binary(tast::BinaryOp::Pow, Operands[0], Operands[1]);
  } else if (F.Kind == LibraryKind::MinMax) {
    V = Operands[0];
    for (size_t I = 1; I < Operands.size(); ++I)
      V = L.intrinsic(T, F.Which, {V, Operands[I]});
  } else {
    V = M.make<tast::IntrinsicExpr>(
        T, F.Which,
        M.copy(std::span<const Value>(Operands.data(), Operands.size())),
        tast::NoSite);
  }
  return L.fused() && T->isFloat() ? V : fold(M, V);
}

Value Checker::literalConversion(const syntax::Expr *E, const Type *To) {
  LiteralClass C = classify(E);
  if (!C.IsLiteral || C.Fixed || (C.IsInteger && To->isFloat()))
    return nullptr;
  if (To->isFloat() || !C.IsFloat)
    return literal(E, To);
  // A single literal that is a whole number.
  bool Negative = false;
  const syntax::Expr *Of = E;
  if (const auto *U = dyn_cast<syntax::UnaryExpr>(Of);
      U && U->Op == syntax::UnaryOp::Negate) {
    Negative = true;
    Of = U->Operand;
  }
  const auto *F = dyn_cast<syntax::FloatLiteralExpr>(Of);
  if (!F)
    return nullptr;
  Value V = literalFloat(F->Digits, Types.f64(), E->Range);
  if (failed(V))
    return V;
  double D = tast::as<tast::FloatConstant>(*V).Value;
  if (D != std::trunc(D)) {
    Diags.report(E->Range, diag::LiteralNotWhole)
            .fix("write 'trunc(...)', 'round(...)' or 'floor(...)' around it")
        << F->Digits << To;
    return errorValue();
  }
  if (D >= 0x1p127) {
    Diags.report(E->Range, diag::LiteralOutOfRange)
        << (Negative ? "-" : "") + std::string(F->Digits) << To
        << decimal(lowest(To)) << decimal(highest(To));
    return errorValue();
  }
  return literalInteger((unsigned __int128)D, Negative, To, E->Range);
}

} // namespace jitrun::sema
