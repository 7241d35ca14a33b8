import { dot, largestOf, pointsBack, rotate, unitOf } from './lanes.ts'
import { applyReflections, complete, triangularize } from './reflectors.ts'
import type { FloatBuffer, Routine } from './routine.ts'

/** Rows whose squares are below this are taken for 0: products of two such numbers would lose digits. */
const negligible = 1e-250
const mostSweeps = 60

/**
 * Turns the `n` rows of `x`, and those of `turned` with them, until they are perpendicular to each other; returns their
 * squared lengths. Source: M. R. Hestenes, "Inversion of matrices by biorthogonalization and related results", J. SIAM 6,
 * 1958; rotations of pairs that are perpendicular to the rounding of their own lengths are left out, as J. Demmel and
 * K. Veselić have it (SIAM J. Matrix Anal. Appl. 13, 1992), so that small values are as accurate as large ones.
 */
const orthogonalize = (x: Float64Array, turned: Float64Array, n: number): Float64Array => {
  const squares = new Float64Array(n)
  const tolerance = Number.EPSILON * Math.sqrt(n)
  let rotated = true
  for (let sweep = 0; rotated && sweep < mostSweeps; sweep++) {
    rotated = false
    for (let p = 0; p < n; p++) squares[p] = dot(x, p * n, x, p * n, n)
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        const [a, b] = [squares[p]!, squares[q]!]
        if (a < negligible || b < negligible) continue
        const product = dot(x, p * n, x, q * n, n)
        if (Math.abs(product) <= tolerance * Math.sqrt(a) * Math.sqrt(b)) continue
        rotated = true
        // The longer one comes first.
        const theta = (a - b) / (2 * product)
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(1 + theta * theta))
        const c = 1 / Math.sqrt(1 + t * t)
        const s = c * t
        rotate(x, p * n, x, q * n, c, -s, n)
        rotate(turned, p * n, turned, q * n, c, -s, n)
        squares[p] = a + t * product
        squares[q] = b - t * product
        if (!(squares[p]! > 0.5 * a)) squares[p] = dot(x, p * n, x, p * n, n)
        if (!(squares[q]! > 0.5 * b)) squares[q] = dot(x, q * n, x, q * n, n)
      }
  }
  for (let p = 0; p < n; p++) squares[p] = dot(x, p * n, x, p * n, n)
  return squares
}

/** Singular values, the largest first, and the two sets of vectors as rows, of columns that lie as rows. */
interface Decomposed {
  readonly values: Float64Array
  /** Rows of `tall` elements. */
  readonly left: Float64Array
  /** Rows of `flat` elements. */
  readonly right: Float64Array
}

/** Of a matrix of `tall` rows and no more than as many columns; `lefts` left vectors are asked for. */
const decompose = (columns: Float64Array, tall: number, flat: number, lefts: number): Decomposed => {
  const taus = triangularize(columns, tall, flat)
  const r = new Float64Array(flat * flat)
  const turned = new Float64Array(flat * flat)
  for (let i = 0; i < flat; i++) {
    turned[i * flat + i] = 1
    for (let j = i; j < flat; j++) r[i * flat + j] = columns[j * tall + i]!
  }
  const squares = orthogonalize(r, turned, flat)
  const order = Array.from(squares.keys()).sort((i, j) => squares[j]! - squares[i]! || i - j)
  const values = new Float64Array(flat)
  const left = new Float64Array(lefts * tall)
  const right = new Float64Array(flat * flat)
  let rank = 0
  for (let k = 0; k < flat; k++) {
    const from = order[k]!
    // Rounding has changed both rows by one factor.
    const stretch = Math.sqrt(dot(turned, from * flat, turned, from * flat, flat))
    for (let j = 0; j < flat; j++) left[k * tall + j] = turned[from * flat + j]! / stretch
    applyReflections(columns, taus, tall, left, k * tall)
    if (squares[from]! < negligible) continue
    const length = Math.sqrt(squares[from]!)
    values[k] = length / stretch
    rank = k + 1
    for (let j = 0; j < flat; j++) right[k * flat + j] = r[from * flat + j]! / length
  }
  complete(right, flat, rank, flat)
  complete(left, tall, flat, lefts)
  return { values, left, right }
}

/** How the parts of a decomposition of `[m, n]` lie: rows of `width` elements, those of U, of the values, and of V. */
export interface SvdLayout {
  readonly values: number
  /** The columns of U and of V. */
  readonly lefts: number
  readonly rights: number
  readonly width: number
}

export const svdLayout = (m: number, n: number, full: boolean): SvdLayout => {
  const values = Math.min(m, n)
  const [lefts, rights] = full ? [m, n] : [values, values]
  return { values, lefts, rights, width: Math.max(lefts, rights) }
}

/** One matrix `[m, n]` at `from` into U, values and V below each other at `to`, where all is 0. */
const factorize = (
  m: number,
  n: number,
  layout: SvdLayout,
  a: FloatBuffer,
  from: number,
  out: FloatBuffer,
  to: number,
): void => {
  const { values: count, lefts, rights, width } = layout
  const most = largestOf(a, from, m * n)
  if (Number.isNaN(most)) {
    out.fill(NaN, to, to + (m + 1 + n) * width)
    return
  }
  const unit = unitOf(most)
  const wide = m < n
  const [tall, flat] = wide ? [n, m] : [m, n]
  const columns = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) columns[wide ? i * n + j : j * m + i] = a[from + i * n + j]! * unit
  const { values, left, right } = decompose(columns, tall, flat, wide ? rights : lefts)
  const [u, v] = wide ? [right, left] : [left, right]
  for (let k = 0; k < lefts; k++) {
    const sign = pointsBack(u, k * m, m) ? -1 : 1
    for (let i = 0; i < m; i++) out[to + i * width + k] = sign * u[k * m + i]!
    if (k >= count) continue
    out[to + m * width + k] = values[k]! / unit
    for (let j = 0; j < n; j++) out[to + (m + 1 + j) * width + k] = sign * v[k * n + j]!
  }
  for (let k = count; k < rights; k++) {
    const sign = pointsBack(v, k * n, n) ? -1 : 1
    for (let j = 0; j < n; j++) out[to + (m + 1 + j) * width + k] = sign * v[k * n + j]!
  }
}

/**
 * A = U·diag(s)·Vᵀ of matrices `[batch, m, n]`, s descending and 0 or more: sizes are batch, m, n, and 1 for square U and V;
 * the result is U over the row s over V, `[batch, m + 1 + n, width]`, each part filled up with zeros. The largest component
 * of a column of U is positive. A matrix with an element that is not finite gives NaN.
 */
export const svdRoutine: Routine<'svd'> = {
  name: 'svd',
  reach: ([batch = 0, m = 0, n = 0, full = 0]) => ({
    reads: [batch * m * n],
    writes: batch * (m + 1 + n) * svdLayout(m, n, full === 1).width,
  }),
  work: ([batch = 0, m = 0, n = 0]) =>
    batch * Math.min(m, n) ** 2 * (4 * Math.max(m, n) + 50 * Math.min(m, n)),
  run: ([batch = 0, m = 0, n = 0, full = 0], [a], out) => {
    const layout = svdLayout(m, n, full === 1)
    out.fill(0)
    for (let b = 0; b < batch; b++)
      factorize(m, n, layout, a!, b * m * n, out, b * (m + 1 + n) * layout.width)
  },
  native: true,
}
