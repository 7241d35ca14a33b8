/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   a scanner is a place in a text that comes in pieces; every byte is looked at once, and the places and numbers of cells
   are kept in arrays that are written anew for every row */
import * as E from 'fp-ts/lib/Either.js'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'
import type { DecimalMark } from './strict-number.ts'

const [tab, newline, carriageReturn, space, quote, minus, zero, nine] = [9, 10, 13, 32, 34, 45, 48, 57]

/** Bytes; a longer row is no row of a table. */
const longestRow = 2 ** 24

const decoder = new TextDecoder()

/** Longer cells are left to the decoder. */
const shortCell = 32

/** So many digits are below 2⁵³ whatever they are: the number they make is exact. */
const exactDigits = 15

/** Powers of ten, exact. */
const powers = Float64Array.from({ length: exactDigits + 1 }, (_, i) => Number(`1e${i}`))

/** The cells of one row, where they are in the text; good until the scanner moves on. */
export interface ScannedRow {
  /** The line the row begins on, counted from 1. */
  readonly line: number
  readonly count: number
  /** UTF-8. */
  readonly bytes: Uint8Array
  /** Where each cell begins and ends, without its quotes. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /**
   * The number in each cell that is a plain one: a sign, at most 15 digits (or 14 and a decimal mark among them)
   * without needless zeros before them, blanks before. NaN for any other cell, which may still be a number that is written in another way.
   */
  readonly values: Float64Array
  /** How many digits each plain number has after its decimal mark. */
  readonly places: Uint8Array
  /** Where the row begins and ends in the text, its line end left out. */
  readonly from: number
  readonly to: number
  /** The cell without its quotes; blanks around it are left out. */
  readonly text: (cell: number) => string
}

/** A place in the text of a table. */
export interface CsvScanner {
  /** More of the text, which is copied; `last` says that no more follows. */
  readonly push: (bytes: Uint8Array, last: boolean) => void
  /** The next row that is not blank; nothing where more text is needed, or none is left. */
  readonly next: () => E.Either<DataError, ScannedRow | undefined>
}

/** What a scanner writes while it goes through its text. */
interface Cursor {
  readonly file: string
  readonly separator: number
  readonly point: number
  /** The text that is not read yet lies between `from` and `filled`; a line feed is kept after it. */
  bytes: Uint8Array
  filled: number
  ended: boolean
  from: number
  to: number
  line: number
  /** How many line ends the row has. */
  lines: number
  count: number
  starts: Int32Array
  ends: Int32Array
  /** Which cells hold doubled quotes, among those that are no plain numbers. */
  doubled: Uint8Array
  values: Float64Array
  places: Uint8Array
  failure: DataError | undefined
  readonly text: (cell: number) => string
}

const openQuote = (file: string, line: number): DataError => ({
  kind: 'open-quote',
  file,
  line,
  message: `${file}, line ${line}: a quote is opened and never closed`,
})

const oddQuote = ({ file, line, lines, count, bytes, filled }: Cursor, closed: number): DataError => ({
  kind: 'odd-quote',
  file,
  line: line + lines,
  message: `${file}, line ${line + lines}, cell ${count}: expected a separator after the closing quote, got '${showText(decoder.decode(bytes.subarray(closed, Math.min(filled, closed + 240))), 60)}'; a quote inside a quoted cell is doubled`,
})

const tooLong = ({ file, line }: Cursor): DataError => ({
  kind: 'too-large',
  file,
  message: `${file}, line ${line}: expected a row of at most ${longestRow} bytes, got a longer one`,
})

/** The text in some bytes of UTF-8; short ones of plain letters are made without the decoder, which takes longer. */
const textIn = (bytes: Uint8Array, start: number, end: number): string => {
  if (end - start > shortCell) return decoder.decode(bytes.subarray(start, end))
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end))
    text += String.fromCharCode(byte)
  }
  return text
}

