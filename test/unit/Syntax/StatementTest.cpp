#include "SyntaxTesting.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::syntax;

TEST_CASE("A block's value is its last expression, if no ';' follows it") {
  CHECK(tree("{ a; b }") == "main\n  result\n    block\n      statement\n"
                            "        name a\n      result\n        name b\n");
  CHECK(tree("{ a; b; }") ==
        "main\n  result\n    block\n      statement\n        name a\n"
        "      statement\n        name b\n");
  CHECK(tree("{ }") == "main\n  result\n    block\n");
  CHECK(tree("a; b") ==
        "main\n  statement\n    name a\n  result\n    name b\n");
  CHECK(tree(";;a;;") == "main\n  statement\n    name a\n");
  CHECK(tree("") == "");
}

TEST_CASE("'if' and its like at the start of a statement are all of it") {
  // Else the '(' would call the loop's result, the '-' subtract from it.
  CHECK(tree("for x in xs { f(x) }\n(p, q) = (q, p)") == "main\n"
                                                         "  statement\n"
                                                         "    for x\n"
                                                         "      in\n"
                                                         "        name xs\n"
                                                         "      block\n"
                                                         "        result\n"
                                                         "          call\n"
                                                         "            name f\n"
                                                         "            name x\n"
                                                         "  result\n"
                                                         "    assign =\n"
                                                         "      tuple\n"
                                                         "        name p\n"
                                                         "        name q\n"
                                                         "      tuple\n"
                                                         "        name q\n"
                                                         "        name p\n");
  CHECK(tree("if a { 1 } else { 2 } -3") == "main\n"
                                            "  statement\n"
                                            "    if\n"
                                            "      name a\n"
                                            "      block\n"
                                            "        result\n"
                                            "          integer 1\n"
                                            "    else\n"
                                            "      block\n"
                                            "        result\n"
                                            "          integer 2\n"
                                            "  result\n"
                                            "    unary -\n"
                                            "      integer 3\n");
  // Elsewhere they are operands.
  CHECK(tree("1 + if a { 1 } else { 2 } - 3") == "main\n"
                                                 "  result\n"
                                                 "    binary -\n"
                                                 "      binary +\n"
                                                 "        integer 1\n"
                                                 "        if\n"
                                                 "          name a\n"
                                                 "          block\n"
                                                 "            result\n"
                                                 "              integer 1\n"
                                                 "        else\n"
                                                 "          block\n"
                                                 "            result\n"
                                                 "              integer 2\n"
                                                 "      integer 3\n");
}

TEST_CASE("A chain of 'else if' ends with 'else' or without") {
  CHECK(tree("if a { } else if b { } else { }") == "main\n"
                                                   "  result\n"
                                                   "    if\n"
                                                   "      name a\n"
                                                   "      block\n"
                                                   "    else if\n"
                                                   "      name b\n"
                                                   "      block\n"
                                                   "    else\n"
                                                   "      block\n");
  CHECK(tree("if a { } else if b { }") == "main\n"
                                          "  result\n"
                                          "    if\n"
                                          "      name a\n"
                                          "      block\n"
                                          "    else if\n"
                                          "      name b\n"
                                          "      block\n");
}

TEST_CASE("Loops") {
  CHECK(tree("while a < b { a += 1 }") == "main\n"
                                          "  result\n"
                                          "    while\n"
                                          "      binary <\n"
                                          "        name a\n"
                                          "        name b\n"
                                          "      block\n"
                                          "        result\n"
                                          "          assign +=\n"
                                          "            name a\n"
                                          "            integer 1\n");
  CHECK(tree("for i in n - 1..=0 by -1 { }") == "main\n"
                                                "  result\n"
                                                "    for i\n"
                                                "      from\n"
                                                "        binary -\n"
                                                "          name n\n"
                                                "          integer 1\n"
                                                "      through\n"
                                                "        integer 0\n"
                                                "      by\n"
                                                "        unary -\n"
                                                "          integer 1\n"
                                                "      block\n");
  CHECK(tree("parallel for _ in 0..1 << k { continue }") ==
        "main\n"
        "  result\n"
        "    parallel for _\n"
        "      from\n"
        "        integer 0\n"
        "      to\n"
        "        binary <<\n"
        "          integer 1\n"
        "          name k\n"
        "      block\n"
        "        result\n"
        "          continue\n");
  CHECK(tree("let x = loop { break 3 };") == "main\n"
                                             "  let x\n"
                                             "    loop\n"
                                             "      block\n"
                                             "        result\n"
                                             "          break\n"
                                             "            integer 3\n");
}

