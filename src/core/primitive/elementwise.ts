import * as element from '../kernel/element-functions.ts'
import { elementwiseKernel } from '../kernel/elementwise.ts'
import { erf as errorFunction } from '../kernel/erf.ts'
import * as portable from '../kernel/portable-math.ts'
import { roundHalfEven, stableSigmoid } from '../kernel/scalar-functions.ts'
import type { Value } from '../tensor/tensor.ts'
import { elementwise, repeated } from './elementwise-record.ts'
import type {
  Derivative,
  NoParameters,
  Operations,
  OwnPrimitive,
  Primitive,
  TangentOperations,
} from './primitive.ts'
import { inputAt, requireComputing, requireDType, requireSameDType, requireSameShape } from './typing.ts'

/*
 * Every export is a primitive, by its name in the table. A new one is an export here and a function in `numeric`.
 */

const at = (inputs: readonly Value[], position: number): Value => inputs[position]!

const isInteger = (dtype: string): boolean => dtype === 'int32' || dtype === 'uint32'

/** The tangent of x where it is the larger (smaller) one, half of it where both tie: ties share it equally. */
const shareOf = (o: TangentOperations, t: Value, x: Value, y: Value, loses: Value): Value => {
  const p = o.plain
  return o.select(loses, o.zero(t), o.times(t, p.select(p.equal(x, y), p.constant(0.5, x), p.constant(1, x))))
}

/** The rule of the larger and the smaller of two; `loses(o, a, b)` tells whether a loses against b. */
const extremum = (loses: (o: Operations, a: Value, b: Value) => Value): Derivative<NoParameters> => ({
  kind: 'general',
  tangent: (o, inputs, [s, t]) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)]
    const first = s === undefined ? undefined : shareOf(o, s, a, b, loses(o.plain, a, b))
    const second = t === undefined ? undefined : shareOf(o, t, a, b, loses(o.plain, b, a))
    return first === undefined ? second : second === undefined ? first : o.add(first, second)
  },
})

export const add = /* @__PURE__ */ elementwise({
  name: 'add',
  bounds: 'rising',
  arity: 2,
  of: 'numbers',
  element: element.add,
  text: ([a, b]) => `${a} + ${b}`,
  native: true,
  traits: { commutative: true, exact: true, cheap: true },
  derivative: {
    kind: 'general',
    tangent: (o, _, [s, t]) => (s === undefined ? t : t === undefined ? s : o.add(s, t)),
  },
  linear: { inputs: 'all', transpose: (_, ct) => [ct, ct], support: 'union' },
})

export const sub = /* @__PURE__ */ elementwise({
  name: 'sub',
  bounds: 'difference',
  arity: 2,
  of: 'numbers',
  element: element.sub,
  text: ([a, b]) => `${a} - ${b}`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: {
    kind: 'general',
    tangent: (o, _, [s, t]) => (t === undefined ? s : s === undefined ? o.neg(t) : o.sub(s, t)),
  },
  linear: { inputs: 'all', transpose: (o, ct) => [ct, o.neg(ct)], support: 'union' },
})

export const neg = /* @__PURE__ */ elementwise({
  name: 'neg',
  bounds: 'falling',
  arity: 1,
  of: 'numbers',
  element: element.neg,
  text: ([a]) => `-${a}`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: { kind: 'linear' },
  linear: { inputs: [0], transpose: (o, ct) => [o.neg(ct)], support: 'same', ownProduct: 'same' },
  range: 'between its ends',
})

export const mul = /* @__PURE__ */ elementwise({
  name: 'mul',
  bounds: 'product',
  arity: 2,
  of: 'numbers',
  element: element.mul,
  integer: Math.imul,
  text: ([a, b], dtype) => (isInteger(dtype) ? `Math.imul(${a}, ${b})` : `${a} * ${b}`),
  native: true,
  traits: { commutative: true, exact: true, cheap: true },
  derivative: { kind: 'bilinear' },
  linear: {
    inputs: 'either',
    transpose: (o, ct, inputs, linear) =>
      linear[0] === true
        ? [o.times(ct, inputs[1] as Value), undefined]
        : [undefined, o.times(ct, inputs[0] as Value)],
    onTangents: (o, [x, y], linear) => (linear[0] === true ? o.times(x!, y!) : o.times(y!, x!)),
  },
})

