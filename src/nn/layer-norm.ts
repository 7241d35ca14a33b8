import { centred } from '../core/numeric/centred.ts'
import { add, div, full, mul, ones } from '../core/numeric/index.ts'
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
 * Scale and shift of the normalized values, `[width]` each.
 *
 * @category Layers
 */
export interface LayerNormParams {
  readonly gamma: Tensor
  readonly beta: Tensor
}

/**
 * Normalizes over the last axis, the units, then γẑ + β; rows (and steps of a sequence, places of an image) do not depend
 * on each other, in training or evaluation.
 *
 * Source: J. L. Ba, J. R. Kiros, G. E. Hinton, arXiv:1607.06450, 2016.
 *
 * @throws ArgumentError for an empty name, another option or an ε that is not positive.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { evalMode, layerNorm, network } from 'puregrad/nn'
 * const net = network(2, layerNorm('norm', { epsilon: 1e-12 }))
 * const { params, state } = net.init(key(0))
 * toArray(net.apply(evalMode, params, state, tensor([[1, 3], [5, 9]]))[0]) // => [[-1, 1], [-1, 1]]
 * ```
 * @category Layers
 */
export const layerNorm = <const K extends string>(
  name: K,
  options: { readonly epsilon?: number } = {},
): Layer<K, LayerNormParams, NoState> => {
  const where = `layerNorm '${name}'`
  checkOptions(where, options, { epsilon: true })
  const { epsilon = 1e-5 } = options
  checkSetting(where, 'epsilon', epsilon, positive)
  return {
    name: namedLayer('layerNorm', name),
    spec: { kind: 'layerNorm', name, epsilon },
    shape: (input) => withWidth(input, widthOf(where, input)),
    init: (_, input, dtype) => {
      const units = [widthOf(where, input)]
      return { params: { gamma: ones(units, { dtype }), beta: full(units, 0, { dtype }) }, state: {} }
    },
    apply: (_, { gamma, beta }, state, x) => {
      requireWidth(where, x, gamma.size)
      const deviations = centred(x, -1)
      const { root } = meanSquare(x, deviations, -1, epsilon)
      return [add(mul(div(deviations, root), gamma), beta), state]
    },
  }
}

/** {@link layerNorm} as data. */
export const layerNormKind = /* @__PURE__ */ layerKind(
  'layerNorm',
  { name: layerName, epsilon: positive },
  ({ name, epsilon }) => layerNorm(name, { epsilon }),
)

/**
 * What describes {@link layerNorm} as plain data.
 *
 * @category Layers
 */
export type LayerNormSpec = SpecOfLayer<typeof layerNormKind>
