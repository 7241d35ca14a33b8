import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  grad,
  key,
  matmul,
  mean,
  mul,
  square,
  sub,
  sum,
  tensor,
  toTypedArray,
  type Tensor,
} from '../../src/index.ts'
import { allForTraining, minibatches, regressionDataset } from '../../src/data/index.ts'
import { tensorsOf } from '../../src/testing/index.ts'

const width = 3
const problem = fc
  .record({ n: fc.integer({ min: 1, max: 24 }), size: fc.integer({ min: 1, max: 12 }), seed: fc.nat(1000) })
  .chain((drawn) =>
    fc.record({
      ...Object.fromEntries(Object.entries(drawn).map(([name, value]) => [name, fc.constant(value)])),
      x: tensorsOf([drawn.n, width]),
      y: tensorsOf([drawn.n]),
      w: tensorsOf([width]),
    }),
  ) as fc.Arbitrary<{ n: number; size: number; seed: number; x: Tensor; y: Tensor; w: Tensor }>

type Reduction = (losses: Tensor) => Tensor
const total: Reduction = (losses) => sum(losses)
const average: Reduction = (losses) => mean(losses)
const losses = (w: Tensor, x: Tensor, y: Tensor): Tensor => square(sub(matmul(x, w) as Tensor, y)) as Tensor
const gradient = (w: Tensor, x: Tensor, y: Tensor, reduce: Reduction): readonly number[] =>
  Array.from(toTypedArray(grad((at: Tensor) => reduce(losses(at, x, y)))(w)))

/** Within 1e-12 of the larger of 1 and the expected size. */
const close = (found: readonly number[], expected: readonly number[]): void => {
  const size = Math.max(1, ...expected.map(Math.abs))
  found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-12 * size))
}
const plus = (a: readonly number[], b: readonly number[]): readonly number[] => a.map((v, i) => v + b[i]!)
const times = (a: readonly number[], factor: number): readonly number[] => a.map((v) => v * factor)
const zero: readonly number[] = Array.from({ length: width }, () => 0)

describe('the gradient of a cost over rows', () => {
  test('is linear in the costs: ∇(af + bg) = a∇f + b∇g', () => {
    const factor = fc.integer({ min: -64, max: 64 }).map((i) => i / 16)
    fc.assert(
      fc.property(problem, factor, factor, ({ x, y, w }, a, b) => {
        const other = (at: Tensor): Tensor => sum(square(square(at)))
        const both = grad((at: Tensor) => add(mul(a, total(losses(at, x, y))), mul(b, other(at))) as Tensor)(
          w,
        )
        const apart = plus(
          times(gradient(w, x, y, total), a),
          times(Array.from(toTypedArray(grad(other)(w))), b),
        )
        close(Array.from(toTypedArray(both)), apart)
      }),
    )
  })

  test('of the sum is B times that of the mean', () => {
    fc.assert(
      fc.property(problem, ({ n, x, y, w }) => {
        close(gradient(w, x, y, total), times(gradient(w, x, y, average), n))
      }),
    )
  })

  test('is the size-weighted mean of the gradients of mini-batches, ragged ones too', () => {
    fc.assert(
      fc.property(problem, ({ n, size, seed, x, y, w }) => {
        const rows = allForTraining(regressionDataset({ x, y }))
        const batches = minibatches(rows, size, key(seed))
        const weighted = batches
          .map((batch) => times(gradient(w, batch.x, batch.y, average), batch.y.size / n))
          .reduce(plus, zero)
        close(weighted, gradient(w, x, y, average))
      }),
    )
  })

  test('is not the plain mean of them where the last batch is smaller', () => {
    const [x, y] = [tensor([[1], [1], [1]], { dtype: 'float64' }), tensor([0, 0, 3], { dtype: 'float64' })]
    const w = tensor([0], { dtype: 'float64' })
    const part = (from: number, to: number): number =>
      gradient(
        w,
        tensor(
          Array.from({ length: to - from }, () => [1]),
          { dtype: 'float64' },
        ),
        tensor(Array.from(toTypedArray(y)).slice(from, to), { dtype: 'float64' }),
        average,
      )[0]!
    expect(gradient(w, x, y, average)[0]).toBe(-2)
    expect((2 * part(0, 2) + part(2, 3)) / 3).toBe(-2)
    expect((part(0, 2) + part(2, 3)) / 2).toBe(-3)
  })
})
