import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lower } from '../../src/compile/lowering/lower.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import type { Program } from '../../src/core/primitive/program.ts'
import {
  abs,
  add,
  broadcastTo,
  div,
  expandDims,
  jit,
  key,
  matmul,
  mul,
  normal,
  randomBits,
  remainder,
  cast,
  stage,
  sub,
  sum,
  take,
  toTypedArray,
  transpose,
  vmap,
  type Tensor,
} from '../../src/node.ts'

const float64 = { dtype: 'float64' } as const
const backends = ['native', 'wasm', 'typescript'] as const

const largestDifference = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape)
  const [x, y] = [toTypedArray(a), toTypedArray(b)]
  return Array.from(x, (e, i) => Math.abs(e - Number(y[i]))).reduce((m, e) => Math.max(m, e), 0)
}

const random = (seed: number, shape: readonly number[]): Tensor => normal(key(seed), shape, float64) as Tensor

/** Products of `[…batch, m, k]` and `[…batch, k, n]`; an axis of the batch may be one that a factor repeats along. */
const cases = fc.record({
  batch: fc.array(fc.record({ size: fc.integer({ min: 1, max: 5 }), repeats: fc.nat(2) }), {
    minLength: 1,
    maxLength: 3,
  }),
  m: fc.integer({ min: 1, max: 6 }),
  n: fc.integer({ min: 1, max: 6 }),
  k: fc.integer({ min: 1, max: 6 }),
  turned: fc.tuple(fc.boolean(), fc.boolean()),
  dtype: fc.constantFrom('float32' as const, 'float64' as const),
})

test.each(backends)('many small products are those computed one by one, on %s', (backend) => {
  const swap = (x: Tensor): Tensor => {
    const axes = x.shape.map((_, i) => i)
    return transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]) as Tensor
  }
  fc.assert(
    fc.property(cases, ({ batch, m, n, k, turned, dtype }) => {
      const sizes = batch.map(({ size }) => size)
      const factor = (
        seed: number,
        which: 1 | 2,
        rows: number,
        columns: number,
        isTurned: boolean,
      ): Tensor => {
        const own = batch.map(({ size, repeats }) => (repeats === which ? 1 : size))
        const x = random(seed, [...own, ...(isTurned ? [columns, rows] : [rows, columns])])
        return broadcastTo(isTurned ? swap(x) : x, [...sizes, rows, columns]) as Tensor
      }
      const [a, b] = [factor(1, 1, m, k, turned[0]), factor(2, 2, k, n, turned[1])]
      const f = (x: Tensor, y: Tensor): Tensor => sub(1, matmul(cast(x, dtype), cast(y, dtype))) as Tensor
      const compiled = jit(f, { backend })(a, b)
      const rank = sizes.length + 2
      const terms = mul(expandDims(a, { axis: rank }), expandDims(b, { axis: rank - 2 }))
      const byHand = sub(1, sum(terms, { axis: rank - 1 })) as Tensor
      // Of each term: its factors rounded, their product, k − 1 sums and the difference; in float64 on either side.
      const whole = add(1, sum(abs(terms), { axis: rank - 1 })) as Tensor
      const most = 2 * (k + 3) * (dtype === 'float32' ? 2 ** -24 : 2 ** -53)
      expect(compiled.shape).toEqual(byHand.shape)
      const apart = abs(sub(cast(compiled, 'float64'), byHand) as Tensor)
      const shares = toTypedArray(div(apart, whole) as Tensor)
      expect(Math.max(0, ...shares)).toBeLessThanOrEqual(most)
    }),
    { numRuns: 60 },
  )
})

const instructionsOf = (program: Program) => lower(prepare(program)).kernels.instructions
const staged = (f: (a: Tensor, b: Tensor) => Tensor, a: Tensor, b: Tensor): Program => stage(f)(a, b).program

describe('what follows a product is done behind it', () => {
  const following = (batch: number, m: number, k: number): readonly string[] => {
    const [a, b] = [random(1, [batch, m, k]), random(2, [batch, k, 3])]
    return instructionsOf(staged((x, y) => sub(1, matmul(x, y)) as Tensor, a, b)).map((instruction) =>
      instruction.kind === 'matmul' && instruction.epilogue !== undefined ? 'both' : instruction.kind,
    )
  }
  test('but not where there are many and each is small', () => {
    expect(following(1000, 1, 3)).toEqual(['matmul', 'nest'])
    expect(following(4, 6, 7)).toEqual(['matmul', 'nest'])
    expect(following(3, 6, 7)).toEqual(['both'])
    expect(following(4, 6, 8)).toEqual(['both'])
  })
})

describe('a batch of products with one common factor is one product', () => {
  const shapes = (program: Program) =>
    program.equations.flatMap(({ operation, outputs }) =>
      operation === 'matmul' ? outputs.map(({ shape }) => shape) : [],
    )
  const w = random(1, [20, 30])
  const batched = (f: (x: Tensor) => Tensor, x: Tensor) => {
    const g = (xs: Tensor): Tensor => vmap(f)(xs) as Tensor
    const rows = Array.from({ length: x.shape[0] ?? 0 }, (_, i) => f(take(x, i) as Tensor))
    rows.forEach((row, i) => {
      expect(largestDifference(take(g(x), i) as Tensor, row)).toBeLessThan(1e-12)
    })
    return shapes(stage(g)(x).program)
  }
  test('with more columns, where the other factors are thin', () => {
    expect(batched((x) => matmul(w, x) as Tensor, random(2, [7, 30]))).toEqual([[20, 7]])
    expect(batched((x) => matmul(w, x) as Tensor, random(2, [7, 30, 3]))).toEqual([[20, 21]])
    // Wide ones are products as good.
    expect(batched((x) => matmul(w, x) as Tensor, random(2, [7, 30, 16]))).toEqual([[7, 20, 16]])
  })
  test('with more rows', () => {
    expect(batched((x) => matmul(x, w) as Tensor, random(2, [7, 20]))).toEqual([[7, 30]])
    expect(batched((x) => matmul(x, w) as Tensor, random(2, [7, 4, 20]))).toEqual([[28, 30]])
  })
  test('and a batch of one batch is one too', () => {
    const one = random(3, [1, 20, 30])
    expect(batched((x) => matmul(one, x) as Tensor, random(2, [7, 1, 30, 3]))).toEqual([[20, 21]])
    expect(batched((x) => matmul(x, one) as Tensor, random(2, [7, 1, 4, 20]))).toEqual([[28, 30]])
  })
})

test.each(backends)('short runs are gathered whole, on %s', (backend) => {
  const index = cast(remainder(cast(randomBits(key(3), [50]), 'float64'), 9), 'int32') as Tensor
  for (const length of [1, 2, 3, 4, 5, 9])
    for (const batch of [1, 3]) {
      const x = random(length, [batch, 9, length])
      const f = (y: Tensor, i: Tensor): Tensor => add(0, take(y, i, { axis: 1 })) as Tensor
      const found = jit(f, { backend })(x, index)
      expect(largestDifference(found, f(x, index))).toBe(0)
    }
})
