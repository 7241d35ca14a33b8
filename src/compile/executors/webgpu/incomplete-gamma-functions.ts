/*
 * The regularized incomplete gamma functions in float32, as `src/core/kernel/special/incomplete-gamma.ts` has them: a series
 * below the shape, a fraction above it, and around shapes above 20 the expansion about the normal distribution, so that no
 * loop is long. With λ = x / a, y = a·(λ − 1 − log λ) and η²/2 = y / a, η of the sign of λ − 1:
 *
 *   P(a, x) = ½·erfc(−√y) − S,  Q(a, x) = ½·erfc(√y) + S,  S = e⁻ʸ / √(2πa) · Σ cₖ(η)·a⁻ᵏ
 *   P(30, 24) = 0.1321: λ = 0.8, y = 0.6943, η = −0.2151; ½·erfc(√y) = 0.1193 and S = −0.0128
 *
 * Source of the expansion: N. M. Temme, SIAM J. Math. Anal. 10, 1979; the cₖ are cut off where |λ − 1| < 0.4 has no use for more.
 */
export const incompleteGammaTexts: readonly string[] = [
  'fn isShape(a: f32) -> bool { return isFinite(a) && a > 0f; }',
  // log(1 + u) − u for |u| < 0.4, as 2·artanh(u / (2 + u)).
  `fn log1pLess(u: f32) -> f32 {
  let s = u / (2f + u);
  let r = s * s;
  let p = fma(fma(fma(fma(0.0909090909, r, 0.111111111), r, 0.142857143), r, 0.2), r, 0.333333333);
  return fma(2f * s * r, p, -s * u);
}`,
  // log λ − λ + 1 of λ, and of λ − 1 with its own digits.
  `fn logLess(ratio: f32, u: f32) -> f32 {
  if (abs(u) < 0.4) { return log1pLess(u); }
  return logOf(ratio) - u;
}`,
  // log Γ(1 + x) for 0 ≤ x < 1
  `fn lgamma1p(x: f32) -> f32 {
  let t = x - 0.5;
  let p = fma(fma(fma(fma(-0.00148748432, t, 0.00244674459), t, -0.00313773635), t, 0.00532599213), t, -0.00943241175);
  return x * (x - 1f) * fma(fma(fma(fma(fma(p, t, 0.0168080982), t, -0.0313082747), t, 0.062911056), t, -0.145959899), t, 0.483128965);
}`,
  // The root of xᵃ e⁻ˣ / Γ(a + 1) for 0 < x < ∞, which is not yet 0 where its square is.
  `fn gammaRoot(a: f32, x: f32) -> f32 {
  if (a >= 8f) { return expOf(0.5f * (a * logLess(x / a, (x - a) / a) - stirlingRest(a))) * sqrt(0.39894228 / sqrt(a)); }
  if (x > 200f) { return 0f; }
  return powOf(x, 0.5f * a) * expOf(-0.5f * x) / sqrt(gammaBelow12(a + 1f));
}`,
  // xᵃ⁻¹ e⁻ˣ / Γ(a) of that root
  'fn gammaSlope(a: f32, x: f32, root: f32) -> f32 { return root * min(a / x, 3e38) * root; }',
  `fn gammaDensityOf(a: f32, x: f32) -> f32 {
  if (!isShape(a) || isNan(x) || x < 0f) { return notANumber(); }
  if (isZero(x)) { return select(select(0f, 1f, a == 1f), infinity(), a < 1f); }
  if (!isFinite(x)) { return 0f; }
  return gammaSlope(a, x, gammaRoot(a, x));
}`,
  // Σ xᵏ / ((a + 1) … (a + k))
  `fn gammaSeries(a: f32, x: f32) -> f32 {
  var term = 1f;
  var sum = 1f;
  for (var k = 1f; k < 100f && term > sum * 1e-8; k = k + 1f) {
    term = term * (x / (a + k));
    sum = sum + term;
  }
  return sum;
}`,
  // Q over xᵃ e⁻ˣ / Γ(a), by the fraction of Legendre in the form of Lentz.
  `fn gammaFraction(a: f32, x: f32) -> f32 {
  var b = x + 1f - a;
  var c = 1e30;
  var d = 1f / b;
  var value = d;
  for (var k = 1f; k < 100f; k = k + 1f) {
    let step = k * (a - k);
    b = b + 2f;
    d = 1f / fma(step, d, b);
    c = b + step / c;
    value = value * (c * d);
    if (abs(c * d - 1f) < 2e-7) { break; }
  }
  return value;
}`,
  // Q where a < 1 and x < 1.5. Source: TOMS 708, A. R. DiDonato, A. H. Morris, 1992.
  `fn gammaUpperNear0(a: f32, x: f32) -> f32 {
  let u = a * logOf(x) - lgamma1p(a);
  var term = x;
  var sum = x / (a + 1f);
  for (var k = 2f; k < 30f && abs(term) > 1e-9 * sum; k = k + 1f) {
    term = -term * x / k;
    sum = sum + term / (a + k);
  }
  return expOf(u) * a * sum - expm1Of(u);
}`,
  'fn isNearNormal(a: f32, x: f32) -> bool { return a > 20f && abs(x - a) < 0.4f * a; }',
  'fn temmeSecond(eta: f32) -> f32 { return fma(fma(fma(-9.90226337e-4, eta, 2.64550265e-3), eta, -3.47222222e-3), eta, -1.85185185e-3); }',
  // Σ cₖ(η)·a⁻ᵏ
  `fn temmeSum(a: f32, eta: f32) -> f32 {
  let first = fma(fma(fma(fma(fma(-1.78755144e-4, eta, 3.52733686e-4), eta, 1.15740741e-3), eta, -1.48148148e-2), eta, 8.33333333e-2), eta, -0.333333333);
  return first + (temmeSecond(eta) + fma(-2.68132716e-3, eta, 4.13359788e-3) / a) / a;
}`,
  `fn gammaNearNormal(a: f32, x: f32, isUpper: bool) -> f32 {
  let half = -log1pLess((x - a) / a);
  let size = sqrt(2f * half);
  let eta = select(size, -size, x < a);
  let root = sqrt(a * half);
  let rest = 0.39894228 * temmeSum(a, eta) / sqrt(a);
  // The smaller of both.
  let tail = expOf(-a * half) * (0.5f * erfcxPositive(root) + select(rest, -rest, x < a));
  return select(tail, 1f - tail, isUpper == (x < a));
}`,
  // P or Q for 0 < x < ∞
  `fn gammaTail(a: f32, x: f32, isUpper: bool, root: f32) -> f32 {
  if (isNearNormal(a, x)) { return gammaNearNormal(a, x, isUpper); }
  let isLow = x < select(a + 1f, 1.5f, a < 1f);
  if (isLow && isUpper && a < 1f) { return gammaUpperNear0(a, x); }
  var tail = root * root;
  if (isLow) { tail = tail * gammaSeries(a, x); } else { tail = tail * a * gammaFraction(a, x); }
  tail = min(tail, 1f);
  return select(tail, 1f - tail, isLow == isUpper);
}`,
  `fn gammaShare(a: f32, x: f32, isUpper: bool) -> f32 {
  if (!isShape(a) || isNan(x) || x < 0f) { return notANumber(); }
  if (isZero(x)) { return select(0f, 1f, isUpper); }
  if (!isFinite(x)) { return select(1f, 0f, isUpper); }
  return gammaTail(a, x, isUpper, gammaRoot(a, x));
}`,
  'fn gammaPOf(a: f32, x: f32) -> f32 { return gammaShare(a, x, false); }',
  'fn gammaQOf(a: f32, x: f32) -> f32 { return gammaShare(a, x, true); }',
  // log x − ψ(a + 1)
  `fn logLessDigamma(a: f32, x: f32) -> f32 {
  if (a < 8f) { return logOf(x) - digammaOf(a + 1f); }
  let z = 1f / (a * a);
  let u = (x - a) / a;
  return select(logOf(x / a), log1pOf(u), abs(u) < 0.4) - 0.5f / a + z * fma(-8.33333333e-3, z, 8.33333333e-2);
}`,
  // Σ of the series, and what its derivative by a has beside log x − ψ(a + 1) times it.
  `fn gammaSeriesMoved(a: f32, x: f32) -> vec2<f32> {
  var term = 1f;
  var sum = 1f;
  var harmonic = 0f;
  var weighted = 0f;
  for (var k = 1f; k < 100f && term * (1f + harmonic) > sum * 1e-8; k = k + 1f) {
    term = term * (x / (a + k));
    harmonic = harmonic + 1f / (a + k);
    sum = sum + term;
    weighted = fma(term, harmonic, weighted);
  }
  return vec2<f32>(sum, weighted);
}`,
  // The fraction and its derivative by a. Source: R. J. Moore, "Algorithm AS 187", Appl. Statist. 31, 1982.
  `fn gammaFractionMoved(a: f32, x: f32) -> vec2<f32> {
  let first = x + 1f - a;
  // Numerator, denominator, and the derivatives of both.
  var before = vec4<f32>(0f, 1f, 0f, 0f);
  var now = vec4<f32>(1f, first, 0f, -1f);
  var value = 1f / first;
  var moved = value * value;
  for (var k = 1f; k < 100f; k = k + 1f) {
    var next = (first + 2f * k) * now + k * (a - k) * before;
    next = next + vec4<f32>(0f, 0f, fma(k, before.x, -now.x), fma(k, before.y, -now.y));
    before = now / next.y;
    now = next / next.y;
    let further = now.z - now.x * now.w;
    let isClose = abs(now.x - value) <= 2e-7 * now.x && abs(further - moved) <= 1e-6 * abs(further);
    value = now.x;
    moved = further;
    if (isClose) { break; }
  }
  return vec2<f32>(value, moved);
}`,
  // The derivative of the expansion: that of y is −log λ, that of η is (1 − λ) / (aη).
  `fn gammaSlopeNearNormal(a: f32, x: f32) -> f32 {
  let u = (x - a) / a;
  let half = -log1pLess(u);
  let size = sqrt(2f * half);
  let eta = select(size, -size, x < a);
  let ratio = select(u / eta, 1f, isZero(u));
  let bend = fma(fma(fma(fma(-8.9377572e-4, eta, 1.41093474e-3), eta, 3.47222222e-3), eta, -2.96296296e-2), eta, 8.33333333e-2);
  let bend1 = fma(fma(-2.97067901e-3, eta, 5.2910053e-3), eta, -3.47222222e-3);
  let moved = (ratio * (bend + bend1 / a) + temmeSecond(eta) / a) / a;
  let turned = temmeSum(a, eta) * (log1pOf(u) - 0.5f / a);
  return expOf(-a * half) * 0.39894228 / sqrt(a) * (0.5f * eta - ratio - turned + moved);
}`,
  `fn gammaPSlopeOf(a: f32, x: f32) -> f32 {
  if (!isShape(a) || isNan(x) || x < 0f) { return notANumber(); }
  if (isZero(x) || !isFinite(x)) { return 0f; }
  if (isNearNormal(a, x)) { return gammaSlopeNearNormal(a, x); }
  let root = gammaRoot(a, x);
  if (root < 1e-22) { return 0f; }
  let away = logLessDigamma(a, x);
  if (x < select(a + 1f, 1.5f, a < 1f)) {
    let p = gammaSeriesMoved(a, x);
    return root * (away * p.x - p.y) * root;
  }
  // log x − ψ(a) is log x − ψ(a + 1) and 1 / a.
  let p = gammaFractionMoved(a, x);
  return -root * fma(a, fma(p.x, away, p.y), p.x) * root;
}`,
]
