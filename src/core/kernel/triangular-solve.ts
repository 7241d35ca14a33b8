import type { Routine } from './routine.ts'
import { hasZero, substitute } from './substitute.ts'

/**
 * Sizes `[batch, n, m, lower, transposed, unit]`, the last three 0 or 1: X of op(T)X = B, where T is the lower or upper
 * triangle of A. With an exact zero on the diagonal all of X is NaN.
 */
export const triangularSolveRoutine: Routine<'triangularSolve'> = {
  name: 'triangularSolve',
  reach: (sizes) => {
    const [batch = 0, n = 0, m = 0] = sizes
    return sizes.length === 6 ? { reads: [batch * n * n, batch * n * m], writes: batch * n * m } : undefined
  },
  work: ([batch = 0, n = 0, m = 0]) => (batch * n * (n + 1) * m) / 2,
  run: ([batch = 0, n = 0, m = 0, lower, transposed, unit], [a, b], out) => {
    out.set(b!)
    const isUnit = unit === 1
    const [row, column] = transposed === 1 ? [1, n] : [n, 1]
    for (let index = 0; index < batch; index++) {
      const [at, xAt] = [index * n * n, index * n * m]
      if (!isUnit && hasZero(n, a!, at, n + 1)) out.fill(NaN, xAt, xAt + n * m)
      else {
        const triangle = { elements: a!, at, row, column, lower: lower !== transposed, unit: isUnit }
        substitute(n, m, triangle, out, xAt)
      }
    }
  },
  native: true,
}
