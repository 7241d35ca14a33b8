// Attention by the loops of src/core/kernel/attention.ts, one row of queries at a time, sums in double: the same bytes
// everywhere.
#include "attention.h"
#include "portable_math.h"

namespace puregrad {
namespace {

template <class T>
double dot(const T *a, const T *b, int64_t width) {
  double sum = 0;
  for (int64_t c = 0; c < width; c++) sum += static_cast<double>(a[c]) * static_cast<double>(b[c]);
  return sum;
}

int64_t seenBy(const AttentionSizes &s, int64_t i) { return s.causal && i + 1 < s.keys ? i + 1 : s.keys; }

template <class T>
void forward(const AttentionSizes &s, const T *q, T *out, double *weights, double *sums) {
  const T *k = q + s.queries * s.width, *v = k + s.keys * s.width;
  for (int64_t i = 0; i < s.queries; i++) {
    const int64_t seen = seenBy(s, i);
    double most = -__builtin_inf();
    for (int64_t j = 0; j < seen; j++) {
      weights[j] = dot(q + i * s.width, k + j * s.width, s.width);
      if (weights[j] > most || weights[j] != weights[j]) most = most != most ? most : weights[j];
    }
    double total = 0;
    for (int64_t c = 0; c < s.width; c++) sums[c] = 0;
    for (int64_t j = 0; j < seen; j++) {
      const double weight = portable::exp(weights[j] - most);
      total += weight;
      for (int64_t c = 0; c < s.width; c++) sums[c] += weight * static_cast<double>(v[j * s.width + c]);
    }
    T *o = out + i * (s.width + 1);
    for (int64_t c = 0; c < s.width; c++) o[c] = static_cast<T>(sums[c] / total);
    o[s.width] = static_cast<T>(most + portable::log(total));
  }
}

template <class T>
void tangent(const AttentionSizes &s, const T *q, const T *result, const T *dq, T *out, double *sums) {
  const int64_t k = s.queries * s.width, v = k + s.keys * s.width;
  for (int64_t i = 0; i < s.queries; i++) {
    const T *r = result + i * (s.width + 1);
    const int64_t own = i * s.width;
    double total = 0;
    for (int64_t c = 0; c < s.width; c++) sums[c] = 0;
    for (int64_t j = 0; j < seenBy(s, i); j++) {
      const int64_t key = k + j * s.width, value = v + j * s.width;
      const double weight = portable::exp(dot(q + own, q + key, s.width) - static_cast<double>(r[s.width]));
      const double change = weight * (dot(dq + own, q + key, s.width) + dot(q + own, dq + key, s.width));
      total += change;
      for (int64_t c = 0; c < s.width; c++)
        sums[c] += weight * static_cast<double>(dq[value + c]) + change * static_cast<double>(q[value + c]);
    }
    T *o = out + i * (s.width + 1);
    for (int64_t c = 0; c < s.width; c++) o[c] = static_cast<T>(sums[c] - total * static_cast<double>(r[c]));
    o[s.width] = static_cast<T>(total);
  }
}

template <class T>
void cotangent(const AttentionSizes &s, const T *q, const T *result, const T *ct, T *out, double *sums) {
  const int64_t k = s.queries * s.width, v = k + s.keys * s.width, all = v + s.keys * s.width;
  for (int64_t c = 0; c < all; c++) sums[c] = 0;
  for (int64_t i = 0; i < s.queries; i++) {
    const T *r = result + i * (s.width + 1), *g = ct + i * (s.width + 1);
    const int64_t own = i * s.width;
    const double level = static_cast<double>(g[s.width]) - dot(g, r, s.width);
    for (int64_t j = 0; j < seenBy(s, i); j++) {
      const int64_t key = k + j * s.width, value = v + j * s.width;
      const double weight = portable::exp(dot(q + own, q + key, s.width) - static_cast<double>(r[s.width]));
      const double slope = weight * (dot(g, q + value, s.width) + level);
      for (int64_t c = 0; c < s.width; c++) {
        sums[own + c] += slope * static_cast<double>(q[key + c]);
        sums[key + c] += slope * static_cast<double>(q[own + c]);
        sums[value + c] += weight * static_cast<double>(g[c]);
      }
    }
  }
  for (int64_t c = 0; c < all; c++) out[c] = static_cast<T>(sums[c]);
}

template <class T>
void all(const RoutineCall &call, AttentionKind kind) {
  const AttentionSizes s = attentionSizes(call.sizes);
  const int64_t packed = (s.queries + 2 * s.keys) * s.width, result = s.queries * (s.width + 1);
  double *weights = reinterpret_cast<double *>(call.scratch[0]), *sums = weights + s.keys;
  for (int64_t b = 0; b < s.batch; b++) {
    const T *q = static_cast<const T *>(call.reads[0]) + b * packed;
    T *out = static_cast<T *>(call.out);
    if (kind == FORWARD) {
      forward(s, q, out + b * result, weights, sums);
      continue;
    }
    const T *given = static_cast<const T *>(call.reads[1]) + b * result;
    const T *moved = static_cast<const T *>(call.reads[2]);
    if (kind == TANGENT) tangent(s, q, given, moved + b * packed, out + b * result, sums);
    else cotangent(s, q, given, moved + b * result, out + b * packed, sums);
  }
}

}  // namespace

void reproducibleAttention(const RoutineCall &call, AttentionKind kind) {
  if (call.dtype == F32) all<float>(call, kind);
  else all<double>(call, kind);
}

}  // namespace puregrad
