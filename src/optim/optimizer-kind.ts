import type { Settings, SettingValues } from '../core/codec/settings.ts'
import type { Optimizer } from './transformation.ts'

/**
 * An optimizer that data can name: how it is called, what may be set beside the learning rate, and how it is made.
 * Every setting but the rate may be left out.
 *
 * @category Optimizers as data
 */
export interface OptimizerKind<K extends string = string, S extends Settings = Settings> {
  readonly kind: K
  readonly settings: S
  readonly build: <P>(settings: OptimizerSettings<S>) => Optimizer<P, readonly unknown[]>
  /** The names it had in data of earlier versions. */
  readonly formerly?: readonly string[]
}

/**
 * What an optimizer of a kind is made from.
 *
 * @category Optimizers as data
 */
export type OptimizerSettings<S extends Settings> = { readonly learningRate: number } & Partial<
  SettingValues<S>
>

/** Any kind, for lists. */
// oxlint-disable-next-line typescript/no-explicit-any -- a kind is contravariant in its settings
export type AnyOptimizerKind = OptimizerKind<string, any>

/**
 * What describes an optimizer of a kind as plain data.
 *
 * @category Optimizers as data
 */
export type SpecOfOptimizer<O extends AnyOptimizerKind> =
  O extends OptimizerKind<infer K, infer S> ? { readonly kind: K } & OptimizerSettings<S> : never

/**
 * A kind of optimizer, from its name in data, what its settings may be and its builder. What is in `decodeOptimizer`'s
 * list of kinds can be written in a file of settings.
 *
 * @param settings a range of numbers, a list of choices or an io-ts codec for each, beside `learningRate`.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { chain, clipByValue, decodeOptimizer, descend, optimizerKind } from 'puregrad/optim'
 * const clipped = <P>({ learningRate, limit = 1 }: { readonly learningRate: number; readonly limit?: number }) =>
 *   chain(clipByValue<P>(limit), descend<P>(learningRate))
 * const kinds = [optimizerKind('clipped', { limit: { above: 0 } }, clipped)]
 * const decoded = decodeOptimizer({ kind: 'clipped', learningRate: 0.1, limit: 2 }, { kinds })
 * E.isRight(decoded) ? decoded.right.name : '' // => 'clipByValue → descend'
 * ```
 * @category Optimizers as data
 */
export const optimizerKind = <const K extends string, const S extends Settings>(
  kind: K,
  settings: S,
  build: OptimizerKind<K, S>['build'],
  formerly: readonly string[] = [],
): OptimizerKind<K, S> => ({ kind, settings, build, formerly })
