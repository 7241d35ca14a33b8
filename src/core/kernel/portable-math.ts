/*
 * Elementary functions that give the same bytes on every machine: only + − · ÷, square roots, floor and bit
 * operations on doubles, all of which IEEE 754 rounds in one way. native/portable_math.h is the same, line for line.
 *
 * The methods are the classical ones (argument reduction by ln 2 or π/2 in parts, then a polynomial; for logarithms
 * s = f / (2 + f)), as in K. C. Ng's fdlibm and J.-M. Muller, "Elementary Functions", 2016; the coefficients are
 * minimax fits of this project's own. Errors are below 2 units in the last place.
 */

const double = new Float64Array(1)
// Little-endian, as every machine that runs JavaScript: the high word is word 1.
const words = new Int32Array(double.buffer)

const highWord = (x: number): number => {
  double[0] = x
  return words[1]!
}

/** 2ⁿ for −1022 ≤ n ≤ 1023. */
const powerOfTwo = (n: number): number => {
  words[0] = 0
  words[1] = (n + 1023) << 20
  return double[0]!
}

/** y · 2ⁿ for |n| < 2044 and a moderate y, rounded once. */
export const scaled = (y: number, n: number): number => {
  const half = Math.floor(n * 0.5)
  return y * powerOfTwo(half) * powerOfTwo(n - half)
}

/** x · 2⁻ᵏ for a normal x and result. */
export const shifted = (x: number, k: number): number => {
  double[0] = x
  words[1] = (words[1]! - (k << 20)) | 0
  return double[0]
}

/** The k for which x · 2⁻ᵏ lies in [√½, √2), for a normal positive x. */
export const exponentOf = (x: number): number => (highWord(x) - 0x3fe6a09e) >> 20

export const log2e = 1.4426950408889634
/** ln 2 in two parts; multiples of the first by exponents are exact. */
const ln2High = 0.6931471804855391
const ln2Low = 7.440617110012397e-11

/** e^r − 1 − r for |r| ≤ ½ ln 2. */
export const expm1Tail = (r: number): number => {
  let p = 2.0875366147928507e-9
  p = 2.5108979252282437e-8 + r * p
  p = 2.7557402518940786e-7 + r * p
  p = 2.755724437304609e-6 + r * p
  p = 2.4801587172695e-5 + r * p
  p = 0.00019841269885967127 + r * p
  p = 0.0013888888888962283 + r * p
  p = 0.008333333333321691 + r * p
  p = 0.04166666666666651 + r * p
  p = 0.16666666666666677 + r * p
  p = 0.5 + r * p
  return r * r * p
}

/** e^(high + low), a low that is small against high. */
const expOfSum = (high: number, low: number): number => {
  const n = Math.floor(high * log2e + 0.5)
  const r = high - n * ln2High - n * ln2Low + low
  return scaled(1 + (r + expm1Tail(r)), n)
}

/** eˣ */
export const exp = (x: number): number => {
  if (x !== x) return x
  if (x > 709.79) return Infinity
  if (x < -745.2) return 0
  return expOfSum(x, 0)
}

/** eˣ − 1 */
export const expm1 = (x: number): number => {
  if (x !== x || Math.abs(x) < 5.6e-17) return x
  if (x > 709.79) return Infinity
  if (x < -38) return -1
  const n = Math.floor(x * log2e + 0.5)
  const high = x - n * ln2High
  const low = n * ln2Low
  const r = high - low
  const q = r + (expm1Tail(r) + (high - r - low))
  const half = powerOfTwo(n - 1)
  return 2 * (half * q + (half - 0.5))
}

/** k ln 2 + log(1 + f) for √½ ≤ 1 + f < √2 */
const logReduced = (f: number, k: number): number => {
  const s = f / (2 + f)
  const z = s * s
  let p = 0.147961046819666
  p = 0.15314035913060925 + z * p
  p = 0.18183564863477478 + z * p
  p = 0.22222198563553802 + z * p
  p = 0.2857142874247406 + z * p
  p = 0.39999999999414326 + z * p
  p = 0.6666666666666734 + z * p
  const halfSquare = 0.5 * f * f
  return k * ln2High - (halfSquare - (s * (halfSquare + z * p) + k * ln2Low) - f)
}

