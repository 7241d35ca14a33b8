import * as bessel from '../kernel/special/bessel.ts'
import * as beta from '../kernel/special/beta.ts'
import * as errorFunction from '../kernel/special/error-function.ts'
import * as gammaFunction from '../kernel/special/gamma.ts'
import * as hyperbolic from '../kernel/special/hyperbolic.ts'
import * as incompleteGamma from '../kernel/special/incomplete-gamma.ts'
import * as polygammaFunction from '../kernel/special/polygamma.ts'
import * as powers from '../kernel/special/powers.ts'
import * as quantiles from '../kernel/special/quantiles.ts'
import * as sincFunction from '../kernel/special/sinc.ts'
import * as trigonometric from '../kernel/special/trigonometric.ts'
import type { ElementFunction } from '../kernel/elementwise.ts'
import { ArgumentError } from '../tensor/errors.ts'
import type { Value } from '../tensor/tensor.ts'
import { exp, log, log1p, max, min, sigmoid, sign, sqrt } from './elementwise.ts'
import { elementwise, type ElementwiseLiteral } from './elementwise-record.ts'
import type { Derivative, NoParameters, Operations, Partial, Primitive } from './primitive.ts'

/*
 * Elementwise functions whose kernels stand in `kernel/special`: the same bytes on every engine and machine, in compiled
 * programs too. Every export is a primitive, by its name in the table.
 */

type Rule = Partial<NoParameters>

const at = (inputs: readonly Value[], position: number): Value => inputs[position]!

/** What all of them share. */
const special = <const N extends string>(
  literal: Omit<ElementwiseLiteral<N>, 'of' | 'native'>,
): Primitive<NoParameters, N> =>
  elementwise({
    ...literal,
    of: 'floats',
    native: true,
    traits: { exact: true, ...literal.traits },
  })

/** A function of one number with its slope. */
const ofOne = <const N extends string>(
  name: N,
  element: ElementFunction,
  slope: Rule,
  more: Pick<ElementwiseLiteral<N>, 'domain' | 'range' | 'traits'> = {},
): Primitive<NoParameters, N> =>
  special({ name, arity: 1, element, derivative: { kind: 'partials', partials: [slope] }, ...more })

/** A function of a whole order, which is no variable, and a number: its slope comes from other orders. */
const ofOrder = <const N extends string>(
  name: N,
  element: ElementFunction,
  slope: (o: Operations, order: Value, x: Value, output: Value) => Value,
): Primitive<NoParameters, N> =>
  special({
    name,
    arity: 2,
    element,
    derivative: {
      kind: 'general',
      tangent: (o, [order, x], [, t], output) => t && o.times(t, slope(o.plain, order!, x!, output)),
    },
  })

const one = (o: Operations, like: Value): Value => o.constant(1, like)

const scaledBy = (o: Operations, factor: number, x: Value): Value => o.mul(o.constant(factor, x), x)

/** 1 − x² as a product, which does not cancel near the ends. */
const fromEnds = (o: Operations, x: Value): Value => o.mul(o.sub(one(o, x), x), o.add(one(o, x), x))

/** exp(c x²) */
const gaussian = (o: Operations, c: number, x: Value): Value => o.call(exp, scaledBy(o, c, o.mul(x, x)))

const two = 2 / Math.sqrt(Math.PI)

export const tan = /* @__PURE__ */ special({
  name: 'tan',
  arity: 1,
  element: trigonometric.tan,
  derivative: {
    kind: 'partials',
    partials: [(o, _, out) => o.add(one(o, out), o.mul(out, out))],
  },
  domain: [-1.4, 1.4],
})

export const asin = /* @__PURE__ */ ofOne(
  'asin',
  trigonometric.asin,
  (o, [x]) => o.div(one(o, x!), o.call(sqrt, fromEnds(o, x!))),
  { domain: [-0.9, 0.9], range: [-2, 2] },
)

export const acos = /* @__PURE__ */ ofOne(
  'acos',
  trigonometric.acos,
  (o, [x]) => o.div(o.constant(-1, x!), o.call(sqrt, fromEnds(o, x!))),
  { domain: [-0.9, 0.9], range: [0, 4] },
)

export const atan = /* @__PURE__ */ ofOne(
  'atan',
  trigonometric.atan,
  (o, [x]) => o.div(one(o, x!), o.add(one(o, x!), o.mul(x!, x!))),
  { range: [-2, 2] },
)

