/*
 * float64 by whole numbers of 32 bits, of which a device has plenty: every operation is rounded to nearest, ties to even,
 * as IEEE 754 says, subnormal numbers and infinities included. A number is its bits, x the lower word and y the upper one,
 * and so is a whole number of 64 bits. Where a significand is rounded its first bit is bit 62, and ten bits are rounded off:
 *
 *   1.5 = 0x3ff80000_00000000   sign 0, exponent 0x3ff, significand 1.1
 *   rounded: exponent 0x3fe (the first bit adds one), significand 0x60000000_00000000
 *
 * Source: the algorithms are those of J. R. Hauser, "Berkeley SoftFloat", release 3.
 */
export const wideTexts: readonly string[] = [
  'fn sumOf64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> { let low = a.x + b.x; return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x)); }',
  'fn differenceOf64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> { return vec2<u32>(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x)); }',
  'fn isLess64(a: vec2<u32>, b: vec2<u32>) -> bool { return a.y < b.y || (a.y == b.y && a.x < b.x); }',
  'fn isNone64(a: vec2<u32>) -> bool { return (a.x | a.y) == 0u; }',
  `fn left64(a: vec2<u32>, n: u32) -> vec2<u32> {
  let m = n & 31u;
  let low = a.x << m;
  return select(vec2<u32>(low, (a.y << m) | ((a.x >> 1u) >> (31u - m))), vec2<u32>(0u, low), n >= 32u);
}`,
  `fn right64(a: vec2<u32>, n: u32) -> vec2<u32> {
  let m = n & 31u;
  let high = a.y >> m;
  return select(vec2<u32>((a.x >> m) | ((a.y << 1u) << (31u - m)), high), vec2<u32>(high, 0u), n >= 32u);
}`,
  // What is shifted out is noted in the last bit.
  `fn rightNoting64(a: vec2<u32>, n: u32) -> vec2<u32> {
  let m = min(n, 63u);
  let shifted = right64(a, m);
  return vec2<u32>(shifted.x | select(1u, 0u, all(left64(shifted, m) == a)), shifted.y);
}`,
  'fn leadingZeros64(a: vec2<u32>) -> u32 { return select(countLeadingZeros(a.y), 32u + countLeadingZeros(a.x), a.y == 0u); }',
  `fn product64(a: u32, b: u32) -> vec2<u32> {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let first = (a >> 16u) * (b & 0xffffu);
  let second = (a & 0xffffu) * (b >> 16u);
  let middle = (low >> 16u) + (first & 0xffffu) + (second & 0xffffu);
  return vec2<u32>(a * b, (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u) + (middle >> 16u));
}`,
  'fn wideExponent(a: vec2<u32>) -> i32 { return i32((a.y >> 20u) & 0x7ffu); }',
  'fn wideSignificand(a: vec2<u32>) -> vec2<u32> { return vec2<u32>(a.x, a.y & 0xfffffu); }',
  'fn wideIsNan(a: vec2<u32>) -> bool { return wideExponent(a) == 0x7ff && !isNone64(wideSignificand(a)); }',
  'fn wideIsZero(a: vec2<u32>) -> bool { return (a.x | (a.y & 0x7fffffffu)) == 0u; }',
  'fn wideNan() -> vec2<u32> { return vec2<u32>(0u, 0x7ff80000u); }',
  'fn wideOne() -> vec2<u32> { return vec2<u32>(0u, 0x3ff00000u); }',
  `fn widePacked(sign: u32, exponent: i32, significand: vec2<u32>) -> vec2<u32> {
  return sumOf64(vec2<u32>(0u, sign | (u32(exponent) << 20u)), significand);
}`,
  `fn wideRounded(sign: u32, exponent: i32, significand: vec2<u32>) -> vec2<u32> {
  let s = rightNoting64(significand, u32(max(-exponent, 0)));
  let up = sumOf64(s, vec2<u32>(0x200u, 0u));
  let isTie = (s.x & 0x3ffu) == 0x200u;
  let t = vec2<u32>(((up.x >> 10u) | (up.y << 22u)) & select(0xffffffffu, 0xfffffffeu, isTie), up.y >> 10u);
  let e = select(max(exponent, 0), 0, isNone64(t));
  let isEndless = e > 0x7fd || (e == 0x7fd && t.y >= 0x200000u);
  return select(widePacked(sign, e, t), vec2<u32>(0u, sign | 0x7ff00000u), isEndless);
}`,
  // The exponent and the significand of a number that is not 0, with its first bit at bit 52.
  `fn wideParts(a: vec2<u32>) -> vec3<u32> {
  let exponent = wideExponent(a);
  let s = wideSignificand(a) | vec2<u32>(0u, select(0x100000u, 0u, exponent == 0));
  let n = leadingZeros64(s) - 11u;
  return vec3<u32>(left64(s, n), bitcast<u32>(max(exponent, 1) - i32(n)));
}`,
  `fn wideAdd(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let isSwapped = isLess64(wideAbs(a), wideAbs(b));
  let large = select(a, b, isSwapped);
  let small = select(b, a, isSwapped);
  let sign = large.y & 0x80000000u;
  let isMinus = ((a.y ^ b.y) & 0x80000000u) != 0u;
  let e = max(wideExponent(large), 1);
  let least = max(wideExponent(small), 1);
  let l = left64(wideSignificand(large) | vec2<u32>(0u, select(0u, 0x100000u, wideExponent(large) != 0)), 10u);
  let s = left64(wideSignificand(small) | vec2<u32>(0u, select(0u, 0x100000u, wideExponent(small) != 0)), 10u);
  let moved = rightNoting64(s, u32(e - least));
  let total = select(sumOf64(l, moved), differenceOf64(l, moved), isMinus);
  let half = vec2<u32>((total.x >> 1u) | (total.y << 31u) | (total.x & 1u), total.y >> 1u);
  let isLong = total.y >= 0x80000000u;
  let t = select(total, half, isLong);
  let n = leadingZeros64(t) - 1u;
  let sum = wideRounded(sign, e - select(1, 0, isLong) - i32(n), left64(t, n));
  let isEndless = wideExponent(large) == 0x7ff;
  let isLost = wideIsNan(large) || (isMinus && wideExponent(small) == 0x7ff);
  return select(
    select(sum, vec2<u32>(0u, select(sign, 0u, isMinus)), isNone64(t)),
    select(large, wideNan(), isLost),
    isEndless);
}`,
  'fn wideNeg(a: vec2<u32>) -> vec2<u32> { return vec2<u32>(a.x, a.y ^ 0x80000000u); }',
  'fn wideAbs(a: vec2<u32>) -> vec2<u32> { return vec2<u32>(a.x, a.y & 0x7fffffffu); }',
  'fn wideSub(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> { return wideAdd(a, wideNeg(b)); }',
  'fn wideWithSign(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> { return vec2<u32>(a.x, (a.y & 0x7fffffffu) | (b.y & 0x80000000u)); }',
  `fn wideMul(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let sign = (a.y ^ b.y) & 0x80000000u;
  let pa = wideParts(a);
  let pb = wideParts(b);
  let sa = left64(pa.xy, 10u);
  let sb = left64(pb.xy, 11u);
  let low = product64(sa.x, sb.x);
  let first = product64(sa.y, sb.x);
  let second = product64(sa.x, sb.y);
  let high = product64(sa.y, sb.y);
  let middle = sumOf64(sumOf64(vec2<u32>(low.y, 0u), vec2<u32>(first.x, 0u)), vec2<u32>(second.x, 0u));
  let whole = sumOf64(sumOf64(high, vec2<u32>(first.y, 0u)), sumOf64(vec2<u32>(second.y, 0u), vec2<u32>(middle.y, 0u)));
  let s = vec2<u32>(whole.x | select(1u, 0u, (low.x | middle.x) == 0u), whole.y);
  let n = select(0u, 1u, s.y < 0x40000000u);
  let e = bitcast<i32>(pa.z) + bitcast<i32>(pb.z) - 0x3ff;
  let product = wideRounded(sign, e - i32(n), left64(s, n));
  let hasNone = wideIsZero(a) || wideIsZero(b);
  let hasEndless = wideExponent(a) == 0x7ff || wideExponent(b) == 0x7ff;
  let isLost = wideIsNan(a) || wideIsNan(b) || (hasNone && hasEndless);
  let size = select(product, vec2<u32>(0u, sign | select(0u, 0x7ff00000u, hasEndless)), hasNone || hasEndless);
  return select(size, wideNan(), isLost);
}`,
  `fn wideDiv(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  if (wideIsNan(a) || wideIsNan(b)) { return wideNan(); }
  let sign = (a.y ^ b.y) & 0x80000000u;
  let isEndless = wideExponent(a) == 0x7ff;
  let byEndless = wideExponent(b) == 0x7ff;
  let isNone = wideIsZero(a);
  let byNone = wideIsZero(b);
  if ((isEndless && byEndless) || (isNone && byNone)) { return wideNan(); }
  if (isEndless || byNone) { return vec2<u32>(0u, sign | 0x7ff00000u); }
  if (byEndless || isNone) { return vec2<u32>(0u, sign); }
  let pa = wideParts(a);
  let pb = wideParts(b);
  var e = bitcast<i32>(pa.z) - bitcast<i32>(pb.z) + 0x3fe;
  var rest = pa.xy;
  if (isLess64(rest, pb.xy)) { e = e - 1; rest = left64(rest, 1u); }
  var q = vec2<u32>(0u, 0u);
  for (var i = 0; i < 63; i++) {
    q = left64(q, 1u);
    if (!isLess64(rest, pb.xy)) { rest = differenceOf64(rest, pb.xy); q.x = q.x | 1u; }
    rest = left64(rest, 1u);
  }
  q.x = q.x | select(1u, 0u, isNone64(rest));
  return wideRounded(sign, e, q);
}`,
  `fn wideSqrt(a: vec2<u32>) -> vec2<u32> {
  if (wideIsNan(a) || wideIsZero(a)) { return a; }
  if (a.y >= 0x80000000u) { return wideNan(); }
  if (wideExponent(a) == 0x7ff) { return a; }
  let p = wideParts(a);
  let e = bitcast<i32>(p.z) - 0x3ff;
  let m = left64(p.xy, u32(e & 1));
  var rest = vec2<u32>(0u, 0u);
  var root = vec2<u32>(0u, 0u);
  for (var i = 0u; i < 55u; i++) {
    rest = left64(rest, 2u);
    if (i < 27u) { rest.x = rest.x | (right64(m, 52u - 2u * i).x & 3u); }
    let trial = sumOf64(left64(root, 2u), vec2<u32>(1u, 0u));
    root = left64(root, 1u);
    if (!isLess64(rest, trial)) { rest = differenceOf64(rest, trial); root.x = root.x | 1u; }
  }
  root = left64(root, 8u);
  root.x = root.x | select(1u, 0u, isNone64(rest));
  return wideRounded(0u, (e >> 1u) + 0x3fe, root);
}`,
  // Ascending with the number, -0 below 0.
  'fn wideOrder(a: vec2<u32>) -> vec2<u32> { return select(vec2<u32>(a.x, a.y ^ 0x80000000u), ~a, a.y >= 0x80000000u); }',
  `fn wideMax(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  if (wideIsNan(a)) { return a; }
  if (wideIsNan(b)) { return b; }
  return select(b, a, isLess64(wideOrder(b), wideOrder(a)));
}`,
  `fn wideMin(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  if (wideIsNan(a)) { return a; }
  if (wideIsNan(b)) { return b; }
  return select(b, a, isLess64(wideOrder(a), wideOrder(b)));
}`,
  `fn wideEqual(a: vec2<u32>, b: vec2<u32>) -> bool {
  return !wideIsNan(a) && !wideIsNan(b) && (all(a == b) || (wideIsZero(a) && wideIsZero(b)));
}`,
  `fn wideLess(a: vec2<u32>, b: vec2<u32>) -> bool {
  return !wideIsNan(a) && !wideIsNan(b) && !(wideIsZero(a) && wideIsZero(b)) && isLess64(wideOrder(a), wideOrder(b));
}`,
  'fn wideLessEqual(a: vec2<u32>, b: vec2<u32>) -> bool { return wideLess(a, b) || wideEqual(a, b); }',
  `fn wideSign(a: vec2<u32>) -> vec2<u32> {
  return select(wideWithSign(wideOne(), a), a, wideIsNan(a) || wideIsZero(a));
}`,
  `fn wideTrunc(a: vec2<u32>) -> vec2<u32> {
  let e = wideExponent(a) - 0x3ff;
  if (e < 0) { return vec2<u32>(0u, a.y & 0x80000000u); }
  if (e >= 52) { return a; }
  let n = u32(52 - e);
  return left64(right64(a, n), n);
}`,
  `fn wideFloor(a: vec2<u32>) -> vec2<u32> {
  let whole = wideTrunc(a);
  if (a.y < 0x80000000u || wideEqual(whole, a) || wideIsNan(a)) { return whole; }
  return wideSub(whole, wideOne());
}`,
  `fn wideCeil(a: vec2<u32>) -> vec2<u32> {
  let whole = wideTrunc(a);
  if (a.y >= 0x80000000u || wideEqual(whole, a) || wideIsNan(a)) { return whole; }
  return wideAdd(whole, wideOne());
}`,
  // Adding 2⁵² rounds off what is behind the point.
  `fn wideRound(a: vec2<u32>) -> vec2<u32> {
  if (wideExponent(a) >= 0x433) { return a; }
  let large = vec2<u32>(0u, 0x43300000u);
  return wideWithSign(wideSub(wideAdd(wideAbs(a), large), large), a);
}`,
  `fn wideOfWord(size: u32, sign: u32) -> vec2<u32> {
  if (size == 0u) { return vec2<u32>(0u, 0u); }
  let n = countLeadingZeros(size);
  return widePacked(sign, i32(0x3fdu + 32u - n), left64(vec2<u32>(size, 0u), 21u + n));
}`,
  `fn wideOfInteger(x: i32) -> vec2<u32> {
  return wideOfWord(select(u32(x), 0u - u32(x), x < 0), select(0u, 0x80000000u, x < 0));
}`,
  `fn wideOfFloat(x: f32) -> vec2<u32> {
  let bits = bitcast<u32>(x);
  let sign = bits & 0x80000000u;
  let exponent = (bits >> 23u) & 255u;
  let mantissa = bits & 0x7fffffu;
  let n = select(0u, countLeadingZeros(mantissa) - 8u, exponent == 0u);
  let m = (mantissa << n) & 0x7fffffu;
  let e = select(max(exponent, 1u) + 896u - n, select(0x7ffu, 0u, exponent == 0u), exponent == 255u || (bits & 0x7fffffffu) == 0u);
  return select(vec2<u32>(m << 29u, sign | (e << 20u) | (m >> 3u)), wideNan(), exponent == 255u && mantissa != 0u);
}`,
  `fn floatOfWide(a: vec2<u32>) -> f32 {
  let sign = a.y & 0x80000000u;
  if (wideIsNan(a)) { return notANumber(); }
  if (wideExponent(a) == 0x7ff) { return withSign(infinity(), bitcast<f32>(sign)); }
  var e = wideExponent(a) - 0x381;
  var s = rightNoting64(wideSignificand(a), 22u).x;
  if (wideExponent(a) != 0) { s = s | 0x40000000u; }
  if (s == 0u || e < -40) { return bitcast<f32>(sign); }
  if (e < 0) { s = rightNoting64(vec2<u32>(s, 0u), u32(-e)).x; e = 0; }
  else if (e > 0xfd || (e == 0xfd && s + 0x40u >= 0x80000000u)) { return withSign(infinity(), bitcast<f32>(sign)); }
  let rest = s & 0x7fu;
  s = (s + 0x40u) >> 7u;
  if (rest == 0x40u) { s = s & 0xfffffffeu; }
  return bitcast<f32>(sign | ((u32(select(e, 0, s == 0u)) << 23u) + s));
}`,
  // Modulo 2³², as JavaScript converts.
  `fn wordOfWide(a: vec2<u32>) -> i32 {
  let e = wideExponent(a) - 1075;
  if (e < -53 || e > 31) { return 0; }
  let s = vec2<u32>(a.x, (a.y & 0xfffffu) | 0x100000u);
  let size = i32(select(right64(s, u32(max(0, -e))), left64(s, u32(max(0, e))), e > 0).x);
  return select(size, -size, a.y >= 0x80000000u);
}`,
]
