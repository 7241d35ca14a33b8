/* eslint-disable functional/no-let -- a reader is a place in a text that comes in pieces */
import * as E from 'fp-ts/lib/Either.js'
import { csvScanner, type ScannedRow } from '../formats/csv-scanner.ts'
import type { DecimalMark } from '../formats/strict-number.ts'
import { utf8Source } from '../formats/utf8-source.ts'
import type { DataError } from '../data-error.ts'
import { columnNames, type ColumnName } from './column-names.ts'
import type { TableFormat } from './table-schema.ts'

/** A place in the bytes of a table. */
export interface TableRows {
  readonly push: (bytes: Uint8Array, last: boolean) => E.Either<DataError, undefined>
  /** The next row of data, as long as all others; nothing where more bytes are needed, or none are left. */
  readonly next: () => E.Either<DataError, ScannedRow | undefined>
  /** The names of the columns, once the first row has been read. */
  readonly names: () => readonly ColumnName[] | undefined
}

const ragged = (
  file: string,
  { line, count }: ScannedRow,
  { separator, header }: TableFormat,
  width: number,
): DataError => ({
  kind: 'ragged-row',
  file,
  line,
  message: `${file}, line ${line}: expected ${width} cells as in the ${header ? 'header' : 'first row'}, got ${count}; a cell that holds '${separator === '\t' ? '\\t' : separator}' or a line end stands in quotes`,
})

/** The rows of a table whose form is known. `decimal` is the mark of numbers that are made while cells are looked for. */
export const tableRows = (
  file: string,
  format: Omit<TableFormat, 'missing'> & Partial<TableFormat>,
  decimal: DecimalMark,
): TableRows => {
  const source = utf8Source(file, format.encoding)
  const scanner = csvScanner(file, format.separator.charCodeAt(0), decimal)
  let names: readonly ColumnName[] | undefined

  const next = (): E.Either<DataError, ScannedRow | undefined> => {
    const found = scanner.next()
    if (E.isLeft(found) || found.right === undefined) return found
    const row = found.right
    if (names === undefined) {
      names = columnNames(
        Array.from({ length: row.count }, (_, i) => row.text(i)),
        format.header,
      )
      if (format.header) return next()
    }
    return row.count === names.length
      ? found
      : E.left(ragged(file, row, { missing: [], ...format }, names.length))
  }

  return {
    push: (bytes, last) => {
      const text = source.push(bytes, last)
      if (E.isLeft(text)) return text
      scanner.push(text.right, last)
      return E.right(undefined)
    },
    next,
    names: () => names,
  }
}
