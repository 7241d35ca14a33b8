/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { exp, log, pow } from '../portable-math.ts'
import { pi } from './common.ts'
import { polynomial } from './polynomial.ts'
import { cotPi, sinPi } from './sine-of-turns.ts'

/** log Γ(x) / ((x − 1)(x − 2)) from 0.7 to 1.3, about 1. */
const lgammaNear1 = [
  0.5772156649015329, -0.24525136852258034, 0.15543426586395642, -0.11514654256385358, 0.09223900846288907,
  -0.07731816852777043, 0.06673172851195774, -0.05877794181272133, 0.05255630484141702, -0.04754310150107702,
  0.043411693759848526, -0.03994408572644437, 0.0369694388784038, -0.03441806821196257, 0.032532439572856356,
  -0.03063111038542864, 0.025759313191639228, -0.023996738107859083, 0.03910328105644054, -0.0380693561307424,
] as const
/** The same from 1.3 to 2, about 1.65. */
const lgammaTo2 = [
  0.46255265130791806, -0.12899464699759286, 0.05080886108209769, -0.023033078923686376, 0.011245122483438756,
  -0.005740729886749167, 0.0030178133965438193, -0.0016192168297792513, 0.0008819391764528525,
  -0.0004859006031960394, 0.00027014026804598497, -0.00015137301098721738, 8.530757185307772e-5,
  -4.7623059289661676e-5, 2.703336587462098e-5, -1.8678194685126222e-5, 1.0825235945069494e-5,
] as const
/** The same from 2 to 3, about 2.5. */
const lgammaTo3 = [
  0.37957716063055885, -0.07466357415449941, 0.01990515430474318, -0.006018768527036938, 0.001949057488948724,
  -0.000658639706563968, 0.00022905363739856327, -8.130229410013784e-5, 2.9299284323678596e-5,
  -1.0682258930175953e-5, 3.930575810435434e-6, -1.4575551885709035e-6, 5.43656922193763e-7,
  -2.0150630125907854e-7, 7.573714902482513e-8, -3.386110171488286e-8, 1.2968009422004454e-8,
] as const
/** Γ from 2 to 3, about 2.5. */
const gammaTo3 = [
  1.329340388179137, 0.9347345216260858, 0.6545585779813361, 0.2538712468410806, 0.10967323400222673,
  0.028360780598315743, 0.010392403423184675, 0.0016074003979148095, 0.0007544741845553543,
  3.94293729641808e-6, 6.132933502302795e-5, -1.281027799791392e-5, 7.2581880432596835e-6,
  -2.5237113883298307e-6, 1.0654353273017196e-6, -5.06091351545179e-7, 2.0596536908194426e-7,
] as const
/** x (log Γ(x) − (x − ½) log x + x − ½ log 2π) from 8 on, in 1/x². */
const stirlingTail = [
  0.08333333333333333, -0.0027777777777740443, 0.0007936507897939822, -0.0005952365958109722,
  0.0008414714760941705, -0.0018904619118929264, 0.005067585376254391,
] as const
/** The digamma function over its distance from the root, from 1 to 2, about 1.5. */
const digammaTo2 = [
  0.9510558760318328, -0.4236274212814606, 0.24054248424078736, -0.14840492305388006, 0.09498872445282817,
  -0.06192213327556183, 0.040760833944741226, -0.02697579665686472, 0.01790724819228875,
  -0.011908220169786002, 0.007927024136843637, -0.0052799364178857415, 0.0035180792717028125,
  -0.0023455016279107115, 0.0015635739915515125, -0.0010364227247828023, 0.0006899428514219089,
  -0.00048606417050412354, 0.00032689316473621455, -0.00014460384609240088, 9.158816882117e-5,
  -0.00017837342400462423, 0.00012241591000024265,
] as const
/** The digamma function from 2 to 3, about 2.5. */
const digammaTo3 = [
  0.7031566406452432, 0.49035775610023485, -0.11810202582086307, 0.03731764146954112, -0.013073166646180622,
  0.004821409821455783, -0.001830564035530446, 0.0007073881631882985, -0.0002764393102116248,
  0.00010882587646435264, -4.305204667015857e-5, 1.7088819558604737e-5, -6.803241298797442e-6,
  2.71139186439816e-6, -1.0640490405665057e-6, 4.239080335219694e-7, -2.068973365087423e-7,
  8.352968085904161e-8,
] as const
/** x² (log x − 1/(2x) − ψ(x)) from 10 on, in 1/x². */
const digammaTail = [
  0.08333333333333333, -0.008333333333329154, 0.003968253961523215, -0.0041666625908644605,
  0.007574576739417587, -0.020915506210387118, 0.06981786581923828,
] as const

/** The root of the digamma function less 1, in two parts. */
const rootLess1 = 0.46163214496836236
const rootLess1Low = -1.5522348162858677e-17

/** log Γ(x) − (x − ½) log x + x − ½ log 2π, for x ≥ 8. */
export const stirling = (x: number): number => polynomial(stirlingTail, 1 / (x * x)) / x

