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
  test('is trained on, no class lost', async () => {
    const told = await puregrad([
      ...['--data', 'cyrillic.csv', '--target', 'вид', '--encoding', 'windows-1251', '--decimal', 'comma'],
      ...quick,
    ])
    expect(told.stderr.split('\n').filter((line) => line.startsWith('error'))).toEqual([])
    expect(lastLine(told.stdout)).toMatchObject({
      classes: ['бял', 'бяс', 'чер'],
      rows: { train: 41, dev: 7, test: 12 },
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
    expect(lastLine(unfolded.stdout)).toMatchObject({ rows: { train: 41 } })
  })

  test('a name never reaches the terminal raw', async () => {
    const odd = await puregrad(['--data', 'a\u001b[31m.csv', '--target', 'k'])
    expect([odd.code, odd.stderr]).toEqual([1, 'error: a\\u001b[31m.csv: there is no such file\n'])
  })

  test('what train wrote predicts and is judged, in a pipe too', async () => {
    await puregrad([
      'train',
      'headless.csv',
      '--target',
      '3',
      '--no-header',
      '--model',
      'kinds.model',
      ...quick,
    ])
    const [predicted, judged] = await Promise.all([
      puregrad(['predict', 'kinds.model', '--data', '-', '--keep', 'column1'], 'headless.csv'),
      puregrad(['evaluate', 'kinds.model', '--data', 'headless.csv', '--json']),
    ])
    const lines = predicted.stdout.trimEnd().split('\n')
    expect(lines[0]).toBe('column1,prediction,probability of бял,probability of бяс,probability of чер')
    expect(lines).toHaveLength(61)
    expect(lines[1]).toMatch(/^0,бял,0\.\d+,/)
    expect(lastLine(judged.stdout)).toMatchObject({ kind: 'classes', rows: 60, unlabelled: 0 })
  })
})

describe('options about a table', () => {
  test('say what the library has to know', async () => {
    const request = rightOf(
      await readOptions(
        '--data t.csv --target k --encoding koi8-r --separator bar --no-header --decimal comma --task classification --max-bytes 1000 --drop a,"b,c" --split 70,15,15 --class-weights x=2,y=1 --missing -200'.split(
          ' ',
        ),
      ),
    )
    expect(request).toMatchObject({
      options: {
        source: {
          kind: 'table',
          file: 't.csv',
          targets: ['k'],
          task: 'classification',
          format: { encoding: 'koi8-r', separator: '|', header: false, decimal: ',', maxBytes: 1000 },
          drop: ['a', 'b,c'],
          split: { kind: 'shares', shares: [0.7, 0.15, 0.15] },
          classWeights: { x: 2, y: 1 },
          missing: ['-200'],
        },
        model: 't.model',
      },
    })
    const plain = rightOf(await readOptions(['--data', 't.csv', '--target', 'k']))
    expect(plain).toMatchObject({ options: { source: { targets: ['k'], split: undefined } } })
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
    ['t.csv --target k --split 70,20', '--split: expected shares'],
    [
      't.csv --target k --split 85,15',
      '--split: three shares (70,15,15), or two (85,15) together with --test',
    ],
    ['t.csv --target k --split time', '--split time and --time COLUMN go together'],
    ['t.csv --target k --drop a --features b', '--drop and --features'],
    ['t.csv --target k --class-weights x=-1', '--class-weights: expected balanced, or weights'],
    ['t.csv --target k,', '--target: expected names of columns'],
    ['t.csv --data u.csv --target k', '--data: the file is named already'],
    ['--epochs 0x10', '--epochs: expected a whole number of at least 1, got "0x10"'],
    ['--hidden 0b11', '--hidden: expected widths'],
  ])('%s', async (args, message) => {
    expect(leftOf(await readOptions(args.split(' ')))).toContain(message)
  })
})
