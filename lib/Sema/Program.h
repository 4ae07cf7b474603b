#ifndef JITRUN_SEMA_PROGRAM_H
#define JITRUN_SEMA_PROGRAM_H

#include "Sema/CycleCheck.h"
#include "Sema/Sema.h"
#include "Support/Diagnostics.h"
#include "Syntax/AST.h"
#include "TypedAST/TypedAST.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <deque>
#include <map>
#include <optional>

namespace jitrun {

/// A type as an argument of a message. That of an error poisons the message.
inline DiagnosticArgument toDiagnosticArgument(const Type *T) {
  return {T->name(), T->kind() == TypeKind::Error};
}

} // namespace jitrun

namespace jitrun::sema {

class Checker;

/// Of arrays.
inline constexpr unsigned MaxRank = 8;

/// How far something has come that is worked out on first use.
enum class Progress : uint8_t { Untouched, Busy, Done };

/// What makes an expression adapt its type to its place; see the language
/// reference on literals.
struct LiteralClass {
  /// A literal expression: literals, operators and maths functions on such.
  bool IsLiteral = false;
  /// A literal expression, or an `if`, `match` or block that ends in some.
  bool Adapts = false;
  /// Takes float types only.
  bool IsFloat = false;
  /// Takes integer types only: it has bit operators.
  bool IsInteger = false;
  /// Of a suffix; null when nothing fixes the type.
  const Type *Fixed = nullptr;
};

/// What structs and enums have in common.
struct NamedType {
  Progress State = Progress::Untouched;
  bool Broken = false;
  bool IsEnum = false;
  syntax::Identifier Name;
  /// Structs and enums that its fields or payloads name, also inside arrays.
  struct Mention {
    NamedType *Of;
    SourceRange Use;
  };
  std::vector<Mention> Mentions;
};

/// Ty is complete when State is Done and it is not broken.
struct StructInfo : NamedType {
  const syntax::StructDecl *Decl = nullptr;
  RecordType *Ty = nullptr;
};

struct EnumInfo : NamedType {
  const syntax::EnumDecl *Decl = nullptr;
  EnumType *Ty = nullptr;
};

/// A variant that a name may mean.
struct VariantRef {
  EnumInfo *Enum;
  uint32_t Number;

  const syntax::VariantDecl &decl() const {
    return Enum->Decl->Variants[Number];
  }
};

struct ConstInfo {
  const syntax::ConstDecl *Decl = nullptr;
  Progress State = Progress::Untouched;
  /// Of a const without a type whose value is a literal expression.
  LiteralClass Literal;
  /// Else. Value is the tree to put in its place; null after an error.
  const Type *Ty = nullptr;
  const tast::Expr *Value = nullptr;
  /// Of an aggregate that is known at compile time to the last part.
  bool HasConstant = false;
  tast::ConstantId Constant{};
  /// A literal's values in the types that were asked for.
  llvm::SmallDenseMap<const Type *, const tast::Expr *, 2> Values;
};

struct FunctionInfo {
  const syntax::FunctionDecl *Decl = nullptr;
  tast::Function *Function = nullptr; ///< Null when extern or not supported.
  tast::ExternId Extern{};
  /// What it is as a value, once asked for.
  std::optional<tast::FunctionId> Forwarder;
  llvm::SmallVector<const Type *, 4> Params;
  const Type *Result = nullptr;

  // Of an instance of a generic function.
  llvm::SmallVector<const Type *, 2> TypeArguments;
  unsigned Nesting = 0; ///< How many instances led to this one.
  SourceRange Use;      ///< The first call that asked for it.
  bool IsPrelude = false;
  /// Of the prelude: what its last parameter, a function, is known to be.
  std::optional<tast::FunctionId> LastTarget;
  const FunctionInfo *UsedIn = nullptr; ///< The instance with that call.
  /// Of a generic function: what has been made of it.
  std::map<std::vector<const Type *>, FunctionInfo *> Instances;

  /// Has type parameters that stand for nothing yet: it is no function, and
  /// Params and Result are not set.
  bool isGeneric() const {
    return !Decl->TypeParams.empty() && TypeArguments.empty();
  }
};

struct Symbol {
  enum KindType : uint8_t { None, Function, Struct, Enum, Const };
  KindType Kind = None;
  uint32_t Index = 0;
  SourceRange Name;
};

/// The declarations of all files of a program, which share one name space, and
/// what was found out about them.
class Program {
public:
  Program(SourceManager &Sources, const SemaOptions &Options,
          DiagnosticEngine &Diags);
  ~Program();

  /// Parses \p File and what it imports.
  void load(FileId File);
  /// How deep checking may recurse, in levels of the tree.
  size_t depth() const;
  /// Null or not, usable only when there are no errors. Recurses; stops with
  /// an error where declarations lead into each other for more than
  /// \p StackBytes.
  std::unique_ptr<tast::Module> check(size_t StackBytes);

  const Symbol *find(std::string_view Name) const {
    if (InPrelude)
      return nullptr;
    auto At = Symbols.find(llvm::StringRef(Name));
    return At == Symbols.end() ? nullptr : &At->second;
  }
  /// The variants of that name, of all enums. What else has the name at the
  /// top level goes before them.
  llvm::ArrayRef<VariantRef> variants(std::string_view Name) const {
    auto At = Variants.find(llvm::StringRef(Name));
    if (At == Variants.end() || InPrelude)
      return {};
    return At->second;
  }
  /// Names of functions, types and variants, or of constants and variants.
  void appendNames(bool Functions, std::vector<llvm::StringRef> &To) const;
  StructInfo &structInfo(const Symbol &S) { return Structs[S.Index]; }
  EnumInfo &enumInfo(const Symbol &S) { return Enums[S.Index]; }
  ConstInfo &constInfo(const Symbol &S) { return Consts[S.Index]; }
  FunctionInfo &functionInfo(const Symbol &S) { return Functions[S.Index]; }

