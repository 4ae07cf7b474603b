#ifndef JITRUN_FUZZ_GENERATOR_GENERATOR_H
#define JITRUN_FUZZ_GENERATOR_GENERATOR_H

#include "fuzz/Generator/ProgramGenerator.h"

#include <deque>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jitrun::fuzz {

enum class Kind : uint8_t {
  Unit,
  Bool,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F32,
  F64,
  Str,
  Tuple,
  Struct,
  Fixed,
  Array,
  Enum,
  Function,
  Any,
};

/// A type of the program being made; uniqued, so compared by address.
struct GType {
  Kind K;
  std::string Name; ///< As written.
  /// Fields of a tuple or struct, the element, the payloads of all variants, or
  /// a function's parameters and then its result.
  std::vector<const GType *> Parts = {};
  /// Length of a fixed array, rank of an array, number of parameters.
  unsigned Count = 0;
  /// Payloads of an enum's variants. The first holds scalars at most.
  std::vector<std::vector<const GType *>> Variants = {};
  /// An enum that holds an array of itself.
  bool IsRecursive = false;

  bool isInteger() const { return K >= Kind::I8 && K <= Kind::U64; }
  bool isSigned() const { return K >= Kind::I8 && K <= Kind::I64; }
  bool isFloat() const { return K == Kind::F32 || K == Kind::F64; }
  bool isNumeric() const { return isInteger() || isFloat(); }
  bool isScalar() const { return K >= Kind::Bool && K <= Kind::F64; }
  bool isRecord() const { return K == Kind::Tuple || K == Kind::Struct; }
  bool isArray() const { return K == Kind::Array; }
  /// Holds no text, no array and no `any`.
  bool isPlain() const;
  bool hasZero() const;
  /// Whether an array of it may come to hold itself, so that its elements are
  /// never assigned.
  bool holdsRecursive() const;
  /// Of an integer.
  unsigned bits() const;
  const GType *element() const { return Parts.front(); }
};

/// How tightly the outermost operator of a piece of text binds.
enum Prec : int {
  Loosest,
  OrPrec,
  AndPrec,
  ComparePrec,
  BitOrPrec,
  XorPrec,
  BitAndPrec,
  ShiftPrec,
  AddPrec,
  MulPrec,
  CastPrec,
  UnaryPrec,
  PowPrec,
  Primary,
};

/// The text of an expression.
struct Piece {
  std::string Text;
  int Binds = Primary;
};

/// What an expression may be, given that literals take their type from their
/// place and that an expression of literals only is computed by the checker,
/// who rejects an overflow.
enum class Need : uint8_t {
  Asked,      ///< The place says the type.
  Typed,      ///< The expression must have its type by itself.
  NonLiteral, ///< It must also hold something that is not a literal.
};

struct Variable {
  std::string Name;
  const GType *Ty;
  bool Assignable = false;
};

/// `Index` is within dimension Dim of the array called Array.
struct IndexFact {
  std::string Index;
  std::string Array;
  unsigned Dim;
};

struct GFunction {
  std::string Name;
  std::vector<const GType *> Parameters;
  const GType *Result;
  double Cost = 0; ///< Of a call, in statements.
  /// The first parameter bounds the recursion; callers pass at most this.
  unsigned Fuel = 0;
  bool HasFuel = false;
};

/// Makes one program. Each member function appends to the text or gives an
/// expression; all decisions come from the Choices.
///
/// Termination: loops have bounded counts, functions call earlier ones only
/// (or themselves and a partner with less fuel), and Mult (how often the
/// current point runs in a call) times the cost of what stands there is kept
/// within a budget. Arrays have 1 to 100 elements in each dimension, so that
/// `i % len(a)` is an index; texts are clipped.
class Generator {
public:
  Generator(Choices &From, const GeneratorOptions &Options);
  std::string run();

private:
  // Types.cpp
  const GType *intern(Kind K, std::string Name,
                      std::vector<const GType *> Parts = {},
                      unsigned Count = 0);
  const GType *scalar(Kind K) const { return Scalars[size_t(K)]; }
  const GType *array(const GType *Element, unsigned Rank);
  const GType *tuple(std::vector<const GType *> Parts);
  const GType *fixed(const GType *Element, unsigned Count);
  const GType *integerType();
  const GType *floatType();
  const GType *numericType();
  const GType *scalarType();
  /// Any type of value, of bounded depth.
  const GType *anyType(unsigned Depth = 2);
  const GType *plainType(unsigned Depth = 1);
  const GType *arrayType();
  const GType *signedCounterpart(const GType *Integer) const;
  void makeStructs();
  void makeEnum(unsigned Number);

