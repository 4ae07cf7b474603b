#include "Embed/Loader.h"

#include "Sema/Sema.h"
#include "Support/Diagnostics.h"

#include <filesystem>

namespace jitrun::embed {

/// The file that \p Path names in an import of \p From; Invalid, with the
/// reason in \p Error, when it cannot be read. One file is read once.
static FileId findImport(SourceManager &Sources, std::string_view Path,
                         FileId From, std::string &Error) {
  std::filesystem::path Base(std::string(Sources.name(From)));
  return Sources.addFile((Base.parent_path() / Path).string(), Error);
}

/// The scalar type spelled \p Name.
static const Type *scalarType(TypeContext &Types, std::string_view Name) {
#define JITRUN_SCALAR_TYPE(Kind, Spelling, Bytes)                              \
  if (Name == Spelling)                                                        \
    return Types.get(TypeKind::Kind);
#include "Types/TypeKinds.def"
  return Types.unit();
}

static bool isSyntaxDiagnostic(diag::Id Id) {
  switch (Id) {
#define JITRUN_DIAG(Name, Severity, Format) case diag::Name:
#include "Support/LexerDiagnostics.def"
#include "Support/ParserDiagnostics.def"
#undef JITRUN_DIAG
    return true;
  default:
    return false;
  }
}

LoadResult load(SourceManager &Sources, FileId File,
                const LoadRequest &Request) {
  DiagnosticEngine Diags(Sources);
  sema::SemaOptions Options;
  Options.PrintResult = Request.Mode == LoadMode::PrintedExpression;
  Options.ImportFile = [&](std::string_view Path, FileId From,
                           std::string &Error) {
    return findImport(Sources, Path, From, Error);
  };
  if (Request.Mode == LoadMode::Formula) {
    Options.IsFormula = true;
    for (const auto &[Name, TypeName] : Request.Parameters)
      Options.Parameters.push_back(
          {Name, [Spelling = TypeName](TypeContext &Types) {
             return scalarType(Types, Spelling);
           }});
    Options.Result = [Spelling = Request.Result](TypeContext &Types) {
      return scalarType(Types, Spelling);
    };
  }
  LoadResult Result;
  Result.Checked = sema::check(Sources, File, Options, Diags);
  // They were found stage by stage.
  Diags.sortByPlace();
  Result.Diagnostics = Diags.render();
  for (const Diagnostic &D : Diags.diagnostics())
    if (D.Level == Severity::Error) {
      Result.FirstMessage = D.Message;
      Result.FirstRange = D.Range;
      Result.IsSyntax = isSyntaxDiagnostic(D.Id);
      break;
    }
  return Result;
}

} // namespace jitrun::embed
