#include "SemaTesting.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::sema;

namespace {

/// A wrong text: all its diagnostics are one, Id, which marks Marked, reads
/// Message and has the fix Fix.
struct Wrong {
  diag::Id Id;
  const char *Text;
  const char *Marked;
  const char *Message;
  const char *Fix;
};

void check(const Wrong &W) {
  INFO(W.Text);
  Checked C(W.Text);
  INFO(C.Diags.render());
  REQUIRE(C.Diags.diagnostics().size() == 1);
  const Diagnostic &D = C.Diags.diagnostics()[0];
  CHECK(diagnosticName(D.Id) == diagnosticName(W.Id));
  CHECK(C.Sources.text(D.Range) == W.Marked);
  CHECK(D.Message == W.Message);
  CHECK(D.Fix == W.Fix);
  CHECK((C.Module == nullptr) == C.Diags.hasErrors());
}

} // namespace

TEST_CASE("What comes later is said to be not supported yet") {
  check(GENERATE(values<Wrong>({
      {diag::NotSupportedYet, "fn f(x: f16) {}", "f16",
       "type 'f16' is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[]) { a + a; }", "a + a",
       "arithmetic on whole arrays is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[]) { 2 * a; }", "2 * a",
       "arithmetic on whole arrays is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[]) { -a; }", "-a",
       "arithmetic on whole arrays is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[]) { a == a; }", "a == a",
       "arithmetic on whole arrays is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[]) { exp(a); }", "exp(a)",
       "arithmetic on whole arrays is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[]) { min(a, a); }", "min(a, a)",
       "arithmetic on whole arrays is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[]) { var b = a; b += a }", "b += a",
       "arithmetic on whole arrays is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[,]) { a @ a; }", "a @ a",
       "operator '@' is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[]) { parallel for i in 0..3 {} }",
       "parallel for i in 0..3 {}", "'parallel for' is not supported yet", ""},
      {diag::NotSupportedYet, "fn f(a: f64[]) { select(a, a, a); }", "select",
       "'select' is not supported yet", ""},
  })));
}

TEST_CASE("Names that do not exist are pointed out") {
  check(GENERATE(values<Wrong>({
      {diag::CannotImport, "import \"x.jit\";", "\"x.jit\"",
       "cannot import 'x.jit': no such file", ""},
      {diag::Redeclared, "const A = 1; fn A() {}", "A", "'A' is declared twice",
       ""},
      {diag::Redeclared, "struct A {} struct A {}", "A",
       "'A' is declared twice", ""},
      {diag::UnknownName, "print(y);", "y", "unknown name 'y'", ""},
      {diag::UnknownName, "let count = 1; print(cuont);", "cuont",
       "unknown name 'cuont'", "did you mean 'count'?"},
      {diag::UnknownFunction, "foo(1);", "foo", "unknown function 'foo'", ""},
      {diag::UnknownFunction, "prinln(1);", "prinln",
       "unknown function 'prinln'", "did you mean 'println'?"},
      {diag::UnknownFunction, "(1).foo();", "foo", "unknown function 'foo'",
       ""},
      {diag::UnknownType, "fn f(x: Foo) {}", "Foo", "unknown type 'Foo'", ""},
      {diag::MainVariable, "let x = 1; fn f() -> i64 = x;", "x",
       "'x' is a variable of the main program, which functions do not see",
       "pass it as an argument, or make it a 'const'"},
      {diag::TypeIsNoValue, "struct P {} print(P);", "P",
       "'P' is a type, not a value", "write 'P(...)'"},
      {diag::RepeatedParameter, "fn f(x: i64, x: i64) {}", "x",
       "two parameters are named 'x'", ""},
      {diag::ExternNeedsScalars, "extern fn f(s: str);", "str",
       "an extern function takes and gives scalars only, not 'str'", ""},
      {diag::ExternNeedsScalars, "extern fn f() -> f64[];", "f64[]",
       "an extern function takes and gives scalars only, not 'f64[]'", ""},
      {diag::DependentBound, "[for i in 0..2 for j in 0..i: i];", "i",
       "'i' is a variable of an outer 'for' here, which inner bounds may not "
       "depend on",
       ""},
  })));
}

TEST_CASE("Function values are checked") {
  check(GENERATE(values<Wrong>({
      {diag::LambdaParameterType, "let f = fn(x) = 1;", "x",
       "the type of 'x' does not follow from the place of this function",
       "write 'x: f64', with the right type"},
      {diag::LambdaParameterType, "let f: fn(i64) -> i64 = fn(x, y: i64) = 1;",
       "x", "the type of 'x' does not follow from the place of this function",
       "write 'x: f64', with the right type"},
      {diag::RepeatedParameter, "let f = fn(x: i64, x: i64) = 1;", "x",
       "two parameters are named 'x'", ""},
      {diag::FunctionNeedsPlace, "let f = sqrt;", "sqrt",
       "which function 'sqrt' is as a value does not follow from its place",
       "write 'fn(x: f64) = sqrt(x)', with the right types"},
      {diag::FunctionNeedsPlace, "fn id<T>(x: T) -> T = x; let f = id;", "id",
       "which function 'id' is as a value does not follow from its place",
       "write 'fn(x: f64) = id(x)', with the right types"},
      {diag::ValueArgumentCount, "let f = fn(x: i64) = x; print(f(1, 2));",
       "f(1, 2)",
       "a value of type 'fn(i64) -> i64' takes 1 arguments, but 2 "
       "are given",
       ""},
      {diag::ValueNamedArgument, "let f = fn(x: i64) = x; print(f(x: 1));", "x",
       "the arguments of a function value have no names", ""},
      {diag::NoZeroValue, "struct S { f: fn() } print(S[2]);", "S[2]",
       "'S' has no zero value",
       "write 'full(n, value)' or '[for i in 0..n: value]'"},
      {diag::NoZeroValue, "let a: (fn())[] = zeros(2);", "zeros(2)",
       "'fn()' has no zero value",
       "write 'full(n, value)' or '[for i in 0..n: value]'"},
      {diag::AssignToCaptured, "var n = 1; let f = fn() { n = 2; };", "n",
       "'n' is captured by value and cannot change here",
       "copy it first: 'var n = n;'"},
      {diag::NoEquality, "let f = fn() {}; print((f, 1) == (f, 1));",
       "(f, 1) == (f, 1)", "values of type '(fn(), i64)' cannot be compared",
       ""},
      {diag::NotConstant, "const C = fn(x: i64) = x;", "fn(x: i64) = x",
       "this must be known at compile time", ""},
      {diag::OutsideLoop, "loop { let f = fn() { break }; }", "break",
       "'break' outside a loop", ""},
      {diag::TypeMismatch, "let f: fn(i64) -> i64 = fn(x) = true;", "true",
       "expected 'i64', found 'bool'", "write 'i64(true)'"},
      {diag::TypeMismatch, "fn g(x: f64) {} let f: fn(i64) = g;", "g",
       "expected 'fn(i64)', found 'fn(f64)'", ""},
      {diag::NotCallable, "(1)(2);", "(1)",
       "this, of type 'i64', cannot be "
       "called",
       ""},
      {diag::ExternNeedsScalars, "extern fn f(g: fn());", "fn()",
       "an extern function takes and gives scalars only, not 'fn()'", ""},
  })));
}

