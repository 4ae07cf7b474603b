#include "SemaTesting.h"

#include "Types/TypeContext.h"

#include <catch2/catch.hpp>

#include <pthread.h>

using namespace jitrun;
using namespace jitrun::sema;

namespace {

SemaOptions formula(std::initializer_list<const char *> Parameters,
                    TypeKind Result = TypeKind::Error) {
  SemaOptions Options;
  Options.IsFormula = true;
  for (const char *Name : Parameters)
    Options.Parameters.push_back(
        {Name, [](TypeContext &T) { return T.f64(); }});
  if (Result != TypeKind::Error)
    Options.Result = [Result](TypeContext &T) { return T.get(Result); };
  return Options;
}

} // namespace

TEST_CASE("A formula becomes a function of its free variables") {
  Checked C("x * 2 + y", formula({"x", "y"}));
  CHECK(C.shown() == "program formula(x.0: f64, y.1: f64) -> f64 {\n"
                     "  return ((x.0 * 2.0) + y.1)\n"
                     "}\n");
  CHECK(C.Module->Main == C.Module->Functions[0].get());
}

TEST_CASE("A formula may declare, compute and return before its value") {
  Checked C("let d = x * x; if d > 4 { return 0 } d + 1",
            formula({"x"}, TypeKind::F64));
  CHECK(C.shown() == "program formula(x.0: f64) -> f64 {\n"
                     "  init d.1: f64 = (x.0 * x.0)\n"
                     "  if (d.1 > 4.0) {\n"
                     "    return 0.0\n"
                     "  }\n"
                     "  return (d.1 + 1.0)\n"
                     "}\n");
}

TEST_CASE("Where the host leaves it open, a formula's first value decides") {
  Checked C("if x > 4 { return 0.5 } x", formula({"x"}));
  CHECK(C.Module);
  Checked D("if x > 4 { return true } x", formula({"x"}));
  REQUIRE(D.Diags.diagnostics().size() == 1);
  CHECK(D.Diags.diagnostics()[0].Message == "expected 'bool', found 'f64'");
}

TEST_CASE("A formula's value has the type that the host asks for") {
  CHECK(Checked("1 / 4", formula({}, TypeKind::F32)).shown() ==
        "program formula() -> f32 {\n  return 0.25f32\n}\n");
  Checked C("x", formula({"x"}, TypeKind::Bool));
  REQUIRE(C.Diags.diagnostics().size() == 1);
  CHECK(C.Diags.diagnostics()[0].Message == "expected 'bool', found 'f64'");
}

TEST_CASE("A file of declarations has no main program") {
  Checked C("fn f() {}");
  REQUIRE(C.Module);
  CHECK(C.Module->Main == nullptr);
  CHECK(C.Module->findFunction("f"));
  CHECK_FALSE(C.Module->findFunction("main"));
}

TEST_CASE("A function may be called main") {
  Checked C("fn main() {} main();");
  REQUIRE(C.Module);
  CHECK(C.Module->Main != C.Module->findFunction("main"));
}

TEST_CASE("Imports are found from the file that has them, each once") {
  std::map<std::string, std::string> Files{
      {"a.jit", "import \"b.jit\"; fn a() -> i64 = b(); print(1);"},
      {"b.jit", "import \"a.jit\"; fn b() -> i64 = 2;"}};
  Checked C("import \"a.jit\"; import \"b.jit\"; print(a() + b());", {}, Files);
  REQUIRE(C.Module);
  CHECK(C.Module->Functions.size() == 3);
  CHECK(C.shown().find("Print(1)") == std::string::npos);
}

TEST_CASE("Errors in an imported file are reported there") {
  Checked C("import \"a.jit\";", {}, {{"a.jit", "fn f() -> i64 = 1.5;"}});
  REQUIRE(C.Diags.diagnostics().size() == 1);
  CHECK(C.Diags.render().find("a.jit:1:17") == 0);
}

