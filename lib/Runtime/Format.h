#ifndef JITRUN_RUNTIME_FORMAT_H
#define JITRUN_RUNTIME_FORMAT_H

#include "ABI/Heap.h"

#include <cstring>
#include <string_view>

namespace jitrun::runtime {

/// Collects text in a small buffer and passes it on, when full, to where it
/// goes. Owns nothing, so a Flush may raise.
class TextSink {
public:
  using FlushFunction = void(void *To, const char *Data, size_t Size);
  TextSink(FlushFunction *F, void *T) : Flush(F), To(T) {}

  void append(std::string_view Text) {
    if (Text.size() > sizeof(Buffer) - Size) {
      flush();
      if (Text.size() > sizeof(Buffer)) {
        Flush(To, Text.data(), Text.size());
        return;
      }
    }
    std::memcpy(Buffer + Size, Text.data(), Text.size());
    Size += Text.size();
  }
  void append(char C) { append({&C, 1}); }
  void append(size_t N, char C) {
    while (N--)
      append(C);
  }
  void flush() {
    if (Size)
      Flush(To, Buffer, Size);
    Size = 0;
  }

private:
  FlushFunction *Flush;
  void *To;
  size_t Size = 0;
  char Buffer[1024];
};

/// Writes one value as \p Piece says, without the text before it.
void formatValue(TextSink &Out, const abi::FormatPiece &Piece,
                 const char *Value);

/// The shortest digits that read back, always as a float. \p To has room for
/// 40 bytes; returns the end.
char *writeFloat(char *To, double Value);
char *writeFloat(char *To, float Value);

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_FORMAT_H
