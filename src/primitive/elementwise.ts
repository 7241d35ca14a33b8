import { elementwiseKernel, type ElementFunction } from '../kernel/elementwise.ts'
import { erf } from '../kernel/erf.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Value } from '../tensor/tensor.ts'
import type { Operations } from './operations.ts'
import type { Batch, Derivative, NoParameters, Partial, Primitive, Typed } from './primitive.ts'
import { inputAt, requireDType, requireFloat, requireSameDType, requireSameShape } from './typing.ts'

type Elementwise = Primitive<NoParameters>

/** Inputs without the batch are repeated along it; elementwise work then needs nothing else. */
export const batchElementwise =
  (name: 'select' | Parameters<Operations['bind']>[0]): Batch<NoParameters> =>
  (o, inputs, batched, size) =>
    o.bind(
      name,
      inputs.map((x, i) => (batched[i] === true ? x : o.broadcastTo(x, [size, ...x.shape]))),
      {},
    )

const at = (inputs: readonly Value[], position: number): Value => inputs[position] as Value

type Names = Parameters<Operations['bind']>[0]

const real = (
  name: Names,
  f: ElementFunction,
  ...partials: readonly Partial<NoParameters>[]
): Elementwise => ({
  type: (inputs) => {
    requireSameDType(inputs, name)
    requireSameShape(inputs, name)
    const first = inputAt(inputs, 0, name)
    requireFloat(first, name)
    return first
  },
  kernel: (inputs) => elementwiseKernel(name, f, inputs, inputs[0]?.dtype ?? 'float32'),
  derivative: { kind: 'partials', partials },
  batch: batchElementwise(name),
})

const anyNumber = (
  name: Names,
  derivative: Derivative<NoParameters>,
  f: ElementFunction,
  bool = false,
): Elementwise => ({
  type: (inputs) => {
    requireSameDType(inputs, name)
    requireSameShape(inputs, name)
    const first = inputAt(inputs, 0, name)
    requireDType(first, bool ? [...numbers, 'bool'] : numbers, name)
    return first
  },
  kernel: (inputs) => {
    const dtype = inputs[0]?.dtype ?? 'float32'
    return elementwiseKernel(name, f, inputs, dtype)
  },
  derivative,
  batch: batchElementwise(name),
})

const numbers: readonly DType[] = ['float32', 'float64', 'int32', 'uint32']

const comparison = (name: Names, f: (a: number, b: number) => boolean): Elementwise => ({
  type: (inputs): Typed => {
    requireSameDType(inputs, name)
    requireSameShape(inputs, name)
    return { shape: inputAt(inputs, 0, name).shape, dtype: 'bool' }
  },
  kernel: (inputs) => elementwiseKernel(name, (a, b) => (f(a, b) ? 1 : 0), inputs, 'bool'),
  derivative: { kind: 'zero' },
  batch: batchElementwise(name),
})

const piecewiseConstant = (name: Names, f: ElementFunction): Elementwise =>
  anyNumber(name, { kind: 'zero' }, f)

/** 1 where x < y, ½ where they tie, 0 elsewhere: ties share the derivative equally. */
const shareWhereLess = (o: Operations, x: Value, y: Value): Value =>
  o.select(o.equal(x, y), o.constant(0.5, x), o.cast(o.less(x, y), x.dtype))

const stableSigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** To the nearest integer, halves to the even one, as NumPy. */
const roundHalfEven = (x: number): number => {
  const nearest = Math.round(x)
  return nearest - x === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest
}

const product: ElementFunction = (a, b) => a * b

/** A product in which an exact zero absorbs: 0·∞ = 0·NaN = 0. */
const absorbingProduct: ElementFunction = (a, b) => {
  const p = a * b
  return p === p ? p : a === 0 || b === 0 ? 0 : p
}

