/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   millions of cells are written once, into buffers made here */
import { tensorIn } from '../../core/tensor/concrete.ts'
import { naturalOrder } from '../formats/natural-order.ts'
import type { ScannedRow } from '../formats/csv-scanner.ts'
import type { DecimalMark } from '../formats/strict-number.ts'
import { dateByOrder } from './calendar-date.ts'
import { numberByMarks } from './number-marks.ts'
import type { ColumnSchema } from './table-schema.ts'
import type { Column } from './table.ts'

/** Takes the cells of a column in turn and makes the column of them. */
export interface ColumnFiller {
  /** Whether the cell at this place of a row is one of the column's kind, or missing. */
  readonly take: (row: ScannedRow, cell: number) => boolean
  /** The column of all cells taken so far; the next one begins a new column. */
  readonly finish: () => Column
}

/** What stands for a missing cell, as texts and as the numbers they are. */
export interface MissingSigns {
  readonly texts: ReadonlySet<string>
  readonly numbers: ReadonlySet<number>
}

/** Elements that come one by one: at first room for as many as are expected, twice as much when it is full. */
const growing = <A extends Float64Array | Int32Array>(make: (size: number) => A, expected: number) => {
  let elements = make(Math.max(1, expected))
  let length = 0
  return {
    add: (value: number): void => {
      if (length === elements.length) {
        const wider = make(2 * length)
        wider.set(elements)
        elements = wider
      }
      elements[length++] = value
    },
    finish: (): A => {
      const filled = length === elements.length ? elements : make(length)
      if (filled !== elements) filled.set(elements.subarray(0, length))
      elements = make(Math.max(1, expected))
      length = 0
      return filled
    },
  }
}

const numbersIn = (numbers: Float64Array<ArrayBuffer>) =>
  tensorIn(numbers.buffer, numbers.byteOffset, 'float64', [numbers.length])

const numberFiller = (
  schema: Extract<ColumnSchema, { readonly kind: 'number' }>,
  decimal: DecimalMark,
  missing: MissingSigns,
  expected: number,
): ColumnFiller => {
  const { name, kind, percent } = schema
  const values = growing((size) => new Float64Array(size), expected)
  /** Numbers that the scanner made are those of the column, but for one with a mark that is not its own. */
  const [samePoint, plain] = [schema.decimal === decimal, !percent]
  const hasSigns = missing.numbers.size > 0
  return {
    take: (row, cell) => {
      const made = row.values[cell]!
      if (!Number.isNaN(made) && plain && (samePoint || row.places[cell] === 0)) {
        values.add(hasSigns && missing.numbers.has(made) ? NaN : made)
        return true
      }
      const text = row.text(cell)
      const value = missing.texts.has(text) ? NaN : numberByMarks(text, schema)
      values.add(value)
      return !Number.isNaN(value) || missing.texts.has(text)
    },
    finish: () => ({ kind, name, values: numbersIn(values.finish()) }),
  }
}

const dateFiller = (
  { name, kind, order }: Extract<ColumnSchema, { readonly kind: 'date' }>,
  missing: MissingSigns,
  expected: number,
): ColumnFiller => {
  const values = growing((size) => new Float64Array(size), expected)
  return {
    take: (row, cell) => {
      const text = row.text(cell)
      const value = missing.texts.has(text) ? NaN : dateByOrder(text, order)
      values.add(value)
      return !Number.isNaN(value) || missing.texts.has(text)
    },
    finish: () => ({ kind, name, values: numbersIn(values.finish()) }),
  }
}

const codesIn = (codes: Int32Array<ArrayBuffer>) =>
  tensorIn(codes.buffer, codes.byteOffset, 'int32', [codes.length])

const booleanFiller = (
  { name, kind, no, yes }: Extract<ColumnSchema, { readonly kind: 'boolean' }>,
  missing: MissingSigns,
  expected: number,
): ColumnFiller => {
  const codes = growing((size) => new Int32Array(size), expected)
  const [denied, affirmed] = [no.toLowerCase(), yes.toLowerCase()]
  return {
    take: (row, cell) => {
      const text = row.text(cell)
      const word = text.toLowerCase()
      const code = word === denied ? 0 : word === affirmed ? 1 : -1
      codes.add(code)
      return code >= 0 || missing.texts.has(text)
    },
    finish: () => ({ kind, name, codes: codesIn(codes.finish()), levels: [no, yes] }),
  }
}

const levelFiller = (
  { name, kind }: Extract<ColumnSchema, { readonly kind: 'category' | 'text' | 'identifier' }>,
  missing: MissingSigns,
  expected: number,
): ColumnFiller => {
  const codes = growing((size) => new Int32Array(size), expected)
  let known = new Map<string, number>()
  return {
    take: (row, cell) => {
      const text = row.text(cell)
      const code = known.get(text)
      if (code !== undefined) codes.add(code)
      else if (missing.texts.has(text)) codes.add(-1)
      else {
        known.set(text, known.size)
        codes.add(known.size - 1)
      }
      return true
    },
    finish: () => {
      const found = [...known.keys()]
      const levels = [...found].sort(naturalOrder)
      const places = new Map(levels.map((level, i) => [level, i]))
      const place = Int32Array.from(found, (level) => places.get(level)!)
      const filled = codes.finish()
      for (let i = 0; i < filled.length; i++) if (filled[i]! >= 0) filled[i] = place[filled[i]!]!
      known = new Map()
      return { kind, name, codes: codesIn(filled), levels }
    },
  }
}

/**
 * What fills a column of this schema. `decimal` is the mark of the numbers that the scanner makes; `expected` is how many
 * rows there will be.
 */
export const columnFiller = (
  schema: ColumnSchema,
  decimal: DecimalMark,
  missing: MissingSigns,
  expected: number,
): ColumnFiller => {
  switch (schema.kind) {
    case 'number':
      return numberFiller(schema, decimal, missing, expected)
    case 'date':
      return dateFiller(schema, missing, expected)
    case 'boolean':
      return booleanFiller(schema, missing, expected)
    case 'category':
    case 'text':
    case 'identifier':
      return levelFiller(schema, missing, expected)
  }
}
