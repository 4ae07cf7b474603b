#ifndef JITRUN_SEMA_PRELUDE_H
#define JITRUN_SEMA_PRELUDE_H

#include <string_view>

namespace jitrun::sema {

/// Library functions that are written in the language, as generic functions.
/// Parsed when a program uses one. A program's own names do not hide those of
/// the library in it.
extern const std::string_view PreludeText;

} // namespace jitrun::sema

#endif // JITRUN_SEMA_PRELUDE_H
