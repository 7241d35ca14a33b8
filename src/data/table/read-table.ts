import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import type { DataError } from '../data-error.ts'
import { readDecompressed } from '../formats/read-decompressed.ts'
import { runOver } from './byte-passes.ts'
import { checkedTableOptions, tableOptionNames, type TableOptions } from './table-options.ts'
import { tableReading, type TableReading } from './table-reading.ts'

/**
 * The table in a file, gzipped or not.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readTable } from 'puregrad/data'
 * const read = await readTable('absent.csv')()
 * E.isLeft(read) ? read.left.message : '' // => 'absent.csv: there is no such file'
 * ```
 * @category Tables
 */
export const readTable = (
  file: string,
  options: TableOptions = {},
): TE.TaskEither<DataError, TableReading> => {
  checkOptions('readTable', options, tableOptionNames)
  const checked = checkedTableOptions('readTable', options)
  return pipe(
    readDecompressed(file, checked.maxBytes),
    TE.flatMapEither((bytes) => runOver([bytes], tableReading(file, checked, bytes.length))),
  )
}
