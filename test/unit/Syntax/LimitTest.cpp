#include "SyntaxTesting.h"

#include <catch2/catch.hpp>

#include <random>

using namespace jitrun;
using namespace jitrun::syntax;

namespace {

std::string repeat(std::string_view Text, size_t Count) {
  std::string Out;
  Out.reserve(Text.size() * Count);
  while (Count--)
    Out += Text;
  return Out;
}

/// The names of the diagnostics, the first few.
std::string found(const Parsed &P) {
  std::string Out;
  for (const Diagnostic &D : P.Diags.diagnostics().first(
           std::min<size_t>(3, P.Diags.diagnostics().size())))
    Out += std::string(diagnosticName(D.Id)) + ' ';
  return Out;
}

} // namespace

TEST_CASE("What nests too deep is reported and goes no further") {
  struct Row {
    const char *Before, *Each, *After;
  };
  auto R = GENERATE(values<Row>({
      {"", "(", ""},
      {"", "{", ""},
      {"let x = ", "[", ""},
      {"let x = ", "-", "1;"},
      {"let x = ", "2**", "1;"},
      {"let x = ", "f(", ""},
      {"let x = ", "a[", ""},
      {"let x = ", "fn() = ", "1;"},
      {"let x = ", "return ", "1;"},
      {"let x = ", "if a { b } else { if c { d } else { ", ""},
      {"", "if a { ", ""},
      {"", "match x { _ => ", ""},
      {"", "for i in ", ""},
      {"let x: ", "fn() -> ", "i64 = 1;"},
      {"let x: ", "[", ""},
      {"match x { ", "(", ""},
      {"let ", "(", ""},
      {"let x = ", "[for i in ", ""},
      {"let x = ", "1||1&&1==1|1^1&1<<1+1*(", ""},
  }));
  INFO(R.Each);
  Parsed P(R.Before + repeat(R.Each, 100'000) + R.After);
  CHECK(found(P) == std::string(diagnosticName(diag::NestingTooDeep)) + " ");
  CHECK(P.Tree->Decls.empty());
  CHECK(P.Tree->Main->Depth == 1);
}

TEST_CASE("A long row of operators is a deep tree, and reported likewise") {
  struct Row {
    const char *Before, *Each, *After;
  };
  auto R = GENERATE(values<Row>({
      {"let x = ", "1 + ", "1;"},
      {"let x = a", ".b", ";"},
      {"let x = a", "[0]", ";"},
      {"let x = a", "()", ";"},
      {"let x = a", " as i64", ";"},
      {"let x: f64", "[]", " = y;"},
      {"if a { } ", "else if a { } ", ""},
  }));
  INFO(R.Each);
  CHECK(found(Parsed(R.Before + repeat(R.Each, 100'000) + R.After)) ==
        std::string(diagnosticName(diag::TreeTooDeep)) + " ");
  // The limit is not met by what people write.
  Parsed Fine(R.Before + repeat(R.Each, 900) + R.After);
  CHECK(found(Fine) == "");
  CHECK(Fine.Tree->Main->Depth > 900);
  CHECK(Fine.Tree->Main->Depth <= MaxTreeDepth);
}

TEST_CASE("Nesting is allowed as far as people go") {
  size_t Depth = 100;
  auto R = GENERATE(table<const char *, const char *>({
      {"(", ")"},
      {"{", "}"},
      {"[", "]"},
      {"f(", ")"},
      {"if a { ", " } else { b }"},
      {"fn() { ", " }"},
  }));
  Parsed P("let x = " + repeat(std::get<0>(R), Depth) + "1" +
           repeat(std::get<1>(R), Depth) + ";");
  CHECK(found(P) == "");
}

TEST_CASE("Lists may be long") {
  Parsed Array("let x = [" + repeat("1, ", 200'000) + "];");
  CHECK(found(Array) == "");
  CHECK(Array.Tree->Main->Depth < 10);
  Parsed Statements(repeat("x = 1;", 200'000));
  CHECK(found(Statements) == "");
  CHECK(Statements.Tree->Main->Stmts.size() == 200'000);
  Parsed Functions(repeat("fn f(x: i64) -> i64 { x + 1 }\n", 100'000));
  CHECK(found(Functions) == "");
  CHECK(Functions.Tree->Decls.size() == 100'000);
}

TEST_CASE("Repeated rubbish of any kind is read to its end") {
  auto Each = GENERATE(
      as<std::string>(), "let ", "fn ", "fn f( ", "struct ", "struct P { ",
      "enum E { A( ", "@fused ", "not ", "for (", "for (;", "let (", "\"\\",
      "'", "/*", "x { ", ") ", "let = { \n", "x = ", "a < ", "else ", "loop ",
      "(1, 2)[1]", "+", "for (i in 0..3) for (", "x", "1", " \u00a7 ", "\xff",
      "f64[", "match x { 0 ", ";", "..", "import ", "const K = ", "a ? ", "1.",
      "}", "{ } + ", "\n", "#");
  INFO(Each);
  for (size_t Count : {1, 2, 3, 50'000}) {
    Parsed P(repeat(Each, Count));
    CHECK(P.Diags.diagnostics().size() <= DiagnosticEngine::MaxErrors + 1);
    // Rendering and dumping must not fail either.
    CHECK(P.Diags.render().size() < 100'000);
    CHECK(P.Tree->Main->Depth <= MaxTreeDepth);
  }
}

TEST_CASE("Any bytes, and any tokens in any order, can be read") {
  std::mt19937 Random(42);
  const char *Words[] = {
      "fn ",     "let ",  "var ",   "if ",     "else ",   "while ",
      "for ",    "in ",   "loop ",  "match ",  "return ", "break ",
      "struct ", "enum ", "const ", "extern ", "import ", "as ",
      "true ",   "_ ",    "x ",     "f64 ",    "by ",     "parallel ",
      "1 ",      "2.5 ",  "'a' ",   "\"t\" ",  "(",       ")",
      "[",       "]",     "{",      "}",       ", ",      "; ",
      ": ",      ". ",    ".. ",    "..= ",    "-> ",     "=> ",
      "= ",      "== ",   "< ",     "> ",      "+ ",      "- ",
      "** ",     "@",     "&& ",    "+= ",     "? ",      "\n",
      "\"",      "'",     "/*",     "*/",      "//",      "\xc3",
      "$"};
  for (int Run = 0; Run < 3000; ++Run) {
    std::string Text;
    for (unsigned I = 0, E = Random() % 60; I < E; ++I)
      Text += Words[Random() % std::size(Words)];
    Parsed P(Text, Run & 1);
    REQUIRE(P.Tree->Main);
    REQUIRE(dump(*P.Tree).size() < 1'000'000);
    REQUIRE(P.Diags.render().size() < 1'000'000);
  }
  for (int Run = 0; Run < 300; ++Run) {
    std::string Text(Random() % 500, '\0');
    for (char &C : Text)
      C = char(Random());
    Parsed P(Text);
    REQUIRE(P.Tree->Main);
    REQUIRE(P.Diags.render().size() < 1'000'000);
  }
}
