import { add, div, equal, logicalOr, mul, norm, where } from '../core/numeric/index.ts'
import { fraction, notNegative, positive } from '../core/tensor/setting-ranges.ts'
import { zipTrees, type Path } from '../core/tensor/tree.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { trace } from './trace.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/**
 * How long the steps of {@link lars} are, and which parameters it scales.
 *
 * @category Optimizers
 */
export interface LayerRateOptions {
  /** The length of a direction as a share of the parameter's; 0.001 unless told otherwise. */
  readonly coefficient?: number
  /** Added to the gradient as λθ; none unless told otherwise. */
  readonly weightDecay?: number
  /** Which parameters are scaled and decay, by path; the others' gradients pass. All unless told otherwise. */
  readonly where?: (path: Path) => boolean
}

const layerSettings = { coefficient: positive, weightDecay: notNegative } as const

/**
 * A rate for each parameter tensor: η‖θ‖ / (‖g‖ + λ‖θ‖) times g + λθ. Where θ or g is all 0 the gradient passes.
 *
 * Source: Y. You, I. Gitman, B. Ginsburg, "Large batch training of convolutional networks", 2017, algorithm 1.
 *
 * @throws ArgumentError for another option, a coefficient that is not above 0, or a decay that is negative.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { scaleByLayerRate } from 'puregrad/optim'
 * const params = { w: tensor([0, 10]) }
 * const scaled = scaleByLayerRate<{ readonly w: Tensor }>({ coefficient: 0.5 })
 * toArray(scaled.update({ w: tensor([3, 4]) }, {}, { params, step: 0, value: 0 })[0].w) // => [3, 4]
 * ```
 * @category Optimizers
 */
export const scaleByLayerRate = <P>(
  options: LayerRateOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, Readonly<Record<never, never>>> => {
  checkOptimizer('scaleByLayerRate', options, layerSettings, { also: ['where'] })
  const { coefficient = 0.001, weightDecay = 0, where: scaled = () => true } = options
  return {
    name: 'scaleByLayerRate',
    hyperParameters: { coefficient, weightDecay },
    init: () => ({}),
    update: (gradient, state, { params }) => [
      zipTrees(
        gradient as P,
        [params],
        ([g, p], path) => {
          if (!scaled(path)) return g
          const [slope, size] = [norm(g), norm(p)]
          const none = logicalOr(equal(slope, 0), equal(size, 0))
          const by = div(mul(size, coefficient), where(none, 1, add(slope, mul(size, weightDecay))))
          return mul(weightDecay === 0 ? g : add(g, mul(p, weightDecay)), where(none, 1, by))
        },
        'scaleByLayerRate',
      ) as Gradient<P>,
      state,
    ],
  }
}

const settings = { ...layerSettings, beta: fraction, nesterov: [true, false] } as const

/**
 * LARS: {@link scaleByLayerRate}, momentum of 0.9 unless told otherwise, then {@link descend}.
 *
 * @throws ArgumentError like {@link scaleByLayerRate}, unless β lies in [0, 1), and for a rate that is negative or not
 * finite.
 * @example
 * ```ts
 * import { lars } from 'puregrad/optim'
 * lars({ learningRate: 1 }).name // => 'scaleByLayerRate → trace → descend'
 * ```
 * @category Optimizers
 */
export const lars = <P>(
  options: LayerRateOptions & {
    readonly learningRate: Schedule
    readonly beta?: number
    readonly nesterov?: boolean
  },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('lars', options, settings, { rate: 'required', also: ['where'] })
  const { learningRate, beta = 0.9, nesterov = false, ...scaling } = options
  return chain(scaleByLayerRate<P>(scaling), trace<P>(beta, { nesterov }), descend<P>(learningRate))
}

/** {@link lars} as data. */
export const larsKind = /* @__PURE__ */ optimizerKind('lars', settings, lars)
