import { centred } from '../core/numeric/centred.ts'
import { add, div, full, mul, ones, reshape, transpose } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { count, positive } from '../core/tensor/setting-ranges.ts'
import type { Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { namedLayer, requireWidth, widthOf } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'
import { meanSquare } from './mean-square.ts'

/**
 * Scale and shift of the normalized values, `[channels]` each.
 *
 * @category Layers
 */
export interface GroupNormParams {
  readonly gamma: Tensor
  readonly beta: Tensor
}

/** z less its mean, over its spread, along the last axis. */
const normalized = (z: Tensor, epsilon: number): Tensor => {
  const deviations = centred(z, -1)
  return div(deviations, meanSquare(z, deviations, -1, epsilon).root)
}

/**
 * Normalizes groups of neighbouring channels, the last axis, over all axes but the rows: `[rows, …, channels]`, then γẑ + β
 * for each channel. Rows do not depend on each other, in training or evaluation. One group is layer normalization of a
 * whole image; as many groups as channels is instance normalization.
 *
 * Source: Y. Wu, K. He, ECCV 2018.
 *
 * @throws ArgumentError for an empty name, another option, a number of groups that is not a positive integer or an ε that is
 * not positive; ShapeError where the groups do not divide the channels.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { evalMode, groupNorm, network } from 'puregrad/nn'
 * const net = network(4, groupNorm('norm', 2, { epsilon: 1e-12 }))
 * const { params, state } = net.init(key(0))
 * toArray(net.apply(evalMode, params, state, tensor([[1, 3, 5, 9]]))[0]) // => [[-1, 1, -1, 1]]
 * ```
 * @category Layers
 */
export const groupNorm = <const K extends string>(
  name: K,
  groups: number,
  options: { readonly epsilon?: number } = {},
): Layer<K, GroupNormParams, NoState> => {
  const where = `groupNorm '${name}'`
  checkOptions(where, options, { epsilon: true })
  const { epsilon = 1e-5 } = options
  checkSetting(where, 'groups', groups, count)
  checkSetting(where, 'epsilon', epsilon, positive)
  const channelsOf = (input: Sizes): number => {
    const channels = widthOf(where, input)
    if (channels % groups !== 0)
      throw new ShapeError(`${where}: ${groups} groups do not divide the ${channels} channels of an input`)
    return channels
  }
  return {
    name: namedLayer('groupNorm', name),
    spec: { kind: 'groupNorm', name, groups, epsilon },
    shape: (input) => {
      channelsOf(input)
      return input
    },
    init: (_, input, dtype) => {
      const channels = [channelsOf(input)]
      return { params: { gamma: ones(channels, { dtype }), beta: full(channels, 0, { dtype }) }, state: {} }
    },
    apply: (_, { gamma, beta }, state, x) => {
      requireWidth(where, x, gamma.size)
      const [rows = 0] = x.shape
      const size = gamma.size / groups
      const places = x.shape.slice(1, -1).reduce((total, n) => total * n, 1)
      const apart = transpose(reshape(x, [rows, places, groups, size]), [0, 2, 1, 3])
      const flat = normalized(reshape(apart, [rows, groups, places * size]), epsilon)
      const back = transpose(reshape(flat, [rows, groups, places, size]), [0, 2, 1, 3])
      return [add(mul(reshape(back, x.shape), gamma), beta), state]
    },
  }
}

/** {@link groupNorm} as data. */
export const groupNormKind = /* @__PURE__ */ layerKind(
  'groupNorm',
  { name: layerName, groups: count, epsilon: positive },
  ({ name, groups, epsilon }) => groupNorm(name, groups, { epsilon }),
)

/**
 * What describes {@link groupNorm} as plain data.
 *
 * @category Layers
 */
export type GroupNormSpec = SpecOfLayer<typeof groupNormKind>
