#ifndef JITRUN_RUNTIME_PIECES_H
#define JITRUN_RUNTIME_PIECES_H

#include "Runtime/Memory.h"
#include "Runtime/Trap.h"

#include <algorithm>

/// Loops over many elements that can be stopped.
namespace jitrun::runtime {

/// So many elements are worked on between two polls: a millisecond or less.
inline constexpr int64_t PieceLength = int64_t(1) << 18;

/// Calls \p F(first, number) for pieces of 0..N in order. Polls before each.
template <class Function>
void forEachPiece(abi::ExecutionContext &Ctx, int64_t N, Function F) {
  for (int64_t I = 0; I < N; I += PieceLength) {
    poll(Ctx);
    F(I, std::min(PieceLength, N - I));
  }
}

/// As forEachRow, long rows in pieces. Polls before each.
template <class Function>
void forEachPiece(abi::ExecutionContext &Ctx, abi::ArrayHeader &A, Function F) {
  forEachRow(A, [&](char *Row, int64_t Length, int64_t Stride) {
    forEachPiece(Ctx, Length, [&](int64_t First, int64_t Number) {
      F(Row + First * Stride, Number, Stride);
    });
  });
}

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_PIECES_H
