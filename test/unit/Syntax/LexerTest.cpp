#include "SyntaxTesting.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::syntax;

namespace {

/// The kinds of the tokens, with the text of names and literals.
std::string tokens(std::string Text) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId File = Sources.addText("t", std::move(Text));
  std::string Out;
  for (const Token &T : lex(File, Diags)) {
    if (T.is(TokenKind::End))
      break;
    if (!Out.empty())
      Out += ' ';
    Out += Sources.text(T.range());
    if (T.is(TokenKind::Error))
      Out += "(error)";
    if (T.is(TokenKind::Float))
      Out += "(float)";
  }
  return Out + (Diags.hasErrors() ? " !" : "");
}

} // namespace

TEST_CASE("A text is split into the longest tokens") {
  struct Row {
    const char *Text, *Tokens;
  };
  auto R = GENERATE(values<Row>({
      {"", ""},
      {"a+b", "a + b"},
      {"a<<=b>>c>=d", "a <<= b >> c >= d"},
      {"a**=b**c*d", "a **= b ** c * d"},
      {"x->y=>z==w=v", "x -> y => z == w = v"},
      {"a..b..=c.d", "a .. b ..= c . d"},
      {"!a!=b&&c&d||e|f", "! a != b && c & d || e | f"},
      {"a--b++c", "a - - b ++ c"},
      {"ifx if x", "ifx if x"},
      {"_ _a a_", "_ _a a_"},
      {"a@b @= c", "a @ b @= c"},
  }));
  CHECK(tokens(R.Text) == R.Tokens);
}

TEST_CASE("A number ends where a range, field or call begins") {
  struct Row {
    const char *Text, *Tokens;
  };
  auto R = GENERATE(values<Row>({
      {"1..n", "1 .. n"},
      {"1..=2", "1 ..= 2"},
      {"1.5..2.5", "1.5(float) .. 2.5(float)"},
      {"t.0.1", "t . 0 . 1"},
      {"t.0.1.2", "t . 0 . 1 . 2"},
      {"f(x).0", "f ( x ) . 0"},
      {"a[0].1", "a [ 0 ] . 1"},
      {"1.abs()", "1 . abs ( )"},
      {"1.5.abs()", "1.5(float) . abs ( )"},
      {"1e5", "1e5(float)"},
      {"1e-5-2", "1e-5(float) - 2"},
      {"1E+5", "1E+5(float)"},
      {"0xe+5", "0xe + 5"},
      {"0x1f32", "0x1f32"},
      {"1_000u8", "1_000u8"},
      {"2.5f32", "2.5f32(float)"},
      {"1f32", "1f32"},
      {"5.", "5.(float)"},
      {"x = .5", "x = .5(float)"},
      {"(5.)", "( 5.(float) )"},
      {"1.e5", "1.e5(float)"},
      {"0b12", "0b12"},
  }));
  CHECK(tokens(R.Text) == R.Tokens);
}

TEST_CASE("White space and comments separate tokens and are no tokens") {
  struct Row {
    const char *Text, *Tokens;
  };
  auto R = GENERATE(values<Row>({
      {"a// b\nc", "a c"},
      {"a/* b */c", "a c"},
      {"a /* b /* c */ d */ e", "a e"},
      {"a/**/b", "a b"},
      {"a /*/ b */ c", "a c"},
      {"\t\r\n\v\f a", "a"},
      {"\xEF\xBB\xBF a", "a"},
      {"#!/usr/bin/env jitrun\na", "a"},
      {"// only", ""},
  }));
  CHECK(tokens(R.Text) == R.Tokens);
}

TEST_CASE("Texts and characters keep their escaped quotes") {
  CHECK(tokens(R"("a\"b" 'c' '\'' "\\" '"')") == R"("a\"b" 'c' '\'' "\\" '"')");
}

TEST_CASE("What cannot be read is one Error token") {
  struct Row {
    const char *Text, *Tokens;
  };
  auto R = GENERATE(values<Row>({
      {"a # b", "a #(error) b !"},
      {"a $\xff\x01` b", "a $\xff\x01`(error) b !"},
      {"\"abc\nd", "\"abc(error) d !"},
      {"\"abc\\\nd", "\"abc\\(error) d !"},
      {"\"abc\\", "\"abc\\(error) !"},
      {"it's", "it '(error) s !"},
      {"a /* b", "a (error) !"},
  }));
  CHECK(tokens(R.Text) == R.Tokens);
}

TEST_CASE("A NUL byte is a character like others") {
  CHECK(tokens(std::string("a\0b", 3)) == std::string("a \0(error) b !", 14));
}

TEST_CASE("A token knows whether it begins a line and touches the one before") {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  auto Tokens = lex(Sources.addText("t", "a b\n c/**/d(e /*\n*/ f"), Diags);
  std::string Flags;
  for (const Token &T : Tokens)
    Flags += T.AtLineStart ? 'L' : T.Glued ? 'G' : '.';
  CHECK(Flags == "L.L.GGLG");
}

TEST_CASE("Tokens are dumped one a line") {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  auto Tokens = lex(Sources.addText("t", "let x\n = 1.5;"), Diags);
  CHECK(dumpTokens(Tokens, Sources) == "1:1 Let\n"
                                       "1:5 Identifier x\n"
                                       "2:2 Equal\n"
                                       "2:4 Float 1.5\n"
                                       "2:7 Semicolon\n"
                                       "2:8 End\n");
}
