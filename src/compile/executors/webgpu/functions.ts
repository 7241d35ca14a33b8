import { besselTexts } from './bessel-functions.ts'
import { incompleteBetaTexts } from './incomplete-beta-functions.ts'
import { incompleteGammaTexts } from './incomplete-gamma-functions.ts'
import { quantileTexts } from './quantile-functions.ts'
import { wideTexts } from './wide-functions.ts'

/*
 * Functions that kernels call, by name. Two things are written by bits: what has to do with NaN and the infinities, since
 * compilers of WGSL may assume that there are none; and what WGSL leaves imprecise: its exp may be off by 2·|x| units in
 * the last place, its sin and tanh have absolute errors only. Arguments are reduced by `fma` with parts of a constant,
 * which no compiler takes apart: exp(x) = 2ⁿ·exp(r), n = round(x / ln 2), r = x − n·ln 2 in two parts, |r| ≤ ln 2 / 2.
 *
 * Sources: the reductions and intervals are those of W. J. Cody, W. Waite, "Software Manual for the Elementary
 * Functions", 1980; erf is of two polynomials as in N. Juffa's single-precision erff.
 */
const texts: readonly string[] = [
  `var<private> infinityBits: u32 = 0x7f800000u;
fn infinity() -> f32 { return bitcast<f32>(infinityBits); }`,
  `var<private> nanBits: u32 = 0x7fc00000u;
fn notANumber() -> f32 { return bitcast<f32>(nanBits); }`,
  'fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }',
  'fn isFinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }',
  'fn isZero(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) == 0u; }',
  'fn isNegative(x: f32) -> bool { return bitcast<i32>(x) < 0; }',
  `fn withSign(x: f32, y: f32) -> f32 {
  return bitcast<f32>((bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(y) & 0x80000000u));
}`,
  // Ascending with the number, -0 below 0.
  'fn orderOf(x: f32) -> i32 { let b = bitcast<i32>(x); return b ^ ((b >> 31u) & 0x7fffffff); }',
  `fn maxOf(a: f32, b: f32) -> f32 {
  if (isNan(a)) { return a; }
  if (isNan(b)) { return b; }
  return select(b, a, orderOf(a) > orderOf(b));
}`,
  `fn minOf(a: f32, b: f32) -> f32 {
  if (isNan(a)) { return a; }
  if (isNan(b)) { return b; }
  return select(b, a, orderOf(a) < orderOf(b));
}`,
  // As orderOf, with -0 and 0 alike.
  'fn rankOf(x: f32) -> i32 { return select(orderOf(x), 0, isZero(x)); }',
  `fn equalOf(a: f32, b: f32) -> bool { return !isNan(a) && !isNan(b) && rankOf(a) == rankOf(b); }`,
  `fn lessOf(a: f32, b: f32) -> bool { return !isNan(a) && !isNan(b) && rankOf(a) < rankOf(b); }`,
  `fn lessEqualOf(a: f32, b: f32) -> bool { return !isNan(a) && !isNan(b) && rankOf(a) <= rankOf(b); }`,
  `fn signOf(x: f32) -> f32 { return select(withSign(1f, x), x, isNan(x) || isZero(x)); }`,
  `fn roundOf(x: f32) -> f32 { return select(x, withSign(round(x), x), isFinite(x)); }`,
  `fn floorOf(x: f32) -> f32 { return select(x, floor(x), isFinite(x) && !isZero(x)); }`,
  `fn ceilOf(x: f32) -> f32 { return select(x, withSign(ceil(x), x), isFinite(x)); }`,
  `fn truncOf(x: f32) -> f32 { return select(x, withSign(trunc(x), x), isFinite(x)); }`,
  `fn sqrtOf(x: f32) -> f32 {
  if (isZero(x) || isNan(x)) { return x; }
  if (isNegative(x)) { return notANumber(); }
  return select(sqrt(x), x, !isFinite(x));
}`,
  // Modulo 2³², as JavaScript converts.
  `fn wordOf(x: f32) -> i32 {
  let bits = bitcast<u32>(x);
  let exponent = (bits >> 23u) & 255u;
  if (exponent < 158u) { return i32(x); }
  if (exponent > 181u) { return 0; }
  let size = i32(((bits & 0x7fffffu) | 0x800000u) << (exponent - 150u));
  return select(size, -size, isNegative(x));
}`,
  // x · 2ⁿ, |n| ≤ 252, in two steps, each of which is exact until the last.
  `fn scaled(x: f32, n: i32) -> f32 {
  let half = n / 2;
  return x * bitcast<f32>(u32(half + 127) << 23u) * bitcast<f32>(u32(n - half + 127) << 23u);
}`,
  // exp(r) - 1 for |r| ≤ ln 2 / 2.
  `fn expPart(r: f32) -> f32 {
  let p = fma(fma(fma(fma(fma(1.9841270e-4, r, 1.3888889e-3), r, 8.3333333e-3), r, 4.1666667e-2), r, 0.16666667), r, 0.5);
  return fma(r * r, p, r);
}`,
  `fn lnParts(x: f32) -> vec2<f32> {
  let n = round(x * 1.44269504);
  return vec2<f32>(n, fma(n, -1.42860677e-6, fma(n, -0.693145752, x)));
}`,
  `fn expOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x > 88.8) { return infinity(); }
  if (x < -104.0) { return 0f; }
  let p = lnParts(x);
  return scaled(1f + expPart(p.y), i32(p.x));
}`,
  `fn expm1Of(x: f32) -> f32 {
  if (isNan(x) || isZero(x)) { return x; }
  if (x > 88.8) { return infinity(); }
  if (x < -18.0) { return -1f; }
  let p = lnParts(x);
  let e = expPart(p.y);
  if (p.x == 0f) { return e; }
  let half = scaled(0.5f, i32(p.x));
  return 2f * fma(half, e, half - 0.5f);
}`,
  `fn exp2Of(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x >= 128.0) { return infinity(); }
  if (x < -150.0) { return 0f; }
  let n = round(x);
  return scaled(1f + expPart((x - n) * 0.693147181), i32(n));
}`,
  // x = m · 2ⁿ with m from √½ to √2; n is the second.
  `fn mantissaOf(x: f32) -> vec2<f32> {
  let isSmall = bitcast<u32>(x) < 0x00800000u;
  let bits = select(bitcast<u32>(x), bitcast<u32>(f32(bitcast<u32>(x))), isSmall);
  let shifted = bits + (0x3f800000u - 0x3f3504f3u);
  let n = i32(shifted >> 23u) - 127 - select(0, 149, isSmall);
  let m = bitcast<f32>((shifted & 0x7fffffu) + 0x3f3504f3u);
  return vec2<f32>(m, f32(n));
}`,
  // log(1 + f), √½ ≤ 1 + f ≤ √2: f - f²/2 + s·(f²/2 + r), s = f / (2 + f), r = log(1 + f) in powers of s.
  `fn logPart(f: f32) -> f32 {
  let s = f / (2f + f);
  let z = s * s;
  let r = z * fma(fma(fma(0.2222222, z, 0.2857143), z, 0.4), z, 0.6666667);
  let h = 0.5f * f * f;
  return f - (h - s * (h + r));
}`,
  `fn logOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (isZero(x)) { return -infinity(); }
  if (isNegative(x)) { return notANumber(); }
  if (!isFinite(x)) { return x; }
  let p = mantissaOf(x);
  return fma(p.y, 0.693145752, fma(p.y, 1.42860677e-6, logPart(p.x - 1f)));
}`,
  `fn log2Of(x: f32) -> f32 {
  if (isNan(x) || isZero(x) || isNegative(x) || !isFinite(x)) { return logOf(x); }
  let p = mantissaOf(x);
  return p.y + logPart(p.x - 1f) * 1.44269504;
}`,
  'fn log10Of(x: f32) -> f32 { return logOf(x) * 0.434294482; }',
  `fn log1pOf(x: f32) -> f32 {
  if (isNan(x) || isZero(x)) { return x; }
  if (x > -0.29 && x < 0.41) { return logPart(x); }
  let y = 1f + x;
  if (y > 1e7 || !(y > 0f)) { return logOf(y); }
  return logOf(y) + select(x - (y - 1f), 1f - (y - x), x > 1f) / y;
}`,
  `fn tanhOf(x: f32) -> f32 {
  if (isNan(x) || isZero(x)) { return x; }
  let size = abs(x);
  if (size > 10.0) { return withSign(1f, x); }
  let e = expm1Of(2f * size);
  return withSign(e / (e + 2f), x);
}`,
  `fn sinhOf(x: f32) -> f32 {
  if (isNan(x) || isZero(x)) { return x; }
  let size = abs(x);
  if (size > 20.0) { let half = expOf(0.5f * size); return withSign(0.5f * half * half, x); }
  let e = expm1Of(size);
  return withSign(0.5f * (e + e / (e + 1f)), x);
}`,
  `fn coshOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let half = expOf(0.5f * abs(x));
  let e = half * half;
  return select(0.5f * half * half, 0.5f * (e + 1f / e), abs(x) < 20.0);
}`,
  `fn sigmoidOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let e = expOf(-abs(x));
  return select(1f, e, isNegative(x)) / (1f + e);
}`,
  // x = n · π/2 + r: n modulo 4 and r. The parts of π/2 are short, so that their products with n are exact.
  `fn quarterOf(x: f32) -> vec2<f32> {
  if (abs(x) > 4096f) { return farQuarterOf(x); }
  let n = round(x * 0.636619772);
  return vec2<f32>(n, fma(n, -7.549789954891882e-8, fma(n, -4.837512969970703e-4, fma(n, -1.5703125, x))));
}`,
  // The same by the digits of 1/2π that matter for the exponent, after M. H. Payne and R. N. Hanek, 1983.
  `var<private> turnDigits: array<u32, 8> = array<u32, 8>(
  0u, 0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u, 0x4f10e410u, 0x7f9458eau);
fn farQuarterOf(x: f32) -> vec2<f32> {
  let bits = bitcast<u32>(x);
  let mantissa = ((bits & 0x7fffffu) | 0x800000u) << 8u;
  let exponent = ((bits >> 23u) & 255u) - 126u;
  let word = exponent >> 5u;
  let shift = exponent & 31u;
  var digits: array<u32, 3>;
  for (var d = 0u; d < 3u; d++) {
    let next = select(0u, turnDigits[word + d + 1u] >> ((32u - shift) & 31u), shift > 0u);
    digits[d] = (turnDigits[word + d] << shift) | next;
  }
  var low = mantissa * digits[1];
  let carried = highProduct(mantissa, digits[2]);
  low = low + carried;
  var high = mantissa * digits[0] + highProduct(mantissa, digits[1]) + select(0u, 1u, low < carried);
  var n = high >> 30u;
  high = high & 0x3fffffffu;
  var sign = 1f;
  if (high >= 0x20000000u) {
    n = n + 1u;
    sign = -1f;
    low = ~low + 1u;
    high = 0x40000000u - high - select(0u, 1u, low > 0u);
  }
  let r = sign * fma(f32(high), 4294967296f, f32(low)) * 3.40612158e-19;
  return vec2<f32>(f32(n), r) * select(1f, -1f, isNegative(x));
}`,
  `fn highProduct(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let first = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let second = (a & 0xffffu) * (b >> 16u) + (first & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u);
}`,
  'fn sinPart(r: f32) -> f32 { let z = r * r; return fma(r * z, fma(fma(fma(2.7557319e-6, z, -1.9841270e-4), z, 8.3333333e-3), z, -0.16666667), r); }',
  'fn cosPart(r: f32) -> f32 { let z = r * r; return fma(z * z, fma(fma(fma(-2.7557319e-7, z, 2.4801587e-5), z, -1.3888889e-3), z, 4.1666667e-2), fma(z, -0.5f, 1f)); }',
  `fn turned(x: f32, quarters: i32) -> f32 {
  if (!isFinite(x)) { return notANumber(); }
  let p = quarterOf(x);
  let q = (i32(p.x) + quarters) & 3;
  let y = select(sinPart(p.y), cosPart(p.y), (q & 1) == 1);
  return select(y, -y, q > 1);
}`,
  'fn sinOf(x: f32) -> f32 { return select(turned(x, 0), x, isZero(x)); }',
  'fn cosOf(x: f32) -> f32 { return turned(x, 1); }',
  'fn tanOf(x: f32) -> f32 { return sinOf(x) / cosOf(x); }',
  // atan(x) for |x| ≤ tan(π/8).
  'fn atanPart(x: f32) -> f32 { let z = x * x; return fma(x * z, fma(fma(fma(8.05374449538e-2, z, -1.38776856032e-1), z, 1.99777106478e-1), z, -3.33329491539e-1), x); }',
  `fn atanOf(x: f32) -> f32 {
  if (isNan(x) || isZero(x)) { return x; }
  let size = abs(x);
  if (size > 2.41421356) { return withSign(1.57079633 - atanPart(1f / min(size, 1e30)), x); }
  if (size > 0.414213562) { return withSign(0.785398163 + atanPart((size - 1f) / (size + 1f)), x); }
  return atanPart(x);
}`,
  `fn atan2Of(y: f32, x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (isNan(y)) { return y; }
  let a = abs(x);
  let b = abs(y);
  var angle = 0f;
  if (b > a) { angle = 1.57079633 - atanOf(a / b); }
  else if (!isZero(y)) { angle = select(atanOf(b / a), 0.785398163, !isFinite(x) && !isFinite(y)); }
  return withSign(select(angle, 3.14159265 - angle, isNegative(x)), y);
}`,
  `fn asinOf(x: f32) -> f32 {
  if (isNan(x) || isZero(x)) { return x; }
  if (abs(x) > 1f) { return notANumber(); }
  return atan2Of(x, sqrtOf((1f - x) * (1f + x)));
}`,
  `fn acosOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (abs(x) > 1f) { return notANumber(); }
  return 2f * atan2Of(sqrtOf(1f - x), sqrtOf(1f + x));
}`,
  `fn asinhOf(x: f32) -> f32 {
  if (!isFinite(x) || isZero(x)) { return x; }
  let size = abs(x);
  if (size > 1e9) { return withSign(logOf(size) + 0.693147181, x); }
  return withSign(log1pOf(size + size * size / (1f + sqrt(fma(size, size, 1f)))), x);
}`,
  `fn acoshOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x < 1f) { return notANumber(); }
  if (x > 1e9) { return logOf(x) + 0.693147181; }
  let t = x - 1f;
  return log1pOf(t + sqrtOf(t * (t + 2f)));
}`,
  `fn atanhOf(x: f32) -> f32 {
  if (isNan(x) || isZero(x)) { return x; }
  let size = abs(x);
  if (size > 1f) { return notANumber(); }
  if (size == 1f) { return withSign(infinity(), x); }
  return withSign(0.5f * log1pOf(2f * size / (1f - size)), x);
}`,
  `fn cbrtOf(x: f32) -> f32 {
  if (!isFinite(x) || isZero(x)) { return x; }
  let size = abs(x);
  let y = expOf(logOf(size) * 0.333333333);
  return withSign(y - (y - size / (y * y)) * 0.333333333, x);
}`,
  `fn hypotOf(x: f32, y: f32) -> f32 {
  let isInfinite = (!isFinite(x) && !isNan(x)) || (!isFinite(y) && !isNan(y));
  if (isInfinite) { return infinity(); }
  if (isNan(x)) { return x; }
  if (isNan(y)) { return y; }
  let a = max(abs(x), abs(y));
  let b = min(abs(x), abs(y));
  if (isZero(a)) { return 0f; }
  let q = b / a;
  return a * sqrt(fma(q, q, 1f));
}`,
  // The logarithm in two parts, so that the product with a large exponent keeps its digits.
  `fn powOf(a: f32, b: f32) -> f32 {
  if (isZero(b)) { return 1f; }
  if (isNan(a)) { return a; }
  if (isNan(b)) { return b; }
  let isInteger = !isFinite(b) || abs(b) >= 16777216f || floor(b) == b;
  let isOdd = isFinite(b) && isInteger && abs(b) < 16777216f && (i32(b) & 1) == 1;
  let size = abs(a);
  if (!isFinite(b) && size == 1f) { return notANumber(); }
  if (isNegative(a) && !isInteger && isFinite(a) && !isZero(a)) { return notANumber(); }
  var y = 0f;
  if (isZero(a) || !isFinite(a) || !isFinite(b)) {
    let grows = (size > 1f) == (b > 0f);
    y = select(0f, infinity(), grows);
  } else {
    let p = mantissaOf(size);
    let high = logPart(p.x - 1f) * 1.44269504;
    let product = p.y * b;
    let rest = fma(p.y, b, -product);
    let whole = product + high * b;
    if (whole >= 129.0) { y = infinity(); }
    else if (whole > -151.0) {
      let n = round(whole);
      y = scaled(1f + expPart((fma(high, b, product - n) + rest) * 0.693147181), i32(n));
    }
  }
  return select(y, -y, isNegative(a) && isOdd);
}`,
  `fn erfOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let t = abs(x);
  let s = x * x;
  if (t > 0.927734375) {
    let r = fma(fma(-1.72853470e-5, t, 3.83197126e-4), s, fma(-3.88396438e-3, t, 2.42546219e-2));
    let q = fma(fma(fma(fma(r, t, -1.06777877e-1), t, -6.34846687e-1), t, -1.28717512e-1), t, -t);
    return withSign(select(1f - expOf(q), 1f, t > 4.0), x);
  }
  let r = fma(fma(fma(fma(fma(-5.96761703e-4, s, 4.99119423e-3), s, -2.67681349e-2), s, 1.12819925e-1), s, -3.76125336e-1), s, 1.28379166e-1);
  return fma(r, x, x);
}`,
  // log(erfcx(x) / t), t = 1 / (1 + x/2), for x ≥ 0, as W. H. Press et al. fit it in "Numerical Recipes", 6.2.
  `fn erfcxExponent(t: f32) -> f32 {
  let p = fma(fma(fma(fma(0.17087277, t, -0.82215223), t, 1.48851587), t, -1.13520398), t, 0.27886807);
  return fma(fma(fma(fma(fma(p, t, -0.18628806), t, 0.09678418), t, 0.37409196), t, 1.00002368), t, -1.26551223);
}`,
  'fn erfcxPositive(x: f32) -> f32 { let t = 1f / (1f + 0.5f * x); return t * expOf(erfcxExponent(t)); }',
  // exp(-x²), with the part of the square that rounding takes away.
  `fn gaussianOf(x: f32) -> f32 {
  let s = x * x;
  if (s > 110.0) { return 0f; }
  return expOf(-s) * (1f - fma(x, x, -s));
}`,
  `fn erfcxOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x < -9.5) { return infinity(); }
  let size = abs(x);
  if (size > 1e9) { return 0.564189584 / x; }
  let y = erfcxPositive(size);
  if (isNegative(x)) {
    let s = x * x;
    let e = expOf(0.5f * s);
    return 2f * e * e * (1f + fma(x, x, -s)) - y;
  }
  return y;
}`,
  `fn erfcOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (abs(x) < 0.47) { return 1f - erfOf(x); }
  let size = min(abs(x), 11f);
  let y = gaussianOf(size) * erfcxOf(size);
  return select(y, 2f - y, isNegative(x));
}`,
  `fn ndtrOf(x: f32) -> f32 {
  if (!(x < -1f && x > -14.5)) { return 0.5f * erfcOf(x * -0.707106781); }
  let s = x * x;
  return 0.5f * expOf(-0.5f * s) * (1f - 0.5f * fma(x, x, -s)) * erfcxOf(x * -0.707106781);
}`,
  `fn logNdtrOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x > -1f) { return log1pOf(-0.5f * erfcOf(x * 0.707106781)); }
  let t = 1f / (1f - 0.353553391 * x);
  if (x < -1e6) { return -0.5f * x * x; }
  return fma(-0.5f * x, x, logOf(0.5f * t) + erfcxExponent(t));
}`,
  // M. Giles, "Approximating the erfinv function", GPU Computing Gems, 2011.
  `fn erfinvOf(x: f32) -> f32 {
  if (isNan(x) || isZero(x)) { return x; }
  if (abs(x) > 1f) { return notANumber(); }
  if (abs(x) == 1f) { return withSign(infinity(), x); }
  let w = -logOf((1f - x) * (1f + x));
  if (w < 5f) {
    let v = w - 2.5f;
    let p = fma(fma(fma(fma(2.81022636e-8, v, 3.43273939e-7), v, -3.5233877e-6), v, -4.39150654e-6), v, 2.1858087e-4);
    return fma(fma(fma(fma(p, v, -1.25372503e-3), v, -4.17768164e-3), v, 0.246640727), v, 1.50140941) * x;
  }
  let v = sqrt(w) - 3f;
  let p = fma(fma(fma(fma(-2.00214257e-4, v, 1.00950558e-4), v, 1.34934322e-3), v, -3.67342844e-3), v, 5.73950773e-3);
  return fma(fma(fma(fma(p, v, -7.6224613e-3), v, 9.43887047e-3), v, 1.00167406), v, 2.83297682) * x;
}`,
  // The inverse of erfc for 0 < q ≤ ½, by the fits of src/core/kernel/special/error-function.ts in √(−log q).
  `fn erfcinvTail(q: f32) -> f32 {
  if (isZero(q)) { return infinity(); }
  let s = sqrt(-logOf(q));
  if (s < 2f) {
    let t = s - 1.4f;
    var p = fma(fma(fma(fma(0.000329855054, t, -0.000593398782), t, 0.000355361425), t, 0.000419113044), t, -0.00245494908);
    p = fma(fma(fma(fma(fma(p, t, 0.00701443027), t, -0.0152164847), t, 0.0270941327), t, -0.0386914369), t, 0.0346170198);
    p = fma(fma(p, t, 1.03366973), t, 1.04128677);
    return p;
  }
  if (s < 6f) {
    let t = s - 4f;
    var p = fma(fma(fma(fma(3.21713748e-10, t, -1.46398755e-09), t, 1.86213862e-09), t, -7.56532931e-09), t, 5.53004651e-08);
    p = fma(fma(fma(fma(fma(p, t, -2.15337202e-07), t, 7.2689691e-07), t, -2.48893963e-06), t, 7.53588679e-06), t, -1.58901944e-05);
    p = fma(fma(fma(fma(fma(p, t, -1.405274e-05), t, 0.000477517018), t, -0.00428068325), t, 1.03185302), t, 3.75135934);
    return p;
  }
  let t = s - 17f;
  var p = fma(fma(fma(fma(-4.48125327e-21, t, -8.88444132e-21), t, 3.41110072e-18), t, -3.72915379e-17), t, 4.00129312e-17);
  p = fma(fma(fma(fma(fma(p, t, -5.51716271e-15), t, 1.88433791e-13), t, -3.35965857e-12), t, 6.14154806e-11), t, -1.22231503e-09);
  p = fma(fma(fma(fma(fma(p, t, 2.42135676e-08), t, -4.79077509e-07), t, 9.59111791e-06), t, -0.000196140682), t, 1.00418531);
  p = fma(p, t, 16.8996627);
  return p;
}`,
  `fn erfcinvOf(x: f32) -> f32 {
  if (isNan(x) || x < 0f || x > 2f) { return notANumber(); }
  if (x < 0.5f) { return erfcinvTail(x); }
  if (x > 1.5f) { return -erfcinvTail(2f - x); }
  return erfinvOf(1f - x);
}`,
  `fn ndtriOf(x: f32) -> f32 {
  if (isNan(x) || x < 0f || x > 1f) { return notANumber(); }
  if (x < 0.25f) { return -1.41421356 * erfcinvTail(2f * x); }
  if (x > 0.75f) { return 1.41421356 * erfcinvTail(2f * (1f - x)); }
  return 1.41421356 * erfinvOf(2f * x - 1f);
}`,
  // Stirling's series from 8 on; smaller arguments are taken there by the recurrence, negative ones by reflection.
  `fn lgammaPositive(x: f32) -> f32 {
  var y = x;
  var product = 1f;
  for (; y < 8f; y = y + 1f) { product = product * y; }
  let z = 1f / (y * y);
  let series = fma(fma(7.9365079e-4, z, -2.7777778e-3), z, 8.3333333e-2) / y;
  return fma(y - 0.5f, logOf(y) - 1f, 0.418938533f) + series - logOf(product);
}`,
  `fn lgammaOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (!isFinite(x) || (x <= 0f && floor(x) == x)) { return infinity(); }
  if (abs(x) < 1e-6) { return -logOf(abs(x)); }
  if (x > 0f) { return select(lgammaPositive(x), x * (logOf(x) - 1f), x > 1e9); }
  return logOf(3.14159265 / abs(x * sinOf(3.14159265 * (x - round(x))))) - lgammaPositive(-x);
}`,
  `fn digammaOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (isZero(x)) { return -withSign(infinity(), x); }
  if (x < 0f && (!isFinite(x) || floor(x) == x)) { return notANumber(); }
  if (!isFinite(x)) { return x; }
  var y = abs(x);
  var sum = 0f;
  for (; y < 8f; y = y + 1f) { sum = sum + 1f / y; }
  let z = 1f / (y * y);
  let series = z * fma(fma(3.9682540e-3, z, -8.3333333e-3), z, 8.3333333e-2);
  let positive = logOf(y) - 0.5f / y - series - sum;
  if (x > 0f) { return positive; }
  return positive + 1f / abs(x) - 3.14159265 / tanOf(3.14159265 * (x - round(x)));
}`,
  // sin π(x + quarters / 2), by the distance of x to the next multiple of ½, which is exact.
  `fn turnedPi(x: f32, quarters: i32) -> f32 {
  let r = x - 2f * round(0.5f * x);
  let n = round(2f * r);
  let angle = (r - 0.5f * n) * 3.14159265;
  let q = (i32(n) + quarters) & 3;
  let y = select(sinPart(angle), cosPart(angle), (q & 1) == 1);
  return select(y, -y, q > 1);
}`,
  'fn sinPi(x: f32) -> f32 { return turnedPi(x, 0); }',
  // Γ from 2 to 3 by a fit, other arguments by the recurrence; from 12 on by the formula of Stirling.
  `fn gammaPositive(x: f32) -> f32 {
  if (x > 35.1) { return infinity(); }
  if (x >= 12f) {
    let root = powOf(x, 0.5f * x - 0.25f);
    let z = 1f / (x * x);
    let series = fma(-2.7777778e-3, z, 8.3333333e-2) / x;
    return root * (2.50662827 * expOf(series) * expOf(-x)) * root;
  }
  return gammaBelow12(x);
}`,
  `fn gammaBelow12(x: f32) -> f32 {
  var y = x;
  var product = 1f;
  for (; y >= 3f; ) { y = y - 1f; product = product * y; }
  var divisor = 1f;
  for (; y < 2f; y = y + 1f) { divisor = divisor * y; }
  let t = y - 2.5f;
  var p = fma(fma(fma(fma(7.25818804e-06, t, -1.2810278e-05), t, 6.1329335e-05), t, 3.9429373e-06), t, 0.000754474185);
  p = fma(fma(fma(fma(fma(p, t, 0.0016074004), t, 0.0103924034), t, 0.0283607806), t, 0.109673234), t, 0.253871247);
  p = fma(fma(fma(p, t, 0.654558578), t, 0.934734522), t, 1.32934039);
  return product * p / divisor;
}`,
  `fn gammaOf(x: f32) -> f32 {
  if (isNan(x) || (!isFinite(x) && x > 0f)) { return x; }
  if ((bitcast<u32>(x) & 0x7fffffffu) < 0x200000u) { return withSign(infinity(), x); }
  if (x > 0f) { return gammaPositive(x); }
  if (!isFinite(x) || floor(x) == x) { return notANumber(); }
  if (x > -1e-6) { return 1f / x; }
  if (x < -42f) { return 0f; }
  let size = -x;
  let sine = 3.14159265 / (size * -sinPi(size));
  if (size < 12f) { return sine / gammaPositive(size); }
  let root = powOf(size, 0.5f * size - 0.25f);
  return sine / root / (2.50662827 * expOf(8.3333333e-2 / size) * expOf(-size)) / root;
}`,
  // log Γ(x) − (x − ½)·log x + x − ½·log 2π, for x ≥ 8.
  `fn stirlingRest(x: f32) -> f32 {
  let z = 1f / (x * x);
  return fma(fma(7.9365079e-4, z, -2.7777778e-3), z, 8.3333333e-2) / x;
}`,
  // Source: TOMS 708, A. R. DiDonato, A. H. Morris, 1992.
  `fn logBetaOf(x: f32, y: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (isNan(y)) { return y; }
  if (x <= 0f || y <= 0f) {
    if (!isFinite(x) || !isFinite(y)) { return notANumber(); }
    if ((x <= 0f && floor(x) == x) || (y <= 0f && floor(y) == y)) {
      return select(infinity(), notANumber(), floor(x) == x && floor(y) == y && x + y <= 0f);
    }
    return lgammaOf(x) + lgammaOf(y) - lgammaOf(x + y);
  }
  if (!isFinite(x) || !isFinite(y)) { return -infinity(); }
  let a = min(x, y);
  let b = max(x, y);
  if (a >= 8f) {
    let h = a / b;
    let rest = stirlingRest(a) + stirlingRest(b) - stirlingRest(a + b);
    return 0.918938533 - 0.5f * logOf(b) + rest + (a - 0.5f) * logOf(h / (1f + h)) - b * log1pOf(h);
  }
  if (b >= 8f) {
    // A quotient this small may be taken for 0.
    let grown = select((b - 0.5f) * log1pOf(a / b), a, a < 1e-8 * b);
    let ratio = stirlingRest(b) - stirlingRest(a + b) - (grown + a * (logOf(a + b) - 1f));
    return lgammaOf(a) + ratio;
  }
  if (a < 1e-30) { return -logOf(a); }
  return logOf((gammaPositive(a) / gammaPositive(a + b)) * gammaPositive(b));
}`,
  'fn isOrder(n: f32) -> bool { return !isNan(n) && n >= 0f && n <= 10000f && floor(n) == n; }',
  // Σ (a + k)⁻ˢ: terms until a + k is large, then the formula of Euler and Maclaurin.
  `fn hurwitz(s: f32, a: f32) -> f32 {
  var sum = 0f;
  var x = a;
  for (; x < 8f + 0.5f * s; x = x + 1f) {
    let term = powOf(x, -s);
    sum = sum + term;
    if (!isFinite(sum) || term < sum * 1e-9) { return sum; }
  }
  let last = powOf(x, -s);
  let z = 1f / (x * x);
  let third = (s + 3f) * (s + 4f) * z;
  let tail = fma(fma(3.30687831e-5, third, -1.38888889e-3), (s + 1f) * (s + 2f) * z, 8.33333333e-2) * last * s / x;
  return sum + (last * x / (s - 1f) + 0.5f * last + tail);
}`,
  `fn polygammaOf(n: f32, x: f32) -> f32 {
  if (isZero(n)) { return digammaOf(x); }
  if (!isOrder(n) || isNan(x) || (!isFinite(x) && isNegative(x))) { return notANumber(); }
  let isOdd = n != 2f * floor(0.5f * n);
  if (!isFinite(x)) { return withSign(0f, select(-1f, 1f, isOdd)); }
  if (x <= 0f && floor(x) == x) { return select(notANumber(), infinity(), isOdd); }
  var factorial = 1f;
  for (var k = 2f; k <= min(n, 35f); k = k + 1f) { factorial = factorial * k; }
  if (x > 0f) { return withSign(factorial * hurwitz(n + 1f, x), select(-1f, 1f, isOdd)); }
  let above = floor(-x) + 1f;
  let negatives = hurwitz(n + 1f, -x - (above - 1f)) - hurwitz(n + 1f, 1f - x);
  let sum = hurwitz(n + 1f, above + x) + select(-negatives, negatives, isOdd);
  return factorial * select(-sum, sum, isOdd);
}`,
  // The n-th derivative of sin πx / πx: of its series near 0, else by the recurrence u·f⁽ᵏ⁾ + k·f⁽ᵏ⁻¹⁾ = sin⁽ᵏ⁾ u.
  `fn sincOf(n: f32, x: f32) -> f32 {
  if (!isOrder(n) || isNan(x)) { return notANumber(); }
  if (!isFinite(x)) { return 0f; }
  let u = 3.14159265 * x;
  if (isZero(n)) { return select(sinPi(x) / u, 1f, abs(x) < 1e-9); }
  let order = i32(min(n, 64f));
  let scale = powOf(3.14159265, n);
  if (abs(u) < 0.4f * n + 0.8f) {
    let first = (order + 1) / 2;
    var power = select(u, 1f, 2 * first == order);
    var sum = 0f;
    for (var k = first; k < first + 24; k++) {
      let term = power / f32(2 * k + 1);
      sum = sum + select(term, -term, (k & 1) == 1);
      power = power * u * u / f32((2 * k - order + 1) * (2 * k - order + 2));
    }
    return scale * sum;
  }
  var value = sinPi(x) / u;
  for (var k = 1; k <= order; k++) { value = (turnedPi(x, k) - f32(k) * value) / u; }
  return scale * value;
}`,
  // The conversions to and from 16 bits, rounded to the nearest, ties to even.
  `fn numberOfFloat16(b: u32) -> f32 {
  let sign = (b & 0x8000u) << 16u;
  let exponent = (b >> 10u) & 31u;
  let mantissa = b & 1023u;
  if (exponent == 31u) { return bitcast<f32>(sign | infinityOr(mantissa << 13u)); }
  if (exponent != 0u) { return bitcast<f32>(sign | ((exponent + 112u) << 23u) | (mantissa << 13u)); }
  return withSign(f32(mantissa) * 5.9604644775390625e-8, bitcast<f32>(sign));
}`,
  `fn infinityOr(mantissa: u32) -> u32 { return infinityWord | mantissa; }
var<private> infinityWord: u32 = 0x7f800000u;`,
  'fn numberOfBfloat16(b: u32) -> f32 { return bitcast<f32>(b << 16u); }',
  `fn float16Of(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return 0x7e00u; }
  if (size >= 0x477ff000u) { return sign | 0x7c00u; }
  if (size >= 0x38800000u) { return sign | ((size - 0x38000000u + 0xfffu + ((size >> 13u) & 1u)) >> 13u); }
  if (size < 0x33000000u) { return sign; }
  return sign | u32(round(bitcast<f32>(size) * 16777216f));
}`,
  `fn bfloat16Of(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}`,
  `fn bfloat16Factor(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  return numberOfBfloat16(select(bfloat16Of(x), (bits >> 16u) & 0x8000u, (bits & 0x7fffffffu) < 0x800000u));
}`,
]

const nameOf = (text: string): string => /fn (\w+)\(/.exec(text)?.[1] ?? ''

const library = new Map(
  [
    ...texts,
    ...besselTexts,
    ...incompleteGammaTexts,
    ...incompleteBetaTexts,
    ...quantileTexts,
    ...wideTexts,
  ].map((text) => [nameOf(text), text]),
)

/** Whether there is a function of this name that takes and gives one float32. */
export const isFunctionOfOne = (name: string): boolean =>
  library.get(name)?.includes(`fn ${name}(x: f32) -> f32`) === true

const called = (text: string): readonly string[] =>
  [...text.matchAll(/\b(\w+)\(/g)].flatMap(([, name = '']) => (library.has(name) ? [name] : []))

/** The functions a text calls, and those that they call. */
export const functionsOf = (text: string): string => {
  const found = new Set<string>()
  const add = (part: string): void => {
    for (const name of called(part))
      if (!found.has(name)) {
        found.add(name)
        add(library.get(name) ?? '')
      }
  }
  add(text)
  return [...found].map((name) => library.get(name) ?? '').join('\n')
}
