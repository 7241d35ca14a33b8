/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { cos, exp, sin } from '../portable-math.ts'
import { isOrder, pi } from './common.ts'
import { polynomial } from './polynomial.ts'

/** I₀ up to 6, in x²/4. */
const besselI0Small = [
  1.0, 1.0, 0.2500000000000001, 0.02777777777777738, 0.0017361111111117921, 6.944444444374311e-5,
  1.929012346150075e-6, 3.936759867467583e-8, 6.151188030410106e-10, 7.594042056860363e-12,
  7.594332316666484e-14, 6.272818473623551e-16, 4.385331925320659e-18, 2.43315360562954e-20,
  1.7736502612357044e-22,
] as const
/** √x e⁻ˣ I₀ from 6 to 16, in 1/x about 0.109375. */
const besselI0To16 = [
  0.4047788088833053, 0.05738955793989779, 0.043068514622775556, 0.07610483400378797, 0.26205619380131645,
  1.032228167956986, -1.7536087567294396, -76.54327853324304, -264.3535199393474, 4384.827141558128,
  18937.16896284694, -327647.1844882652, -433394.8612524666, 24956857.895281754, -77383519.0602847,
  -1368298848.9868696, 10307335068.195093, 32546261344.37727, -411469848601.5942,
] as const
/** The same from 16 on, in 1/x about 0.03125. */
const besselI0Tail = [
  0.40052897918718267, 0.051712492812246415, 0.031083533790746742, 0.03586438626191756, 0.063190514677514,
  0.1533366653578074, 0.48378906402371485, 1.9167586580624303, 9.31695179409077, 52.118469444677956,
  351.9132900591798, 5054.525519062787, 56859.839539910135,
] as const
/** I₁ over x/2 up to 6, in x²/4. */
const besselI1Small = [
  1.0, 0.5000000000000001, 0.08333333333333272, 0.00694444444444619, 0.00034722222221963663,
  1.157407407636644e-5, 2.755731909241563e-7, 4.920950373483901e-9, 6.834638716018751e-11,
  7.594322554658427e-13, 6.900170037202471e-15, 5.262117552159566e-17, 3.1635464405823487e-19,
  2.483351252562442e-21,
] as const
/** √x e⁻ˣ I₁ from 6 to 16, in 1/x about 0.109375. */
const besselI1To16 = [
  0.38195592276784746, -0.16172275161056296, -0.06694490824329236, -0.09821203152493996, -0.3096832609972017,
  -1.2066035175890653, 1.3764229742304206, 81.54361141900287, 314.64981995588835, -4499.978016809725,
  -22005.57628293371, 336540.4836100725, 577225.1592246119, -25995265.162425328, 85545510.48480664,
  1384903638.5877028, -13960341703.611444, -8311371753.46546, 787728804422.3599, -3546840319034.381,
] as const
/** The same from 16 on, in 1/x about 0.03125. */
const besselI1Tail = [
  0.394220213406121, -0.15265274530923337, -0.05096139881081706, -0.049376239712228834, -0.07986853548894929,
  -0.18416826468331826, -0.5616274419881971, -2.1713864197088966, -10.361268723351479, -57.226582513945516,
  -381.9325183849458, -5388.222322515862, -60250.6834857384,
] as const
/** J₀ up to 4, in x². */
const besselJ0Small = [
  1.0, -0.25, 0.015624999999999997, -0.0004340277777777732, 6.781684027774501e-6, -6.781684027638287e-8,
  4.709502793255655e-10, -2.402807479689676e-12, 9.385958229531605e-15, -2.8968278584671586e-17,
  7.237852279010992e-20, -1.4796740476465028e-22, 2.22641857737376e-25,
] as const
/** J₀ from 4 to 8, about 6. */
const besselJ0To8 = [
  0.15064525725099692, 0.2766838581275656, -0.0983796168027956, -0.03936749830014451, 0.009276407324868143,
  0.0015513507450473783, -0.0003059706348624307, -3.0037971983084223e-5, 5.227183605000051e-6,
  3.5106184109231037e-7, -5.5113219941444694e-8, -2.7609575441727847e-9, 3.9607746255537913e-10,
  1.5644694317399996e-11, -2.069112805189098e-12, -6.688901625772108e-14, 8.211484484930289e-15,
  2.1315622986281633e-16, -2.4437975157658487e-17,
] as const
/** The amplitude of J₀ from 8 on, in 64/x². */
const besselJ0P = [
  1.0, -0.0010986328124987458, 2.7380883620060956e-5, -2.1839178876546186e-6, 3.6201997727624913e-7,
  -1.0230311668957661e-7, 4.342279684441386e-8, -2.425495980236503e-8, 1.4953925525263033e-8,
  -8.424552895664085e-9, 3.6629022652092997e-9, -1.0306603979084527e-9, 1.3678395660149744e-10,
] as const
/** Likewise x times the other one. */
const besselJ0Q = [
  -0.125, 0.0011444091796868653, -5.5446289429957835e-5, 6.590755823673059e-6, -1.453166983173714e-6,
  5.132084842076316e-7, -2.6388857764530235e-7, 1.8061266853303634e-7, -1.4579903567771142e-7,
  1.1979331503930995e-7, -8.740250011730663e-8, 5.06887192005453e-8, -2.108489663521944e-8,
  5.487724476169578e-9, -6.647659402148093e-10,
] as const
/** J₁ over x up to 4, in x². */
const besselJ1Small = [
  0.5, -0.0625, 0.0026041666666666665, -5.4253472222222057e-5, 6.781684027776597e-7, -5.651403356431221e-9,
  3.363930567960792e-11, -1.5017546932982963e-13, 5.214422950873938e-16, -1.4484245048661211e-18,
  3.290350313275182e-21, -6.174833890117722e-24, 8.658720530942156e-27,
] as const
/** J₁ from 4 to 8, about 6. */
const besselJ1To8 = [
  -0.27668385812756563, 0.1967592336055912, 0.11810249490043401, -0.03710562929947278, -0.007756753725240499,
  0.0018358238091755641, 0.00021026580389168998, -4.1817468842123236e-5, -3.1595565838992254e-6,
  5.511322018910846e-7, 3.037054392801457e-8, -4.752931239281171e-9, -2.0338599981435149e-10,
  2.8968272038440814e-11, 1.0046469857958943e-12, -1.3155199488014808e-13, -3.809486014428951e-15,
  4.621510247697806e-16, 1.0931182750651385e-17, -1.2370817739959901e-18,
] as const
/** The amplitude of J₁ from 8 on, in 64/x². */
const besselJ1P = [
  1.0, 0.0018310546874986734, -3.5203993242596516e-5, 2.580994081095415e-6, -4.10290920749526e-7,
  1.1307956374722232e-7, -4.7222972656087914e-8, 2.6103445465706578e-8, -1.599392035845848e-8,
  8.979116348957172e-9, -3.896357601864384e-9, 1.095074858049799e-9, -1.4522620075528588e-10,
] as const
/** Likewise x times the other one. */
const besselJ1Q = [
  0.375, -0.001602172851561833, 6.77676870895973e-5, -7.604718418856156e-6, 1.6241295434912113e-6,
  -5.620973688813211e-7, 2.850541241585821e-7, -1.932420630707461e-7, 1.5502633787479051e-7,
  -1.2689770560917224e-7, 9.238313515650686e-8, -5.350722765956462e-8, 2.2239134425067667e-8,
  -5.785019663321193e-9, 7.005178209232837e-10,
] as const

