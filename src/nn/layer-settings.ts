import * as t from 'io-ts'
import { refinedCodec } from '../core/codec/refined-codec.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { showValue } from '../core/tensor/show-value.ts'
import type { LayerSpec } from './layer.ts'

/** @throws ArgumentError for what is no list; what is in it is checked where the layers are joined. */
export const checkLayerList = (where: string, name: string, value: unknown): void => {
  if (!Array.isArray(value))
    throw new ArgumentError(`${where}: ${name}: expected a list of layers, got ${showValue(value)}`)
}

/**
 * As the setting of a layer: one layer inside of it, of whatever kinds are known.
 *
 * @example
 * ```ts
 * import { mul } from 'puregrad'
 * import { innerLayer, layerKind, type AnyLayer } from 'puregrad/nn'
 * // What a layer makes of x, doubled: under the name of that layer, with its parameters.
 * const doubled = (inner: AnyLayer): AnyLayer => ({
 *   ...inner,
 *   spec: { kind: 'doubled', layer: inner.spec },
 *   apply: (mode, params, state, x, tap) => {
 *     const [y, after] = inner.apply(mode, params, state, x, tap)
 *     return [mul(y, 2), after]
 *   },
 * })
 * const doubledKind = layerKind('doubled', { layer: innerLayer }, ({ layer }, inside) => doubled(inside(layer)))
 * doubledKind.kind // => 'doubled'
 * ```
 * @category Layers
 */
export const innerLayer = (layer: t.Type<LayerSpec, unknown>): t.Type<LayerSpec, unknown> => layer

/**
 * As the setting of a layer: the name its parameters are kept under.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeNetwork, dense, layerKind, layerName } from 'puregrad/nn'
 * const narrow = layerKind('narrow', { name: layerName }, ({ name }) => dense(name, 1))
 * const decoded = decodeNetwork({ input: 3, layers: [{ kind: 'narrow', name: '' }] }, { kinds: [narrow] })
 * E.isLeft(decoded) ? decoded.left.message : '' // => 'layers[0].name: expected a name, got ""'
 * ```
 * @category Layers
 */
export const layerName = (): t.Type<string> =>
  refinedCodec('a name', (u): u is string => typeof u === 'string' && u !== '')

/**
 * As the setting of a layer: the layers inside of it, of whatever kinds are known.
 *
 * @example
 * ```ts
 * import { mul, sigmoid } from 'puregrad'
 * import { block, innerLayers, layerKind, layerName, type AnyLayer, type Layer } from 'puregrad/nn'
 * // x times a gate that layers inside make of it.
 * const gated = <K extends string>(name: K, ...layers: readonly AnyLayer[]): Layer<K, object, object> => {
 *   const inside = block(name as string, ...layers)
 *   return {
 *     ...inside,
 *     name,
 *     spec: { ...inside.spec, kind: 'gated' },
 *     apply: (mode, params, state, x, tap) => {
 *       const [gate, after] = inside.apply(mode, params, state, x, tap)
 *       return [mul(x, sigmoid(gate)), after]
 *     },
 *   }
 * }
 * const gatedKind = layerKind('gated', { name: layerName, layers: innerLayers }, ({ name, layers }, inside) =>
 *   gated(name, ...layers.map(inside)))
 * gatedKind.kind // => 'gated'
 * ```
 * @category Layers
 */
export const innerLayers = (layer: t.Type<LayerSpec, unknown>): t.Type<readonly LayerSpec[], unknown> =>
  t.readonlyArray(layer, 'a list of layers')
