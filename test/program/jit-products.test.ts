import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  abs,
  ArgumentError,
  cast,
  grad,
  jit,
  matmul,
  relu,
  scan,
  square,
  sub,
  sum,
  tensor,
  toArray,
  toTypedArray,
  transpose,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import type { BackendName } from '../../src/compile/executors/executor.ts'
import { presentBackends } from '../../src/testing/check-compiled.ts'

const matrix = (rows: number, columns: number, seed: number): Tensor =>
  tensor(
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (__, j) => Math.sin(seed + 1 + 13 * i + 7 * j * j)),
    ),
  )

const elementsOf = (x: Tensor): readonly number[] => [...toTypedArray(x)]

interface Network {
  readonly w: Tensor
  readonly v: Tensor
}
const network: Network = { w: matrix(20, 33, 1), v: matrix(33, 5, 2) }
const loss = ({ w, v }: Network, x: Tensor, y: Tensor): Tensor =>
  sum(square(sub(matmul(relu(matmul(x, w)), v), y)))
const given = [matrix(40, 20, 3), matrix(40, 5, 4)] as const

/** The largest distance, as a part of the largest size. */
const distance = (a: Tensor, b: Tensor): number => {
  const [x, y] = [elementsOf(a), elementsOf(b)]
  const largest = y.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return x.reduce((most, v, i) => Math.max(most, Math.abs(v - y[i]!)), 0) / largest
}

const products = 'bfloat16'

describe.each(presentBackends().map((backend) => [backend]))('products in bfloat16 on %s', (backend) => {
  it('are within (1.01 · 2⁻⁷ + k · 2⁻²³) Σ |aᵢ||bᵢ| of those of the function itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(99),
        (n, k, seed) => {
          const [a, b] = [matrix(9, k, seed), matrix(k, n, seed + 1)]
          const compiled = jit((x: Tensor, y: Tensor): Tensor => matmul(x, y), { backend, products })
          const found = elementsOf(compiled(a, b))
          const [x, y] = [elementsOf(a), elementsOf(b)]
          found.forEach((c, at) => {
            const [i, j] = [Math.floor(at / n), at % n]
            let [exact, size] = [0, 0]
            for (let p = 0; p < k; p++) {
              const term = x[i * k + p]! * y[p * n + j]!
              exact += term
              size += Math.abs(term)
            }
            expect(Math.abs(c - exact)).toBeLessThanOrEqual((1.01 * 2 ** -7 + k * 2 ** -23) * size)
          })
        },
      ),
      { numRuns: 30 },
    )
  })

  it('in parts of bfloat16 are as near as those in float32: within k · 2⁻²³ Σ |aᵢ||bᵢ|', () => {
    const compiled = jit((x: Tensor, y: Tensor): Tensor => matmul(x, y), { backend, products: 'bfloat16x6' })
    const [a, b] = [matrix(40, 50, 5), matrix(50, 33, 6)]
    const whole = (x: Tensor): Tensor => cast(x, 'float64')
    const found = elementsOf(compiled(a, b))
    const exact = elementsOf(matmul(whole(a), whole(b)))
    const sizes = elementsOf(matmul(abs(whole(a)), abs(whole(b))))
    found.forEach((c, i) => {
      expect(Math.abs(c - exact[i]!)).toBeLessThanOrEqual(50 * 2 ** -23 * sizes[i]!)
    })
  })

  it('take as infinite what rounds beyond the largest number', () => {
    const quarter = jit((x: Tensor): Tensor => matmul(x, tensor([[0.25]])), { backend, products })
    const limit = 2 ** 128 - 2 ** 119
    const found = elementsOf(quarter(tensor([[limit - 2 ** 104], [limit], [-limit]])))
    expect(found).toEqual([2 ** 126 - 2 ** 118, Infinity, -Infinity])
  })

  it('are those of derivatives too, a little off and on every backend the same up to the order of sums', () => {
    const gradient = (on: BackendName, precision: 'float32' | 'bfloat16') =>
      jit(grad(loss), { backend: on, products: precision })(network, ...given)
    const eager = grad(loss)(network, ...given)
    const rounded = gradient(backend, 'bfloat16')
    const other = gradient('typescript', 'bfloat16')
    for (const name of ['w', 'v'] as const) {
      expect(distance(gradient(backend, 'float32')[name], eager[name])).toBeLessThan(1e-5)
      // Roundings of 2⁻⁸ in sums of many terms, of which some then fall on the other side of relu.
      expect(distance(rounded[name], eager[name])).toBeLessThan(0.02)
      expect(distance(rounded[name], eager[name])).toBeGreaterThan(1e-4)
      expect(distance(rounded[name], other[name])).toBeLessThan(1e-3)
    }
  })

  it('are those of loops, with transposed factors, and not those of float64', () => {
    const twice = (a: Tensor) => (x: Tensor) =>
      scan((state: Tensor) => [matmul(transpose(a), state), zeros([])] as const, x, zeros([2]))[0]
    const a = tensor([
      [1, 2 ** -9],
      [0, 1 + 2 ** -9],
    ])
    const run = (x: Tensor, to: Tensor) =>
      toArray(jit((w: Tensor, y: Tensor) => twice(w)(y), { backend, products })(to, x))
    // 1 + 2⁻⁹ becomes 1; 2⁻⁹ stays.
    expect(run(tensor([[1], [0]]), a)).toEqual([[1], [2 ** -8]])
    const exact = jit((x: Tensor): Tensor => matmul(x, x), { backend, products })
    const third = tensor([[1 / 3]], { dtype: 'float64' })
    expect(toArray(exact(third))).toEqual([[1 / 9]])
  })

  it('give the bytes of the TypeScript executor where the program is reproducible', () => {
    const run = (on: BackendName): readonly number[] => [
      ...elementsOf(
        jit((a: Tensor, b: Tensor): Tensor => matmul(a, b), { backend: on, products, reproducible: true })(
          given[0],
          network.w,
        ),
      ),
    ]
    expect(run(backend)).toEqual(run('typescript'))
  })
})

it('refuses a precision that is none', () => {
  const other = { products: 'bfloat61' } as never
  expect(() => jit(square, other)).toThrow(ArgumentError)
  expect(() => jit(square, other)).toThrow(
    'jit: products: expected one of float32, bfloat16, bfloat16x6, got "bfloat61"; did you mean bfloat16?',
  )
})
