import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tooWide } from '../../src/cli/network-fits.ts'
import { commandWords } from './command-words.ts'

let folder = ''
let table = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puregrad-places-'))
  table = join(folder, 'table.csv')
  const rows = Array.from({ length: 60 }, (_, i) => `${(i * 7) % 11},${i},${i % 2 === 0 ? 'x' : 'y'}`)
  await writeFile(table, ['a,b,c', ...rows, ''].join('\n'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const run = (args: readonly string[], streams = '') =>
  new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((done) => {
    const child = spawn(
      'sh',
      [
        '-c',
        `exec "$0" "$@" ${streams}`,
        process.execPath,
        ...commandWords('puregrad'),
        '--epochs',
        '1',
        '--no-model',
        ...args,
      ],
      { env: { ...process.env, PUREGRAD_BACKEND: 'typescript' } },
    )
    let [out, err] = ['', '']
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
    child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
    child.on('close', (code) => done({ code, out, err }))
  })

describe('a learning curve takes the place of nothing that the command needs', () => {
  test('of the data, by any name of it', async () => {
    const before = await readFile(table, 'utf8')
    const link = join(folder, 'link.csv')
    await symlink(table, link)
    const ended = await run(['--data', table, '--target', 'c', '--curve', link])
    expect(ended.err).toBe(`error: --curve: ${link} is the file of --data, and would be written over\n`)
    expect(ended.code).toBe(1)
    expect(await readFile(table, 'utf8')).toBe(before)
  }, 60_000)

  test('of the checkpoint, before it is there', async () => {
    const file = join(folder, 'state')
    const ended = await run(['--data', table, '--target', 'c', '--curve', file, '--checkpoint', file])
    expect(ended.err).toMatch(/is the file of --checkpoint/)
    expect(existsSync(file)).toBe(false)
  }, 60_000)
})

describe.skipIf(!existsSync('/dev/full'))('a stream that takes no more', () => {
  test('standard output: one line and a failure', async () => {
    const { code, err } = await run(['--data', table, '--target', 'c', '--no-curve'], '> /dev/full')
    expect(err).toMatch(/\nerror: standard output: cannot be written: ENOSPC[^\n]*\n$/)
    expect(err).not.toMatch(/ {4}at /)
    expect(code).toBe(1)
  }, 60_000)

  test('standard error: the result is whole all the same', async () => {
    const { code, out } = await run(
      ['--data', table, '--target', 'c', '--no-curve', '--json'],
      '2> /dev/full',
    )
    expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ epochs: 1 })
    expect(code).toBe(0)
  }, 60_000)
})

test('a network that no memory holds is refused before it is made', async () => {
  const { code, err } = await run(['--data', table, '--target', 'c', '--no-curve', '--hidden', '1e12,1e12'])
  // (1 + 1) · 10¹² + (10¹² + 1) · 10¹² + (10¹² + 1) · 2: one column goes in, as the other counts the rows.
  expect(err).toMatch(
    /^error: --hidden: the network would have 1\.000000000005e\+24 parameters and training it take .* GiB\n$/,
  )
  expect(code).toBe(1)
  const options = { hidden: [3], dtype: 'float64', language: 'en' } as const
  // (2 + 1) · 3 + (3 + 1) · 2 parameters of 8 bytes, four times
  expect(tooWide(options, 2, 2, 544)).toBeUndefined()
  expect(tooWide(options, 2, 2, 543)).toMatch(/17 parameters/)
}, 60_000)
