/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   every cell of a file is counted once; nobody else sees what is gathered until it is finished */
import type { ScannedRow } from '../formats/csv-scanner.ts'
import type { DecimalMark } from '../formats/strict-number.ts'
import { bucket, cellForms, countCell, noteExample, see, withPlain, type CellForms } from './cell-forms.ts'
import type { ColumnStatistics, Guess, Sightings, TableStatistics } from './column-statistics.ts'
import type { MissingSigns } from './column-fillers.ts'
import { keptNumbers } from './kept-numbers.ts'
import { fractionMarks, threeDigitMarks, wholeMarks } from './number-marks.ts'
import { numberCounter } from './number-statistics.ts'
import { repeatedRows } from './repeated-rows.ts'

const exampleRows = 20

/** Numbers of about so many cells are gathered before they are counted column by column. */
const cellsAtOnce = 2 ** 16

/** Takes the rows of a table and tells what they have in common. */
export interface StatisticsGatherer {
  readonly take: (row: ScannedRow) => void
  readonly finish: () => GatheredTable
}

/** What one pass over a table gives. */
export interface GatheredTable extends TableStatistics {
  /**
   * The numbers of each column as its guess reads them, NaN where a cell has none; undefined for a column with other
   * cells, and where they were not to be kept.
   */
  readonly numbers: readonly (Float64Array<ArrayBuffer> | undefined)[]
  /** The line on which each row begins, where it was to be kept. */
  readonly lines: Float64Array<ArrayBuffer>
}

/** What there is to a column while its cells are counted. */
const columnGatherer = (guess: Guess, expected: number | undefined) => ({
  guess,
  forms: cellForms(),
  counter: numberCounter(),
  kept: expected === undefined ? undefined : keptNumbers(expected),
  /** Plain numbers without a fraction, with one, and with one of three digits that may be thousands. */
  whole: 0,
  fractions: bucket(),
  threes: bucket(),
})

type ColumnGatherer = ReturnType<typeof columnGatherer>

const hasTexts = ({ others, digitNames, dates }: CellForms): boolean =>
  others.count > 0 || digitNames.count > 0 || dates.size > 0

/** Whether every cell that has a value is a number by the guess: also one that is written in another way is not. */
const isRead = ({ forms, counter }: ColumnGatherer, rows: number): boolean =>
  [...forms.missing.values()].reduce((sum, count) => sum + count, counter.finish().count) === rows

const columnStatistics = (
  { forms, counter, whole, fractions, threes }: ColumnGatherer,
  cells: number,
  decimal: DecimalMark,
): ColumnStatistics => ({
  cells,
  missing: forms.missing,
  numbers: withPlain(forms.numbers, [
    [wholeMarks, { count: whole, first: [] } satisfies Sightings],
    [fractionMarks[decimal], fractions],
    [threeDigitMarks[decimal], threes],
  ]),
  dates: forms.dates,
  digitNames: forms.digitNames,
  others: forms.others,
  values: counter.finish(),
  earliest: Number.isFinite(forms.earliest) ? forms.earliest : NaN,
  latest: Number.isFinite(forms.latest) ? forms.latest : NaN,
  texts: forms.texts,
  textsComplete: forms.textsComplete,
  letters: forms.letters,
  examples: forms.examples,
})

/**
 * Gathers what is needed to say what the columns of a table are, and the numbers of its columns if so many rows are
 * expected as are to be kept. `decimal` is the mark of the scanner, `guesses` how each column is taken to be written.
 */
export const gatherStatistics = (
  guesses: readonly Guess[],
  decimal: DecimalMark,
  missing: MissingSigns,
  expected: number | undefined,
): StatisticsGatherer => {
  const width = guesses.length
  const columns = guesses.map((guess) => columnGatherer(guess, expected))
  const repeated = repeatedRows()
  const height = Math.max(1, Math.floor(cellsAtOnce / width))
  /** The numbers of the latest rows, column by column. */
  const block = new Float64Array(width * height)
  const lines = expected === undefined ? undefined : keptNumbers(expected)
  const blockLines = new Float64Array(height)
  const hasSigns = missing.numbers.size > 0
  let filled = 0
  let rows = 0

  const flush = (): void => {
    columns.forEach((own, i) => {
      const from = i * height
      own.counter.take(block, from, from + filled)
      // What has a cell that is no number will not be a column of numbers.
      if (own.kept !== undefined && hasTexts(own.forms)) own.kept = undefined
      own.kept?.add(block, from, from + filled)
    })
    lines?.add(blockLines, 0, filled)
    filled = 0
  }

  const takeOther = (row: ScannedRow, column: number): number => {
    const { forms, guess } = columns[column]!
    return countCell(forms, row.text(column), row.line, guess, missing.texts)
  }

  const takePlain = (row: ScannedRow, column: number): number => {
    const own = columns[column]!
    const value = row.values[column]!
    if (hasSigns && missing.numbers.has(value)) {
      const sign = row.text(column)
      own.forms.missing.set(sign, (own.forms.missing.get(sign) ?? 0) + 1)
      return NaN
    }
    const digits = row.places[column]!
    if (digits === 0) {
      own.whole++
      return value
    }
    const seen = digits === 3 && Math.abs(value) >= 1 && Math.abs(value) < 1000 ? own.threes : own.fractions
    if (seen.first.length < 3) see(seen, row.line, row.text(column))
    else seen.count++
    return own.guess.marks.decimal === decimal ? value : NaN
  }

  return {
    take: (row) => {
      const { values, places } = row
      for (let column = 0; column < width; column++) {
        const value = values[column]!
        if (Number.isNaN(value)) block[column * height + filled] = takeOther(row, column)
        else if (places[column] === 0 && !hasSigns) {
          columns[column]!.whole++
          block[column * height + filled] = value
        } else block[column * height + filled] = takePlain(row, column)
      }
      if (rows < exampleRows)
        columns.forEach(({ forms }, column) => {
          noteExample(forms, row.text(column), missing.texts)
        })
      repeated.take(row)
      blockLines[filled] = row.line
      rows++
      if (++filled === height) flush()
    },
    finish: () => {
      flush()
      return {
        rows,
        columns: columns.map((own) => columnStatistics(own, rows, decimal)),
        ...repeated.counts(),
        numbers: columns.map((own) => (isRead(own, rows) ? own.kept?.finish() : undefined)),
        lines: lines?.finish() ?? new Float64Array(0),
      }
    },
  }
}
