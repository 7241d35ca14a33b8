import { add, normal } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * Adds N(0, deviation²) to every value in training and nothing in evaluation. On the inputs of a linear model under the
 * squared error its expectation is the penalty deviation²·Σw².
 *
 * Source: C. M. Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995.
 *
 * @throws ArgumentError for an empty name or a negative deviation.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { evalMode, gaussianNoise, network } from 'puregrad/nn'
 * const net = network(1, gaussianNoise('noise', 0.1))
 * const { params, state } = net.init(key(0))
 * toArray(net.apply(evalMode, params, state, tensor([[1]]))[0]) // => [[1]]
 * ```
 * @category Layers
 */
export const gaussianNoise = <const K extends string>(
  name: K,
  deviation: number,
): Layer<K, NoState, NoState> => {
  checkSetting(`gaussianNoise '${name}'`, 'deviation', deviation, notNegative)
  return {
    name: namedLayer('gaussianNoise', name),
    spec: { kind: 'gaussianNoise', name, deviation },
    shape: (input) => input,
    init: () => ({ params: {}, state: {} }),
    apply: (mode, _, state, x) => [
      mode.kind === 'train'
        ? add(
            x,
            normal(mode.key, x.shape, {
              std: deviation,
              dtype: x.dtype === 'float64' ? 'float64' : 'float32',
            }),
          )
        : x,
      state,
    ],
  }
}

/** {@link gaussianNoise} as data. */
export const gaussianNoiseKind = /* @__PURE__ */ layerKind(
  'gaussianNoise',
  { name: layerName, deviation: notNegative },
  ({ name, deviation }) => gaussianNoise(name, deviation),
)

/**
 * What describes {@link gaussianNoise} as plain data.
 *
 * @category Layers
 */
export type GaussianNoiseSpec = SpecOfLayer<typeof gaussianNoiseKind>
