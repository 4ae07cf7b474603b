#include "Support/Diagnostics.h"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace jitrun {

namespace {

struct DiagnosticInfo {
  std::string_view Name;
  Severity Level;
  std::string_view Format;
};

constexpr DiagnosticInfo Infos[] = {
#define JITRUN_DIAG(Name, Level, Format) {#Name, Severity::Level, Format},
#include "Support/Diagnostics.def"
};

std::string formatMessage(std::string_view Format,
                          const std::vector<DiagnosticArgument> &Arguments) {
  std::string Text;
  for (size_t I = 0; I < Format.size(); ++I) {
    if (Format[I] == '{' && I + 2 < Format.size() && Format[I + 2] == '}' &&
        Format[I + 1] >= '0' && Format[I + 1] <= '9') {
      size_t Which = size_t(Format[I + 1] - '0');
      assert(Which < Arguments.size() && "a diagnostic lacks an argument");
      if (Which < Arguments.size())
        Text += Arguments[Which].Text;
      I += 2;
    } else {
      Text += Format[I];
    }
  }
  return Text;
}

} // namespace

std::string_view diagnosticName(diag::Id Id) { return Infos[Id].Name; }
std::string_view diagnosticFormat(diag::Id Id) { return Infos[Id].Format; }
unsigned diagnosticCount() { return unsigned(std::size(Infos)); }

DiagnosticBuilder::~DiagnosticBuilder() { Engine.add(*this); }

void DiagnosticEngine::add(DiagnosticBuilder &Builder) {
  if (isFull() || Builder.Quiet ||
      std::ranges::any_of(Builder.Arguments, &DiagnosticArgument::Poisoned))
    return;
  const DiagnosticInfo &Info = Infos[Builder.Id];
  if (Info.Level != Severity::Error && List.size() - Errors >= MaxErrors)
    return;
  for (const Diagnostic &D : List)
    if (D.Id == Builder.Id && D.Range == Builder.Range)
      return;
  Diagnostic D{Builder.Id, Info.Level, Builder.Range, {}, {}, {}};
  if (Info.Level == Severity::Error && ++Errors > MaxErrors) {
    D.Id = diag::TooManyErrors;
    D.Message = Infos[diag::TooManyErrors].Format;
  } else {
    D.Message = formatMessage(Info.Format, Builder.Arguments);
    D.Notes = std::move(Builder.Notes);
    D.Notes.insert(D.Notes.end(), Context.begin(), Context.end());
    D.Fix = std::move(Builder.Fix);
  }
  List.push_back(std::move(D));
}

void DiagnosticEngine::clear() {
  List.clear();
  Context.clear();
  Errors = 0;
}

void DiagnosticEngine::sortByPlace() {
  std::vector<FileId> Files;
  auto Key = [&](const Diagnostic &D) {
    const FileId File = Sources.fileOf(D.Range.Begin);
    auto At = std::find(Files.begin(), Files.end(), File);
    return std::tuple(D.Id == diag::TooManyErrors, At - Files.begin(),
                      D.Range.Begin);
  };
  for (const Diagnostic &D : List)
    if (FileId File = Sources.fileOf(D.Range.Begin);
        std::find(Files.begin(), Files.end(), File) == Files.end())
      Files.push_back(File);
  // Few, and those of one place stay in their order.
  for (auto It = List.begin(); It != List.end(); ++It)
    std::rotate(std::upper_bound(List.begin(), It, *It,
                                 [&](const Diagnostic &A, const Diagnostic &B) {
                                   return Key(A) < Key(B);
                                 }),
                It, It + 1);
}

std::string DiagnosticEngine::render() const {
  std::string Text;
  for (const Diagnostic &D : List)
    Text += renderDiagnostic(Sources, D);
  return Text;
}

} // namespace jitrun
