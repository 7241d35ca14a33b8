import { item } from '../core/autodiff/read.ts'
import { cast, div, mul, sub, tensor } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { fraction } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { applyStep } from './apply-step.ts'
import { movingAverage, zerosOf } from './moving-average.ts'
import type { Step, Transformation } from './transformation.ts'

/**
 * An exponential moving average of the parameters, and the weight its zero start has lost.
 *
 * @category Transformations
 */
export interface ParameterAverageState<P> {
  readonly parameterSum: P
  readonly parameterWeight: Tensor
}

/**
 * Keeps an exponential average of the parameters in the optimizer's state; the steps pass unchanged. It goes last in a
 * chain. Read it with {@link averagedParameters}, bias-corrected.
 *
 * Source: B. T. Polyak, A. B. Juditsky, 1992, with exponential weights.
 *
 * @throws ArgumentError unless the decay lies in [0, 1).
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { averagedParameters, averageParameters, chain, sgd } from 'puregrad/optim'
 * const optimizer = chain(sgd<{ readonly w: Tensor }>({ learningRate: 1 }), averageParameters(0.5))
 * const params = { w: tensor([3]) }
 * const [, state] = optimizer.update({ w: tensor([1]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(averagedParameters(state, params).w) // => [2]
 * ```
 * @category Transformations
 */
export const averageParameters = <P>(
  decay: number,
): Transformation<P, Step<P>, Step<P>, ParameterAverageState<P>> => {
  checkSetting('averageParameters', 'decay', decay, fraction)
  return {
    name: 'averageParameters',
    hyperParameters: { decay },
    init: (params) => ({
      parameterSum: zerosOf(params),
      parameterWeight: tensor(0, { dtype: 'float64' }),
    }),
    update: (step, state, { params }) => [
      step,
      {
        parameterSum: movingAverage(state.parameterSum, applyStep(params, step), decay),
        parameterWeight: sub(1, mul(decay, sub(1, state.parameterWeight))),
      },
    ],
  }
}

const isAverage = <P>(state: unknown): state is ParameterAverageState<P> =>
  typeof state === 'object' && state !== null && 'parameterSum' in state && 'parameterWeight' in state

const findAverage = <P>(state: unknown): ParameterAverageState<P> | undefined =>
  isAverage<P>(state)
    ? state
    : Array.isArray(state)
      ? state.map((part: unknown) => findAverage<P>(part)).find((found) => found !== undefined)
      : undefined

/**
 * The average that {@link averageParameters} keeps somewhere in the state of a chain.
 *
 * @param params what to give before the first step.
 * @throws ArgumentError where the state holds none.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { averagedParameters, averageParameters } from 'puregrad/optim'
 * const params = { w: tensor([1]) }
 * const state = averageParameters<typeof params>(0.5).init(params)
 * toArray(averagedParameters(state, params).w) // => [1]
 * ```
 * @category Transformations
 */
export const averagedParameters = <P>(state: unknown, params: P): P => {
  const found = findAverage<P>(state)
  if (found === undefined)
    throw new ArgumentError('averagedParameters: the state is of an optimizer without averageParameters')
  const { parameterSum, parameterWeight } = found
  return item(parameterWeight) === 0
    ? params
    : mapTree(parameterSum, (leaf) => div(leaf, cast(parameterWeight, leaf.dtype)))
}
