import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Path } from '../../core/tensor/tree.ts'

/**
 * An argument by its position, or a part of one by its path: `'1.depth'` is the entry `depth` of argument 1,
 * `'0[2]'` the third element of argument 0.
 */
export type Place = number | string

const isPosition = (place: Place): boolean =>
  typeof place === 'number' ? Number.isSafeInteger(place) && place >= 0 : /^\d+(?=$|[.[])/.test(place)

/** The position a place begins with. */
export const positionOf = (place: Place): number =>
  typeof place === 'number' ? place : Number.parseInt(place, 10)

/** Which parts of the arguments are fixed when a program is made, numbers included. */
export interface StaticPlaces {
  /** Whether there is any but whole arguments, so that paths have to be looked at. */
  readonly nested: boolean
  readonly has: (path: Path) => boolean
}

/** @throws ArgumentError for a place that is neither a position nor a path that begins with one. */
export const staticPlaces = (where: string, places: readonly Place[]): StaticPlaces => {
  const odd = places.find((place) => !isPosition(place))
  if (odd !== undefined)
    throw new ArgumentError(
      `${where}: static holds positions of arguments from 0 on, or paths such as '1.depth', ` +
        `got ${typeof odd === 'string' ? JSON.stringify(odd.slice(0, 60)) : String(odd)}`,
    )
  const known = new Set(places.map(String))
  return {
    nested: places.some((place) => !/^\d+$/.test(String(place))),
    has: (path) => known.has(path),
  }
}

/** The path of an argument: those below it begin with it. */
export const argumentPath = (position: number): Path => String(position)
