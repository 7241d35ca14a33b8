import { elementwiseKernel, type ElementFunction } from '../kernel/elementwise.ts'
import { erf } from '../kernel/erf.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Value } from '../tensor/tensor.ts'
import type { Operations, TangentOperations } from './operations.ts'
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

/** An elementwise function of floats whose tangent is more than tangents times partial derivatives. */
const general = (
  name: Names,
  f: ElementFunction,
  tangent: Extract<Derivative<NoParameters>, { readonly kind: 'general' }>['tangent'],
): Elementwise => ({ ...real(name, f), derivative: { kind: 'general', tangent } })

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

/** The tangent of x where it is the larger (smaller) one, half of it where both tie: ties share it equally. */
const shareOf = (o: TangentOperations, t: Value, x: Value, y: Value, loses: Value): Value => {
  const p = o.plain
  return o.select(loses, o.zero(t), o.times(t, p.select(p.equal(x, y), p.constant(0.5, x), p.constant(1, x))))
}

/** The rule of the larger and the smaller of two; `less(a, b)` tells whether a loses against b. */
const extremum = (loses: (o: Operations, a: Value, b: Value) => Value): Derivative<NoParameters> => ({
  kind: 'general',
  tangent: (o, [x, y], [s, t]) => {
    const [a, b] = [x as Value, y as Value]
    const first = s === undefined ? undefined : shareOf(o, s, a, b, loses(o.plain, a, b))
    const second = t === undefined ? undefined : shareOf(o, t, a, b, loses(o.plain, b, a))
    return first === undefined ? second : second === undefined ? first : o.add(first, second)
  },
})

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
    ...anyNumber('mul', { kind: 'bilinear', product: 'mul' }, product),
    kernel: (inputs) => {
      const dtype = inputs[0]?.dtype ?? 'float32'
      const integer = dtype === 'int32' || dtype === 'uint32'
      return elementwiseKernel('mul', integer ? Math.imul : product, inputs, dtype)
    },
    transpose: (o, ct, [x, y], linear) =>
      linear[0] === true ? [o.times(ct, y as Value), undefined] : [undefined, o.times(ct, x as Value)],
  },
  div: {
    ...real(
      'div',
      (a, b) => a / b,
      (o, [, y]) => o.div(o.constant(1, y as Value), y as Value),
      (o, [, y], out) => o.neg(o.div(out, y as Value)),
    ),
    transpose: (o, ct, [, y]) => [o.over(ct, y as Value), undefined],
  },
  pow: real(
    'pow',
    (a, b) => a ** b,
    // x⁰ is 1 for every x, and 0ʸ is 0 for every y > 0.
    (o, [x, y]) =>
      o.select(
        o.equal(y as Value, o.constant(0, y as Value)),
        o.constant(0, x as Value),
        o.mul(y as Value, o.pow(x as Value, o.sub(y as Value, o.constant(1, y as Value)))),
      ),
    (o, [x], out) =>
      o.select(o.equal(out, o.constant(0, out)), o.constant(0, out), o.mul(out, o.log(x as Value))),
  ),
  max: anyNumber(
    'max',
    extremum((o, a, b) => o.less(a, b)),
    (a, b) => Math.max(a, b),
    true,
  ),
  min: anyNumber(
    'min',
    extremum((o, a, b) => o.less(b, a)),
    (a, b) => Math.min(a, b),
    true,
  ),
  exp: real('exp', Math.exp, (_, __, out) => out),
  log: general('log', Math.log, (o, [x], [t]) => t && o.over(t, x as Value)),
  log1p: real('log1p', Math.log1p, (o, x) => {
    const one = o.constant(1, at(x, 0))
    return o.div(one, o.add(one, at(x, 0)))
  }),
  expm1: real('expm1', Math.expm1, (o, x) => o.exp(at(x, 0))),
  sqrt: general('sqrt', Math.sqrt, (o, _, [t], out) => t && o.over(o.times(t, o.constant(0.5, t)), out)),
  /**
   * √x where x is a sum of squares, whose root has a kink at 0: there the derivative is taken as 0, and that of the
   * derivative, which does not exist, is not finite. The product of the root with its own derivative, ½, is smooth.
   */
  rootOfSquares: general('rootOfSquares', Math.sqrt, (o, [x], [t], out) => {
    if (t === undefined) return undefined
    const p = o.plain
    const half = o.constant(0.5, t)
    const slope = p.select(p.equal(out, p.constant(0, out)), p.sqrt(x as Value), p.div(half, out))
    const moved = o.times(t, slope)
    o.declareProduct(moved, out, () => o.times(t, half))
    return moved
  }),
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
      const zero = o.zero(ct)
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
