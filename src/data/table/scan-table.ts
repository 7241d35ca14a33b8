import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import type { DataError } from '../data-error.ts'
import { byteChunks } from '../formats/byte-chunks.ts'
import { runFrom } from './byte-passes.ts'
import { inferSchema } from './infer-schema.ts'
import { longReadingNames, stoppedBy, type LongReading } from './reading-options.ts'
import { checkedTableOptions, tableOptionNames, type TableOptions } from './table-options.ts'
import type { TableReport } from './table-report.ts'
import type { TableSchema } from './table-schema.ts'

/**
 * How {@link scanTable} finds out what a table is.
 *
 * @category Tables
 */
export interface TableScanOptions extends TableOptions, LongReading {
  /** Whether all rows are looked at, as they are unless told otherwise, or only those in the first 256 KiB. */
  readonly rows?: 'all' | 'first'
}

const chunkSize = 2 ** 18

/**
 * What a file is, without its table: a schema to read or stream it by and a report of what was found. It is not held in
 * memory: of each column are kept counts, up to 1000 different numbers (2²⁰ while they are whole and all different) and
 * up to 2¹⁶ different texts.
 *
 * @throws ArgumentError for options that are none, or have no such value.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { scanTable } from 'puregrad/data'
 * const scanned = await scanTable('absent.csv')()
 * E.isLeft(scanned) ? scanned.left.message : '' // => 'absent.csv: there is no such file'
 * ```
 * @category Tables
 */
export const scanTable = (
  file: string,
  options: TableScanOptions = {},
): TE.TaskEither<DataError, { readonly schema: TableSchema; readonly report: TableReport }> => {
  checkOptions('scanTable', options, { ...tableOptionNames, ...longReadingNames, rows: true })
  const { progress, signal, rows = 'all', ...rest } = options
  checkChoice('scanTable', 'rows', rows, ['all', 'first'])
  const checked = checkedTableOptions('scanTable', rest)
  return pipe(
    // What is begun anew by each call.
    TE.of(undefined),
    TE.flatMap(() =>
      runFrom(
        () => byteChunks(file, { chunkSize, maxBytes: checked.maxBytes }),
        inferSchema(file, checked, { size: undefined, keep: false, rows }),
        stoppedBy(file, signal),
        (bytes, pass) => progress?.({ bytes, pass }),
      ),
    ),
    TE.map(({ schema, report }) => ({ schema, report })),
  )
}
