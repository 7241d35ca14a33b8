import * as E from 'fp-ts/lib/Either.js'
import { ArgumentError } from '../core/tensor/errors.ts'

/**
 * The inner products of the gradients of m objectives, m × m.
 *
 * @category Weighting of gradients
 */
export type Gramian = readonly (readonly number[])[]

/**
 * Why there are no weights: a gradient is not finite; no direction makes all objectives smaller, to first order; or the
 * gradients depend on each other, so that the weights are not determined.
 *
 * @category Weighting of gradients
 */
export interface WeightingError {
  readonly kind: 'not-finite' | 'no-common-descent' | 'dependent-gradients'
  readonly message: string
}

/**
 * How to join several gradients into one: from their Gramian to the weights w of d = Σ wᵢgᵢ. Nothing else of the
 * gradients is needed, however many parameters there are. A step against d then makes objective i smaller, to first
 * order, where gᵢ·d = (Gw)ᵢ is positive.
 *
 * @category Weighting of gradients
 */
export type Weighting = (gramian: Gramian) => E.Either<WeightingError, readonly number[]>

/** The result of a weighting that has no weights. */
export const noWeights = (
  kind: WeightingError['kind'],
  message: string,
): E.Either<WeightingError, readonly number[]> => E.left({ kind, message })

/** Gw, the inner products of all gradients with Σ wᵢgᵢ. */
export const times = (gramian: Gramian, weights: readonly number[]): readonly number[] =>
  gramian.map((row) => row.reduce((total, x, j) => total + x * (weights[j] ?? 0), 0))

export const inner = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, x, i) => total + x * (b[i] ?? 0), 0)

/**
 * The Gramian's size after checking its form, or why there are no weights.
 *
 * @throws ArgumentError unless it is square with at least one row.
 */
export const checkedSize = (where: string, gramian: Gramian): E.Either<WeightingError, number> => {
  const m = gramian.length
  const odd = gramian.find((row) => row.length !== m)
  if (m === 0 || odd !== undefined)
    throw new ArgumentError(
      `${where}: expected a Gramian of as many columns as rows, at least one, got ${m} rows${odd === undefined ? '' : ` and a row of ${odd.length}`}`,
    )
  const at = gramian.findIndex((row) => !row.every(Number.isFinite))
  return at < 0
    ? E.right(m)
    : E.left({
        kind: 'not-finite',
        message: `${where}: expected finite inner products of the gradients, got [${gramian[at]?.join(', ') ?? ''}] for objective ${at}`,
      })
}

/** The Gramian of the gradients scaled to length 1, and their lengths. A gradient of 0 stays 0. */
export const normalized = (
  gramian: Gramian,
): { readonly cosines: Gramian; readonly lengths: readonly number[] } => {
  const lengths = gramian.map((row, i) => Math.sqrt(Math.max(0, row[i] ?? 0)))
  const inverse = lengths.map((length) => (length > 0 ? 1 / length : 0))
  return {
    cosines: gramian.map((row, i) =>
      row.map((x, j) => (i === j && x > 0 ? 1 : x * (inverse[i] ?? 0) * (inverse[j] ?? 0))),
    ),
    lengths,
  }
}

/**
 * The same weight for each objective: the gradient of their mean. Its direction may make an objective worse; the
 * baseline for all others.
 *
 * @example
 * ```ts
 * import { meanWeighting } from 'puregrad/criteria'
 * meanWeighting([[4, 0], [0, 1]]) // => { _tag: 'Right', right: [0.5, 0.5] }
 * ```
 * @category Weighting of gradients
 */
export const meanWeighting: Weighting = (gramian) =>
  E.map((m: number) => gramian.map(() => 1 / m))(checkedSize('meanWeighting', gramian))

/**
 * Weights that do not depend on the gradients: those of a weighted sum, in the order of the objectives.
 *
 * @throws ArgumentError unless all weights are finite, and where their number is not that of the objectives.
 * @example
 * ```ts
 * import { constantWeighting } from 'puregrad/criteria'
 * constantWeighting([1, 0.1])([[4, 0], [0, 1]]) // => { _tag: 'Right', right: [1, 0.1] }
 * ```
 * @category Weighting of gradients
 */
export const constantWeighting = (weights: readonly number[]): Weighting => {
  if (!weights.every(Number.isFinite))
    throw new ArgumentError(`constantWeighting: expected finite weights, got [${weights.join(', ')}]`)
  return (gramian) =>
    E.map((m: number) => {
      if (m !== weights.length)
        throw new ArgumentError(`constantWeighting: ${weights.length} weights were given for ${m} objectives`)
      return weights
    })(checkedSize('constantWeighting', gramian))
}
