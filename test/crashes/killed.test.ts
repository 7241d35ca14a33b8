import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeAtomically } from '../../src/data/files/write-atomically.ts'
import { openJournal } from '../../src/data/files/journal.ts'
import { journalFormat } from './journal-format.ts'
import { kills, linesUntilKilled } from './killed.ts'

const folder = { path: '' }
beforeAll(() => {
  folder.path = mkdtempSync(join(tmpdir(), 'puregrad-killed-'))
})
afterAll(() => rmSync(folder.path, { recursive: true }))

const confirmedIn = (lines: readonly string[]): readonly number[] =>
  lines.flatMap((line) => (line.startsWith('confirmed ') ? [Number(line.slice('confirmed '.length))] : []))

const opened = async (file: string) => {
  const result = await openJournal(file, journalFormat)()
  return E.isRight(result) ? result.right : expect.fail(result.left.message)
}

describe('a process that is killed', () => {
  test('while it appends to a journal loses nothing that was confirmed, and leaves nothing behind', async () => {
    const file = join(folder.path, 'killed.jsonl')
    for (let kill = 0, first = 0; kill < kills; kill++) {
      const lines = await linesUntilKilled(
        'journal-writer.ts',
        [file, String(first), String(10 ** (kill % 6))],
        {
          lines: 1 + (kill % 7),
          milliseconds: (kill * 3) % 20,
        },
      )
      const confirmed = confirmedIn(lines)
      expect(confirmed.length).toBeGreaterThan(0)
      const journal = await opened(file)
      const found = journal.records.map(({ i }) => i)
      expect(found).toEqual(found.map((_, i) => i))
      expect(found.length).toBeGreaterThan(confirmed.at(-1) ?? Infinity)
      expect(journal.setAside).toBeUndefined()
      first = found.length
      expect(E.isRight(await journal.close())).toBe(true)
    }
    expect(readdirSync(folder.path)).toEqual(['killed.jsonl'])
    rmSync(file)
  }, 400_000)
  test('while it writes a file leaves the old content or the new, and the next writer clears up', async () => {
    const file = join(folder.path, 'killed.txt')
    for (let kill = 0, first = 0; kill < kills; kill++) {
      const lines = await linesUntilKilled('file-writer.ts', [file, String(first)], {
        lines: 1 + (kill % 5),
        milliseconds: (kill * 3) % 20,
      })
      const last = confirmedIn(lines).at(-1) ?? Infinity
      const [content, ...others] = [...new Set(readFileSync(file, 'utf8').trimEnd().split('\n'))]
      expect(others).toEqual([])
      expect(Number(content)).toBeGreaterThanOrEqual(last)
      first = Number(content) + 1
    }
    expect(E.isRight(await writeAtomically(file, 'end')())).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['killed.txt'])
    rmSync(file)
  }, 400_000)
  test('gives its lock to the next writer, and keeps it from others while it lives', async () => {
    const file = join(folder.path, 'locked.jsonl')
    const journal = await opened(file)
    const second = await openJournal(file, journalFormat)()
    expect(E.isLeft(second) ? second.left : second).toMatchObject({
      kind: 'locked',
      message: expect.stringMatching(/is in use by process \d+ .*remove .*locked\.jsonl\.lock/),
    })
    const [refused] = await linesUntilKilled('journal-writer.ts', [file, '0', '1'], {
      lines: 99,
      milliseconds: 0,
    })
    expect(refused).toMatch(/^refused locked/)
    await journal.close()
    await linesUntilKilled('journal-writer.ts', [file, '0', '1'], { lines: 1, milliseconds: 0 })
    expect(existsSync(`${file}.lock`)).toBe(true)
    const after = await opened(file)
    expect(after.records.length).toBeGreaterThan(0)
    await after.close()
    expect(readdirSync(folder.path)).toEqual(['locked.jsonl'])
    rmSync(file)
  }, 60_000)
})

describe('a full disk', () => {
  test('refuses a record and takes back the part of it that was written', async () => {
    const file = join(folder.path, 'full.jsonl')
    const lines = await linesUntilKilled(
      'journal-writer.ts',
      [file, '0', '300'],
      { lines: 99, milliseconds: 0 },
      'ulimit -f 2',
    )
    expect(lines.at(-1)).toMatch(/^failed unwritable .*cannot be written/)
    const confirmed = confirmedIn(lines)
    expect(confirmed.length).toBeGreaterThan(2)
    expect(readFileSync(file, 'utf8').endsWith('\n')).toBe(true)
    const journal = await opened(file)
    expect(journal.records.map(({ i }) => i)).toEqual(confirmed)
    await journal.close()
    rmSync(file)
  }, 60_000)
  test('keeps the old content of a file that was to be written', async () => {
    const file = join(folder.path, 'full.txt')
    appendFileSync(file, 'old')
    const lines = await linesUntilKilled(
      'file-writer.ts',
      [file, '0'],
      { lines: 99, milliseconds: 0 },
      'ulimit -f 2',
    )
    expect(lines.at(-1)).toMatch(/^failed .*cannot be written/)
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(folder.path)).toEqual(['full.txt'])
    rmSync(file)
  }, 60_000)
})
