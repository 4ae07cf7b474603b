#ifndef JITRUN_RUNTIME_RUNTIME_H
#define JITRUN_RUNTIME_RUNTIME_H

#include <cstdint>
#include <span>
#include <string_view>

/// The C functions of ABI/RuntimeSymbols.def, which generated code and the
/// evaluator call. Those that may trap leave through Hooks::Raise, which need
/// not unwind C++: nothing in them owns anything when they raise.
namespace jitrun::runtime {

using Void = void;
using Ptr = void *;
using I32 = int32_t;
using I64 = int64_t;
using F32 = float;
using F64 = double;

#define JITRUN_RUNTIME_IS_Trap [[noreturn]]
#define JITRUN_RUNTIME_IS_Pure
#define JITRUN_RUNTIME_IS_Reads
#define JITRUN_RUNTIME_IS_Fresh
#define JITRUN_RUNTIME_IS_Cold
#define JITRUN_RUNTIME_IS_AnyOperation
#define JITRUN_RUNTIME_IS_None
extern "C" {
#define JITRUN_RUNTIME(Name, Result, Parameters, Attributes)                   \
  JITRUN_RUNTIME_IS_##Attributes Result Name Parameters;
#include "ABI/RuntimeSymbols.def"
}
#undef JITRUN_RUNTIME_IS_Trap
#undef JITRUN_RUNTIME_IS_Pure
#undef JITRUN_RUNTIME_IS_Reads
#undef JITRUN_RUNTIME_IS_Fresh
#undef JITRUN_RUNTIME_IS_Cold
#undef JITRUN_RUNTIME_IS_AnyOperation
#undef JITRUN_RUNTIME_IS_None

/// Name and address of a runtime function.
struct Symbol {
  std::string_view Name;
  void (*Address)();
};

/// All of them, sorted by name. Built (in about a microsecond) when first asked
/// for: nothing happens at start-up.
std::span<const Symbol> symbols();

/// The address of the function called \p Name, or null.
void *findSymbol(std::string_view Name);

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_RUNTIME_H
