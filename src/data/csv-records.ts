/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   text is walked letter by letter, and rows are passed on as they end, which only a generator's own loops can do */
import { csvParseRows } from 'd3-dsv'
import * as E from 'fp-ts/lib/Either.js'
import { openQuote } from './csv-columns.ts'
import { isBlank, linesOf, type CsvRow } from './csv-row.ts'
import type { DataError } from './data-error.ts'

const [newline, carriageReturn, quote, comma] = [10, 13, 34, 44]

/** Letters; a longer row is taken for a quote that is never closed. */
const longestRow = 2 ** 24

/** Cuts text that comes in pieces into the texts of rows, at the line breaks outside quotes. */
const rowCutter = (): {
  readonly cut: (piece: string) => readonly string[]
  readonly rest: () => { readonly text: string; readonly open: boolean }
} => {
  let rest = ''
  /** `start` of a cell, inside it `plain` or `quoted`, after a quote that `closes` it unless another one follows. */
  let state: 'start' | 'plain' | 'quoted' | 'closes' = 'start'
  let afterReturn = false
  return {
    cut: (piece) => {
      const text = rest + piece
      const rows: string[] = []
      let from = 0
      for (let at = rest.length; at < text.length; at++) {
        const letter = text.charCodeAt(at)
        const second = afterReturn && letter === newline
        afterReturn = false
        if (second) from = at + 1
        else if (state === 'quoted') {
          if (letter === quote) state = 'closes'
        } else if (letter === newline || letter === carriageReturn) {
          rows.push(text.slice(from, at))
          from = at + 1
          afterReturn = letter === carriageReturn
          state = 'start'
        } else if (letter === quote && state !== 'plain') state = 'quoted'
        // After a closing quote d3-dsv takes any letter for the comma.
        else state = letter === comma || state === 'closes' ? 'start' : 'plain'
      }
      rest = text.slice(from)
      return rows
    },
    rest: () => ({ text: rest, open: state === 'quoted' }),
  }
}

/** The rows of a table whose text comes in pieces, as `csvParseRows` of the whole text gives them, blank ones left out. */
export async function* csvRecords(
  chunks: AsyncIterable<E.Either<DataError, Uint8Array>>,
  file: string,
): AsyncGenerator<E.Either<DataError, CsvRow>, void> {
  const decoder = new TextDecoder()
  const { cut, rest } = rowCutter()
  let line = 1
  const rowOf = (text: string): CsvRow => {
    const cells = csvParseRows(text)[0] ?? ['']
    const row = { line, cells }
    line += linesOf(cells)
    return row
  }
  for await (const chunk of chunks) {
    if (E.isLeft(chunk)) {
      yield chunk
      return
    }
    for (const text of cut(decoder.decode(chunk.right, { stream: true }))) {
      const row = rowOf(text)
      if (!isBlank(row)) yield E.right(row)
    }
    if (rest().text.length > longestRow) {
      yield E.left(openQuote(file, line))
      return
    }
  }
  const lastRows = cut(decoder.decode())
  for (const text of [...lastRows, rest().text]) {
    const row = rowOf(text)
    if (rest().open) {
      yield E.left(openQuote(file, row.line))
      return
    }
    if (!isBlank(row)) yield E.right(row)
  }
}
