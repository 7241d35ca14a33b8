import { composed, type ParamsOf, type StateOf, type UniqueNames } from './composed.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { innerLayers, layerName } from './layer-settings.ts'
import type { AnyLayer, Layer } from './layer.ts'

/**
 * A network as a layer of another: layers one after another under one name, where their parameters and states are
 * records of their own. Its input is whatever comes before it. Blocks nest, and `block('encoder', ...net.layers)` is a
 * network that already stands by itself.
 *
 * @throws ArgumentError for an empty name, where two layers have one name, and for what is no layer; ShapeError naming a
 * layer that cannot take what the layer before it gives.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { activation, block, dense, network } from 'puregrad/nn'
 * const encoder = block('encoder', dense('hidden', 8), activation('relu'), dense('code', 2))
 * const net = network(4, encoder, dense('output', 3))
 * const { encoder: inside, output } = net.init(key(0)).params
 * inside.code.weight.shape // => [8, 2]
 * output.weight.shape // => [2, 3]
 * ```
 * @category Layers
 */
export const block = <const K extends string, const L extends readonly AnyLayer[]>(
  name: K & UniqueNames<L>,
  ...layers: L
): Layer<K, ParamsOf<L>, StateOf<L>> & { readonly layers: L } => ({
  ...composed<ParamsOf<L>, StateOf<L>>(`block '${name}'`, layers),
  name: namedLayer<K>('block', name),
  spec: { kind: 'block', name, layers: layers.map(({ spec }) => spec) },
  layers,
})

/** {@link block} as data. */
export const blockKind = /* @__PURE__ */ layerKind(
  'block',
  { name: layerName, layers: innerLayers },
  ({ name, layers }, inside) => block(name, ...layers.map(inside)),
)

/**
 * What describes {@link block} as plain data.
 *
 * @category Layers
 */
export type BlockSpec = SpecOfLayer<typeof blockKind>
