/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   rotations of two copies of the matrix that nobody else sees; all indices are within them */
import { toTypedArray } from '../../core/autodiff/read.ts'
import { ArgumentError, ShapeError } from '../../core/tensor/errors.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'

/**
 * A symmetric matrix as Σ value · vector vectorᵀ.
 *
 * @category Scaling
 */
export interface SymmetricEigen {
  /** The largest first. */
  readonly values: readonly number[]
  /** Unit vectors, each next to its value and perpendicular to the others; the largest component is positive. */
  readonly vectors: readonly (readonly number[])[]
}

const mostSweeps = 60

/**
 * Eigenvalues and eigenvectors of a symmetric matrix `[n, n]` by Jacobi rotations, in float64. Not differentiable, and
 * meant for up to some hundreds of rows.
 *
 * An element is taken for 0 next to the diagonal elements of its row and column, so the small eigenvalues of a positive
 * definite matrix are as accurate relatively as those of the matrix with a diagonal scaled to 1. Source: J. Demmel,
 * K. Veselić, "Jacobi's method is more accurate than QR", SIAM J. Matrix Anal. Appl. 13, 1992.
 *
 * @throws ShapeError unless the matrix is square; ArgumentError unless it is finite and symmetric within rounding.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { symmetricEigen } from 'puregrad/data'
 * symmetricEigen(tensor([[2, 1], [1, 2]], { dtype: 'float64' })).values // => [3, 1]
 * ```
 * @category Scaling
 */
export const symmetricEigen = (matrix: Tensor): SymmetricEigen => {
  const [n = 0, columns] = matrix.shape
  if (matrix.rank !== 2 || n !== columns)
    throw new ShapeError(`symmetricEigen: expected a square matrix, got ${showShape(matrix.shape)}`)
  const a = Float64Array.from(toTypedArray(matrix))
  const size = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  if (!Number.isFinite(size))
    throw new ArgumentError('symmetricEigen: the matrix has an element that is not finite')
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      if (Math.abs(a[i * n + j]! - a[j * n + i]!) > 1e-6 * size)
        throw new ArgumentError(
          `symmetricEigen: expected a symmetric matrix, but elements (${i}, ${j}) and (${j}, ${i}) are ${a[i * n + j]} and ${a[j * n + i]}`,
        )
      a[j * n + i] = a[i * n + j] = (a[i * n + j]! + a[j * n + i]!) / 2
    }
  /** Rows are the eigenvectors in the making. */
  const v = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0))
  let rotated = true
  for (let sweep = 0; rotated && sweep < mostSweeps; sweep++) {
    rotated = false
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        const [app, aqq, apq] = [a[p * n + p]!, a[q * n + q]!, a[p * n + q]!]
        if (Math.abs(apq) <= Number.EPSILON * Math.sqrt(Math.abs(app)) * Math.sqrt(Math.abs(aqq))) continue
        rotated = true
        const theta = (aqq - app) / (2 * apq)
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta))
        const c = 1 / Math.hypot(1, t)
        const s = t * c
        for (let k = 0; k < n; k++) {
          const [akp, akq] = [a[k * n + p]!, a[k * n + q]!]
          if (k !== p && k !== q) {
            a[k * n + p] = a[p * n + k] = c * akp - s * akq
            a[k * n + q] = a[q * n + k] = s * akp + c * akq
          }
          const [vpk, vqk] = [v[p * n + k]!, v[q * n + k]!]
          v[p * n + k] = c * vpk - s * vqk
          v[q * n + k] = s * vpk + c * vqk
        }
        a[p * n + p] = app - t * apq
        a[q * n + q] = aqq + t * apq
        a[p * n + q] = a[q * n + p] = 0
      }
  }
  const found = Array.from({ length: n }, (_, i) => {
    const vector = Array.from(v.subarray(i * n, (i + 1) * n))
    const largest = vector.reduce((most, x) => (Math.abs(x) > Math.abs(most) + 1e-12 ? x : most), 0)
    return { value: a[i * n + i]!, vector: largest < 0 ? vector.map((x) => -x) : vector }
  }).sort((x, y) => y.value - x.value)
  return { values: found.map(({ value }) => value), vectors: found.map(({ vector }) => vector) }
}
