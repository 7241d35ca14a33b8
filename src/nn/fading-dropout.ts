import { add, bernoulli, cast, div, sub, tensor, where as select } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, fraction } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { flatCosine } from '../optim/flat-cosine.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * How many steps of training {@link fadingDropout} has seen.
 *
 * @category Layers
 */
export interface FadingDropoutState {
  /** `[]` */
  readonly step: Tensor
}

/**
 * Dropout that ends with training: over the first half of `steps` steps every unit is dropped with probability `rate`,
 * then with less and less, along half a cosine to none. What is kept is divided by the chance to be kept; in evaluation
 * nobody drops. The mask follows from the training key, the layer's name and the number of steps seen.
 *
 * Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, arXiv:2407.04491, 2024.
 *
 * @throws ArgumentError for an empty name, a rate outside [0, 1) or steps that are not a positive integer.
 * @example
 * ```ts
 * import { key, ones, toArray } from 'puregrad'
 * import { fadingDropout, network, trainMode } from 'puregrad/nn'
 * const net = network(2, fadingDropout('drop', 0.5, 1))
 * const { params, state } = net.init(key(0))
 * const [, after] = net.apply(trainMode(key(1)), params, state, ones([1, 2]))
 * toArray(net.apply(trainMode(key(2)), params, after, ones([1, 2]))[0]) // => [[1, 1]]
 * ```
 * @category Layers
 */
export const fadingDropout = <const K extends string>(
  name: K,
  rate: number,
  steps: number,
): Layer<K, NoState, FadingDropoutState> => {
  const where = `fadingDropout '${name}'`
  checkSetting(where, 'rate', rate, fraction)
  checkSetting(where, 'steps', steps, count)
  const rateOf = flatCosine({ from: rate, steps })
  return {
    name: namedLayer('fadingDropout', name),
    spec: { kind: 'fadingDropout', name, rate, steps },
    shape: (input) => input,
    init: (_, __, dtype) => ({ params: {}, state: { step: tensor(0, { dtype }) } }),
    apply: (mode, _, state, x) => {
      if (mode.kind !== 'train') return [x, state]
      const after = { step: add(state.step, 1) }
      if (rate === 0) return [x, after]
      const kept = cast(sub(1, rateOf(state.step)), x.dtype)
      return [div(select(bernoulli(mode.key, kept, x.shape), x, 0), kept), after]
    },
  }
}

/** {@link fadingDropout} as data. */
export const fadingDropoutKind = /* @__PURE__ */ layerKind(
  'fadingDropout',
  { name: layerName, rate: fraction, steps: count },
  ({ name, rate, steps }) => fadingDropout(name, rate, steps),
)

/**
 * What describes {@link fadingDropout} as plain data.
 *
 * @category Layers
 */
export type FadingDropoutSpec = SpecOfLayer<typeof fadingDropoutKind>