/** The angle of (x, y); at the origin it has no derivative, which is NaN there. */
export const atan2 = /* @__PURE__ */ special({
  name: 'atan2',
  arity: 2,
  element: trigonometric.atan2,
  derivative: {
    kind: 'partials',
    partials: [
      (o, [y, x]) => o.div(o.div(x!, o.call(hypot, y!, x!)), o.call(hypot, y!, x!)),
      (o, [y, x]) => o.neg(o.div(o.div(y!, o.call(hypot, y!, x!)), o.call(hypot, y!, x!))),
    ],
  },
  range: [-4, 4],
})

export const sinh: Primitive<NoParameters, 'sinh'> = /* @__PURE__ */ ofOne(
  'sinh',
  hyperbolic.sinh,
  (o, [x]) => o.call(cosh, x!),
  { domain: [-30, 4], range: 'between its ends' },
)

export const cosh: Primitive<NoParameters, 'cosh'> = /* @__PURE__ */ ofOne(
  'cosh',
  hyperbolic.cosh,
  (o, [x]) => o.call(sinh, x!),
  { domain: [-4, 4] },
)

export const asinh = /* @__PURE__ */ ofOne(
  'asinh',
  hyperbolic.asinh,
  (o, [x]) => o.div(one(o, x!), o.call(hypot, x!, one(o, x!))),
  { range: 'between its ends' },
)

export const acosh = /* @__PURE__ */ ofOne(
  'acosh',
  hyperbolic.acosh,
  (o, [x]) =>
    o.div(o.div(one(o, x!), o.call(sqrt, o.sub(x!, one(o, x!)))), o.call(sqrt, o.add(x!, one(o, x!)))),
  { domain: [1.05, Infinity], range: 'between its ends' },
)

export const atanh = /* @__PURE__ */ ofOne(
  'atanh',
  hyperbolic.atanh,
  (o, [x]) => o.div(one(o, x!), fromEnds(o, x!)),
  { domain: [-0.9, 0.9] },
)

/** A logarithm to another base: its slope is c / x. */
const logarithm = <const N extends string>(
  name: N,
  element: ElementFunction,
  c: number,
): Primitive<NoParameters, N> =>
  special({
    name,
    arity: 1,
    element,
    derivative: {
      kind: 'general',
      tangent: (o, [x], [t]) => t && o.over(o.times(t, o.plain.constant(c, x!)), x!),
    },
    domain: [0.05, Infinity],
    range: 'between its ends',
  })

export const log2 = /* @__PURE__ */ logarithm('log2', powers.log2, Math.LOG2E)

export const log10 = /* @__PURE__ */ logarithm('log10', powers.log10, Math.LOG10E)

export const exp2 = /* @__PURE__ */ ofOne('exp2', powers.exp2, (o, _, out) => scaledBy(o, Math.LN2, out), {
  traits: { neverNegativeZero: true },
  domain: [-30, 4],
  range: 'between its ends',
})

export const cbrt = /* @__PURE__ */ ofOne(
  'cbrt',
  powers.cbrt,
  (o, _, out) => o.div(o.constant(1 / 3, out), o.mul(out, out)),
  { domain: [0.05, Infinity], range: 'between its ends' },
)

/** x / r with r = √(x² + y²), 0 where r is. */
const shareOfLength = (o: Operations, x: Value, r: Value): Value => {
  const isZero = o.equal(r, o.constant(0, r))
  return o.div(x, o.select(isZero, one(o, r), r))
}

/** √(x² + y²), whose derivative is taken as 0 at the origin. */
export const hypot: Primitive<NoParameters, 'hypot'> = /* @__PURE__ */ special({
  name: 'hypot',
  arity: 2,
  element: powers.hypot,
  traits: { commutative: true, neverNegativeZero: true },
  derivative: {
    kind: 'partials',
    partials: [(o, [x], out) => shareOfLength(o, x!, out), (o, [, y], out) => shareOfLength(o, y!, out)],
  },
})

/** |x| with the sign of y; as that of |x|, the derivative is taken as 0 at x = 0. */
export const copySign: Primitive<NoParameters, 'copySign'> = /* @__PURE__ */ special({
  name: 'copySign',
  arity: 2,
  element: trigonometric.copySign,
  derivative: {
    kind: 'general',
    tangent: (o, [x, y], [t]) => {
      if (t === undefined) return undefined
      const p = o.plain
      return o.times(t, p.mul(p.call(sign, x!), p.call(copySign, one(p, y!), y!)))
    },
  },
})

