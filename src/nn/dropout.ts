import { bernoulli, div, mul, where } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { fraction } from '../core/tensor/setting-ranges.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/** What shares a mask. */
export const dropoutMasks = ['per-example', 'per-batch'] as const

/** Where the loss of units is made up for. */
export const scalings = ['inverted', 'slide'] as const

/**
 * What {@link dropout} drops together, and when it scales.
 *
 * @category Layers
 */
export interface DropoutOptions {
  /** Whether a mask is drawn for each row (unless told otherwise) or for the whole batch. */
  readonly mask?: (typeof dropoutMasks)[number]
  readonly scaling?: (typeof scalings)[number]
}

/**
 * In training every unit is dropped with probability `rate`, anew for each row or once for the batch; the mask follows
 * from the training key and the layer's name alone. What is dropped is 0, were it infinite. In evaluation nobody drops.
 *
 * `scaling` inverted: what is kept is divided by 1 − rate in training, evaluation is the identity. Slide: nothing is
 * scaled in training, evaluation multiplies by 1 − rate. `convertDropout` turns one into the other.
 *
 * Source: N. Srivastava et al., JMLR 15, 2014.
 *
 * @throws ArgumentError for an empty name, another option or a rate outside [0, 1).
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { dropout, evalMode, network, trainMode } from 'puregrad/nn'
 * const net = network(2, dropout('drop', 0.5))
 * const { params, state } = net.init(key(0))
 * const x = tensor([[1, 1]])
 * toArray(net.apply(evalMode, params, state, x)[0]) // => [[1, 1]]
 * net.apply(trainMode(key(0)), params, state, x)[0].shape // => [1, 2]
 * ```
 * @category Layers
 */
export const dropout = <const K extends string>(
  name: K,
  rate: number,
  options: DropoutOptions = {},
): Layer<K, NoState, NoState> => {
  const at = `dropout '${name}'`
  checkOptions(at, options, { mask: true, scaling: true })
  const { mask = 'per-example', scaling = 'inverted' } = options
  checkSetting(at, 'rate', rate, fraction)
  checkChoice(at, 'mask', mask, dropoutMasks)
  checkChoice(at, 'scaling', scaling, scalings)
  return {
    name: namedLayer('dropout', name),
    spec: { kind: 'dropout', name, rate, mask, scaling },
    shape: (input) => input,
    init: () => ({ params: {}, state: {} }),
    apply: (mode, _, state, x) => {
      if (rate === 0) return [x, state]
      if (mode.kind !== 'train') return [scaling === 'slide' ? mul(x, 1 - rate) : x, state]
      const shape = mask === 'per-batch' ? [1, ...x.shape.slice(1)] : x.shape
      const kept = where(bernoulli(mode.key, 1 - rate, shape), x, 0)
      return [scaling === 'slide' ? kept : div(kept, 1 - rate), state]
    },
  }
}

/**
 * {@link dropout} as data. The rate is the share of units dropped, in [0, 1).
 *
 * @category Layers
 */
export const dropoutKind = /* @__PURE__ */ layerKind(
  'dropout',
  { name: layerName, rate: fraction, mask: dropoutMasks, scaling: scalings },
  ({ name, rate, mask, scaling }) => dropout(name, rate, { mask, scaling }),
)

/**
 * What describes {@link dropout} as plain data.
 *
 * @category Layers
 */
export type DropoutSpec = SpecOfLayer<typeof dropoutKind>
