import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  broadcastTo,
  cumprod,
  cumsum,
  jit,
  mean,
  prod,
  reshape,
  sum,
  tensor,
  toTypedArray,
  type Tensor,
} from '../../src/index.ts'

const reductions: Readonly<Record<string, (x: Tensor, axis: readonly number[]) => Tensor>> = {
  sum: (x, axis) => sum(x, { axis }),
  mean: (x, axis) => mean(x, { axis }),
  prod: (x, axis) => prod(x, { axis }),
  cumsum: (x, axis) => cumsum(x, { axis: axis[0] ?? 0 }),
  cumprod: (x, axis) => cumprod(x, { axis: axis[0] ?? 0 }),
  'sum of repeated': (x, axis) =>
    sum(broadcastTo(x, [3, ...x.shape]), { axis: [0, ...axis.map((a) => a + 1)] }),
  'sum of once repeated': (x) => sum(broadcastTo(x, [1, ...x.shape]), { axis: 0 }),
}

/** Zeros of either sign along axes of length 1 and more, all of one sign as often as not. */
const drawn = fc.array(fc.constantFrom(1, 1, 2, 3, 20), { minLength: 1, maxLength: 3 }).chain((shape) => {
  const size = shape.reduce<number>((a, n) => a * n, 1)
  return fc.record({
    shape: fc.constant(shape),
    axis: fc.subarray([...shape.keys()], { minLength: 1 }),
    elements: fc.oneof(
      fc.constant(Array<number>(size).fill(-0)),
      fc.array(fc.constantFrom(0, -0, -1), { minLength: size, maxLength: size }),
    ),
    dtype: fc.constantFrom('float32' as const, 'float64' as const),
  })
})

describe.each(['native', 'wasm', 'typescript'] as const)('compiled for %s and evaluated', (backend) => {
  it.each(Object.entries(reductions))('%s has one sign of zero', (_, reduce) => {
    fc.assert(
      fc.property(drawn, fc.boolean(), ({ shape, axis, elements, dtype }, reproducible) => {
        const x = reshape(tensor(elements, { dtype }), shape)
        const f = (y: Tensor): Tensor => reduce(y, axis)
        const expected = [...toTypedArray(f(x))]
        const found = [...toTypedArray(jit(f, { backend, reproducible })(x))]
        // Other elements may differ by rounding.
        const zeros = (all: readonly number[]) => all.map((one) => (one === 0 ? one : 1))
        expect(zeros(found)).toEqual(zeros(expected))
      }),
      { numRuns: 40 },
    )
  })
})

it('a sum of one element is that element, of more it is never −0', () => {
  expect(toTypedArray(sum(tensor([[-0, -0]]), { axis: 0 }))).toEqual(new Float32Array([-0, -0]))
  expect(toTypedArray(sum(tensor([[-0, -0]]), { axis: 1 }))).toEqual(new Float32Array([0]))
  // As large as what an executor takes over.
  const large = reshape(tensor(new Float32Array(1 << 20).fill(-0)), [1, 1 << 20])
  expect(Object.is(toTypedArray(sum(large, { axis: 0 }))[0], -0)).toBe(true)
})
