/*
 * Householder reflections H = I − τ·w·wᵀ with w[0] = 1, of columns that lie as rows of `columns`: column j has its `rows`
 * elements from j·rows on, and reflector j is kept in place of what it made zero, w[0] not stored.
 * Source: A. S. Householder, "Unitary triangularization of a nonsymmetric matrix", J. ACM 5, 1958.
 */
import { addMultiple, dot, largestOf, unitOf } from './lanes.ts'

/** Of a vector x: w in its place but for the first element, which becomes that of H·x; returns τ. */
export const reflector = (x: Float64Array, at: number, length: number): number => {
  const most = largestOf(x, at, length)
  if (most === 0) return 0
  const unit = unitOf(most)
  for (let i = 0; i < length; i++) x[at + i]! *= unit
  const first = x[at]!
  const norm = Math.sqrt(dot(x, at, x, at, length))
  const end = first < 0 ? norm : -norm
  const inverse = 1 / (first - end)
  for (let i = 1; i < length; i++) x[at + i]! *= inverse
  x[at] = end / unit
  return (end - first) / end
}

/** y → H·y, with w behind its 1 at `at + 1`. */
export const reflect = (
  w: Float64Array,
  at: number,
  tau: number,
  y: Float64Array,
  yAt: number,
  length: number,
): void => {
  if (tau === 0) return
  const c = -tau * (y[yAt]! + dot(w, at + 1, y, yAt + 1, length - 1))
  y[yAt]! += c
  addMultiple(y, yAt + 1, c, w, at + 1, length - 1)
}

/** Triangular form of `count` columns of `rows` elements by min(rows, count) reflections, whose τ it returns. */
export const triangularize = (columns: Float64Array, rows: number, count: number): Float64Array => {
  const taus = new Float64Array(Math.min(rows, count))
  for (let j = 0; j < taus.length; j++) {
    const at = j * rows + j
    taus[j] = reflector(columns, at, rows - j)
    for (let k = j + 1; k < count; k++) reflect(columns, at, taus[j]!, columns, k * rows + j, rows - j)
  }
  return taus
}

/** y → H₀·H₁ ⋯ y: the reflections of {@link triangularize} in the order that gives a column of Q for a unit vector. */
export const applyReflections = (
  columns: Float64Array,
  taus: Float64Array,
  rows: number,
  y: Float64Array,
  yAt: number,
): void => {
  for (let j = taus.length - 1; j >= 0; j--) reflect(columns, j * rows + j, taus[j]!, y, yAt + j, rows - j)
}

/**
 * Fills rows `from` to `to` of `vectors`, each of `length` elements, so that they are orthonormal to each other and to the
 * orthonormal ones before them.
 */
export const complete = (vectors: Float64Array, length: number, from: number, to: number): void => {
  if (from >= to) return
  const columns = vectors.slice(0, from * length)
  const taus = triangularize(columns, length, from)
  for (let k = from; k < to; k++) {
    vectors.fill(0, k * length, (k + 1) * length)
    vectors[k * length + k] = 1
    applyReflections(columns, taus, length, vectors, k * length)
  }
}
