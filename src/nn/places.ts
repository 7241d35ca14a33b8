import type { Sizes } from '../core/tensor/shape.ts'
import { activationKind } from './activation.ts'
import type { AnyLayer } from './layer.ts'
import type { Network } from './network.ts'

/**
 * A layer of a network that none are inside of, and where it stands.
 *
 * @category Layers
 */
export interface Place {
  readonly layer: AnyLayer
  /** The names of the layers it is inside of, from the outermost. */
  readonly within: readonly string[]
  /** Its name, or that of its function or kind where it has none, after those it is inside of: `encoder.hidden`. */
  readonly label: string
  /** The shape of one input of it. */
  readonly input: Sizes
}

const ownLabel = ({ name, spec }: AnyLayer): string =>
  name !== '' ? name : activationKind.is(spec) ? spec.function : spec.kind

/** What goes into each layer of a row of them. */
const inTurn = (layers: readonly AnyLayer[], input: Sizes): readonly Sizes[] =>
  layers.reduce<readonly Sizes[]>((sofar, layer, i) => [...sofar, layer.shape(sofar[i] ?? input)], [input])

const placesIn = (
  layers: readonly AnyLayer[],
  inputs: readonly Sizes[],
  within: readonly string[],
): readonly Place[] =>
  layers.flatMap((layer, i) => {
    const input = inputs[i] ?? []
    const { layers: inside, name } = layer
    return inside === undefined
      ? [{ layer, within, label: [...within, ownLabel(layer)].join('.'), input }]
      : placesIn(inside, layer.inputs?.(input) ?? inTurn(inside, input), [...within, name])
  })

/**
 * The layers of a network in the order in which a tap is given their outputs: the layer at position i is `places(net)[i]`.
 *
 * @example
 * ```ts
 * import { activation, block, dense, network, places } from 'puregrad/nn'
 * const net = network(4, block('encoder', dense('hidden', 8), activation('relu')), dense('output', 3))
 * places(net).map(({ label }) => label) // => ['encoder.hidden', 'encoder.relu', 'output']
 * ```
 * @category Layers
 */
export const places = <P, S>({ layers, input }: Pick<Network<P, S>, 'layers' | 'input'>): readonly Place[] =>
  placesIn(layers, inTurn(layers, input), [])
