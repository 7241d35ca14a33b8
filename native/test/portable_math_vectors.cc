// Reads pairs of doubles and writes every function of portable_math.h of them, for comparison with its twin.
#include <cstdio>
#include "../portable_math.h"

int main() {
  using namespace puregrad::portable;
  double in[2];
  while (fread(in, 8, 2, stdin) == 2) {
    const double x = in[0], y = in[1];
    const double out[10] = {exp(x), log(x), log1p(x), expm1(x), sin(x), cos(x), tanh(x), sigmoid(x), erf(x), pow(x, y)};
    fwrite(out, 8, 10, stdout);
  }
}
