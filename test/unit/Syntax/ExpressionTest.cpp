#include "SyntaxTesting.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::syntax;

TEST_CASE("Operators bind as the language's table says") {
  struct Row {
    const char *Text, *Shape;
  };
  auto R = GENERATE(values<Row>({
      // Loosest first, each level against the next.
      {"a || b && c", "(|| a (&& b c))"},
      {"a && b == c", "(&& a (== b c))"},
      {"a == b | c", "(== a (| b c))"},
      {"a | b ^ c", "(| a (^ b c))"},
      {"a ^ b & c", "(^ a (& b c))"},
      {"a & b << c", "(& a (<< b c))"},
      {"a << b + c", "(<< a (+ b c))"},
      {"a + b * c", "(+ a (* b c))"},
      {"a * b as f64", "(* a (as b f64))"},
      {"-a as f64", "(as (- a) f64)"},
      {"-a ** b", "(- (** a b))"},
      {"a ** b(c)", "(** a (call b c))"},
      // The language page's own examples.
      {"x & 1 == 1", "(== (& x 1) 1)"},
      {"-x ** 2", "(- (** x 2))"},
      // Left to right, except `**`.
      {"a - b - c", "(- (- a b) c)"},
      {"a / b * c % d @ e", "(@ (% (* (/ a b) c) d) e)"},
      {"a << b >> c", "(>> (<< a b) c)"},
      {"a || b || c", "(|| (|| a b) c)"},
      {"a ** b ** c", "(** a (** b c))"},
      {"a ** -b", "(** a (- b))"},
      {"a ** -b ** c", "(** a (- (** b c)))"},
      {"a as i32 as f64", "(as (as a i32) f64)"},
      {"a as f64 < b", "(< (as a f64) b)"},
      {"a as f64[] + b", "(+ (as a f64[]) b)"},
      {"!a == b", "(== (! a) b)"},
      {"!-~a", "(! (- (~ a)))"},
      {"a - -b", "(- a (- b))"},
      {"a--b", "(- a (- b))"},
      {"a*-b", "(* a (- b))"},
      // Parentheses.
      {"(a + b) * c", "(* (+ a b) c)"},
      {"(a < b) == (c < d)", "(== (< a b) (< c d))"},
      {"a == b && c != d || e < f", "(|| (&& (== a b) (!= c d)) (< e f))"},
      // Postfix.
      {"-a.b[c](d)", "(- (call ([] (.b a) c) d))"},
      {"t.0.1", "(.1 (.0 t))"},
      {"xs.map(f).sum()", "(.sum() (.map() xs f))"},
      {"a[i, j][k]", "([] ([] a i j) k)"},
      {"f(a, b,)", "(call f a b)"},
      {"f64(x)", "(call f64 x)"},
      {"a\n+ b", "(+ a b)"},
      // `by`, `parallel` and `fused` are names like others here.
      {"by + parallel * fused", "(+ by (* parallel fused))"},
  }));
  CHECK(shape(R.Text) == R.Shape);
}

TEST_CASE("Literals have their values") {
  struct Row {
    const char *Text, *Shape;
  };
  auto R = GENERATE(values<Row>({
      {"0", "0"},
      {"1_000_000", "1000000"},
      {"0xff", "255"},
      {"0XFFu8", "255u8"},
      {"0b1010", "10"},
      {"0b1_1i32", "3i32"},
      {"0x1f32", "7986"},
      {"18446744073709551616", "18446744073709551616"},
      {"340282366920938463463374607431768211455",
       "340282366920938463463374607431768211455"},
      {"2f32", "2f32"},
      {"2.5", "2.5"},
      {"6.674e-11", "6.674e-11"},
      {"1_0.0_1e1_0f64", "10.01e10f64"},
      {"1e5", "1e5"},
      {"-128i8", "(- 128i8)"},
      {"true && false", "(&& true false)"},
      {"'a'", "'a'"},
      {R"('\n')", R"('\x0a')"},
      {R"('\xff')", R"('\xff')"},
      {R"('\'')", "'''"},
      {R"('"')", "'\"'"},
      {R"("")", R"("")"},
      {R"("a\n\t\r\\\"\0\x41\u{e9}\u{1F600}b")",
       "\"a\\x0a\\x09\\x0d\\\"\\x00A\u00e9\U0001F600b\""},
      {"\"\u00e9\"", "\"\u00e9\""},
  }));
  CHECK(shape(R.Text) == R.Shape);
}

TEST_CASE("An expression in parentheses covers them, and says so") {
  Parsed P("(a + (b))", /*IsFormula=*/true);
  auto *Sum = cast<BinaryExpr>(P.Tree->Main->Result);
  CHECK(Sum->Parenthesized);
  CHECK_FALSE(Sum->Left->Parenthesized);
  CHECK(Sum->Right->Parenthesized);
  CHECK(P.Sources.text(Sum->Range) == "(a + (b))");
  CHECK(P.Sources.text(Sum->Right->Range) == "(b)");
  CHECK(P.Sources.text(Sum->OpRange) == "+");
}

