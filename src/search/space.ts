import type * as t from 'io-ts'
import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, randomBits, type Key } from '../core/numeric/index.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { numberCodec, refinedCodec } from '../core/codec/refined-codec.ts'

/**
 * A value that can be chosen.
 *
 * @category Spaces
 */
export type Choice = string | number | boolean

/**
 * The values of one setting as plain data.
 *
 * @category Spaces
 */
export type SettingSpec =
  | {
      readonly kind: 'uniform' | 'logUniform' | 'integer' | 'logInteger'
      readonly low: number
      readonly high: number
    }
  | { readonly kind: 'uniformStep'; readonly low: number; readonly high: number; readonly step: number }
  | { readonly kind: 'oneOf'; readonly choices: readonly Choice[] }

/**
 * A space as plain data.
 *
 * @category Spaces
 */
export type SpaceSpec =
  | SettingSpec
  | { readonly kind: 'struct'; readonly fields: Readonly<Record<string, SpaceSpec>> }
  | {
      readonly kind: 'variant'
      readonly tag: string
      readonly cases: Readonly<Record<string, Readonly<Record<string, SpaceSpec>>>>
    }

/**
 * What configurations there are, how to draw one and how to lay a grid over them.
 *
 * @category Spaces
 */
export interface Space<C> {
  readonly spec: SpaceSpec
  /** Accepts the configurations of this space and no others. */
  readonly codec: t.Type<C, unknown>
  /** The same key draws the same configuration. */
  readonly sample: (key: Key) => C
  /** All combinations of `perAxis` values of each number and of all choices; the last name changes fastest. */
  readonly grid: (perAxis: number) => readonly C[]
}

/**
 * The configurations of a space.
 *
 * @category Spaces
 */
export type ConfigOf<S> = S extends Space<infer C> ? C : never

/** A number of [0, 1). */
/** As `uniform(key, [], { dtype: 'float64' })`, by its two words: searches draw thousands. */
export const unit = (key: Key): number => {
  const [high = 0, low = 0] = toTypedArray(randomBits(key, [2]))
  return (Math.floor(high / 2 ** 5) * 2 ** 26 + Math.floor(low / 2 ** 6)) / 2 ** 53
}

export const checkBounds = (name: string, low: number, high: number, lowest = -Infinity): void => {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high && low > lowest))
    throw new ArgumentError(
      `${name}: expected finite bounds, ${lowest === 0 ? '0 < ' : ''}low < high, got ${low} and ${high}`,
    )
}

/** Shares of an axis: 0 to 1 in equal steps; one alone is the middle. */
export const shares = (perAxis: number): readonly number[] => {
  if (!Number.isInteger(perAxis) || perAxis < 1)
    throw new ArgumentError(`grid: the number of values per axis is a positive integer, got ${perAxis}`)
  return perAxis === 1 ? [0.5] : Array.from({ length: perAxis }, (_, i) => i / (perAxis - 1))
}

const within = (low: number, high: number, x: number): number => Math.min(high, Math.max(low, x))

const interval = (
  kind: 'uniform' | 'logUniform',
  low: number,
  high: number,
  at: (share: number) => number,
): Space<number> => {
  const value = (share: number): number => (share === 1 ? high : within(low, high, at(share)))
  return {
    spec: { kind, low, high },
    codec: numberCodec(`a number from ${low} to ${high}`, (x) => x >= low && x <= high),
    sample: (key) => value(unit(key)),
    grid: (perAxis) => shares(perAxis).map(value),
  }
}

/**
 * Numbers from `low` to `high`, all alike.
 *
 * @throws ArgumentError unless both are finite and low < high.
 * @example
 * ```ts
 * import { spaces } from 'puregrad/search'
 * spaces.uniform(0, 1).grid(3) // => [0, 0.5, 1]
 * ```
 * @category Spaces
 */
export const uniform = (low: number, high: number): Space<number> => {
  checkBounds('uniform', low, high)
  return interval('uniform', low, high, (share) => low + share * (high - low))
}

/**
 * Positive numbers whose logarithms are all alike: for rates and weights of penalties.
 *
 * @throws ArgumentError unless both are finite and 0 < low < high.
 * @example
 * ```ts
 * import { spaces } from 'puregrad/search'
 * spaces.logUniform(0.01, 1).grid(3) // => [0.01, 0.1, 1]
 * ```
 * @category Spaces
 */
