#include "Sema/Program.h"

#include "Sema/Checker.h"
#include "Sema/Prelude.h"
#include "Sema/WriteInference.h"
#include "Syntax/Parser.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSet.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

Program::Program(SourceManager &Sources, const SemaOptions &Options,
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
  if (F.isGeneric()) {
    // For its errors: the parameters stand for anything.
    llvm::StringSet<> Names;
    for (const syntax::Identifier &Name : D.TypeParams)
      if (!Names.insert(Name.Text).second)
        Diags.report(Name.Range, diag::RepeatedParameter) << Name.Text;
    llvm::SmallVector<const Type *, 4> Anything(D.TypeParams.size(),
                                                errorType());
    TypeScope Before = enterTypes({&D, Anything});
    for (const syntax::Param &Param : D.Params)
      resolveType(Param.Type);
    if (D.Result)
      resolveType(D.Result);
    enterTypes(Before);
    return;
  }
  TypeScope Before = enterTypes({&D, F.TypeArguments});
  llvm::scope_exit Leave([&] { enterTypes(Before); });
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
  for (size_t I = 0; I < F.TypeArguments.size(); ++I)
    Function->Name += (I ? ", " : "<") + F.TypeArguments[I]->name();
  if (!F.TypeArguments.empty())
    Function->Name += '>';
  Function->Id = tast::FunctionId(M->Functions.size());
  Function->Range = D.Name.Range;
  Function->Result = F.Result;
  F.Function = Function.get();
  M->Functions.push_back(std::move(Function));
}

const Type *Program::typeArgument(std::string_view Name) const {
  if (InScope.Of)
    for (size_t I = 0; I < InScope.Of->TypeParams.size(); ++I)
      if (InScope.Of->TypeParams[I].Text == Name)
        return InScope.Arguments[I];
  return nullptr;
}

FunctionInfo *Program::instantiate(FunctionInfo &G,
                                   llvm::ArrayRef<const Type *> Types,
                                   SourceRange Use,
                                   const FunctionInfo *UsedIn) {
  FunctionInfo *&Known = G.Instances[{Types.begin(), Types.end()}];
  if (Known)
    return Known;
  unsigned Nesting = UsedIn ? UsedIn->Nesting + 1 : 0;
  if (Nesting > MaxNesting) {
    Diags.report(Use, diag::GenericTooDeep) << G.Decl->Name.Text << MaxNesting;
    return nullptr;
  }
  FunctionInfo &F = Functions.emplace_back();
  F.Decl = G.Decl;
  F.TypeArguments.assign(Types.begin(), Types.end());
  F.Nesting = Nesting;
  F.Use = Use;
  F.UsedIn = UsedIn;
  resolveSignature(F);
  Known = &F;
  return &F;
}

/// How an instance came to be, the innermost use first.
static std::vector<DiagnosticNote> usesOf(const FunctionInfo &F) {
  std::vector<DiagnosticNote> Notes;
  constexpr size_t Most = 4;
  for (const FunctionInfo *I = &F; I && Notes.size() < Most; I = I->UsedIn)
    if (!I->TypeArguments.empty())
      Notes.push_back({I->Use, "in '" + I->Function->Name + "', used here"});
  return Notes;
}

FunctionInfo *Program::sortFunction(const Type *T,
                                    std::optional<tast::FunctionId> Before,
                                    SourceRange Use,
                                    const FunctionInfo *UsedIn) {
  FunctionInfo *&Known = Sorts[{T, Before}];
  if (Known)
    return Known;
  if (!Prelude) {
    FileId File = Sources.addText("library.jit", std::string(PreludeText));
    Parsed.push_back(syntax::parseModule(File, Diags));
    Prelude = Parsed.back().get();
  }
  const Type *Pair[] = {T, T};
  const Type *Array = M->Types.array(T, 1);
  FunctionInfo &F = Functions.emplace_back();
  F.Decl = cast<syntax::FunctionDecl>(Prelude->Decls[0]);
  F.TypeArguments = {T};
  F.Nesting = UsedIn ? UsedIn->Nesting : 0;
  F.Use = Use;
  F.UsedIn = UsedIn;
  F.IsPrelude = true;
  F.LastTarget = Before;
  resolveSignature(F);
  F.Function->IsHidden = true;
  assert(F.Params[1] == M->Types.function(Pair, M->Types.boolean()) &&
         F.Result == Array);
  (void)Array;
  (void)Pair;
  Known = &F;
  return &F;
}

void Program::checkBodies() {
  for (; NextBody < Functions.size(); ++NextBody) {
    FunctionInfo &F = Functions[NextBody];
    if (Diags.isFull())
      break;
    if (!F.Function)
      continue;
    TypeScope Before = enterTypes({F.Decl, F.TypeArguments});
    Diags.setContext(usesOf(F));
    InPrelude = F.IsPrelude;
    Bodies->checkFunction(F);
    InPrelude = false;
    Diags.setContext({});
    enterTypes(Before);
  }
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
  checkBodies();
  checkMain();
  checkBodies(); // Instances that the main program made.
  Cycles.report(Diags);
  if (!Diags.hasErrors())
    inferWrites(*M);
  return std::move(M);
}

} // namespace jitrun::sema
