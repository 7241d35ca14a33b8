import { mul, ones } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { namedLayer, requireWidth, widthOf, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * The factors of {@link scaleFeatures}, `[width]`.
 *
 * @category Layers
 */
export interface ScaleFeaturesParams {
  readonly scale: Tensor
}

/**
 * Every feature times a factor that is learned and begins as 1: with a rate of its own, a soft choice of features.
 *
 * Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, arXiv:2407.04491, 2024.
 *
 * @throws ArgumentError for an empty name; ShapeError for inputs without an axis.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { evalMode, network, scaleFeatures } from 'puregrad/nn'
 * const net = network(2, scaleFeatures('front'))
 * toArray(net.apply(evalMode, { front: { scale: tensor([2, 0]) } }, { front: {} }, tensor([[1, 3]]))[0]) // => [[2, 0]]
 * ```
 * @category Layers
 */
export const scaleFeatures = <const K extends string>(name: K): Layer<K, ScaleFeaturesParams, NoState> => {
  const where = `scaleFeatures '${name}'`
  return {
    name: namedLayer('scaleFeatures', name),
    spec: { kind: 'scaleFeatures', name },
    shape: (input) => withWidth(input, widthOf(where, input)),
    init: (_, input, dtype) => ({ params: { scale: ones([widthOf(where, input)], { dtype }) }, state: {} }),
    apply: (_, { scale }, state, x) => {
      requireWidth(where, x, scale.size)
      return [mul(x, scale), state]
    },
  }
}

/** {@link scaleFeatures} as data. */
export const scaleFeaturesKind = /* @__PURE__ */ layerKind('scaleFeatures', { name: layerName }, ({ name }) =>
  scaleFeatures(name),
)

/**
 * What describes {@link scaleFeatures} as plain data.
 *
 * @category Layers
 */
export type ScaleFeaturesSpec = SpecOfLayer<typeof scaleFeaturesKind>
