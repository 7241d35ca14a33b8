import {
  add,
  cast,
  div,
  expandDims,
  maximum,
  mean,
  mul,
  pow,
  rsqrt,
  sqrt,
  square,
  sub,
  tensor,
  zeros,
} from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree, zipTrees } from '../core/tensor/tree.ts'
import { bounded } from './bounded.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/**
 * Averages of squared gradients: of matrices the means of their rows and of their columns, of all else every element (in
 * `rows`, and nothing in `columns`).
 *
 * @category Optimizers
 */
export interface FactoredState<P> {
  readonly rows: P
  readonly columns: P
  readonly count: Tensor
}

/**
 * How Adafactor forgets and limits.
 *
 * @category Optimizers
 */
export interface AdafactorOptions {
  /** The averages of step t keep 1 − t^−decay; 0.8 unless told otherwise. */
  readonly decay?: number
  /** Added to every squared gradient; 1e-30 unless told otherwise. */
  readonly epsilon?: number
}

const factoredSettings = { decay: positive, epsilon: positive } as const

/** The root mean square of all elements. */
const rootMeanSquare = (leaf: Tensor): Tensor => sqrt(mean(square(leaf)))

/**
 * g / √v̂ where v̂ of a matrix is the product of its row and column means over the whole mean: the memory of an n × m
 * matrix is n + m numbers. The last two axes of a tensor are a matrix; leading axes are a batch of them.
 *
 * Source: N. Shazeer, M. Stern, "Adafactor: adaptive learning rates with sublinear memory cost", ICML 2018, algorithm 4.
 *
 * @throws ArgumentError for another option, and unless both are above 0.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByFactoredRms } from 'puregrad/optim'
 * const optimizer = chain(scaleByFactoredRms<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([[1, 2]]) }
 * const [step] = optimizer.update({ w: tensor([[3, -4]]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [[-0.5, 0.5]]
 * ```
 * @category Optimizers
 */
export const scaleByFactoredRms = <P>(
  options: AdafactorOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, FactoredState<P>> => {
  checkOptimizer('scaleByFactoredRms', options, factoredSettings)
  const { decay = 0.8, epsilon = 1e-30 } = options
  const rowsOf = (leaf: Tensor): Tensor => (leaf.rank < 2 ? leaf : mean(leaf, { axis: -1 }))
  const columnsOf = (leaf: Tensor): Tensor =>
    leaf.rank < 2 ? zeros([0], { dtype: leaf.dtype }) : mean(leaf, { axis: -2 })
  return {
    name: 'scaleByFactoredRms',
    hyperParameters: { decay, epsilon },
    init: (params) => {
      const none = mapTree(params, (leaf) => mul(leaf, 0))
      return {
        rows: mapTree(none, rowsOf),
        columns: mapTree(none, columnsOf),
        count: tensor(0, { dtype: 'float64' }),
      }
    },
    update: (gradient, state) => {
      const count = add(state.count, 1)
      const fresh = pow(count, -decay)
      const slope: P = bounded(gradient)
      const squares = mapTree(slope, (leaf) => add(square(leaf), epsilon))
      const averaged = (old: P, of: (leaf: Tensor) => Tensor): P =>
        zipTrees(old, [squares], ([average, leaf]) =>
          add(average, mul(cast(fresh, average.dtype), sub(of(leaf), average))),
        )
      const [rows, columns] = [averaged(state.rows, rowsOf), averaged(state.columns, columnsOf)]
      const direction = zipTrees(slope, [rows, columns], ([g, r, c]) =>
        g.rank < 2
          ? mul(g, rsqrt(r))
          : mul(
              mul(g, expandDims(rsqrt(div(r, mean(r, { axis: -1, keepDims: true }))), { axis: -1 })),
              expandDims(rsqrt(c), { axis: -2 }),
            ),
      )
      return [direction as Gradient<P>, { rows, columns, count }]
    },
  }
}

type Stateless<P> = Transformation<P, Gradient<P>, Gradient<P>, Readonly<Record<never, never>>>

/**
 * Every tensor of a direction divided by max(1, RMS / limit): its root mean square is at most the limit.
 *
 * Source: N. Shazeer, M. Stern, ICML 2018, section 6.
 *
 * @throws ArgumentError unless the limit is finite and above 0.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { clipByRms } from 'puregrad/optim'
 * const params = { w: tensor([0, 0]) }
 * toArray(clipByRms<{ readonly w: Tensor }>(1).update({ w: tensor([2, -2]) }, {}, { params, step: 0, value: 0 })[0].w) // => [1, -1]
 * ```
 * @category Transformations
 */
export const clipByRms = <P>(limit: number): Stateless<P> => {
  checkSetting('clipByRms', 'limit', limit, positive)
  return {
    name: 'clipByRms',
    hyperParameters: { limit },
    init: () => ({}),
    update: (gradient, state) => [
      mapTree(gradient, (leaf) => div(leaf, maximum(1, div(rootMeanSquare(leaf), limit)))),
      state,
    ],
  }
}

/**
 * Every tensor of a direction times the root mean square of the parameter, which counts as `least` where it is smaller:
 * a rate that is a share of what it changes.
 *
 * Source: N. Shazeer, M. Stern, ICML 2018, section 8.
 *
 * @throws ArgumentError unless `least` is finite and above 0.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { scaleByParameterRms } from 'puregrad/optim'
 * const params = { w: tensor([3, -3]) }
 * toArray(scaleByParameterRms<{ readonly w: Tensor }>(0.001).update({ w: tensor([1, 2]) }, {}, { params, step: 0, value: 0 })[0].w) // => [3, 6]
 * ```
 * @category Transformations
 */
export const scaleByParameterRms = <P>(least: number): Stateless<P> => {
  checkSetting('scaleByParameterRms', 'least', least, positive)
  return {
    name: 'scaleByParameterRms',
    hyperParameters: { least },
    init: () => ({}),
    update: (gradient, state, { params }) => [
      zipTrees(
        gradient as P,
        [params],
        ([d, p]) => mul(d, maximum(rootMeanSquare(p), least)),
        'scaleByParameterRms',
      ) as Gradient<P>,
      state,
    ],
  }
}

const settings = { ...factoredSettings, clip: positive, least: positive } as const

/**
 * Adafactor: {@link scaleByFactoredRms}, {@link clipByRms} at 1, {@link scaleByParameterRms} of at least 1e-3, then
 * {@link descend}. The rate is a share of the size of each parameter; the paper's is min(0.01, 1/√t).
 *
 * @throws ArgumentError for another option, unless the others are above 0, and for a rate that is negative or not finite.
 * @example
 * ```ts
 * import { adafactor } from 'puregrad/optim'
 * adafactor({ learningRate: 0.01 }).name // => 'scaleByFactoredRms → clipByRms → scaleByParameterRms → descend'
 * ```
 * @category Optimizers
 */
export const adafactor = <P>(
  options: AdafactorOptions & {
    readonly learningRate: Schedule
    readonly clip?: number
    readonly least?: number
  },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('adafactor', options, settings, { rate: 'required' })
  const { learningRate, clip = 1, least = 1e-3, ...scaling } = options
  return chain(
    scaleByFactoredRms<P>(scaling),
    clipByRms<P>(clip),
    scaleByParameterRms<P>(least),
    descend<P>(learningRate),
  )
}

/** {@link adafactor} as data. */
export const adafactorKind = /* @__PURE__ */ optimizerKind('adafactor', settings, adafactor)
