import * as t from 'io-ts'
import { refinedCodec } from '../core/codec/refined-codec.ts'
import type { LayerSpec } from './layer.ts'

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
 * import { add } from 'puregrad'
 * import { block, innerLayers, layerKind, layerName, type AnyLayer, type Layer } from 'puregrad/nn'
 * // What layers inside make of x, plus x.
 * const residual = <K extends string>(name: K, ...layers: readonly AnyLayer[]): Layer<K, object, object> => {
 *   const inside = block(name as string, ...layers)
 *   return {
 *     ...inside,
 *     name,
 *     spec: { ...inside.spec, kind: 'residual' },
 *     apply: (mode, params, state, x, tap) => {
 *       const [change, after] = inside.apply(mode, params, state, x, tap)
 *       return [add(x, change), after]
 *     },
 *   }
 * }
 * const residualKind = layerKind('residual', { name: layerName, layers: innerLayers }, ({ name, layers }, inside) =>
 *   residual(name, ...layers.map(inside)))
 * residualKind.kind // => 'residual'
 * ```
 * @category Layers
 */
export const innerLayers = (layer: t.Type<LayerSpec, unknown>): t.Type<readonly LayerSpec[], unknown> =>
  t.readonlyArray(layer, 'a list of layers')
