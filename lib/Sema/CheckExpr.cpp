#include "Sema/Checker.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

Checker::Checker(Program &P)
    : P(P), Diags(P.Diags), M(*P.M), Types(P.M->Types), L(*P.M),
      Erroneous(M.make<tast::UnitConstant>(P.errorType())),
      Unreachable(M.make<tast::UnitConstant>(Types.get(TypeKind::Never))) {}

Checker::~Checker() = default;

void Checker::begin(tast::Function &F, bool Fused) {
  L.start(F, Fused);
  static_cast<FunctionState &>(*this) = FunctionState();
}

bool Checker::anyFailed(llvm::ArrayRef<Value> Vs) const {
  return llvm::any_of(Vs, failed);
}

Value Checker::unsupported(SourceRange Range, const char *What) {
  Diags.report(Range, diag::NotSupportedYet) << What;
  return errorValue();
}

//===----------------------------------------------------------------------===//
// Types wanted and found

std::string Checker::conversionFix(const Type *To, SourceRange Range) {
  if (WithoutFix.isValid() && Range == WithoutFix)
    return {};
  std::string_view Text = P.Sources.text(Range);
  if (Text.empty() || Text.size() > 40 ||
      Text.find('\n') != std::string_view::npos)
    return "convert it with '" + To->name() + "(...)'";
  return "write '" + To->name() + "(" + std::string(Text) + ")'";
}

void Checker::reportMismatch(const Type *Wanted, const Type *Found,
                             const syntax::Expr *E) {
  std::string Fix;
  if (Wanted->isNumeric() && Found->isScalar())
    Fix = conversionFix(Wanted, E->Range);
  else if (Wanted->isBool() && Found->isInteger())
    Fix = "compare it: '... != 0'";
  else if (Wanted->isStr() && Found->kind() != TypeKind::Unit)
    Fix = "write 'format(\"{}\", ...)'";
  if (Found->isAny())
    Fix = "cast it: '... as " + Wanted->name() + "'";
  Diags.report(E->Range, diag::TypeMismatch).fix(Fix) << Wanted << Found;
}

Value Checker::coerce(Value V, const Type *T, const syntax::Expr *E) {
  if (V->Ty == T || failed(V))
    return V;
  if (T->kind() == TypeKind::Error)
    return errorValue();
  if (T->isAny() && !never(V))
    return toAny(V, E->Range);
  if (never(V))
    if (Value Any = placeholder(T))
      return Any;
  if (never(V))
    return V;
  reportMismatch(T, V->Ty, E);
  return errorValue();
}

Value Checker::checkAs(const syntax::Expr *E, const Type *T) {
  if (T->kind() == TypeKind::Error) {
    check(E);
    return errorValue();
  }
  return coerce(check(E, T), T, E);
}

void Checker::drop(Value V, SourceRange Range) {
  switch (V->Kind) {
  case tast::ExprKind::IntConstant:
  case tast::ExprKind::FloatConstant:
  case tast::ExprKind::TextConstant:
  case tast::ExprKind::UnitConstant:
  case tast::ExprKind::Zero:
  case tast::ExprKind::FunctionConstant:
    return;
  default:
    if (!L.isStable(V, L.clock()))
      L.emit(M.make<tast::EvalStmt>(Range, V));
  }
}

Value Checker::check(const syntax::Expr *E, const Type *Hint) {
  if (Hint && Hint->isAny())
    return checkAny(E);
  if (LiteralClass C = classify(E); C.IsLiteral)
    return literal(E, literalType(C, Hint));
  return checkInner(E, Hint);
}

