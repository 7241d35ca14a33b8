import { centred } from '../core/numeric/centred.ts'
import {
  add,
  cast,
  div,
  full,
  greater,
  mean,
  mul,
  ones,
  reshape,
  sqrt,
  square,
  std,
  sub,
  tensor,
  where as select,
} from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { fraction, positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { namedLayer, requireWidth, widthOf, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import { largeFor, meanSquare } from './mean-square.ts'
import type { Layer } from './layer.ts'

/** How a unit is divided by its spread. */
const forms = ['standard', 'slide'] as const

/** What the moving statistics are of. */
const tracks = ['variance', 'sigma'] as const

/**
 * Scale and shift of the normalized values, `[width]` each.
 *
 * @category Layers
 */
export interface BatchNormParams {
  readonly gamma: Tensor
  readonly beta: Tensor
}

/**
 * Moving sums of the statistics; divided by their weight they are averages without the bias of the zero start.
 *
 * @category Layers
 */
export interface BatchNormState {
  readonly mean: Tensor
  /** Of the unbiased variance, or of σ. */
  readonly spread: Tensor
  readonly weight: Tensor
}

/**
 * How {@link batchNorm} normalizes, and what it tracks.
 *
 * @category Layers
 */
export interface BatchNormOptions {
  readonly form?: (typeof forms)[number]
  readonly track?: (typeof tracks)[number]
  /** The weight of the old value in the moving statistics, in [0, 1); 0.9 unless told otherwise. */
  readonly momentum?: number
  /** 1e-5 unless told otherwise. */
  readonly epsilon?: number
}

const settled = (where: string, options: BatchNormOptions): Required<BatchNormOptions> => {
  checkOptions(where, options, { form: true, track: true, momentum: true, epsilon: true })
  const { form = 'standard', track = 'variance', momentum = 0.9, epsilon = 1e-5 } = options
  checkChoice(where, 'form', form, forms)
  checkChoice(where, 'track', track, tracks)
  checkSetting(where, 'momentum', momentum, fraction)
  checkSetting(where, 'epsilon', epsilon, positive)
  return { form, track, momentum, epsilon }
}

const scaled = (deviations: Tensor, spread: Tensor, { gamma, beta }: BatchNormParams): Tensor =>
  add(mul(div(deviations, spread), gamma), beta)

/** √(σ² + ε), which is σ where its square leaves the range of the dtype. */
const withFloor = (sigma: Tensor, epsilon: number): Tensor =>
  select(greater(sigma, largeFor(sigma)), sigma, sqrt(add(square(sigma), epsilon)))

const evaluated = (
  { form, track, epsilon }: Required<BatchNormOptions>,
  params: BatchNormParams,
  state: BatchNormState,
  x: Tensor,
): Tensor => {
  const started = greater(state.weight, 0)
  const weight = cast(select(started, state.weight, 1), x.dtype)
  const spread: Tensor = select(started, div(state.spread, weight), 1)
  const root =
    form === 'slide'
      ? add(track === 'sigma' ? spread : sqrt(spread), epsilon)
      : track === 'sigma'
        ? withFloor(spread, epsilon)
        : sqrt(add(spread, epsilon))
  return scaled(sub(x, div(state.mean, weight)), root, params)
}

const trained = (
  { form, track, momentum, epsilon }: Required<BatchNormOptions>,
  params: BatchNormParams,
  state: BatchNormState,
  x: Tensor,
): readonly [Tensor, BatchNormState] => {
  const rows = x.shape[0] ?? 0
  const deviations = centred(x, 0)
  const { root, variance } = meanSquare(x, deviations, 0, epsilon)
  const sigma = (): Tensor => std(x, { axis: 0 })
  const seen: Tensor =
    track === 'sigma' ? sigma() : mul(reshape(variance, [variance.size]), rows / (rows - 1))
  const follow = (old: Tensor, value: Tensor): Tensor =>
    momentum === 0 ? value : add(mul(old, momentum), mul(value, 1 - momentum))
  return [
    scaled(deviations, form === 'slide' ? add(sigma(), epsilon) : root, params),
    {
      mean: follow(state.mean, mean(x, { axis: 0 })),
      spread: follow(state.spread, seen),
      weight: add(mul(state.weight, momentum), 1 - momentum),
    },
  ]
}

/**
 * Batch normalization of each unit, which is a place of the last axis, over the rows and every other axis, then γẑ + β. It
 * stands between a dense layer and its activation.
 *
 * `form` standard: ẑ = (z − μ)/√(σ² + ε); slide: (z − μ)/(σ + ε). Either has a finite gradient where a unit is constant
 * over the batch. In training μ and σ are those of the batch (σ² divides by the number of rows) and gradients flow
 * through them; in evaluation they are moving averages: `track` variance averages the unbiased variance (its mean over
 * batches is the variance of the data), sigma averages σ as it is (too small for small batches). Before any training
 * evaluation uses mean 0 and variance 1.
 *
 * Source: S. Ioffe, C. Szegedy, ICML 2015.
 *
 * @throws ArgumentError for an empty name, another option, a momentum outside [0, 1) or an ε that is not positive; when
 * applied in training, ShapeError for a batch of one row, which has no spread: `minibatches` with `{ last: 'drop' }` makes
 * no smaller last batch.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { batchNorm, network, trainMode } from 'puregrad/nn'
 * const net = network(1, batchNorm('norm', { epsilon: 1e-12 }))
 * const { params, state } = net.init(key(0))
 * toArray(net.apply(trainMode(key(1)), params, state, tensor([[1], [3]]))[0]) // => [[-1], [1]]
 * ```
 * @category Layers
 */
export const batchNorm = <const K extends string>(
  name: K,
  options: BatchNormOptions = {},
): Layer<K, BatchNormParams, BatchNormState> => {
  const where = `batchNorm '${name}'`
  const settings = settled(where, options)
  const { form, track, momentum, epsilon } = settings
  return {
    name: namedLayer('batchNorm', name),
    spec: { kind: 'batchNorm', name, form, track, momentum, epsilon },
    shape: (input) => withWidth(input, widthOf(where, input)),
    init: (_, input, dtype) => {
      const units = [widthOf(where, input)]
      return {
        params: { gamma: ones(units, { dtype }), beta: full(units, 0, { dtype }) },
        state: {
          mean: full(units, 0, { dtype }),
          spread: full(units, 0, { dtype }),
          weight: tensor(0, { dtype: 'float64' }),
        },
      }
    },
    apply: (mode, params, state, x) => {
      requireWidth(where, x, params.gamma.size)
      if (mode.kind === 'eval') return [evaluated(settings, params, state, x), state]
      const seen = reshape(x, [-1, params.gamma.size])
      const [rows] = seen.shape
      if (rows < 2)
        throw new ShapeError(
          `${where}: a batch of ${rows} has no spread; expected at least 2 rows (where it is the last one of an epoch, minibatches with { last: 'drop' } leaves it out)`,
        )
      const [y, after] = trained(settings, params, state, seen)
      return [reshape(y, x.shape), after]
    },
  }
}

/** {@link batchNorm} as data. */
export const batchNormKind = /* @__PURE__ */ layerKind(
  'batchNorm',
  { name: layerName, form: forms, track: tracks, momentum: fraction, epsilon: positive },
  ({ name, form, track, momentum, epsilon }) => batchNorm(name, { form, track, momentum, epsilon }),
)

/**
 * What describes {@link batchNorm} as plain data.
 *
 * @category Layers
 */
export type BatchNormSpec = SpecOfLayer<typeof batchNormKind>
