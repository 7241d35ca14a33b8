import { clip, greater, less, mul, onesLike, sign, where } from '../core/numeric/index.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import { mapTree, zipTrees } from '../core/tensor/tree.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { zerosOf } from './moving-average.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/**
 * The size of the next step of every element, and the gradient it is compared with.
 *
 * @category Optimizers
 */
export interface RPropState<P> {
  readonly sizes: P
  readonly last: P
}

/**
 * How the steps of Rprop grow and shrink; sizes are multiples of the learning rate, which is the first of them.
 *
 * @category Optimizers
 */
export interface RPropOptions {
  /** The factor where the slope keeps its sign; 1.2 unless told otherwise. */
  readonly grow?: number
  /** The factor where it has turned; 0.5 unless told otherwise. */
  readonly shrink?: number
  /** 1e-4 unless told otherwise. */
  readonly smallest?: number
  /** 5000 unless told otherwise. */
  readonly largest?: number
}

const settings = {
  grow: { min: 1 },
  shrink: { above: 0, max: 1 },
  smallest: positive,
  largest: positive,
} as const

/**
 * A size of its own for the step of every element, of which only the sign of the slope matters: larger while the sign
 * stays, smaller where it turns, and no step in the turn itself. For gradients of the whole data; the noise of batches
 * turns signs.
 *
 * Source: M. Riedmiller, H. Braun, 1993, as iRprop⁻ of C. Igel, M. Hüsken, 2000.
 *
 * @throws ArgumentError for another option, unless shrink ≤ 1 ≤ grow, and unless the sizes are above 0 and in order.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { scaleByTurns } from 'puregrad/optim'
 * const scaled = scaleByTurns<{ readonly w: Tensor }>()
 * const context = { params: { w: tensor([0, 0]) }, step: 0, value: 0 }
 * const [, state] = scaled.update({ w: tensor([5, 5]) }, scaled.init(context.params), context)
 * toArray(scaled.update({ w: tensor([1, -1]) }, state, context)[0].w) // => [1.2, 0]
 * ```
 * @category Optimizers
 */
export const scaleByTurns = <P>(
  options: RPropOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, RPropState<P>> => {
  checkOptimizer('scaleByTurns', options, settings)
  const { grow = 1.2, shrink = 0.5, smallest = 1e-4, largest = 5000 } = options
  if (smallest > largest)
    throw new ArgumentError(
      `scaleByTurns: expected a smallest size of at most the largest, ${largest}, got ${smallest}`,
    )
  return {
    name: 'scaleByTurns',
    hyperParameters: { grow, shrink, smallest, largest },
    init: (params) => ({ sizes: mapTree(params, (leaf) => onesLike(leaf)), last: zerosOf(params) }),
    update: (gradient, state) => {
      const turns = zipTrees(state.last, [gradient], ([l, g]) => mul(sign(l), sign(g)))
      const sizes = zipTrees(state.sizes, [turns], ([s, t]) =>
        clip(where(greater(t, 0), mul(s, grow), where(less(t, 0), mul(s, shrink), s)), smallest, largest),
      )
      const last = zipTrees(turns, [gradient], ([t, g]) => where(less(t, 0), 0, g))
      const direction = zipTrees(last, [sizes], ([g, s]) => mul(sign(g), s))
      return [direction as Gradient<P>, { sizes, last }]
    },
  }
}

/**
 * Rprop: {@link scaleByTurns}, then {@link descend}. The learning rate is the size of the first step.
 *
 * @throws ArgumentError like {@link scaleByTurns}, and for a rate that is negative or not finite.
 * @example
 * ```ts
 * import { rProp } from 'puregrad/optim'
 * rProp({ learningRate: 0.01 }).name // => 'scaleByTurns → descend'
 * ```
 * @category Optimizers
 */
export const rProp = <P>(
  options: RPropOptions & { readonly learningRate: Schedule },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('rProp', options, settings, { rate: 'required' })
  const { learningRate, ...scaling } = options
  return chain(scaleByTurns<P>(scaling), descend<P>(learningRate))
}

/** {@link rProp} as data. */
export const rPropKind = /* @__PURE__ */ optimizerKind('rProp', settings, rProp)