TEST_CASE("Functions that library functions are given are checked") {
  check(GENERATE(values<Wrong>({
      {diag::FunctionArgument, "fn f(x: f64) {} [1].map(f);", "f",
       "'map' calls its function as 'fn(i64)', but this is 'fn(f64)'", ""},
      {diag::FunctionArgument, "let f = fn(x: i64) = x; [1].reduce(f);", "f",
       "'reduce' calls its function as 'fn(i64, i64)', but this is "
       "'fn(i64) -> i64'",
       ""},
      {diag::FunctionParameters, "print([1].filter(fn() = true));",
       "fn() = true",
       "'filter' calls its function with 1 arguments, but this "
       "has 0",
       ""},
      {diag::FunctionResult, "print([1].filter(fn(x) = x));", "fn(x) = x",
       "'filter' takes a function that gives 'bool' here, not 'i64'", ""},
      {diag::FunctionResult, "print([1].scan(0.5, fn(a, x) = x));",
       "fn(a, x) = x",
       "'scan' takes a function that gives 'f64' here, not 'i64'", ""},
      {diag::LibraryArgument, "print([1].map(2));", "2",
       "'map' takes a function here, not 'i64'", ""},
      {diag::LibraryArgument, "print(map(1, abs));", "1",
       "'map' takes an array here, not 'i64'", ""},
      {diag::LibraryArgument, "print(sort_by([1], 1));", "1",
       "'sort_by' takes a function here, not 'i64'", ""},
      {diag::TypeMismatch, "print(sort_by([1], fn(a: i64) = true));",
       "fn(a: i64) = true",
       "expected 'fn(i64, i64) -> bool', found 'fn(i64) -> bool'", ""},
      {diag::TypeMismatch, "print([1].map(fn(x: f64) = x));", "f64",
       "expected 'i64', found 'f64'", ""},
      {diag::TypeMismatch,
       "print([1].map(fn(x) { if x > 0 { return 1.5 } x }));", "x",
       "expected 'f64', found 'i64'", "write 'f64(x)'"},
      {diag::UnitElement, "print([1].map(fn(x) {}));", "fn(x) {}",
       "the body gives no value", ""},
      {diag::AssignToCaptured, "var n = 1; print([1].map(fn(x) { n = x; x }));",
       "n", "'n' is captured by value and cannot change here",
       "copy it first: 'var n = n;'"},
      {diag::AssignToParameter, "print([1].map(fn(x) { x = 1; x }));", "x",
       "parameter 'x' cannot be assigned", "copy it first: 'var x = x;'"},
      {diag::OutsideLoop, "loop { print([1].map(fn(x) { break; x })) }",
       "break", "'break' outside a loop", ""},
      {diag::LibraryArgumentCount, "print([1].map());", "[1].map()",
       "'map' takes 2 arguments, but 1 are given", ""},
  })));
}

TEST_CASE("Generic functions are checked for each choice of types") {
  check(GENERATE(values<Wrong>({
      {diag::CannotInfer, "fn f<T>() -> T[] = T[0]; print(f());", "f()",
       "the type that 'T' of 'f' stands for does not follow from this call",
       ""},
      {diag::GenericTooDeep, "fn f<T>(x: T) -> i64 = f([x]); print(f(1));",
       "f([x])", "'f' needs instances of itself nested more than 64 deep", ""},
      {diag::RepeatedParameter, "fn f<T, T>(x: T) {}", "T",
       "two parameters are named 'T'", ""},
      {diag::UnknownType, "fn f<T>(x: T, y: U) {}", "U", "unknown type 'U'",
       ""},
      {diag::TypeIsNoValue, "fn f<T>(x: T) { print(T) } f(1);", "T",
       "'T' is a type, not a value", ""},
      {diag::OperatorTakes, "fn f<T>(a: T) -> T = a + a; print(f(true));",
       "a + a", "operator '+' takes numbers and text, not 'bool'", ""},
      {diag::TypeMismatch, "fn f<T>(a: T, b: T) {} f(\"x\", 1);", "1",
       "expected 'str', found 'i64'", "write 'format(\"{}\", ...)'"},
  })));
  // Which call asked for the instance, and for the one around it.
  Checked C("fn f<T>(a: T) -> T = -a; fn g<T>(a: T) -> T = f(a); g(\"s\");");
  REQUIRE(C.Diags.diagnostics().size() == 1);
  const std::vector<DiagnosticNote> &Notes = C.Diags.diagnostics()[0].Notes;
  REQUIRE(Notes.size() == 2);
  CHECK(Notes[0].Message == "in 'f<str>', used here");
  CHECK(C.Sources.text(Notes[0].Range) == "f(a)");
  CHECK(Notes[1].Message == "in 'g<str>', used here");
  CHECK(C.Sources.text(Notes[1].Range) == "g(\"s\")");
}

TEST_CASE("Types that cannot be are reported") {
  check(GENERATE(values<Wrong>({
      {diag::RecursiveStruct, "struct A { x: B } struct B { y: A }", "A",
       "struct 'A' contains itself",
       "keep the elements in one array, and indices into it here"},
      {diag::RecursiveStruct, "struct A { x: A[] }", "A",
       "struct 'A' contains itself",
       "keep the elements in one array, and indices into it here"},
      {diag::RepeatedField, "struct A { x: i64, x: i64 }", "x",
       "field 'x' of 'A' is declared twice", ""},
      {diag::TypeTooLarge, "fn f(x: [i64; 1000000]) {}", "[i64; 1000000]",
       "a value of this type takes 8000000 bytes; the limit is 1048576",
       "use an array, which is a reference"},
      {diag::RankTooHigh, "fn f(x: f64[,,,,,,,,]) {}", "f64[,,,,,,,,]",
       "an array of rank 9; the highest is 8", ""},
      {diag::CountNegative, "fn f(x: [i64; -1]) {}", "-1",
       "the count of a fixed-size array cannot be -1", ""},
      {diag::CountNotInteger, "fn f(x: [i64; 1.5]) {}", "1.5",
       "the count of a fixed-size array is an integer, not 'f64'", ""},
  })));
}

TEST_CASE("A type nested too far is reported") {
  std::string Text = "let t0 = ((), ());";
  for (int I = 1; I < 30; ++I)
    Text += "let t" + std::to_string(I) + " = (t" + std::to_string(I - 1) +
            ", t" + std::to_string(I - 1) + ");";
  Checked C(Text);
  REQUIRE(C.Diags.diagnostics().size() == 1);
  CHECK(C.Diags.diagnostics()[0].Id == diag::TypeTooComplex);
}

TEST_CASE("Declarations that depend on each other without end are reported") {
  std::string Text;
  for (int I = 0; I < 60000; ++I)
    Text +=
        "const A" + std::to_string(I) + " = A" + std::to_string(I + 1) + ";\n";
  Text += "const A60000 = 1;";
  Checked C(Text);
  REQUIRE(C.Diags.hasErrors());
  CHECK(C.Diags.diagnostics()[0].Id == diag::DeclarationsTooDeep);
}

