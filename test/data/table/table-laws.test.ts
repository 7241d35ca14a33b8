import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { dsvFormat } from 'd3-dsv'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  decodeTableSchema,
  parseTable,
  readTable,
  scanTable,
  streamTable,
  tableOfCells,
  type Table,
} from '../../../src/data/index.ts'
import { runOver } from '../../../src/data/table/byte-passes.ts'
import { tableReading } from '../../../src/data/table/table-reading.ts'
import { numbers, rightOf } from '../rows.ts'
import { cellsOf } from './cells-of.ts'
import { writtenTables, type WrittenTable } from './written-tables.ts'

const contentOf = ({ columns, lines }: Table) => ({
  lines: numbers(lines),
  columns: columns.map((column) => ({ name: column.name, kind: column.kind, cells: cellsOf(column) })),
})

const written = ({ columns }: WrittenTable) =>
  columns.map(({ name, kind, values }) => ({ name, kind, cells: values }))

const parse = ({ bytes, told }: WrittenTable) => rightOf(parseTable(bytes, told))

test('what was written is what is read, in any form', () => {
  fc.assert(
    fc.property(writtenTables, (table) => {
      const read = parse(table)
      expect(contentOf(read.table).columns).toEqual(written(table))
      expect(read.report.separator.value).toBe(table.separator)
      expect(read.report.columns.map(({ missing }) => missing)).toEqual(
        table.columns.map(({ values }) => values.filter((value) => value === undefined).length),
      )
    }),
    { numRuns: 300 },
  )
})

test('where pieces end does not matter', () => {
  fc.assert(
    fc.property(writtenTables, fc.array(fc.nat({ max: 200 }), { maxLength: 8 }), (table, cuts) => {
      const { bytes, told } = table
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
      const pieces = places.slice(1).map((end, i) => bytes.subarray(places[i], end))
      const read = rightOf(runOver(pieces, tableReading('table', told, bytes.length)))
      const whole = parse(table)
      expect(contentOf(read.table)).toEqual(contentOf(whole.table))
      expect(read.report).toEqual(whole.report)
    }),
    { numRuns: 100 },
  )
})

test('the schema reads the same again, also when it was saved', () => {
  fc.assert(
    fc.property(writtenTables, (table) => {
      const first = parse(table)
      const schema = rightOf(decodeTableSchema(JSON.parse(JSON.stringify(first.schema))))
      expect(schema).toEqual(first.schema)
      const again = rightOf(parseTable(table.bytes, { schema }))
      expect(contentOf(again.table)).toEqual(contentOf(first.table))
      expect(again.report.columns.map(({ missing }) => missing)).toEqual(
        first.report.columns.map(({ missing }) => missing),
      )
    }),
    { numRuns: 100 },
  )
})

test('cells handed over one by one are those of the file', () => {
  fc.assert(
    fc.property(writtenTables, (table) => {
      const { schema, table: read } = parse(table)
      const rows = numbers(read.lines).map((_, row) =>
        Object.fromEntries(
          table.columns.map(({ name, kind, values, cells }) => [
            name,
            kind === 'number'
              ? values[row]
              : kind === 'boolean'
                ? ['yes', 'True', 'да'].includes(cells[row]!)
                : cells[row],
          ]),
        ),
      )
      expect(contentOf(rightOf(tableOfCells(schema, rows))).columns).toEqual(contentOf(read).columns)
    }),
    { numRuns: 100 },
  )
})

test('d3-dsv finds the same cells', () => {
  fc.assert(
    fc.property(
      writtenTables.filter(({ text }) => !/"\s|,\s"|[;|\t]\s"|^\s*"/.test(text) && !text.includes('\r\r')),
      ({ text, separator, columns }) => {
        const rows = dsvFormat(separator).parseRows(text)
        const read = rightOf(
          parseTable(text, {
            header: false,
            separator,
            usualMissing: false,
            kinds: Object.fromEntries(columns.map((_, i) => [`column${i + 1}`, 'text'])),
          }),
        )
        const cells = read.table.columns.map(cellsOf)
        expect(rows.map((_, row) => cells.map((column) => column[row] ?? ''))).toEqual(
          rows.map((row) => row.map((cell) => cell.trim())),
        )
      },
    ),
    { numRuns: 100 },
  )
})

describe('a file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tables-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })

  test('is read, scanned and streamed as its bytes are parsed, gzipped or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        writtenTables,
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        async (table, gzipped, rows) => {
          const file = join(folder, 'table.csv')
          await writeFile(file, gzipped ? gzipSync(table.bytes) : table.bytes)
          const whole = parse(table)
          const read = rightOf(await readTable(file, table.told)())
          expect(contentOf(read.table)).toEqual(contentOf(whole.table))
          const scanned = rightOf(await scanTable(file, table.told)())
          expect(scanned.schema).toEqual(whole.schema)
          const parts: Table[] = []
          for await (const part of streamTable(file, { schema: scanned.schema, rows }))
            parts.push(rightOf(part))
          const contents = parts.map(contentOf)
          expect(parts.slice(0, -1).every(({ n }) => n === rows)).toBe(true)
          expect(contents.flatMap(({ lines }) => lines)).toEqual(contentOf(whole.table).lines)
          expect(
            whole.table.columns.map((_, i) => contents.flatMap(({ columns }) => columns[i]!.cells)),
          ).toEqual(whole.table.columns.map(cellsOf))
        },
      ),
      { numRuns: 30 },
    )
  })
})
