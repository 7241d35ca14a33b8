// node --import tsx bench/reading.ts [--rows 60000] [--columns 785] [--file FILE]
//
// What it costs to read a long numeric CSV: seconds of processor time and the greatest memory of a process for each
// reader, beside readline and split, and beside the numbers themselves.

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { parseTable, readCsv, readTable, streamCsv, streamTable } from '../src/data/index.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '60000' },
    columns: { type: 'string', default: '785' },
    file: { type: 'string' },
  },
})

/** Pixels of digits: a class and numbers from 0 to 255, four fifths of them 0. */
const write = async (file: string, rows: number, columns: number): Promise<void> => {
  const out = createWriteStream(file)
  let state = 12345
  const below = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  out.write(`label,${Array.from({ length: columns - 1 }, (_, i) => `p${String(i)}`).join(',')}\n`)
  for (let row = 0; row < rows; row++) {
    const pixels = Array.from({ length: columns - 1 }, () => (below(100) < 81 ? 0 : below(256)))
    if (!out.write(`${[below(10), ...pixels].join(',')}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

const right = <A>(read: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(read)) throw new Error(read.left.message)
  return read.right
}

/** What each reader makes of a file: the bytes of its numbers, 0 where none are kept. */
const readers: Readonly<Record<string, (file: string) => Promise<number>>> = {
  'readline and split': async (file) => {
    let sum = 0
    for await (const line of createInterface({ input: createReadStream(file) }))
      for (const cell of line.split(',')) sum += Number(cell)
    return sum === 0 ? 1 : 0
  },
  'readCsv, float32': async (file) => right(await readCsv(file, { label: 'label' })()).x.size * 4,
  streamCsv: async (file) => {
    for await (const row of streamCsv(file, { label: 'label' })) right(row)
    return 0
  },
  'readTable, float64': async (file) => {
    const { table } = right(await readTable(file)())
    return table.n * table.columns.length * 8
  },
  'streamTable, 1000 rows at a time': async (file) => {
    const { schema } = right(parseTable(await head(file)))
    for await (const chunk of streamTable(file, { schema, rows: 1000 })) right(chunk)
    return 0
  },
}

/** The first rows of a file as a text. */
const head = async (file: string): Promise<string> => {
  let lines: readonly string[] = []
  for await (const line of createInterface({ input: createReadStream(file) })) {
    lines = [...lines, line]
    if (lines.length === 20) break
  }
  return lines.join('\n')
}

const [reader, own] = positionals
if (reader !== undefined && own !== undefined) {
  const bytes = reader === 'nothing' ? 0 : await readers[reader]!(own)
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  console.log(JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, peak: maxRSS * 1024, bytes }))
} else {
  const folder = await mkdtemp(join(tmpdir(), 'reading-'))
  const file = values.file ?? join(folder, 'digits.csv')
  if (values.file === undefined) await write(file, Number(values.rows), Number(values.columns))
  console.log(`${file}: ${String(Math.round((await stat(file)).size / 1e6))} MB`)
  console.log('reader                              processor   peak   result  peak/result')
  const cost = (name: string) => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', import.meta.filename, name, file],
      { encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(stderr)
    return JSON.parse(stdout) as { readonly seconds: number; readonly peak: number; readonly bytes: number }
  }
  const start = cost('nothing').seconds
  for (const name of Object.keys(readers)) {
    const { seconds, peak, bytes } = cost(name)
    const mb = (size: number): string => `${String(Math.round(size / 1e6))} MB`.padStart(8)
    console.log(
      `${name.padEnd(34)} ${(seconds - start).toFixed(1).padStart(8)} s ${mb(peak)} ${bytes === 0 ? '' : `${mb(bytes)} ${(peak / bytes).toFixed(2).padStart(8)}`}`,
    )
  }
  await rm(folder, { recursive: true })
}
