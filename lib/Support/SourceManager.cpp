#include "Support/SourceManager.h"

#include "Support/Utf8.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>

namespace jitrun {

FileId SourceManager::addFile(const std::string &Path, std::string &Error) {
  std::FILE *Stream = std::fopen(Path.c_str(), "rb");
  if (!Stream) {
    Error = std::strerror(errno);
    return FileId::Invalid;
  }
  FileId Id = addStream(Path, Stream, Error);
  std::fclose(Stream);
  return Id;
}

FileId SourceManager::addStream(std::string Name, std::FILE *Stream,
                                std::string &Error) {
  std::string Text;
  char Buffer[1 << 14];
  // A device without an end must not take all memory before it is refused.
  while (Text.size() <= MaxTextBytes)
    if (size_t Count = std::fread(Buffer, 1, sizeof(Buffer), Stream))
      Text.append(Buffer, Count);
    else
      break;
  if (std::ferror(Stream)) {
    Error = std::strerror(errno);
    return FileId::Invalid;
  }
  FileId Id = addText(std::move(Name), std::move(Text));
  if (Id == FileId::Invalid)
    Error = "a source text has 256 MiB at most, all together less than 4 GiB";
  return Id;
}

FileId SourceManager::addText(std::string Name, std::string Text) {
  std::lock_guard Lock(Mutex);
  if (Text.size() > MaxTextBytes ||
      NextBegin + Text.size() >= std::numeric_limits<uint32_t>::max())
    return FileId::Invalid;
  auto Begin = uint32_t(NextBegin);
  NextBegin += Text.size() + 1;
  Files.push_back({std::move(Name), std::move(Text), Begin, {}});
  return FileId(Files.size());
}

const SourceManager::File &SourceManager::get(FileId Id) const {
  std::lock_guard Lock(Mutex);
  assert(Id != FileId::Invalid && size_t(Id) <= Files.size() && "no such file");
  return Files[size_t(Id) - 1];
}

std::string_view SourceManager::name(FileId File) const {
  return get(File).Name;
}

std::string_view SourceManager::text(FileId File) const {
  return get(File).Text;
}

SourceLocation SourceManager::begin(FileId File) const {
  return SourceLocation::fromRaw(get(File).Begin);
}

SourceRange SourceManager::range(FileId File) const {
  const auto &F = get(File);
  auto Begin = SourceLocation::fromRaw(F.Begin);
  return {Begin, Begin.advanced(uint32_t(F.Text.size()))};
}

const SourceManager::File *SourceManager::find(SourceLocation Loc) const {
  if (!Loc.isValid())
    return nullptr;
  std::lock_guard Lock(Mutex);
  auto After = std::upper_bound(
      Files.begin(), Files.end(), Loc.raw(),
      [](uint32_t Raw, const File &F) { return Raw < F.Begin; });
  if (After == Files.begin() || Loc.raw() >= NextBegin)
    return nullptr;
  return &*std::prev(After);
}

FileId SourceManager::fileOf(SourceLocation Loc) const {
  if (!Loc.isValid())
    return FileId::Invalid;
  std::lock_guard Lock(Mutex);
  auto After = std::upper_bound(
      Files.begin(), Files.end(), Loc.raw(),
      [](uint32_t Raw, const File &F) { return Raw < F.Begin; });
  return Loc.raw() >= NextBegin ? FileId::Invalid
                                : FileId(After - Files.begin());
}

uint32_t SourceManager::offsetInFile(SourceLocation Loc) const {
  const File *F = find(Loc);
  return F ? Loc.raw() - F->Begin : 0;
}

std::string_view SourceManager::text(SourceRange Range) const {
  const File *F = find(Range.Begin);
  if (!F || Range.End < Range.Begin)
    return {};
  return std::string_view(F->Text).substr(Range.Begin.raw() - F->Begin,
                                          Range.End.raw() - Range.Begin.raw());
}

uint32_t SourceManager::lineIndex(const File &F, uint32_t Offset) const {
  std::lock_guard Lock(Mutex);
  if (F.Lines.empty()) {
    F.Lines.push_back(0);
    for (size_t At = 0; (At = F.Text.find('\n', At)) != F.Text.npos;)
      F.Lines.push_back(uint32_t(++At));
  }
  auto After = std::upper_bound(F.Lines.begin(), F.Lines.end(), Offset);
  return uint32_t(After - F.Lines.begin()) - 1;
}

std::string_view SourceManager::lineText(SourceLocation Loc) const {
  const File *F = find(Loc);
  if (!F)
    return {};
  uint32_t Begin = F->Lines[lineIndex(*F, Loc.raw() - F->Begin)];
  std::string_view Rest = std::string_view(F->Text).substr(Begin);
  Rest = Rest.substr(0, Rest.find('\n'));
  if (Rest.ends_with('\r'))
    Rest.remove_suffix(1);
  return Rest;
}

uint32_t SourceManager::offsetInLine(SourceLocation Loc) const {
  const File *F = find(Loc);
  if (!F)
    return 0;
  uint32_t Offset = Loc.raw() - F->Begin;
  return Offset - F->Lines[lineIndex(*F, Offset)];
}

PresumedLocation SourceManager::presumed(SourceLocation Loc) const {
  const File *F = find(Loc);
  if (!F)
    return {};
  uint32_t Offset = Loc.raw() - F->Begin;
  uint32_t Line = lineIndex(*F, Offset);
  uint32_t Begin = F->Lines[Line];
  std::string_view Before =
      std::string_view(F->Text).substr(Begin, Offset - Begin);
  return {F->Name, Line + 1, uint32_t(countCodePoints(Before)) + 1};
}

} // namespace jitrun
