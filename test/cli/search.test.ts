import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { searchCommand } from '../../src/cli/search-command.ts'
import '../../src/node.ts'
import { leftOf, rightOf } from '../data/rows.ts'

const folder = { path: '' }
const at = (name: string): string => join(folder.path, name)

const rows = (n: number): string =>
  [
    'a,b,kind',
    ...Array.from({ length: n }, (_, i) => `${(i * 7) % 11},${i},${i % 2 === 0 ? 'x' : 'y'}`),
  ].join('\n')

beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), 'puregrad-search-'))
  await writeFile(at('t.csv'), rows(40))
  await writeFile(at('other.csv'), rows(41))
})
afterAll(() => rm(folder.path, { recursive: true }))
beforeEach(() => {
  // The lines of progress.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => vi.restoreAllMocks())

const quick = ['--target', 'kind', '--trials', '2', '--epochs', '1', '--no-curve', '--no-model']

const searched = async (argv: readonly string[]) => {
  const said: string[] = []
  const warned: string[] = []
  const ended = await searchCommand(argv, {
    say: (text) => {
      said.push(text)
    },
    warn: (text) => {
      warned.push(text)
    },
    complain: () => undefined,
    ending: new AbortController().signal,
    language: 'en',
    paint: (_, text) => text,
  })
  return { ended, said, warned }
}

test('a search that was broken off goes on from its journal to the same end', async () => {
  const journal = at('t.search.jsonl')
  const argv = ['--data', at('t.csv'), ...quick, '--journal', journal]
  const whole = await searched(argv)
  rightOf(whole.ended)
  expect(whole.said[0]).toMatch(/^best of 2 networks: --hidden \d+/)
  const kept = await readFile(journal, 'utf8')
  const lines = kept.trimEnd().split('\n')
  await writeFile(journal, `${lines.slice(0, -1).join('\n')}\n`)
  const resumed = await searched(argv)
  rightOf(resumed.ended)
  expect(resumed.said).toEqual(whole.said)
  expect(resumed.warned).toEqual(whole.warned.slice(-resumed.warned.length))
  expect(resumed.warned.length).toBeLessThan(whole.warned.length)
  const other = await searched(['--data', at('other.csv'), ...quick, '--journal', journal])
  expect(leftOf(other.ended)).toContain(journal)
  expect((await readFile(journal, 'utf8')).split('\n')).toHaveLength(kept.split('\n').length)
}, 60_000)

test.each([
  [['--data', 't.csv', '--target', 'kind', '--hidden', '3'], /^--hidden: it is what is searched for/],
  [['--trials', '2'], /^search: expected a table/],
  [
    ['--data', 't.csv', '--target', 'kind', '--trials', '0'],
    /^--trials: expected a whole number of at least 1/,
  ],
  [
    ['--data', 't.csv', '--target', 'kind', '--journal', 't.csv'],
    /^--journal: .*t\.csv is the file of --data/,
  ],
  [
    ['--data', 't.csv', '--target', 'absent', '--no-model'],
    /there is no column 'absent'; the columns are a, b, kind/,
  ],
] as const)('%j is refused in one line', async (words, message) => {
  const argv = words.map((word) => (word.endsWith('.csv') ? at(word) : word))
  const { ended, said } = await searched([
    ...argv,
    ...(argv.includes('--journal') ? [] : ['--journal', at('none.jsonl')]),
  ])
  expect(leftOf(ended)).toMatch(message)
  expect(said).toEqual([])
})
