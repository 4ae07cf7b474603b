#include "SyntaxTesting.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::syntax;

namespace {

/// A wrong text: all its diagnostics are one, Id, which marks Marked (or what
/// stands behind it, if that is empty: then At is the column) and has the fix
/// Fix.
struct Wrong {
  diag::Id Id;
  const char *Text;
  const char *Marked;
  const char *Fix;
};

void check(const Wrong &W, bool IsFormula = false) {
  INFO(W.Text);
  Parsed P(W.Text, IsFormula);
  INFO(P.Diags.render());
  REQUIRE(P.Diags.diagnostics().size() == 1);
  const Diagnostic &D = P.Diags.diagnostics()[0];
  CHECK(diagnosticName(D.Id) == diagnosticName(W.Id));
  CHECK(P.Sources.text(D.Range) == W.Marked);
  CHECK(D.Fix == W.Fix);
}

} // namespace

TEST_CASE("What is wrong with a word is said") {
  check(GENERATE(values<Wrong>({
      {diag::UnknownCharacter, "let a = \u00a7;", "\u00a7", ""},
      {diag::UnknownCharacter, "a = 3 \u00d7 4;", "\u00d7", "write '*'"},
      {diag::UnknownCharacter, "#define x 3", "#",
       "comments begin with '//'; there is no preprocessor"},
      {diag::InvalidUtf8, "a = \xff\xfe;", "\xff\xfe", ""},
      {diag::InvalidUtf8, "a = \"\xff\xfe\";", "\xff", ""},
      {diag::UnterminatedComment, "fn f() { /* /* */", "/*", ""},
      {diag::UnterminatedText, "let s = \"abc;\nlet t = 1;", "\"abc;",
       "a text ends on its line; write '\\n' for a new line in it"},
      {diag::UnterminatedCharacter, "let c = 'abc;\nlet t = 1;", "'", ""},
      {diag::TextInSingleQuotes, "f('abc')", "'abc'",
       "write text in double quotes"},
      {diag::CharacterNotAByte, "f('\u00e9')", "'\u00e9'", ""},
      {diag::CharacterNotAByte, "f('\\u{e9}')", "'\\u{e9}'", ""},
      {diag::EmptyCharacter, "f('')", "''", ""},
      {diag::UnknownEscape, R"(f("a\qb"))", R"(\q)",
       R"(write '\\' for a backslash)"},
      {diag::BadByteEscape, R"(f("a\xg1"))", R"(\x)", ""},
      {diag::BadByteEscape, R"(f("a\x1"))", R"(\x)", ""},
      {diag::ByteEscapeTooBig, R"(f("\x80"))", R"(\x80)",
       R"(write the code point, as in '\u{e9}')"},
      {diag::BadUnicodeEscape, R"(f("\u41"))", R"(\u)", ""},
      {diag::BadUnicodeEscape, R"(f("\u{}"))", R"(\u)", ""},
      {diag::BadUnicodeEscape, R"(f("\u{41"))", R"(\u)", ""},
      {diag::NoSuchCodePoint, R"(f("\u{110000}"))", R"(\u{110000})", ""},
      {diag::NoSuchCodePoint, R"(f("\u{d800}"))", R"(\u{d800})", ""},
      {diag::NoSuchCodePoint, R"(f("\u{fffffffffff}"))", R"(\u{fffffffffff})",
       ""},
      {diag::MissingWholePart, "f(.5)", ".5", "write '0.5'"},
      {diag::MissingFraction, "f(5.)", "5.", "write '5.0'"},
      {diag::MissingFraction, "f(1.e5)", "1.e5", "write '1.0e5'"},
      {diag::MissingFraction, "f(1.f)", "1.f", "write '1.0f32'"},
      {diag::MissingFraction, "f(5.f(3))", "5.f", "write '(5).f(...)'"},
      {diag::MissingExponent, "f(1e)", "1e", ""},
      {diag::MissingExponent, "f(1.5e)", "1.5e", ""},
      {diag::MissingDigits, "f(0x)", "0x", ""},
      {diag::MissingDigits, "f(0b_)", "0b_", ""},
      {diag::BadDigit, "f(0b102)", "2", ""},
      {diag::BadDigit, "f(0o18)", "8", ""},
      {diag::LeadingZero, "f(017)", "017",
       "write '17'; there are no octal numbers"},
      {diag::LeadingZero, "f(00)", "00",
       "write '0'; there are no octal numbers"},
      {diag::OctalNumber, "f(0o17)", "0o17", "write '15'"},
      {diag::UnknownSuffix, "f(1.5f)", "f", "write '1.5f32'"},
      {diag::UnknownSuffix, "f(3UL)", "UL", "write '3u64'"},
      {diag::UnknownSuffix, "f(2x)", "x", "write '2 * x'"},
      {diag::UnknownSuffix, "f(0xffi128)", "i128", "write '0xff * i128'"},
      {diag::IntegerSuffixOnFloat, "f(2.5i32)", "i32", ""},
      {diag::IntegerTooBig, "f(340282366920938463463374607431768211456)",
       "340282366920938463463374607431768211456", ""},
      {diag::IndexTooBig, "t.99999999999", "99999999999", ""},
  })));
}

TEST_CASE("What was expected is said") {
  check(GENERATE(values<Wrong>({
      {diag::ExpectedExpression, "fn f() { x + }", "}", ""},
      {diag::ExpectedExpression, "f(1,,2)", ",", ""},
      {diag::ExpectedExpression, "x === 3;", "=", "write '=='"},
      {diag::ExpectedExpression, "x !== 3;", "=", "write '!='"},
      {diag::ExpectedExpression, "x <> 3;", ">", "write '!='"},
      {diag::ExpectedExpression, "a[..=];", "]", ""},
      {diag::ExpectedType, "fn f(x: ) { }", ")", ""},
      {diag::ExpectedType, "let x: = 3;", "=", ""},
      {diag::ExpectedPattern, "match x { + => 1 }", "+", ""},
      {diag::ExpectedPattern, "match x { .. => 1 }", "..",
       "write '_' for any value"},
      {diag::ExpectedPattern, "match x { -y => 1 }", "y", ""},
      {diag::ExpectedName, "fn 3() { }", "3", ""},
      {diag::ExpectedName, "struct { }", "{", ""},
      {diag::ExpectedName, "a.;", ";", ""},
      {diag::ExpectedName, "let 3 = 4;", "3", ""},
      {diag::ExpectedName, "match x { E. => 1 }", "=>", ""},
      {diag::ExpectedToken, "if (x) y;", "y",
       "put braces around it: '{ ... }'"},
      {diag::ExpectedToken, "loop", "", ""},
      {diag::ExpectedToken, "fn f() -> i64 3", "3", ""},
      {diag::ExpectedToken, "fn f() => 3;", "=>", "write '='"},
      {diag::ExpectedToken, "match x { 0 -> 1 }", "->", "write '=>'"},
      {diag::ExpectedToken, "import vec;", "vec",
       "write 'import \"file.jit\";'"},
      {diag::ExpectedToken, "for i = 0 { }", "=",
       "write 'for i in lo..hi { ... }'"},
      {diag::ExpectedToken, "struct P { x f64 }", "f64", "write ':' before it"},
      {diag::ExpectedToken, "fn f(x f64) { }", "f64", "write ':' before it"},
      {diag::ExpectedToken, "@fused struct P { }", "struct", ""},
      {diag::ExpectedToken, "extern struct P { }", "struct", ""},
      {diag::ExpectedStatementEnd, "a (b) c;", "c", ""},
      {diag::ExpectedStatementEnd, "let a = b c;", "c", ""},
      {diag::ExpectedStatementEnd, "print \"hello\";", "\"hello\"",
       "write 'print(\"hello\")' to call a function"},
      {diag::ExpectedStatementEnd, "x := 3;", ":", "write 'let x = ...;'"},
      {diag::ExpectedStatementEnd, "x: i64 = 3;", ":", "write 'let x = ...;'"},
      {diag::MissingSemicolon, "let a = 1\nlet b = 2;", "\n", "write ';' here"},
      {diag::MissingSemicolon, "a = 1\nb = 2;", "\n", "write ';' here"},
      {diag::MissingSemicolon, "a = 1\nfn f() { }", "\n", "write ';' here"},
      {diag::MissingSemicolon, "const K = 1\nconst L = 2;", "\n",
       "write ';' here"},
      {diag::MissingComma, "f(1 2)", " ", "write ',' here"},
      {diag::MissingComma, "struct P { x: f64 y: f64 }", " ", "write ',' here"},
      {diag::MissingComma, "struct P { x: f64; y: f64 }", ";",
       "write ',' here"},
      {diag::MissingComma, "match x { 0 => { 1 } 1 => { 2 } }", " ",
       "write ',' here"},
      {diag::MissingClosing, "f(1, 2;", ";", ""},
      {diag::MissingClosing, "a = [1, 2;", ";", ""},
      {diag::MissingClosing, "a = x[1;", ";", ""},
      {diag::MissingClosing, "while x { y", "", ""},
      {diag::MissingClosing, "fn f() {\n  if a {\n    b\nfn g() { }", "\n", ""},
      {diag::MissingClosing, "struct P { x: f64\nfn g() { }", "\n", ""},
      {diag::MissingClosing, "fn f(x: i64 { x }", " ", ""},
      {diag::StrayClosing, "while x { y } }", "}", ""},
      {diag::StrayClosing, ")\nfn f() { }", ")", ""},
  })));
}

TEST_CASE("Names that cannot be") {
  check(GENERATE(values<Wrong>({
      {diag::KeywordAsName, "let match = 3;", "match", ""},
      {diag::KeywordAsName, "fn if() { }", "if", ""},
      {diag::ReservedTypeName, "let f64 = 3;", "f64", ""},
      {diag::ReservedTypeName, "fn f(str: i64) { }", "str", ""},
      {diag::ReservedTypeName, "struct any { }", "any", ""},
      {diag::UnderscoreAsValue, "let x = _ + 1;", "_", ""},
  })));
}

TEST_CASE("Expressions that cannot be") {
  check(GENERATE(values<Wrong>({
      {diag::AssignInCondition, "if x = 3 { }", "=", "write '=='"},
      {diag::AssignInCondition, "while x = f() { }", "=", "write '=='"},
      {diag::AssignInExpression, "let x = a = b;", "=",
       "write '==' to compare"},
      {diag::AssignInExpression, "f(a = b);", "=", "write '==' to compare"},
      {diag::AssignInExpression, "(a += b)", "+=", ""},
      {diag::AssignInExpression, "a = b = c;", "=", "write '==' to compare"},
      {diag::ChainedComparison, "f(a < b <= c)",
       "<=", "write 'a < b && b <= c'"},
      {diag::ChainedComparison, "a == b == c",
       "==", "write 'a == b && b == c'"},
      {diag::RangeAsValue, "let r = 0..10;", "..", ""},
      {diag::RangeAsValue, "let r = ..;", "..", ""},
      {diag::RangeAsValue, "print(0..3);", "..", ""},
      {diag::RangeAsValue, "print(1, 0..=3);", "..=", ""},
      {diag::RangeAsValue, "let r = (0..3);", "..", ""},
      {diag::RangeAsValue, "let r = [0..10];", "..",
       "write '[for i in lo..hi: i]' for an array of numbers"},
      {diag::WordOperator, "if a and b { }", "and", "write '&&'"},
      {diag::WordOperator, "a or b", "or", "write '||'"},
      {diag::WordOperator, "not a", "not", "write '!'"},
      {diag::NoUnaryPlus, "x = +3;", "+", "leave it out"},
      {diag::NoTernary, "let m = a > b ? a : b;", "?",
       "write 'if a > b { a } else { b }'"},
      {diag::NoIncrement, "i++;", "++", "write 'i += 1'"},
      {diag::NoIncrement, "++i;", "++", "write 'i += 1'"},
      {diag::NoIncrement, "a[i]--;", "--", "write 'a[i] -= 1'"},
      {diag::OneElementTuple, "(a,)", "(a,)", "leave out the ','"},
      {diag::OneElementTuple, "let t: (f64,) = a;", "(f64,)",
       "leave out the ','"},
      {diag::PositionalAfterNamed, "f(x: 1, 2)", "2", ""},
      {diag::LambdaWithName, "let f = fn sq(x: f64) = x;", "sq",
       "leave out the name, or declare the function at the top level"},
      {diag::TypeAsValue, "let a = f64[];", "f64[]",
       "write 'f64[][n]' for an array of n zeros"},
      {diag::SliceAsSize, "f64[1..3]", "1..3", ""},
      {diag::StatementValueUsed, "if x { 1 } else { 2 } + 3", "+",
       "put parentheses around it, or bind its value with 'let'"},
      {diag::StatementValueUsed, "{ 1 }.f();", ".",
       "put parentheses around it, or bind its value with 'let'"},
  })));
}

TEST_CASE("Control that cannot be") {
  check(GENERATE(values<Wrong>({
      {diag::ElseWithoutIf, "else { }", "else", ""},
      {diag::ElseWithoutIf, "while a { } else { }", "else", ""},
      {diag::UseElseIf, "if a { } elif b { } else { }", "elif",
       "write 'else if'"},
      {diag::CStyleFor, "for (int i = 0; i < (n); ++i) { f(i); }",
       "(int i = 0; i < (n); ++i)", "write 'for i in 0..n { ... }'"},
      {diag::ForInParentheses, "for (i in 0..n) { f(i); }", "(",
       "write 'for i in ... { ... }'"},
      {diag::ForBoundMissing, "for i in 0.. { }", "..",
       "write 'loop' for a loop without an end"},
      {diag::ForBoundMissing, "for i in ..3 { }", "..", "write '0' before it"},
      {diag::MatchGuard, "match x { n if n > 3 => 1, _ => 2 }", "if",
       "put the 'if' behind the '=>'"},
      {diag::MatchAlternatives, "match x { 0 || 1 => 1, _ => 2 }", "||",
       "write '|'"},
      {diag::ExpectedPattern, "match x { 0 | => 1, _ => 2 }", "=>", ""},
      {diag::ExpectedPattern, "match x { | 0 => 1, _ => 2 }", "|", ""},
      {diag::PositionalAfterNamed, "match x { P(x: 1, y) => 1, _ => 2 }", "y",
       ""},
  })));
}

TEST_CASE("Statements that cannot be") {
  check(GENERATE(values<Wrong>({
      {diag::MissingInitializer, "let x;", "x", "write 'let x = ...;'"},
      {diag::MissingInitializer, "var x: f64;", "x", "write 'var x = ...;'"},
      {diag::MissingInitializer, "const K;", "K", "write 'const K = ...;'"},
      {diag::SeveralNames, "let x, y = 3;", ",", "declare each on its own"},
      {diag::SeveralNames, "var x = 1, y = 2;", ",", "declare each on its own"},
      {diag::SeveralNames, "const X = 1, Y = 2;", ",",
       "declare each on its own"},
      {diag::LetMut, "let mut x = 3;", "mut", "write 'var x = ...;'"},
      {diag::CStyleDeclaration, "int x = 3;", "int x",
       "write 'let x: i64 = ...;'"},
      {diag::CStyleDeclaration, "double y;", "double y",
       "write 'let y: f64 = ...;'"},
      {diag::CStyleDeclaration, "auto y = f(x);", "auto y",
       "write 'let y = ...;'"},
      {diag::CStyleDeclaration, "Body b = f(x);", "Body b",
       "write 'let b: Body = ...;'"},
      {diag::WrongFunctionWord, "def f(x) { x }", "def", "write 'fn'"},
      {diag::NestedDeclaration, "fn f() { fn g() { } }", "fn", ""},
      {diag::NestedDeclaration, "if a { const K = 1; }", "const", ""},
  })));
}

TEST_CASE("Declarations and types that cannot be") {
  check(GENERATE(values<Wrong>({
      {diag::MissingBody, "fn f(x: f64) -> f64;", "f",
       "write '= value;' or '{ ... }', or 'extern fn' if the host has it"},
      {diag::ExternBody, "extern fn f() { }", "{",
       "write ';' instead, or leave out 'extern'"},
      {diag::ExternBody, "extern fn f() = 3;", "=",
       "write ';' instead, or leave out 'extern'"},
      {diag::ExternGeneric, "extern fn f<T>(x: T);", "<T>", ""},
      {diag::ResultAfterColon, "fn f(): f64 = 3;", ":", "write '->'"},
      {diag::ParameterWithoutType, "fn f(x) = 3;", "x", "write 'x: f64'"},
      {diag::TypeBeforeName, "fn f(int x) = 3;", "int x", "write 'x: int'"},
      {diag::TypeBeforeName, "struct P { f64 x }", "f64 x", "write 'x: f64'"},
      {diag::DefaultArgument, "fn f(x: f64 = 3) { }", "=", ""},
      {diag::UnknownAttribute, "@inline fn f() { }", "inline",
       "the only one is '@fused'"},
      {diag::GenericType, "struct P<T> { x: T }", "<T>", ""},
      {diag::GenericType, "enum E<T> { A(T) }", "<T>", ""},
      {diag::SizeInType, "let x: f64[3] = y;", "[3",
       "write 'f64[]', or '[f64; 3]' for an array of fixed size"},
      {diag::FixedArrayWithoutCount, "let x: [f64] = y;", "]",
       "write '[f64; 4]', or 'f64[]' for an array of any size"},
  })));
}

TEST_CASE("A formula must have a value") {
  check({diag::FormulaWithoutValue, "let x = 3; x;", "",
         "leave out the ';' after it"},
        /*IsFormula=*/true);
  check({diag::FormulaWithoutValue, "", "", ""}, /*IsFormula=*/true);
  check({diag::FormulaWithoutValue, "fn f() { }", "", ""}, /*IsFormula=*/true);
  Parsed Module("let x = 3; x;");
  CHECK_FALSE(Module.Diags.hasErrors());
}

TEST_CASE("A missing bracket is shown with the one it belongs to") {
  Parsed P("fn f() {\n  g(1;\n}\n");
  CHECK(P.Diags.render() == "t.jit:2:6: error: expected ')', found ';'\n"
                            "  2 |   g(1;\n"
                            "    |      ^\n"
                            "t.jit:2:4: note: to close this '('\n"
                            "  2 |   g(1;\n"
                            "    |    ^\n");
}

TEST_CASE("One run finds several errors, each once") {
  Parsed P("fn f(x: i64) -> i64 {\n"
           "  let y = x +;\n"
           "  if y = 3 { g( }\n"
           "  for (int i = 0; i < 3; i++) { h(i) }\n"
           "  match y { 0 => ], 1 => 2 }\n"
           "}\n"
           "struct P { f64 x, y: }\n"
           "enum E { A(, B }\n"
           "fn g( = 3;\n"
           "let z = 5. + .5;\n"
           "h(z;\n"
           "fn ok() = 3;\n");
  std::string Found;
  for (const Diagnostic &D : P.Diags.diagnostics())
    Found += std::to_string(P.Sources.presumed(D.Range.Begin).Line) + ' ' +
             std::string(diagnosticName(D.Id)) + '\n';
  CHECK(Found == "2 ExpectedExpression\n"
                 "3 AssignInCondition\n"
                 "3 ExpectedExpression\n"
                 "4 CStyleFor\n"
                 "5 ExpectedExpression\n"
                 "7 TypeBeforeName\n"
                 "7 ExpectedType\n"
                 "8 ExpectedType\n"
                 "9 ExpectedName\n"
                 "10 MissingFraction\n"
                 "10 MissingWholePart\n"
                 "11 MissingClosing\n");
  // What is right among it is kept.
  CHECK(dump(*P.Tree).find("fn ok() =") != std::string::npos);
}

TEST_CASE("An arm that cannot be read ends where the next one begins") {
  Parsed P("match x { 0 => , 1 =>\n2, + => 3, 4 => { 5 }\n6 => 7\n}\n"
           "match y { 0 => ,\nfn f() { }\n");
  std::string Found;
  for (const Diagnostic &D : P.Diags.diagnostics())
    Found += std::to_string(P.Sources.presumed(D.Range.Begin).Line) + ' ' +
             std::string(diagnosticName(D.Id)) + '\n';
  CHECK(Found == "1 ExpectedExpression\n"
                 "2 ExpectedPattern\n"
                 "2 MissingComma\n"
                 "5 ExpectedExpression\n"
                 "5 MissingClosing\n");
  CHECK(P.Tree->Decls.size() == 1);
}

TEST_CASE("The tree has Error nodes where errors were") {
  CHECK(dump(*Parsed("let x = 5. + y;").Tree) == "main\n"
                                                 "  let x\n"
                                                 "    binary +\n"
                                                 "      error\n"
                                                 "      name y\n");
  CHECK(dump(*Parsed("fn f(x) = x;").Tree) == "fn f(x: <error>) =\n"
                                              "  name x\n");
}
