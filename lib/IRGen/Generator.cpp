#include "IRGen/ModuleEmitter.h"
#include "IRGen/Thunk.h"

#include "llvm/IR/AssemblyAnnotationWriter.h"
#include "llvm/Support/FormattedStream.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace llvm;

struct Generator::Impl {
  Impl(LLVMContext &Context, const DataLayout &Layout, std::string Triple)
      : Cache(Context), Layout(Layout), Triple(std::move(Triple)) {}

  ContextCache Cache;
  const DataLayout Layout;
  const std::string Triple;
};

Generator::Generator(LLVMContext &Context, const DataLayout &Layout,
                     std::string Triple)
    : State(std::make_unique<Impl>(Context, Layout, std::move(Triple))) {}

Generator::~Generator() = default;

Expected<std::unique_ptr<llvm::Module>> Generator::generate(const Request &R) {
  return ModuleEmitter(State->Cache, State->Layout, State->Triple, R).run();
}

Expected<std::unique_ptr<llvm::Module>>
Generator::generateThunk(const tast::Function &F, const std::string &Symbol) {
  auto Out = std::make_unique<llvm::Module>("jitrun", State->Cache.C);
  Out->setDataLayout(State->Layout);
  Out->setTargetTriple(llvm::Triple(State->Triple));
  emitThunk(State->Cache, *Out, F, Symbol);
  return Out;
}

void jitrun::irgen::print(const llvm::Module &M, raw_ostream &Out) {
  struct : AssemblyAnnotationWriter {
    void emitFunctionAnnot(const llvm::Function *F,
                           formatted_raw_ostream &To) override {
      if (Attribute Name = F->getFnAttribute(SourceNameAttribute);
          Name.isValid())
        To << "; " << Name.getValueAsString() << '\n';
    }
  } Names;
  M.print(Out, &Names);
}
