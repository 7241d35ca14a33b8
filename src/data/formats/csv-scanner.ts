/* eslint-disable max-lines-per-function, functional/no-let, functional/no-loop-statements, functional/immutable-data --
   a scanner is a place in a text that comes in pieces; every byte is looked at once, and the places of cells are kept in
   arrays that are written anew for every row */
import * as E from 'fp-ts/lib/Either.js'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'
import { joinBytes } from './join-bytes.ts'

const [tab, newline, carriageReturn, space, quote] = [9, 10, 13, 32, 34]

/** Bytes; a longer row is no row of a table. */
const longestRow = 2 ** 24

const decoder = new TextDecoder()

/** Longer cells are left to the decoder. */
const shortCell = 32

/** The cells of one row, where they are in the text; good until the scanner moves on. */
export interface ScannedRow {
  /** The line the row begins on, counted from 1. */
  readonly line: number
  readonly count: number
  /** UTF-8. */
  readonly bytes: Uint8Array
  readonly start: (cell: number) => number
  readonly end: (cell: number) => number
  /** The cell without its quotes; blanks around it are left out. */
  readonly text: (cell: number) => string
}

/** A place in the text of a table. */
export interface CsvScanner {
  /** More of the text; `last` says that no more follows. */
  readonly push: (bytes: Uint8Array, last: boolean) => void
  /** The next row that is not blank; nothing where more text is needed, or none is left. */
  readonly next: () => E.Either<DataError, ScannedRow | undefined>
}

const openQuote = (file: string, line: number): DataError => ({
  kind: 'open-quote',
  file,
  line,
  message: `${file}, line ${line}: a quote is opened and never closed`,
})

/** Text in UTF-8, cut into bounded pieces for messages. */
const shownBytes = (bytes: Uint8Array): string => showText(decoder.decode(bytes.subarray(0, 240)), 60)

/**
 * The rows of a table in UTF-8. Rows end at line feeds, carriage returns, or both together, outside quotes; cells are
 * parted by the separator, a byte. A cell may stand in quotes, with blanks around them; a quote inside it is doubled.
 * Anything else after the closing quote is an error, and so is a quote that is never closed. A quote inside a cell that
 * does not begin with one is a letter. Blank rows are left out.
 *
 * Source: RFC 4180, made wider by other separators, lone carriage returns, and blanks around quotes.
 */
