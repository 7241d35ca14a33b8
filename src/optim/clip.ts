import { lengthUnit } from '../core/numeric/length-unit.ts'
import {
  abs,
  add,
  cast,
  clip,
  div,
  lessEqual,
  max,
  maximum,
  mul,
  ones,
  sqrt,
  square,
  sum,
  where,
} from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, mapTree } from '../core/tensor/tree.ts'
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
 * @category Transformations
 */
export const clipByValue = <P>(limit: number): Stateless<P> => ({
  name: 'clipByValue',
  hyperParameters: { limit: checked('clipByValue', limit) },
  init: () => ({}),
  update: (gradient, state) => [mapTree(gradient, (leaf) => clip(leaf, -limit, limit)), state],
})

/**
 * The norm of a record of tensors as one long vector, a float64 scalar. Squares neither overflow nor vanish.
 *
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { globalNorm } from 'puregrad/optim'
 * item(globalNorm({ a: tensor([3]), b: tensor([4]) })) // => 5
 * ```
 * @category Transformations
 */
export const globalNorm = (tree: unknown): Tensor => {
  const { size, unit } = measured(leavesOf(tree))
  return mul(size, unit)
}

/** The norm of tensors as one vector, as a multiple of a unit in which no square overflows or vanishes. */
const measured = (leaves: readonly Tensor[]): { readonly size: Tensor; readonly unit: Tensor } => {
  const parts = leaves.filter(({ size }) => size > 0).map((leaf) => cast(leaf, 'float64'))
  // Squares of float32 stay far inside the range of float64.
  const wide = leaves.some(({ dtype, size }) => dtype === 'float64' && size > 0)
  const unit: Tensor = wide
    ? lengthUnit(parts.map((part) => max(abs(part))).reduce((a, b) => maximum(a, b)))
    : ones([], { dtype: 'float64' })
  const squares = parts.map((part) => sum(square(wide ? div(part, unit) : part)))
  return { size: sqrt(squares.length === 0 ? mul(unit, 0) : squares.reduce((a, b) => add(a, b))), unit }
}

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
 * @category Transformations
 */
export const clipByGlobalNorm = <P>(limit: number): Stateless<P> => ({
  name: 'clipByGlobalNorm',
  hyperParameters: { limit: checked('clipByGlobalNorm', limit) },
  init: () => ({}),
  update: (gradient, state) => {
    const { size, unit } = measured(leavesOf(gradient))
    const short = lessEqual(mul(size, unit), limit)
    // In float64 and by the unit first: a factor from any length to the limit need not be a number of the dtype.
    const factor = div(limit, size)
    return [
      mapTree(gradient, (leaf) =>
        where(short, leaf, cast(mul(div(cast(leaf, 'float64'), unit), factor), leaf.dtype)),
      ),
      state,
    ]
  },
})