Value Checker::checkInner(const syntax::Expr *E, const Type *Hint) {
  using syntax::ExprKind;
  switch (E->Kind) {
  case ExprKind::Error:
    return errorValue();
  case ExprKind::IntegerLiteral:
  case ExprKind::FloatLiteral:
  case ExprKind::CharLiteral:
    return literal(E, literalType(classify(E), Hint));
  case ExprKind::BoolLiteral:
    return L.boolean(cast<syntax::BoolLiteralExpr>(E)->Value);
  case ExprKind::StringLiteral:
    return L.text(cast<syntax::StringLiteralExpr>(E)->Value);
  case ExprKind::Name:
    return checkName(*cast<syntax::NameExpr>(E), Hint);
  case ExprKind::Tuple:
    return checkTuple(*cast<syntax::TupleExpr>(E), Hint);
  case ExprKind::ArrayLiteral:
    return checkArrayLiteral(*cast<syntax::ArrayLiteralExpr>(E), Hint);
  case ExprKind::Repeat:
    return checkRepeat(*cast<syntax::RepeatExpr>(E), Hint);
  case ExprKind::ZeroArray: {
    const auto *Z = cast<syntax::ZeroArrayExpr>(E);
    return checkZeroArray(P.resolveType(Z->Element), Z->Dims, E->Range);
  }
  case ExprKind::Comprehension:
    return checkComprehension(*cast<syntax::ComprehensionExpr>(E), Hint);
  case ExprKind::Unary:
    return checkUnary(*cast<syntax::UnaryExpr>(E), Hint);
  case ExprKind::Binary: {
    const auto *B = cast<syntax::BinaryExpr>(E);
    if (B->Op == syntax::BinaryOp::LogicalAnd ||
        B->Op == syntax::BinaryOp::LogicalOr)
      return checkLogical(*B);
    return checkBinary(*B, Hint);
  }
  case ExprKind::Cast: {
    const auto *C = cast<syntax::CastExpr>(E);
    return checkCast(C->Operand, P.resolveType(C->Target), E->Range);
  }
  case ExprKind::Call:
    return checkCall(*cast<syntax::CallExpr>(E), Hint);
  case ExprKind::MethodCall:
    return checkMethodCall(*cast<syntax::MethodCallExpr>(E), Hint);
  case ExprKind::Index:
    return checkIndex(*cast<syntax::IndexExpr>(E));
  case ExprKind::Field:
  case ExprKind::TupleField:
    return checkPlaceValue(E);
  case ExprKind::Assign:
    return checkAssign(*cast<syntax::AssignExpr>(E));
  case ExprKind::Block:
    return checkBlock(*cast<syntax::BlockExpr>(E), Hint);
  case ExprKind::If:
    return checkIf(*cast<syntax::IfExpr>(E), Hint);
  case ExprKind::Match:
    return checkMatch(*cast<syntax::MatchExpr>(E), Hint);
  case ExprKind::While:
    return checkWhile(*cast<syntax::WhileExpr>(E));
  case ExprKind::For:
    return checkFor(*cast<syntax::ForExpr>(E));
  case ExprKind::Loop:
    return checkLoop(*cast<syntax::LoopExpr>(E), Hint);
  case ExprKind::Lambda: {
    if (!Hint || !Hint->isFunction())
      return checkFunctionValue(E, {}, nullptr);
    const auto &T = static_cast<const FunctionType &>(*Hint);
    return checkFunctionValue(E, {T.parameters().data(), T.parameters().size()},
                              T.result());
  }
  case ExprKind::Return:
    return checkReturn(*cast<syntax::ReturnExpr>(E));
  case ExprKind::Break:
    return checkBreak(*cast<syntax::BreakExpr>(E));
  case ExprKind::Continue:
    return checkContinue(*cast<syntax::ContinueExpr>(E));
  }
  return errorValue();
}

//===----------------------------------------------------------------------===//
// Operands

/// Something made of parts that may be literals, as a whole or where a block
/// or `if` ends.
static bool takesParts(const syntax::Expr *E) {
  if (const auto *Block = dyn_cast<syntax::BlockExpr>(E))
    return Block->Result && takesParts(Block->Result);
  if (const auto *If = dyn_cast<syntax::IfExpr>(E))
    return If->Else && takesParts(If->Then) && takesParts(If->Else);
  return isa<syntax::ArrayLiteralExpr>(E) || isa<syntax::TupleExpr>(E) ||
         isa<syntax::RepeatExpr>(E);
}

bool Checker::waits(const syntax::Expr *E) {
  return classify(E).Adapts || takesParts(E) || isAmbiguousVariant(E);
}

