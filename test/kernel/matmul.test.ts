import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { key, matmul, moveAxis, toTypedArray, uniform, type Tensor } from '../../src/index.ts'

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.constantFrom(15, 16, 17, 31, 64),
  fc.constantFrom(255, 256, 257, 300),
)

test('the packed product is the sum of products, for any sizes, layouts and dtypes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 }),
      sizes,
      sizes,
      sizes,
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom('float32' as const, 'float64' as const),
      (batch, m, k, n, swapA, swapB, dtype) => {
        fc.pre(m * k * n < 3e6)
        const [a, b] = [
          uniform(key(1), swapA ? [batch, k, m] : [batch, m, k], { low: -1, dtype }),
          uniform(key(2), swapB ? [batch, n, k] : [batch, k, n], { low: -1, dtype }),
        ]
        const [x, y] = [swapA ? moveAxis(a, 1, 2) : a, swapB ? moveAxis(b, 1, 2) : b]
        const product = matmul(x, y) as Tensor
        expect(product.shape).toEqual([batch, m, n])
        const [p, q, r] = [toTypedArray(x), toTypedArray(y), toTypedArray(product)]
        const tolerance = (dtype === 'float32' ? 1e-6 : 1e-14) * (1 + Math.sqrt(k))
        for (let s = 0; s < batch; s++)
          for (let i = 0; i < m; i++)
            for (let j = 0; j < n; j++) {
              let expected = 0
              for (let l = 0; l < k; l++)
                expected += (p[(s * m + i) * k + l] ?? NaN) * (q[(s * k + l) * n + j] ?? NaN)
              if (Math.abs((r[(s * m + i) * n + j] ?? NaN) - expected) > tolerance)
                throw new RangeError(`element ${String(s)}, ${String(i)}, ${String(j)} differs`)
            }
      },
    ),
    { numRuns: 40 },
  )
})