  // Types. All give the Error type after reporting.
  const Type *resolveType(const syntax::TypeExpr *T);
  /// The built-in type, struct or enum of that name; null when there is none.
  /// InArray: as the element of an array, so that it need not be complete yet.
  const Type *findType(std::string_view Name, SourceRange Use,
                       bool InArray = false);
  const Type *tupleType(llvm::ArrayRef<const Type *> Parts, SourceRange Use);
  const Type *fixedArrayType(const Type *Element, uint64_t Count,
                             SourceRange Use);
  const Type *functionType(llvm::ArrayRef<const Type *> Params,
                           const Type *Result, SourceRange Use);
  const Type *arrayType(const Type *Element, unsigned Rank, SourceRange Use);
  const Type *errorType() const { return M->Types.get(TypeKind::Error); }

  // Generic functions.
  /// Instances in instances of instances ...
  static constexpr unsigned MaxNesting = 64;
  /// The function that \p G is for these types, made on first use; null, after
  /// a report, when it is nested too deep.
  FunctionInfo *instantiate(FunctionInfo &G, llvm::ArrayRef<const Type *> Types,
                            SourceRange Use, const FunctionInfo *UsedIn);
  /// Whose type parameters are in scope, with \p TypeArguments for them (null:
  /// not known yet). Gives what was before.
  struct TypeScope {
    const syntax::FunctionDecl *Of = nullptr;
    llvm::ArrayRef<const Type *> Arguments;
  };
  TypeScope enterTypes(TypeScope S) { return std::exchange(InScope, S); }
  /// The type that a type parameter in scope stands for; null for other names.
  const Type *typeArgument(std::string_view Name) const;

  // Function values.
  /// The closure that stands for a declared function.
  tast::FunctionId forwarder(FunctionInfo &F);
  /// The function that a forwarder of one calls; null for other functions.
  FunctionInfo *forwardedTo(tast::FunctionId Id) const {
    return Forwarded.lookup(uint32_t(Id));
  }
  /// A closure of type \p T that runs for ever when it is called: a value for
  /// where control does not get.
  tast::FunctionId endless(const FunctionType &T);
  CycleCheck Cycles;
  /// `sort_by` of the prelude for elements of type \p T, and for a known
  /// function.
  FunctionInfo *sortFunction(const Type *T,
                             std::optional<tast::FunctionId> Before,
                             SourceRange Use, const FunctionInfo *UsedIn);
  /// Syntax that nobody wrote.
  Arena Synthetic;

  // Constants.
  ConstInfo &resolve(const Symbol &Const, SourceRange Use);
  /// A literal const's value in a type; null after an error, which is reported
  /// at \p Use.
  const tast::Expr *literalValue(ConstInfo &C, const Type *T, SourceRange Use);

  /// Whether the main program declares a variable of that name; gives where.
  SourceRange findMainVariable(std::string_view Name) const;

  SourceManager &Sources;
  const SemaOptions &Options;
  DiagnosticEngine &Diags;
  std::unique_ptr<tast::Module> M;

private:
  void declare(const syntax::Decl *D);
  bool declareName(const syntax::Identifier &Name, Symbol S);
  void resolveTypes();
  void resolveNamed(NamedType &N);
  void resolveStruct(StructInfo &S);
  void resolveEnum(EnumInfo &E);
  void reportCycle(NamedType &Info, SourceRange Use);
  void findCycles();
  void spreadBroken();
  void resolveSignature(FunctionInfo &F);
  void checkBodies();
  void checkConst(ConstInfo &C);
  void checkMain();
  /// Reports when resolving has recursed too far.
  bool isTooDeep(SourceRange Use);
  bool checkTypeSize(uint64_t Size, size_t NameLength, SourceRange Use);

  std::vector<std::unique_ptr<syntax::Module>> Parsed;
  llvm::DenseMap<llvm::StringRef, Symbol> Symbols;
  llvm::DenseMap<llvm::StringRef, llvm::SmallVector<VariantRef, 1>> Variants;
  std::deque<StructInfo> Structs;
  std::deque<EnumInfo> Enums;
  /// All of both in order of declaration.
  std::vector<NamedType *> NamedTypes;
  /// The one that is being resolved, or null.
  NamedType *Resolving = nullptr;
  std::deque<ConstInfo> Consts;
  std::deque<FunctionInfo> Functions;
  std::unique_ptr<Checker> Bodies;
  size_t NextBody = 0; ///< In Functions.
  TypeScope InScope;
  llvm::DenseMap<uint32_t, FunctionInfo *> Forwarded;
  llvm::DenseMap<const Type *, tast::FunctionId> Endless;
  const syntax::Module *Prelude = nullptr; ///< Once parsed.
  bool InPrelude = false;
  std::map<std::pair<const Type *, std::optional<tast::FunctionId>>,
           FunctionInfo *>
      Sorts;
  const char *StackStart = nullptr;
  size_t StackBytes = 0;
};

} // namespace jitrun::sema

#endif // JITRUN_SEMA_PROGRAM_H