TEST_CASE("Constants are known at compile time") {
  check(GENERATE(values<Wrong>({
      {diag::CircularConst, "const A = B + 1; const B = A;", "A",
       "the value of constant 'A' depends on itself", ""},
      {diag::NotConstant, "fn f() -> i64 = 1; const A = f();", "f()",
       "this must be known at compile time", ""},
      {diag::NotConstant, "fn f(n: [i64; len(args)]) {}", "len(args)",
       "this must be known at compile time", ""},
      {diag::ConstantTraps, "const A: i64 = i64(1u8) / i64(0u8);",
       "i64(1u8) / i64(0u8)",
       "the value of this constant does not exist: computing it would trap",
       ""},
      {diag::ConstOfThisType, "const A = [1, 2];", "[1, 2]",
       "a constant cannot be of type 'i64[]'", ""},
  })));
}

TEST_CASE("A constant has a limited size") {
  std::string Text = "const A0 = sin(2.0) + 1;";
  for (int I = 1; I < 40; ++I)
    Text += "const A" + std::to_string(I) + " = A" + std::to_string(I - 1) +
            " * A" + std::to_string(I - 1) + ";";
  Checked C(Text);
  REQUIRE(C.Diags.hasErrors());
  CHECK(C.Diags.diagnostics()[0].Id == diag::ConstantTooComplex);
}

TEST_CASE("Literals that do not fit their type are reported") {
  check(GENERATE(values<Wrong>({
      {diag::LiteralOutOfRange, "let x: u8 = 256;", "256",
       "256 does not fit in 'u8', which holds 0 to 255", ""},
      {diag::LiteralOutOfRange, "let x = 128i8;", "128i8",
       "128 does not fit in 'i8', which holds -128 to 127", ""},
      {diag::LiteralOutOfRange, "let x: u64 = -1;", "-1",
       "-1 does not fit in 'u64', which holds 0 to 18446744073709551615", ""},
      {diag::LiteralOutOfRange, "let x = u8(300);", "300",
       "300 does not fit in 'u8', which holds 0 to 255", ""},
      {diag::LiteralOutOfRange, "let x = i32(1e10);", "1e10",
       "10000000000 does not fit in 'i32', which holds -2147483648 to "
       "2147483647",
       ""},
      {diag::LiteralOutOfRange, "const K = 300; fn f(x: u8) -> bool = x == K;",
       "K", "300 does not fit in 'u8', which holds 0 to 255", ""},
      {diag::LiteralInexact, "let x: f32 = 16777217;", "16777217",
       "16777217 has no exact value in 'f32'",
       "write '16777217.0' to have it rounded"},
      {diag::LiteralTooLarge, "let x = 1e999;", "1e999",
       "this is too large for 'f64'", "write 'inf' for infinity"},
      {diag::LiteralTooLarge, "let x = 1e39f32;", "1e39f32",
       "this is too large for 'f32'", "write 'inf' for infinity"},
      {diag::LiteralNotWhole, "let x = i32(1.5);", "1.5",
       "1.5 is not a whole number, so it does not convert to 'i32'",
       "write 'trunc(...)', 'round(...)' or 'floor(...)' around it"},
      {diag::LiteralRemainder, "let x = 1 / 2;", "1 / 2",
       "1 / 2 has a remainder in 'i64'", "write '1.0 / 2' for a float"},
      {diag::LiteralDivisionByZero, "let x = 1 % 0;", "1 % 0",
       "1 % 0 divides by zero", ""},
      {diag::LiteralNegativeExponent, "let x = 2 ** -1;", "2 ** -1",
       "2 ** -1 has a negative exponent", "write a float: '2.0 ** -1'"},
      {diag::LiteralOverflow, "let x: u8 = 200 + 100;", "200 + 100",
       "200 + 100 overflows 'u8'", ""},
      {diag::LiteralOverflow, "let x = 2 ** 63;", "2 ** 63",
       "2 ** 63 overflows 'i64'", ""},
      {diag::LiteralOverflow, "let x = 1u8 - 2;", "1u8 - 2",
       "1 - 2 overflows 'u8'", ""},
  })));
}

TEST_CASE("Types that do not go together are reported with what helps") {
  check(GENERATE(values<Wrong>({
      {diag::TypeMismatch, "fn f(n: i64) -> f64 = n;", "n",
       "expected 'f64', found 'i64'", "write 'f64(n)'"},
      {diag::TypeMismatch, "let x: i64 = 2.5;", "2.5",
       "expected 'i64', found 'f64'", "write 'i64(2.5)'"},
      {diag::TypeMismatch, "let x: str = 2;", "2",
       "expected 'str', found 'i64'", "write 'format(\"{}\", ...)'"},
      {diag::TypeMismatch, "fn f(b: i64) -> bool = b;", "b",
       "expected 'bool', found 'i64'", "compare it: '... != 0'"},
      {diag::OperatorTakes, "fn f(b: bool) { b + b; }", "b + b",
       "operator '+' takes numbers and text, not 'bool'", ""},
      {diag::OperatorTakes, "fn f(b: f64) { b ^ 2; }", "b ^ 2",
       "operator '^' takes integers and 'bool', not 'f64'",
       "a power is written '**'"},
      {diag::OperatorTakes, "fn f(b: f64) { b << 2; }", "b << 2",
       "operator '<<' takes integers, not 'f64'", ""},
      {diag::OperatorTakes, "fn f(b: bool) { b < b; }", "b < b",
       "operator '<' takes numbers and text, not 'bool'", ""},
      {diag::OperatorTakes, "fn f(b: str) { -b; }", "-b",
       "operator '-' takes numbers, not 'str'", ""},
      {diag::OperatorTakes, "fn f(b: f64) { !b; }", "!b",
       "operator '!' takes 'bool' and integers, not 'f64'", ""},
      {diag::OperatorTakes, "fn f(b: bool) { ~b; }", "~b",
       "operator '~' takes integers, not 'bool'", "write '!'"},
      {diag::OperandTypesDiffer, "fn f(n: i64, x: f64) { x * n; }", "x * n",
       "the operands of '*' have different types: 'f64' and 'i64'",
       "write 'f64(n)'"},
      {diag::OperandTypesDiffer, "fn f(n: i32, x: i64) { n + x; }", "n + x",
       "the operands of '+' have different types: 'i32' and 'i64'",
       "write 'i64(n)'"},
      {diag::OperandTypesDiffer, "fn f(n: i64) { 2.5 * n; }", "2.5 * n",
       "the operands of '*' have different types: 'f64' and 'i64'",
       "write 'f64(n)'"},
      {diag::OperandTypesDiffer, "fn f(n: i64) { \"a\" + n; }", "\"a\" + n",
       "the operands of '+' have different types: 'str' and 'i64'",
       "write 'format(\"{}\", ...)' to make text of it"},
      {diag::OperandTypesDiffer, "fn f(n: i64) { var x = 1.0; x += n }",
       "x += n", "the operands of '+=' have different types: 'f64' and 'i64'",
       "write 'f64(n)'"},
      {diag::NoConversion, "fn f(n: i64) { bool(n); }", "bool(n)",
       "'i64' does not convert to 'bool'", "compare it: '... != 0'"},
      {diag::NoConversion, "fn f(n: str) { n as i64; }", "n as i64",
       "'str' does not convert to 'i64'", "write 'parse_i64(...)'"},
      {diag::ConversionArguments, "f64(1, 2);", "f64(1, 2)",
       "a conversion to 'f64' takes one argument", ""},
      {diag::NoEquality, "fn f(a: (i64, f64[])) { a == a; }", "a == a",
       "values of type '(i64, f64[])' cannot be compared", ""},
  })));
}