const cursorOf = (file: string, separator: number, decimal: DecimalMark): Cursor => {
  const cursor: Cursor = {
    file,
    separator,
    point: decimal.charCodeAt(0),
    bytes: new Uint8Array(1).fill(newline),
    filled: 0,
    ended: false,
    from: 0,
    to: 0,
    line: 1,
    lines: 0,
    count: 0,
    starts: new Int32Array(64),
    ends: new Int32Array(64),
    doubled: new Uint8Array(64),
    values: new Float64Array(64),
    places: new Uint8Array(64),
    failure: undefined,
    text: (cell) => {
      const text = textIn(cursor.bytes, cursor.starts[cell]!, cursor.ends[cell]!)
      return (cursor.doubled[cell] === 1 ? text.replaceAll('""', '"') : text).trim()
    },
  }
  return cursor
}

/** Takes in more text, in the memory there is where it fits: what was read makes room. */
const takeIn = (cursor: Cursor, more: Uint8Array): void => {
  const { bytes, from, filled } = cursor
  const rest = filled - from
  if (rest + more.length >= bytes.length) {
    const wider = new Uint8Array(Math.max(2 * bytes.length, rest + more.length + 1))
    wider.set(bytes.subarray(from, filled))
    cursor.bytes = wider
  } else bytes.copyWithin(0, from, filled)
  cursor.bytes.set(more, rest)
  cursor.from = 0
  cursor.filled = rest + more.length
  cursor.bytes[cursor.filled] = newline
}

/** Room for twice as many cells. */
const widen = (cursor: Cursor): void => {
  const wider = <A extends Int32Array | Uint8Array | Float64Array>(made: A, old: A): A => {
    made.set(old)
    return made
  }
  const width = 2 * cursor.starts.length
  cursor.starts = wider(new Int32Array(width), cursor.starts)
  cursor.ends = wider(new Int32Array(width), cursor.ends)
  cursor.doubled = wider(new Uint8Array(width), cursor.doubled)
  cursor.values = wider(new Float64Array(width), cursor.values)
  cursor.places = wider(new Uint8Array(width), cursor.places)
}

/** Keeps the place of a cell that is no plain number. */
const keepText = (cursor: Cursor, start: number, end: number, doubled: number): void => {
  const cell = cursor.count++
  cursor.starts[cell] = start
  cursor.ends[cell] = end
  cursor.doubled[cell] = doubled
  cursor.values[cell] = NaN
}

/** Past a quoted cell that begins after its quote at `start`; -1 where it is not whole yet, or wrong. */
const quotedCell = (cursor: Cursor, start: number): number => {
  const { bytes, filled, separator, line } = cursor
  const openedOn = line + cursor.lines
  let doubled = 0
  let at = start
  for (; ; at++) {
    if (at >= filled) {
      if (cursor.ended || filled - cursor.from > longestRow) cursor.failure = openQuote(cursor.file, openedOn)
      return -1
    }
    const byte = bytes[at]!
    if (byte === quote) {
      if (bytes[at + 1] !== quote) break
      doubled = 1
      at++
    } else if (byte === newline || (byte === carriageReturn && bytes[at + 1] !== newline)) cursor.lines++
  }
  keepText(cursor, start, at, doubled)
  const closed = at + 1
  at = closed
  while (at < filled && (bytes[at] === space || (bytes[at] === tab && separator !== tab))) at++
  const byte = bytes[at]
  if (at >= filled || byte === separator || byte === newline || byte === carriageReturn) return at
  cursor.failure = oddQuote(cursor, closed)
  return -1
}

/** Past a cell that is no plain number and begins at `start`; -1 where it is not whole yet, or wrong. */
const otherCell = (cursor: Cursor, start: number): number => {
  const { bytes, separator } = cursor
  let at = start
  let byte = bytes[at]!
  while (byte === space || (byte === tab && separator !== tab)) byte = bytes[++at]!
  if (byte === quote) return quotedCell(cursor, at + 1)
  while (byte !== separator && byte !== newline && byte !== carriageReturn) byte = bytes[++at]!
  keepText(cursor, start, at, 0)
  return at
}

