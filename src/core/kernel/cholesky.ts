import type { FloatBuffer, Routine } from './routine.ts'

/**
 * Rows from the first down: row i of L from the rows above it and from row i of A. Where a pivot is not positive its
 * root is NaN or its quotients are infinite, and the rest of the factor with them.
 */
const factor = (n: number, a: FloatBuffer, out: FloatBuffer, at: number): void => {
  for (let i = 0; i < n; i++) {
    const row = at + i * n
    for (let j = 0; j <= i; j++) {
      const above = at + j * n
      let rest = a[row + j]!
      for (let k = 0; k < j; k++) rest -= out[row + k]! * out[above + k]!
      out[row + j] = j < i ? rest / out[above + j]! : rest > 0 ? Math.sqrt(rest) : NaN
    }
    out.fill(0, row + i + 1, row + n)
  }
}

/**
 * The lower factors L of A = L·Lᵀ: sizes `[batch, n]`, from `[batch, n, n]` to the same. Only the lower triangles of A are
 * read; a matrix that is not positive definite gives NaN from the row on where that shows.
 */
export const choleskyRoutine: Routine<'cholesky'> = {
  name: 'cholesky',
  reach: ([batch, n, ...others]) =>
    batch === undefined || n === undefined || others.length > 0
      ? undefined
      : { reads: [batch * n * n], writes: batch * n * n },
  work: ([batch = 0, n = 0]) => (batch * n ** 3) / 3,
  run: ([batch = 0, n = 0], [a], out) => {
    for (let b = 0; b < batch; b++) factor(n, a!, out, b * n * n)
  },
  native: true,
}