void Checker::checkSiblings(llvm::ArrayRef<const syntax::Expr *> Es,
                            const Type *Hint, OperandList &To) {
  llvm::SmallVector<bool, 4> Waits;
  bool AnyWaits = false, AllWait = true;
  LiteralClass All;
  for (const syntax::Expr *E : Es) {
    LiteralClass C = classify(E);
    All = Waits.empty() ? C : join(All, C);
    Waits.push_back(waits(E));
    AnyWaits |= Waits.back();
    AllWait &= Waits.back();
  }
  if (All.Adapts)
    Hint = literalType(All, Hint);
  if (!AnyWaits || AllWait) {
    for (const syntax::Expr *E : Es)
      To.add(check(E, Hint));
    return;
  }

  // What does not adapt says what the rest adapts to, wherever it stands.
  struct Piece {
    StmtVector List;
    Value V = nullptr;
  };
  llvm::SmallVector<Piece, 4> Pieces(Es.size());
  const Type *Found = nullptr;
  auto CheckOne = [&](size_t I, const Type *Wanted) {
    StmtVector *Before = L.capture(&Pieces[I].List);
    Pieces[I].V = check(Es[I], Wanted);
    L.capture(Before);
  };
  for (size_t I = 0; I < Es.size(); ++I) {
    if (Waits[I])
      continue;
    CheckOne(I, Found ? Found : Hint);
    const Type *T = Pieces[I].V->Ty;
    if (!Found && !failed(Pieces[I].V) && !T->isNever())
      Found = T;
  }
  for (size_t I = 0; I < Es.size(); ++I)
    if (Waits[I])
      CheckOne(I, Found ? Found : Hint);
  for (Piece &Each : Pieces) {
    L.append(Each.List);
    To.add(Each.V);
  }
}

//===----------------------------------------------------------------------===//
// Operators

static std::optional<tast::BinaryOp> lowered(syntax::BinaryOp Op) {
  using S = syntax::BinaryOp;
  using T = tast::BinaryOp;
  switch (Op) {
  case S::LogicalOr:
  case S::LogicalAnd:
  case S::MatrixMultiply:
    return std::nullopt;
  case S::Equal:
    return T::Eq;
  case S::NotEqual:
    return T::Ne;
  case S::Less:
    return T::Lt;
  case S::LessEqual:
    return T::Le;
  case S::Greater:
    return T::Gt;
  case S::GreaterEqual:
    return T::Ge;
  case S::BitOr:
    return T::Or;
  case S::BitXor:
    return T::Xor;
  case S::BitAnd:
    return T::And;
  case S::ShiftLeft:
    return T::Shl;
  case S::ShiftRight:
    return T::Shr;
  case S::Add:
    return T::Add;
  case S::Subtract:
    return T::Sub;
  case S::Multiply:
    return T::Mul;
  case S::Divide:
    return T::Div;
  case S::Remainder:
    return T::Rem;
  case S::Power:
    return T::Pow;
  }
  return std::nullopt;
}

bool Checker::takes(syntax::BinaryOp Op, const Type *T, SourceRange Range) {
  using S = syntax::BinaryOp;
  bool Ok = false;
  const char *Wanted = "numbers";
  switch (Op) {
  case S::LogicalOr:
  case S::LogicalAnd:
  case S::MatrixMultiply:
    break;
  case S::Equal:
  case S::NotEqual:
    return hasEquality(T, Range);
  case S::Less:
  case S::LessEqual:
  case S::Greater:
  case S::GreaterEqual:
    Ok = T->isNumeric() || T->isStr();
    Wanted = "numbers and text";
    break;
  case S::BitOr:
  case S::BitXor:
  case S::BitAnd:
    Ok = T->isInteger() || T->isBool();
    Wanted = "integers and 'bool'";
    break;
  case S::ShiftLeft:
  case S::ShiftRight:
    Ok = T->isInteger();
    Wanted = "integers";
    break;
  case S::Add:
    Ok = T->isNumeric() || T->isStr();
    Wanted = "numbers and text";
    break;
  case S::Subtract:
  case S::Multiply:
  case S::Divide:
  case S::Remainder:
  case S::Power:
    Ok = T->isNumeric();
    break;
  }
  if (Ok)
    return true;
  if (T->isArray()) {
    unsupported(Range, "arithmetic on whole arrays");
    return false;
  }
  std::string Fix;
  if (Op == S::BitXor && T->isFloat())
    Fix = "a power is written '**'";
  Diags.report(Range, diag::OperatorTakes).fix(Fix)
      << syntax::spelling(Op) << Wanted << T;
  return false;
}

