#include "Sema/Program.h"

#include "Sema/Checker.h"
#include "Sema/WriteInference.h"
#include "Syntax/Parser.h"

#include "llvm/ADT/StringSet.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

Program::Program(const SourceManager &Sources, const SemaOptions &Options,
                 DiagnosticEngine &Diags)
    : Sources(Sources), Options(Options), Diags(Diags),
      M(std::make_unique<tast::Module>()) {}

Program::~Program() = default;

void Program::load(FileId File) {
  llvm::StringSet<> Seen;
  Seen.insert(Sources.name(File));
  std::vector<FileId> Queue{File};
  for (size_t Next = 0; Next < Queue.size(); ++Next) {
    Parsed.push_back(!Next && Options.IsFormula
                         ? syntax::parseFormula(Queue[Next], Diags)
                         : syntax::parseModule(Queue[Next], Diags));
    for (const syntax::Decl *D : Parsed.back()->Decls) {
      const auto *Import = dyn_cast<syntax::ImportDecl>(D);
      if (!Import)
        continue;
      std::string Error = "there is nothing to import from here";
      FileId Found = FileId::Invalid;
      if (Options.ImportFile)
        Found = Options.ImportFile(Import->Path, Queue[Next], Error);
      if (Found == FileId::Invalid)
        Diags.report(Import->PathRange, diag::CannotImport)
            << Import->Path << Error;
      else if (Seen.insert(Sources.name(Found)).second)
        Queue.push_back(Found);
    }
  }
}

size_t Program::depth() const {
  size_t Bodies = 0, Chain = 0;
  for (const auto &File : Parsed) {
    Bodies = std::max<size_t>(Bodies, File->Main->Depth);
    for (const syntax::Decl *D : File->Decls) {
      if (D->Kind == syntax::DeclKind::Function)
        Bodies = std::max<size_t>(Bodies, D->Depth);
      else // Types and constants may lead from one into another.
        Chain += D->Depth;
    }
  }
  return Bodies + Chain;
}

bool Program::isTooDeep(SourceRange Use) {
  const char *Here = static_cast<const char *>(__builtin_frame_address(0));
  if (size_t(StackStart - Here) <= StackBytes)
    return false;
  Diags.report(Use, diag::DeclarationsTooDeep);
  return true;
}

bool Program::declareName(const syntax::Identifier &Name, Symbol S) {
  S.Name = Name.Range;
  auto [At, New] = Symbols.try_emplace(llvm::StringRef(Name.Text), S);
  if (!New)
    Diags.report(Name.Range, diag::Redeclared)
            .note(At->second.Name,
                  "'" + std::string(Name.Text) + "' is declared here")
        << Name.Text;
  return New;
}

void Program::declare(const syntax::Decl *D) {
  switch (D->Kind) {
  case syntax::DeclKind::Import:
    return;
  case syntax::DeclKind::Const: {
    const auto *C = cast<syntax::ConstDecl>(D);
    Consts.emplace_back().Decl = C;
    declareName(C->Name, {Symbol::Const, uint32_t(Consts.size() - 1), {}});
    return;
  }
  case syntax::DeclKind::Struct: {
    const auto *S = cast<syntax::StructDecl>(D);
    StructInfo &Info = Structs.emplace_back();
    Info.Decl = S;
    Info.Name = S->Name;
    Info.Ty = M->Types.createStruct(std::string(S->Name.Text));
    NamedTypes.push_back(&Info);
    declareName(S->Name, {Symbol::Struct, uint32_t(Structs.size() - 1), {}});
    return;
  }
  case syntax::DeclKind::Enum: {
    const auto *E = cast<syntax::EnumDecl>(D);
    EnumInfo &Info = Enums.emplace_back();
    Info.Decl = E;
    Info.Name = E->Name;
    Info.IsEnum = true;
    Info.Ty = M->Types.createEnum(std::string(E->Name.Text));
    NamedTypes.push_back(&Info);
    if (declareName(E->Name, {Symbol::Enum, uint32_t(Enums.size() - 1), {}}))
      for (uint32_t I = 0; I < E->Variants.size(); ++I)
        Variants[llvm::StringRef(E->Variants[I].Name.Text)].push_back(
            {&Info, I});
    return;
  }
  case syntax::DeclKind::Function: {
    const auto *F = cast<syntax::FunctionDecl>(D);
    Functions.emplace_back().Decl = F;
    declareName(F->Name,
                {Symbol::Function, uint32_t(Functions.size() - 1), {}});
    return;
  }
  }
}

