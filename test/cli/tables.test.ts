import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readOptions } from '../../src/cli/options.ts'
import { leftOf, rightOf } from '../data/rows.ts'
import { commandWords } from './command-words.ts'

const cli = commandWords('puregrad')
const folder: { path: string } = { path: '' }

/** Runs the command line, with a file piped into it where there is one. */
const puregrad = (args: readonly string[], piped?: string) =>
  new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>(
    (resolve, reject) => {
      const words = [process.execPath, ...cli, ...args]
      const child =
        piped === undefined
          ? spawn(words[0]!, words.slice(1), { cwd: folder.path })
          : spawn('sh', ['-c', `cat ${piped} | "$@"`, 'sh', ...words], { cwd: folder.path })
      const out: string[] = []
      const err: string[] = []
      child.stdout.on('data', (chunk) => out.push(String(chunk)))
      child.stderr.on('data', (chunk) => err.push(String(chunk)))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, stdout: out.join(''), stderr: err.join('') }))
    },
  )

/** Rows of three classes of Cyrillic names, of which two differ in a letter. */
const rows = (separator: string, decimal: string): string =>
  Array.from({ length: 60 }, (_, i) =>
    [`${(i % 3) * 10}${decimal}${i % 7}`, `${i % 5}`, ['бял', 'бяс', 'чер'][i % 3]].join(separator),
  ).join('\r\n')

const inWindows1251 = (text: string): Uint8Array =>
  Uint8Array.from(text, (letter) =>
    letter < '\u0080' ? letter.charCodeAt(0) : letter.charCodeAt(0) - 0x0410 + 0xc0,
  )

beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), 'puregrad-cli-tables-'))
  await writeFile(join(folder.path, 'cyrillic.csv'), inWindows1251(`ширина;брой;вид\r\n${rows(';', ',')}`))
  await writeFile(join(folder.path, 'headless.csv'), rows(',', '.'))
})
afterAll(() => rm(folder.path, { recursive: true }))

const quick = ['--epochs', '2', '--no-curve', '--json']
const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')

describe('a table that is not in UTF-8', { timeout: 120_000 }, () => {
  test('is refused in one line that names the option, and trained on with it, no class lost', async () => {
    const args = ['--data', 'cyrillic.csv', '--target', 'вид', ...quick]
    const [bare, told] = await Promise.all([
      puregrad(args),
      puregrad([...args, '--encoding', 'windows-1251', '--decimal', 'comma']),
    ])
    expect([bare.code, bare.stdout]).toEqual([1, ''])
    expect(bare.stderr).toMatch(
      /^error: cyrillic\.csv, line 1, byte 0: 0xf8 is no letter in UTF-8;.*--encoding NAME\)\n$/,
    )
    expect(told.stderr.split('\n').filter((line) => line.startsWith('error'))).toEqual([])
    expect(lastLine(told.stdout)).toMatchObject({
      classes: ['бял', 'бяс', 'чер'],
      rows: { train: 36, dev: 12, test: 12 },
    })
  })

  test('comes through a pipe, gzipped or not, with no header where none is said to be', async () => {
    const read = await puregrad(
      ['--data', '/dev/stdin', '--target', '3', '--header', 'no', ...quick],
      'headless.csv',
    )
    expect(lastLine(read.stdout)).toMatchObject({ classes: ['бял', 'бяс', 'чер'] })
    await writeFile(join(folder.path, 'table.csv.gz'), gzipSync(`a,b,k\n${rows(',', '.')}`))
    const unfolded = await puregrad(['--data', 'table.csv.gz', '--target', 'k', ...quick])
    expect(lastLine(unfolded.stdout)).toMatchObject({ rows: { train: 36 } })
  })

  test('with no header line is asked about, and a name never reaches the terminal raw', async () => {
    const [headless, odd] = await Promise.all([
      puregrad(['--data', 'headless.csv', '--target', 'бял', ...quick]),
      puregrad(['--data', 'a\u001b[31m.csv', '--target', 'k']),
    ])
    expect([headless.code, headless.stderr]).toEqual([1, expect.stringContaining('--header no')])
    expect([odd.code, odd.stderr]).toEqual([1, 'error: a\\u001b[31m.csv: there is no such file\n'])
  })
})

describe('options about a table', () => {
  test('say what the library has to know', async () => {
    const request = rightOf(
      await readOptions(
        '--data t.csv --target k --encoding koi8-r --separator bar --header no --decimal comma --task classification --max-bytes 1000'.split(
          ' ',
        ),
      ),
    )
    expect(request).toMatchObject({
      options: {
        source: {
          kind: 'csv',
          file: 't.csv',
          table: {
            label: 'k',
            encoding: 'koi8-r',
            separator: '|',
            header: false,
            decimal: ',',
            task: 'classification',
            maxBytes: 1000,
          },
        },
      },
    })
    const plain = rightOf(await readOptions(['--data', 't.csv', '--target', 'k']))
    expect(plain).toMatchObject({ options: { source: { table: { label: 'k' } } } })
    const arrays = rightOf(await readOptions('--data x.idx --labels y.idx --max-bytes 7'.split(' ')))
    expect(arrays).toMatchObject({ options: { source: { kind: 'arrays', maxBytes: 7 } } })
  })

  test.each([
    ['--data t.csv --target k --encoding klingon', '--encoding: expected an encoding such as utf-8'],
    ['--data t.csv --target k --separator slash', '--separator: expected one of comma, semicolon, tab, bar'],
    ['--data t.csv --target k --header maybe', '--header: expected one of yes, no'],
    ['--data t.csv --target k --max-bytes 0', '--max-bytes: expected a whole number of at least 1'],
    ['--data t.csv --target k --separator comma --decimal comma', '--separator and --decimal'],
    ['--data x.idx --labels y.idx --encoding utf-8', '--encoding: there is no table'],
    ['--header no', '--header: there is no table'],
    ['--max-bytes 9', '--max-bytes: there is no file'],
    ['--epochs 0x10', '--epochs: expected a whole number of at least 1, got "0x10"'],
    ['--hidden 0b11', '--hidden: expected widths'],
  ])('%s', async (args, message) => {
    expect(leftOf(await readOptions(args.split(' ')))).toContain(message)
  })
})
