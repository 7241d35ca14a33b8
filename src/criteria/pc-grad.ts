import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { argsort, uniform, type Key } from '../core/numeric/index.ts'
import { checkedSize, inner, type Weighting } from './weighting.ts'

/**
 * The mean of the gradients after each was projected onto the planes across those it conflicts with, one after the
 * other in random order (gradient surgery, PCGrad). For two objectives none gets worse; for more one may, since the
 * later projections can undo the earlier ones.
 *
 * The paper adds the projected gradients up; the mean is the same direction, in the scale of `meanWeighting`.
 *
 * Source: T. Yu, S. Kumar, A. Gupta, S. Levine, K. Hausman, C. Finn, "Gradient surgery for multi-task learning", 2020.
 *
 * @param key decides the orders.
 * @throws ArgumentError unless the Gramian is square. The result is `Left` only where it is not finite.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { pcGradWeighting } from 'puregrad/criteria'
 * pcGradWeighting(key(0))([[1, -1], [-1, 2]]) // => { _tag: 'Right', right: [1, 0.75] }
 * ```
 * @category Weighting of gradients
 */
export const pcGradWeighting =
  (key: Key): Weighting =>
  (gramian) =>
    E.map((m: number) => {
      // Each row is a random order of all objectives.
      const drawn = toTypedArray(argsort(uniform(key, [m, m], { dtype: 'float64' })))
      const projected = gramian.map((_, i) => {
        const order = Array.from(drawn.subarray(i * m, (i + 1) * m)).filter((j) => j !== i)
        return order.reduce<readonly number[]>(
          (weights, j) => {
            const conflict = Math.min(0, inner(gramian[j] ?? [], weights))
            return conflict < 0
              ? weights.map((w, k) => (k === j ? w - conflict / (gramian[j]?.[j] ?? 1) : w))
              : weights
          },
          gramian.map((__, k) => (k === i ? 1 : 0)),
        )
      })
      return gramian.map((_, k) => projected.reduce((total, weights) => total + (weights[k] ?? 0), 0) / m)
    })(checkedSize('pcGradWeighting', gramian))
