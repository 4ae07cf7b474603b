#include "TypedAST/Printer.h"

#include <charconv>
#include <cmath>

namespace jitrun::tast {

namespace {

constexpr const char *BinarySpellings[] = {
#define JITRUN_BINARY(Name, Spelling) Spelling,
#include "TypedAST/Operators.def"
};
constexpr const char *IntrinsicSpellings[] = {
#define JITRUN_INTRINSIC(Name, Spelling) Spelling,
#include "TypedAST/Intrinsics.def"
};
constexpr const char *OperationNames[] = {
#define JITRUN_OPERATION(Name) #Name,
#include "TypedAST/Operations.def"
};

class Printer {
public:
  Printer(const Module &M, const Function *F) : M(M), F(F) {}

  void function();
  void expr(const Expr &E);
  void constant(const Constant &C) {
    Out += "const " + C.Name + ": " + C.Ty->name() + " = ";
    expr(*C.Value);
    Out += '\n';
  }
  void external(const ExternFunction &E) {
    Out += "extern fn " + E.Name + "(";
    for (size_t I = 0; I < E.Parameters.size(); ++I)
      Out += (I ? ", " : "") + E.Parameters[I]->name();
    Out += ")";
    if (!E.Result->isUnit())
      Out += " -> " + E.Result->name();
    Out += '\n';
  }
  std::string take() { return std::move(Out); }

private:
  void slot(SlotId S);
  void place(const Place &P);
  void list(std::span<const Expr *const> Es);
  void text(std::string_view S);
  void number(double V, const Type *T);
  void stmt(const Stmt &S);
  void block(StmtList Body);
  void line() {
    Out += '\n';
    Out.append(Indent * 2, ' ');
  }
  void slice(const OperationStmt &S);
  void format(const OperationStmt &S);