export const csvScanner = (file: string, separator: number): CsvScanner => {
  let bytes: Uint8Array = new Uint8Array(0)
  /** Pieces that are not joined to the others yet, and what they come to. */
  let waiting: readonly Uint8Array[] = []
  let waitingLength = 0
  let ended = false
  /** Where the row begins and the line this is. */
  let from = 0
  let line = 1
  let count = 0
  let starts = new Int32Array(64)
  let ends = new Int32Array(64)
  /** Which cells hold doubled quotes. */
  let doubled: Uint8Array = new Uint8Array(64)

  const cellText = (cell: number): string => {
    const [start, end] = [starts[cell]!, ends[cell]!]
    if (end - start <= shortCell) {
      let text = ''
      let at = start
      for (; at < end && bytes[at]! < 0x80; at++) text += String.fromCharCode(bytes[at]!)
      if (at === end) return (doubled[cell] === 1 ? text.replaceAll('""', '"') : text).trim()
    }
    const text = decoder.decode(bytes.subarray(start, end))
    return (doubled[cell] === 1 ? text.replaceAll('""', '"') : text).trim()
  }
  const row = {
    get line() {
      return line
    },
    get count() {
      return count
    },
    get bytes() {
      return bytes
    },
    start: (cell: number) => starts[cell]!,
    end: (cell: number) => ends[cell]!,
    text: cellText,
  }

  const keep = (start: number, end: number, twice: number): void => {
    if (count === starts.length) {
      const [moreStarts, moreEnds] = [new Int32Array(2 * count), new Int32Array(2 * count)]
      const moreDoubled = new Uint8Array(2 * count)
      moreStarts.set(starts)
      moreEnds.set(ends)
      moreDoubled.set(doubled)
      ;[starts, ends, doubled] = [moreStarts, moreEnds, moreDoubled]
    }
    starts[count] = start
    ends[count] = end
    doubled[count++] = twice
  }

  /** Past the end of a line at `at`; -1 where the next byte has to be seen first. */
  const afterLine = (at: number): number =>
    bytes[at] !== carriageReturn
      ? at + 1
      : at + 1 < bytes.length
        ? at + (bytes[at + 1] === newline ? 2 : 1)
        : ended
          ? at + 1
          : -1

  /** The place after the row and how many lines it takes; -1 where it is not whole yet. */
  let after = -1
  let lines = 0
  let failure: DataError | undefined

  /** Past a quoted cell that begins after its quote at `start`; -1 where it is not whole yet. */
  const quoted = (start: number): number => {
    const openedOn = line + lines
    let twice = 0
    let at = start
    for (; ; at++) {
      if (at >= bytes.length) {
        if (ended || bytes.length - from > longestRow) failure = openQuote(file, openedOn)
        return -1
      }
      const byte = bytes[at]!
      if (byte === quote) {
        if (bytes[at + 1] !== quote) break
        twice = 1
        at++
      } else if (byte === newline) lines++
      else if (byte === carriageReturn && bytes[at + 1] !== newline) lines++
    }
    keep(start, at, twice)
    const closed = at + 1
    at = closed
    while (at < bytes.length && (bytes[at] === space || (bytes[at] === tab && separator !== tab))) at++
    const byte = bytes[at]
    if (byte === undefined || byte === separator || byte === newline || byte === carriageReturn) return at
    failure = {
      kind: 'odd-quote',
      file,
      line: line + lines,
      message: `${file}, line ${line + lines}, cell ${count}: expected a separator after the closing quote, got '${shownBytes(bytes.subarray(closed))}'; a quote inside a quoted cell is doubled`,
    }
    return -1
  }

  const scan = (): void => {
    count = 0
    lines = 0
    after = -1
    const text = bytes
    const length = text.length
    let at = from
    for (;;) {
      const start = at
      let byte = text[at]
      while (byte === space || (byte === tab && separator !== tab)) byte = text[++at]
      if (byte === quote) {
        at = quoted(at + 1)
        if (at < 0) return
      } else {
        while (at < length && byte !== separator && byte !== newline && byte !== carriageReturn)
          byte = text[++at]
        keep(start, at, 0)
      }
      if (at >= length) {
        if (ended) after = at
        return
      }
      if (text[at] === separator) at++
      else {
        after = afterLine(at)
        lines++
        return
      }
    }
  }

  const blank = (): boolean => count === 1 && cellText(0) === ''

  /** How far the last row that was given out goes. */
  let given = { after: 0, lines: 0 }
  const moveOn = (): void => {
    from = given.after
    line += given.lines
    given = { after: from, lines: 0 }
  }

  const join = (): void => {
    bytes = bytes.length === from ? joinBytes(waiting) : joinBytes([bytes.subarray(from), ...waiting])
    from = 0
    given = { after: 0, lines: 0 }
    waiting = []
    waitingLength = 0
  }

  return {
    push: (more, last) => {
      waiting = [...waiting, more]
      waitingLength += more.length
      ended = last
    },
    next: () => {
      moveOn()
      for (;;) {
        if (waitingLength > 0 && (from >= bytes.length || after < 0)) {
          // A row that is not whole is looked at again when it has doubled: long rows take linear time.
          if (!ended && waitingLength < bytes.length - from) return E.right(undefined)
          join()
        }
        if (from >= bytes.length) return E.right(undefined)
        scan()
        if (failure !== undefined) return E.left(failure)
        if (after < 0) {
          if (waitingLength > 0) continue
          return bytes.length - from <= longestRow
            ? E.right(undefined)
            : E.left({
                kind: 'too-large',
                file,
                message: `${file}, line ${line}: expected a row of at most ${longestRow} bytes, got a longer one`,
              })
        }
        given = { after, lines }
        if (!blank()) return E.right(row)
        moveOn()
      }
    },
  }
}
