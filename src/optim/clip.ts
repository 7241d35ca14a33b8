import { add, cast, clip, div, maximum, mul, sqrt, square, sum } from '../numeric/index.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { positive } from '../tensor/setting-ranges.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { leavesOf, mapTree } from '../tensor/tree.ts'
import type { Gradient, Transformation } from './transformation.ts'

type Stateless<P> = Transformation<P, Gradient<P>, Gradient<P>, Readonly<Record<never, never>>>

const checked = (name: string, limit: number): number => {
  checkSetting(name, 'limit', limit, positive)
  return limit
}

/**
 * Every element of the gradient brought into [−limit, limit].
 *
 * @throws ArgumentError unless the limit is finite and above 0.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { clipByValue } from 'puregrad/optim'
 * const params = { w: tensor([0, 0]) }
 * toArray(clipByValue<{ readonly w: Tensor }>(1).update({ w: tensor([-3, 0.5]) }, {}, { params, step: 0, value: 0 })[0].w) // => [-1, 0.5]
 * ```
 */
export const clipByValue = <P>(limit: number): Stateless<P> => ({
  name: 'clipByValue',
  hyperParameters: { limit: checked('clipByValue', limit) },
  init: () => ({}),
  update: (gradient, state) => [mapTree(gradient, (leaf) => clip(leaf, -limit, limit)), state],
})

/**
 * The norm of a record of tensors as one long vector, a float64 scalar.
 *
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { globalNorm } from 'puregrad/optim'
 * item(globalNorm({ a: tensor([3]), b: tensor([4]) })) // => 5
 * ```
 */
export const globalNorm = (tree: unknown): Tensor =>
  sqrt(
    leavesOf(tree)
      .map((leaf) => sum(square(cast(leaf, 'float64'))) as Tensor)
      .reduce((total, part) => add(total, part)),
  )

/**
 * The gradient shortened to norm `limit` where it is longer, in its direction.
 *
 * Source: R. Pascanu, T. Mikolov, Y. Bengio, ICML 2013.
 *
 * @throws ArgumentError unless the limit is finite and above 0.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { clipByGlobalNorm } from 'puregrad/optim'
 * const params = { w: tensor([0, 0]) }
 * toArray(clipByGlobalNorm<{ readonly w: Tensor }>(2.5).update({ w: tensor([3, 4]) }, {}, { params, step: 0, value: 0 })[0].w) // => [1.5, 2]
 * ```
 */
export const clipByGlobalNorm = <P>(limit: number): Stateless<P> => ({
  name: 'clipByGlobalNorm',
  hyperParameters: { limit: checked('clipByGlobalNorm', limit) },
  init: () => ({}),
  update: (gradient, state) => {
    const by = div(limit, maximum(globalNorm(gradient), limit))
    return [mapTree(gradient, (leaf) => mul(leaf, cast(by, leaf.dtype))), state]
  },
})
