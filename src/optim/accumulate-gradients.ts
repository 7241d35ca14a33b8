import { add, div, equal, tensor, where } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count as atLeastOne } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree, zipTrees } from '../core/tensor/tree.ts'
import { chooseTree } from './choose-tree.ts'
import { zerosOf } from './moving-average.ts'
import { checkTransformation, type Gradient, type Optimizer } from './transformation.ts'

/**
 * The sum of the gradients since the last step, their number, and the number of steps made.
 *
 * @category Transformations
 */
export interface AccumulationState<P, S> {
  readonly sum: P
  readonly gathered: Tensor
  readonly steps: Tensor
  readonly inner: S
}

/**
 * Gathers the gradients of `count` batches and makes one step along their mean; between, the parameters stay. The inner
 * optimizer and its schedule see only the steps made.
 *
 * @throws ArgumentError unless `count` is a positive integer, and for what is no optimizer.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { accumulateGradients, sgd } from 'puregrad/optim'
 * const optimizer = accumulateGradients(2, sgd<{ readonly w: Tensor }>({ learningRate: 1 }))
 * const context = { params: { w: tensor([0]) }, step: 0, value: 0 }
 * const [first, state] = optimizer.update({ w: tensor([2]) }, optimizer.init(context.params), context)
 * const [second] = optimizer.update({ w: tensor([4]) }, state, context)
 * toArray(first.w) // => [0]
 * toArray(second.w) // => [-3]
 * ```
 * @category Transformations
 */
export const accumulateGradients = <P, S>(
  count: number,
  optimizer: Optimizer<P, S>,
): Optimizer<P, AccumulationState<P, S>> => {
  checkTransformation('accumulateGradients', 'the optimizer', optimizer)
  checkSetting('accumulateGradients', 'count', count, atLeastOne)
  const zero = (): Tensor => tensor(0, { dtype: 'float64' })
  return {
    name: `accumulateGradients(${optimizer.name})`,
    hyperParameters: { count },
    init: (params) => ({
      sum: zerosOf(params),
      gathered: zero(),
      steps: zero(),
      inner: optimizer.init(params),
    }),
    update: (gradient, state, context) => {
      const gathered = add(state.gathered, 1)
      const due = equal(gathered, count)
      const total = zipTrees(state.sum, [gradient], ([s, g]) => add(s, g), 'accumulateGradients')
      const mean = mapTree(total, (leaf) => div(leaf, count)) as Gradient<P>
      const [move, inner] = optimizer.update(mean, state.inner, { ...context, step: state.steps })
      return [
        mapTree(move, (leaf) => where(due, leaf, 0)),
        {
          sum: mapTree(total, (leaf) => where(due, 0, leaf)),
          gathered: where(due, 0, gathered),
          steps: where(due, add(state.steps, 1), state.steps),
          inner: chooseTree(due, inner, state.inner),
        },
      ]
    },
  }
}
