import { inner, times, type Gramian } from './weighting.ts'

/**
 * The solution of Ax = b for a symmetric positive definite A, by elimination; `undefined` where a pivot vanishes, so A
 * is singular to rounding.
 */
export const solvePositive = (
  matrix: Gramian,
  right: readonly number[],
  scale: readonly number[] = matrix.map((row, i) => row[i] ?? 0),
): readonly number[] | undefined => {
  const [row = [], ...below] = matrix
  const [pivot = 0, ...across] = row
  const [first = 0, ...rest] = right
  if (matrix.length === 0) return []
  if (!(pivot > 1e-13 * (scale[0] ?? 0))) return undefined
  const smaller = solvePositive(
    below.map((other, i) => other.slice(1).map((x, j) => x - ((across[i] ?? 0) * (across[j] ?? 0)) / pivot)),
    rest.map((x, i) => x - ((across[i] ?? 0) * first) / pivot),
    scale.slice(1),
  )
  return smaller === undefined ? undefined : [(first - inner(across, smaller)) / pivot, ...smaller]
}

/**
 * The minimum of ½xᵀAx − bᵀx over x ≥ 0 for a positive semidefinite A with b in its range, by an active set: exact up
 * to rounding, after finitely many steps.
 *
 * Source: C. L. Lawson, R. J. Hanson, "Solving least squares problems", 1974, chapter 23; R. Bro, S. De Jong, "A fast
 * non-negativity-constrained least squares algorithm", 1997, for the form without the matrix's factor.
 */
export const nonNegativeMinimum = (matrix: Gramian, right: readonly number[]): readonly number[] => {
  const size = right.length
  /** The minimum with only these coordinates free, the others 0. */
  const free = (positions: readonly number[]): readonly number[] | undefined => {
    const found = solvePositive(
      positions.map((i) => positions.map((j) => matrix[i]?.[j] ?? 0)),
      positions.map((i) => right[i] ?? 0),
    )
    return found === undefined ? undefined : right.map((_, i) => found[positions.indexOf(i)] ?? 0)
  }
  /** From a feasible point to the minimum over its free coordinates, giving up those that reach 0 on the way. */
  const settle = (
    x: readonly number[],
    positions: readonly number[],
  ): { readonly x: readonly number[]; readonly positions: readonly number[] } | undefined => {
    const target = free(positions)
    if (target === undefined) return undefined
    const shares = positions.map((i) => {
      const [from, to] = [x[i] ?? 0, target[i] ?? 0]
      return to > 0 ? 1 : from > 0 ? from / (from - to) : 0
    })
    const share = Math.min(1, ...shares)
    if (share === 1 && !positions.some((i) => (target[i] ?? 0) <= 0)) return { x: target, positions }
    const kept = positions.filter((i, k) => (target[i] ?? 0) > 0 || (shares[k] ?? 1) > share)
    const moved = x.map((from, i) => (kept.includes(i) ? from + share * ((target[i] ?? 0) - from) : 0))
    return settle(moved, kept)
  }
  /** Frees the coordinate along which the function falls most; `barred` are those that brought nothing. */
  const climb = (
    x: readonly number[],
    positions: readonly number[],
    barred: readonly number[],
    left: number,
  ): readonly number[] => {
    const slopes = times(matrix, x).map((y, i) => {
      const scale = Math.abs(right[i] ?? 0) + inner((matrix[i] ?? []).map(Math.abs), x)
      const slope = (right[i] ?? 0) - y
      return slope > 1e-14 * scale && !positions.includes(i) && !barred.includes(i) ? slope : 0
    })
    const steepest = Math.max(...slopes)
    if (!(steepest > 0) || left === 0) return x
    const entering = slopes.indexOf(steepest)
    const next = settle(x, [...positions, entering])
    return next?.positions.includes(entering) === true
      ? climb(next.x, next.positions, [], left - 1)
      : climb(x, positions, [...barred, entering], left - 1)
  }
  return climb(
    right.map(() => 0),
    [],
    [],
    10 * size * size,
  )
}
