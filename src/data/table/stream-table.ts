import * as E from 'fp-ts/lib/Either.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count } from '../../core/tensor/setting-ranges.ts'
import type { DataError } from '../data-error.ts'
import { byteChunks } from '../formats/byte-chunks.ts'
import { mainDecimal, tableFiller, type TableFiller } from './fill-table.ts'
import { tableRows } from './table-rows.ts'
import type { TableSchema } from './table-schema.ts'
import type { Table } from './table.ts'

export const streamTable = (
  file: string,
  options: { readonly schema: TableSchema; readonly rows?: number },
): AsyncIterable<E.Either<DataError, Table<'raw'>>> => {
  const { schema, rows: size = 1000 } = options
  checkOptions('streamTable', options, { schema: true, rows: true })
  checkSetting('streamTable', 'rows', size, count)
  return {
    async *[Symbol.asyncIterator]() {
      const rows = tableRows(file, schema.format, mainDecimal(schema))
      let filler: TableFiller | undefined
      const drain = function* (): Generator<E.Either<DataError, Table<'raw'>>, boolean> {
        for (;;) {
          const next = rows.next()
          if (E.isLeft(next)) {
            yield next
            return false
          }
          if (next.right === undefined) return true
          if (filler === undefined) {
            const made = tableFiller(file, (rows.names() ?? []).map(({ name }) => name), schema, size)
            if (E.isLeft(made)) {
              yield made
              return false
            }
            filler = made.right
          }
          filler.take(next.right)
          if (filler.rows() === size) yield filler.finish()
        }
      }
      for await (const chunk of byteChunks(file)) {
        const pushed = E.isLeft(chunk) ? chunk : rows.push(chunk.right, false)
        if (E.isLeft(pushed)) {
          yield pushed
          return
        }
        if (!(yield* drain())) return
      }
      rows.push(new Uint8Array(0), true)
      yield* drain()
      if (filler !== undefined && filler.rows() > 0) yield filler.finish()
    },
  }
}