TEST_CASE("'parallel' without 'for' is a name") {
  CHECK(tree("parallel = 3") == "main\n  result\n    assign =\n"
                                "      name parallel\n      integer 3\n");
}

TEST_CASE("'return' and 'break' take a value from their own line") {
  CHECK(tree("{ if a { return } b }") == "main\n"
                                         "  result\n"
                                         "    block\n"
                                         "      statement\n"
                                         "        if\n"
                                         "          name a\n"
                                         "          block\n"
                                         "            result\n"
                                         "              return\n"
                                         "      result\n"
                                         "        name b\n");
  CHECK(tree("return a + b") == "main\n"
                                "  result\n"
                                "    return\n"
                                "      binary +\n"
                                "        name a\n"
                                "        name b\n");
}

TEST_CASE("let and var take names, types and tuples apart") {
  CHECK(tree("let a = 1; var b: f64[,] = c; let (q, (_, r)): (f64, T) = f(x);"
             "let _ = 2;") == "main\n"
                              "  let a\n"
                              "    integer 1\n"
                              "  var b: f64[,]\n"
                              "    name c\n"
                              "  let (q, (_, r)): (f64, T)\n"
                              "    call\n"
                              "      name f\n"
                              "      name x\n"
                              "  let _\n"
                              "    integer 2\n");
}

TEST_CASE("Each assignment operator has its place") {
  struct Row {
    const char *Text, *Op;
  };
  auto R = GENERATE(values<Row>({
      {"a = b", "="},
      {"a += b", "+="},
      {"a -= b", "-="},
      {"a *= b", "*="},
      {"a /= b", "/="},
      {"a %= b", "%="},
      {"a **= b", "**="},
      {"a @= b", "@="},
      {"a &= b", "&="},
      {"a |= b", "|="},
      {"a ^= b", "^="},
      {"a <<= b", "<<="},
      {"a >>= b", ">>="},
  }));
  CHECK(tree(R.Text) == "main\n  result\n    assign " + std::string(R.Op) +
                            "\n      name a\n      name b\n");
}

TEST_CASE("match takes its subject apart with any pattern") {
  CHECK(tree("match s {\n"
             "  0 => a += 1,\n"
             "  -1 => b,\n"
             "  'a'..='z' => c,\n"
             "  ..0 => d,\n"
             "  LO..HI => e,\n"
             "  10.. => f,\n"
             "  \"x\" => g,\n"
             "  true => h,\n"
             "  Circle(r) => i,\n"
             "  Shape.Rect(1, _) => j,\n"
             "  Shape.Empty => k,\n"
             "  (p, (_, q)) => l,\n"
             "  Node(Leaf(x), y) => m,\n"
             "  n => if n { 1 },\n"
             "  _ => { },\n"
             "}") == "main\n"
                     "  result\n"
                     "    match\n"
                     "      name s\n"
                     "      arm 0\n"
                     "        assign +=\n"
                     "          name a\n"
                     "          integer 1\n"
                     "      arm -1\n"
                     "        name b\n"
                     "      arm 'a'..='z'\n"
                     "        name c\n"
                     "      arm ..0\n"
                     "        name d\n"
                     "      arm LO..HI\n"
                     "        name e\n"
                     "      arm 10..\n"
                     "        name f\n"
                     "      arm \"x\"\n"
                     "        name g\n"
                     "      arm true\n"
                     "        name h\n"
                     "      arm Circle(r)\n"
                     "        name i\n"
                     "      arm Shape.Rect(1, _)\n"
                     "        name j\n"
                     "      arm Shape.Empty\n"
                     "        name k\n"
                     "      arm (p, (_, q))\n"
                     "        name l\n"
                     "      arm Node(Leaf(x), y)\n"
                     "        name m\n"
                     "      arm n\n"
                     "        if\n"
                     "          name n\n"
                     "          block\n"
                     "            result\n"
                     "              integer 1\n"
                     "      arm _\n"
                     "        block\n");
}
