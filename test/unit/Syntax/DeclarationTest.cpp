#include "SyntaxTesting.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::syntax;

TEST_CASE("Declarations") {
  struct Row {
    const char *Text, *Tree;
  };
  auto R = GENERATE(values<Row>({
      {"const G = 6.674e-11;", "const G\n  float 6.674e-11\n"},
      {"const N: i64 = 3;", "const N: i64\n  integer 3\n"},
      {"import \"vec.jit\";", "import \"vec.jit\"\n"},
      {"extern fn hypot(x: f64, y: f64) -> f64;",
       "extern fn hypot(x: f64, y: f64) -> f64\n"},
      {"extern fn tick();", "extern fn tick()\n"},
      {"struct P { x: f64, y: f64[] }",
       "struct P\n  field x: f64\n  field y: f64[]\n"},
      {"struct E { }", "struct E\n"},
      {"struct P { x: f64, };", "struct P\n  field x: f64\n"},
      {"enum Shape { Circle(f64), Rect(f64, f64), Empty }",
       "enum Shape\n  variant Circle(f64)\n  variant Rect(f64, f64)\n"
       "  variant Empty\n"},
      {"fn f() { }", "fn f()\n  block\n"},
      {"fn f(x: i64) -> i64 { x }",
       "fn f(x: i64) -> i64\n  block\n    result\n      name x\n"},
      {"fn f(_: i64) -> i64 = 3;", "fn f(_: i64) -> i64 =\n  integer 3\n"},
      {"fn f(a: f64[]) = a[0] = 3;",
       "fn f(a: f64[]) =\n  assign =\n    index\n      name a\n"
       "      integer 0\n    integer 3\n"},
      {"fn twice<T, U>(f: fn(T) -> U, x: T) -> U = f(x);",
       "fn twice<T, U>(f: fn(T) -> U, x: T) -> U =\n  call\n    name f\n"
       "    name x\n"},
      {"@fused fn f(x: f64) -> f64 = x;",
       "@fused fn f(x: f64) -> f64 =\n  name x\n"},
      {"fn last() = 3", "fn last() =\n  integer 3\n"},
  }));
  CHECK(tree(R.Text) == R.Tree);
}

TEST_CASE("Types are read and shown as they are written") {
  auto Text =
      GENERATE(as<std::string>(), "f64", "()", "(f64, i64)", "f64[]", "f64[,]",
               "f64[,,]", "f32[,][]", "[f64; 4]", "[[u8; 2]; 3]", "[f64; 4][]",
               "(f64, i64)[]", "any", "fn()", "fn(f64, i64) -> f64",
               "fn(fn(f64)) -> fn()", "fn(f64) -> f64[]", "(fn(f64) -> f64)[]");
  CHECK(tree("let x: " + Text + " = y;") ==
        "main\n  let x: " + Text + "\n    name y\n");
}

TEST_CASE("Declarations and statements may be mixed") {
  Parsed P("let a = 1;\nfn f() { }\na;\nconst K = 2;\nf()\n");
  CHECK(P.Diags.render() == "");
  REQUIRE(P.Tree->Decls.size() == 2);
  CHECK(isa<FunctionDecl>(P.Tree->Decls[0]));
  CHECK(isa<ConstDecl>(P.Tree->Decls[1]));
  CHECK(P.Tree->Main->Stmts.size() == 2);
  CHECK(P.Tree->Main->Result);
}

TEST_CASE("A formula may declare and bind before its value") {
  Parsed P("fn N(x: f64) -> f64 = 0.5 * (1 + erf(x / sqrt(2)));\n"
           "let vs = vol * sqrt(t);\n"
           "let d1 = (log(s / k) + (r + vol ** 2 / 2) * t) / vs;\n"
           "s * N(d1) - k * exp(-r * t) * N(d1 - vs)\n",
           /*IsFormula=*/true);
  CHECK(P.Diags.render() == "");
  CHECK(P.Tree->Decls.size() == 1);
  CHECK(P.Tree->Main->Stmts.size() == 2);
  REQUIRE(P.Tree->Main->Result);
  CHECK(isa<BinaryExpr>(P.Tree->Main->Result));
}

TEST_CASE("A declaration's range is its own text") {
  for (const char *Text :
       {"const G = 1;", "import \"a\";", "extern fn f();", "struct P { }",
        "enum E { A }", "fn f() { }", "@fused fn f() = 1;"}) {
    Parsed P("  " + std::string(Text) + " \n");
    REQUIRE(P.Tree->Decls.size() == 1);
    CHECK(P.Sources.text(P.Tree->Decls[0]->Range) == Text);
  }
}