TEST_CASE("Calls fit what is called") {
  check(GENERATE(values<Wrong>({
      {diag::NotCallable, "let x = 1; x(2);", "x",
       "variable 'x' cannot be called", ""},
      {diag::NotCallable, "const K = 1; K(2);", "K",
       "constant 'K' cannot be called", ""},
      {diag::NotCallable, "(1 + 2)(3);", "(1 + 2)",
       "this, of type 'i64', cannot be called", ""},
      {diag::ArgumentCount, "fn f(x: i64) {} f(1, 2);", "f(1, 2)",
       "'f' has 1 arguments, but 2 are given", ""},
      {diag::ArgumentCount, "struct P { x: i64, y: i64 } P(1);", "P(1)",
       "'P' has 2 fields, but 1 are given", ""},
      {diag::NoSuchParameter, "struct P { x: i64 } P(z: 1);", "z",
       "none of the fields of 'P' is named 'z'", ""},
      {diag::RepeatedArgument, "struct P { x: i64, y: i64 } P(x: 1, x: 2);",
       "x", "'x' is given twice", ""},
      {diag::MissingArguments, "struct P { x: i64, y: i64 } P(y: 1);",
       "P(y: 1)", "'P' also needs 'x'", ""},
      {diag::LibraryNamedArgument, "sqrt(x: 1.0);", "x",
       "the arguments of 'sqrt' have no names", ""},
      {diag::LibraryArgumentCount, "fma(1.0, 2.0);", "fma(1.0, 2.0)",
       "'fma' takes 3 arguments, but 2 are given", ""},
      {diag::LibraryArgumentCount, "min();", "min()",
       "'min' takes at least 1 arguments, but 0 are given", ""},
      {diag::LibraryArgument, "fn f(n: i64) { sqrt(n); }", "n",
       "'sqrt' takes a float here, not 'i64'", "write 'f64(n)'"},
      {diag::LibraryArgument, "len(1);", "1",
       "'len' takes an array or text here, not 'i64'", ""},
      {diag::LibraryArgument, "popcount(1.5);", "1.5",
       "'popcount' takes an integer here, not 'f64'", ""},
      {diag::LibraryArgument, "sum(true);", "true",
       "'sum' takes an array here, not 'bool'", ""},
      {diag::LibraryTypesDiffer, "fn f(x: f32, y: f64) { atan2(x, y); }", "y",
       "the arguments of 'atan2' have different types: 'f32' and 'f64'",
       "write 'f32(y)'"},
      {diag::ReductionElements, "fn f(a: str[]) { sum(a); }", "a",
       "'sum' takes an array of scalars, not of 'str'", ""},
      {diag::ReductionElements, "any_of([for i in 0..3: i]);",
       "[for i in 0..3: i]", "'any_of' takes an array of 'bool', not of 'i64'",
       ""},
  })));
}

TEST_CASE("Format texts are checked") {
  check(GENERATE(values<Wrong>({
      {diag::FormatNotLiteral, "fn f(s: str) { format(s); }", "s",
       "the first argument of 'format' is a text literal", ""},
      {diag::FormatBrace, "format(\"a}\");", "\"a}\"",
       "a single '}' in a format text", "write '}}'"},
      {diag::FormatBrace, "format(\"{\");", "\"{\"",
       "a single '{' in a format text", "write '{{'"},
      {diag::FormatSpecInvalid, "format(\"{:q}\", 1);", "\"{:q}\"",
       "invalid format specification 'q'", ""},
      {diag::FormatSpecInvalid, "format(\"{x}\", 1);", "\"{x}\"",
       "invalid format specification 'x'", ""},
      {diag::FormatSpecType, "format(\"{:x}\", 1.5);", "\"{:x}\"",
       "format specification 'x' does not suit 'f64'", ""},
      {diag::FormatSpecType, "format(\"{:.2}\", 1);", "\"{:.2}\"",
       "format specification '.2' does not suit 'i64'", ""},
      {diag::FormatMissing, "format(\"{} {}\", 1);", "\"{} {}\"",
       "place 2 of the format text has no argument: 1 given", ""},
      {diag::FormatNumberMissing, "format(\"{0} {1}\", 1);", "\"{0} {1}\"",
       "'{1}' has no argument: numbers count from 0, and 1 are given", ""},
      {diag::FormatUnused, "format(\"{}\", 1, 2);", "2",
       "this argument is not used by the format text", ""},
      {diag::FormatMixed, "format(\"{} {0}\", 1);", "\"{} {0}\"",
       "numbered and unnumbered places do not mix in a format text", ""},
  })));
}

TEST_CASE("Statements are checked") {
  check(GENERATE(values<Wrong>({
      {diag::MissingValue, "fn f() -> i64 { 1; }", "}",
       "function 'f' may end without a value of type 'i64'",
       "the value is the last expression: leave out the ';' after it"},
      {diag::MissingValue, "fn f(x: i64) -> i64 { while x > 1 { return x } }",
       "}", "function 'f' may end without a value of type 'i64'", ""},
      {diag::ReturnWithoutValue, "fn f() -> i64 { return; }", "return",
       "'return' in 'f' needs a value of type 'i64'", ""},
      {diag::ReturnWithValue, "fn f() { return 1; }", "1",
       "'f' returns no value", "declare the result: '-> i64'"},
      {diag::ReturnFromMain, "return 1;", "1",
       "the main program returns no value", ""},
      {diag::ConditionNotBool, "fn f(x: i64) { if x { } }", "x",
       "a condition is of type 'bool', not 'i64'", "compare it: '... != 0'"},
      {diag::ConditionNotBool, "fn f(x: str) { while x { } }", "x",
       "a condition is of type 'bool', not 'str'",
       "compare its length: 'len(...) > 0'"},
      {diag::BranchTypesDiffer,
       "fn f(x: i64, y: f64) { let z = if x > 1 { y } else { x }; }", "x",
       "the branches of 'if' have different types: 'f64' and 'i64'",
       "write 'f64(x)'"},
      {diag::BranchTypesDiffer,
       "fn f(x: i64) { let z = match x { 1 => \"a\", _ => 2 }; }", "2",
       "the branches of 'match' have different types: 'str' and 'i64'", ""},
      {diag::UnitVariable, "let x = print(1);", "print(1)",
       "there is no value for 'x' here", ""},
      {diag::TuplePatternMismatch, "let (a, b) = (1, 2, 3);", "(a, b)",
       "2 names do not take apart a value of type '(i64, i64, i64)'", ""},
      {diag::OutsideLoop, "break;", "break", "'break' outside a loop", ""},
      {diag::OutsideLoop, "continue;", "continue", "'continue' outside a loop",
       ""},
      {diag::BreakValue, "while true { break 1 }", "1",
       "'break' with a value in a loop that gives none",
       "only 'loop' gives a value"},
      {diag::BreakTypesDiffer, "loop { if true { break 1 }; break \"a\" }",
       "break \"a\"",
       "the values of 'break' have different types: 'i64' and 'str'", ""},
      {diag::NotIterable, "fn f(n: i64) { for i in n {} }", "n",
       "'for' cannot run over a value of type 'i64'", "write '0..n'"},
      {diag::RangeTypesDiffer, "fn f(n: i32, m: i64) { for i in n..m {} }",
       "n..m", "the bounds have different types: 'i32' and 'i64'",
       "write 'i64(n)'"},
      {diag::RangeNotInteger, "for i in 0..1.5 {}", "0..1.5",
       "the bounds of a range are integers, not 'f64'", ""},
  })));
}