  // Names and places: Places.cpp
  std::string freshName();
  void declare(std::string Name, const GType *Ty, bool Assignable);
  bool visible(size_t Index) const;
  std::vector<const Variable *> variables(const GType *Ty);
  std::vector<const Variable *>
  variablesWhere(const std::function<bool(const Variable &)> &Test);
  /// A place of type \p Ty that may be read (or assigned); empty if there is
  /// none or the choice fell otherwise.
  std::string place(const GType *Ty, bool ToAssign);
  void collectPlaces(const std::string &Path, const GType *At, bool Writable,
                     const GType *Wanted, bool ToAssign, unsigned Depth,
                     std::vector<std::string> &Found);
  /// An expression within dimension \p Dim of the array or text.
  std::string index(const std::string &Array, unsigned Dim, unsigned Depth);
  std::string indices(const std::string &Array, unsigned Rank, unsigned Depth);
  std::string fixedIndex(unsigned Count, unsigned Depth);
  std::string length(const std::string &Array, unsigned Dim);

  // Scalars.cpp
  Piece expr(const GType *Ty, unsigned Depth, Need N);
  std::string text(const GType *Ty, unsigned Depth, Need N, int Binds = 0) {
    return at(expr(Ty, Depth, N), Binds);
  }
  std::string at(Piece P, int Binds);
  Piece leaf(const GType *Ty, unsigned Depth, Need N);
  Piece literal(const GType *Ty, Need N);
  std::string integerLiteral(const GType *Ty, bool Suffix);
  std::string floatLiteral(const GType *Ty, Need N);
  /// Never a literal expression; always possible.
  Piece nonLiteralLeaf(const GType *Ty);
  Piece binary(const GType *Ty, const char *Op, int Binds, unsigned Depth);
  Piece integerExpr(const GType *Ty, unsigned Depth);
  Piece floatExpr(const GType *Ty, unsigned Depth);
  Piece boolExpr(unsigned Depth);
  Piece comparison(unsigned Depth);
  Piece conversion(const GType *Ty, unsigned Depth);
  std::string divisor(const GType *Ty, unsigned Depth);
  std::string call(std::string Name, std::vector<std::string> Arguments);
  std::string smallCount(const GType *Ty, unsigned Mask, unsigned Depth);

  // Text.cpp
  Piece textExpr(unsigned Depth, Need N);
  std::string textLiteral();
  std::string formatCall(unsigned Depth);
  std::string clipped(std::string Text) { return "clip(" + Text + ")"; }

  // Aggregates.cpp
  Piece aggregate(const GType *Ty, unsigned Depth, Need N);
  Piece enumValue(const GType *Ty, unsigned Depth);
  Piece arrayExpr(const GType *Ty, unsigned Depth, Need N);
  /// Any array of \p Element to reduce, of any rank or of \p Rank.
  std::string operand(const GType *Element, unsigned Rank, unsigned Depth);
  Piece freshArray(const GType *Ty, unsigned Depth, Need N);
  Piece reduction(const GType *Ty, unsigned Depth, bool &Made);
  Piece comprehension(const GType *Element, unsigned Rank, unsigned Depth,
                      unsigned MaxCount);
  std::string slice(const std::string &Array, unsigned Rank, unsigned Keep,
                    unsigned Depth);
  std::string sliceBounds(const std::string &Array, unsigned Dim,
                          unsigned Depth);

  // Lambdas.cpp
  const GType *functionType();
  const GType *functionType(std::vector<const GType *> Parameters,
                            const GType *Result);
  void generics();
  std::string lambda(std::span<const GType *const> Parameters,
                     const GType *Result, bool Typed, unsigned Depth);
  Piece functionValue(const GType *Ty, unsigned Depth, Need N);
  Piece valueCall(const GType *Ty, unsigned Depth, bool &Made);
  Piece genericCall(const GType *Ty, unsigned Depth, bool &Made);
  std::string chain(const GType *Element, unsigned Rank, bool MayFilter,
                    unsigned Depth);
  std::string start(const GType *Ty, unsigned Depth);
  Piece mapped(const GType *Ty, unsigned Depth, bool &Made);
  Piece folded(const GType *Ty, unsigned Depth, bool &Made);
  void functionDeclaration();
  // Any.cpp
  void anyFunctions();
  const GType *heldType();
  const GType *heldOther();
  std::string anyNumber(const char *Function, unsigned Depth);
  Piece anyExpr(unsigned Depth, Need N);
  Piece fromAny(const GType *Ty, unsigned Depth);
  Piece anyComparison(unsigned Depth);
  void anyMatchStatement();
  void anyLoop();