Value Checker::checkUnary(const syntax::UnaryExpr &E, const Type *Hint) {
  Value V = check(E.Operand, Hint);
  if (failed(V) || never(V))
    return V;
  const Type *T = V->Ty;
  if (T->isAny())
    return unaryAny(E.Op, V, E.Range);
  if (T->isArray())
    return unsupported(E.Range, "arithmetic on whole arrays");
  auto Reject = [&](const char *Wanted, std::string Fix = {}) {
    Diags.report(E.Range, diag::OperatorTakes).fix(std::move(Fix))
        << syntax::spelling(E.Op) << Wanted << T;
    return errorValue();
  };
  switch (E.Op) {
  case syntax::UnaryOp::Negate:
    if (!T->isNumeric())
      return Reject("numbers");
    return L.unary(tast::UnaryOp::Negate, V);
  case syntax::UnaryOp::Not:
    if (T->isInteger())
      return L.unary(tast::UnaryOp::BitNot, V);
    if (!T->isBool())
      return Reject("'bool' and integers");
    return L.unary(tast::UnaryOp::Not, V);
  case syntax::UnaryOp::Complement:
    if (T->isBool())
      return Reject("integers", "write '!'");
    if (!T->isInteger())
      return Reject("integers");
    return L.unary(tast::UnaryOp::BitNot, V);
  }
  return errorValue();
}

Value Checker::checkLogical(const syntax::BinaryExpr &E) {
  bool IsAnd = E.Op == syntax::BinaryOp::LogicalAnd;
  const Type *Bool = Types.boolean();
  Value Left = checkAs(E.Left, Bool);
  StmtVector List;
  StmtVector *Before = L.capture(&List);
  L.openScope(/*IsBlock=*/false);
  Value Right = checkAs(E.Right, Bool);
  if (List.empty()) {
    L.dropScope();
    L.capture(Before);
    if (failed(Left) || failed(Right))
      return errorValue();
    return L.logical(IsAnd, Left, Right);
  }
  if (failed(Left) || failed(Right)) {
    L.dropScope();
    L.capture(Before);
    return errorValue();
  }
  // The right side needs statements, which run only if it decides.
  L.capture(Before);
  SlotId Result = L.addTemp(Bool);
  L.capture(&List);
  L.assign(L.local(Result), Right, E.Range);
  L.closeScope(0, E.Range);
  L.capture(Before);
  L.init(Result, Left, E.Range);
  if (IsAnd)
    L.ifThen(L.load(Result), List, {}, E.Range);
  else
    L.ifThen(L.load(Result), {}, List, E.Range);
  return L.load(Result);
}

static bool isProduct(const syntax::Expr *E) {
  const auto *B = dyn_cast<syntax::BinaryExpr>(E);
  return B && B->Op == syntax::BinaryOp::Multiply;
}

Value Checker::checkBinary(const syntax::BinaryExpr &E, const Type *Hint) {
  OperandList Operands(L, E.Range);
  checkSiblings({E.Left, E.Right}, syntax::isComparison(E.Op) ? nullptr : Hint,
                Operands);
  return combine(E.Op, Operands[0], Operands[1], E);
}

Value Checker::combine(syntax::BinaryOp Op, Value Left, Value Right,
                       const syntax::BinaryExpr &E) {
  if (failed(Left) || failed(Right))
    return errorValue();
  if (never(Left) || never(Right))
    return neverValue();
  if (Op == syntax::BinaryOp::MatrixMultiply)
    return unsupported(E.Range, "operator '@'");
  const Type *LT = Left->Ty, *RT = Right->Ty;
  if (LT->isAny() || RT->isAny())
    return combineAny(*lowered(Op), Left, Right, E.Range);
  if (LT != RT) {
    if (LT->isArray() || RT->isArray())
      return unsupported(E.Range, "arithmetic on whole arrays");
    std::string Fix;
    if (LT->isScalar() && RT->isScalar()) {
      // Towards floats, and towards more bits.
      bool ToLeft = LT->isFloat() != RT->isFloat() ? LT->isFloat()
                                                   : LT->bits() >= RT->bits();
      if (LT->isBool() || RT->isBool())
        ToLeft = RT->isBool();
      Fix = ToLeft ? conversionFix(LT, E.Right->Range)
                   : conversionFix(RT, E.Left->Range);
    } else if (Op == syntax::BinaryOp::Add && (LT->isStr() || RT->isStr())) {
      Fix = "write 'format(\"{}\", ...)' to make text of it";
    }
    Diags.report(E.Range, diag::OperandTypesDiffer).fix(Fix)
        << syntax::spelling(Op) << LT << RT;
    return errorValue();
  }
  if (!takes(Op, LT, E.Range))
    return errorValue();
  tast::BinaryOp Lowered = *lowered(Op);
  if (tast::isComparison(Lowered) && !LT->isScalar() && !LT->isStr()) {
    Value Same = equal(Left, Right, E.Range);
    return Lowered == tast::BinaryOp::Eq ? Same
                                         : L.unary(tast::UnaryOp::Not, Same);
  }
  if (LT->isStr() && !tast::isComparison(Lowered))
    return operation(tast::Operation::StrConcat, LT, {Left, Right}, E.Range);
  return arithmetic(Lowered, Left, Right, E.Range, isProduct(E.Left),
                    isProduct(E.Right));
}