/** The functions of order 0 and 1 up to 6, for x ≥ 0. */
const besselISmall = (n: number, x: number): number =>
  n === 0 ? polynomial(besselI0Small, 0.25 * x * x) : 0.5 * x * polynomial(besselI1Small, 0.25 * x * x)

/** √x e⁻ˣ Iₙ of order 0 and 1 from 6 on. */
const besselIAmplitude = (n: number, x: number): number => {
  const w = 1 / x
  if (x < 16) return n === 0 ? polynomial(besselI0To16, w - 0.109375) : polynomial(besselI1To16, w - 0.109375)
  return n === 0 ? polynomial(besselI0Tail, w - 0.03125) : polynomial(besselI1Tail, w - 0.03125)
}

/** e⁻ˣ Iₙ of order 0 and 1, for x ≥ 0. */
const besselIeFirst = (n: number, x: number): number =>
  x < 6 ? exp(-x) * besselISmall(n, x) : besselIAmplitude(n, x) / Math.sqrt(x)

/** Upwards from the orders 0 and 1, where the recurrence is stable. */
const besselIeUpwards = (n: number, x: number): number => {
  let before = besselIeFirst(0, x)
  let value = besselIeFirst(1, x)
  for (let k = 1; k < n; k++) {
    const next = before - ((2 * k) / x) * value
    before = value
    value = next
  }
  return value
}

/**
 * value · 10⁻¹²⁰ᵏ · e^power, factor by factor so that nothing on the way is out of the range unless the result is. The power is
 * split into 2ʲ equal ones, which is exact.
 */
const besselScaled = (start: number, k: number, power: number): number => {
  let value = start
  let downs = k
  let ups = power > 0 ? 1 : 0
  while (power > 200 * ups && ups > 0) ups *= 2
  const up = ups > 0 ? exp(power / ups) : 1
  while (ups > 0 && value < Infinity) {
    const isLarge = downs > 0 && value > 1e100
    value *= isLarge ? 1e-120 : up
    downs -= isLarge ? 1 : 0
    ups -= isLarge ? 0 : 1
  }
  while (downs > 0 && value > 0) {
    value *= 1e-120
    downs -= 1
  }
  return value
}

