import type { FloatBuffer, Routine } from './routine.ts'

/**
 * The lower factor of one symmetric matrix at `at`, row by row (Cholesky–Banachiewicz): each element is one ascending sum
 * in a double, rounded once. False where a pivot is not a positive finite number.
 */
const factor = (n: number, l: FloatBuffer, at: number): boolean => {
  for (let i = 0; i < n; i++) {
    const row = at + i * n
    for (let j = 0; j <= i; j++) {
      const other = at + j * n
      let rest = l[row + j]!
      for (let k = 0; k < j; k++) rest -= l[row + k]! * l[other + k]!
      if (j < i) l[row + j] = rest / l[other + j]!
      else if (rest > 0 && rest < Infinity) l[row + j] = Math.sqrt(rest)
      else return false
    }
    // Rounded to a float32 a pivot may vanish or become infinite.
    if (!(l[row + i]! > 0 && l[row + i]! < Infinity)) return false
  }
  return true
}

/** The lower triangle of (A + Aᵀ)/2, zeros above. */
const symmetrized = (n: number, a: FloatBuffer, l: FloatBuffer, at: number): void => {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) l[at + i * n + j] = 0.5 * a[at + i * n + j]! + 0.5 * a[at + j * n + i]!
    l[at + i * n + i] = a[at + i * n + i]!
    l.fill(0, at + i * n + i + 1, at + (i + 1) * n)
  }
}

/**
 * Sizes `[batch, n]`: the lower factor L of LLᵀ = (A + Aᵀ)/2, zeros above the diagonal. A matrix that is not positive
 * definite has NaN in the whole lower triangle.
 */
export const choleskyRoutine: Routine<'cholesky'> = {
  name: 'cholesky',
  reach: (sizes) => {
    const [batch = 0, n = 0] = sizes
    return sizes.length === 2 ? { reads: [batch * n * n], writes: batch * n * n } : undefined
  },
  work: ([batch = 0, n = 0]) => (batch * n * n * (n + 6)) / 6,
  run: ([batch = 0, n = 0], [a], out) => {
    for (let index = 0; index < batch; index++) {
      const at = index * n * n
      symmetrized(n, a!, out, at)
      if (!factor(n, out, at)) for (let i = 0; i < n; i++) out.fill(NaN, at + i * n, at + i * n + i + 1)
    }
  },
  native: true,
}
