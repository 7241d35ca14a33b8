import { add, div, sqrt, square } from '../core/numeric/index.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { bounded, ofSums } from './bounded.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { zerosOf } from './moving-average.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/**
 * The sum of the squares of all gradients so far.
 *
 * @category Optimizers
 */
export interface AdagradState<P> {
  readonly squares: P
}

/**
 * The ε of Adagrad.
 *
 * @category Optimizers
 */
export interface AdagradOptions {
  readonly epsilon?: number
}

const settings = { epsilon: positive } as const

/**
 * Adagrad's direction: g / (√Σg² + ε), the sum running over all steps.
 *
 * Source: J. Duchi, E. Hazan, Y. Singer, JMLR 12, 2011.
 *
 * @throws ArgumentError for another option or an ε that is not positive.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByAdagrad } from 'puregrad/optim'
 * const optimizer = chain(scaleByAdagrad<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.5, 0.5]
 * ```
 * @category Optimizers
 */
export const scaleByAdagrad = <P>(
  options: AdagradOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AdagradState<P>> => {
  checkOptimizer('scaleByAdagrad', options, settings)
  const { epsilon = 1e-10 } = options
  return {
    name: 'scaleByAdagrad',
    hyperParameters: { epsilon },
    init: (params) => ({ squares: zerosOf(params) }),
    update: (gradient, state) => {
      const slope: P = bounded(gradient, ofSums)
      const squares = zipTrees(state.squares, [slope], ([s, g]) => add(s, square(g)), 'scaleByAdagrad')
      const direction = zipTrees(slope, [squares], ([g, s]) => div(g, add(sqrt(s), epsilon)))
      return [direction as Gradient<P>, { squares }]
    },
  }
}

/**
 * Adagrad: {@link scaleByAdagrad}, then {@link descend}.
 *
 * @throws ArgumentError like {@link scaleByAdagrad}, and for a rate that is negative or not finite.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { adagrad } from 'puregrad/optim'
 * const optimizer = adagrad<{ readonly w: Tensor }>({ learningRate: 0.5 })
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([3]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.5]
 * ```
 * @category Optimizers
 */
export const adagrad = <P>(
  options: AdagradOptions & { readonly learningRate: Schedule },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('adagrad', options, settings, { rate: 'required' })
  const { learningRate, ...scaling } = options
  return chain(scaleByAdagrad<P>(scaling), descend<P>(learningRate))
}

/** {@link adagrad} as data. */
export const adagradKind = /* @__PURE__ */ optimizerKind('adagrad', settings, adagrad)
