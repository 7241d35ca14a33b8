// Many products of so few elements that starting the blocked product takes longer than the product: the turns of bones or
// the Jacobians of points, thousands of 3×3 matrices one after another.
#pragma once
#include "gemm.h"

namespace puregrad {

// Multiplications of one product.
constexpr int64_t mostOfSmall = 128;

template <class Product>
inline bool isSmall(const Product &p) {
  return p.m > 0 && p.n > 0 && p.k > 0 && p.m <= mostOfSmall && p.n <= mostOfSmall && p.k <= mostOfSmall &&
         p.m * p.n * p.k <= mostOfSmall;
}

// `count` products of the sizes and strides of the first, whose factors and results begin so many elements after each
// other. Each element is summed over ascending k.
template <class T>
struct SmallProducts {
  Gemm<T> first;
  int64_t count, aNext, bNext, cNext;
};
void smallProducts(const SmallProducts<float> &);
void smallProducts(const SmallProducts<double> &);

}  // namespace puregrad