TEST_CASE("Only places are assigned") {
  check(GENERATE(values<Wrong>({
      {diag::AssignToLet, "let x = 1; x = 2;", "x",
       "'x' is declared with 'let' and cannot change", "declare it with 'var'"},
      {diag::AssignToLet, "let t = (1, 2); t.0 += 2;", "t.0",
       "'t' is declared with 'let' and cannot change", "declare it with 'var'"},
      {diag::AssignToParameter, "fn f(x: i64) { x = 2 }", "x",
       "parameter 'x' cannot be assigned", "copy it first: 'var x = x;'"},
      {diag::AssignToLoopVariable, "for i in 0..3 { i = 1 }", "i",
       "loop variable 'i' cannot be assigned", ""},
      {diag::AssignToConst, "const K = (1, 2); K.0 = 2;", "K.0",
       "constant 'K' cannot be assigned", ""},
      {diag::NotAPlace, "fn f() -> (i64, i64) = (1, 2); f().0 = 1;", "f().0",
       "this cannot be assigned: it is a value, not a place", ""},
      {diag::CompoundTupleAssign, "var a = 1; var b = 2; (a, b) += (1, 2);",
       "+=", "several places are assigned with '=' only", ""},
      {diag::SliceInTupleAssign, "let a = [1]; var b = 2; (a[..], b) = (1, 2);",
       "a[..]", "a slice cannot be one of several places",
       "assign to it in a statement of its own"},
      {diag::SliceAssignMismatch, "let a = [1.5]; let n = 1; a[..] = n;", "n",
       "this slice takes 'f64' or 'f64[]', not 'i64'", "write 'f64(n)'"},
      {diag::TextIsImmutable, "var s = \"abc\"; s[1..] = \"x\";", "s[1..]",
       "text cannot change", ""},
      {diag::TextIsImmutable, "var s = \"abc\"; s[1] = 'x';", "s[1]",
       "text cannot change", ""},
      {diag::TextIsImmutable, "let s = [\"a\"]; s[0][0] += 1;", "s[0][0]",
       "text cannot change", ""},
  })));
}

TEST_CASE("Fields, indices and elements are checked") {
  check(GENERATE(values<Wrong>({
      {diag::NoSuchField, "struct P { x: i64, y: i64 } P(1, 2).z;", "z",
       "'P' has no field 'z'", "its fields are 'x', 'y'"},
      {diag::NoSuchField, "(1, 2).2;", "2", "'(i64, i64)' has no field '2'",
       ""},
      {diag::NoSuchField, "[1].length;", "length",
       "'i64[]' has no field 'length'", "write 'len(...)'"},
      {diag::NotIndexable, "let x = 1; x[0];", "x[0]", "'i64' has no elements",
       ""},
      {diag::IndexNotInteger, "let x = [1]; let f = 1.0; x[f];", "f",
       "an index is an integer, not 'f64'", "write 'i64(f)'"},
      {diag::IndexCount, "let g = f64[2, 2]; g[1];", "g[1]",
       "'f64[,]' has 2 dimensions, but 1 indices are given",
       "write '..' for each dimension taken whole: '[1, ..]'"},
      {diag::SliceOfFixedArray, "var x = [1; 4]; x[1..];", "x[1..]",
       "'[i64; 4]' is a value and has no slices", ""},
      {diag::TextSliceStep, "let s = \"abc\"; s[0..2 by 2];", "2",
       "a slice of text has no step", ""},
      {diag::SizeNotInteger, "let n = 1.0; f64[n];", "n",
       "the size of an array is an integer, not 'f64'", "write 'i64(n)'"},
      {diag::NoElementType, "let x = [];", "[]",
       "the type of the elements is not known here",
       "write 'f64[0]', with the type that the elements will have"},
      {diag::ElementTypesDiffer, "fn f(n: i64, x: f64) { [x, n]; }", "n",
       "the elements have different types: 'f64' and 'i64'", "write 'f64(n)'"},
      {diag::FixedArrayCount, "let x: [i64; 3] = [1, 2];", "[1, 2]",
       "2 elements for '[i64; 3]'", ""},
      {diag::NestedCount, "let x: i64[,] = [[1, 2], [3]];", "[3]",
       "the rows have different lengths: 2 and 1", ""},
      {diag::NestedLiteral, "let x: i64[,] = [[1, 2], 3];", "3",
       "an array of rank 2 is written as rows in rows", ""},
      {diag::UnitElement, "[for i in 0..3: print(i)];", "print(i)",
       "the body gives no value", ""},
  })));
}

TEST_CASE("Functions are not stored where they may be held") {
  constexpr const char *Fix =
      "make a new array, or pass the function what it needs";
  check(GENERATE_COPY(values<Wrong>({
      {diag::StoreClosesCycle,
       "let a = [fn(x: i64) = x]; let g = fn(x: i64) = a[0](x); a[0] = g;",
       "a[0]",
       "the elements of '(fn(i64) -> i64)[]' cannot be replaced here: this "
       "'fn(i64) -> i64' may hold that very array",
       Fix},
      // Of another rank: views of one may be of the other.
      {diag::StoreClosesCycle,
       "fn f(a: (fn())[]) -> fn() = fn() { a[0]() }; "
       "fn g(a: (fn())[,], h: fn()) { a[0, 1..] = h }",
       "a[0, 1..]",
       "the elements of '(fn())[]' cannot be replaced here: this 'fn()' may "
       "hold that very array",
       Fix},
      {diag::StoreClosesCycle,
       "struct S { f: [(i64, fn()); 2] } "
       "fn f(a: S[]) -> fn() = fn() { (a[0].f[0].1)() }; "
       "fn h(a: S[], k: fn()) { a[0].f[1].1 = k }",
       "a[0].f[1].1",
       "the elements of 'S[]' cannot be replaced here: this 'fn()' may hold "
       "that very array",
       Fix},
      {diag::StoreClosesCycle,
       "let a: any[] = [1]; let g: fn() = fn() { println(a) }; "
       "let s = (1, g); a[0] = s;",
       "a[0]",
       "the elements of 'any[]' cannot be replaced here: this 'any' may hold "
       "that very array",
       Fix},
  })));
}