/** The natural logarithm. */
export const log = (x: number): number => {
  if (x !== x || x === Infinity) return x
  if (x === 0) return -Infinity
  if (x < 0) return NaN
  if (x < 2.2250738585072014e-308) return logNormal(x * 18014398509481984, -54)
  return logNormal(x, 0)
}

const logNormal = (x: number, k: number): number => {
  const e = exponentOf(x)
  return logReduced(shifted(x, e) - 1, k + e)
}

/** log(1 + x) */
export const log1p = (x: number): number => {
  if (x !== x || Math.abs(x) < 5.6e-17) return x
  if (x < -1) return NaN
  if (x === -1) return -Infinity
  if (x > 18014398509481984) return log(x)
  const k = exponentOf(1 + x)
  return logReduced(k === 0 ? x : shifted(x, k) + (powerOfTwo(-k) - 1), k)
}

/** (e²ˢ − 1) / (e²ˢ + 1) as s and a small correction. */
const tanhSmall = (s: number): number => {
  const tail = expm1Tail(2 * s)
  const e = 2 * s + tail
  return s + (tail - s * e) / (e + 2)
}

const tanhLarge = (e: number, nearOne: boolean): number => {
  const d = e + 2
  if (nearOne) return 1 - 2 / d
  const t = e / d
  return t - t * ((e - (d - 2)) / d)
}

/** The hyperbolic tangent. */
export const tanh = (x: number): number => {
  const size = Math.abs(x)
  if (x !== x || size < 1e-9) return x
  if (size > 20) return x > 0 ? 1 : -1
  const t = size < 0.17 ? tanhSmall(size) : tanhLarge(expm1(2 * size), size > 1)
  return x > 0 ? t : -t
}

/** 1 / (1 + e⁻ˣ) */
export const sigmoid = (x: number): number => {
  const e = exp(-Math.abs(x))
  const d = 1 + e
  const t = (x >= 0 ? 1 : e) / d
  return t - t * ((e - (d - 1)) / d)
}

/** The bits of 2/π, 24 in each number. */
const twoOverPi = [
  10680707, 7228996, 1387004, 2578385, 16069853, 12639074, 9804092, 4427841, 16666979, 11263675, 12935607,
  2387514, 4345298, 14681673, 3074569, 13734428, 16653803, 1880361, 10960616, 8533493, 3062596, 8710556,
  7349940, 6258241, 3772886, 3769171, 3798172, 8675211, 12450088, 3874808, 9961438, 366607, 15675153, 9132554,
  7151469, 3571407, 2607881, 12013382, 4155038, 6285869, 7677882, 13102053, 15825725, 473591, 9065106,
  15363067, 6271263, 9264392, 5636912, 4652155,
] as const

/** π/2 in three parts; multiples of the first two by integers below 2²⁰ are exact. */
const halfPi1 = 1.5707963267341256
const halfPi2 = 6.077100506303966e-11
const halfPi3 = 2.0222662487959506e-21
/** π/2 in two parts. */
export const halfPi = 1.5707963267948966
export const halfPiLow = 6.123233995736766e-17

const two24 = 16777216

/** |x − n π/2| ≤ π/4, up to rounding: the n of the last reduction, modulo 4. */
let quadrant = 0

const reducedByHalfPi = (x: number): number => {
  if (Math.abs(x) > 1000000) return reducedFar(x)
  const n = Math.floor(x * 0.6366197723675814 + 0.5)
  quadrant = n & 3
  const first = x - n * halfPi1
  const part = n * halfPi2
  const second = first - part
  return second - (n * halfPi3 - (first - second - part))
}

const columns = new Float64Array(8)
const limbs = new Float64Array(4)

/**
 * x is an integer of four limbs times 2^(24 q); its product with 2/π is added up in columns of 24 bits, from the
 * units (column 0) to the seventh behind the point. What lies to the left counts whole turns.
 * Source: M. Payne, R. Hanek, "Radian reduction for trigonometric functions", 1983.
 */
