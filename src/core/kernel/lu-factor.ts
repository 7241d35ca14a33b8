import type { FloatBuffer, Routine } from './routine.ts'

const exchange = (x: FloatBuffer, i: number, j: number, count: number): void => {
  for (let k = 0; k < count; k++) {
    const element = x[i + k]!
    x[i + k] = x[j + k]!
    x[j + k] = element
  }
}

/**
 * The factors of one matrix in its place, column by column (Crout's order), with the row of the largest element as the
 * next: each element is one ascending sum in a double, rounded once. Below a pivot of 0 all elements are 0, and stay.
 */
const factor = (n: number, x: FloatBuffer, at: number, column: FloatBuffer): void => {
  const order = at + n * n
  for (let i = 0; i < n; i++) x[order + i] = i
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) column[i] = x[at + i * n + j]!
    for (let i = 1; i < n; i++) {
      const row = at + i * n
      let rest = column[i]!
      for (let k = 0; k < i && k < j; k++) rest -= x[row + k]! * column[k]!
      column[i] = rest
    }
    let pivot = j
    for (let i = j + 1; i < n; i++) if (Math.abs(column[i]!) > Math.abs(column[pivot]!)) pivot = i
    for (let i = 0; i < n; i++) x[at + i * n + j] = column[i]!
    if (pivot !== j) {
      exchange(x, at + j * n, at + pivot * n, n)
      exchange(x, order + j, order + pivot, 1)
    }
    const divisor = x[at + j * (n + 1)]!
    if (divisor !== 0) for (let i = j + 1; i < n; i++) x[at + i * n + j]! /= divisor
  }
}

/**
 * Sizes `[batch, n]`: PA = LU with partial pivoting, packed as n + 1 rows. Row i < n has L below its diagonal, whose ones
 * are left out, and U from it on; element i of the last row is the row of A that is row i of PA.
 */
export const luFactorRoutine: Routine<'luFactor'> = {
  name: 'luFactor',
  reach: (sizes) => {
    const [batch = 0, n = 0] = sizes
    return sizes.length === 2 ? { reads: [batch * n * n], writes: batch * n * (n + 1) } : undefined
  },
  work: ([batch = 0, n = 0]) => (batch * n * n * (n + 6)) / 3,
  run: ([batch = 0, n = 0], [a], out) => {
    const column = out.slice(0, n)
    for (let index = 0; index < batch; index++) {
      const at = index * n * (n + 1)
      out.set(a!.subarray(index * n * n, (index + 1) * n * n), at)
      factor(n, out, at, column)
    }
  },
  native: true,
}
