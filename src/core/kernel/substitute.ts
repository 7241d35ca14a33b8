import type { FloatBuffer } from './routine.ts'

/** A triangle in memory: element (i, k) of the matrix that is solved with is `at + i · row + k · column`. */
export interface Triangle {
  readonly elements: FloatBuffer
  readonly at: number
  readonly row: number
  readonly column: number
  /** Of this matrix, whichever way it lies. */
  readonly lower: boolean
  /** The diagonal is taken for ones and not read. */
  readonly unit: boolean
}

/** Kept between calls: written before it is read. */
const kept = { sums: new Float64Array(0) }

const sumsOf = (size: number): Float64Array => {
  if (kept.sums.length < size) kept.sums = new Float64Array(size)
  return kept.sums
}

/**
 * X of TX = B in the place of B, which is n rows of m neighbours at `xAt`: forward through a lower triangle, backward
 * through an upper one. Each element is one sum in a double over the rows found before, in ascending order, rounded once.
 */
export const substitute = (
  n: number,
  m: number,
  { elements, at, row, column, lower, unit }: Triangle,
  x: FloatBuffer,
  xAt: number,
): void => {
  const sums = sumsOf(m)
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step
    const own = xAt + i * m
    for (let j = 0; j < m; j++) sums[j] = x[own + j]!
    const [first, end] = lower ? [0, i] : [i + 1, n]
    for (let k = first; k < end; k++) {
      const factor = elements[at + i * row + k * column]!
      const other = xAt + k * m
      for (let j = 0; j < m; j++) sums[j]! -= factor * x[other + j]!
    }
    const pivot = unit ? 1 : elements[at + i * (row + column)]!
    for (let j = 0; j < m; j++) x[own + j] = sums[j]! / pivot
  }
}

/** Whether a diagonal of n elements, `step` apart, has an exact zero: there is no solution, or more than one. */
export const hasZero = (n: number, elements: FloatBuffer, at: number, step: number): boolean => {
  for (let i = 0; i < n; i++) if (elements[at + i * step] === 0) return true
  return false
}
