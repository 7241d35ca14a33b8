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

const placesIn = (layers: readonly AnyLayer[], input: Sizes, within: readonly string[]): readonly Place[] =>
  layers.reduce<{ readonly found: readonly Place[]; readonly sizes: Sizes }>(
    ({ found, sizes }, layer) => ({
      found: [
        ...found,
        ...(layer.layers === undefined
          ? [{ layer, within, label: [...within, ownLabel(layer)].join('.'), input: sizes }]
          : placesIn(layer.layers, sizes, [...within, layer.name])),
      ],
      sizes: layer.shape(sizes),
    }),
    { found: [], sizes: input },
  ).found

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
  placesIn(layers, input, [])
