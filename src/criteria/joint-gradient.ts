import * as E from 'fp-ts/lib/Either.js'
import { add, cast, mul, slice, reshape, tensor } from '../core/numeric/index.ts'
import type { Gradient } from '../optim/transformation.ts'
import { withFixedNumbers } from '../compile/jit/fixed-numbers.ts'
import { jit } from '../compile/jit/jit.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { shortestWeights } from './min-norm.ts'
import {
  firstOrder,
  named,
  numbersOf,
  readGramian,
  type ObjectiveGradientsOptions,
} from './objective-gradients.ts'
import { namesOf, type Objectives } from './objectives.ts'
import { inner, times, type Weighting, type WeightingError } from './weighting.ts'

/** Σ wᵢgᵢ over records; the weights are a float64 vector. */
export const weightedGradient = <P>(gradients: readonly P[], weights: Tensor): P => {
  const [first, ...rest] = gradients as readonly [P, ...(readonly P[])]
  const weight = (i: number, leaf: Tensor): Tensor =>
    cast(reshape(slice(weights, [i], [i + 1]), []), leaf.dtype)
  return zipTrees(
    first,
    rest,
    (leaves) => leaves.map((leaf, i) => mul(leaf, weight(i, leaf))).reduce((total, part) => add(total, part)),
    'weightedGradient',
  )
}

/**
 * One gradient from several.
 *
 * @category Weighting of gradients
 */
export interface JointGradient<P, K extends string> {
  /** d = Σ wᵢgᵢ: goes to an optimizer like the gradient of one loss. */
  readonly gradient: Gradient<P>
  readonly weights: Readonly<Record<K, number>>
  readonly values: Readonly<Record<K, number>>
  /**
   * gᵢ·d: how fast each objective falls along −d. A negative one gets worse.
   */
  readonly gains: Readonly<Record<K, number>>
  /** The length of the shortest convex combination of the gradients: 0 where no direction makes all smaller. */
  readonly stationarity: number
}

/**
 * Joins the gradients of several objectives into one by a weighting of their Gramian; `Left` where the weighting has
 * none there.
 *
 * @throws ArgumentError where there is no objective; ShapeError where one is not a scalar.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { square, sub, tensor, toArray, type Tensor } from 'puregrad'
 * import { jointGradient, minNormWeighting } from 'puregrad/criteria'
 * const objectives = { near0: (x: Tensor) => square(x), near4: (x: Tensor) => square(sub(x, 4)) }
 * const joint = jointGradient(objectives, minNormWeighting)
 * pipe(joint(tensor(5)), E.map(({ gradient }) => toArray(gradient))) // => { _tag: 'Right', right: 2 }
 * pipe(joint(tensor(1)), E.map(({ weights }) => weights)) // => { _tag: 'Right', right: { near0: 0.75, near4: 0.25 } }
 * ```
 * @category Weighting of gradients
 */
export const jointGradient = <P, K extends string>(
  objectives: Objectives<P, K>,
  weighting: Weighting,
  options: ObjectiveGradientsOptions = {},
): ((params: P) => E.Either<WeightingError, JointGradient<P, K>>) => {
  const names = namesOf(objectives)
  const at = firstOrder('jointGradient', objectives, options)
  const join =
    options.compile === false
      ? weightedGradient<P>
      : jit(weightedGradient<P>, withFixedNumbers(options.compile ?? {}))
  return (params) => {
    const { values, gradients, gramian } = at(params)
    const products = readGramian(gramian)
    return E.map((weights: readonly number[]): JointGradient<P, K> => {
      const shortest = shortestWeights(products)
      return {
        gradient: join(gradients, tensor(weights, { dtype: 'float64' })) as Gradient<P>,
        weights: named(names, weights),
        values: named(names, numbersOf(values)),
        gains: named(names, times(products, weights)),
        stationarity: Math.sqrt(Math.max(0, inner(shortest, times(products, shortest)))),
      }
    })(weighting(products))
  }
}