TEST_CASE("A match covers everything, with patterns that suit") {
  check(GENERATE(values<Wrong>({
      {diag::MatchType, "match 1.5 { _ => 1 }", "1.5",
       "'match' takes enums, integers, 'bool', 'str', tuples, structs and "
       "'any', not 'f64'",
       ""},
      {diag::MatchNotExhaustive,
       "fn f(x: u8) { match x { 0..=9 => 1, 11.. => 2 } }",
       "match x { 0..=9 => 1, 11.. => 2 }",
       "'match' does not cover the value 10",
       "add '_ => ...' for all the rest"},
      {diag::MatchNotExhaustive, "fn f(x: bool) { match x { true => 1 } }",
       "match x { true => 1 }", "'match' does not cover 'false'",
       "add '_ => ...' for all the rest"},
      {diag::MatchNotExhaustive, "fn f(x: str) { match x { \"a\" => 1 } }",
       "match x { \"a\" => 1 }", "'match' does not cover every text",
       "add '_ => ...' for all the rest"},
      {diag::MatchUnreachable, "fn f(x: i64) { match x { _ => 1, 2 => 1 } }",
       "2", "this arm is never reached", ""},
      {diag::MatchUnreachable,
       "fn f(x: u8) { match x { 0..10 => 1, 5 => 1, _ => 2 } }", "5",
       "this arm is never reached", ""},
      {diag::PatternType, "fn f(x: i64) { match x { \"a\" => 1, _ => 2 } }",
       "\"a\"", "this pattern does not suit 'i64'", ""},
      {diag::PatternType, "fn f(x: i64) { match x { (a, b) => 1, _ => 2 } }",
       "(a, b)", "this pattern does not suit 'i64'", ""},
      {diag::PatternRangeEmpty,
       "fn f(x: i64) { match x { 3..3 => 1, _ => 2 } }", "3..3",
       "this range is empty", ""},
  })));
}

TEST_CASE("Enums are declared") {
  check(GENERATE(values<Wrong>({
      {diag::RecursiveEnum, "enum E { A, B(i64, E) }", "E",
       "enum 'E' contains itself", "hold it in an array: 'E[]'"},
      {diag::RecursiveEnum, "enum E { A(S) } struct S { x: [(E, i64); 2] }",
       "E", "enum 'E' contains itself", "hold it in an array: 'E[]'"},
      {diag::RecursiveEnum, "enum E { A((E, i64)[]) }", "E",
       "enum 'E' contains itself", "hold it in an array: 'E[]'"},
      {diag::RecursiveStruct, "struct S { x: T[] } struct T { y: S[] }", "S",
       "struct 'S' contains itself",
       "keep the elements in one array, and indices into it here"},
      {diag::RecursiveStruct, "struct S { x: E, y: S[] } enum E { A(S[]) }",
       "S", "struct 'S' contains itself",
       "keep the elements in one array, and indices into it here"},
      {diag::EmptyEnum, "enum E { }", "E", "enum 'E' has no variants", ""},
      {diag::RepeatedVariant, "enum E { A, B, A(i64) }", "A",
       "variant 'A' of 'E' is declared twice", ""},
      {diag::Redeclared, "enum E { A } struct E { x: i64 }", "E",
       "'E' is declared twice", ""},
      {diag::UnknownType, "enum E { A(Foo) }", "Foo", "unknown type 'Foo'", ""},
      {diag::TypeTooLarge, "enum E { A([f64; 100000], [f64; 100000]) }", "E",
       "a value of this type takes 1600024 bytes; the limit is 1048576",
       "use an array, which is a reference"},
      {diag::NoZeroValue, "enum E { A } E[3];", "E[3]", "'E' has no zero value",
       "write 'full(n, value)' or '[for i in 0..n: value]'"},
      {diag::NoZeroValue, "enum E { A } struct S { e: E } (S, i64)[3];",
       "(S, i64)[3]", "'(S, i64)' has no zero value",
       "write 'full(n, value)' or '[for i in 0..n: value]'"},
      {diag::NoZeroValue, "enum E { A } let e: E[] = zeros(3);", "zeros(3)",
       "'E' has no zero value",
       "write 'full(n, value)' or '[for i in 0..n: value]'"},
      {diag::RecursiveElements,
       "enum E { A, B(E[]) } let a = [A]; a[0] = B(a);", "a[0]",
       "the elements of 'E[]' cannot change: a 'E' may hold that very array",
       "make a new array, so that none can come to hold itself"},
      {diag::RecursiveElements,
       "enum E { A, B(E[]) } var n = 1; let a = [A]; (n, a[0]) = (2, A);",
       "a[0]",
       "the elements of 'E[]' cannot change: a 'E' may hold that very array",
       "make a new array, so that none can come to hold itself"},
      {diag::RecursiveElements, "enum E { A, B(E[,]) } let a = [A]; a[..] = A;",
       "a[..]",
       "the elements of 'E[]' cannot change: a 'E' may hold that very array",
       "make a new array, so that none can come to hold itself"},
      {diag::RecursiveElements, "enum E { A, B(E[]) } fill([A], A);",
       "fill([A], A)",
       "the elements of 'E[]' cannot change: a 'E' may hold that very array",
       "make a new array, so that none can come to hold itself"},
      {diag::RecursiveElements,
       "enum E { A, B(S[]) } struct S { e: E, n: i64 } let a = [S(A, 1)]; "
       "a[0].n = 2; a[0].e = A;",
       "a[0].e",
       "the elements of 'S[]' cannot change: a 'E' may hold that very array",
       "make a new array, so that none can come to hold itself"},
  })));
}

TEST_CASE("Variants are named and made") {
  check(GENERATE(values<Wrong>({
      {diag::NoSuchVariant, "enum E { A, B(i64) } E.C;", "C",
       "enum 'E' has no variant 'C'", "its variants are 'A', 'B'"},
      {diag::NoSuchVariant, "enum E { A, B(i64) } E.C(1);", "C",
       "enum 'E' has no variant 'C'", "its variants are 'A', 'B'"},
      {diag::AmbiguousVariant, "enum E { A, B } enum F { A, C } let x = A;",
       "A", "'A' is a variant of 'E' and of 'F'", "write 'E.A'"},
      {diag::AmbiguousVariant,
       "enum E { A(i64) } enum F { A(i64) } print(A(1));", "A",
       "'A' is a variant of 'E' and of 'F'", "write 'E.A'"},
      {diag::ArgumentCount, "enum E { A, B(i64) } print(B);", "B",
       "'B' has 1 values, but 0 are given", ""},
      {diag::ArgumentCount, "enum E { A, B(i64) } print(E.A(1));", "E.A(1)",
       "'A' has 0 values, but 1 are given", ""},
      {diag::NoSuchParameter, "enum E { A, B(i64) } print(B(x: 1));", "x",
       "none of the values of 'B' is named 'x'", ""},
      {diag::TypeMismatch, "enum E { A, B(i64) } print(B(1.5));", "1.5",
       "expected 'i64', found 'f64'", "write 'i64(1.5)'"},
      {diag::TypeIsNoValue, "enum E { A, B(i64) } print(E);", "E",
       "'E' is a type, not a value", "write 'E.A'"},
      {diag::NotCallable, "enum E { A, B(i64) } print(E(1));", "E",
       "enum 'E' cannot be called", "name one of its variants: 'A'"},
      {diag::NoSuchField, "enum E { A, B(i64) } B(1).x;", "x",
       "'E' has no field 'x'", "take it apart with 'match'"},
      {diag::NoSuchField, "enum E { A, B(i64) } B(1).0;", "0",
       "'E' has no field '0'", "take it apart with 'match'"},
      {diag::OperatorTakes, "enum E { A, B } A < B;", "A < B",
       "operator '<' takes numbers and text, not 'E'", ""},
      {diag::NoEquality, "enum E { A, B(i64[]) } A == A;", "A == A",
       "values of type 'E' cannot be compared", ""},
      {diag::ConstOfThisType, "enum E { A, B(i64[]) } const C = A;", "A",
       "a constant cannot be of type 'E'", ""},
      {diag::FormatSpecType, "enum E { A } format(\"{:5}\", A);", "\"{:5}\"",
       "format specification '5' does not suit 'E'", ""},
  })));
}

