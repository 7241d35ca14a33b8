import { add, mul, ones, sub } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { activationFunctions, activationNames, type ActivationName } from './activation-functions.ts'
import { namedLayer, requireWidth, widthOf, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * How much of the activation each unit has, `[width]`.
 *
 * @category Layers
 */
export interface ParametricActivationParams {
  readonly share: Tensor
}

/**
 * x + α·(f(x) − x) with a learned share α for each unit that begins as 1: at 1 the activation function, at 0 the identity.
 *
 * Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, arXiv:2407.04491, 2024.
 *
 * @throws ArgumentError for an empty name, or another function; ShapeError for inputs without an axis.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { evalMode, network, parametricActivation } from 'puregrad/nn'
 * const net = network(2, parametricActivation('bend', 'relu'))
 * const params = { bend: { share: tensor([1, 0.5]) } }
 * toArray(net.apply(evalMode, params, { bend: {} }, tensor([[-2, -2]]))[0]) // => [[0, -1]]
 * ```
 * @category Layers
 */
export const parametricActivation = <const K extends string>(
  name: K,
  activation: ActivationName,
): Layer<K, ParametricActivationParams, NoState> => {
  const where = `parametricActivation '${name}'`
  checkChoice(where, 'activation', activation, activationNames)
  const f = activationFunctions[activation]
  return {
    name: namedLayer('parametricActivation', name),
    spec: { kind: 'parametricActivation', name, function: activation },
    shape: (input) => withWidth(input, widthOf(where, input)),
    init: (_, input, dtype) => ({ params: { share: ones([widthOf(where, input)], { dtype }) }, state: {} }),
    apply: (_, { share }, state, x) => {
      requireWidth(where, x, share.size)
      return [add(x, mul(sub(f(x), x), share)), state]
    },
  }
}

/** {@link parametricActivation} as data. */
export const parametricActivationKind = /* @__PURE__ */ layerKind(
  'parametricActivation',
  { name: layerName, function: activationNames },
  (spec) => parametricActivation(spec.name, spec.function),
)

/**
 * What describes {@link parametricActivation} as plain data.
 *
 * @category Layers
 */
export type ParametricActivationSpec = SpecOfLayer<typeof parametricActivationKind>
