/*
 * The regularized incomplete beta function in float32, as `src/core/kernel/special/beta.ts` has it: the fraction of Euler on
 * the side of the mean that is the smaller one. 1 − x has too few digits where powers of it are large, so that its logarithm
 * is always taken of x, and what x lies away from the mean of one product. Above 10,000, where the fraction gets long, both
 * parameters are as good as a normal distribution: with v = ab / (a + b) and z²/2 = −log of what the density is of its
 * greatest, z below 0 for x below the mean,
 *
 *   I(x; a, b) = ½·erfc(−z/√2) − e^(−z²/2) / √(2πv) · (c₀ + c₁·z/√v)
 *   c₀ = (a − b) / (3·(a + b)),  c₁ = (1 − v / (a + b)) / 12
 */
export const incompleteBetaTexts: readonly string[] = [
  // xᵃ (1 − x)ᵇ / B(a, b) for a < 8, of the logarithm of 1 − x: B by the formula of Stirling for b, which the recurrence takes
  // to 8 and above.
  `fn betaPrefixMixed(a: f32, b: f32, x: f32, logRest: f32) -> f32 {
  var factor = 1f;
  var c = b;
  for (; c < 8f; c = c + 1f) { factor = factor * (c / (a + c)); }
  // A quotient this small may be taken for 0.
  let grown = select((c - 0.5f) * log1pOf(a / c), a, a < 1e-8 * c);
  let power = a * (logOf(x * (a + c)) - 1f) + (b * logRest + grown);
  return factor * expOf(power + (stirlingRest(a + c) - stirlingRest(c))) / gammaBelow12(a);
}`,
  // What rounding takes away from a·b, by halves of the factors: not every device multiplies and adds in one rounding.
  `fn productRest(a: f32, b: f32) -> f32 {
  let ah = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
  let bh = bitcast<f32>(bitcast<u32>(b) & 0xfffff000u);
  let al = a - ah;
  let bl = b - bh;
  return fma(al, bl, fma(al, bh, fma(ah, bl, fma(ah, bh, -a * b))));
}`,
  // (a + b)·x − a
  `fn betaAway(a: f32, b: f32, x: f32) -> f32 {
  let sum = a + b;
  let rest = select(a - (sum - b), b - (sum - a), a > b);
  return sum * x - a + (productRest(sum, x) + rest * x);
}`,
  // a·log(x / x₀) + b·log((1 − x) / (1 − x₀)), x₀ = a / (a + b): 0 at the mean and negative elsewhere.
  `fn betaExponent(a: f32, b: f32, x: f32, away: f32) -> f32 {
  let u = away / a;
  let v = -away / b;
  return a * logLess(x * ((a + b) / a), u) + b * logLess((1f - x) * ((a + b) / b), v);
}`,
  // For x below the mean by `below` / (a + b). Source: TOMS 708, A. R. DiDonato, A. H. Morris, 1992; in the form of Lentz.
  `fn betaFraction(a: f32, b: f32, x: f32, below: f32) -> f32 {
  var c = 1e30;
  var d = (a + 1f) / (a * (1f + below));
  var value = d;
  for (var n = 1f; n < 100f; n = n + 1f) {
    let s = a + 2f * n;
    let w = n * ((b - n) * x / (s - 1f));
    let top = ((a + n - 1f) / (s - 1f)) * ((a + b + n - 1f) * x) * w;
    let bottom = n + w + (a + n) / (s + 1f) * (1f + below + n * (2f - x));
    d = 1f / fma(top, d, bottom);
    c = bottom + top / c;
    value = value * (c * d);
    if (abs(c * d - 1f) < 2e-7) { break; }
  }
  return value;
}`,
  `fn betaNearNormal(a: f32, b: f32, exponent: f32, isLow: bool) -> f32 {
  // Beyond there is nothing.
  let half = min(-exponent, 200f);
  let share = a / (a + b);
  let root = sqrt(share * b);
  let z = select(1f, -1f, isLow) * sqrt(2f * half);
  let rest = fma((1f - share * (1f - share)) / 12f, z / root, (2f * share - 1f) / 3f) * 0.39894228 / root;
  return expOf(-half) * (0.5f * erfcxPositive(sqrt(half)) + select(rest, -rest, isLow));
}`,
  // Both of 1 − y for b < 1, where neither is small, by the series of the upper one: 1 − e^u·(1 + b·Σ).
  `fn betaNearEnd(a: f32, b: f32, y: f32) -> vec2<f32> {
  // log Γ(c + b) − log Γ(c) as b times something, at c = a and, by the recurrence, from 8 on.
  var c = a;
  var u = b * logOf(y) - lgamma1p(b);
  for (; c < 8f; c = c + 1f) { u = u - log1pOf(b / c); }
  let d = c + b;
  let series = 8.33333333e-2 - 2.7777778e-3 * (1f / (c * c) + (1f / c + 1f / d) / d);
  u = u + ((c - 0.5f) * log1pOf(b / c) + b * (logOf(d) - 1f - series / c / d));
  var term = 1f;
  var sum = 0f;
  for (var n = 1f; n < 60f && abs(term) > 1e-9; n = n + 1f) {
    term = term * ((n - a) * y / n);
    sum = sum + term / (b + n);
  }
  let power = expOf(u);
  return vec2<f32>(-expm1Of(u) - power * b * sum, power * fma(b, sum, 1f));
}`,
  // The lower and the upper one, for 0 < x < 1.
  `fn betaTails(a: f32, b: f32, x: f32) -> vec2<f32> {
  let isHigh = x >= 0.5;
  if (select(a, b, isHigh) < 1f && select(b * x, a * (1f - x), isHigh) < 1.5) {
    let tails = betaNearEnd(select(b, a, isHigh), select(a, b, isHigh), select(x, 1f - x, isHigh));
    return select(tails.yx, tails, isHigh);
  }
  let away = betaAway(a, b, x);
  let least = min(a, b);
  let isLow = select(x < (a + 1f) / (a + b + 2f), away < 0f, 1e4 < least);
  var exponent = 0f;
  var prefix = 0f;
  if (least >= 8f) {
    exponent = betaExponent(a, b, x, away);
    let rest = stirlingRest(a + b) - stirlingRest(a) - stirlingRest(b);
    prefix = expOf(exponent + rest) * 0.39894228 * sqrt(a / (a + b) * b);
  } else {
    let isFirst = a < 8f;
    let logRest = select(logOf(x), log1pOf(-x), isFirst);
    prefix = betaPrefixMixed(select(b, a, isFirst), select(a, b, isFirst), select(1f - x, x, isFirst), logRest);
  }
  var tail = 0f;
  if (least > 1e4) { tail = betaNearNormal(a, b, exponent, isLow); }
  else {
    let near = select(b, a, isLow);
    let far = select(a, b, isLow);
    tail = prefix * betaFraction(near, far, select(1f - x, x, isLow), select(away, -away, isLow));
  }
  tail = min(tail, 1f);
  return select(vec2<f32>(1f - tail, tail), vec2<f32>(tail, 1f - tail), isLow);
}`,
  `fn betaIncOf(a: f32, b: f32, x: f32) -> f32 {
  if (!isShape(a) || !isShape(b) || isNan(x) || x < 0f || x > 1f) { return notANumber(); }
  if (isZero(x) || x == 1f) { return x; }
  return betaTails(a, b, x).x;
}`,
]
