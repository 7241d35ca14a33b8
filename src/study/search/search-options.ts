import { toTypedArray } from '../../autodiff/read.ts'
import { foldIn, type Key } from '../../numeric/index.ts'
import { ArgumentError } from '../../tensor/errors.ts'
import type { Direction } from '../criteria/index.ts'
import type { Space } from './space.ts'

/** What all searches are told. */
export interface SearchOptions {
  readonly key: Key
  /** One for each objective; a single one to make small unless told otherwise. */
  readonly directions?: readonly Direction[]
}

/** The key as plain data. */
export const keyWords = (key: Key): readonly number[] => Array.from(toTypedArray(key), Number)

/** A configuration drawn for each trial from the key at its id. */
export const drawn =
  <C>(space: Space<C>, key: Key): ((id: number) => C) =>
  (id) =>
    space.sample(foldIn(foldIn(key, id), 'config'))

export const checkBudget = (name: string, budget: number): void => {
  if (!(budget > 0 && Number.isFinite(budget)))
    throw new ArgumentError(`${name}: a budget is a finite number > 0, got ${budget}`)
}

export const checkCount = (name: string, what: string, count: number, least = 1): void => {
  if (!Number.isSafeInteger(count) || count < least)
    throw new ArgumentError(`${name}: ${what} is an integer ≥ ${least}, got ${count}`)
}
