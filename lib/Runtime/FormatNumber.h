#ifndef JITRUN_RUNTIME_FORMATNUMBER_H
#define JITRUN_RUNTIME_FORMATNUMBER_H

#include "Runtime/Format.h"

#include <cstdint>

namespace jitrun::runtime {

/// Writes an integer given as sign and magnitude.
void formatInteger(TextSink &Out, const abi::FormatPiece &Piece, bool Negative,
                   uint64_t Magnitude);
/// \p Narrow: the value is an f32, which has shorter shortest digits.
void formatFloat(TextSink &Out, const abi::FormatPiece &Piece, double Value,
                 bool Narrow);
/// Writes \p Text with the piece's width, fill and alignment; \p Default is
/// the alignment where it states none. Width counts code points.
void formatPadded(TextSink &Out, const abi::FormatPiece &Piece,
                  std::string_view Text, char Default);
/// Number of code points; what is not UTF-8 counts by bytes.
size_t countCodePoints(std::string_view Text);

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_FORMATNUMBER_H
