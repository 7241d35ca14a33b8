import type { FloatBuffer, Routine } from './routine.ts'
import { hasZero, substitute } from './substitute.ts'

/** Whether n elements are rows of a matrix of n. */
const areRows = (n: number, elements: FloatBuffer, at: number): boolean => {
  for (let i = 0; i < n; i++) {
    const row = elements[at + i]!
    if (!(row >= 0 && row < n && Math.floor(row) === row)) return false
  }
  return true
}

/**
 * Sizes `[batch, n, m, transposed]`, the last 0 or 1: X of AX = B or AᵀX = B from A (which is not read), its factors as
 * `luFactor` packs them, and B. With an exact zero among the pivots, or an order that is none, all of X is NaN.
 */
export const solveRoutine: Routine<'solve'> = {
  name: 'solve',
  reach: (sizes) => {
    const [batch = 0, n = 0, m = 0] = sizes
    return sizes.length === 4
      ? { reads: [batch * n * n, batch * n * (n + 1), batch * n * m], writes: batch * n * m }
      : undefined
  },
  work: ([batch = 0, n = 0, m = 0]) => batch * n * (n + 1) * m,
  run: ([batch = 0, n = 0, m = 0, transposed], [, factors, b], out) => {
    const elements = factors!
    const rows = b!.slice(0, n * m)
    for (let index = 0; index < batch; index++) {
      const [at, xAt] = [index * n * (n + 1), index * n * m]
      const order = at + n * n
      if (hasZero(n, elements, at, n + 1) || !areRows(n, elements, order)) {
        out.fill(NaN, xAt, xAt + n * m)
        continue
      }
      if (transposed === 1) {
        rows.set(b!.subarray(xAt, xAt + n * m))
        const across = { elements, at, row: 1, column: n }
        substitute(n, m, { ...across, lower: true, unit: false }, rows, 0)
        substitute(n, m, { ...across, lower: false, unit: true }, rows, 0)
        for (let i = 0; i < n; i++) out.set(rows.subarray(i * m, (i + 1) * m), xAt + elements[order + i]! * m)
      } else {
        for (let i = 0; i < n; i++) {
          const from = xAt + elements[order + i]! * m
          out.set(b!.subarray(from, from + m), xAt + i * m)
        }
        const along = { elements, at, row: n, column: 1 }
        substitute(n, m, { ...along, lower: true, unit: true }, out, xAt)
        substitute(n, m, { ...along, lower: false, unit: false }, out, xAt)
      }
    }
  },
  native: true,
}
