#include "Embed/ErrorData.h"

namespace jitrun {

Error::Error(ErrorKind Kind, std::string Message) {
  auto D = std::make_shared<Data>();
  D->Kind = Kind;
  D->Rendered = "error: " + Message + "\n";
  D->Message = std::move(Message);
  Contents = std::move(D);
}

ErrorKind Error::kind() const { return Contents->Kind; }
std::string_view Error::message() const { return Contents->Message; }
SourcePosition Error::where() const { return Contents->Where; }
std::span<const Frame> Error::stack() const { return Contents->Stack; }
const std::string &Error::render() const { return Contents->Rendered; }

} // namespace jitrun
