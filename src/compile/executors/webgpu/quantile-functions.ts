/*
 * Quantiles in float32, as `src/core/kernel/special/quantiles.ts` has them. A share is held against the tail that it is
 * nearer to, which has its digits: above ½, F(k) > u is 1 − F(k) < 1 − u. A count is searched from a guess by steps that
 * double, and then by halves; it is the count of the processor but where the share is within the error of F of a step of F.
 */

/** The least k with F(k) > u: low is a count that is not above u, high one that is; `share` is F or 1 − F of `k` by `n` and `p`. */
const searchText = (
  name: string,
  share: string,
): string => `fn ${name}(n: f32, p: f32, u: f32, guess: f32) -> f32 {
  let isUpper = u >= 0.5;
  var low = -1f;
  var high = n;
  var k = guess;
  var stride = 1f;
  for (var i = 0; i < 200; i++) {
    if (k <= low || k >= high) { k = floor(0.5f * (low + high)); }
    if (k <= low || k >= high) { break; }
    let share = ${share};
    if (select(share > u, share < 1f - u, isUpper)) { high = k; k = k - stride; } else { low = k; k = k + stride; }
    stride = 2f * stride;
  }
  return high;
}`

export const quantileTexts: readonly string[] = [
  // The normal quantile to three digits. Source: C. Hastings, "Approximations for Digital Computers", 1955, sheet 68.
  `fn roughNdtri(p: f32) -> f32 {
  let t = sqrt(-2f * logOf(min(p, 1f - p)));
  let y = t - fma(fma(0.010328, t, 0.802853), t, 2.515517) / fma(fma(fma(0.001308, t, 0.189269), t, 1.432788), t, 1f);
  return select(y, -y, p < 0.5);
}`,
  // Wilson and Hilferty's guess, or the lowest term of the series.
  `fn guessedGammaQuantile(a: f32, p: f32) -> f32 {
  let root = 1f - 1f / (9f * a) + roughNdtri(p) / (3f * sqrt(a));
  if (a > 1f && root > 0.2) { return a * root * root * root; }
  let bend = 1f - a * (0.253 + a * 0.12);
  if (a > 1f || p < bend) {
    // Of larger shapes the root of the factorial is a / e, nearly.
    let isLarge = a > 8f;
    let y = powOf(select(p * gammaBelow12(min(a, 8f) + 1f), p, isLarge), 1f / a);
    return select(y, 0.36787944 * a * y, isLarge);
  }
  return 1f - log1pOf(-(p - bend) / (1f - bend));
}`,
  // The x with P(a, x) = p: Halley's steps from a guess.
  `fn gammaPInvOf(a: f32, p: f32) -> f32 {
  if (!isShape(a) || isNan(p) || p < 0f || p > 1f) { return notANumber(); }
  if (isZero(p)) { return 0f; }
  if (p == 1f) { return infinity(); }
  let isUpper = p >= 0.5;
  var x = guessedGammaQuantile(a, p);
  for (var k = 0; k < 16; k++) {
    if (!(x > 0f)) { return 0f; }
    let root = gammaRoot(a, x);
    let tail = gammaTail(a, x, isUpper, root);
    let newton = select(tail - p, 1f - p - tail, isUpper) / gammaSlope(a, x, root);
    let bend = newton * ((a - 1f) / x - 1f);
    let next = x - newton / (1f - 0.5f * min(bend, 1f));
    // Beyond 0, or where the density is none, half the way.
    let value = select(select(x, 0.5f * x, next <= 0f), next, next > 0f && isFinite(next));
    let isClose = abs(value - x) <= 1e-7 * x;
    x = value;
    if (isClose) { break; }
  }
  return x;
}`,
  // A count by the normal distribution with Cornish and Fisher's term for the skewness.
  `fn guessedCount(mean: f32, deviation: f32, skewness: f32, u: f32) -> f32 {
  let z = select(-9f, roughNdtri(u), u > 0f);
  return max(floor(mean + deviation * (z + skewness * (z * z - 1f) / 6f) + 0.5), 0f);
}`,
  searchText('searchedCount', 'gammaShare(k + 1f, p, !isUpper)'),
  searchText('searchedTrials', 'betaTails(k + 1f, n - k, p)[select(1, 0, isUpper)]'),
  `fn poissonQuantileOf(mean: f32, u: f32) -> f32 {
  if (isNan(mean) || mean < 0f || mean >= 1e15 || isNan(u) || u < 0f || u >= 1f) { return notANumber(); }
  if (isZero(mean)) { return 0f; }
  let deviation = sqrt(mean);
  return searchedCount(3e38, mean, u, guessedCount(mean, deviation, 1f / deviation, u));
}`,
  `fn binomialQuantileOf(n: f32, p: f32, u: f32) -> f32 {
  if (isNan(n) || n < 0f || n >= 1e9 || floor(n) != n) { return notANumber(); }
  if (isNan(p) || p < 0f || p > 1f || isNan(u) || u < 0f || u >= 1f) { return notANumber(); }
  if (isZero(n) || isZero(p)) { return 0f; }
  if (p == 1f) { return n; }
  let deviation = sqrt(n * p * (1f - p));
  let guess = guessedCount(n * p, deviation, (1f - 2f * p) / deviation, u);
  return searchedTrials(n, p, u, min(guess, n - 1f));
}`,
]
