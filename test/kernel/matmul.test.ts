import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concreteOf } from '../../src/core/autodiff/read.ts'
import { matmulKernel } from '../../src/core/kernel/matmul.ts'
import { key, moveAxis, toTypedArray, uniform, type Tensor } from '../../src/index.ts'

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.constantFrom(15, 16, 17, 31, 64),
  fc.constantFrom(255, 256, 257, 300),
)

/**
 * The law of the kernel. In blocks of so many terms, each of which is added up in float64 and rounded to the dtype, c is within
 *
 *   (blocks · u + 2 · k · 2⁻⁵³) · Σ |aᵢ| |bᵢ|
 *
 * of the ascending sum in float64, where u is 2⁻²⁴ for float32, and 0 for float64, whose blocks are no rounding more; the other
 * term is that of either sum in float64. In one block, c is that sum, rounded.
 */
test('the packed product is the sum of products, for any sizes, layouts, dtypes and blocks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 }),
      sizes,
      sizes,
      sizes,
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom('float32' as const, 'float64' as const),
      fc.constantFrom(256, Infinity),
      (batch, m, k, n, swapA, swapB, dtype, block) => {
        fc.pre(m * k * n < 3e6)
        const [a, b] = [
          uniform(key(1), swapA ? [batch, k, m] : [batch, m, k], { low: -1, dtype }),
          uniform(key(2), swapB ? [batch, n, k] : [batch, k, n], { low: -1, dtype }),
        ]
        const [x, y] = [swapA ? moveAxis(a, 1, 2) : a, swapB ? moveAxis(b, 1, 2) : b]
        const product = matmulKernel(concreteOf(x, 'test'), concreteOf(y, 'test'), block) as Tensor
        expect(product.shape).toEqual([batch, m, n])
        const [p, q, r] = [toTypedArray(x), toTypedArray(y), toTypedArray(product)]
        const rounded = dtype === 'float32' ? Math.fround : (value: number): number => value
        const unit = dtype === 'float32' ? 2 ** -24 : 0
        const relative = Math.ceil(k / block) * unit + 2 * k * 2 ** -53
        for (let s = 0; s < batch; s++)
          for (let i = 0; i < m; i++)
            for (let j = 0; j < n; j++) {
              let [sum, size] = [0, 0]
              for (let l = 0; l < k; l++) {
                const term = (p[(s * m + i) * k + l] ?? NaN) * (q[(s * k + l) * n + j] ?? NaN)
                sum += term
                size += Math.abs(term)
              }
              const found = r[(s * m + i) * n + j] ?? NaN
              if (!(block < k ? Math.abs(found - sum) <= relative * size : found === rounded(sum)))
                throw new RangeError(`element ${s}, ${i}, ${j}: ${found} for ${sum}`)
            }
      },
    ),
    // Several blocks, whole tiles and parts of one: a draw in twenty.
    {
      numRuns: 40,
      examples: [
        [2, 17, 300, 31, true, false, 'float32', 256],
        [1, 16, 257, 17, false, true, 'float64', 256],
        [1, 9, 300, 31, false, false, 'float32', Infinity],
      ],
    },
  )
})