export const ceil = /* @__PURE__ */ elementwise({
  name: 'ceil',
  arity: 1,
  of: 'numbers',
  element: Math.ceil,
  text: ([a]) => `Math.ceil(${a})`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: { kind: 'zero' },
  range: 'between its ends',
})

/** Towards zero. */
export const trunc = /* @__PURE__ */ elementwise({
  name: 'trunc',
  arity: 1,
  of: 'numbers',
  element: Math.trunc,
  text: ([a]) => `Math.trunc(${a})`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: { kind: 'zero' },
  range: 'between its ends',
})

/** a − b, where two equal infinities differ by 0. */
const distance = (o: Operations, a: Value, b: Value): Value => {
  const d = o.sub(a, b)
  return o.select(o.equal(d, d), d, o.select(o.equal(a, b), o.constant(0, d), d))
}

export const logAddExp = /* @__PURE__ */ elementwise({
  name: 'logAddExp',
  arity: 2,
  of: 'floats',
  element: (a, b) => Math.max(a, b) + (a === b ? Math.LN2 : Math.log1p(Math.exp(-Math.abs(a - b)))),
  decompose: (o, [a, b]) => {
    const d = distance(o, a!, b!)
    return o.add(o.call(max, a!, b!), o.call(log1p, o.call(exp, o.call(min, d, o.neg(d)))))
  },
  derivative: {
    kind: 'partials',
    partials: [
      (o, [a, b]) => o.call(sigmoid, distance(o, a!, b!)),
      (o, [a, b]) => o.call(sigmoid, distance(o, b!, a!)),
    ],
  },
  range: [-Infinity, Infinity],
})

/** Rules of x·f(y), which is 0 at x = 0 whatever f(y) is. */
const zeroTimes = (
  f: (o: Operations, y: Value) => Value,
  denominator: (o: Operations, y: Value) => Value,
): {
  readonly decompose: (o: Operations, inputs: readonly Value[]) => Value
  readonly derivative: Derivative<NoParameters>
} => ({
  decompose: (o, [x, y]) => {
    const product = o.mul(x!, f(o, y!))
    const isZero = o.equal(x!, o.constant(0, x!))
    // NaN in y stays.
    return o.select(isZero, o.select(o.equal(y!, y!), o.constant(0, x!), y!), product)
  },
  derivative: {
    kind: 'partials',
    partials: [
      (o, [, y]) => f(o, y!),
      (o, [x, y]) => {
        const d = denominator(o, y!)
        const both = o.equal(o.add(o.mul(d, d), o.mul(x!, x!)), o.constant(0, d))
        return o.div(x!, o.select(both, one(o, d), d))
      },
    ],
  },
})

const zeroTimesElement =
  (f: (y: number) => number): ElementFunction =>
  (x, y) =>
    x === 0 ? (Number.isNaN(y) ? y : 0) : x * f(y)

export const xlogy = /* @__PURE__ */ elementwise({
  name: 'xlogy',
  arity: 2,
  of: 'floats',
  element: /* @__PURE__ */ zeroTimesElement(Math.log),
  .../* @__PURE__ */ zeroTimes(
    (o, y) => o.call(log, y),
    (_, y) => y,
  ),
})

export const xlog1py = /* @__PURE__ */ elementwise({
  name: 'xlog1py',
  arity: 2,
  of: 'floats',
  element: /* @__PURE__ */ zeroTimesElement(Math.log1p),
  .../* @__PURE__ */ zeroTimes(
    (o, y) => o.call(log1p, y),
    (o, y) => o.add(one(o, y), y),
  ),
})

export const polygamma: Primitive<NoParameters, 'polygamma'> = /* @__PURE__ */ ofOrder(
  'polygamma',
  polygammaFunction.polygamma,
  (o, order, x) => o.call(polygamma, o.add(order, one(o, order)), x),
)

export const digamma = /* @__PURE__ */ ofOne(
  'digamma',
  gammaFunction.digamma,
  (o, [x]) => o.call(polygamma, one(o, x!), x!),
  { domain: [0.05, Infinity] },
)