TEST_CASE("Patterns suit what they take apart") {
#define JITRUN_ENUM "enum E { A, B(i64, bool), C(E[]) } fn f(e: E) "
#define JITRUN_POINT "struct P { x: i64, y: f64 } fn f(p: P) "
  check(GENERATE(values<Wrong>({
      {diag::MatchNotExhaustive, JITRUN_ENUM "{ match e { A => 1 } }",
       "match e { A => 1 }", "'match' does not cover 'B(_, _)'",
       "add '_ => ...' for all the rest"},
      {diag::MatchNotExhaustive,
       JITRUN_ENUM
       "{ match e { A | C(_) => 1, B(0.., true) | B(_, false) => 2 } "
       "}",
       "match e { A | C(_) => 1, B(0.., true) | B(_, false) => 2 }",
       "'match' does not cover 'B(-9223372036854775808, true)'",
       "add '_ => ...' for all the rest"},
      {diag::MatchNotExhaustive,
       JITRUN_POINT
       "{ match (p, true) { (P(0, _), _) => 1, (_, false) => 2 } }",
       "match (p, true) { (P(0, _), _) => 1, (_, false) => 2 }",
       "'match' does not cover '(P(-9223372036854775808, _), true)'",
       "add '_ => ...' for all the rest"},
      {diag::MatchNotExhaustive,
       "fn f(t: (u8, str)) { match t { (0, \"a\") => 1, (1.., _) => 2 } }",
       "match t { (0, \"a\") => 1, (1.., _) => 2 }",
       "'match' does not cover '(0, _)'", "add '_ => ...' for all the rest"},
      {diag::MatchNotExhaustive, "fn f(t: (i64, i64)) { match t { } }",
       "match t { }", "'match' does not cover anything",
       "add '_ => ...' for all the rest"},
      {diag::MatchUnreachable,
       JITRUN_ENUM "{ match e { A => 1, B(_, true) => 2, B(n, false) => n, "
                   "B(0, _) => 3, C(_) => 4 } }",
       "B(0, _)", "this arm is never reached", ""},
      {diag::MatchUnreachable,
       "fn f(t: (bool, bool)) { match t { (true, _) => 1, (_, true) => 2, "
       "(false, false) => 3, _ => 4 } }",
       "_", "this arm is never reached", ""},
      {diag::AlternativeUnreachable,
       "fn f(x: i64) { match x { 0..9 | 3 | 10 => 1, _ => 2 } }", "3",
       "this alternative is never reached", ""},
      {diag::PatternType, JITRUN_ENUM "{ match e { (a, b) => 1, _ => 2 } }",
       "(a, b)", "this pattern does not suit 'E'", ""},
      {diag::PatternType, JITRUN_ENUM "{ match e { 1 => 1, _ => 2 } }", "1",
       "this pattern does not suit 'E'", ""},
      {diag::PatternType, JITRUN_ENUM "{ match e { B(1.5, _) => 1, _ => 2 } }",
       "1.5", "this pattern does not suit 'i64'", ""},
      {diag::PatternType, JITRUN_POINT "{ match p { P(_, 1) => 1, _ => 2 } }",
       "1", "this pattern does not suit 'f64'", ""},
      {diag::PatternType,
       "enum F { A } " JITRUN_ENUM "{ match e { F.A => 1, _ => 2 } }", "F.A",
       "this pattern does not suit 'E'", ""},
      {diag::PatternType, "enum F { X } fn f(n: i64) { match n { X => 1 } }",
       "X", "this pattern does not suit 'i64'", ""},
      {diag::PatternType, "fn f(n: i64) { match n { Some(x) => 1, _ => 2 } }",
       "Some(x)", "this pattern does not suit 'i64'", ""},
      {diag::PatternType, JITRUN_POINT "{ match p { Q(_, _) => 1 } }",
       "Q(_, _)", "this pattern does not suit 'P'", ""},
      {diag::NoSuchVariant,
       "enum F { X } " JITRUN_ENUM "{ match e { X => 1, _ => 2 } }", "X",
       "enum 'E' has no variant 'X'", "its variants are 'A', 'B', 'C'"},
      {diag::NoSuchVariant, JITRUN_ENUM "{ match e { D(_) => 1, _ => 2 } }",
       "D", "enum 'E' has no variant 'D'", "its variants are 'A', 'B', 'C'"},
      {diag::PatternCount, JITRUN_ENUM "{ match e { B => 1, _ => 2 } }", "B",
       "'B' has 2 values, but this pattern has 0", "write 'B(_, _)'"},
      {diag::PatternCount, JITRUN_ENUM "{ match e { A(_) => 1, _ => 2 } }",
       "A(_)", "'A' has 0 values, but this pattern has 1", "write 'A'"},
      {diag::PatternCount, "match (1, 2) { (a, b, c) => 1 }", "(a, b, c)",
       "'(i64, i64)' has 2 elements, but this pattern has 3", ""},
      {diag::PatternCount, JITRUN_POINT "{ match p { P(x) => 1 } }", "P(x)",
       "'P' has 2 fields, but this pattern has 1", ""},
      {diag::NoSuchParameter, JITRUN_ENUM "{ match e { B(x: 1, y: _) => 1 } }",
       "x", "none of the values of 'B' is named 'x'", ""},
      {diag::NoSuchField, JITRUN_POINT "{ match p { P(x: 1, z: _) => 1 } }",
       "z", "'P' has no field 'z'", ""},
      {diag::RepeatedArgument, JITRUN_POINT "{ match p { P(1, x: _) => 1 } }",
       "x", "'x' is given twice", ""},
      {diag::MissingArguments, JITRUN_POINT "{ match p { P(x: 1) => 1 } }",
       "P(x: 1)", "'P' also needs 'y'", "add 'y: _'"},
      {diag::RepeatedBinding, "match (1, 2) { (a, a) => 1 }", "a",
       "'a' is bound twice in this pattern", ""},
      {diag::AlternativeNames,
       JITRUN_ENUM "{ match e { B(n, _) | A => n, _ => 0 "
                   "} }",
       "n", "'n' is not bound by all alternatives of this pattern", ""},
      {diag::AlternativeNames,
       "fn f(t: (i64, i64)) { match t { (0, a) | (a, b) => a, _ => 0 } }", "b",
       "'b' is not bound by all alternatives of this pattern", ""},
      {diag::AlternativeTypes,
       JITRUN_ENUM "{ match e { B(x, true) | B(_, x) => 1, _ => 0 } }", "x",
       "'x' is of type 'i64' in one alternative and of type 'bool' in another",
       ""},
  })));
#undef JITRUN_ENUM
#undef JITRUN_POINT
}

