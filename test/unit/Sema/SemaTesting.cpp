#include "SemaTesting.h"

namespace jitrun::sema {

std::string lowered(std::string Text) {
  Checked C(std::move(Text));
  if (!C.Module)
    return C.Diags.render();
  std::string All = tast::print(*C.Module, *C.Module->findFunction("f"));
  size_t Begin = All.find("{\n") + 2, End = All.rfind("}");
  std::string Body;
  while (Begin < End) {
    size_t Line = All.find('\n', Begin);
    std::string Each = All.substr(Begin, Line - Begin);
    Body += (Body.empty() ? "" : "\n") +
            (Each.starts_with("  ") ? Each.substr(2) : Each);
    Begin = Line + 1;
  }
  return Body;
}

std::string error(std::string Text) {
  Checked C(std::move(Text));
  if (C.Diags.diagnostics().size() != 1)
    return "not one error: " + C.Diags.render();
  const Diagnostic &D = C.Diags.diagnostics()[0];
  return D.Message + (D.Fix.empty() ? "" : " | " + D.Fix);
}

} // namespace jitrun::sema