export const div = /* @__PURE__ */ elementwise({
  name: 'div',
  bounds: 'quotient',
  arity: 2,
  of: 'floats',
  element: element.div,
  text: ([a, b]) => `${a} / ${b}`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: {
    kind: 'partials',
    partials: [(o, [, y]) => o.div(o.constant(1, y!), y!), (o, [, y], out) => o.neg(o.div(out, y!))],
  },
  linear: {
    inputs: [0],
    transpose: (o, ct, [, y]) => [o.over(ct, y as Value), undefined],
    onTangents: (o, [x, y]) => o.over(x!, y!),
  },
})

export const pow: Primitive<NoParameters, 'pow'> = /* @__PURE__ */ elementwise({
  name: 'pow',
  arity: 2,
  of: 'floats',
  element: (a, b) => a ** b,
  portable: portable.pow,
  native: true,
  derivative: {
    kind: 'partials',
    partials: [
      // x⁰ is 1 for every x, and 0ʸ is 0 for every y > 0.
      (o, [x, y]) =>
        o.select(
          o.equal(y!, o.constant(0, y!)),
          o.constant(0, x!),
          o.mul(y!, o.call(pow, x!, o.sub(y!, o.constant(1, y!)))),
        ),
      (o, [x], out) =>
        o.select(o.equal(out, o.constant(0, out)), o.constant(0, out), o.mul(out, o.call(log, x!))),
    ],
  },
  domain: [0.05, Infinity],
})

export const max = /* @__PURE__ */ elementwise({
  name: 'max',
  bounds: 'rising',
  arity: 2,
  of: 'anything',
  element: element.max,
  text: ([a, b]) => `Math.max(${a}, ${b})`,
  chooses: true,
  native: true,
  traits: { commutative: true, exact: true, cheap: true },
  derivative: /* @__PURE__ */ extremum((o, a, b) => o.less(a, b)),
})

export const min = /* @__PURE__ */ elementwise({
  name: 'min',
  bounds: 'rising',
  arity: 2,
  of: 'anything',
  element: element.min,
  text: ([a, b]) => `Math.min(${a}, ${b})`,
  chooses: true,
  native: true,
  traits: { commutative: true, exact: true, cheap: true },
  derivative: /* @__PURE__ */ extremum((o, a, b) => o.less(b, a)),
})

export const exp = /* @__PURE__ */ elementwise({
  name: 'exp',
  bounds: 'rising',
  arity: 1,
  of: 'floats',
  element: Math.exp,
  portable: portable.exp,
  native: true,
  traits: { neverNegativeZero: true },
  derivative: { kind: 'partials', partials: [(_, __, out) => out] },
  domain: [-30, 4],
  range: 'between its ends',
})

export const log = /* @__PURE__ */ elementwise({
  name: 'log',
  bounds: 'rising',
  arity: 1,
  of: 'floats',
  element: Math.log,
  portable: portable.log,
  native: true,
  derivative: { kind: 'general', tangent: (o, [x], [t]) => t && o.over(t, x!) },
  domain: [0.05, Infinity],
  range: 'between its ends',
})

export const log1p = /* @__PURE__ */ elementwise({
  name: 'log1p',
  bounds: 'rising',
  arity: 1,
  of: 'floats',
  element: Math.log1p,
  portable: portable.log1p,
  native: true,
  derivative: {
    kind: 'partials',
    partials: [
      (o, x) => {
        const one = o.constant(1, at(x, 0))
        return o.div(one, o.add(one, at(x, 0)))
      },
    ],
  },
  domain: [-0.9, Infinity],
  range: 'between its ends',
})

export const expm1 = /* @__PURE__ */ elementwise({
  name: 'expm1',
  bounds: 'rising',
  arity: 1,
  of: 'floats',
  element: Math.expm1,
  portable: portable.expm1,
  native: true,
  derivative: { kind: 'partials', partials: [(o, x) => o.call(exp, at(x, 0))] },
  domain: [-30, 4],
  range: 'between its ends',
})

