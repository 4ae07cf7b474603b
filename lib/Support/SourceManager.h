#ifndef JITRUN_SUPPORT_SOURCEMANAGER_H
#define JITRUN_SUPPORT_SOURCEMANAGER_H

#include <compare>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace jitrun {

/// A position in one of a SourceManager's files: a single number, an offset
/// into all its texts laid end to end. 0 is no position.
class SourceLocation {
public:
  constexpr SourceLocation() = default;
  static constexpr SourceLocation fromRaw(uint32_t Raw) {
    SourceLocation L;
    L.Raw = Raw;
    return L;
  }
  constexpr uint32_t raw() const { return Raw; }
  constexpr bool isValid() const { return Raw != 0; }
  constexpr SourceLocation advanced(uint32_t Bytes) const {
    return fromRaw(Raw + Bytes);
  }
  friend constexpr auto operator<=>(SourceLocation, SourceLocation) = default;

private:
  uint32_t Raw = 0;
};

/// The bytes from Begin up to, not including, End; both in one file.
struct SourceRange {
  SourceLocation Begin;
  SourceLocation End;

  constexpr SourceRange() = default;
  constexpr SourceRange(SourceLocation Begin, SourceLocation End)
      : Begin(Begin), End(End) {}
  /// An empty range: a point.
  constexpr SourceRange(SourceLocation At) : Begin(At), End(At) {}

  constexpr bool isValid() const { return Begin.isValid(); }
  /// From the start of this range to the end of \p Last.
  constexpr SourceRange through(SourceRange Last) const {
    return {Begin, Last.End};
  }
  friend constexpr bool operator==(SourceRange, SourceRange) = default;
};

/// A location as people read it. Line and column count from 1; columns count
/// code points (a byte that is not UTF-8 counts as one). Line 0: no location.
struct PresumedLocation {
  std::string_view File;
  uint32_t Line = 0;
  uint32_t Column = 0;
};

/// Names one text of a SourceManager.
enum class FileId : uint32_t { Invalid = 0 };

/// Owns the source texts, less than 4 GiB of them together, and turns
/// locations back into files, lines and columns. Texts are never removed or
/// moved: views of them live as long as the manager. Any thread may call any
/// member at any time.
class SourceManager {
public:
  SourceManager() = default;
  SourceManager(const SourceManager &) = delete;
  SourceManager &operator=(const SourceManager &) = delete;

  /// Of one text. Far more than the front end has memory for, and few enough
  /// to read what has no end, such as /dev/zero, in a moment.
  static constexpr size_t MaxTextBytes = size_t(256) << 20;

  /// Reads a file. Gives FileId::Invalid, and the reason in \p Error, when it
  /// cannot be read or does not fit.
  FileId addFile(const std::string &Path, std::string &Error);
  /// Reads what is left of \p Stream, which stays open, in the same way.
  FileId addStream(std::string Name, std::FILE *Stream, std::string &Error);
  /// Gives FileId::Invalid only when the text does not fit.
  FileId addText(std::string Name, std::string Text);

  std::string_view name(FileId File) const;
  /// A NUL follows the text.
  std::string_view text(FileId File) const;
  SourceLocation begin(FileId File) const;
  SourceRange range(FileId File) const;

  FileId fileOf(SourceLocation Loc) const;
  /// In bytes from the start of its file.
  uint32_t offsetInFile(SourceLocation Loc) const;
  /// The text of a range; empty for an invalid one.
  std::string_view text(SourceRange Range) const;
  /// The line that holds \p Loc, without its line end.
  std::string_view lineText(SourceLocation Loc) const;
  /// In bytes from the start of its line.
  uint32_t offsetInLine(SourceLocation Loc) const;
  PresumedLocation presumed(SourceLocation Loc) const;

private:
  struct File {
    std::string Name;
    std::string Text;
    uint32_t Begin;
    /// Offsets of line starts; built by the first question about a line.
    mutable std::vector<uint32_t> Lines;
  };

  const File *find(SourceLocation Loc) const;
  const File &get(FileId Id) const;
  /// Counts from 0. Lines is complete afterwards and never changes again.
  uint32_t lineIndex(const File &F, uint32_t Offset) const;

  mutable std::mutex Mutex;
  std::deque<File> Files;
  /// The location of the next text; each text takes one more than its size,
  /// so that its end is a location of its own.
  uint64_t NextBegin = 1;
};

} // namespace jitrun

#endif