/** Past the end of the line at `at`; -1 where the next byte has to be seen first. */
const afterLine = ({ bytes, filled, ended }: Cursor, at: number): number =>
  bytes[at] !== carriageReturn
    ? at + 1
    : at + 1 < filled
      ? at + (bytes[at + 1] === newline ? 2 : 1)
      : ended
        ? at + 1
        : -1

/**
 * Reads one row from `from` on; gives the place after it, -1 where it is not whole yet, or wrong. Plain numbers are made
 * while their digits are looked at: a whole number below 2⁵³ divided by an exact power of ten is rounded once, so it is
 * the nearest double.
 *
 * Source: W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990.
 */
const scanRow = (cursor: Cursor): number => {
  const { bytes, filled, separator, point } = cursor
  let { starts, ends, values, places } = cursor
  let at = cursor.from
  let cell = 0
  cursor.lines = 0
  for (;;) {
    if (cell === starts.length) {
      widen(cursor)
      ;({ starts, ends, values, places } = cursor)
    }
    const start = at
    let byte = bytes[at]!
    while (byte === space) byte = bytes[++at]!
    const negative = byte === minus
    if (negative) byte = bytes[++at]!
    const first = at
    let whole = 0
    while (byte >= zero && byte <= nine) {
      whole = whole * 10 + (byte - zero)
      byte = bytes[++at]!
    }
    const mark = at
    if (byte === point && byte !== separator) {
      byte = bytes[++at]!
      while (byte >= zero && byte <= nine) {
        whole = whole * 10 + (byte - zero)
        byte = bytes[++at]!
      }
    }
    const after = at > mark ? at - mark - 1 : 0
    if (
      mark > first &&
      (byte === separator || byte === newline || byte === carriageReturn) &&
      at - first <= exactDigits &&
      (at === mark || after > 0) &&
      (mark - first === 1 || bytes[first] !== zero)
    ) {
      const size = after === 0 ? whole : whole / powers[after]!
      starts[cell] = start
      ends[cell] = at
      values[cell] = negative ? -size : size
      places[cell++] = after
    } else {
      cursor.count = cell
      at = otherCell(cursor, start)
      if (at < 0) return -1
      cell++
    }
    if (bytes[at] === separator) at++
    else break
  }
  cursor.count = cell
  cursor.to = at
  if (at >= filled) return cursor.ended ? filled : -1
  cursor.lines++
  return afterLine(cursor, at)
}

/**
 * The rows of a table in UTF-8. Rows end at line feeds, carriage returns, or both together, outside quotes; cells are
 * parted by the separator, a byte. A cell may stand in quotes, with blanks around them; a quote inside it is doubled.
 * Anything else after the closing quote is an error, and so is a quote that is never closed. A quote inside a cell that
 * does not begin with one is a letter. Blank rows are left out.
 *
 * Source: RFC 4180, made wider by other separators, lone carriage returns, and blanks around quotes.
 */
export const csvScanner = (file: string, separator: number, decimal: DecimalMark = '.'): CsvScanner => {
  const cursor = cursorOf(file, separator, decimal)
  /** A row that is not whole is looked at again when there is twice as much of it: long rows take linear time. */
  let needed = 1
  /** How far the last row that was given out goes. */
  let after = 0

  const moveOn = (): void => {
    cursor.from = after
    cursor.line += cursor.lines
    cursor.lines = 0
  }

  return {
    push: (more, last) => {
      moveOn()
      cursor.ended = last
      if (more.length > 0) takeIn(cursor, more)
      after = cursor.from
    },
    next: () => {
      for (;;) {
        moveOn()
        const waiting = cursor.filled - cursor.from
        if (waiting === 0 || (waiting < needed && !cursor.ended)) return E.right(undefined)
        const end = scanRow(cursor)
        if (cursor.failure !== undefined) return E.left(cursor.failure)
        if (end < 0) {
          cursor.lines = 0
          needed = 2 * waiting
          return waiting <= longestRow ? E.right(undefined) : E.left(tooLong(cursor))
        }
        after = end
        needed = 1
        if (cursor.count > 1 || cursor.text(0) !== '') return E.right(cursor)
      }
    },
  }
}