void Program::appendNames(bool Functions,
                          std::vector<llvm::StringRef> &To) const {
  for (const auto &[Name, S] : Symbols)
    if ((S.Kind == Symbol::Const) != Functions)
      To.push_back(Name);
  for (const auto &[Name, Of] : Variants)
    To.push_back(Name);
}

SourceRange Program::findMainVariable(std::string_view Name) const {
  for (const auto &File : Parsed)
    for (const syntax::Stmt *S : File->Main->Stmts)
      if (const auto *Let = dyn_cast<syntax::LetStmt>(S))
        if (const auto *B = dyn_cast<syntax::BindingPattern>(Let->Target))
          if (B->Name == Name)
            return B->Range;
  return {};
}

void Program::resolveSignature(FunctionInfo &F) {
  const syntax::FunctionDecl &D = *F.Decl;
  if (!D.TypeParams.empty()) {
    Diags.report(D.TypeParams.front().Range, diag::NotSupportedYet)
        << "a generic function";
    return;
  }
  for (const syntax::Param &Param : D.Params) {
    const Type *T = resolveType(Param.Type);
    if (D.IsExtern && !T->isScalar() && T->kind() != TypeKind::Error) {
      Diags.report(Param.Type->Range, diag::ExternNeedsScalars) << T;
      T = errorType();
    }
    F.Params.push_back(T);
  }
  F.Result = D.Result ? resolveType(D.Result) : M->Types.unit();
  if (D.IsExtern && !F.Result->isScalar() && !F.Result->isUnit() &&
      F.Result->kind() != TypeKind::Error) {
    Diags.report(D.Result->Range, diag::ExternNeedsScalars) << F.Result;
    F.Result = errorType();
  }

  llvm::StringSet<> Names;
  for (const syntax::Param &Param : D.Params)
    if (!Param.Name.isWildcard() && !Names.insert(Param.Name.Text).second)
      Diags.report(Param.Name.Range, diag::RepeatedParameter)
          << Param.Name.Text;

  if (D.IsExtern) {
    F.Extern = tast::ExternId(M->Externs.size());
    M->Externs.push_back({std::string(D.Name.Text),
                          D.Range,
                          {F.Params.begin(), F.Params.end()},
                          F.Result});
    return;
  }
  auto Function = std::make_unique<tast::Function>();
  Function->Name = D.Name.Text;
  Function->Id = tast::FunctionId(M->Functions.size());
  Function->Range = D.Name.Range;
  Function->Result = F.Result;
  F.Function = Function.get();
  M->Functions.push_back(std::move(Function));
}

void Program::checkMain() {
  const syntax::Module &Root = *Parsed.front();
  if (!Options.IsFormula && Root.Main->Stmts.empty() && !Root.Main->Result)
    return;
  auto Function = std::make_unique<tast::Function>();
  Function->Name = Options.IsFormula ? "formula" : "main";
  Function->Id = tast::FunctionId(M->Functions.size());
  Function->Range = Root.Main->Range;
  Function->IsMain = true;
  M->Main = Function.get();
  M->Functions.push_back(std::move(Function));
  Bodies->checkMain(Root, *M->Functions.back());
}

std::unique_ptr<tast::Module> Program::check(size_t Bytes) {
  StackStart = static_cast<const char *>(__builtin_frame_address(0));
  StackBytes = Bytes;
  for (const auto &File : Parsed)
    for (const syntax::Decl *D : File->Decls)
      declare(D);
  resolveTypes();
  for (ConstInfo &C : Consts)
    if (C.State == Progress::Untouched)
      checkConst(C);
  for (FunctionInfo &F : Functions)
    resolveSignature(F);

  Bodies = std::make_unique<Checker>(*this);
  for (FunctionInfo &F : Functions) {
    if (Diags.isFull())
      break;
    if (F.Function)
      Bodies->checkFunction(F);
  }
  checkMain();
  if (!Diags.hasErrors())
    inferWrites(*M);
  return std::move(M);
}

} // namespace jitrun::sema