export const sqrt = /* @__PURE__ */ elementwise({
  name: 'sqrt',
  bounds: 'rising',
  arity: 1,
  of: 'floats',
  element: Math.sqrt,
  text: ([a]) => `Math.sqrt(${a})`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: {
    kind: 'general',
    tangent: (o, _, [t], out) => t && o.over(o.times(t, o.constant(0.5, t)), out),
  },
  domain: [0.05, Infinity],
  range: 'between its ends',
})

/**
 * √x where x is a sum of squares, whose root has a kink at 0: there the derivative is taken as 0, and that of the
 * derivative, which does not exist, is not finite. The product of the root with its own derivative, ½, is smooth.
 */
export const rootOfSquares = /* @__PURE__ */ elementwise({
  name: 'rootOfSquares',
  arity: 1,
  of: 'floats',
  element: Math.sqrt,
  like: sqrt,
  traits: { exact: true, cheap: true },
  derivative: {
    kind: 'general',
    tangent: (o, [x], [t], out) => {
      if (t === undefined) return undefined
      const p = o.plain
      const half = o.constant(0.5, t)
      const slope = p.select(p.equal(out, p.constant(0, out)), p.call(sqrt, x!), p.div(half, out))
      const moved = o.times(t, slope)
      o.declareProduct(moved, out, () => o.times(t, half))
      return moved
    },
  },
  domain: [0.05, Infinity],
})

export const rsqrt = /* @__PURE__ */ elementwise({
  name: 'rsqrt',
  bounds: 'falling',
  arity: 1,
  of: 'floats',
  element: element.rsqrt,
  text: ([a]) => `1 / Math.sqrt(${a})`,
  native: true,
  traits: { exact: true },
  derivative: {
    kind: 'partials',
    partials: [(o, x, out) => o.mul(o.constant(-0.5, out), o.div(out, at(x, 0)))],
  },
  domain: [0.05, Infinity],
  range: 'between its ends',
})

export const sin = /* @__PURE__ */ elementwise({
  name: 'sin',
  bounds: 'wave',
  arity: 1,
  of: 'floats',
  element: Math.sin,
  portable: portable.sin,
  native: true,
  derivative: { kind: 'partials', partials: [(o, x) => o.call(cos, at(x, 0))] },
  domain: [-500, 500],
  range: [-1, 1],
})

export const cos: Primitive<NoParameters, 'cos'> = /* @__PURE__ */ elementwise({
  name: 'cos',
  bounds: 'wave',
  arity: 1,
  of: 'floats',
  element: Math.cos,
  portable: portable.cos,
  native: true,
  derivative: { kind: 'partials', partials: [(o, x) => o.neg(o.call(sin, at(x, 0)))] },
  domain: [-500, 500],
  range: [-1, 1],
})

export const tanh = /* @__PURE__ */ elementwise({
  name: 'tanh',
  bounds: 'rising',
  arity: 1,
  of: 'floats',
  element: Math.tanh,
  portable: portable.tanh,
  native: true,
  derivative: {
    kind: 'partials',
    partials: [(o, _, out) => o.sub(o.constant(1, out), o.mul(out, out))],
  },
  range: [-1, 1],
})

export const sigmoid = /* @__PURE__ */ elementwise({
  name: 'sigmoid',
  bounds: 'rising',
  arity: 1,
  of: 'floats',
  element: stableSigmoid,
  portable: portable.sigmoid,
  native: true,
  traits: { neverNegativeZero: true },
  derivative: {
    kind: 'partials',
    partials: [(o, _, out) => o.mul(out, o.sub(o.constant(1, out), out))],
  },
  range: [0, 1],
})

export const erf = /* @__PURE__ */ elementwise({
  name: 'erf',
  bounds: 'rising',
  arity: 1,
  of: 'floats',
  element: errorFunction,
  portable: portable.erf,
  native: true,
  derivative: {
    kind: 'partials',
    partials: [
      (o, x) =>
        o.mul(o.constant(2 / Math.sqrt(Math.PI), at(x, 0)), o.call(exp, o.neg(o.mul(at(x, 0), at(x, 0))))),
    ],
  },
  range: [-1, 1],
})

/** |x|′ is taken as 0 at 0. */
export const abs = /* @__PURE__ */ elementwise({
  name: 'abs',
  bounds: 'even',
  arity: 1,
  of: 'numbers',
  element: Math.abs,
  text: ([a]) => `Math.abs(${a})`,
  native: true,
  traits: { exact: true, cheap: true, neverNegativeZero: true },
  derivative: { kind: 'partials', partials: [(o, x) => o.call(sign, at(x, 0))] },
})

