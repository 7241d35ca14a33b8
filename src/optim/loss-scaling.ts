import {
  all,
  cast,
  div,
  add,
  equal,
  isFinite,
  logicalAnd,
  logicalNot,
  maximum,
  minimum,
  mul,
  tensor,
  where,
} from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { isRecord, leavesOf, mapTree } from '../core/tensor/tree.ts'
import { chooseTree } from './choose-tree.ts'
import { checkTransformation, type Gradient, type Optimizer } from './transformation.ts'

/**
 * What the loss is multiplied by, how many finite gradients there have been since it changed, how many steps were made,
 * and the state of the optimizer.
 *
 * @category Transformations
 */
export interface LossScaleState<S> {
  /** A float64 scalar, a power of 2 where all settings are. */
  readonly lossScale: Tensor
  readonly finite: Tensor
  readonly steps: Tensor
  readonly inner: S
}

/**
 * How the scale of the loss follows the gradients.
 *
 * @category Transformations
 */
export interface LossScaleOptions {
  /** 2¹⁵ unless told otherwise. */
  readonly initial?: number
  /** The factor after `every` finite gradients in a row; 2 unless told otherwise. */
  readonly grow?: number
  /** The factor at a gradient that is not finite; ½ unless told otherwise. */
  readonly shrink?: number
  /** 2000 unless told otherwise. */
  readonly every?: number
  /** 1 unless told otherwise. */
  readonly least?: number
  /** 2²⁴ unless told otherwise. */
  readonly most?: number
}

const settings = {
  initial: positive,
  grow: { min: 1 },
  shrink: { above: 0, max: 1 },
  every: count,
  least: positive,
  most: positive,
} as const

const allFinite = (tree: unknown): Tensor =>
  leavesOf(tree)
    .map((leaf) => all(isFinite(leaf)))
    .reduce<Tensor>((a, b) => logicalAnd(a, b), tensor(true, { dtype: 'bool' }))

/**
 * An optimizer for gradients in a narrow dtype: the loss is multiplied by a scale, so that small gradients do not vanish,
 * and the gradient divided by it. A gradient that is not finite makes no step: the parameters and the optimizer's state
 * stay, and the scale falls; after `every` finite ones in a row it rises. `descendStep` and `supervisedStep` multiply the
 * loss by themselves; a step of one's own multiplies it by {@link lossScaleOf}.
 *
 * Source: P. Micikevicius et al., "Mixed precision training", ICLR 2018, section 3.2.
 *
 * @throws ArgumentError for another option, unless shrink ≤ 1 ≤ grow, `every` is a positive integer and the scales are
 * above 0, and for what is no optimizer.
 * @example
 * ```ts
 * import { item, tensor, toArray, type Tensor } from 'puregrad'
 * import { lossScaleOf, scaleLoss, sgd } from 'puregrad/optim'
 * const optimizer = scaleLoss(sgd<{ readonly w: Tensor }>({ learningRate: 1 }), { initial: 8 })
 * const context = { params: { w: tensor([0]) }, step: 0, value: 0 }
 * const [step] = optimizer.update({ w: tensor([16]) }, optimizer.init(context.params), context)
 * toArray(step.w) // => [-2]
 * const [none, state] = optimizer.update({ w: tensor([Infinity]) }, optimizer.init(context.params), context)
 * toArray(none.w) // => [0]
 * item(lossScaleOf(state)) // => 4
 * ```
 * @category Transformations
 */
export const scaleLoss = <P, S>(
  optimizer: Optimizer<P, S>,
  options: LossScaleOptions = {},
): Optimizer<P, LossScaleState<S>> => {
  checkTransformation('scaleLoss', 'the optimizer', optimizer)
  checkOptions('scaleLoss', options, {
    initial: true,
    grow: true,
    shrink: true,
    every: true,
    least: true,
    most: true,
  })
  const { initial = 2 ** 15, grow = 2, shrink = 0.5, every = 2000, least = 1, most = 2 ** 24 } = options
  const settled = { initial, grow, shrink, every, least, most }
  Object.entries(settings).forEach(([name, range]) =>
    checkSetting('scaleLoss', name, settled[name as keyof typeof settled], range),
  )
  const scalar = (value: number): Tensor => tensor(value, { dtype: 'float64' })
  return {
    name: `scaleLoss(${optimizer.name})`,
    hyperParameters: settled,
    init: (params) => ({
      lossScale: scalar(initial),
      finite: scalar(0),
      steps: scalar(0),
      inner: optimizer.init(params),
    }),
    update: (gradient, state, context) => {
      const sound = allFinite(gradient)
      // What is not finite is not shown to the optimizer: its state would be lost even where it is not taken.
      const unscaled = mapTree(gradient as P, (leaf) =>
        where(sound, div(leaf, cast(state.lossScale, leaf.dtype)), 0),
      ) as Gradient<P>
      const [move, inner] = optimizer.update(unscaled, state.inner, { ...context, step: state.steps })
      const finite = add(state.finite, 1)
      const due = equal(finite, every)
      const risen = where(due, minimum(mul(state.lossScale, grow), most), state.lossScale)
      return [
        mapTree(move, (leaf) => where(sound, leaf, 0)),
        {
          lossScale: where(sound, risen, maximum(mul(state.lossScale, shrink), least)),
          finite: where(logicalAnd(sound, logicalNot(due)), finite, 0),
          steps: where(sound, add(state.steps, 1), state.steps),
          inner: chooseTree(sound, inner, state.inner),
        },
      ]
    },
  }
}

const findScale = (state: unknown): Tensor | undefined =>
  isRecord(state) && 'lossScale' in state && 'finite' in state
    ? (state['lossScale'] as Tensor)
    : Array.isArray(state)
      ? state.map(findScale).find((found) => found !== undefined)
      : undefined

/**
 * What the loss has to be multiplied by, from the state of an optimizer with {@link scaleLoss} somewhere in its chain; 1
 * for any other.
 *
 * @example
 * ```ts
 * import { item, tensor, type Tensor } from 'puregrad'
 * import { lossScaleOf, scaleLoss, sgd } from 'puregrad/optim'
 * const params = { w: tensor([0]) }
 * item(lossScaleOf(scaleLoss(sgd<{ readonly w: Tensor }>({ learningRate: 1 })).init(params))) // => 32768
 * item(lossScaleOf(sgd({ learningRate: 1 }).init(params))) // => 1
 * ```
 * @category Transformations
 */
export const lossScaleOf = (state: unknown): Tensor => findScale(state) ?? tensor(1, { dtype: 'float64' })

/** A loss as the optimizer of this state wants it, and back. */
export const scaledLoss = (
  state: unknown,
): { readonly up: (loss: Tensor) => Tensor; readonly down: (loss: Tensor) => Tensor } => {
  const scale = findScale(state)
  return scale === undefined
    ? { up: (loss) => loss, down: (loss) => loss }
    : {
        up: (loss) => mul(loss, cast(scale, loss.dtype)),
        down: (loss) => div(loss, cast(scale, loss.dtype)),
      }
}