TEST_CASE("Every expression's range is its own text") {
  for (const char *Text : {"a",
                           "1.5f32",
                           "\"x\"",
                           "-a",
                           "a + b",
                           "a ** b",
                           "a as f64",
                           "f(a, b)",
                           "a.f(b)",
                           "a.b",
                           "a.0",
                           "a[1, ..]",
                           "(a, b)",
                           "()",
                           "[a, b]",
                           "[]",
                           "[a; 4]",
                           "f64[n, m]",
                           "f64[,][n]",
                           "[for i in 0..n: i]",
                           "if a { b } else { c }",
                           "if a { b } else if c { d }",
                           "match a { }",
                           "while a { }",
                           "for i in a { }",
                           "loop { }",
                           "{ a; b }",
                           "parallel for i in 0..n { }",
                           "fn(x: f64) = x",
                           "fn(x: f64) -> f64 { x }",
                           "return",
                           "return a",
                           "break a",
                           "continue",
                           "a += b"}) {
    INFO(Text);
    Parsed P("  " + std::string(Text) + " ", /*IsFormula=*/true);
    CHECK(P.Diags.render() == "");
    REQUIRE(P.Tree->Main->Result);
    CHECK(P.Sources.text(P.Tree->Main->Result->Range) == Text);
  }
}

TEST_CASE("A slice may lack any of its parts") {
  CHECK(tree("a[.., lo.., ..hi, ..=hi, lo..hi, lo..=hi by s, .. by 2, i]") ==
        "main\n"
        "  result\n"
        "    index\n"
        "      name a\n"
        "      slice\n"
        "      slice\n"
        "        from\n"
        "          name lo\n"
        "      slice\n"
        "        to\n"
        "          name hi\n"
        "      slice\n"
        "        through\n"
        "          name hi\n"
        "      slice\n"
        "        from\n"
        "          name lo\n"
        "        to\n"
        "          name hi\n"
        "      slice\n"
        "        from\n"
        "          name lo\n"
        "        through\n"
        "          name hi\n"
        "        by\n"
        "          name s\n"
        "      slice\n"
        "        by\n"
        "          integer 2\n"
        "      name i\n");
}

TEST_CASE("A type followed by sizes is a new array") {
  CHECK(tree("f64[n, m]") == "main\n  result\n    zeros f64\n      name n\n"
                             "      name m\n");
  CHECK(tree("f32[,][n]") == "main\n  result\n    zeros f32[,]\n"
                             "      name n\n");
  CHECK(tree("Body[][n]") == "main\n  result\n    zeros Body[]\n"
                             "      name n\n");
  CHECK(tree("(f64, Body)[n]") ==
        "main\n  result\n    zeros (f64, Body)\n      name n\n");
  CHECK(tree("[f64; 4][n]") ==
        "main\n  result\n    zeros [f64; 4]\n      name n\n");
  // Whether Body is a type, only the checker knows.
  CHECK(tree("Body[n]") ==
        "main\n  result\n    index\n      name Body\n      name n\n");
  CHECK(tree("f64[3][0]") == "main\n  result\n    index\n      zeros f64\n"
                             "        integer 3\n      integer 0\n");
}

TEST_CASE("An expression can be read as a type where that makes sense") {
  struct Row {
    const char *Text, *Type;
  };
  auto R = GENERATE(values<Row>({
      {"Body", "Body"},
      {"(f64, Body)", "(f64, Body)"},
      {"()", "()"},
      {"[Body; 4]", "[Body; 4]"},
      {"a + b", ""},
      {"(a, b + 1)", ""},
      {"[1; 4]", ""},
  }));
  Parsed P(R.Text, /*IsFormula=*/true);
  const TypeExpr *T = asTypeExpr(P.Tree->Memory, P.Tree->Main->Result);
  CHECK((T ? toString(T) : "") == R.Type);
}

TEST_CASE("A comprehension has a clause for each dimension") {
  CHECK(tree("[for i in 0..n by 2 for _ in xs: { s = s + i; s }]") ==
        "main\n"
        "  result\n"
        "    comprehension\n"
        "      for i\n"
        "        from\n"
        "          integer 0\n"
        "        to\n"
        "          name n\n"
        "        by\n"
        "          integer 2\n"
        "      for _\n"
        "        in\n"
        "          name xs\n"
        "      element\n"
        "        block\n"
        "          statement\n"
        "            assign =\n"
        "              name s\n"
        "              binary +\n"
        "                name s\n"
        "                name i\n"
        "          result\n"
        "            name s\n");
}

TEST_CASE("Arguments may be named") {
  CHECK(tree("Body(1, x: 2, y: -3)") == "main\n"
                                        "  result\n"
                                        "    call\n"
                                        "      name Body\n"
                                        "      integer 1\n"
                                        "      argument x\n"
                                        "        integer 2\n"
                                        "      argument y\n"
                                        "        unary -\n"
                                        "          integer 3\n");
}

TEST_CASE("A lambda's value goes as far as it can") {
  CHECK(tree("xs.map(fn(x: f64) = x * x + c).sum()") ==
        "main\n"
        "  result\n"
        "    method sum\n"
        "      method map\n"
        "        name xs\n"
        "        lambda (x: f64) =\n"
        "          binary +\n"
        "            binary *\n"
        "              name x\n"
        "              name x\n"
        "            name c\n");
  CHECK(tree("fn(x: f64, y: i64) -> f64 { x }") ==
        "main\n"
        "  result\n"
        "    lambda (x: f64, y: i64) -> f64\n"
        "      block\n"
        "        result\n"
        "          name x\n");
}
