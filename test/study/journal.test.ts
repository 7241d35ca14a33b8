import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openJournal, type Journal, type JournalError } from '../../src/data/index.ts'

const folders = { current: '' }
beforeAll(() => {
  folders.current = mkdtempSync(join(tmpdir(), 'puregrad-journal-'))
})
afterAll(() => rmSync(folders.current, { recursive: true }))

const counter = { next: 0 }
const freshFile = (): string => join(folders.current, `${(counter.next += 1)}.jsonl`)

const record = t.type({ text: t.string, value: t.number })
type Entry = t.TypeOf<typeof record>
const format = { header: { kind: 'test', settings: { a: 1, b: [2] } }, record }

const opened = async (file: string, options: Parameters<typeof openJournal<Entry>>[1] = format) => {
  const result = await openJournal(file, options)()
  return E.isRight(result) ? result.right : expect.fail(result.left.message)
}
const refused = async (file: string, options: typeof format = format): Promise<JournalError> => {
  const result = await openJournal(file, options)()
  return E.isLeft(result) ? result.left : expect.fail('it was opened')
}
const append = async (journal: Journal<Entry>, entries: readonly Entry[]): Promise<void> => {
  for (const entry of entries) expect(await journal.append(entry)()).toEqual(E.right(undefined))
}
const written = async (entries: readonly Entry[]): Promise<string> => {
  const file = freshFile()
  const journal = await opened(file)
  await append(journal, entries)
  await journal.close()
  return file
}