export const sign = /* @__PURE__ */ elementwise({
  name: 'sign',
  bounds: 'rising',
  arity: 1,
  of: 'numbers',
  element: Math.sign,
  text: ([a]) => `Math.sign(${a})`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: { kind: 'zero' },
  range: [-1, 1],
})

export const floor = /* @__PURE__ */ elementwise({
  name: 'floor',
  bounds: 'rising',
  arity: 1,
  of: 'numbers',
  element: Math.floor,
  text: ([a]) => `Math.floor(${a})`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: { kind: 'zero' },
  range: 'between its ends',
})

/** To the nearest integer, halves to the even one, as NumPy. */
export const round = /* @__PURE__ */ elementwise({
  name: 'round',
  bounds: 'rising',
  arity: 1,
  of: 'numbers',
  element: roundHalfEven,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: { kind: 'zero' },
  range: 'between its ends',
})

export const equal = /* @__PURE__ */ elementwise({
  name: 'equal',
  arity: 2,
  of: 'anything',
  gives: 'bool',
  element: element.equal,
  text: ([a, b]) => `(${a} === ${b} ? 1 : 0)`,
  native: true,
  traits: { commutative: true, exact: true, cheap: true },
  derivative: { kind: 'zero' },
})

export const less = /* @__PURE__ */ elementwise({
  name: 'less',
  bounds: 'below',
  arity: 2,
  of: 'anything',
  gives: 'bool',
  element: element.less,
  text: ([a, b]) => `(${a} < ${b} ? 1 : 0)`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: { kind: 'zero' },
})

export const lessEqual = /* @__PURE__ */ elementwise({
  name: 'lessEqual',
  bounds: 'below',
  arity: 2,
  of: 'anything',
  gives: 'bool',
  element: element.lessEqual,
  text: ([a, b]) => `(${a} <= ${b} ? 1 : 0)`,
  native: true,
  traits: { exact: true, cheap: true },
  derivative: { kind: 'zero' },
})

/** The second input where the condition holds, the third elsewhere. */
export const select: Primitive<NoParameters, 'select'> = {
  name: 'select',
  bounds: 'choice',
  arity: 3,
  parameters: {},
  traits: { elementwise: true, exact: true, cheap: true },
  type: (inputs) => {
    requireSameShape(inputs, 'where')
    requireDType(inputAt(inputs, 0, 'where'), ['bool'], 'where condition')
    requireSameDType(inputs.slice(1), 'where')
    requireComputing(inputAt(inputs, 1, 'where'), 'where')
    return inputAt(inputs, 1, 'where')
  },
  kernel: (inputs) => elementwiseKernel('select', element.select, inputs, inputs[1]?.dtype ?? 'float32'),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [1, 2],
    transpose: (o, ct, [condition], linear) => {
      const zero = o.zero(ct)
      return [
        undefined,
        linear[1] === true ? o.select(condition as Value, ct, zero) : undefined,
        linear[2] === true ? o.select(condition as Value, zero, ct) : undefined,
      ]
    },
    support: 'chosen',
  },
  batch: (o, inputs, batched, size) => o.bind(select, repeated(o, inputs, batched, size), {}),
  lowering: {
    kind: 'step',
    step: {
      operation: 'select',
      arity: 3,
      of: 'anything',
      gives: 'same',
      condition: true,
      chooses: true,
      element: element.select,
      text: ([c, a, b]) => `(${c} !== 0 ? ${a} : ${b})`,
      native: true,
    },
  },
}

/** The input, through which no derivative passes; a view of it. */
export const stopGradient: OwnPrimitive<NoParameters, 'stopGradient'> = {
  name: 'stopGradient',
  bounds: 'rising',
  arity: 1,
  parameters: {},
  traits: { elementwise: true, view: true, exact: true },
  type: (inputs) => inputAt(inputs, 0, 'stopGradient'),
  kernel: ([x]) => x!,
  derivative: { kind: 'zero' },
  batch: (o, inputs) => o.bind(stopGradient, inputs, {}),
  lowering: { kind: 'own' },
}
