import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, type Key } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count as atLeastOne, positive } from '../core/tensor/setting-ranges.ts'
import { checkDirections, type Direction } from '../criteria/dominance.ts'
import type { Space } from './space.ts'

/**
 * What all searches are told.
 *
 * @category Strategies
 */
export interface SearchOptions {
  readonly key: Key
  /** One for each objective; a single one to make small unless told otherwise. */
  readonly directions?: readonly Direction[]
}

/** The key as plain data. */
export const keyWords = (key: Key): readonly number[] => Array.from(toTypedArray(key), Number)

/** A configuration drawn for each trial from the key at its id, each once. */
export const drawn = <C>(space: Space<C>, key: Key): ((id: number) => C) => {
  const known = new Map<number, C>()
  return (id) => {
    const config = known.has(id) ? known.get(id)! : space.sample(foldIn(foldIn(key, id), 'config'))
    // eslint-disable-next-line functional/immutable-data -- the same key draws the same again
    known.set(id, config)
    return config
  }
}

/** What the numbers among a search's options may be. */
const ranges = {
  trials: atLeastOne,
  perAxis: atLeastOne,
  eta: { min: 2, whole: true },
  budget: positive,
  minBudget: positive,
  maxBudget: positive,
} as const

/** @throws ArgumentError for another option, or one outside its range. */
export const checkSearch = <O extends SearchOptions>(
  name: string,
  options: O,
  known: Readonly<Record<keyof O, true>>,
  required: readonly (keyof typeof ranges)[] = [],
): void => {
  checkOptions(name, options, known)
  const given = options as Readonly<Record<string, unknown>>
  Object.entries(ranges)
    .filter(([option]) => given[option] !== undefined || required.some((other) => other === option))
    .forEach(([option, range]) => checkSetting(name, option, given[option], range))
  if (options.directions !== undefined) checkDirections(name, options.directions)
}