const entries = fc.array(
  fc.record(
    {
      text: fc.string({ unit: 'grapheme' }),
      value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 4 },
)

describe('a journal', () => {
  test('gives back what was appended, over any number of openings', async () => {
    await fc.assert(
      fc.asyncProperty(entries, entries, async (first, second) => {
        const file = await written(first)
        const journal = await opened(file)
        expect(journal.records).toEqual(first)
        await append(journal, second)
        await journal.close()
        const again = await opened(file)
        expect(again.records).toEqual([...first, ...second])
        await again.close()
      }),
      { numRuns: 20 },
    )
  })
  test('cut anywhere is the whole records before the cut, and goes on from there', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), async (all, cut) => {
        const file = await written(all)
        const bytes = readFileSync(file)
        const at = cut % (bytes.length + 1)
        writeFileSync(file, bytes.subarray(0, at))
        const whole = bytes.subarray(0, at).toString().split('\n').length - 2
        const journal = await opened(file)
        expect(journal.records).toEqual(all.slice(0, Math.max(0, whole)))
        await append(journal, all.slice(Math.max(0, whole)))
        await journal.close()
        expect(readFileSync(file)).toEqual(bytes)
      }),
      { numRuns: 40 },
    )
  })
  test('of something else is refused and left as it is', async () => {
    const file = await written([{ text: 'a', value: 1 }])
    const before = readFileSync(file, 'utf8')
    const other = await refused(file, { ...format, header: { kind: 'test', settings: { a: 2, b: [2] } } })
    expect(other).toMatchObject({ kind: 'another', file })
    expect(other.message).toMatch(/expected .*"a":2.*got .*"a":1/)
    // The order of names is no matter.
    const same = await opened(file, { ...format, header: { settings: { b: [2], a: 1 }, kind: 'test' } })
    await same.close()
    expect(readFileSync(file, 'utf8')).toBe(before)
    for (const text of ['hello', 'hello\n', '{"journal":1,"more":2}\n', '[1]\n', '{"jou rnal']) {
      const odd = freshFile()
      writeFileSync(odd, text)
      expect(await refused(odd)).toMatchObject({ kind: 'not-a-journal' })
      expect(readFileSync(odd, 'utf8')).toBe(text)
    }
  })
  test('with a line that does not belong says which', async () => {
    const file = await written([{ text: 'a', value: 1 }])
    appendFileSync(file, '{"text":"b","value":"c"}\n{"text":"d","value":1}\n')
    expect(await refused(file)).toMatchObject({
      kind: 'corrupt',
      message: expect.stringMatching(/line 3: value/),
    })
    const broken = await written([{ text: 'a', value: 1 }])
    appendFileSync(broken, '{"text":\n{"text":"d","value":1}\n')
    expect(await refused(broken)).toMatchObject({ kind: 'corrupt', message: expect.stringMatching(/line 3/) })
  })
  test('that cannot be read or written says why', async () => {
    expect(await refused(folders.current)).toMatchObject({ kind: 'unreadable' })
    if (process.platform !== 'win32')
      expect(await refused('/dev/zero')).toMatchObject({
        kind: 'unreadable',
        message: '/dev/zero: cannot be read: it is no ordinary file',
      })
    expect(await refused(join(folders.current, 'absent', 'x.jsonl'))).toMatchObject({ kind: 'unwritable' })
    const journal = await opened(freshFile())
    await journal.close()
    expect(await journal.append({ text: 'late', value: 0 })()).toMatchObject(E.left({ kind: 'unwritable' }))
  })
  test('repairs itself to the last whole record, and loses nothing of a last line that is none', async () => {
    const file = await written([{ text: 'a', value: 1 }])
    const before = readFileSync(file)
    for (const bad of ['{"text":"b","value":"c"}', '{"text":', '\u0000\u0000', '']) {
      appendFileSync(file, `${bad}\n`)
      const journal = await opened(file)
      expect(journal.records).toEqual([{ text: 'a', value: 1 }])
      expect(journal.setAside).toBe(`${file}.set-aside`)
      expect(readFileSync(`${file}.set-aside`, 'utf8').endsWith(`${bad}\n`)).toBe(true)
      await journal.close()
      expect(readFileSync(file)).toEqual(before)
    }
    appendFileSync(file, Buffer.from([0xff, 0xfe]))
    const torn = await opened(file)
    expect(torn.setAside).toBeUndefined()
    await torn.close()
    expect(readFileSync(file)).toEqual(before)
  })
  test('refuses a record it could not give back, and goes on', async () => {
    const file = freshFile()
    const journal = await opened(file)
    const odd = [{ text: 'a', value: NaN }, { text: 1, value: 1 }, undefined, { text: 'a' }]
    for (const entry of odd)
      expect(await journal.append(entry as never)()).toMatchObject(E.left({ kind: 'not-a-record', file }))
    await append(journal, [{ text: 'b', value: 2 }])
    await journal.close()
    const again = await opened(file)
    expect(again.records).toEqual([{ text: 'b', value: 2 }])
    await again.close()
  })
  test('writes what is appended at once line by line, in order', async () => {
    const file = freshFile()
    const journal = await opened(file)
    const large = Array.from({ length: 12 }, (_, value) => ({ text: 'x'.repeat(600_000), value }))
    const results = await Promise.all(large.map((entry) => journal.append(entry)()))
    expect(results.every(E.isRight)).toBe(true)
    await journal.close()
    const again = await opened(file)
    expect(again.records.map(({ value }) => value)).toEqual(large.map(({ value }) => value))
    await again.close()
  })
  test('closing waits for what is being appended', async () => {
    const file = freshFile()
    const journal = await opened(file)
    const appended = journal.append({ text: 'x'.repeat(1e6), value: 1 })()
    await journal.close()
    expect(await appended).toEqual(E.right(undefined))
    const again = await opened(file)
    expect(again.records).toHaveLength(1)
    await again.close()
  })
  test('messages stay short whatever stands in the file', async () => {
    const file = freshFile()
    writeFileSync(file, `${JSON.stringify({ journal: 'x\u001b'.repeat(1e6) })}\n`)
    const { message } = await refused(file)
    expect(message.length).toBeLessThan(1500)
    expect(message).not.toContain('\u001b')
    writeFileSync(file, `{"journal":${'['.repeat(60_000)}${']'.repeat(60_000)}}\n`)
    expect((await refused(file)).kind).toMatch(/another|not-a-journal/)
  })
})