TEST_CASE("A match that takes too long to check is an error") {
  // (1, _, _ ...), (_, 1, _ ...) ...: what is left are 2^n cases.
  std::string Type = "(bool", Arms;
  constexpr int N = 24;
  for (int I = 1; I < N; ++I)
    Type += ", bool";
  for (int I = 0; I < N; ++I) {
    for (int Part = 0; Part < 2; ++Part) {
      Arms += "(";
      for (int J = 0; J < N; ++J)
        Arms += std::string(J ? ", " : "") + (J == I ? "true"
                                              : J == (I + 7) % N
                                                  ? (Part ? "true" : "false")
                                                  : "_");
      Arms += ") => 1, ";
    }
  }
  Checked C("fn f(t: " + Type + ")) -> i64 = match t { " + Arms + " };");
  REQUIRE(C.Diags.diagnostics().size() == 1);
  CHECK(C.Diags.diagnostics()[0].Id == diag::MatchTooComplex);
}

TEST_CASE("A formula has a value") {
  SemaOptions Options;
  Options.IsFormula = true;
  Options.Parameters.push_back({"x", [](TypeContext &T) { return T.f64(); }});
  Checked C("if x > 1 { return; } x", Options);
  REQUIRE(C.Diags.diagnostics().size() == 1);
  CHECK(C.Diags.diagnostics()[0].Id == diag::MissingFormulaValue);
}

TEST_CASE("One mistake gives one error") {
  CHECK(error("let x = y; let z = x + 1; print(z * 2, x[3], x.foo, f64(x));") ==
        "unknown name 'y'");
  CHECK(error("fn f(a: Foo) -> i64 { let b = a + 1; b }") ==
        "unknown type 'Foo'");
  CHECK(error("struct P { x: Foo } fn f(p: P) -> f64 = p.x * 2;") ==
        "unknown type 'Foo'");
  CHECK(error("for i in 0..y { print(i + 1) }") == "unknown name 'y'");
  CHECK(error("let (a, b) = y; print(a + b);") == "unknown name 'y'");
  CHECK(error("enum E { A(Foo) } fn f(e: E) -> E = e; let e = E.A(1); f(e); "
              "match A(2) { A(x) => x + 1 }") == "unknown type 'Foo'");
  CHECK(error("enum E { A(i64[]) } match A(y) { A(x) => x[0] + 1 }") ==
        "unknown name 'y'");
  CHECK(error("enum E { A, B } fn f(e: E) -> i64 = match e { C(x) => x + 1, "
              "A | B => 2 };") ==
        "enum 'E' has no variant 'C' | its variants are 'A', 'B'");
  CHECK(error("struct S { e: E[] } enum E { A(S), B(Foo) } "
              "fn f(s: S) -> i64 = len(s.e);") == "unknown type 'Foo'");
  CHECK(error("let a = [for i in 0..3: y]; print(sum(a) + 1);") ==
        "unknown name 'y'");
  CHECK(error("match y { 1 => 2, z => z + 1 }") == "unknown name 'y'");
}

TEST_CASE("Several mistakes give several errors") {
  Checked C("fn f() -> i64 = 1.5; fn g() -> str = 2; print(a, b);");
  CHECK(C.Diags.diagnostics().size() == 4);
}

TEST_CASE("An any is cast, not converted") {
  check(GENERATE(values<Wrong>({
      {diag::TypeMismatch, "fn f(v: any) -> f64 = v;", "v",
       "expected 'f64', found 'any'", "cast it: '... as f64'"},
      {diag::AnyOfAnyArray, "fn f(xs: any[]) { xs[0] = xs; }", "xs",
       "an 'any' cannot hold 'any[]', whose elements could come to hold it",
       "hold the values themselves, or use an enum"},
      {diag::AnyOfAnyArray,
       "struct P { v: any } fn f(xs: (P, i64)[][]) { any((1, xs)); }",
       "any((1, xs))",
       "an 'any' cannot hold '(i64, (P, i64)[][])', whose elements could come "
       "to hold it",
       "hold the values themselves, or use an enum"},
      {diag::ConstOfThisType, "const A: any = 1;", "1",
       "a constant cannot be of type 'any'", ""},
      {diag::ConstOfThisType, "const A: (any, i64) = (1, 2);", "1",
       "a constant cannot be of type 'any'", ""},
      {diag::PatternType, "fn f(n: i64) -> i64 = match n { x: i64 => x };",
       "x: i64", "this pattern does not suit 'i64'",
       "only a 'match' on an 'any' tests types"},
      {diag::PatternType, "fn f(v: any) -> i64 = match v { 1 => 1, _ => 2 };",
       "1", "this pattern does not suit 'any'",
       "write a type: 'x: i64', or '_: i64'"},
      {diag::MatchNotExhaustive,
       "fn f(v: any) -> i64 = match v { x: i64 => x };",
       "match v { x: i64 => x }", "'match' does not cover other types",
       "add '_ => ...' for all the rest"},
      {diag::UnknownType,
       "fn f(v: any) -> i64 = match v { x: T => 1, _ => 2 };", "T",
       "unknown type 'T'", ""},
      {diag::ConditionNotBool, "fn f(v: any) { if v {} }", "v",
       "a condition is of type 'bool', not 'any'", "cast it: '... as bool'"},
      {diag::LibraryArgument, "fn f(v: any) -> f64 = sqrt(v);", "v",
       "'sqrt' takes a float here, not 'any'", "cast it: '... as f64'"},
      {diag::IndexNotInteger, "fn f(v: any, a: f64[]) -> f64 = a[v];", "v",
       "an index is an integer, not 'any'", "write 'i64(v)'"},
      {diag::NotIndexable, "fn f(v: any) { v[0]; }", "v[0]",
       "'any' has no elements", "cast it to the type that it holds"},
      {diag::NoSuchField, "fn f(v: any) { v.x; }", "x",
       "'any' has no field 'x'", "cast it to the type that it holds"},
      {diag::NotIterable, "fn f(v: any) { for x in v {} }", "v",
       "'for' cannot run over a value of type 'any'",
       "cast it to the type that it holds"},
      {diag::BranchTypesDiffer,
       "fn f(v: any, n: i64) { let x = if n > 0 { n } else { v }; }", "v",
       "the branches of 'if' have different types: 'i64' and 'any'",
       "write 'any(n)'"},
      {diag::OperandTypesDiffer, "fn f(v: any) { var n = 1; n += v; }",
       "n += v", "the operands of '+=' have different types: 'i64' and 'any'",
       "write 'i64(v)'"},
      {diag::MatchUnreachable,
       "fn f(v: any) -> i64 = match v { x: i64 => x, _: i64 => 1, _ => 2 };",
       "_: i64", "this arm is never reached", ""},
  })));
}
