#include "Support/Diagnostics.h"
#include "Support/Utf8.h"

#include <algorithm>

namespace jitrun {

namespace {

/// Columns of a source line that are shown at most.
constexpr size_t MaxShown = 120;
/// Of those, at most so many before the caret when the line is clipped.
constexpr size_t MaxBeforeCaret = 60;
constexpr size_t TabWidth = 4;

/// Whether a code point can be sent to a terminal: neither a control character
/// nor one that reorders the text around it.
bool isPrintable(std::string_view CodePoint) {
  auto First = uint8_t(CodePoint[0]);
  if (First < 0x20 || First == 0x7F)
    return false;
  if (First == 0xC2)
    return uint8_t(CodePoint[1]) >= 0xA0;
  if (First == 0xE2) {
    auto Second = uint8_t(CodePoint[1]), Third = uint8_t(CodePoint[2]);
    // U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069.
    return !(Second == 0x80 && (Third == 0x8E || Third == 0x8F ||
                                (Third >= 0xA8 && Third <= 0xAE))) &&
           !(Second == 0x81 && Third >= 0xA6 && Third <= 0xA9);
  }
  return true;
}

constexpr std::string_view Replacement = "\xEF\xBF\xBD";

/// Makes any bytes fit to be shown; line ends are kept.
std::string printable(std::string_view Text) {
  std::string Result;
  while (!Text.empty()) {
    size_t Length = utf8Length(Text);
    std::string_view CodePoint = Text.substr(0, Length ? Length : 1);
    Text.remove_prefix(CodePoint.size());
    if (CodePoint == "\t")
      Result += ' ';
    else if (CodePoint == "\n" || (Length && isPrintable(CodePoint)))
      Result += CodePoint;
    else
      Result += Replacement;
  }
  return Result;
}

/// What a source line looks like: one entry a column.
struct ShownLine {
  std::vector<std::string_view> Cells;
  size_t CaretBegin = 0;
  size_t CaretEnd = 0; ///< At least one past CaretBegin.
};

/// \p Begin and \p End are byte offsets of the marked part of \p Line, either
/// perhaps past its end. Only a bounded part of a long line is looked at.
ShownLine layOut(std::string_view Line, size_t Begin, size_t End) {
  constexpr size_t MaxBytes = 4 * MaxShown;
  ShownLine Shown;
  size_t From = 0;
  if (Begin > MaxBytes) {
    From = Begin - MaxBytes;
    // Do not begin inside a code point.
    while (From < Line.size() && (uint8_t(Line[From]) & 0xC0) == 0x80 &&
           From < Begin)
      ++From;
  }
  bool SeenBegin = false, SeenEnd = false;
  size_t At = From;
  size_t Stop = std::min(Line.size(), std::max(Begin, From) + MaxBytes);
  while (At < Stop) {
    if (!SeenBegin && At >= Begin) {
      SeenBegin = true;
      Shown.CaretBegin = Shown.Cells.size();
    }
    if (!SeenEnd && At >= End) {
      SeenEnd = true;
      Shown.CaretEnd = Shown.Cells.size();
    }
    std::string_view Rest = Line.substr(At);
    size_t Length = utf8Length(Rest);
    std::string_view CodePoint = Rest.substr(0, Length ? Length : 1);
    At += CodePoint.size();
    if (CodePoint == "\t") {
      do
        Shown.Cells.push_back(" ");
      while (Shown.Cells.size() % TabWidth != 0);
    } else {
      Shown.Cells.push_back(Length && isPrintable(CodePoint) ? CodePoint
                                                             : Replacement);
    }
  }
  if (!SeenBegin)
    Shown.CaretBegin = Shown.Cells.size();
  if (!SeenEnd)
    Shown.CaretEnd = Shown.Cells.size();
  Shown.CaretEnd = std::max(Shown.CaretEnd, Shown.CaretBegin + 1);

  // Clip to a window around the caret.
  size_t First = 0, Last = Shown.Cells.size();
  bool CutBefore = From != 0, CutAfter = Stop < Line.size();
  if (Last > MaxShown && Shown.CaretBegin > MaxBeforeCaret) {
    First = std::max(
        First, std::min(Shown.CaretBegin - MaxBeforeCaret, Last - MaxShown));
    CutBefore |= First != 0;
  }
  if (Last - First > MaxShown) {
    Last = First + MaxShown;
    CutAfter = true;
  }
  std::vector<std::string_view> Window;
  if (CutBefore)
    Window.push_back("...");
  Window.insert(Window.end(), Shown.Cells.begin() + ptrdiff_t(First),
                Shown.Cells.begin() + ptrdiff_t(Last));
  if (CutAfter)
    Window.push_back("...");
  size_t Shift = CutBefore ? 3 : 0;
  Shown.CaretBegin = Shown.CaretBegin - First + Shift;
  Shown.CaretEnd = std::min(Shown.CaretEnd, Last + 1) - First + Shift;
  Shown.CaretEnd = std::max(Shown.CaretEnd, Shown.CaretBegin + 1);
  Shown.Cells = std::move(Window);
  return Shown;
}

void renderPart(std::string &Out, const SourceManager &Sources,
                SourceRange Range, std::string_view Label,
                std::string_view Message, std::string_view Fix) {
  PresumedLocation Place = Sources.presumed(Range.Begin);
  if (Place.Line) {
    Out += printable(Place.File);
    Out += ':' + std::to_string(Place.Line) + ':' +
           std::to_string(Place.Column) + ": ";
  }
  Out += Label;
  Out += ": ";
  Out += printable(Message);
  Out += '\n';

  std::string Number = Place.Line ? std::to_string(Place.Line) : std::string();
  if (Number.size() < 3)
    Number.insert(0, 3 - Number.size(), ' ');
  std::string Gutter(Number.size() + 1, ' ');
  if (Place.Line) {
    std::string_view Line = Sources.lineText(Range.Begin);
    size_t Begin = Sources.offsetInLine(Range.Begin);
    size_t End = Range.End < Range.Begin
                     ? Begin
                     : Begin + (Range.End.raw() - Range.Begin.raw());
    ShownLine Shown = layOut(Line, Begin, End);
    std::string Text;
    for (std::string_view Cell : Shown.Cells)
      Text += Cell;
    Text.erase(Text.find_last_not_of(' ') + 1);
    Out += Number + " |" + (Text.empty() ? "" : " ") + Text + '\n';
    Out += Gutter + "| " + std::string(Shown.CaretBegin, ' ') + '^' +
           std::string(Shown.CaretEnd - Shown.CaretBegin - 1, '~') + '\n';
  }
  if (!Fix.empty()) {
    Out += Gutter + "= help: ";
    Out += printable(Fix);
    Out += '\n';
  }
}

} // namespace

std::string renderMessage(const SourceManager &Sources, SourceRange Range,
                          std::string_view Label, std::string_view Message,
                          std::string_view Fix) {
  std::string Out;
  renderPart(Out, Sources, Range, Label, Message, Fix);
  return Out;
}

std::string renderDiagnostic(const SourceManager &Sources,
                             const Diagnostic &D) {
  static constexpr std::string_view Labels[] = {"error", "warning", "note"};
  std::string Out;
  renderPart(Out, Sources, D.Range, Labels[size_t(D.Level)], D.Message, D.Fix);
  for (const DiagnosticNote &N : D.Notes)
    renderPart(Out, Sources, N.Range, "note", N.Message, {});
  return Out;
}

} // namespace jitrun
