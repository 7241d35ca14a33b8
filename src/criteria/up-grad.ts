import * as E from 'fp-ts/lib/Either.js'
import { nonNegativeMinimum } from './non-negative-quadratic.ts'
import { checkedSize, normalized, type Weighting } from './weighting.ts'

/**
 * The mean of the gradients after each was moved as little as possible to agree with all: projected onto the cone of
 * the directions d with gⱼ·d ≥ 0 for every j. None gets worse, and in each objective the result is proportional to the
 * length of that objective's gradient.
 *
 * Source: P. Quinton, V. Rey, "Jacobian descent for multi-objective optimization", 2024.
 *
 * @throws ArgumentError unless the Gramian is square. The result is `Left` only where it is not finite.
 * @example
 * ```ts
 * import { upGradWeighting } from 'puregrad/criteria'
 * upGradWeighting([[1, 0], [0, 1]]) // => { _tag: 'Right', right: [0.5, 0.5] }
 * upGradWeighting([[1, -1], [-1, 2]]) // => { _tag: 'Right', right: [1, 0.75] }
 * ```
 * @category Weighting of gradients
 */
export const upGradWeighting: Weighting = (gramian) =>
  E.map((m: number) => {
    const { cosines, lengths } = normalized(gramian)
    // The projection of gᵢ is Σ vⱼgⱼ with the least vᵀGv among v ≥ eᵢ. It is linear in the length of gᵢ and does not
    // depend on the lengths of the others, so the problem is solved for unit vectors.
    const projections = cosines.map((row) =>
      nonNegativeMinimum(
        cosines,
        row.map((x) => -x),
      ),
    )
    return lengths.map((length, j) => {
      const pulled = projections.reduce((total, extra, i) => total + (lengths[i] ?? 0) * (extra[j] ?? 0), 0)
      return (1 + (length > 0 ? pulled / length : 0)) / m
    })
  })(checkedSize('upGradWeighting', gramian))