Value Checker::arithmetic(tast::BinaryOp Op, Value Left, Value Right,
                          SourceRange Range, bool LeftIsProduct,
                          bool RightIsProduct) {
  using tast::BinaryOp;
  bool Traps =
      Left->Ty->isInteger() && (Op == BinaryOp::Div || Op == BinaryOp::Rem ||
                                (Op == BinaryOp::Pow && Left->Ty->isSigned()));
  Value V = L.binary(Op, Left, Right, Traps ? L.site(Range) : tast::NoSite);
  if (L.fused() && Left->Ty->isFloat() &&
      (Op == BinaryOp::Add || Op == BinaryOp::Sub)) {
    auto IsMul = [](Value E) {
      return E->Kind == tast::ExprKind::Binary &&
             tast::as<tast::BinaryExpr>(*E).Op == BinaryOp::Mul;
    };
    auto &B = const_cast<tast::BinaryExpr &>(tast::as<tast::BinaryExpr>(*V));
    if (LeftIsProduct && IsMul(Left))
      B.Fused = B.FusedLeft = true;
    else if (RightIsProduct && IsMul(Right))
      B.Fused = true;
  }
  return V;
}

//===----------------------------------------------------------------------===//
// Conversions, tuples

Value Checker::checkCast(const syntax::Expr *Operand, const Type *To,
                         SourceRange Range) {
  if (To->kind() == TypeKind::Error) {
    check(Operand);
    return errorValue();
  }
  if (To->isNumeric())
    if (Value V = literalConversion(Operand, To))
      return V;
  Value V = check(Operand);
  if (failed(V) || never(V))
    return V;
  const Type *From = V->Ty;
  if (To->isAny())
    return toAny(V, Range);
  if (From->isAny())
    return castAny(V, To, Range);
  if (From->isArray()) {
    const auto &Array = static_cast<const ArrayType &>(*From);
    const Type *Element = To;
    if (To->isArray() &&
        static_cast<const ArrayType *>(To)->rank() == Array.rank())
      Element = static_cast<const ArrayType *>(To)->element();
    if (Element->isNumeric() && Array.element()->isScalar())
      return operation(tast::Operation::ConvertArray,
                       P.arrayType(Element, Array.rank(), Range), {V}, Range);
  }
  if (To->isNumeric() && From->isScalar())
    return L.convert(To, V);
  if (To == From)
    return V;
  std::string Fix;
  if (To->isBool() && From->isNumeric())
    Fix = "compare it: '... != 0'";
  else if (To->isStr() && From->kind() != TypeKind::Unit)
    Fix = "write 'format(\"{}\", ...)'";
  else if (From->isStr() && To->isInteger())
    Fix = "write 'parse_i64(...)'";
  else if (From->isStr() && To->isFloat())
    Fix = "write 'parse_f64(...)'";
  Diags.report(Range, diag::NoConversion).fix(Fix) << From << To;
  return errorValue();
}

Value Checker::checkTuple(const syntax::TupleExpr &E, const Type *Hint) {
  if (E.Elements.empty())
    return L.unit();
  llvm::ArrayRef<Field> Hints;
  if (Hint && Hint->kind() == TypeKind::Tuple) {
    auto Fields = static_cast<const RecordType *>(Hint)->fields();
    if (Fields.size() == E.Elements.size())
      Hints = {Fields.data(), Fields.size()};
  }
  OperandList Parts(L, E.Range);
  bool Failed = false, Never = false;
  llvm::SmallVector<const Type *, 4> PartTypes;
  for (size_t I = 0; I < E.Elements.size(); ++I) {
    Value V = check(E.Elements[I], Hints.empty() ? nullptr : Hints[I].Ty);
    Failed |= failed(V);
    Never |= never(V);
    Parts.add(V);
    PartTypes.push_back(V->Ty);
  }
  if (Failed)
    return errorValue();
  if (Never)
    return neverValue();
  const Type *T = P.tupleType(PartTypes, E.Range);
  if (T->kind() == TypeKind::Error)
    return errorValue();
  return M.make<tast::AggregateExpr>(
      T, M.copy(std::span<const Value>(Parts.values().data(), Parts.size())));
}

} // namespace jitrun::sema
