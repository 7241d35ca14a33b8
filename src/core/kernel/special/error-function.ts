/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { erf, exp, log, log1p, productError } from '../portable-math.ts'
import { polynomial } from './polynomial.ts'

const rootHalf = 0.7071067811865476
const root2 = 1.4142135623730951
const halfRootPi = 0.886226925452758

/** exp(x²) erfc x from 0.45 to 1, about 0.75. */
const erfcxTo1 = [
  0.5069376502931449, -0.3679726916557954, 0.23095813155129885, -0.12983606199487926, 0.06679054252742722,
  -0.03189726204000095, 0.014289198678925183, -0.006051532271018811, 0.0024376367899266605,
  -0.0009385131949658117, 0.00034676366455485335, -0.0001233280251332211, 4.222279425234787e-5,
  -1.4397632846020514e-5, 5.263313798496944e-6,
] as const
/** The same from 1 to 2, about 1.5. */
const erfcxTo2 = [
  0.3215854164543175, -0.16362291773256005, 0.07615103985547739, -0.03293090529956528, 0.013377340953068514,
  -0.005145957547837465, 0.0018861348769560913, -0.0006619300701144945, 0.00022330994586494148,
  -7.265887295658764e-5, 2.2864294789192754e-5, -6.97536253852349e-6, 2.067088579100719e-6,
  -5.944952833098167e-7, 1.6708682000427109e-7, -4.9546691987492514e-8, 1.3298664186682517e-8,
] as const
/** The same from 2 to 4, about 3. */
const erfcxTo4 = [
  0.17900115118138996, -0.05437226000717289, 0.01588437115987136, -0.004479431018371134, 0.001223039052375977,
  -0.0003241255445221507, 8.355413963931287e-5, -2.0989464258652767e-5, 5.146436493577689e-6,
  -1.2333685964701693e-6, 2.8926693017436393e-7, -6.646465834152534e-8, 1.4977111542990704e-8,
  -3.3162353123021116e-9, 7.206569825011898e-10, -1.507721646468952e-10, 3.1649750343485987e-11,
  -8.135054148110955e-12, 1.6649372607256146e-12,
] as const
/** x exp(x²) erfc x from 4 on, in 1/x². */
const erfcxTail = [
  0.5641895835477563, -0.28209479177387, 0.4231421876507962, -1.057855464283155, 3.702492895978291,
  -16.661030126181714, 91.61691088313171, -594.2265649466591, 4394.678711955558, -35204.44012734601,
  280754.18833955465, -1991101.4407881463, 11027157.625620686, -40468885.996307306, 71753556.60471092,
] as const
/** The inverse of erf over its argument up to ½, in its square, to ten digits. */
const erfinvSmall = [
  0.8862269254110074, 0.23201368757548305, 0.12755444303423538, 0.08660611647478084, 0.06414157945643781,
  0.05834710306068424, 0.014197303127289382, 0.09556821705495783,
] as const
/** The inverse of erfc in √(−log q) from 0.83 to 2, about 1.4, to ten digits. */
const erfcInvTo2 = [
  1.0412867667188372, 1.0336697252605447, 0.03461701982995008, -0.038691436865696135, 0.02709413273560398,
  -0.015216484693819487, 0.007014430271975382, -0.0024549490755514524, 0.00041911304444838934,
  0.0003553614246999549, -0.0005933987818837536, 0.0003298550535971624,
] as const
/** The same from 2 to 6, about 4. */
const erfcInvTo6 = [
  3.7513593440164383, 1.0318530166985853, -0.00428068324590715, 0.00047751701756155307, -1.405273998862041e-5,
  -1.5890194397976932e-5, 7.535886794340116e-6, -2.4889396320069522e-6, 7.268969104395982e-7,
  -2.1533720166349346e-7, 5.5300465056244726e-8, -7.565329313307542e-9, 1.8621386154843993e-9,
  -1.4639875453293626e-9, 3.2171374792612573e-10,
] as const
/** The same from 6 to 28, about 17. */
const erfcInvTo28 = [
  16.899662667087586, 1.0041853056313186, -0.00019614068236251984, 9.591117905493666e-6,
  -4.790775085771023e-7, 2.4213567552732033e-8, -1.2223150279367894e-9, 6.141548062060564e-11,
  -3.3596585710518316e-12, 1.8843379122608094e-13, -5.517162714456485e-15, 4.00129312151333e-17,
  -3.729153788953574e-17, 3.4111007243062544e-18, -8.884441322422815e-21, -4.4812532687813276e-21,
] as const

