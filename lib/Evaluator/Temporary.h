#ifndef JITRUN_EVALUATOR_TEMPORARY_H
#define JITRUN_EVALUATOR_TEMPORARY_H

#include <algorithm>
#include <cstddef>

/// Memory for a value of some size that lasts until the function returns: what
/// a trap's longjmp need not free.
#define JITRUN_TEMPORARY(Size)                                                 \
  static_cast<char *>(                                                         \
      __builtin_alloca_with_align(std::max<size_t>(Size, 1), 16 * 8))

#endif // JITRUN_EVALUATOR_TEMPORARY_H
