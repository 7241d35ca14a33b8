import { bernoulli, div, where } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { fraction } from '../core/tensor/setting-ranges.ts'
import { dropoutMasks, type DropoutOptions } from './dropout.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * In training all of a row is 0 with probability `rate`, and divided by 1 − rate otherwise; in evaluation nothing changes.
 * As the last layer inside a `residual` it leaves out what that adds, so that a network is of a random depth for each row
 * (unless told otherwise) or for each batch.
 *
 * Source: G. Huang et al., "Deep networks with stochastic depth", ECCV 2016.
 *
 * @throws ArgumentError for an empty name, another option or a rate outside [0, 1).
 * @example
 * ```ts
 * import { key, ones, toArray } from 'puregrad'
 * import { dense, evalMode, network, residual, stochasticDepth, constant } from 'puregrad/nn'
 * const block = residual('block', [dense('inner', 2, { weight: constant(1) }), stochasticDepth('skip', 0.2)])
 * const net = network(2, block)
 * const { params, state } = net.init(key(0))
 * toArray(net.apply(evalMode, params, state, ones([1, 2]))[0]) // => [[3, 3]]
 * ```
 * @category Layers
 */
export const stochasticDepth = <const K extends string>(
  name: K,
  rate: number,
  options: Pick<DropoutOptions, 'mask'> = {},
): Layer<K, NoState, NoState> => {
  const at = `stochasticDepth '${name}'`
  checkOptions(at, options, { mask: true })
  const { mask = 'per-example' } = options
  checkSetting(at, 'rate', rate, fraction)
  checkChoice(at, 'mask', mask, dropoutMasks)
  return {
    name: namedLayer('stochasticDepth', name),
    spec: { kind: 'stochasticDepth', name, rate, mask },
    shape: (input) => input,
    init: () => ({ params: {}, state: {} }),
    apply: (mode, _, state, x) => {
      if (rate === 0 || mode.kind !== 'train') return [x, state]
      const shape = x.shape.map((size, axis) => (axis === 0 && mask === 'per-example' ? size : 1))
      return [div(where(bernoulli(mode.key, 1 - rate, shape), x, 0), 1 - rate), state]
    },
  }
}

/** {@link stochasticDepth} as data. */
export const stochasticDepthKind = /* @__PURE__ */ layerKind(
  'stochasticDepth',
  { name: layerName, rate: fraction, mask: dropoutMasks },
  ({ name, rate, mask }) => stochasticDepth(name, rate, { mask }),
)

/**
 * What describes {@link stochasticDepth} as plain data.
 *
 * @category Layers
 */
export type StochasticDepthSpec = SpecOfLayer<typeof stochasticDepthKind>