/** exp(x²) erfc x for x ≥ 0.45. */
const erfcxPositive = (x: number): number => {
  if (x < 1) return polynomial(erfcxTo1, x - 0.75)
  if (x < 2) return polynomial(erfcxTo2, x - 1.5)
  if (x < 4) return polynomial(erfcxTo4, x - 3)
  return polynomial(erfcxTail, 1 / (x * x)) / x
}

/** exp(−c x²) for moderate x and c a power of 2: what rounding takes from the square is given back. */
const gaussian = (x: number, c: number): number => {
  const square = x * x
  return exp(-c * square) * (1 - c * productError(x, x, square))
}

/** The error function taken from 1. */
export const erfc = (x: number): number => {
  if (x !== x) return x
  if (x > 27.3) return 0
  if (x < -6) return 2
  if (Math.abs(x) < 0.45) return 1 - erf(x)
  return x > 0 ? gaussian(x, 1) * erfcxPositive(x) : 2 - gaussian(x, 1) * erfcxPositive(-x)
}

/** exp(x²) erfc x. */
export const erfcx = (x: number): number => {
  if (x !== x) return x
  if (x >= 0.45) return erfcxPositive(x)
  if (x < -27) return Infinity
  if (x > -0.45) return exp(x * x) * (1 - erf(x))
  return 2 * gaussian(x, -1) - erfcxPositive(-x)
}

/** The inverse of erfc for 0 ≤ q ≤ ½: a fit and one step of Newton for log erfc. */
const erfcInvTail = (q: number): number => {
  if (q === 0) return Infinity
  const level = log(q)
  const s = Math.sqrt(-level)
  const y =
    s < 2
      ? polynomial(erfcInvTo2, s - 1.4)
      : s < 6
        ? polynomial(erfcInvTo6, s - 4)
        : polynomial(erfcInvTo28, s - 17)
  const e = erfcxPositive(y)
  return y + (log(e) - y * y - level) * e * halfRootPi
}

/** The inverse of erf. */
export const erfinv = (x: number): number => {
  const size = Math.abs(x)
  if (!(size <= 1)) return NaN
  if (size > 0.5) return x > 0 ? erfcInvTail(1 - size) : -erfcInvTail(1 - size)
  const y = x * polynomial(erfinvSmall, x * x)
  return y - (erf(y) - x) * exp(y * y) * halfRootPi
}

/** The inverse of erfc, from 0 to 2. */
export const erfcinv = (q: number): number => {
  if (!(q >= 0 && q <= 2)) return NaN
  if (q < 0.5) return erfcInvTail(q)
  return q > 1.5 ? -erfcInvTail(2 - q) : erfinv(1 - q)
}

/** Half of erfc(x/√2) for x ≥ 0.64. */
const normalTail = (x: number): number =>
  x > 38.6 ? 0 : 0.5 * gaussian(x, 0.5) * erfcxPositive(x * rootHalf)

/** The distribution function of the standard normal distribution. */
export const ndtr = (x: number): number => {
  if (x !== x) return x
  if (Math.abs(x) < 0.64) return 0.5 + 0.5 * erf(x * rootHalf)
  return x < 0 ? normalTail(-x) : 1 - normalTail(x)
}

/** The logarithm of `ndtr`. */
export const logNdtr = (x: number): number => {
  if (x < -1) return -0.5 * x * x + log(0.5 * erfcxPositive(-x * rootHalf))
  return x < 0 ? log(ndtr(x)) : log1p(-ndtr(-x))
}

/** The inverse of `ndtr`. */
export const ndtri = (p: number): number => {
  if (!(p >= 0 && p <= 1)) return NaN
  if (p < 0.25) return -root2 * erfcInvTail(2 * p)
  return p > 0.75 ? root2 * erfcInvTail(2 * (1 - p)) : root2 * erfinv(2 * p - 1)
}
