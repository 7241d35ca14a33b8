import { add, full, mul, neg, relu } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { finiteNumber } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { namedLayer, requireWidth, widthOf, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * The slopes for negative inputs, `[width]`.
 *
 * @category Layers
 */
export interface PreluParams {
  readonly slope: Tensor
}

/** max(0, z) + α·min(0, z), with derivative 0 at z = 0. */
const rectified = (z: Tensor, sloped: (negative: Tensor) => Tensor): Tensor =>
  add(relu(z), sloped(neg(relu(neg(z)))))

/**
 * max(0, z) + α·min(0, z) with a fixed slope α, 0.01 unless told otherwise: 0 is ReLU, 1 the identity.
 *
 * Source: A. L. Maas, A. Y. Hannun, A. Y. Ng, ICML 2013.
 *
 * @throws ArgumentError unless the slope is finite.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { evalMode, leaky, network } from 'puregrad/nn'
 * toArray(network(2, leaky(0.5)).apply(evalMode, {}, {}, tensor([[-2, 2]]))[0]) // => [[-1, 2]]
 * ```
 * @category Layers
 */
export const leaky = (slope = 0.01): Layer<'', NoState, NoState> => {
  checkSetting('leaky', 'slope', slope, finiteNumber)
  return {
    name: '',
    spec: { kind: 'leaky', slope },
    shape: (input) => input,
    init: () => ({ params: {}, state: {} }),
    apply: (_, __, state, x) => [
      slope === 0 ? relu(x) : rectified(x, (negative) => mul(negative, slope)),
      state,
    ],
  }
}

/**
 * A leaky rectifier whose slopes are learned, one per unit: ∂/∂α is the sum of min(0, z) times what comes back.
 *
 * Source: K. He et al., ICCV 2015.
 *
 * @param slope what every unit begins with; 0.25 unless told otherwise.
 * @throws ArgumentError for an empty name or a slope that is not finite.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { network, prelu } from 'puregrad/nn'
 * toArray(network(2, prelu('bend')).init(key(0)).params.bend.slope) // => [0.25, 0.25]
 * ```
 * @category Layers
 */
export const prelu = <const K extends string>(name: K, slope = 0.25): Layer<K, PreluParams, NoState> => {
  const where = `prelu '${name}'`
  checkSetting(where, 'slope', slope, finiteNumber)
  return {
    name: namedLayer('prelu', name),
    spec: { kind: 'prelu', name, slope },
    shape: (input) => withWidth(input, widthOf(where, input)),
    init: (_, input, dtype) => ({
      params: { slope: full([widthOf(where, input)], slope, { dtype }) },
      state: {},
    }),
    apply: (_, params, state, x) => {
      requireWidth(where, x, params.slope.size)
      return [rectified(x, (negative) => mul(negative, params.slope)), state]
    },
  }
}

/** {@link leaky} as data. */
export const leakyKind = /* @__PURE__ */ layerKind('leaky', { slope: finiteNumber }, ({ slope }) =>
  leaky(slope),
)

/** {@link prelu} as data. The slope is the one that every unit begins with. */
export const preluKind = /* @__PURE__ */ layerKind(
  'prelu',
  { name: layerName, slope: finiteNumber },
  ({ name, slope }) => prelu(name, slope),
)

/**
 * What describes {@link leaky} as plain data.
 *
 * @category Layers
 */
export type LeakySpec = SpecOfLayer<typeof leakyKind>
/**
 * What describes {@link prelu} as plain data.
 *
 * @category Layers
 */
export type PreluSpec = SpecOfLayer<typeof preluKind>