export const elementwise = {
  add: {
    ...anyNumber(
      'add',
      {
        kind: 'general',
        tangent: (o, _, [s, t]) => (s === undefined ? t : t === undefined ? s : o.add(s, t)),
      },
      (a, b) => a + b,
    ),
    transpose: (_, ct) => [ct, ct],
  },
  sub: {
    ...anyNumber(
      'sub',
      {
        kind: 'general',
        tangent: (o, _, [s, t]) => (t === undefined ? s : s === undefined ? o.neg(t) : o.sub(s, t)),
      },
      (a, b) => a - b,
    ),
    transpose: (o, ct) => [ct, o.neg(ct)],
  },
  neg: {
    ...anyNumber('neg', { kind: 'linear', positions: [0] }, (a) => -a),
    transpose: (o, ct) => [o.neg(ct)],
  },
  mul: {
    ...anyNumber('mul', { kind: 'bilinear', product: 'absorbingMul' }, product),
    kernel: (inputs) => {
      const dtype = inputs[0]?.dtype ?? 'float32'
      const integer = dtype === 'int32' || dtype === 'uint32'
      return elementwiseKernel('mul', integer ? Math.imul : product, inputs, dtype)
    },
    transpose: (o, ct, [x, y], linear) =>
      linear[0] === true
        ? [o.absorbingMul(ct, y as Value), undefined]
        : [undefined, o.absorbingMul(ct, x as Value)],
  },
  /** The product of derivative rules: with it, the unselected branch of a `where` contributes exactly 0. */
  absorbingMul: {
    ...real('absorbingMul', absorbingProduct),
    derivative: { kind: 'bilinear', product: 'absorbingMul' },
    transpose: (o, ct, [x, y], linear) =>
      linear[0] === true
        ? [o.absorbingMul(ct, y as Value), undefined]
        : [undefined, o.absorbingMul(ct, x as Value)],
  },
  div: {
    ...real(
      'div',
      (a, b) => a / b,
      (o, [, y]) => o.div(o.constant(1, y as Value), y as Value),
      (o, [, y], out) => o.neg(o.div(out, y as Value)),
    ),
    transpose: (o, ct, [, y]) => [o.div(ct, y as Value), undefined],
  },
  pow: real(
    'pow',
    (a, b) => a ** b,
    (o, [x, y]) =>
      o.absorbingMul(y as Value, o.pow(x as Value, o.sub(y as Value, o.constant(1, y as Value)))),
    (o, [x], out) => o.absorbingMul(out, o.log(x as Value)),
  ),
  max: anyNumber(
    'max',
    {
      kind: 'partials',
      partials: [
        (o, [x, y]) => shareWhereLess(o, y as Value, x as Value),
        (o, [x, y]) => shareWhereLess(o, x as Value, y as Value),
      ],
    },
    (a, b) => Math.max(a, b),
    true,
  ),
  min: anyNumber(
    'min',
    {
      kind: 'partials',
      partials: [
        (o, [x, y]) => shareWhereLess(o, x as Value, y as Value),
        (o, [x, y]) => shareWhereLess(o, y as Value, x as Value),
      ],
    },
    (a, b) => Math.min(a, b),
    true,
  ),
  exp: real('exp', Math.exp, (_, __, out) => out),
  log: real('log', Math.log, (o, x) => o.div(o.constant(1, at(x, 0)), at(x, 0))),
  log1p: real('log1p', Math.log1p, (o, x) => {
    const one = o.constant(1, at(x, 0))
    return o.div(one, o.add(one, at(x, 0)))
  }),
  expm1: real('expm1', Math.expm1, (o, x) => o.exp(at(x, 0))),
  sqrt: real('sqrt', Math.sqrt, (o, _, out) => o.div(o.constant(0.5, out), out)),
  rsqrt: real(
    'rsqrt',
    (a) => 1 / Math.sqrt(a),
    (o, x, out) => o.mul(o.constant(-0.5, out), o.div(out, at(x, 0))),
  ),
  sin: real('sin', Math.sin, (o, x) => o.cos(at(x, 0))),
  cos: real('cos', Math.cos, (o, x) => o.neg(o.sin(at(x, 0)))),
  tanh: real('tanh', Math.tanh, (o, _, out) => o.sub(o.constant(1, out), o.mul(out, out))),
  sigmoid: real('sigmoid', stableSigmoid, (o, _, out) => o.mul(out, o.sub(o.constant(1, out), out))),
  erf: real('erf', erf, (o, x) =>
    o.mul(o.constant(2 / Math.sqrt(Math.PI), at(x, 0)), o.exp(o.neg(o.mul(at(x, 0), at(x, 0))))),
  ),
  /** |x|′ is taken as 0 at 0. */
  abs: anyNumber('abs', { kind: 'partials', partials: [(o, x) => o.sign(at(x, 0))] }, Math.abs),
  sign: piecewiseConstant('sign', Math.sign),
  floor: piecewiseConstant('floor', Math.floor),
  round: piecewiseConstant('round', roundHalfEven),
  equal: comparison('equal', (a, b) => a === b),
  less: comparison('less', (a, b) => a < b),
  lessEqual: comparison('lessEqual', (a, b) => a <= b),
  /** The second input where the condition holds, the third elsewhere. */
  select: {
    type: (inputs) => {
      requireSameShape(inputs, 'where')
      requireDType(inputAt(inputs, 0, 'where'), ['bool'], 'where condition')
      requireSameDType(inputs.slice(1), 'where')
      return inputAt(inputs, 1, 'where')
    },
    kernel: (inputs) =>
      elementwiseKernel('select', (c, a, b) => (c !== 0 ? a : b), inputs, inputs[1]?.dtype ?? 'float32'),
    derivative: { kind: 'linear', positions: [1, 2] },
    transpose: (o, ct, [condition], linear) => {
      const zero = o.constant(0, ct)
      return [
        undefined,
        linear[1] === true ? o.select(condition as Value, ct, zero) : undefined,
        linear[2] === true ? o.select(condition as Value, zero, ct) : undefined,
      ]
    },
    batch: batchElementwise('select'),
  },
  stopGradient: {
    type: (inputs) => inputAt(inputs, 0, 'stopGradient'),
    kernel: ([x]) => x as never,
    derivative: { kind: 'zero' },
    batch: batchElementwise('stopGradient'),
  },
} as const satisfies Record<string, Elementwise>
