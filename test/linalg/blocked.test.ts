import { describe, expect, test } from 'vitest'
import { add, expandDims, eye, jit, matmul, mul, type Tensor } from '../../src/index.ts'
import { cholesky, lu, solve, tril, triangularSolve, triu } from '../../src/linalg/index.ts'
import { definite, distance, numbers, randomMatrix, swap } from './matrices.ts'

/* Larger than the blocks of the kernels, and no multiple of them; residuals, as the tests of LAPACK have them. */
const n = 77
const dtypes = [
  { dtype: 'float32', tolerance: 1e-5 },
  { dtype: 'float64', tolerance: 2e-14 },
] as const
const backends = ['native', 'wasm', 'typescript'] as const

const product = (a: Tensor, b: Tensor): Tensor => matmul(a, b)
const triangles = [
  { lower: true, transposed: false },
  { lower: true, transposed: true },
  { lower: false, transposed: false },
  { lower: false, transposed: true },
] as const

describe.each(dtypes)('blocks of $dtype', ({ dtype, tolerance }) => {
  const a = randomMatrix(1, [2, n, n], dtype)
  const well = add(mul(a, 0.1), mul(eye(n, { dtype }), 3)) as Tensor
  const s = definite(3, [2, n, n], dtype)
  const columns = randomMatrix(2, [2, n, 130], dtype)
  const vector = randomMatrix(4, [n], dtype)
  const all = (m: Tensor, t: Tensor, d: Tensor, b: Tensor, v: Tensor) => ({
    ...lu(m),
    factor: cholesky(d),
    many: solve(m, b),
    one: solve(m, v),
    turned: solve(swap(m), b),
    each: triangles.map((which) => triangularSolve(t, b, which)),
  })
  const results = backends.flatMap((backend) =>
    [false, true].map((reproducible) => ({
      way: `${backend}${reproducible ? ', reproducible' : ''}`,
      found: jit(all, { backend, reproducible })(a, well, s, columns, vector),
    })),
  )

  test.each(results)('$way', ({ found }) => {
    const { p, l, u, factor, many, one, turned, each } = found
    expect(distance(product(p, product(l, u)), a)).toBeLessThan(tolerance)
    expect(distance(product(factor, swap(factor)), s)).toBeLessThan(tolerance)
    // The condition of a random matrix of this order is some hundreds.
    const loose = 100 * tolerance
    expect(distance(product(a, many), columns)).toBeLessThan(loose)
    expect(distance(product(swap(a), turned), columns)).toBeLessThan(loose)
    const right = add(mul(expandDims(one, { axis: -1 }), 0), expandDims(vector, { axis: -1 })) as Tensor
    expect(distance(product(a, expandDims(one, { axis: -1 }) as Tensor), right)).toBeLessThan(loose)
    triangles.forEach(({ lower, transposed }, i) => {
      const triangle = lower ? tril(well) : triu(well)
      expect(distance(product(transposed ? swap(triangle) : triangle, each[i]!), columns)).toBeLessThan(loose)
    })
  })

  test('reproducible programs give the same bytes on all', () => {
    const [first, ...others] = results.filter(({ way }) => way.endsWith('reproducible'))
    const elements = (found: ReturnType<typeof all>): readonly (readonly number[])[] =>
      [found.l, found.u, found.factor, found.many, found.one, found.turned, ...found.each].map(numbers)
    for (const { found } of others) expect(elements(found)).toEqual(elements(first!.found))
  })
})
