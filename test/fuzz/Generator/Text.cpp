#include "fuzz/Generator/Generator.h"

namespace jitrun::fuzz {

std::string Generator::textLiteral() {
  static constexpr const char *Texts[] = {"\"\"",
                                          "\"a\"",
                                          "\"abc\"",
                                          "\"x\\ty\"",
                                          "\"\\\"q\\\"\"",
                                          "\"\\x41\\0b\"",
                                          "\"\\u{1F600}!\"",
                                          "\"zz top\"",
                                          "\"12\"",
                                          "\"-7\"",
                                          "\"line\\n\"",
                                          "\"\xc3\xa9t\xc3\xa9\""};
  return From.pick(std::span<const char *const>(Texts));
}

/// `format` with a few operands and specifications that fit their types.
std::string Generator::formatCall(unsigned Depth) {
  std::string Pattern, Arguments;
  for (int I = 0, N = int(From.between(1, 3)); I < N; ++I) {
    const GType *T = From.chance(15)   ? scalar(Kind::Str)
                     : From.chance(15) ? plainType()
                                       : scalarType();
    static constexpr const char *ForInteger[] = {
        "{:x}",  "{:#x}", "{:08}", "{:+}", "{:>10}", "{:<6}|",
        "{:^9}", "{:b}",  "{:o}",  "{:d}", "{:*>7}", "{:X}"};
    static constexpr const char *ForFloat[] = {
        "{:.3f}",   "{:e}",    "{:.2e}",    "{:g}",
        "{:10.4f}", "{:+.1f}", "{:012.3f}", "{:<12}|"};
    static constexpr const char *ForText[] = {"{:>8}", "{:<8}|", "{:^8}|",
                                              "{:.3}", "{:s}"};
    const char *Spec = "{}";
    if (T->isInteger() && From.chance(50))
      Spec = From.pick(std::span<const char *const>(ForInteger));
    else if (T->isFloat() && From.chance(50))
      Spec = From.pick(std::span<const char *const>(ForFloat));
    else if (T->K == Kind::Str && From.chance(50))
      Spec = From.pick(std::span<const char *const>(ForText));
    Pattern += Spec;
    if (From.chance(30))
      Pattern += From.chance(50) ? "; " : "{{}}";
    Arguments += ", " + text(T, Depth ? Depth - 1 : 0, Need::Typed);
  }
  return "format(\"" + Pattern + "\"" + Arguments + ")";
}

Piece Generator::textExpr(unsigned Depth, Need N) {
  const GType *S = scalar(Kind::Str);
  if (Depth == 0) {
    auto Known = variables(S);
    if (!Known.empty() && From.chance(60))
      return {Known[From.below(uint32_t(Known.size()))]->Name};
    return N == Need::NonLiteral ? nonLiteralLeaf(S) : Piece{textLiteral()};
  }
  switch (From.below(8)) {
  case 0:
  case 1: {
    std::string Place = place(S, false);
    return Place.empty() ? textExpr(0, N) : Piece{Place};
  }
  case 2: {
    std::string L = text(S, Depth - 1, Need::NonLiteral, AddPrec);
    return {clipped(L + " + " + text(S, Depth - 1, Need::Typed, MulPrec))};
  }
  case 3:
  case 4:
    return {clipped(formatCall(Depth))};
  case 5: {
    const GType *A = array(S, 1);
    return {clipped("join(" + text(A, Depth - 1, Need::NonLiteral) + ", " +
                    textLiteral() + ")")};
  }
  default:
    return textExpr(0, N);
  }
}

} // namespace jitrun::fuzz