export const lgamma = /* @__PURE__ */ ofOne('lgamma', gammaFunction.lgamma, (o, [x]) => o.call(digamma, x!), {
  domain: [0.05, Infinity],
})

export const gamma = /* @__PURE__ */ ofOne(
  'gamma',
  gammaFunction.gamma,
  (o, [x], out) => o.mul(out, o.call(digamma, x!)),
  { domain: [0.05, 10] },
)

export const logBeta = /* @__PURE__ */ special({
  name: 'logBeta',
  arity: 2,
  element: beta.logBeta,
  traits: { commutative: true },
  derivative: {
    kind: 'partials',
    partials: [0, 1].map(
      (i): Rule =>
        (o, inputs) =>
          o.sub(o.call(digamma, at(inputs, i)), o.call(digamma, o.add(at(inputs, 0), at(inputs, 1)))),
    ),
  },
})

export const erfc = /* @__PURE__ */ ofOne('erfc', errorFunction.erfc, (o, [x]) =>
  scaledBy(o, -two, gaussian(o, -1, x!)),
)

export const erfcx: Primitive<NoParameters, 'erfcx'> = /* @__PURE__ */ ofOne(
  'erfcx',
  errorFunction.erfcx,
  (o, [x], out) => o.sub(o.mul(scaledBy(o, 2, x!), out), o.constant(two, out)),
  { domain: [-5, 100] },
)

export const erfinv = /* @__PURE__ */ ofOne(
  'erfinv',
  errorFunction.erfinv,
  (o, _, out) => scaledBy(o, 1 / two, gaussian(o, 1, out)),
  { domain: [-0.9, 0.9] },
)

export const erfcinv = /* @__PURE__ */ ofOne(
  'erfcinv',
  errorFunction.erfcinv,
  (o, _, out) => scaledBy(o, -1 / two, gaussian(o, 1, out)),
  { domain: [0.1, 1.9] },
)

export const ndtr = /* @__PURE__ */ ofOne('ndtr', errorFunction.ndtr, (o, [x]) =>
  scaledBy(o, 1 / Math.sqrt(2 * Math.PI), gaussian(o, -0.5, x!)),
)

export const logNdtr = /* @__PURE__ */ ofOne('logNdtr', errorFunction.logNdtr, (o, [x]) =>
  o.div(o.constant(Math.sqrt(2 / Math.PI), x!), o.call(erfcx, scaledBy(o, -Math.SQRT1_2, x!))),
)

export const ndtri = /* @__PURE__ */ ofOne(
  'ndtri',
  errorFunction.ndtri,
  (o, _, out) => scaledBy(o, Math.sqrt(2 * Math.PI), gaussian(o, 0.5, out)),
  { domain: [0.05, 0.95] },
)

/** The functions of the orders below and above; that of −1 is ± that of 1, as `mirrored` says. */
const neighbours = (
  o: Operations,
  family: Primitive<NoParameters>,
  mirrored: 1 | -1,
  order: Value,
  x: Value,
): readonly [lower: Value, higher: Value] => {
  const isFirst = o.equal(order, o.constant(0, order))
  const below = o.call(family, o.select(isFirst, one(o, order), o.sub(order, one(o, order))), x)
  const lower = mirrored === 1 ? below : o.select(isFirst, o.neg(below), below)
  return [lower, o.call(family, o.add(order, one(o, order)), x)]
}

export const besselJ: Primitive<NoParameters, 'besselJ'> = /* @__PURE__ */ ofOrder(
  'besselJ',
  bessel.besselJ,
  (o, order, x) => scaledBy(o, 0.5, o.sub(...neighbours(o, besselJ, -1, order, x))),
)

export const besselI: Primitive<NoParameters, 'besselI'> = /* @__PURE__ */ ofOrder(
  'besselI',
  bessel.besselI,
  (o, order, x) => scaledBy(o, 0.5, o.add(...neighbours(o, besselI, 1, order, x))),
)

export const besselIe: Primitive<NoParameters, 'besselIe'> = /* @__PURE__ */ ofOrder(
  'besselIe',
  bessel.besselIe,
  (o, order, x, out) =>
    o.sub(scaledBy(o, 0.5, o.add(...neighbours(o, besselIe, 1, order, x))), o.mul(o.call(sign, x), out)),
)