  // Control.cpp: expressions that hold blocks
  Piece controlExpr(const GType *Ty, unsigned Depth, Need N);
  std::string arm(const GType *Ty, unsigned Depth, Need N,
                  bool *HasStatements = nullptr);
  Piece userCall(const GType *Ty, unsigned Depth, bool &Made);
  std::string argumentList(const GFunction &F, unsigned Depth);

  // Patterns.cpp
  struct MatchArm {
    std::string Pattern;
    std::vector<Variable> Bound;
  };
  Piece matchExpr(const GType *Ty, unsigned Depth, Need N);
  void matchStatement();
  const GType *matchType();
  /// Arms that cover everything, perhaps more than once.
  std::vector<MatchArm> matchArms(const GType *Scrutinee);
  /// Adds what it binds to \p Bound; binds nothing if that is null.
  std::string pattern(const GType *T, unsigned Depth,
                      std::vector<Variable> *Bound);
  std::string integerPattern(const GType *T);
  std::string partPatterns(const std::vector<const GType *> &Parts,
                           unsigned Depth, bool Names,
                           std::vector<Variable> *Bound);
  std::string variantPattern(const GType *T, uint32_t Number, unsigned Depth,
                             std::vector<Variable> *Bound);

  // Statements.cpp
  void statements(unsigned Count);
  void statement();
  void block(std::string Head, unsigned Count,
             const std::function<void()> &First = {});
  void declaration();
  void destructuring();
  void assignment();
  void opAssignment();
  void swapStatement();
  void sliceAssignment();
  void ifStatement();
  void printStatement();
  void callStatement();
  void jump();
  void printVariables();

  // Loops.cpp
  void forRange();
  void forArray();
  void whileLoop();
  void loopLoop();
  void kernel();
  void kernelBody(const Variable &A);
  unsigned affordable(unsigned Wanted);
  std::string rangeHeader(const GType *Ty, unsigned &Trips);

  // Nests.cpp
  struct Nest;
  std::string runNests();
  void nestLoop(Nest &N, unsigned Depth);
  void nestStatement(Nest &N, bool InLoop);
  std::string nestIndex(const Nest &N, const std::string &Array, unsigned Dim);
  std::string nestElement(const Nest &N, const GType *Element);
  std::string nestValue(const Nest &N, const GType *T);

  // Functions.cpp
  void constants();
  void startingVariables(unsigned Count);
  void externs();
  void deepFunction();
  void functions();
  void functionBody(GFunction &F, const GFunction *Partner, bool IsShort);
  GFunction signature();
  void line(const std::string &Text);
  void charge(double Cost) { Spent += Cost * Mult; }
  std::string capture(const std::function<void()> &Make);

  bool mayTrap(uint32_t Permille) {
    return Traps && From.below(1000) < Permille;
  }

  Choices &From;
  GeneratorOptions Options;
  std::deque<GType> Types;
  std::vector<const GType *> Scalars;
  std::vector<const GType *> Structs;
  std::vector<const GType *> Enums;
  const GType *AnyType;
  std::vector<GFunction> Functions;
  /// References stay valid while names are added.
  std::deque<Variable> Variables;
  std::deque<Variable> Constants; ///< The first of Variables in functions.
  std::vector<IndexFact> Facts;

  std::string Out;
  unsigned Indent = 0;
  unsigned NextName = 0;
  bool Traps = false; ///< This program may trap.
  bool HasGenerics = false;

  // Of the function being made.
  double Mult = 1;
  double Spent = 0;
  double Limit = 0;
  const GType *ResultType = nullptr;
  bool InMain = false;
  unsigned BlockDepth = 0;
  /// Loops that a break would leave; null: none, or not from here.
  struct Loop {
    bool HasValue = false;
    const GType *Value = nullptr;
  };
  std::vector<Loop> Loops;
  bool JumpsAllowed = true;
  bool InLambda = false;
  /// Recursion: the function that may be called with less fuel.
  const GFunction *Self = nullptr;
  unsigned SelfCallsLeft = 0;
};

} // namespace jitrun::fuzz

#endif // JITRUN_FUZZ_GENERATOR_GENERATOR_H
