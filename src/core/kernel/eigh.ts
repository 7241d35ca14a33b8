import { addMultiple, dot, largestOf, pointsBack, rotate, unitOf } from './lanes.ts'
import { reflect, reflector } from './reflectors.ts'
import type { FloatBuffer, Routine } from './routine.ts'

/** The middle of matrix and transpose, in the unit of its size. */
const symmetricPart = (a: FloatBuffer, from: number, n: number, unit: number): Float64Array => {
  const s = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++)
      s[i * n + j] = s[j * n + i] = (a[from + i * n + j]! * unit + a[from + j * n + i]! * unit) / 2
  return s
}

/**
 * Tridiagonal form Qᵀ·S·Q by reflections: its diagonal, what stands beside it, and the columns of Q as rows. S is used up.
 * Source: G. H. Golub, C. F. Van Loan, "Matrix Computations", 4th edition, 2013, algorithm 8.3.1.
 */
const tridiagonalize = (
  s: Float64Array,
  n: number,
): readonly [diagonal: Float64Array, beside: Float64Array, vectors: Float64Array] => {
  const diagonal = new Float64Array(n)
  const beside = new Float64Array(n)
  const taus = new Float64Array(n)
  const w = new Float64Array(n)
  const p = new Float64Array(n)
  for (let k = 0; k < n - 1; k++) {
    const rest = n - k - 1
    const at = k * n + k + 1
    diagonal[k] = s[k * n + k]!
    const tau = reflector(s, at, rest)
    taus[k] = tau
    beside[k] = s[at]!
    if (tau === 0) continue
    w[0] = 1
    for (let i = 1; i < rest; i++) w[i] = s[at + i]!
    // S − w·qᵀ − q·wᵀ with q = p − (τ/2)(p·w)·w and p = τ·S·w.
    for (let i = 0; i < rest; i++) p[i] = tau * dot(s, (k + 1 + i) * n + k + 1, w, 0, rest)
    addMultiple(p, 0, -0.5 * tau * dot(p, 0, w, 0, rest), w, 0, rest)
    for (let i = 0; i < rest; i++) {
      const row = (k + 1 + i) * n + k + 1
      const [wi, pi] = [w[i]!, p[i]!]
      for (let j = 0; j < rest; j++) s[row + j]! -= wi * p[j]! + pi * w[j]!
    }
  }
  if (n > 0) diagonal[n - 1] = s[n * n - 1]!
  const vectors = new Float64Array(n * n)
  for (let k = 0; k < n; k++) vectors[k * n + k] = 1
  for (let k = n - 2; k >= 0; k--)
    for (let j = k + 1; j < n; j++) reflect(s, k * n + k + 1, taus[k]!, vectors, j * n + k + 1, n - k - 1)
  return [diagonal, beside, vectors]
}

const mostSteps = 60

/** One QL step with a shift on the block from l to m, the shift in sum. */
const stepQL = (
  d: Float64Array,
  e: Float64Array,
  vectors: Float64Array,
  n: number,
  l: number,
  m: number,
): number => {
  const g = d[l]!
  const q = (d[l + 1]! - g) / (2 * e[l]!)
  const length = Math.sqrt(q * q + 1)
  const slope = q < 0 ? q - length : q + length
  d[l] = e[l]! / slope
  const next = e[l]! * slope
  d[l + 1] = next
  const shift = g - d[l]
  for (let i = l + 2; i < n; i++) d[i]! -= shift
  let p = d[m]!
  const second = e[l + 1]!
  let [c, c2, c3, s, s2] = [1, 1, 1, 0, 0]
  for (let i = m - 1; i >= l; i--) {
    c3 = c2
    c2 = c
    s2 = s
    const x = c * e[i]!
    const h = c * p
    const r = Math.sqrt(p * p + e[i]! * e[i]!)
    e[i + 1] = s * r
    s = e[i]! / r
    c = p / r
    p = c * d[i]! - s * x
    d[i + 1] = h + s * (c * x + s * d[i]!)
    rotate(vectors, i * n, vectors, (i + 1) * n, c, s, n)
  }
  p = (-s * s2 * c3 * second * e[l]!) / next
  e[l] = s * p
  d[l] = c * p
  return shift
}

/**
 * Eigenvalues of a tridiagonal matrix in place of its diagonal, vectors (as rows) turned with them; false where the steps do
 * not end. Source: H. Bowdler, R. S. Martin, C. Reinsch, J. H. Wilkinson, "The QR and QL algorithms for symmetric matrices",
 * Numerische Mathematik 11, 1968 (tql2).
 */
const diagonalize = (d: Float64Array, e: Float64Array, vectors: Float64Array, n: number): boolean => {
  let shift = 0
  let size = 0
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(d[l]!) + Math.abs(e[l]!))
    const small = Number.EPSILON * size
    let m = l
    while (m < n - 1 && Math.abs(e[m]!) > small) m++
    for (let step = 0; m > l && Math.abs(e[l]!) > small; step++) {
      if (step === mostSteps) return false
      shift += stepQL(d, e, vectors, n, l, m)
    }
    d[l]! += shift
    e[l] = 0
  }
  return true
}

/** One matrix `[n, n]` at `from` into values over vectors at `to`. */
const factorize = (n: number, a: FloatBuffer, from: number, out: FloatBuffer, to: number): void => {
  const most = largestOf(a, from, n * n)
  const unit = unitOf(most)
  const found = Number.isNaN(most) ? undefined : tridiagonalize(symmetricPart(a, from, n, unit), n)
  if (found === undefined || !diagonalize(found[0], found[1], found[2], n)) {
    out.fill(NaN, to, to + (n + 1) * n)
    return
  }
  const [values, , vectors] = found
  const order = Array.from(values.keys()).sort((i, j) => values[i]! - values[j]! || i - j)
  for (let k = 0; k < n; k++) {
    const at = order[k]! * n
    const sign = pointsBack(vectors, at, n) ? -1 : 1
    out[to + k] = values[order[k]!]! / unit
    for (let i = 0; i < n; i++) out[to + (i + 1) * n + k] = sign * vectors[at + i]!
  }
}

/**
 * Eigenvalues, the smallest first, and orthonormal eigenvectors of the symmetric parts of matrices `[batch, n, n]`: sizes
 * are batch and n; the result is the row of values over the matrix whose columns are the vectors, `[batch, n + 1, n]`. The
 * largest component of a vector is positive. A matrix with an element that is not finite gives NaN.
 */
export const eighRoutine: Routine<'eigh'> = {
  name: 'eigh',
  reach: ([batch = 0, n = 0]) => ({ reads: [batch * n * n], writes: batch * (n + 1) * n }),
  work: ([batch = 0, n = 0]) => 9 * batch * n * n * n,
  run: ([batch = 0, n = 0], [a], out) => {
    for (let b = 0; b < batch; b++) factorize(n, a!, b * n * n, out, b * (n + 1) * n)
  },
  native: true,
}
