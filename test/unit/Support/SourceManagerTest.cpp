#include "Support/SourceManager.h"

#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace jitrun;

namespace {

std::string at(const SourceManager &Sources, SourceLocation Loc) {
  PresumedLocation P = Sources.presumed(Loc);
  return std::string(P.File) + ':' + std::to_string(P.Line) + ':' +
         std::to_string(P.Column);
}

} // namespace

TEST_CASE("A location knows its file, line and column") {
  SourceManager Sources;
  FileId A = Sources.addText("a.jit", "one\ntwo\n");
  FileId B = Sources.addText("b.jit", "x");
  FileId Empty = Sources.addText("c.jit", "");

  SourceLocation InA = Sources.begin(A);
  CHECK(at(Sources, InA) == "a.jit:1:1");
  CHECK(at(Sources, InA.advanced(3)) == "a.jit:1:4");
  CHECK(at(Sources, InA.advanced(4)) == "a.jit:2:1");
  // The end of a text is a place of its own, not the next file's start.
  CHECK(at(Sources, Sources.range(A).End) == "a.jit:3:1");
  CHECK(at(Sources, Sources.begin(B)) == "b.jit:1:1");
  CHECK(at(Sources, Sources.range(B).End) == "b.jit:1:2");
  CHECK(at(Sources, Sources.begin(Empty)) == "c.jit:1:1");

  CHECK(Sources.fileOf(Sources.range(A).End) == A);
  CHECK(Sources.fileOf(Sources.begin(B)) == B);
  CHECK(Sources.fileOf(Sources.range(Empty).End) == Empty);
  CHECK(Sources.offsetInFile(InA.advanced(5)) == 5);
  CHECK(Sources.offsetInLine(InA.advanced(5)) == 1);
}

TEST_CASE("No location is nowhere") {
  SourceManager Sources;
  CHECK(Sources.presumed({}).Line == 0);
  CHECK(Sources.fileOf({}) == FileId::Invalid);
  FileId A = Sources.addText("a", "abc");
  CHECK(Sources.presumed({}).Line == 0);
  SourceLocation Past = Sources.range(A).End.advanced(1);
  CHECK(Sources.presumed(Past).Line == 0);
  CHECK(Sources.fileOf(Past) == FileId::Invalid);
  CHECK(Sources.text(SourceRange()).empty());
}

TEST_CASE("Columns count code points, and a stray byte as one") {
  SourceManager Sources;
  FileId A = Sources.addText("a", "\u00e9\U0001F600x\xffy");
  CHECK(Sources.presumed(Sources.begin(A).advanced(6)).Column == 3);
  CHECK(Sources.presumed(Sources.begin(A).advanced(8)).Column == 5);
}

TEST_CASE("A line is shown without its end, whatever that is") {
  SourceManager Sources;
  FileId A = Sources.addText("a", "one\r\ntwo\n\nlast");
  SourceLocation Begin = Sources.begin(A);
  CHECK(Sources.lineText(Begin) == "one");
  CHECK(Sources.lineText(Begin.advanced(6)) == "two");
  CHECK(Sources.lineText(Begin.advanced(9)).empty());
  CHECK(Sources.lineText(Begin.advanced(12)) == "last");
  CHECK(Sources.text({Begin, Begin.advanced(3)}) == "one");
}

TEST_CASE("A file is read whole, and a missing one says why") {
  SourceManager Sources;
  std::string Error;
  auto Path = std::filesystem::temp_directory_path() /
              ("jitrun-source-" + std::to_string(std::hash<std::thread::id>()(
                                      std::this_thread::get_id())));
  std::string Text(100'000, 'x');
  Text[500] = '\0';
  std::ofstream(Path, std::ios::binary) << Text;
  FileId A = Sources.addFile(Path.string(), Error);
  std::filesystem::remove(Path);
  REQUIRE(A != FileId::Invalid);
  CHECK(Sources.text(A) == Text);
  CHECK(Sources.text(A).data()[Text.size()] == '\0');
  CHECK(Sources.name(A) == Path.string());

  CHECK(Sources.addFile(Path.string(), Error) == FileId::Invalid);
  CHECK(Error == "No such file or directory");
  CHECK(Sources.addFile("/", Error) == FileId::Invalid);
  CHECK(Error == "Is a directory");
}

TEST_CASE("Texts may be added while others are looked at") {
  SourceManager Sources;
  FileId A = Sources.addText("a", "one\ntwo");
  SourceLocation Two = Sources.begin(A).advanced(4);
  std::thread Adder([&] {
    for (int I = 0; I < 1000; ++I)
      Sources.addText("b", "x\ny");
  });
  bool Good = true;
  for (int I = 0; I < 1000; ++I)
    Good &= Sources.presumed(Two).Line == 2 && Sources.lineText(Two) == "two";
  Adder.join();
  CHECK(Good);
}
