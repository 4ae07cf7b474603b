#include "fuzz/Differential/Shrinker.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <vector>

namespace jitrun::fuzz {

namespace {

using Clock = std::chrono::steady_clock;
using Words = std::vector<std::string>;

class Shrinker {
public:
  Shrinker(const std::function<bool(const std::string &)> &S, unsigned Seconds)
      : StillShows(S), End(Clock::now() + std::chrono::seconds(Seconds)) {}

  std::string run(std::string Text) {
    Best = std::move(Text);
    for (bool Smaller = true; Smaller && !isLate();) {
      size_t Before = Best.size();
      lines();
      tokens();
      Smaller = Best.size() < Before;
    }
    return Best;
  }

private:
  bool isLate() const { return Clock::now() > End; }

  bool accept(const std::string &Candidate) {
    if (Candidate == Best || isLate() || !StillShows(Candidate))
      return false;
    Best = Candidate;
    return true;
  }

  static Words split(const std::string &Text) {
    Words Lines;
    size_t At = 0;
    while (At < Text.size()) {
      size_t Next = std::min(Text.find('\n', At), Text.size() - 1) + 1;
      Lines.push_back(Text.substr(At, Next - At));
      At = Next;
    }
    return Lines;
  }

  static std::string join(const Words &Parts, size_t SkipBegin, size_t SkipEnd,
                          const std::string &Instead = {}) {
    std::string Text;
    for (size_t I = 0; I < Parts.size(); ++I) {
      if (I == SkipBegin)
        Text += Instead;
      if (I < SkipBegin || I >= SkipEnd)
        Text += Parts[I];
    }
    return Text;
  }

  static int balance(const std::string &Line) {
    int Depth = 0;
    bool InText = false;
    for (size_t I = 0; I < Line.size(); ++I) {
      char C = Line[I];
      if (InText && C == '\\')
        ++I;
      else if (C == '"')
        InText = !InText;
      else if (!InText)
        Depth += (C == '{') - (C == '}');
    }
    return Depth;
  }

  /// Line after the block that begins in line \p I.
  static size_t endOfBlock(const Words &Lines, size_t I) {
    int Depth = 0;
    for (size_t J = I; J < Lines.size(); ++J) {
      Depth += balance(Lines[J]);
      if (Depth <= 0)
        return J + 1;
    }
    return Lines.size();
  }

  void lines() {
    // Large pieces first.
    for (size_t Size = split(Best).size() / 2; Size > 1; Size /= 2)
      for (size_t I = 0; !isLate();) {
        Words Lines = split(Best);
        if (I >= Lines.size())
          break;
        size_t Last = I;
        while (Last < Lines.size() && Last - I < Size)
          Last = endOfBlock(Lines, Last);
        if (!accept(join(Lines, I, Last)))
          I = Last;
      }
    for (size_t I = 0; !isLate();) {
      Words Lines = split(Best);
      if (I >= Lines.size())
        break;
      size_t Last = endOfBlock(Lines, I);
      if (accept(join(Lines, I, Last)))
        continue;
      // What is in the block, without its first and last line.
      if (Last > I + 1) {
        Words Inner = Lines;
        Inner[I].clear();
        Inner[Last - 1].clear();
        if (accept(join(Inner, Inner.size(), Inner.size())))
          continue;
      }
      ++I;
    }
  }

  static Words tokenize(const std::string &Text) {
    Words Tokens;
    size_t I = 0;
    auto IsWord = [](char C) {
      return std::isalnum(static_cast<unsigned char>(C)) || C == '_';
    };
    while (I < Text.size()) {
      size_t Begin = I;
      if (Text[I] == '"') {
        for (++I; I < Text.size() && Text[I] != '"'; ++I)
          I += Text[I] == '\\';
        ++I;
      } else if (IsWord(Text[I])) {
        while (I < Text.size() && IsWord(Text[I]))
          ++I;
      } else {
        ++I;
      }
      // White space belongs to what stands before it.
      while (I < Text.size() &&
             std::isspace(static_cast<unsigned char>(Text[I])))
        ++I;
      I = std::min(I, Text.size());
      Tokens.push_back(Text.substr(Begin, I - Begin));
    }
    return Tokens;
  }

  static size_t closing(const Words &Tokens, size_t Open) {
    int Depth = 0;
    for (size_t I = Open; I < Tokens.size(); ++I) {
      char C = Tokens[I][0];
      Depth += (C == '(' || C == '[' || C == '{') -
               (C == ')' || C == ']' || C == '}');
      if (Depth == 0)
        return I;
    }
    return Tokens.size();
  }

  void tokens() {
    static const char *const Simple[] = {"0", "1", "true", "0.0", "\"\""};
    // Groups in parentheses: the whole, with the word before it, by something
    // simple, by one of its parts, or by nothing.
    for (size_t I = 0; !isLate(); ++I) {
      Words Tokens = tokenize(Best);
      if (I >= Tokens.size())
        break;
      char C = Tokens[I][0];
      if (C != '(' && C != '[' && C != '{')
        continue;
      size_t Close = closing(Tokens, I);
      if (Close >= Tokens.size())
        continue;
      bool HasName =
          I > 0 && std::isalpha(static_cast<unsigned char>(Tokens[I - 1][0]));
      for (size_t First : {HasName ? I - 1 : I, I}) {
        bool Done = false;
        for (const char *S : Simple)
          if (Close - First > 1 &&
              accept(join(Tokens, First, Close + 1, std::string(S) + " "))) {
            Done = true;
            break;
          }
        // One part between commas.
        for (size_t Begin = I + 1; !Done && Begin < Close;) {
          size_t PartEnd = Begin;
          while (PartEnd < Close && Tokens[PartEnd][0] != ',') {
            char D = Tokens[PartEnd][0];
            PartEnd = D == '(' || D == '[' || D == '{'
                          ? closing(Tokens, PartEnd) + 1
                          : PartEnd + 1;
          }
          std::string Part;
          for (size_t J = Begin; J < PartEnd && J < Close; ++J)
            Part += Tokens[J];
          Done = accept(join(Tokens, First, Close + 1, Part + " "));
          Begin = PartEnd + 1;
        }
        if (Done)
          break;
      }
    }
    for (size_t Size : {24, 12, 8, 6, 5, 4, 3, 2, 1})
      for (size_t I = 0; !isLate();) {
        Words Tokens = tokenize(Best);
        if (I + Size > Tokens.size())
          break;
        if (!accept(join(Tokens, I, I + Size)))
          ++I;
      }
  }

  const std::function<bool(const std::string &)> &StillShows;
  Clock::time_point End;
  std::string Best;
};

} // namespace

std::string shrink(std::string Text,
                   const std::function<bool(const std::string &)> &StillShows,
                   unsigned Seconds) {
  return Shrinker(StillShows, Seconds).run(std::move(Text));
}

} // namespace jitrun::fuzz
