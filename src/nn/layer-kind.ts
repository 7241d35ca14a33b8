import type { Settings, SettingValues } from '../core/codec/settings.ts'
import type { AnyLayer, LayerSpec } from './layer.ts'

/**
 * What describes a layer of a kind as plain data, from what its settings may be.
 *
 * @category Layers
 */
export type SpecOf<K extends string, S extends Settings> = { readonly kind: K } & SettingValues<S>

/**
 * A layer that data can name: how it is called, what its settings may be, and how it is made of them. All settings have
 * to be there, since those that nobody gave were settled by the builder.
 *
 * @category Layers
 */
export interface LayerKind<K extends string = string, S extends Settings = Settings> {
  readonly kind: K
  readonly settings: S
  /** `inside` makes the layers that are inside of this one. */
  readonly build: (spec: SettingValues<S>, inside: (spec: LayerSpec) => AnyLayer) => AnyLayer
  /** Whether a description is of this kind. */
  readonly is: (spec: LayerSpec) => spec is SpecOf<K, S>
}

/** Any kind, for lists. */
// oxlint-disable-next-line typescript/no-explicit-any -- a kind is contravariant in its settings
export type AnyLayerKind = LayerKind<string, any>

/**
 * What describes a layer of a kind as plain data.
 *
 * @category Layers
 */
export type SpecOfLayer<L extends AnyLayerKind> = L extends LayerKind<infer K, infer S> ? SpecOf<K, S> : never

/**
 * A kind of layer, from its name in data, what its settings may be and how it is built. What is in `decodeNetwork`'s list
 * of kinds can be saved and restored like the layers of the library.
 *
 * @param settings a range of numbers, a list of choices, or a function that gives an io-ts codec, for each.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { mul } from 'puregrad'
 * import { decodeNetwork, layerKind, network, type Layer, type NoState } from 'puregrad/nn'
 * const times = (by: number): Layer<'', NoState, NoState> => ({
 *   name: '',
 *   spec: { kind: 'times', by },
 *   shape: (input) => input,
 *   init: () => ({ params: {}, state: {} }),
 *   apply: (_, __, state, x) => [mul(x, by), state],
 * })
 * const timesKind = layerKind('times', { by: { above: 0 } }, ({ by }) => times(by))
 * const { spec } = network(2, times(3))
 * const restored = decodeNetwork(JSON.parse(JSON.stringify(spec)), { kinds: [timesKind] })
 * E.isRight(restored) // => true
 * ```
 * @category Layers
 */
export const layerKind = <const K extends string, const S extends Settings>(
  kind: K,
  settings: S,
  build: LayerKind<K, S>['build'],
): LayerKind<K, S> => ({
  kind,
  settings,
  build,
  is: (spec): spec is SpecOf<K, S> => spec.kind === kind,
})