const reducedFar = (x: number): number => {
  double[0] = Math.abs(x)
  const exponent = (words[1]! >> 20) - 1075
  words[1] = (words[1]! & 0xfffff) | 0x43300000
  const mantissa = double[0]
  // Exponents of |x| > 10⁶ are at least −33.
  const q = Math.floor((exponent + 48) / 24) - 2
  const shift = powerOfTwo(exponent - 24 * q)
  const high = Math.floor(mantissa / two24)
  const low = (mantissa - high * two24) * shift
  const lowCarry = Math.floor(low / two24)
  limbs[0] = low - lowCarry * two24
  const middle = (high - Math.floor(high / two24) * two24) * shift + lowCarry
  const middleCarry = Math.floor(middle / two24)
  limbs[1] = middle - middleCarry * two24
  const top = Math.floor(high / two24) * shift + middleCarry
  const topCarry = Math.floor(top / two24)
  limbs[2] = top - topCarry * two24
  limbs[3] = topCarry
  for (let column = 0; column < 8; column++) {
    let total = 0
    for (let i = 0; i < 4; i++) {
      const j = i + q - 1 + column
      if (j >= 0) total += limbs[i]! * twoOverPi[j]!
    }
    columns[column] = total
  }
  for (let column = 7; column > 0; column--) {
    const carry = Math.floor(columns[column]! / two24)
    columns[column] = columns[column]! - carry * two24
    columns[column - 1] = columns[column - 1]! + carry
  }
  let n = columns[0]! - Math.floor(columns[0]! * 0.25) * 4
  const above = columns[1]! >= 8388608
  if (above) {
    n += 1
    for (let column = 1; column < 8; column++) columns[column] = two24 - 1 - columns[column]!
  }
  const first = columns[1]! * 5.9604644775390625e-8 + columns[2]! * 3.552713678800501e-15
  const second = columns[3]! * 2.117582368135751e-22 + columns[4]! * 1.262177448353619e-29
  const last = columns[5]! * 7.52316384526264e-37 + columns[6]! * 4.484155085839415e-44
  const fraction = first + (second + last)
  const rest = first - fraction + (second + last)
  const p = fraction * halfPi
  const r = p + (productError(fraction, halfPi, p) + fraction * halfPiLow + rest * halfPi)
  const backwards = x < 0
  quadrant = backwards ? -n & 3 : n & 3
  return backwards !== above ? -r : r
}

/** sin r for |r| ≤ π/4 */
const sinReduced = (r: number): number => {
  const z = r * r
  let p = 1.5896197677837889e-10
  p = -2.5050747218783656e-8 + z * p
  p = 2.7557313618019283e-6 + z * p
  p = -0.00019841269829580163 + z * p
  p = 0.008333333333322108 + z * p
  p = -0.1666666666666663 + z * p
  return r + r * z * p
}

/** cos r for |r| ≤ π/4 */
const cosReduced = (r: number): number => {
  const z = r * r
  let p = -1.1358514007909577e-11
  p = 2.0875700417504e-9 + z * p
  p = -2.755731417625336e-7 + z * p
  p = 2.4801587288841458e-5 + z * p
  p = -0.001388888888887304 + z * p
  p = 0.041666666666666595 + z * p
  return 1 - (0.5 * z - z * z * p)
}

const sinOfTurn = (turn: number, r: number): number => {
  const value = (turn & 1) === 0 ? sinReduced(r) : cosReduced(r)
  return (turn & 2) === 0 ? value : -value
}

/** The sine. */
export const sin = (x: number): number => {
  if (x - x !== 0) return NaN
  if (Math.abs(x) < 1e-9) return x
  const r = reducedByHalfPi(x)
  return sinOfTurn(quadrant, r)
}

/** The cosine. */
export const cos = (x: number): number => {
  if (x - x !== 0) return NaN
  const r = reducedByHalfPi(x)
  return sinOfTurn(quadrant + 1, r)
}

/** (2/√π) ∫₀ˣ exp(−t²) dt; beyond 1 by a polynomial for log(1 − erf x). */
export const erf = (x: number): number => {
  if (x !== x) return x
  const size = Math.abs(x)
  if (size < 1) return erfSmall(x)
  const value = size < 6 ? erfLarge(size) : 1
  return x > 0 ? value : -value
}

const erfSmall = (x: number): number => {
  const z = x * x
  let p = -7.779476959021837e-10
  p = 1.371098517488564e-8 + z * p
  p = -1.62063149184187e-7 + z * p
  p = 1.644713172985184e-6 + z * p
  p = -1.492471231540805e-5 + z * p
  p = 0.00012055293577623624 + z * p
  p = -0.0008548325929339361 + z * p
  p = 0.005223977606119001 + z * p
  p = -0.02686617064311153 + z * p
  p = 0.11283791670944185 + z * p
  p = -0.3761263890318352 + z * p
  p = 0.12837916709551256 + z * p
  return x + x * p
}

