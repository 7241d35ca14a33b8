import type * as E from 'fp-ts/lib/Either.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import type { DataError } from '../data-error.ts'
import { runOver } from './byte-passes.ts'
import { checkedTableOptions, tableOptionNames, type TableOptions } from './table-options.ts'
import { tableReading, type TableReading } from './table-reading.ts'

/**
 * The table in a text or its bytes.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { parseTable } from 'puregrad/data'
 * const read = parseTable('name;height\nAnn;1,71\nBob;1,84\nCarl;?\n')
 * E.isRight(read) ? read.right.schema.columns.map(({ kind }) => kind) : [] // => ['category', 'number']
 * ```
 * @category Tables
 */
export const parseTable = (
  content: string | Uint8Array,
  options: TableOptions & { readonly file?: string } = {},
): E.Either<DataError, TableReading> => {
  checkOptions('parseTable', options, { ...tableOptionNames, file: true })
  const { file = 'table', ...rest } = options
  const checked = checkedTableOptions('parseTable', rest)
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return runOver(
    [bytes],
    tableReading(
      file,
      typeof content === 'string' ? { ...checked, encoding: 'utf-8' } : checked,
      bytes.length,
    ),
  )
}
