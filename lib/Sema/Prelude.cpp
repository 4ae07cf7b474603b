#include "Sema/Prelude.h"

namespace jitrun::sema {

const std::string_view PreludeText = R"(
// Stable: runs of eight by insertion, then merged, each pass twice as long.
fn sort_by<T>(xs: T[], before: fn(T, T) -> bool) -> T[] {
  let n = len(xs);
  var from = copy(xs);
  var start = 0;
  while start < n {
    let end = min(start + 8, n);
    for i in start + 1..end {
      let x = from[i];
      var j = i;
      while j > start && before(x, from[j - 1]) {
        from[j] = from[j - 1];
        j -= 1
      }
      from[j] = x
    }
    start = end
  }
  if n <= 8 { return from }
  var to = copy(from);
  var width = 8;
  while width < n {
    var at = 0;
    while at < n {
      let middle = min(at + width, n);
      let end = min(middle + width, n);
      var i = at;
      var j = middle;
      while i < middle && j < end {
        let x = from[i];
        let y = from[j];
        if before(y, x) {
          to[at] = y;
          j += 1
        } else {
          to[at] = x;
          i += 1
        }
        at += 1
      }
      while i < middle { to[at] = from[i]; i += 1; at += 1 }
      while j < end { to[at] = from[j]; j += 1; at += 1 }
    }
    (from, to) = (to, from);
    width *= 2
  }
  from
}
)";

} // namespace jitrun::sema
