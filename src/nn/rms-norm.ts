import { div, mul, ones } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { namedLayer, requireWidth, widthOf, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'
import { meanSquare } from './mean-square.ts'

/**
 * Scale of the normalized values, `[width]`.
 *
 * @category Layers
 */
export interface RmsNormParams {
  readonly gamma: Tensor
}

/**
 * γ·x / √(mean x² + ε) over the last axis: layer normalization without the mean and the shift.
 *
 * Source: B. Zhang, R. Sennrich, NeurIPS 2019.
 *
 * @throws ArgumentError for an empty name, another option or an ε that is not positive; ShapeError for inputs without an
 * axis.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { evalMode, network, rmsNorm } from 'puregrad/nn'
 * const net = network(2, rmsNorm('norm', { epsilon: 1e-12 }))
 * const { params, state } = net.init(key(0))
 * toArray(net.apply(evalMode, params, state, tensor([[1, 7]]))[0]) // => [[0.2, 1.4]]
 * ```
 * @category Layers
 */
export const rmsNorm = <const K extends string>(
  name: K,
  options: { readonly epsilon?: number } = {},
): Layer<K, RmsNormParams, NoState> => {
  const where = `rmsNorm '${name}'`
  checkOptions(where, options, { epsilon: true })
  const { epsilon = 1e-5 } = options
  checkSetting(where, 'epsilon', epsilon, positive)
  return {
    name: namedLayer('rmsNorm', name),
    spec: { kind: 'rmsNorm', name, epsilon },
    shape: (input) => withWidth(input, widthOf(where, input)),
    init: (_, input, dtype) => ({ params: { gamma: ones([widthOf(where, input)], { dtype }) }, state: {} }),
    apply: (_, { gamma }, state, x) => {
      requireWidth(where, x, gamma.size)
      return [mul(div(x, meanSquare(x, x, -1, epsilon).root), gamma), state]
    },
  }
}

/** {@link rmsNorm} as data. */
export const rmsNormKind = /* @__PURE__ */ layerKind(
  'rmsNorm',
  { name: layerName, epsilon: positive },
  ({ name, epsilon }) => rmsNorm(name, { epsilon }),
)

/**
 * What describes {@link rmsNorm} as plain data.
 *
 * @category Layers
 */
export type RmsNormSpec = SpecOfLayer<typeof rmsNormKind>
