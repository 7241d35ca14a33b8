import { add, cast, div, equal, maximum, mul, square, sub, tensor, where } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { isRecord, zipTrees } from '../core/tensor/tree.ts'
import { adamSettings, scaleByAdam, type AdamOptions } from './adam.ts'
import { applyStep } from './apply-step.ts'
import { descend, learningRateOf } from './descend.ts'
import { rateAt, type Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { sgd } from './sgd.ts'
import { chain, checkTransformation, type Optimizer, type Step } from './transformation.ts'
import { decayWeights, type WeightDecayOptions } from './weight-decay.ts'

/**
 * The fast parameters z, the average x of theirs so far, and the weights in it.
 *
 * @category Transformations
 */
export interface ScheduleFreeState<P, S> {
  readonly fast: P
  readonly averaged: P
  readonly weight: Tensor
  readonly topRate: Tensor
  readonly inner: S
}

/** Between 0 and 1, both excluded: at 0 and 1 the gradient is taken at z or at x alone. */
const betaRange = { above: 0, below: 1 } as const

const between = <P>(a: P, b: P, share: Tensor): P =>
  zipTrees(a, [b], ([x, y]) => add(x, mul(sub(y, x), cast(share, x.dtype))))

/**
 * An optimizer without a schedule of its rate: it moves parameters z, whose average x is the result, and the gradient is
 * taken at y = (1 − β)z + βx, which is what training holds. Use {@link scheduleFreeParameters} for x, in evaluation too.
 * The optimizer has no momentum of its own; a warm-up of its rate is the only schedule it needs, and steps weigh in the
 * average as the square of the largest rate so far.
 *
 * Source: A. Defazio et al., "The road less scheduled", NeurIPS 2024, algorithm 1.
 *
 * @throws ArgumentError for another option, unless β lies between 0 and 1, and for what is no optimizer.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { scheduleFree, scheduleFreeParameters, sgd } from 'puregrad/optim'
 * const optimizer = scheduleFree(sgd<{ readonly w: Tensor }>({ learningRate: 1 }), { beta: 0.5 })
 * const params = { w: tensor([4]) }
 * const [step, state] = optimizer.update({ w: tensor([2]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-2]
 * toArray(scheduleFreeParameters(state, params).w) // => [2]
 * ```
 * @category Transformations
 */
export const scheduleFree = <P, S>(
  fast: Optimizer<P, S>,
  options: { readonly beta?: number } = {},
): Optimizer<P, ScheduleFreeState<P, S>> => {
  checkTransformation('scheduleFree', 'the optimizer', fast)
  checkOptions('scheduleFree', options, { beta: true })
  const { beta = 0.9 } = options
  checkSetting('scheduleFree', 'beta', beta, betaRange)
  const schedule = learningRateOf(fast)
  const scalar = (value: number): Tensor => tensor(value, { dtype: 'float64' })
  return {
    name: `scheduleFree(${fast.name})`,
    hyperParameters: { beta },
    init: (params) => ({
      fast: params,
      averaged: params,
      weight: scalar(0),
      topRate: scalar(0),
      inner: fast.init(params),
    }),
    update: (gradient, state, context) => {
      const [move, inner] = fast.update(gradient, state.inner, context)
      const z = applyStep(state.fast, move)
      const rate = schedule === undefined ? scalar(1) : cast(rateAt(schedule, context.step), 'float64')
      const topRate = maximum(state.topRate, rate)
      const weight = add(state.weight, square(topRate))
      // A warm-up may begin at 0: until something has moved there is nothing to average.
      const share = where(equal(weight, 0), 0, div(square(topRate), where(equal(weight, 0), 1, weight)))
      const averaged = between(state.averaged, z, share)
      const next = between(z, averaged, scalar(beta))
      const step: P = zipTrees(next, [context.params], ([y, p]) => sub(y, p))
      return [step as Step<P>, { fast: z, averaged, weight, topRate, inner }]
    },
  }
}

const isScheduleFree = <P>(state: unknown): state is ScheduleFreeState<P, unknown> =>
  isRecord(state) && 'fast' in state && 'averaged' in state && 'topRate' in state

const findScheduleFree = <P>(state: unknown): ScheduleFreeState<P, unknown> | undefined =>
  isScheduleFree<P>(state)
    ? state
    : Array.isArray(state)
      ? state.map((part: unknown) => findScheduleFree<P>(part)).find((found) => found !== undefined)
      : undefined

/**
 * The averaged parameters that {@link scheduleFree} keeps somewhere in the state of a chain: those to evaluate and to keep.
 *
 * @param _params parameters of the same structure, which the type is taken from.
 * @throws ArgumentError where the state holds none.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { scheduleFreeParameters, scheduleFreeSgd } from 'puregrad/optim'
 * const params = { w: tensor([1]) }
 * toArray(scheduleFreeParameters(scheduleFreeSgd<typeof params>({ learningRate: 1 }).init(params), params).w) // => [1]
 * ```
 * @category Transformations
 */
export const scheduleFreeParameters = <P>(state: unknown, _params: P): P => {
  const found = findScheduleFree<P>(state)
  if (found === undefined)
    throw new ArgumentError('scheduleFreeParameters: the state is of an optimizer without scheduleFree')
  return found.averaged
}

const sgdSettings = { beta: betaRange, weightDecay: notNegative } as const

/**
 * Gradient descent without a schedule: {@link scheduleFree} of the gradient and weight decay.
 *
 * @throws ArgumentError like {@link scheduleFree}, and for a rate or a decay that is negative or not finite.
 * @example
 * ```ts
 * import { scheduleFreeSgd } from 'puregrad/optim'
 * scheduleFreeSgd({ learningRate: 1 }).name // => 'scheduleFree(decayWeights → descend)'
 * ```
 * @category Optimizers
 */
export const scheduleFreeSgd = <P>(
  options: WeightDecayOptions & {
    readonly learningRate: Schedule
    readonly beta?: number
    readonly weightDecay?: number
  },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('scheduleFreeSgd', options, sgdSettings, { rate: 'required', also: ['where'] })
  const { learningRate, beta = 0.9, weightDecay = 0, where: decayed = () => true } = options
  return chain(
    scheduleFree(chain(decayWeights<P>(weightDecay, { where: decayed }), sgd<P>({ learningRate })), { beta }),
  )
}

/** {@link scheduleFreeSgd} as data. */
export const scheduleFreeSgdKind = /* @__PURE__ */ optimizerKind(
  'scheduleFreeSgd',
  sgdSettings,
  scheduleFreeSgd,
)

const { b2: b2Range, epsilon: epsilonRange } = adamSettings
const adamWSettings = { ...sgdSettings, b2: b2Range, epsilon: epsilonRange } as const

/**
 * AdamW without a schedule: {@link scheduleFree} of Adam's scaling without its momentum, and decoupled weight decay.
 *
 * Source: A. Defazio et al., NeurIPS 2024.
 *
 * @throws ArgumentError like {@link scheduleFree} and `adamW`.
 * @example
 * ```ts
 * import { scheduleFreeAdamW } from 'puregrad/optim'
 * scheduleFreeAdamW({ learningRate: 0.0025 }).name // => 'scheduleFree(scaleByAdam → decayWeights → descend)'
 * ```
 * @category Optimizers
 */
export const scheduleFreeAdamW = <P>(
  options: Pick<AdamOptions, 'b2' | 'epsilon'> &
    WeightDecayOptions & {
      readonly learningRate: Schedule
      readonly beta?: number
      readonly weightDecay?: number
    },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('scheduleFreeAdamW', options, adamWSettings, { rate: 'required', also: ['where'] })
  const { learningRate, beta = 0.9, weightDecay = 0, where: decayed = () => true, ...scaling } = options
  return chain(
    scheduleFree(
      chain(
        scaleByAdam<P>({ ...scaling, b1: 0 }),
        decayWeights<P>(weightDecay, { where: decayed }),
        descend<P>(learningRate),
      ),
      { beta },
    ),
  )
}

/** {@link scheduleFreeAdamW} as data. */
export const scheduleFreeAdamWKind = /* @__PURE__ */ optimizerKind(
  'scheduleFreeAdamW',
  adamWSettings,
  scheduleFreeAdamW,
)
