import { expect, test } from 'vitest'
import { inCopyWith } from './in-copy.ts'

/*
 * Primitives of other kinds than the recipe's: of two and three inputs, with booleans as results, of integers, with an
 * arithmetic of its own for integers, made of others, and with a parameter. None has native kernels.
 */
const records = `
const second = (inputs: readonly Value[]): Value => at(inputs, 1)
const squared = (o: Operations, x: Value): Value => o.mul(x, x)
const distance = (o: Operations, inputs: readonly Value[]): Value =>
  o.add(squared(o, at(inputs, 0)), squared(o, second(inputs)))

export const arctan2 = /* @__PURE__ */ elementwise({
  name: 'arctan2',
  arity: 2,
  of: 'floats',
  element: Math.atan2,
  derivative: {
    kind: 'partials',
    partials: [
      (o, inputs) => o.div(second(inputs), distance(o, inputs)),
      (o, inputs) => o.neg(o.div(at(inputs, 0), distance(o, inputs))),
    ],
  },
  range: [-Math.PI, Math.PI],
})

export const radius = /* @__PURE__ */ elementwise({
  name: 'radius',
  arity: 2,
  of: 'floats',
  element: (a, b) => Math.sqrt(a * a + b * b),
  derivative: {
    kind: 'partials',
    partials: [(o, [x], out) => o.div(x as Value, out), (o, [, y], out) => o.div(y as Value, out)],
  },
  decompose: (o, inputs) => o.call(sqrt, distance(o, inputs)),
  range: [0, Infinity],
  domain: [0.05, Infinity],
})

export const isNegative = /* @__PURE__ */ elementwise({
  name: 'isNegative',
  arity: 1,
  of: 'numbers',
  gives: 'bool',
  element: (a) => (a < 0 || Object.is(a, -0) ? 1 : 0),
  traits: { exact: true, cheap: true },
  derivative: { kind: 'zero' },
  range: [0, 1],
})

export const bitAnd = /* @__PURE__ */ elementwise({
  name: 'bitAnd',
  arity: 2,
  of: 'integers',
  element: (a, b) => a & b,
  traits: { commutative: true, exact: true, cheap: true },
  derivative: { kind: 'zero' },
  range: [-Infinity, Infinity],
})

export const cube = /* @__PURE__ */ elementwise({
  name: 'cube',
  arity: 1,
  of: 'numbers',
  element: (a) => a * a * a,
  integer: (a) => Math.imul(Math.imul(a, a), a),
  derivative: { kind: 'partials', partials: [(o, [x]) => o.mul(o.constant(3, x as Value), squared(o, x as Value))] },
  domain: [-4, 4],
  range: 'between its ends',
})

export const lerp = /* @__PURE__ */ elementwise({
  name: 'lerp',
  arity: 3,
  of: 'floats',
  element: (a, b, t) => a * (1 - t) + b * t,
  derivative: {
    kind: 'partials',
    partials: [
      (o, [, , t]) => o.sub(o.constant(1, t as Value), t as Value),
      (_, [, , t]) => t as Value,
      (o, [a, b]) => o.sub(b as Value, a as Value),
    ],
  },
  range: [-Infinity, Infinity],
})

/** x · 2ⁿ. */
export const scaleBits: Primitive<{ readonly by: number }, 'scaleBits'> = {
  name: 'scaleBits',
  arity: 1,
  parameters: { by: 'count' },
  traits: { elementwise: true, exact: true },
  type: ([x]) => x as Value,
  kernel: (inputs, { by }) =>
    elementwiseKernel('scaleBits', (a) => a * 2 ** by, inputs, inputs[0]?.dtype ?? 'float32'),
  derivative: { kind: 'linear' },
  linear: { inputs: [0], transpose: (o, ct, _x, _linear, params) => [o.bind(scaleBits, [ct], params)], support: 'same' },
  batch: (o, inputs, _batched, _size, params) => o.bind(scaleBits, inputs, params),
  lowering: {
    kind: 'decompose',
    into: (o, inputs, { by }) => o.mul(at(inputs, 0), o.constant(2 ** by, at(inputs, 0))),
  },
}
`

const functions = `
export const arctan2 = /* @__PURE__ */ binaryFunction(elementwise.arctan2)
export const radius = /* @__PURE__ */ binaryFunction(elementwise.radius)
export const isNegative = /* @__PURE__ */ unaryFunction(elementwise.isNegative)
export const bitAnd = /* @__PURE__ */ binaryFunction(elementwise.bitAnd)
export const cube = /* @__PURE__ */ unaryFunction(elementwise.cube)
export const lerp = (...inputs: readonly [Tensor, Tensor, Tensor]): Tensor =>
  o.bind(elementwise.lerp, inputs as never, {}) as Tensor
export const scaleBits = (x: Tensor, by: number): Tensor =>
  o.bind(elementwise.scaleBits, [x as never], { by }) as Tensor
`

const check = ['--import', 'tsx', 'test/contributing/check-kinds.ts']

const blocks = [
  { file: 'src/core/primitive/elementwise.ts', code: records },
  { file: 'src/core/numeric/arithmetic.ts', code: functions },
]

test('primitives of every kind give the same eager and compiled, are refused misused, and are drawn', () => {
  expect(inCopyWith(blocks, check)).toBe('')
}, 300_000)

test('one that gives other bits when it is compiled is noticed', () => {
  const wrong = records.replace('o.constant(2 ** by,', 'o.constant(by,')
  expect(wrong).not.toBe(records)
  expect(inCopyWith([{ ...blocks[0]!, code: wrong }, blocks[1]!], check)).toContain(
    'scaleBits of float32, alone',
  )
}, 300_000)
