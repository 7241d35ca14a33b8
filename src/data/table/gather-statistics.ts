/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   every cell of a file is counted once; nobody else sees what is gathered until it is finished */
import type { ScannedRow } from '../formats/csv-scanner.ts'
import { dateByOrder, ordersOf } from './calendar-date.ts'
import type {
  ColumnStatistics,
  Guess,
  NumberStatistics,
  Sighting,
  Sightings,
  TableStatistics,
} from './column-statistics.ts'
import {
  fractionMarks,
  isDigitName,
  marksOf,
  numberByMarks,
  threeDigitMarks,
  wholeMarks,
} from './number-marks.ts'
import { numberSet, type NumberSet } from './number-set.ts'
import { repeatedRows } from './repeated-rows.ts'
import type { DecimalMark } from '../formats/strict-number.ts'

/** Whole numbers from 0 up to this are counted by themselves. */
const smallNumbers = 256

/** So many different numbers of a column are counted; more while all of them are whole and different. */
const countedNumbers = 1000
const countedNames = 2 ** 20

/** So many different texts of a column are counted. */
const countedTexts = 2 ** 16

const shownCells = 3
const exampleRows = 20

interface Bucket {
  count: number
  first: readonly Sighting[]
}

/** What is gathered of the cells of a column that are not plain numbers. */
interface Other {
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

const bucket = (): Bucket => ({ count: 0, first: [] })

const other = (): Other => ({
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

const see = (seen: Bucket, line: number, cell: string): void => {
  seen.count++
  if (seen.first.length < shownCells) seen.first = [...seen.first, { line, cell }]
}

const seeIn = (buckets: Map<number, Bucket>, set: number, line: number, cell: string): void => {
  const known = buckets.get(set) ?? bucket()
  if (known.count === 0) buckets.set(set, known)
  see(known, line, cell)
}

/** The numbers of all columns, gathered side by side. */
const numbersOf = (width: number) => {
  const filled = (value: number): Float64Array => new Float64Array(width).fill(value)
  const [low, lowNext, high, highNext] = [
    filled(Infinity),
    filled(Infinity),
    filled(-Infinity),
    filled(-Infinity),
  ]
  const [lowCount, highCount, counts, sums] = [filled(0), filled(0), filled(0), filled(0)]
  const small = new Int32Array(width * smallNumbers)
  const rare: (NumberSet | undefined)[] = Array.from({ length: width }, () => undefined)
  const [whole, unique, complete] = [1, 1, 1].map((bit) => new Uint8Array(width).fill(bit)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  const countsRows = new Uint8Array(width).fill(1)
  const first = filled(NaN)

  const noteLow = (column: number, value: number): void => {
    if (value < low[column]!) {
      lowNext[column] = low[column]!
      low[column] = value
      lowCount[column] = 1
    } else if (value === low[column]) lowCount[column]!++
    else lowNext[column] = value
  }
  const noteHigh = (column: number, value: number): void => {
    if (value > high[column]!) {
      highNext[column] = high[column]!
      high[column] = value
      highCount[column] = 1
    } else if (value === high[column]) highCount[column]!++
    else highNext[column] = value
  }
  const noteRare = (column: number, value: number): void => {
    if (value !== Math.floor(value)) whole[column] = 0
    if (complete[column] === 0) return
    const known = (rare[column] ??= numberSet())
    if (!known.add(value)) unique[column] = 0
    else if (known.size() > countedNumbers)
      if (unique[column] === 0 || whole[column] === 0 || known.size() > countedNames) complete[column] = 0
  }
  return {
    note: (column: number, value: number, row: number): void => {
      counts[column]!++
      sums[column]! += value
      if (value <= lowNext[column]!) noteLow(column, value)
      if (value >= highNext[column]!) noteHigh(column, value)
      if (countsRows[column] === 1) {
        if (row === 0) first[column] = value
        else if (value !== first[column]! + row) countsRows[column] = 0
      }
      if (value >= 0 && value < smallNumbers && (value | 0) === value) small[column * smallNumbers + value]!++
      else noteRare(column, value)
    },
    statistics: (column: number): NumberStatistics => {
      const own = small.subarray(column * smallNumbers, (column + 1) * smallNumbers)
      const none = (value: number): number => (Number.isFinite(value) ? value : NaN)
      return {
        count: counts[column]!,
        sum: sums[column]!,
        low: { value: none(low[column]!), count: lowCount[column]!, next: none(lowNext[column]!) },
        high: { value: none(high[column]!), count: highCount[column]!, next: none(highNext[column]!) },
        whole: whole[column] === 1,
        distinct: own.filter((count) => count > 0).length + (rare[column]?.size() ?? 0),
        complete: complete[column] === 1,
        unique: unique[column] === 1 && complete[column] === 1 && own.every((count) => count < 2),
        countsRows: countsRows[column] === 1 && (first[column] === 0 || first[column] === 1),
      }
    },
  }
}

/** Takes the rows of a table and tells what they have in common. */
export interface StatisticsGatherer {
  readonly take: (row: ScannedRow) => void
  readonly finish: () => TableStatistics
}

/**
 * Gathers what is needed to say what the columns of a table are. `decimal` is the mark of the scanner, `guesses` how
 * each column is taken to be written; what stands for a missing cell is in `missing`.
 */
export const gatherStatistics = (
  guesses: readonly Guess[],
  decimal: DecimalMark,
  missing: ReadonlySet<string>,
): StatisticsGatherer => {
  const width = guesses.length
  const numbers = numbersOf(width)
  const others = guesses.map(other)
  const repeated = repeatedRows()
  /** Plain numbers without a fraction, with one, and with one of three digits that may be thousands. */
  const [whole, fractions, threes] = [0, 0, 0].map(() => new Float64Array(width)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const seenFractions = guesses.map(bucket)
  let rows = 0

  const takeOther = (row: ScannedRow, column: number): void => {
    const cell = row.text(column)
    const own = others[column]!
    if (missing.has(cell)) {
      own.missing.set(cell, (own.missing.get(cell) ?? 0) + 1)
      return
    }
    const marks = marksOf(cell)
    if (marks !== 0) {
      seeIn(own.numbers, marks, row.line, cell)
      const value = numberByMarks(cell, guesses[column]!.marks)
      if (!Number.isNaN(value)) numbers.note(column, value, rows)
      return
    }
    const orders = ordersOf(cell)
    if (orders !== 0) {
      seeIn(own.dates, orders, row.line, cell)
      const instant = dateByOrder(cell, guesses[column]!.order)
      if (instant < own.earliest) own.earliest = instant
      if (instant > own.latest) own.latest = instant
    } else see(isDigitName(cell) ? own.digitNames : own.others, row.line, cell)
    own.letters += cell.length
    const known = own.texts.get(cell)
    if (known !== undefined || own.texts.size < countedTexts) own.texts.set(cell, (known ?? 0) + 1)
    else own.textsComplete = false
  }

  const takeExamples = (row: ScannedRow): void => {
    others.forEach((own, column) => {
      const cell = row.text(column)
      if (own.examples.length < shownCells && !missing.has(cell) && !own.examples.includes(cell))
        own.examples = [...own.examples, cell]
    })
  }

  const take = (row: ScannedRow): void => {
    const { values, places } = row
    if (rows < exampleRows) takeExamples(row)
    for (let column = 0; column < width; column++) {
      const value = values[column]!
      if (Number.isNaN(value)) {
        takeOther(row, column)
        continue
      }
      const digits = places[column]!
      if (digits === 0) whole[column]!++
      else if (digits === 3 && Math.abs(value) >= 1 && Math.abs(value) < 1000) threes[column]!++
      else {
        fractions[column]!++
        if (fractions[column]! <= shownCells) see(seenFractions[column]!, row.line, row.text(column))
      }
      numbers.note(column, value, rows)
    }
    repeated.take(row)
    rows++
  }

  /** By marks, with the plain numbers among them. */
  const numberSightings = (column: number): ReadonlyMap<number, Sightings> => {
    const found = new Map<number, Sightings>(others[column]!.numbers)
    const add = (set: number, count: number, first: readonly Sighting[]): void => {
      const known = found.get(set)
      if (count > 0) found.set(set, { count: count + (known?.count ?? 0), first: known?.first ?? first })
    }
    add(wholeMarks, whole[column]!, [])
    add(fractionMarks[decimal], fractions[column]!, seenFractions[column]!.first)
    add(threeDigitMarks[decimal], threes[column]!, [])
    return found
  }

  const columnStatistics = (own: Other, column: number): ColumnStatistics => ({
    cells: rows,
    missing: own.missing,
    numbers: numberSightings(column),
    dates: own.dates,
    digitNames: own.digitNames,
    others: own.others,
    values: numbers.statistics(column),
    earliest: Number.isFinite(own.earliest) ? own.earliest : NaN,
    latest: Number.isFinite(own.latest) ? own.latest : NaN,
    texts: own.texts,
    textsComplete: own.textsComplete,
    letters: own.letters,
    examples: own.examples,
  })

  return {
    take,
    finish: () => ({ rows, columns: others.map(columnStatistics), ...repeated.counts() }),
  }
}
