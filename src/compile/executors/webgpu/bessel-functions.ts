/*
 * Bessel functions of whole order in float32, as `src/core/kernel/special/bessel.ts` has them: fits of this project's own for
 * the orders 0 and 1, the recurrence upwards from them where it is stable, and elsewhere downwards from an order where the
 * function is as good as 0. What grows downwards is held below 2⁹⁶ by factors of 2⁻³², which are counted.
 */
export const besselTexts: readonly string[] = [
  // J of order 0 and 1 for x ≥ 0; from 4 on by amplitude and phase.
  `fn besselJFirst(n: f32, x: f32) -> f32 {
  if (!isFinite(x)) { return 0f; }
  if (x < 4f) {
    let t = x * x;
    if (isZero(n)) {
      let p = fma(fma(fma(fma(7.5053294e-15, t, -2.3483483e-12), t, 4.70084416e-10), t, -6.78087559e-08), t, 6.78163951e-06);
      return fma(fma(fma(fma(p, t, -0.000434027635), t, 0.015625), t, -0.25), t, 1f);
    }
    let p = fma(fma(fma(-1.2010072e-13, t, 3.28845666e-11), t, -5.64136027e-09), t, 6.78093841e-07);
    return x * fma(fma(fma(fma(p, t, -5.42531707e-05), t, 0.00260416605), t, -0.0625), t, 0.5);
  }
  let z = 16f / x / x;
  let s = sinOf(x);
  let c = cosOf(x);
  let root = 0.564189584 / sqrt(x);
  // √2 times cosine and sine of x − π/4, or of x − 3π/4.
  if (isZero(n)) {
    let p = fma(fma(fma(fma(1.99563256e-05, z, -0.000101221478), z, 0.000427020161), z, -0.00439327303), z, 1f);
    let q = fma(fma(fma(fma(fma(3.22195738e-05, z, -0.000142060846), z, 0.000343143853), z, -0.00087211444), z, 0.00457646605), z, -0.124999985) / x;
    return (p * (c + s) - q * (s - c)) * root;
  }
  let p = fma(fma(fma(fma(-2.34044164e-05, z, 0.000121537072), z, -0.000550674275), z, 0.00732278544), z, 1f);
  let q = fma(fma(fma(fma(fma(-3.65010928e-05, z, 0.000162208351), z, -0.00039951253), z, 0.00106758473), z, -0.00640738895), z, 0.37499997) / x;
  return (p * (s - c) + q * (s + c)) * root;
}`,
  // (x/2)ⁿ / n!, which both are for small x.
  `fn besselFirstTerm(n: f32, x: f32) -> f32 {
  var term = 1f;
  for (var k = 1f; k <= n && term > 0f; k = k + 1f) { term = term * (0.5f * x / k); }
  return term;
}`,
  `fn besselJUpwards(n: f32, x: f32) -> f32 {
  var before = besselJFirst(0f, x);
  var value = besselJFirst(1f, x);
  for (var k = 1f; k < n; k = k + 1f) {
    let next = fma(2f * k / x, value, -before);
    before = value;
    value = next;
  }
  return value;
}`,
  // Normalized by J₀ + 2J₂ + 2J₄ + … = 1. Source: J. C. P. Miller.
  `fn besselJDownwards(n: f32, x: f32) -> f32 {
  var after = 0f;
  var value = 1f;
  var sum = 0f;
  var found = 0f;
  for (var k = 2f * floor(0.5f * (n + sqrt(30f * n) + 20f)) + 2f; k > 0f; k = k - 1f) {
    let before = fma(2f * k / x, value, -after);
    after = value;
    value = before;
    if (k - 1f == n) { found = value; }
    if (!isOddOrder(k - 1f)) { sum = sum + select(2f * value, value, k == 1f); }
    if (abs(value) > 7.9228163e28) {
      let down = vec4<f32>(value, after, found, sum) * 2.3283064e-10;
      value = down.x;
      after = down.y;
      found = down.z;
      sum = down.w;
    }
  }
  return found / sum;
}`,
  'fn isOddOrder(n: f32) -> bool { return n != 2f * floor(0.5f * n); }',
  `fn besselJOf(n: f32, x: f32) -> f32 {
  if (!isOrder(n) || isNan(x)) { return notANumber(); }
  let size = abs(x);
  var value = 0f;
  if (n < 2f) { value = besselJFirst(n, size); }
  else if (size < 1e-4) { value = besselFirstTerm(n, size); }
  else if (isFinite(x) && size > n) { value = besselJUpwards(n, size); }
  else if (isFinite(x)) { value = besselJDownwards(n, size); }
  return select(value, -value, x < 0f && isOddOrder(n));
}`,
  // I of order 0 and 1 up to 6, for x ≥ 0.
  `fn besselISmall(n: f32, x: f32) -> f32 {
  let t = 0.25f * x * x;
  if (isZero(n)) {
    let p = fma(fma(fma(fma(1.1851878e-11, t, 5.28023014e-10), t, 4.03203728e-08), t, 1.92279936e-06), t, 6.94693445e-05);
    return fma(fma(fma(fma(fma(p, t, 0.00173605059), t, 0.0277778618), t, 0.24999994), t, 1f), t, 1f);
  }
  let p = fma(fma(fma(fma(1.06708399e-10, t, 4.22845936e-09), t, 2.82083192e-07), t, 1.15388957e-05), t, 0.000347333116);
  return 0.5f * x * fma(fma(fma(fma(p, t, 0.00694424892), t, 0.0833335072), t, 0.49999994), t, 1f);
}`,
  // e⁻ˣ Iₙ of order 0 and 1
  `fn besselIeFirst(n: f32, x: f32) -> f32 {
  if (x < 6f) { return expOf(-x) * besselISmall(n, x); }
  let w = 1f / x;
  if (isZero(n)) {
    let p = fma(fma(fma(1.43103528, w, -0.131024227), w, 0.0574216098), w, 0.0291923564);
    return fma(fma(fma(p, w, 0.0280363336), w, 0.0498680249), w, 0.398942292) / sqrt(x);
  }
  let p = fma(fma(fma(-1.75721085, w, 0.193370327), w, -0.080176264), w, -0.0402940325);
  return fma(fma(fma(p, w, -0.0467528999), w, -0.149603426), w, 0.398942292) / sqrt(x);
}`,
  `fn besselIeUpwards(n: f32, x: f32) -> f32 {
  var before = besselIeFirst(0f, x);
  var value = besselIeFirst(1f, x);
  for (var k = 1f; k < n; k = k + 1f) {
    let next = fma(-2f * k / x, value, before);
    before = value;
    value = next;
  }
  return value;
}`,
  // Iₙ / I₀ as a number and how often 2⁻³² is a factor of it.
  `fn besselIRatio(n: f32, x: f32) -> vec2<f32> {
  var after = 0f;
  var value = 1f;
  var found = 0f;
  var count = 0f;
  for (var k = floor(sqrt(n * n + 40f * x)) + 16f; k > 0f; k = k - 1f) {
    let before = fma(2f * k / x, value, after);
    after = value;
    value = before;
    if (k - 1f == n) {
      found = value;
      count = 0f;
    }
    if (value > 7.9228163e28) {
      value = value * 2.3283064e-10;
      after = after * 2.3283064e-10;
      count = count + 1f;
    }
  }
  return vec2<f32>(found / value, count);
}`,
  // e^(share − |x|)·I, share being 0 or |x|, of any order.
  `fn besselIScaled(n: f32, x: f32, share: f32) -> f32 {
  if (!isOrder(n) || isNan(x)) { return notANumber(); }
  let size = abs(x);
  var value = 0f;
  var count = 0f;
  if (n >= 2f && size < 1e-4) { value = besselFirstTerm(n, size) * expOf(share - size); }
  else if (!isFinite(x) || share > 2e4) { value = select(infinity(), 0f, isZero(share)); }
  else {
    if (n < 2f) { value = besselIeFirst(n, size); }
    else if (size > n * n) { value = besselIeUpwards(n, size); }
    else {
      let ratio = besselIRatio(n, size);
      value = ratio.x * besselIeFirst(0f, size);
      count = ratio.y;
    }
    let p = lnParts(share);
    let power = clamp(p.x - 32f * count, -250f, 250f);
    value = scaled(value * (1f + expPart(p.y)), i32(power));
  }
  return select(value, -value, x < 0f && isOddOrder(n));
}`,
  'fn besselIOf(n: f32, x: f32) -> f32 { return besselIScaled(n, x, abs(x)); }',
  'fn besselIeOf(n: f32, x: f32) -> f32 { return besselIScaled(n, x, 0f); }',
]
