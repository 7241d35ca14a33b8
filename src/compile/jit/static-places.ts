import { checkList } from '../../core/tensor/check-list.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showValue } from '../../core/tensor/show-value.ts'
import type { Path } from '../../core/tensor/tree.ts'

/**
 * An argument by its position, or a part of one by its path: `'1.depth'` is the entry `depth` of argument 1,
 * `'0[2]'` the third element of argument 0.
 */
export type Place = number | string

export const isPosition = (place: unknown): boolean => Number.isSafeInteger(place) && (place as number) >= 0

const isPlace = (place: unknown): boolean =>
  isPosition(place) || (typeof place === 'string' && /^\d+(?=$|[.[])/.test(place))

/** @throws ArgumentError unless `places` is a list, each of which suits. */
export const checkPlaces = (
  where: string,
  name: string,
  expected: string,
  places: unknown,
  suits: (place: unknown) => boolean,
): void => {
  checkList(where, `${name} as a list of ${expected}`, places)
  const list = places as readonly unknown[]
  const odd = list.findIndex((place) => !suits(place))
  if (odd >= 0)
    throw new ArgumentError(`${where}: ${name} holds ${expected}, got ${showValue(list[odd], 60)}`)
}

/** The position a place begins with. */
export const positionOf = (place: Place): number =>
  typeof place === 'number' ? place : Number.parseInt(place, 10)

/** Which parts of the arguments are fixed when a program is made, numbers included. */
export interface StaticPlaces {
  /** Whether there is any but whole arguments, so that paths have to be looked at. */
  readonly nested: boolean
  readonly has: (path: Path) => boolean
}

/** @throws ArgumentError for what is no list, and a place that is neither a position nor a path that begins with one. */
export const staticPlaces = (where: string, places: readonly Place[]): StaticPlaces => {
  checkPlaces(
    where,
    'static',
    "positions of arguments from 0 on, or paths such as '1.depth'",
    places,
    isPlace,
  )
  const known = new Set(places.map(String))
  return {
    nested: places.some((place) => !/^\d+$/.test(String(place))),
    has: (path) => known.has(path),
  }
}

/** The path of an argument: those below it begin with it. */
export const argumentPath = (position: number): Path => String(position)
