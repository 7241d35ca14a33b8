// c₀ + c₁x + c₂x² + …: the twin of src/core/kernel/special/polynomial.ts. To be compiled without contraction of a · b + c.
#pragma once

namespace puregrad {
namespace portable {

template <int N>
inline double polynomial(const double (&coefficients)[N], double x) {
  double sum = coefficients[N - 1];
  for (int i = N - 2; i >= 0; i--) sum = coefficients[i] + x * sum;
  return sum;
}

}  // namespace portable
}  // namespace puregrad
