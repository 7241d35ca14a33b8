import * as E from 'fp-ts/lib/Either.js'
import { isStationary } from './min-norm.ts'
import { solvePositive } from './non-negative-quadratic.ts'
import {
  checkedSize,
  noWeights,
  inner,
  normalized,
  times,
  type Gramian,
  type Weighting,
} from './weighting.ts'

/**
 * The minimum of ½xᵀAx − Σ log xᵢ, where Ax = 1/x: the function is self-concordant, so Newton's method with steps
 * shortened by 1/(1 + decrement) gets there from anywhere. `undefined` where it does not, since there is no minimum.
 */
const bargain = (matrix: Gramian): readonly number[] | undefined => {
  const refine = (x: readonly number[], left: number): readonly number[] | undefined => {
    const slope = times(matrix, x).map((y, i) => 1 / (x[i] ?? 1) - y)
    const step = solvePositive(
      matrix.map((row, i) => row.map((a, j) => (i === j ? a + 1 / (x[i] ?? 1) ** 2 : a))),
      slope,
    )
    if (step === undefined) return undefined
    const decrement = Math.sqrt(Math.max(0, inner(slope, step)))
    const moved = x.map((from, i) => from + (step[i] ?? 0) / (1 + decrement))
    return decrement < 1e-12 ? x : left === 0 ? (decrement < 1e-6 ? x : undefined) : refine(moved, left - 1)
  }
  return refine(
    matrix.map(() => 1),
    500,
  )
}

/**
 * The direction all objectives agree on when they bargain as Nash has it: the one with the largest product of the gains
 * gᵢ·d among directions of the same length. Each objective gains, whatever its unit: multiplying one by a positive number
 * does not change d. The weights solve Gw = 1/w, so ‖d‖² is the number of objectives.
 *
 * Source: A. Navon, A. Shamsian, I. Achituve, H. Maron, K. Kawaguchi, G. Chechik, E. Fetaya, "Multi-task learning as a
 * bargaining game", 2022.
 *
 * @throws ArgumentError unless the Gramian is square. The result is `Left` where it is not finite or no direction makes
 * all objectives smaller.
 * @example
 * ```ts
 * import { nashWeighting } from 'puregrad/criteria'
 * nashWeighting([[4, 0], [0, 1]]) // => { _tag: 'Right', right: [0.5, 1] }
 * ```
 * @category Weighting of gradients
 */
export const nashWeighting: Weighting = (gramian) =>
  E.flatMap(() => {
    const { cosines, lengths } = normalized(gramian)
    const shares = isStationary(gramian) ? undefined : bargain(cosines)
    return shares === undefined
      ? noWeights(
          'no-common-descent',
          'nashWeighting: no direction makes all objectives smaller, there is nothing to bargain for',
        )
      : E.right(shares.map((share, i) => share / (lengths[i] ?? 1)))
  })(checkedSize('nashWeighting', gramian))
