// A host program that takes a pricing formula as text and calls it as a C++
// function. Any argument replaces the formula.
#include <jitrun/jitrun.h>

#include <cstdio>

int main(int Argc, char **Argv) {
  const char *Text = Argc > 1 ? Argv[1] : R"(
    fn N(x: f64) -> f64 = 0.5 * (1 + erf(x / sqrt(2)));
    let vs = vol * sqrt(t);
    let d1 = (log(s / k) + (r + vol ** 2 / 2) * t) / vs;
    s * N(d1) - k * exp(-r * t) * N(d1 - vs)
  )";

  jitrun::Engine Engine;
  auto Price = Engine.formula<double(double, double, double, double, double)>(
      Text, {"s", "k", "t", "r", "vol"});
  if (!Price) { // A typo: line, caret, fix.
    std::fputs(Price.error().render().c_str(), stderr);
    return 1;
  }

  for (double Strike : {95.0, 100.0, 105.0})
    std::printf("%.0f: %.6f\n", Strike,
                (*Price)(100, Strike, 0.5, 0.02, 0.3).valueOr(-1));

  // A trap is an error value, and the engine goes on.
  auto Quotient =
      orExit(Engine.formula<int64_t(int64_t, int64_t)>("a / b", {"a", "b"}));
  if (auto Result = Quotient(1, 0); !Result)
    std::printf("%s\n", std::string(Result.error().message()).c_str());
  std::printf("%lld\n", (long long)*Quotient(84, 2));
}
