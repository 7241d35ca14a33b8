import { execFile } from 'node:child_process'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readOptions, readSearchOptions } from '../../src/cli/options.ts'
import { rightOf, leftOf } from '../data/rows.ts'
import { commandWords } from './command-words.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puregrad-cli-stream-'))
  const rows = Array.from(
    { length: 300 },
    (_, i) => `${(i * 7) % 30},${i % 5},${(i * 7) % 30 < 12 ? 'ниско' : 'високо'}`,
  )
  await writeFile(join(folder, 't.csv'), ['a,b,вид', ...rows].join('\n'))
  await writeFile(join(folder, 'bad.csv'), ['a,b,вид', ...rows.with(200, '1,2')].join('\n'))
})
afterAll(() => rm(folder, { recursive: true }))

const puregrad = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [...commandWords('puregrad'), ...args], { cwd: folder }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: unknown) => error as { readonly code: number; readonly stdout: string; readonly stderr: string },
  )

describe('--stream', () => {
  test('trains, says what was held, and writes a model; in Bulgarian', { timeout: 60_000 }, async () => {
    const [told, failed] = await Promise.all([
      puregrad(
        ...['train', 't.csv', '--target', 'вид', '--stream', '--prepare-rows', '100', '--epochs', '2'],
        ...['--no-curve', '--json', '--lang', 'bg'],
      ),
      puregrad('train', 'bad.csv', '--target', 'вид', '--stream', '--no-curve'),
    ])
    expect(told.stdout).toMatch(/300 реда, 3 колони, като поток/)
    expect(told.stdout).toMatch(/сред първите 100 \(--prepare-rows\)/)
    const json = JSON.parse(told.stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(json).toMatchObject({ stream: true, epochs: 2, kept: 'network', model: 't.model' })
    const { train, dev, test: tested } = json.rows
    expect([train, dev, tested].map(Number).reduce((a, b) => a + b)).toBe(300)
    await access(join(folder, 't.model'))
    expect(failed.code).toBe(1)
    expect(failed.stderr).toMatch(/^error: bad\.csv, line 202: expected 3 cells/)
    await expect(access(join(folder, 'bad.model'))).rejects.toThrow()
  })

  test.each([
    ['--folds 3', '--folds'],
    ['--groups a', '--groups'],
    ['--split time --time a', '--split time'],
    ['--class-weights balanced', '--class-weights'],
    ['--sample-weights a', '--sample-weights'],
    ['--test other.csv', '--test'],
    ['--optimal-error 0.1', '--optimal-error'],
    ['--recipe linear', '--recipe linear'],
  ])('refuses %s by name', async (words, named) => {
    const asked = await readOptions(`t.csv --target k --stream ${words}`.split(' '))
    expect(leftOf(asked)).toContain(`${named}: not with --stream`)
  })

  test('goes with a table, and its rows with it; a search has none', async () => {
    const speech = { language: 'en', paint: (_: unknown, text: string) => text } as const
    expect(leftOf(await readOptions(['--stream']))).toContain('--stream')
    expect(leftOf(await readOptions('t.csv --target k --prepare-rows 9'.split(' ')))).toContain('--stream')
    expect(leftOf(await readSearchOptions('t.csv --target k --stream'.split(' '), speech))).toContain(
      '--stream',
    )
    expect(rightOf(await readOptions('t.csv --target k --stream --prepare-rows 9'.split(' ')))).toMatchObject(
      {
        options: { stream: { prepareRows: 9 } },
      },
    )
  })
})