  const Module &M;
  const Function *F;
  std::string Out;
  size_t Indent = 0;
};

void Printer::slot(SlotId S) {
  const Local &L = F->Locals[size_t(S)];
  Out += L.Name.empty() ? "%" : L.Name + ".";
  Out += std::to_string(size_t(S));
}

void Printer::list(std::span<const Expr *const> Es) {
  for (size_t I = 0; I < Es.size(); ++I) {
    if (I)
      Out += ", ";
    expr(*Es[I]);
  }
}

void Printer::text(std::string_view S) {
  static constexpr char Hex[] = "0123456789abcdef";
  Out += '"';
  for (char C : S) {
    if (C == '"' || C == '\\') {
      Out += '\\';
      Out += C;
    } else if (C == '\n') {
      Out += "\\n";
    } else if (static_cast<unsigned char>(C) < 0x20) {
      Out += "\\x";
      Out += Hex[C >> 4];
      Out += Hex[C & 15];
    } else {
      Out += C;
    }
  }
  Out += '"';
}

void Printer::number(double V, const Type *T) {
  if (std::isnan(V)) {
    Out += "nan";
  } else if (std::isinf(V)) {
    Out += V < 0 ? "-inf" : "inf";
  } else {
    char Buffer[64];
    auto End = T->kind() == TypeKind::F32
                   ? std::to_chars(Buffer, std::end(Buffer), float(V))
                   : std::to_chars(Buffer, std::end(Buffer), V);
    std::string_view Digits(Buffer, size_t(End.ptr - Buffer));
    Out += Digits;
    if (Digits.find_first_of(".e") == std::string_view::npos)
      Out += ".0";
  }
  if (T->kind() == TypeKind::F32)
    Out += "f32";
}

void Printer::place(const Place &P) {
  switch (P.Base) {
  case PlaceBase::Local:
    slot(P.Slot);
    break;
  case PlaceBase::Constant:
    Out += M.Constants[size_t(P.Constant)].Name;
    break;
  case PlaceBase::Capture:
    Out += "captured " + std::to_string(P.Capture);
    break;
  case PlaceBase::Element:
    expr(*P.Array);
    Out += P.Linear ? "[linear " : P.Unchecked ? "[unchecked " : "[";
    list(P.Indices);
    Out += ']';
    break;
  }
  const Type *T = P.BaseTy;
  for (const Projection &Step : P.Projections) {
    if (Step.Index) {
      Out += Step.Unchecked ? "[unchecked " : "[";
      expr(*Step.Index);
      Out += ']';
    } else {
      if (Step.Variant != NoVariant)
        Out +=
            "." + static_cast<const EnumType *>(T)->variant(Step.Variant).Name;
      Out += "." + fieldOf(T, Step).Name;
    }
    T = Step.Ty;
  }
}

void Printer::expr(const Expr &E) {
  switch (E.Kind) {
  case ExprKind::IntConstant: {
    uint64_t V = as<IntConstant>(E).Value;
    if (E.Ty->isBool()) {
      Out += V ? "true" : "false";
      return;
    }
    Out += E.Ty->isSigned() ? std::to_string(int64_t(V)) : std::to_string(V);
    if (E.Ty->kind() != TypeKind::I64)
      Out += E.Ty->name();
    return;
  }
  case ExprKind::FloatConstant:
    return number(as<FloatConstant>(E).Value, E.Ty);
  case ExprKind::TextConstant:
    return text(M.Texts[size_t(as<TextConstant>(E).Text)]);
  case ExprKind::UnitConstant:
    Out += "()";
    return;
  case ExprKind::Zero:
    Out += "zero " + E.Ty->name();
    return;
  case ExprKind::FunctionConstant:
    Out += "fn " + M.function(as<FunctionConstant>(E).Target).Name;
    return;
  case ExprKind::Load:
    return place(*as<LoadExpr>(E).From);
  case ExprKind::Unary: {
    const auto &U = as<UnaryExpr>(E);
    Out += U.Op == UnaryOp::Negate ? "-" : U.Op == UnaryOp::Not ? "!" : "~";
    return expr(*U.Operand);
  }
  case ExprKind::Binary: {
    const auto &B = as<BinaryExpr>(E);
    if (B.Fused)
      Out += "fused";
    Out += '(';
    expr(*B.Left);
    Out += std::string(" ") + BinarySpellings[size_t(B.Op)] + " ";
    expr(*B.Right);
    Out += ')';
    return;
  }
  case ExprKind::Logical: {
    const auto &B = as<LogicalExpr>(E);
    Out += '(';
    expr(*B.Left);
    Out += B.IsAnd ? " && " : " || ";
    expr(*B.Right);
    Out += ')';
    return;
  }
  case ExprKind::Convert:
    Out += E.Ty->name() + "(";
    expr(*as<ConvertExpr>(E).Operand);
    Out += ')';
    return;
  case ExprKind::IntrinsicCall: {
    const auto &I = as<IntrinsicExpr>(E);
    if (I.Which == Intrinsic::StrIndex) {
      expr(*I.Operands[0]);
      Out += '[';
      expr(*I.Operands[1]);
      Out += ']';
      return;
    }
    Out += std::string(IntrinsicSpellings[size_t(I.Which)]) + "(";
    list(I.Operands);
    Out += ')';
    return;
  }
  case ExprKind::Aggregate:
    Out += E.Ty->kind() == TypeKind::Struct  ? E.Ty->name() + "{"
           : E.Ty->kind() == TypeKind::Tuple ? "("
                                             : "[";
    list(as<AggregateExpr>(E).Parts);
    Out += E.Ty->kind() == TypeKind::Struct  ? "}"
           : E.Ty->kind() == TypeKind::Tuple ? ")"
                                             : "]";
    return;
  case ExprKind::Variant: {
    const auto &V = as<VariantExpr>(E);
    Out += E.Ty->name() + "." +
           static_cast<const EnumType *>(E.Ty)->variant(V.Number).Name;
    if (V.Parts.empty())
      return;
    Out += '(';
    list(V.Parts);
    Out += ')';
    return;
  }
  case ExprKind::Tag:
    Out += "tag(";
    place(*as<TagExpr>(E).Of);
    Out += ')';
    return;
  case ExprKind::FixedFill:
    Out += '[';
    expr(*as<FixedFillExpr>(E).Value);
    Out += "; " +
           std::to_string(static_cast<const FixedArrayType *>(E.Ty)->count()) +
           "]";
    return;
  case ExprKind::ToAny:
    Out += "any(";
    expr(*as<ToAnyExpr>(E).Operand);
    Out += ')';
    return;
  case ExprKind::AnyCast:
    expr(*as<AnyCastExpr>(E).Operand);
    Out += (E.Site == NoSite ? " known as " : " as ") + E.Ty->name();
    return;
  case ExprKind::AnyIs:
    expr(*as<AnyIsExpr>(E).Operand);
    Out += " is " + as<AnyIsExpr>(E).Of->name();
    return;
  }
}

void Printer::slice(const OperationStmt &S) {
  expr(*S.Operands[0]);
  Out += '[';
  size_t Next = 1;
  for (size_t I = 0; I < S.Slice.size(); ++I) {
    const SliceDimension &D = S.Slice[I];
    if (I)
      Out += ", ";
    if (D.IsIndex) {
      expr(*S.Operands[Next++]);
      continue;
    }
    if (D.HasLo)
      expr(*S.Operands[Next++]);
    Out += D.HiInclusive ? "..=" : "..";
    if (D.HasHi)
      expr(*S.Operands[Next++]);
    if (D.HasStep) {
      Out += " by ";
      expr(*S.Operands[Next++]);
    }
  }
  Out += ']';
}

void Printer::format(const OperationStmt &S) {
  std::string Text;
  for (const FormatSpec &Spec : S.Formats) {
    Text += Spec.Before + "{";
    std::string Options;
    if (Spec.Align) {
      Options += Spec.Fill;
      Options += Spec.Align;
    }
    if (Spec.Sign)
      Options += Spec.Sign;
    if (Spec.Alternate)
      Options += '#';
    if (Spec.ZeroPad)
      Options += '0';
    if (Spec.Width)
      Options += std::to_string(Spec.Width);
    if (Spec.Precision >= 0)
      Options += "." + std::to_string(Spec.Precision);
    if (Spec.Presentation)
      Options += Spec.Presentation;
    Text += (Options.empty() ? "" : ":" + Options) + "}";
  }
  if (S.Trailing)
    Text += *S.Trailing;
  Out += "Format(";
  text(Text);
  if (!S.Operands.empty())
    Out += ", ";
  list(S.Operands);
  Out += ')';
}

void Printer::block(StmtList Body) {
  Out += " {";
  ++Indent;
  for (const Stmt *S : Body)
    stmt(*S);
  --Indent;
  line();
  Out += '}';
}

void Printer::stmt(const Stmt &S) {
  line();
  auto Dest = [&](SlotId To) {
    if (To == NoSlot)
      return;
    slot(To);
    Out += ": " + F->Locals[size_t(To)].Ty->name() + " = ";
  };
  auto Loop = [&](LoopId Id) { Out += " #" + std::to_string(size_t(Id)); };
  switch (S.Kind) {
  case StmtKind::Assign: {
    const auto &A = as<AssignStmt>(S);
    if (A.IsInit)
      Out += "init ";
    place(*A.Target);
    if (A.IsInit)
      Out += ": " + A.Target->Ty->name();
    Out += " = ";
    return expr(*A.Value);
  }
  case StmtKind::MultiAssign: {
    const auto &A = as<MultiAssignStmt>(S);
    Out += '(';
    for (size_t I = 0; I < A.Targets.size(); ++I) {
      Out += I ? ", " : "";
      place(*A.Targets[I]);
    }
    Out += ") = (";
    list(A.Values);
    Out += ')';
    return;
  }
  case StmtKind::OpAssign: {
    const auto &A = as<OpAssignStmt>(S);
    place(*A.Target);
    Out += std::string(" ") + (A.Fused ? "fused " : "") +
           BinarySpellings[size_t(A.Op)] + "= ";
    return expr(*A.Value);
  }
  case StmtKind::Eval:
    Out += "eval ";
    return expr(*as<EvalStmt>(S).Value);
  case StmtKind::Call: {
    const auto &C = as<CallStmt>(S);
    Dest(C.Dest);
    Out += "call " + M.function(C.Callee).Name + "(";
    list(C.Arguments);
    Out += ')';
    return;
  }
  case StmtKind::CallValue: {
    const auto &C = as<CallValueStmt>(S);
    Dest(C.Dest);
    Out += "call (";
    expr(*C.Callee);
    Out += ")(";
    list(C.Arguments);
    Out += ')';
    return;
  }
  case StmtKind::ExternCall: {
    const auto &C = as<ExternCallStmt>(S);
    Dest(C.Dest);
    Out += "call extern " + M.Externs[size_t(C.Callee)].Name + "(";
    list(C.Arguments);
    Out += ')';
    return;
  }
  case StmtKind::Operation: {
    const auto &O = as<OperationStmt>(S);
    Dest(O.Dest);
    if (O.Which == Operation::Slice)
      return slice(O);
    if (O.Which == Operation::Format)
      return format(O);
    Out += OperationNames[size_t(O.Which)];
    if (O.Uninitialized)
      Out += " uninitialized";
    if (O.Which == Operation::AnyBinary || O.Which == Operation::AnyUnary)
      Out += std::string(" ") + abi::spelling(O.Operator) + ' ';
    if (O.Which == Operation::MakeClosure)
      Out += " " + M.function(O.Target).Name;
    Out += '(';
    list(O.Operands);
    Out += ')';
    return;
  }
  case StmtKind::If: {
    const auto &I = as<IfStmt>(S);
    Out += "if ";
    expr(*I.Condition);
    block(I.Then);
    if (!I.Else.empty()) {
      Out += " else";
      block(I.Else);
    }
    return;
  }
  case StmtKind::While: {
    const auto &W = as<WhileStmt>(S);
    Out += "while";
    Loop(W.Loop);
    if (!W.Prelude.empty()) {
      block(W.Prelude);
      Out += " then";
    }
    Out += ' ';
    expr(*W.Condition);
    return block(W.Body);
  }
  case StmtKind::ForRange: {
    const auto &R = as<ForRangeStmt>(S);
    Out += "for";
    Loop(R.Loop);
    Out += ' ';
    slot(R.Variable);
    Out += " in ";
    expr(*R.Lo);
    Out += R.Inclusive ? "..=" : "..";
    expr(*R.Hi);
    if (R.Step) {
      Out += " by ";
      expr(*R.Step);
    }
    return block(R.Body);
  }
  case StmtKind::Loop:
    Out += "loop";
    Loop(as<LoopStmt>(S).Loop);
    return block(as<LoopStmt>(S).Body);
  case StmtKind::Break:
    Out += "break";
    return Loop(as<BreakStmt>(S).Loop);
  case StmtKind::Continue:
    Out += "continue";
    return Loop(as<ContinueStmt>(S).Loop);
  case StmtKind::Return:
    Out += "return";
    if (const Expr *V = as<ReturnStmt>(S).Value) {
      Out += ' ';
      expr(*V);
    }
    return;
  case StmtKind::Block: {
    const auto &B = as<BlockStmt>(S);
    Out += "scope";
    for (SlotId Owned : B.Scope) {
      Out += ' ';
      slot(Owned);
    }
    return block(B.Body);
  }
  }
}

void Printer::function() {
  Out += F->IsMain ? "program " : F->IsClosure ? "closure " : "fn ";
  Out += F->Name + "(";
  for (uint32_t I = 0; I < F->Parameters; ++I) {
    Out += I ? ", " : "";
    slot(SlotId(I));
    Out += ": " + F->Locals[I].Ty->name();
    if (I < F->WritesParameter.size() && F->WritesParameter[I])
      Out += " written";
  }
  Out += ')';
  if (!F->Result->isUnit())
    Out += " -> " + F->Result->name();
  if (F->Captures)
    Out += " captures " + F->Captures->name();
  block(F->Body);
  Out += '\n';
}

} // namespace

std::string print(const Module &M) {
  std::string All;
  Printer Top(M, nullptr);
  for (const Constant &C : M.Constants)
    Top.constant(C);
  for (const ExternFunction &E : M.Externs)
    Top.external(E);
  All += Top.take();
  for (const auto &F : M.Functions)
    All += print(M, *F);
  return All;
}

std::string print(const Module &M, const Function &F) {
  Printer P(M, &F);
  P.function();
  return P.take();
}

std::string print(const Module &M, const Function &F, const Expr &E) {
  Printer P(M, &F);
  P.expr(E);
  return P.take();
}

} // namespace jitrun::tast