/** The n-th derivative of sin πx / πx. */
export const sinc: Primitive<NoParameters, 'sinc'> = /* @__PURE__ */ ofOrder(
  'sinc',
  sincFunction.sinc,
  (o, order, x) => o.call(sinc, o.add(order, one(o, order)), x),
)

/** The density of the gamma distribution of shape a and rate 1, which is the slope of `gammaP`. */
export const gammaDensity: Primitive<NoParameters, 'gammaDensity'> = /* @__PURE__ */ special({
  name: 'gammaDensity',
  arity: 2,
  element: incompleteGamma.gammaDensity,
  derivative: {
    kind: 'partials',
    partials: [
      (o, [a, x], out) => o.mul(out, o.sub(o.call(log, x!), o.call(digamma, a!))),
      (o, [a, x], out) => o.mul(out, o.sub(o.div(o.sub(a!, one(o, a!)), x!), one(o, a!))),
    ],
  },
})

/** The slope of `gammaP` by its shape. */
export const gammaPSlope = /* @__PURE__ */ special({
  name: 'gammaPSlope',
  arity: 2,
  element: incompleteGamma.gammaPSlope,
  derivative: {
    kind: 'general',
    tangent: (o, [a, x], [s, t]) => {
      if (s !== undefined)
        throw new ArgumentError(
          'gammaP, gammaQ: the derivative by the shape a is known once, not twice; hold a fixed with stopGradient',
        )
      const p = o.plain
      const slope = p.mul(p.call(gammaDensity, a!, x!), p.sub(p.call(log, x!), p.call(digamma, a!)))
      return t && o.times(t, slope)
    },
  },
})

export const gammaP = /* @__PURE__ */ special({
  name: 'gammaP',
  arity: 2,
  element: incompleteGamma.gammaP,
  derivative: {
    kind: 'partials',
    partials: [(o, [a, x]) => o.call(gammaPSlope, a!, x!), (o, [a, x]) => o.call(gammaDensity, a!, x!)],
  },
})

export const gammaQ = /* @__PURE__ */ special({
  name: 'gammaQ',
  arity: 2,
  element: incompleteGamma.gammaQ,
  derivative: {
    kind: 'partials',
    partials: [
      (o, [a, x]) => o.neg(o.call(gammaPSlope, a!, x!)),
      (o, [a, x]) => o.neg(o.call(gammaDensity, a!, x!)),
    ],
  },
})

/** I(x; a, b): inputs a, b, x. */
export const betaInc = /* @__PURE__ */ special({
  name: 'betaInc',
  arity: 3,
  element: beta.betaInc,
  derivative: {
    kind: 'general',
    tangent: (o, [a, b, x], [s, t, u]) => {
      if (s !== undefined || t !== undefined)
        throw new ArgumentError(
          'betaInc: the derivative is known by x alone; hold a and b fixed with stopGradient',
        )
      if (u === undefined) return undefined
      const p = o.plain
      const exponent = p.add(
        p.mul(p.sub(a!, one(p, a!)), p.call(log, x!)),
        p.mul(p.sub(b!, one(p, b!)), p.call(log1p, p.neg(x!))),
      )
      return o.times(u, p.call(exp, p.sub(exponent, p.call(logBeta, a!, b!))))
    },
  },
})

/** The x with P(a, x) = p. */
export const gammaPInv = /* @__PURE__ */ special({
  name: 'gammaPInv',
  arity: 2,
  element: quantiles.gammaPInv,
  derivative: {
    kind: 'partials',
    partials: [
      // Of the equation P(a, x) = p, whose right side stays.
      (o, [a], x) => o.neg(o.div(o.call(gammaPSlope, a!, x), o.call(gammaDensity, a!, x))),
      (o, [a], x) => o.div(one(o, x), o.call(gammaDensity, a!, x)),
    ],
  },
})

/** The least count whose distribution function is above the second input: mean, share. */
export const poissonQuantile = /* @__PURE__ */ special({
  name: 'poissonQuantile',
  arity: 2,
  element: quantiles.poissonQuantile,
  derivative: { kind: 'zero' },
})

/** The same of the binomial distribution: trials, probability, share. */
export const binomialQuantile = /* @__PURE__ */ special({
  name: 'binomialQuantile',
  arity: 3,
  element: quantiles.binomialQuantile,
  derivative: { kind: 'zero' },
})