export const logUniform = (low: number, high: number): Space<number> => {
  checkBounds('logUniform', low, high, 0)
  return interval('logUniform', low, high, (share) => low * Math.exp(share * Math.log(high / low)))
}

/**
 * Integers from `low` to `high`, both included. A grid finer than that has each once.
 *
 * @throws ArgumentError unless both are integers and low < high.
 * @example
 * ```ts
 * import { spaces } from 'puregrad/search'
 * spaces.integer(1, 4).grid(10) // => [1, 2, 3, 4]
 * ```
 * @category Spaces
 */
export const integer = (low: number, high: number): Space<number> => {
  checkBounds('integer', low, high)
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high))
    throw new ArgumentError(`integer: expected integers for bounds, got ${low} and ${high}`)
  return {
    spec: { kind: 'integer', low, high },
    codec: numberCodec(
      `an integer from ${low} to ${high}`,
      (x) => Number.isInteger(x) && x >= low && x <= high,
    ),
    sample: (key) => low + Math.floor(unit(key) * (high - low + 1)),
    grid: (perAxis) => [...new Set(shares(perAxis).map((share) => Math.round(low + share * (high - low))))],
  }
}

/**
 * One of some values, all alike; a grid has all of them.
 *
 * @throws ArgumentError for no value, one that occurs twice, or a number that is not finite.
 * @example
 * ```ts
 * import { spaces } from 'puregrad/search'
 * spaces.oneOf('relu', 'tanh').grid(1) // => ['relu', 'tanh']
 * ```
 * @category Spaces
 */
export const oneOf = <const A extends Choice>(...choices: readonly A[]): Space<A> => {
  if (choices.length === 0) throw new ArgumentError('oneOf: expected at least one choice, got none')
  const odd = choices.find((choice) => typeof choice === 'number' && !Number.isFinite(choice))
  if (odd !== undefined) throw new ArgumentError(`oneOf: expected finite numbers, got ${odd}`)
  const twice = choices.find((choice, i) => choices.indexOf(choice) !== i)
  if (twice !== undefined) throw new ArgumentError(`oneOf: ${JSON.stringify(twice)} occurs twice`)
  return {
    spec: { kind: 'oneOf', choices },
    codec: refinedCodec(`one of ${choices.join(', ')}`, (u): u is A =>
      choices.some((choice) => choice === u),
    ),
    sample: (key) => choices[Math.floor(unit(key) * choices.length)]!,
    grid: () => choices,
  }
}

/**
 * Records whose values come from spaces of their own. Each name draws from the key at its own address, so adding one
 * changes no other.
 *
 * @throws ArgumentError for no name.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { spaces } from 'puregrad/search'
 * const space = spaces.struct({ rate: spaces.logUniform(1e-4, 1e-1), units: spaces.integer(8, 64), activation: spaces.oneOf('relu', 'tanh') })
 * const config: { rate: number; units: number; activation: 'relu' | 'tanh' } = space.sample(key(0))
 * space.codec.is(config) // => true
 * space.grid(3).length // => 18
 * ```
 * @category Spaces
 */
export const struct = <
  // oxlint-disable-next-line typescript/no-explicit-any -- a codec takes and gives its configuration
  const F extends Readonly<Record<string, Space<any>>>,
>(
  fields: F,
): Space<{ readonly [K in keyof F]: ConfigOf<F[K]> }> => {
  type C = { readonly [K in keyof F]: ConfigOf<F[K]> }
  const entries: readonly (readonly [string, Space<unknown>])[] = Object.entries(fields)
  if (entries.length === 0) throw new ArgumentError('struct: expected at least one name, got none')
  const map = <A>(f: (space: Space<unknown>, name: string) => A): Readonly<Record<string, A>> =>
    Object.fromEntries(entries.map(([name, space]) => [name, f(space, name)]))
  return {
    spec: { kind: 'struct', fields: map(({ spec }) => spec) },
    codec: strictRecord(
      'a configuration',
      map(({ codec }) => codec),
    ) as unknown as t.Type<C, unknown>,
    sample: (key) => map(({ sample }, name) => sample(foldIn(key, name))) as C,
    grid: (perAxis) =>
      entries.reduce<readonly C[]>(
        (sofar, [name, space]) => {
          const values = space.grid(perAxis)
          return sofar.flatMap((record) => values.map((value) => ({ ...record, [name]: value })))
        },
        [{} as C],
      ),
  }
}
