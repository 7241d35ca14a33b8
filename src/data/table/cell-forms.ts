/* eslint-disable functional/immutable-data -- what the cells of a column look like is counted one by one */
import { dateByOrder, ordersOf } from './calendar-date.ts'
import type { Guess, Sighting, Sightings } from './column-statistics.ts'
import { isDigitName, marksOf, numberByMarks } from './number-marks.ts'

/** So many different texts of a column are counted. */
const countedTexts = 2 ** 16

const shownCells = 3

export interface Bucket {
  count: number
  first: readonly Sighting[]
}

export const bucket = (): Bucket => ({ count: 0, first: [] })

export const see = (seen: Bucket, line: number, cell: string): void => {
  seen.count++
  if (seen.first.length < shownCells) seen.first = [...seen.first, { line, cell }]
}

const seeIn = (buckets: Map<number, Bucket>, set: number, line: number, cell: string): void => {
  const known = buckets.get(set) ?? bucket()
  if (known.count === 0) buckets.set(set, known)
  see(known, line, cell)
}

/** What is counted of the cells of a column that are no plain numbers. */
export interface CellForms {
  readonly missing: Map<string, number>
  readonly numbers: Map<number, Bucket>
  readonly dates: Map<number, Bucket>
  readonly digitNames: Bucket
  readonly others: Bucket
  readonly texts: Map<string, number>
  textsComplete: boolean
  letters: number
  earliest: number
  latest: number
  examples: readonly string[]
}

export const cellForms = (): CellForms => ({
  missing: new Map(),
  numbers: new Map(),
  dates: new Map(),
  digitNames: bucket(),
  others: bucket(),
  texts: new Map(),
  textsComplete: true,
  letters: 0,
  earliest: Infinity,
  latest: -Infinity,
  examples: [],
})

/** Counts one cell that is no plain number; gives the number it is by the guessed marks, NaN for none. */
export const countCell = (
  own: CellForms,
  cell: string,
  line: number,
  guess: Guess,
  missing: ReadonlySet<string>,
): number => {
  if (missing.has(cell)) {
    own.missing.set(cell, (own.missing.get(cell) ?? 0) + 1)
    return NaN
  }
  const marks = marksOf(cell)
  if (marks !== 0) {
    seeIn(own.numbers, marks, line, cell)
    return numberByMarks(cell, guess.marks)
  }
  const orders = ordersOf(cell)
  if (orders !== 0) {
    seeIn(own.dates, orders, line, cell)
    const instant = dateByOrder(cell, guess.order)
    if (instant < own.earliest) own.earliest = instant
    if (instant > own.latest) own.latest = instant
  } else see(isDigitName(cell) ? own.digitNames : own.others, line, cell)
  own.letters += cell.length
  const known = own.texts.get(cell)
  if (known !== undefined || own.texts.size < countedTexts) own.texts.set(cell, (known ?? 0) + 1)
  else own.textsComplete = false
  return NaN
}

/** Notes a cell as an example where there is room for one. */
export const noteExample = (own: CellForms, cell: string, missing: ReadonlySet<string>): void => {
  if (own.examples.length < shownCells && !missing.has(cell) && !own.examples.includes(cell))
    own.examples = [...own.examples, cell]
}

/** Buckets with those of plain numbers among them. */
export const withPlain = (
  buckets: ReadonlyMap<number, Sightings>,
  plain: readonly (readonly [set: number, seen: Sightings])[],
): ReadonlyMap<number, Sightings> =>
  new Map(
    [...new Set([...buckets.keys(), ...plain.filter(([, { count }]) => count > 0).map(([set]) => set)])].map(
      (set) => {
        const both = [buckets.get(set), ...plain.filter(([own]) => own === set).map(([, seen]) => seen)]
        return [
          set,
          {
            count: both.reduce((sum, seen) => sum + (seen?.count ?? 0), 0),
            first: both.flatMap((seen) => seen?.first ?? []).slice(0, shownCells),
          },
        ]
      },
    ),
  )
