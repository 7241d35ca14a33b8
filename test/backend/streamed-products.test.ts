import { describe, expect, it } from 'vitest'
import { cast, jit, matmul, slice, tensor, toTypedArray, transpose, type Tensor } from '../../src/index.ts'
import { presentBackends } from '../../src/testing/check-compiled.ts'

/*
 * Lines of a matrix that comes from memory are read as several streams, lines that lie in a cache next to each other. What
 * comes of a line is the same: each of them has its own sum.
 */

const numbers = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 2654435761 + seed * 97) % 8191) / 4096 - 1)

/** Beyond 16 MiB, a part of a vector at the end of a line, and lines that no number of streams divides, or fewer than streams. */
const matrices = (
  [
    ['float32', 1031, 4099],
    ['bfloat16', 2051, 4099],
    ['float32', 3, 1_400_001],
  ] as const
).map(([dtype, lines, depth]) => {
  const whole = tensor(numbers(lines * depth, 1), { shape: [lines, depth] }) as Tensor
  return { dtype, lines, depth, matrix: dtype === 'float32' ? whole : (cast(whole, dtype) as Tensor) }
})

const backends = presentBackends().filter((backend) => backend !== 'typescript')

describe.each(backends.map((backend) => [backend]))('a matrix beyond caches on %s', (backend) => {
  it.each(matrices)('gives what its lines give: $lines of $depth in $dtype', ({ lines, depth, matrix }) => {
    const product = jit((a: Tensor, b: Tensor) => matmul(a, transpose(cast(b, 'float32'))) as Tensor, {
      backend,
    })
    for (const m of [1, 2]) {
      const x = tensor(numbers(m * depth, 2), { shape: [m, depth] }) as Tensor
      const found = toTypedArray(product(x, matrix))
      for (const first of [0, Math.floor(lines / 2), lines - 7, lines - 1].filter((line) => line >= 0)) {
        const some = Math.min(7, lines - first)
        const part = toTypedArray(product(x, slice(matrix, [first, 0], [first + some, depth]) as Tensor))
        for (let i = 0; i < m; i++)
          expect(part.slice(i * some, (i + 1) * some)).toEqual(
            found.slice(i * lines + first, i * lines + first + some),
          )
      }
    }
  })
})