TEST_CASE("The same name in two files is an error") {
  Checked C("import \"a.jit\"; fn f() {}", {}, {{"a.jit", "fn f() {}"}});
  REQUIRE(C.Diags.diagnostics().size() == 1);
  CHECK(C.Diags.diagnostics()[0].Id == diag::Redeclared);
}

TEST_CASE("Sites have the ranges of their operations") {
  Checked C("fn f(a: i64[], i: i64) -> i64 = a[i] / f(a, i - 1);");
  REQUIRE(C.Module);
  std::vector<std::string> Texts;
  for (SourceRange R : C.Module->findFunction("f")->Sites)
    Texts.emplace_back(C.Sources.text(R));
  CHECK(Texts ==
        std::vector<std::string>{"a[i]", "f(a, i - 1)", "a[i] / f(a, i - 1)"});
}

TEST_CASE("The longest match is no deeper than a short one") {
  std::string Text = "fn f(x: i64) -> i64 = match x {";
  for (int I = 0; I < 2000; ++I)
    Text += std::to_string(I) + " => " + std::to_string(I * 7) + ",";
  Checked C(Text + "_ => 0 };");
  REQUIRE(C.Module);
  std::string Shown = C.shown();
  CHECK(Shown.find(std::string(100, ' ')) == std::string::npos);
  CHECK(Shown.find("return 13993") != std::string::npos);
}

TEST_CASE("Deep trees are checked on a stack of their own") {
  std::string Nested = "fn f(x: i64) -> i64 = " + std::string(200, '(') + "x";
  for (int I = 0; I < 200; ++I)
    Nested += " + 1)";
  std::string Long = ";\nfn g(x: i64) -> i64 = x";
  for (int I = 0; I < 900; ++I)
    Long += " + x";
  std::string Text = Nested + Long + ";";

  // 512 KiB, as the least that a host's thread has.
  auto Body = [](void *Arg) -> void * {
    auto *Source = static_cast<std::string *>(Arg);
    bool Ok = Checked(*Source).Module != nullptr;
    return Ok ? Arg : nullptr;
  };
  pthread_attr_t Attributes;
  pthread_attr_init(&Attributes);
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  pthread_attr_setstacksize(&Attributes, 8 << 20);
#else
  pthread_attr_setstacksize(&Attributes, 512 << 10);
#endif
  pthread_t Thread;
  REQUIRE(pthread_create(&Thread, &Attributes, Body, &Text) == 0);
  void *Ok = nullptr;
  pthread_join(Thread, &Ok);
  pthread_attr_destroy(&Attributes);
  CHECK(Ok);
}

TEST_CASE("At most fifty errors are kept") {
  std::string Text;
  for (int I = 0; I < 200; ++I)
    Text += "print(x" + std::to_string(I) + ");\n";
  Checked C(Text);
  CHECK(C.Diags.diagnostics().size() == 51);
}

TEST_CASE("What is made of literals adapts to what stands beside it") {
  CHECK(lowered("fn f(t: (f32, u8)) -> bool = t == (1, 2);") ==
        "init %1: (f32, u8) = (1.0f32, 2u8)\n"
        "return ((t.0.0 == %1.0) && (t.0.1 == %1.1))");
  CHECK(lowered("fn f(b: bool, a: f32[]) -> f32[] { "
                "let c = if b { [] } else { a }; c }") ==
        "if b.0 {\n"
        "  init c.2: f32[] = zero f32[]\n"
        "} else {\n"
        "  init c.2: f32[] = a.1\n"
        "}\n"
        "return c.2");
  CHECK(lowered("fn f(p: (f32, f32)) { let a = [(1, 2), p]; }") ==
        "a.1: (f32, f32)[] = NewArray uninitialized(2)\n"
        "a.1[linear 0] = (1.0f32, 2.0f32)\n"
        "a.1[linear 1] = p.0\n"
        "return");
}
