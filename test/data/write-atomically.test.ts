import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeAtomically } from '../../src/data/index.ts'

const folder = { path: '' }
beforeAll(() => {
  folder.path = mkdtempSync(join(tmpdir(), 'puregrad-atomic-'))
})
afterAll(() => rmSync(folder.path, { recursive: true }))

const write = async (file: string, content: string) =>
  expect(await writeAtomically(file, content)()).toEqual(E.right(undefined))
const problem = async (file: string): Promise<string> => {
  const result = await writeAtomically(file, 'x')()
  return E.isLeft(result) ? result.left.message : expect.fail('it was written')
}

describe('writeAtomically', () => {
  test('keeps the permissions of the file it replaces', async () => {
    const file = join(folder.path, 'secret')
    writeFileSync(file, 'old')
    for (const mode of [0o600, 0o640, 0o755]) {
      chmodSync(file, mode)
      await write(file, `mode ${mode}`)
      expect(statSync(file).mode & 0o7777).toBe(mode)
    }
  })
  test('follows a link, also through others, also to no file yet, and leaves it a link', async () => {
    const at = (name: string) => join(folder.path, name)
    mkdirSync(at('inner'))
    symlinkSync('inner/target', at('link'))
    symlinkSync('link', at('again'))
    for (const content of ['first', 'second']) {
      await write(at('again'), content)
      expect(readFileSync(at('inner/target'), 'utf8')).toBe(content)
    }
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true)
    expect(lstatSync(at('again')).isSymbolicLink()).toBe(true)
    symlinkSync('itself', at('itself'))
    expect(await problem(at('itself'))).toContain('ELOOP')
  })
  test.skipIf(process.platform === 'win32')('writes to a device and leaves it one', async () => {
    await write('/dev/null', 'nothing')
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
    const link = join(folder.path, 'null')
    symlinkSync('/dev/null', link)
    await write(link, 'nothing')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
  })
  test('does not touch what others are writing', async () => {
    const inside = join(folder.path, 'others')
    mkdirSync(inside)
    const theirs = ['.puregrad-elsewhere-1-1-0123abcd.tmp', '.puregrad-x.tmp', 'mine.123.tmp']
    theirs.forEach((name) => writeFileSync(join(inside, name), ''))
    await write(join(inside, 'file'), 'x')
    expect(readdirSync(inside).sort()).toEqual([...theirs, 'file'].sort())
  })
  test('says why it cannot write', async () => {
    expect(await problem(folder.path)).toContain('is a directory')
    expect(await problem(join(folder.path, 'absent', 'file'))).toContain('ENOENT')
    expect(await problem(`${join(folder.path, 'x')}\0`)).toContain('cannot be written')
  })
  test('many at once leave one whole content', async () => {
    const file = join(folder.path, 'many')
    const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(50_000))
    const results = await Promise.all(contents.map((content) => writeAtomically(file, content)()))
    expect(results.every(E.isRight)).toBe(true)
    expect(contents).toContain(readFileSync(file, 'utf8'))
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
