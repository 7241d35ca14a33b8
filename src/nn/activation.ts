import { checkChoice } from '../core/tensor/check-choice.ts'
import { activationFunctions, activationNames, type ActivationName } from './activation-functions.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * An activation function as a layer, by name; it has no parameters and the shape stays.
 *
 * @throws ArgumentError for another name, with the nearest one.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { activation, evalMode, network } from 'puregrad/nn'
 * toArray(network(2, activation('relu')).apply(evalMode, {}, {}, tensor([[-1, 2]]))[0]) // => [[0, 2]]
 * ```
 * @category Layers
 */
export const activation = (name: ActivationName): Layer<'', NoState, NoState> => {
  checkChoice('activation', 'name', name, activationNames)
  return {
    name: '',
    spec: { kind: 'activation', function: name },
    shape: (input) => input,
    init: () => ({ params: {}, state: {} }),
    apply: (_, __, state, x) => [activationFunctions[name](x), state],
  }
}

/**
 * {@link activation} as data.
 *
 * @category Layers
 */
export const activationKind = /* @__PURE__ */ layerKind('activation', { function: activationNames }, (spec) =>
  activation(spec.function),
)

/**
 * What describes {@link activation} as plain data.
 *
 * @category Layers
 */
export type ActivationSpec = SpecOfLayer<typeof activationKind>
