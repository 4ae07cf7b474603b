#include "Support/Diagnostics.h"

#include <catch2/catch.hpp>

using namespace jitrun;

namespace {

struct Fixture {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};

  SourceRange find(FileId File, std::string_view Part) {
    size_t At = Sources.text(File).find(Part);
    REQUIRE(At != std::string_view::npos);
    SourceLocation Begin = Sources.begin(File).advanced(uint32_t(At));
    return {Begin, Begin.advanced(uint32_t(Part.size()))};
  }
  std::string show(const std::string &Text, std::string_view Part) {
    FileId File = Sources.addText("f", Text);
    return renderMessage(Sources, find(File, Part), "error", "m");
  }
};

/// Stands for the type of something that an earlier error left without one.
struct Poison {};
DiagnosticArgument toDiagnosticArgument(const Poison &) {
  return {"<error>", true};
}

} // namespace

TEST_CASE_METHOD(Fixture, "A diagnostic shows line, caret, fix and notes") {
  FileId File = Sources.addText("file.jit", "a\nb\n  n + 0.5\n");
  Diags.report(find(File, "n + 0.5"), diag::WordOperator)
          .note(find(File, "b"), "declared here")
          .fix("write 'f64(n)'")
      << "&&" << std::string("and");
  CHECK(Diags.render() == "file.jit:3:3: error: the operator is '&&', not "
                          "'and'\n"
                          "  3 |   n + 0.5\n"
                          "    |   ^~~~~~~\n"
                          "    = help: write 'f64(n)'\n"
                          "file.jit:2:1: note: declared here\n"
                          "  2 | b\n"
                          "    | ^\n");
  CHECK(Diags.hasErrors());
  CHECK(Diags.errorCount() == 1);
  Diags.clear();
  CHECK_FALSE(Diags.hasErrors());
}

TEST_CASE_METHOD(Fixture, "A message without a place is one line") {
  CHECK(renderMessage(Sources, {}, "error", "no such file") ==
        "error: no such file\n");
  CHECK(renderMessage(Sources, {}, "error", "m", "do this") ==
        "error: m\n    = help: do this\n");
}

TEST_CASE_METHOD(Fixture, "The caret stands under what it marks") {
  // Behind the end of the line, and of the text.
  CHECK(show("ab\ncd", "\n") == "f:1:3: error: m\n"
                                "  1 | ab\n"
                                "    |   ^\n");
  // Tabs have stops of 4.
  CHECK(show("\tab\tcd", "cd") == "f:1:5: error: m\n"
                                  "  1 |     ab  cd\n"
                                  "    |         ^~\n");
  // A range over several lines is marked to the end of its first.
  CHECK(show("ab cd\nef", "cd\nef") == "f:1:4: error: m\n"
                                       "  1 | ab cd\n"
                                       "    |    ^~\n");
  // An empty range is a point.
  FileId File = Sources.addText("f", "ab");
  CHECK(renderMessage(Sources, Sources.begin(File).advanced(1), "error", "m") ==
        "f:1:2: error: m\n"
        "  1 | ab\n"
        "    |  ^\n");
}

TEST_CASE_METHOD(Fixture, "The line number may be long") {
  std::string Text(12344, '\n');
  CHECK(show(Text + "x", "x") == "f:12345:1: error: m\n"
                                 "12345 | x\n"
                                 "      | ^\n");
}

TEST_CASE_METHOD(Fixture, "What could upset a terminal is not shown") {
  // A control character, a byte that is not UTF-8, one that turns the text
  // around: each takes one column.
  CHECK(show("a\x1b[\xff\u202e x", "x") == "f:1:7: error: m\n"
                                           "  1 | a\uFFFD[\uFFFD\uFFFD x\n"
                                           "    |       ^\n");
  CHECK(renderMessage(Sources, {}, "error", "a\x1b\xc3z\u00e9\u0085") ==
        "error: a\uFFFD\uFFFDz\u00e9\uFFFD\n");
}

TEST_CASE_METHOD(Fixture, "A long line is clipped around the caret") {
  std::string Long(1000, 'a');
  auto Line = [](const std::string &Text, int Number) {
    size_t At = 0;
    while (Number--)
      At = Text.find('\n', At) + 1;
    return Text.substr(At, Text.find('\n', At) - At);
  };
  SECTION("at its start") {
    std::string Text = show("x" + Long, "x");
    CHECK(Line(Text, 1) == "  1 | x" + std::string(119, 'a') + "...");
    CHECK(Line(Text, 2) == "    | ^");
  }
  SECTION("in its middle") {
    std::string Text = show(Long + "x" + Long, "x");
    CHECK(Line(Text, 1) == "  1 | ..." + std::string(60, 'a') + "x" +
                               std::string(59, 'a') + "...");
    CHECK(Line(Text, 2) == "    | " + std::string(63, ' ') + "^");
  }
  SECTION("at its end") {
    std::string Text = show(Long + "x", "x");
    CHECK(Line(Text, 1) == "  1 | ..." + std::string(119, 'a') + "x");
    CHECK(Line(Text, 2) == "    | " + std::string(122, ' ') + "^");
  }
  SECTION("when the marked part is long itself") {
    std::string Text = show("b" + Long, Long);
    CHECK(Line(Text, 1) == "  1 | b" + std::string(119, 'a') + "...");
    CHECK(Line(Text, 2).starts_with("    |  ^~~~"));
    CHECK(Line(Text, 2).size() <= 6 + 121);
  }
  SECTION("of millions of bytes") {
    std::string Text = show(std::string(5'000'000, 'a') + "x", "x");
    CHECK(Text.size() < 400);
  }
}

TEST_CASE_METHOD(Fixture, "Cascades and repetitions are dropped") {
  FileId File = Sources.addText("f", "abc");
  Diags.report(find(File, "a"), diag::UnknownEscape) << Poison();
  CHECK(Diags.diagnostics().empty());
  Diags.report(find(File, "a"), diag::UnknownEscape, /*Quiet=*/true) << "x";
  CHECK(Diags.diagnostics().empty());
  for (int I = 0; I < 2; ++I)
    Diags.report(find(File, "a"), diag::UnknownEscape) << "x";
  CHECK(Diags.errorCount() == 1);
  Diags.report(find(File, "b"), diag::UnknownEscape) << "x";
  CHECK(Diags.errorCount() == 2);
}

TEST_CASE_METHOD(Fixture, "Errors past the limit are summed up in one") {
  FileId File = Sources.addText("f", std::string(100, 'x'));
  for (uint32_t I = 0; I < 100; ++I)
    Diags.report(Sources.begin(File).advanced(I), diag::EmptyCharacter);
  CHECK(Diags.isFull());
  REQUIRE(Diags.diagnostics().size() == DiagnosticEngine::MaxErrors + 1);
  CHECK(Diags.diagnostics().back().Id == diag::TooManyErrors);
  CHECK(Diags.diagnostics().back().Message == "too many errors");
}

TEST_CASE("Each diagnostic's message is in the house's style") {
  for (unsigned I = 0; I < diagnosticCount(); ++I) {
    std::string_view Name = diagnosticName(diag::Id(I));
    std::string_view Format = diagnosticFormat(diag::Id(I));
    INFO(Name);
    REQUIRE(!Format.empty());
    CHECK(Format.back() != '.');
    // Names may be upper case, words are not.
    CHECK((Format.size() < 2 || !isupper(Format[0]) || !islower(Format[1])));
  }
}
