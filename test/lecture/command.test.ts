import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lectureClaims } from '../../src/lecture/index.ts'
import { ledgerProgress } from '../../src/lecture/command/ledger-progress.ts'
import { readOptions } from '../../src/lecture/command/options.ts'
import { secondsLeft } from '../../src/lecture/command/time-left.ts'
import { commandWords } from '../cli/command-words.ts'

const main = commandWords('puregrad-claims')
const folder = { path: '' }
beforeAll(() => {
  folder.path = mkdtempSync(join(tmpdir(), 'puregrad-claims-'))
})
afterAll(() => rmSync(folder.path, { recursive: true }))

interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly status: number | null
}

const claims = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const { FORCE_COLOR: _, NO_COLOR: __, ...outer } = process.env
    const child = spawn(process.execPath, [...main, ...args], {
      env: { ...outer, LC_ALL: 'C', ...env },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', (status) => resolve({ stdout, stderr, status }))
  })

describe('the command', { timeout: 120_000 }, () => {
  test('gives a row as JSON with figures, marks and verdicts, the same for any number of processes', async () => {
    const [one, three] = await Promise.all([
      claims(['e2', '--json', '--jobs', '1']),
      claims(['E2', '--json', '--jobs', '3', '--seeds', '3']),
    ])
    expect(one.status).toBe(0)
    // Progress, if it took long enough to be told.
    expect(one.stderr).toMatch(/^(\d+\/3 .*\n)*$/)
    const { claims: rows } = JSON.parse(one.stdout)
    expect(rows).toMatchObject([{ id: 'E2', verdict: 'false-as-written' }])
    expect(rows[0].runs.map(({ seed }: { seed: number }) => seed)).toEqual([0, 1, 2])
    expect(three.stdout).toBe(one.stdout)
  })
  test('a mark turns the verdict, which is the code it ends with', async () => {
    const e1 = lectureClaims.find(({ id }) => id === 'E1')!
    const [measure = ''] = Object.keys(e1.measures)
    const { stdout, status } = await claims(['--mark', `e1.${measure}=-1`, '--seed', '4', '--json'])
    expect(status).toBe(1)
    expect(JSON.parse(stdout).claims).toMatchObject([
      { id: 'E1', verdict: 'fails', measures: { [measure]: { corrected: { atMost: -1 } } } },
    ])
  })
  test('writes pages and pictures in both languages, and the record; it speaks as the environment does', async () => {
    const page = join(folder.path, 'ledger.md')
    const { status, stdout } = await claims(['E1', '--seed', '0', '--write', page], {
      LANG: 'bg_BG.UTF-8',
      LC_ALL: '',
      FORCE_COLOR: '1',
    })
    expect(status).toBe(0)
    expect(stdout.split('\n')[0]).toBe('\u001b[1mE1\u001b[22m (404–418): \u001b[32mвярно\u001b[39m')
    expect(readdirSync(folder.path).sort()).toEqual(['ledger', 'ledger.bg.md', 'ledger.json', 'ledger.md'])
    expect(readdirSync(join(folder.path, 'ledger'))).toEqual(['e1.bg.svg', 'e1.svg'])
    expect(readFileSync(page, 'utf8')).toContain('(ledger/e1.svg)')
    expect(readFileSync(join(folder.path, 'ledger.bg.md'), 'utf8')).toContain('(ledger/e1.bg.svg)')
    expect(JSON.parse(readFileSync(join(folder.path, 'ledger.json'), 'utf8')).claims).toHaveLength(1)
  })
  test('a row that is not there is one clear line', async () => {
    const { stderr, stdout, status } = await claims(['A11', '--lang', 'bg'])
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 })
    expect(stderr).toMatch(/^грешка: няма ред A11; може би A1\? има A1, A2, [^\n]+\n$/)
  })
})

describe('the options', () => {
  const speech = { language: 'en', paint: (_: string, text: string) => text } as const
  const read = async (args: readonly string[]) => {
    const asked = await readOptions(args, speech)
    if (E.isLeft(asked)) throw new Error(asked.left)
    return asked.right.kind === 'values' ? asked.right.values : asked.right.text
  }
  test('name seeds by number, by range and one by one', async () => {
    const seedsOf = async (...args: readonly string[]) => {
      const options = await read(args)
      return typeof options === 'string' ? [] : options.seeds
    }
    expect(await seedsOf('C4')).toEqual([0, 1, 2])
    expect(await seedsOf('--seeds', '10')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await seedsOf('--seeds', '100..103', '--seed', '7', '--seed', '101')).toEqual([
      100, 101, 102, 103, 7,
    ])
  })
  test.each([
    [['--seeds', '0'], '--seeds: expected a number of seeds like 10 or a range like 100..109, got "0"'],
    [['--seeds', '9..3'], '--seeds: expected a number'],
    [['--seeds', '-3'], '--seeds'],
    [['--seed', '1.5'], '--seed: expected a whole number of at least 0, got "1.5"'],
    [['--jobs', '0'], '--jobs: expected a whole number of at least 1, got "0"'],
    [['--write', 'ledger'], '--write: expected the name of a page, which ends in .md'],
    [['--mark'], '--mark: the value is missing'],
    [['--frobnicate'], 'unknown option --frobnicate; --help lists the options'],
  ])('%j: %s', async (args, message) => {
    await expect(read(args)).rejects.toThrow(message)
  })
  test.each([
    ['en', ['ARGUMENTS', 'OPTIONS', 'FLAGS', 'EXAMPLES', 'show this help']],
    ['bg', ['АРГУМЕНТИ', 'НАСТРОЙКИ', 'ПРЕВКЛЮЧВАТЕЛИ', 'ПРИМЕРИ', 'показва тази помощ']],
  ] as const)('help in %s', async (language, words) => {
    const asked = await readOptions(['--help'], { ...speech, language })
    const text = E.isRight(asked) && asked.right.kind === 'help' ? asked.right.text : ''
    for (const word of [...words, '--mark <', '--set <', '--seeds <', '--lang <'])
      expect(text).toContain(word)
  })
})

describe('progress', () => {
  const work = {
    jobs: 2,
    finished: [
      { id: 'A1', seconds: 10 },
      { id: 'E1', seconds: 2 },
    ],
    running: [{ id: 'A1', seed: 1, seconds: 4 }],
    waiting: ['E1', 'E1', 'C4'],
  }
  test('knows nothing before a row is done, and then takes each row for as long as it took before', () => {
    expect(secondsLeft({ ...work, finished: [] })).toBeUndefined()
    // A1: 10 − 4; E1: 2 and 2; C4, of which nothing is known: the mean, 6; by two processes
    expect(secondsLeft(work)).toBe((6 + 2 + 2 + 6) / 2)
    // a row that says how far it is, and cannot be shared among processes
    expect(
      secondsLeft({ ...work, waiting: [], running: [{ id: 'A1', seed: 1, seconds: 4, share: 0.25 }] }),
    ).toBe(12)
  })
  test('is a bar on a terminal', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true })
    const progress = ledgerProgress(stream, 'bg')
    progress.show(work)
    progress.stop()
    expect(String(stream.read())).toMatch(/█+░+ 2\/6 {2}A1:1 {2}остават около 8 с/)
  })
  test('is nothing elsewhere for what is done in a moment', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: false })
    const progress = ledgerProgress(stream, 'en')
    progress.show(work)
    progress.stop()
    expect(stream.read()).toBeNull()
  })
})
