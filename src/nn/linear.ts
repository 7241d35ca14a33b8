import { matmul } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { checkInitializer, heNormal, initialize, type InitializerSpec } from './initializers.ts'
import { namedLayer, requireWidth } from './layer-checks.ts'
import { layerRanges } from './layer-ranges.ts'
import type { Layer, NoState } from './layer.ts'

/** A dense layer without biases as plain data. */
export interface LinearSpec {
  readonly kind: 'linear'
  readonly name: string
  readonly width: number
  readonly weight: InitializerSpec
}

/** The parameters of a layer without biases. */
export interface LinearParams {
  /** `[input width, width]` */
  readonly weight: Tensor
}

/**
 * x·W: a dense layer without biases, as before a batch normalisation, whose shift takes their place.
 *
 * @throws ArgumentError for an empty name, another option, a width that is not a positive integer or an initializer that is
 * none.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { linear, network } from 'puregrad/nn'
 * network(3, linear('only', 2)).init(key(0)).params.only.weight.shape // => [3, 2]
 * ```
 */
export const linear = <const K extends string>(
  name: K,
  width: number,
  options: { readonly weight?: InitializerSpec } = {},
): Layer<K, LinearParams, NoState> => {
  const where = `linear '${name}'`
  checkOptions(where, options, { weight: true })
  const { weight = heNormal } = options
  checkSetting(where, 'width', width, layerRanges.width)
  checkInitializer(where, 'weight', weight)
  return {
    name: namedLayer('linear', name),
    spec: { kind: 'linear', name, width, weight },
    init: (key, inputWidth, dtype) => ({
      params: { weight: initialize(weight, key, [inputWidth, width], dtype) },
      state: {},
      width,
    }),
    apply: (_, params, state, x) => {
      requireWidth(where, x, params.weight.shape[0] ?? 0)
      return [matmul(x, params.weight) as Tensor, state]
    },
  }
}
