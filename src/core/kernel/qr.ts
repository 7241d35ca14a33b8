import { largestOf } from './lanes.ts'
import { applyReflections, triangularize } from './reflectors.ts'
import type { FloatBuffer, Routine } from './routine.ts'

/** The number of columns of Q. */
export const orthogonalColumns = (m: number, n: number, full: boolean): number => (full ? m : Math.min(m, n))

/** One matrix `[m, n]` at `from` into Q over R at `to`, rows of max(n, q) elements, the rest of which stays 0. */
const factorize = (
  m: number,
  n: number,
  q: number,
  a: FloatBuffer,
  from: number,
  out: FloatBuffer,
  to: number,
): void => {
  const width = Math.max(n, q)
  if (Number.isNaN(largestOf(a, from, m * n))) {
    out.fill(NaN, to, to + (m + q) * width)
    return
  }
  const columns = new Float64Array(m * n)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) columns[j * m + i] = a[from + i * n + j]!
  const taus = triangularize(columns, m, n)
  const vector = new Float64Array(m)
  for (let k = 0; k < q; k++) {
    // The diagonal of R is made 0 or more, which makes the factors of a matrix of full rank unique.
    const sign = k < taus.length && columns[k * m + k]! < 0 ? -1 : 1
    vector.fill(0)
    vector[k] = sign
    applyReflections(columns, taus, m, vector, 0)
    for (let i = 0; i < m; i++) out[to + i * width + k] = vector[i]!
    const row = to + (m + k) * width
    for (let j = k; j < n; j++) out[row + j] = sign * columns[j * m + k]!
  }
}

/**
 * A = Q·R of matrices `[batch, m, n]` with orthonormal columns of Q and an upper triangular R whose diagonal is 0 or more:
 * sizes are batch, m, n, and 1 for all m columns of Q; the result is Q over R, `[batch, m + q, max(n, q)]`.
 * A matrix with an element that is not finite gives NaN.
 */
export const qrRoutine: Routine<'qr'> = {
  name: 'qr',
  reach: ([batch = 0, m = 0, n = 0, full = 0]) => {
    const q = orthogonalColumns(m, n, full === 1)
    return { reads: [batch * m * n], writes: batch * (m + q) * Math.max(n, q) }
  },
  work: ([batch = 0, m = 0, n = 0, full = 0]) =>
    4 * batch * m * Math.min(m, n) * Math.max(n, orthogonalColumns(m, n, full === 1)),
  run: ([batch = 0, m = 0, n = 0, full = 0], [a], out) => {
    const q = orthogonalColumns(m, n, full === 1)
    out.fill(0)
    for (let b = 0; b < batch; b++) factorize(m, n, q, a!, b * m * n, out, b * (m + q) * Math.max(n, q))
  },
  native: true,
}