const lgammaBelow8 = (x: number): number => {
  let y = x
  let product = 1
  while (y >= 3) {
    y -= 1
    product *= y
  }
  return log(product) + (y - 1) * (y - 2) * polynomial(lgammaTo3, y - 2.5)
}

/** log Γ(1 + x) for 0 ≤ x < 0.7. */
export const lgamma1p = (x: number): number =>
  x * (x - 1) * (x < 0.3 ? polynomial(lgammaNear1, x) : polynomial(lgammaTo2, x - 0.65))

/** log Γ(x) for x > 0; 0 is added where the product could be −0. */
export const lgammaPositive = (x: number): number => {
  if (x < 0.7) return lgamma1p(x) - log(x)
  if (x < 1.3) return (x - 1) * (x - 2) * polynomial(lgammaNear1, x - 1) + 0
  if (x < 2) return (x - 1) * (x - 2) * polynomial(lgammaTo2, x - 1.65) + 0
  if (x < 3) return (x - 1) * (x - 2) * polynomial(lgammaTo3, x - 2.5) + 0
  if (x < 8) return lgammaBelow8(x)
  if (x > 1e17) return x * (log(x) - 1)
  return (x - 0.5) * (log(x) - 1) + (stirling(x) + 0.41893853320467276)
}

/** log |Γ(x)|: infinite at 0, −1, −2, … */
export const lgamma = (x: number): number => {
  if (x !== x) return x
  if (Math.abs(x) === Infinity) return Infinity
  if (x > 0) return lgammaPositive(x)
  if (Math.floor(x) === x) return Infinity
  if (x > -1e-17) return -log(-x)
  return log(pi / (-x * Math.abs(sinPi(x)))) - lgammaPositive(-x)
}

/** x^(½x − ¼), whose square is in Stirling's formula. */
const stirlingRoot = (x: number): number => pow(x, 0.5 * x - 0.25)

/** e⁻ˣ √(2π) times the correction. */
const stirlingRest = (x: number): number => 2.5066282746310007 * exp(stirling(x)) * exp(-x)

const gammaBelow12 = (x: number): number => {
  let y = x
  let product = 1
  while (y >= 3) {
    y -= 1
    product *= y
  }
  return product * polynomial(gammaTo3, y - 2.5)
}

/** A product of whole numbers: exact up to Γ(23). */
const gammaOfWhole = (x: number): number => {
  let product = 1
  for (let k = 2; k < x; k++) product *= k
  return product
}

/** Γ(x) for 0 < x < 172. */
export const gammaPositive = (x: number): number => {
  if (x <= 23 && Math.floor(x) === x) return gammaOfWhole(x)
  if (x < 1) return polynomial(gammaTo3, x - 0.5) / (x * (x + 1))
  if (x < 2) return polynomial(gammaTo3, x - 1.5) / x
  if (x < 12) return gammaBelow12(x)
  const root = stirlingRoot(x)
  return root * stirlingRest(x) * root
}

const gammaNegative = (x: number): number => {
  const size = -x
  const factor = pi / (size * -sinPi(size))
  if (size < 20) return factor / gammaPositive(size)
  const root = stirlingRoot(size)
  return factor / root / stirlingRest(size) / root
}

/** Γ(x): ±∞ at ±0, NaN at −1, −2, … and −∞. */
export const gamma = (x: number): number => {
  if (x !== x || x === Infinity) return x
  if (x === 0) return 1 / x
  if (x > 0) return x > 171.7 ? Infinity : gammaPositive(x)
  if (Math.floor(x) === x) return NaN
  if (x > -1e-17) return 1 / x
  return x < -185 ? 0 : gammaNegative(x)
}

const digammaFrom3 = (x: number): number => {
  let y = x
  let sum = 0
  while (y >= 3) {
    y -= 1
    sum += 1 / y
  }
  return sum + polynomial(digammaTo3, y - 2.5)
}

/** ψ(1 + x) for 0 ≤ x < 1. */
const digamma1p = (x: number): number => (x - rootLess1 - rootLess1Low) * polynomial(digammaTo2, x - 0.5)

const digammaPositive = (x: number): number => {
  if (x < 1) return digamma1p(x) - 1 / x
  if (x < 2) return digamma1p(x - 1)
  if (x < 3) return polynomial(digammaTo3, x - 2.5)
  if (x < 10) return digammaFrom3(x)
  const square = 1 / (x * x)
  return log(x) - (0.5 / x + square * polynomial(digammaTail, square))
}

/** The derivative of log Γ: ∓∞ at ±0, NaN at −1, −2, … and −∞. */
export const digamma = (x: number): number => {
  if (x === 0) return -1 / x
  if (x > 0) return x === Infinity ? x : digammaPositive(x)
  if (x !== x || Math.floor(x) === x) return NaN
  return (x > -1 ? digamma1p(-x) : digammaPositive(-x) - 1 / x) - pi * cotPi(x)
}