/** e^(power − x) Iₙ by Iₙ / I₀, downwards from an order where Iₙ is as good as 0. Source: J. C. P. Miller. */
const besselIDownwards = (n: number, x: number, power: number): number => {
  let after = 0
  let value = 1
  let found = 0
  let downs = 0
  for (let k = Math.floor(n + Math.sqrt(n * n + 90 * x)) + 24; k > 0; k--) {
    const before = after + ((2 * k) / x) * value
    after = value
    value = before
    if (k - 1 === n) {
      found = value
      downs = 0
    }
    if (value > 1e120) {
      value *= 1e-120
      after *= 1e-120
      downs += 1
    }
  }
  return besselScaled((found / value) * besselIeFirst(0, x), downs, power)
}

/** e^(power − x) Iₙ, the power being 0 or x. */
const besselISize = (n: number, x: number, power: number): number => {
  if (n < 2) return x < 6 && power > 0 ? besselISmall(n, x) : besselScaled(besselIeFirst(n, x), 0, power)
  if (x < 1e-100) return 0
  return x > n * n ? besselScaled(besselIeUpwards(n, x), 0, power) : besselIDownwards(n, x, power)
}

const isOdd = (n: number): boolean => n !== 2 * Math.floor(0.5 * n)

/** e^−|x| Iₙ(x). */
export const besselIe = (n: number, x: number): number => {
  if (!isOrder(n) || x !== x) return NaN
  const size = Math.abs(x)
  const value = size === Infinity ? 0 : besselISize(n, size, 0)
  return x < 0 && isOdd(n) ? -value : value
}

/** The modified Bessel function of the first kind, of whole order. */
export const besselI = (n: number, x: number): number => {
  if (!isOrder(n) || x !== x) return NaN
  const size = Math.abs(x)
  const value = size === Infinity ? size : besselISize(n, size, size)
  return x < 0 && isOdd(n) ? -value : value
}

/** J of order 0 and 1, for x ≥ 0. */
const besselJFirst = (n: number, x: number): number => {
  if (x < 4) return n === 0 ? polynomial(besselJ0Small, x * x) : x * polynomial(besselJ1Small, x * x)
  if (x < 8) return n === 0 ? polynomial(besselJ0To8, x - 6) : polynomial(besselJ1To8, x - 6)
  if (x === Infinity) return 0
  const z = 64 / (x * x)
  const p = n === 0 ? polynomial(besselJ0P, z) : polynomial(besselJ1P, z)
  const q = (n === 0 ? polynomial(besselJ0Q, z) : polynomial(besselJ1Q, z)) / x
  const s = sin(x)
  const c = cos(x)
  // √2 times cosine and sine of x − π/4, or of x − 3π/4.
  return (n === 0 ? p * (c + s) - q * (s - c) : p * (s - c) + q * (s + c)) / Math.sqrt(pi) / Math.sqrt(x)
}

const besselJUpwards = (n: number, x: number): number => {
  let before = besselJFirst(0, x)
  let value = besselJFirst(1, x)
  for (let k = 1; k < n; k++) {
    const next = ((2 * k) / x) * value - before
    before = value
    value = next
  }
  return value
}

/** Downwards, normalized by J₀ + 2J₂ + 2J₄ + … = 1. Source: J. C. P. Miller. */
const besselJDownwards = (n: number, x: number): number => {
  let after = 0
  let value = 1
  let sum = 0
  let found = 0
  for (let k = 2 * Math.floor(0.5 * (n + Math.sqrt(60 * n) + 20)) + 2; k > 0; k--) {
    const before = ((2 * k) / x) * value - after
    after = value
    value = before
    if (k - 1 === n) found = value
    if (!isOdd(k - 1)) sum += k === 1 ? value : 2 * value
    if (Math.abs(value) > 1e120) {
      value *= 1e-120
      after *= 1e-120
      found *= 1e-120
      sum *= 1e-120
    }
  }
  return found / sum
}

const besselJSize = (n: number, x: number): number => {
  if (n < 2) return besselJFirst(n, x)
  if (x < 1e-100 || x === Infinity) return 0
  return x > n ? besselJUpwards(n, x) : besselJDownwards(n, x)
}

/** The Bessel function of the first kind, of whole order. */
export const besselJ = (n: number, x: number): number => {
  if (!isOrder(n) || x !== x) return NaN
  const value = besselJSize(n, Math.abs(x))
  return x < 0 && isOdd(n) ? -value : value
}
