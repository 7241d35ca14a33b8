import * as E from 'fp-ts/lib/Either.js'
import { solvePositive } from './non-negative-quadratic.ts'
import { checkedSize, noWeights, normalized, type Weighting } from './weighting.ts'

/**
 * Weights that sum to 1 for which d is at the same angle to every gradient (impartial multi-task learning, IMTL-G). They
 * may be negative.
 *
 * Source: L. Liu, Y. Li, Z. Kuang, J.-H. Xue, Y. Chen, W. Yang, Q. Liao, W. Zhang, "Towards impartial multi-task
 * learning", 2021.
 *
 * @throws ArgumentError unless the Gramian is square. The result is `Left` where it is not finite, the gradients are
 * linearly dependent, or weights that sum to 1 would make all objectives worse.
 * @example
 * ```ts
 * import { imtlGWeighting } from 'puregrad/criteria'
 * imtlGWeighting([[4, 0], [0, 1]]) // => { _tag: 'Right', right: [0.33333333, 0.66666667] }
 * ```
 * @category Weighting of gradients
 */
export const imtlGWeighting: Weighting = (gramian) =>
  E.flatMap(() => {
    const { cosines, lengths } = normalized(gramian)
    const shares = lengths.every((length) => length > 0)
      ? solvePositive(
          cosines,
          cosines.map(() => 1),
        )
      : undefined
    const weights = (shares ?? []).map((share, i) => share / (lengths[i] ?? 1))
    const total = weights.reduce((sum, w) => sum + w, 0)
    return shares === undefined
      ? noWeights(
          'dependent-gradients',
          'imtlGWeighting: the gradients are linearly dependent, the weights are not determined',
        )
      : total > 0
        ? E.right(weights.map((w) => w / total))
        : noWeights(
            'no-common-descent',
            'imtlGWeighting: weights that sum to 1 would make all objectives worse',
          )
  })(checkedSize('imtlGWeighting', gramian))