const erfLarge = (x: number): number => {
  let p = -4.946848057834945e-12
  p = 2.0520626883730802e-10 + x * p
  p = -3.9470901891653984e-9 + x * p
  p = 4.6565725278809375e-8 + x * p
  p = -3.743999572964966e-7 + x * p
  p = 2.141846027044436e-6 + x * p
  p = -8.69345720457209e-6 + x * p
  p = 2.290928657227939e-5 + x * p
  p = -2.049123612396992e-5 + x * p
  p = -0.0001345921161279594 + x * p
  p = 0.0007699058404680343 + x * p
  p = -0.0019150129727337542 + x * p
  p = 0.00040971859588903516 + x * p
  p = 0.018990852946702736 + x * p
  p = -0.10270380563504432 + x * p
  p = -0.6366434907791557 + x * p
  p = -1.128374121232682 + x * p
  p = -4.994387721932596e-7 + x * p
  return 1 - exp(p)
}

/** What rounding took from the product p = a · b. Source: T. J. Dekker, 1971. */
export const productError = (a: number, b: number, p: number): number => {
  const ca = 134217729 * a
  const cb = 134217729 * b
  const a1 = ca - (ca - a)
  const b1 = cb - (cb - b)
  const a2 = a - a1
  const b2 = b - b1
  return a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2
}

/** What rounding took from the sum s = a + b. Source: D. E. Knuth. */
const sumError = (a: number, b: number, s: number): number => {
  const bb = s - a
  return a - (s - bb) + (b - bb)
}

/** ln 2 in two parts, the first of 42 bits. */
const ln2First = 0.6931471805598903
const ln2Second = 5.497923018708371e-14
const third = 0.3333333333333333
const thirdLow = 1.850371707708594e-17

/**
 * xʸ for finite x > 0, x ≠ 1, and finite y ≠ 0, as e^(y log x) with a logarithm of twice the precision:
 * log m = 2s (1 + s²/3 + s⁴ T(s²)), s = (m − 1) / (m + 1).
 */
const powPositive = (x: number, y: number): number => {
  const tiny = x < 2.2250738585072014e-308
  const normal = tiny ? x * 18014398509481984 : x
  const e = exponentOf(normal)
  const m = shifted(normal, e)
  const k = tiny ? e - 54 : e

  const f = m - 1
  const d = m + 1
  const dLow = m - (d - 1)
  const s = f / d
  const sd = s * d
  const sLow = (f - sd - productError(s, d, sd) - s * dLow) / d

  const z = s * s
  const zLow = productError(s, s, z) + 2 * s * sLow
  let p = 0.0659818327342686
  p = 0.06628406774248734 + z * p
  p = 0.07693378759026565 + z * p
  p = 0.09090892181443781 + z * p
  p = 0.11111111259986958 + z * p
  p = 0.14285714285049636 + z * p
  p = 0.20000000000001128 + z * p
  const c = z * third
  const cLow = productError(z, third, c) + z * thirdLow + zLow * third + z * z * p
  const t = s * c
  const tLow = productError(s, c, t) + s * cLow + sLow * c

  const a = k * ln2First
  const b = 2 * s
  const ab = a + b
  const sum = ab + 2 * t
  const sumLow = sumError(a, b, ab) + sumError(ab, 2 * t, sum) + k * ln2Second + 2 * sLow + 2 * tLow

  const high = sum + sumLow
  const low = sum - high + sumLow

  const power = y * high
  if (power > 709.79) return Infinity
  if (power < -745.2) return 0
  return expOfSum(power, productError(y, high, power) + y * low)
}

/** xʸ with the edge cases of JavaScript: 1 to a power that is infinite or NaN is NaN. */
export const pow = (x: number, y: number): number => {
  if (y === 0) return 1
  if (x !== x || y !== y) return NaN
  const size = Math.abs(x)
  if (size === 1 && Math.abs(y) === Infinity) return NaN
  const half = y * 0.5
  const whole = Math.floor(y) === y
  const odd = whole && Math.floor(half) !== half
  if (x < 0 && !whole && size !== Infinity) return NaN
  const negative = odd && (x < 0 || 1 / x < 0)
  const value =
    size === 0 || size === Infinity || Math.abs(y) === Infinity
      ? size > 1 === y > 0
        ? Infinity
        : 0
      : size === 1
        ? 1
        : powPositive(size, y)
  return negative ? -value : value
}
