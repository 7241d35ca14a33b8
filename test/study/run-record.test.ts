import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/core/codec/canonical-json.ts'
import {
  compareRuns,
  decodeRunRecord,
  openRunJournal,
  replay,
  runRecord,
  runRecordCodec,
  type RunContent,
} from '../../src/study/index.ts'
import { contentId } from '../../src/core/codec/content-id.ts'

const json = fc.jsonValue({ maxDepth: 3 })

/** The same value with the names of every record in another order. */
const turned = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(turned)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([name, own]) => [name, turned(own)]),
        )
      : value

const metrics = fc.dictionary(fc.constantFrom('loss', 'accuracy', 'error'), fc.double(), {
  noNullPrototype: true,
})
const contents: fc.Arbitrary<RunContent> = fc.record(
  { spec: json, seed: fc.nat(), data: fc.string(), version: fc.string(), metrics },
  { noNullPrototype: true },
)

describe('canonical JSON', () => {
  test('is JSON, the same for every order of names', () => {
    fc.assert(
      fc.property(json, (value) => {
        // JSON knows one zero.
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(turned(value))).toBe(canonicalJson(value))
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
      }),
    )
  })
  test('tells different values apart, and refuses what is not plain data', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
        const same = isDeepStrictEqual(plain(a), plain(b))
        expect(canonicalJson(a) === canonicalJson(b)).toBe(same)
        expect(contentId(a) === contentId(b)).toBe(same)
      }),
    )
    expect(() => canonicalJson({ a: [1, NaN] })).toThrow(/a\[1\]: expected plain data, got NaN/)
    expect(() => canonicalJson({ a: { b: undefined } })).toThrow(/a\.b: expected plain data, got nothing/)
    expect(() => canonicalJson(new Map())).toThrow(/expected plain data, got \{\}/)
    expect(() => canonicalJson(() => 1)).toThrow(/got a function/)
  })
})

describe('the record of a run', () => {
  test('has the hash of its content for an id, independent of the order of names and of the time it took', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const record = runRecord(content, { seconds: 1 })
        expect(record.id).toMatch(/^[0-9a-f]{64}$/)
        expect(runRecord(turned(content) as RunContent, { seconds: 2 }).id).toBe(record.id)
        expect(runRecord({ ...content, seed: content.seed + 1 }, { seconds: 1 }).id).not.toBe(record.id)
        expect(runRecord({ ...content, spec: [content.spec] }, { seconds: 1 }).id).not.toBe(record.id)
      }),
    )
  })
  test('comes back from JSON to the bit, NaN, infinities and −0 too', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const record = runRecord(
          { ...content, spec: JSON.parse(canonicalJson(content.spec)) },
          { seconds: 1 },
        )
        const read = decodeRunRecord(JSON.parse(JSON.stringify(runRecordCodec.encode(record))))
        expect(read).toStrictEqual(E.right(record))
      }),
    )
  })
  test('is refused where its content was changed afterwards, and says every path that is wrong', () => {
    const record = runRecord(
      { spec: { units: 8 }, seed: 0, data: 'digits', version: '1', metrics: { loss: 0.5 } },
      { seconds: 1 },
    )
    const wrong = (data: unknown): readonly string[] => {
      const read = decodeRunRecord(data)
      return E.isLeft(read) ? read.left.problems.map(({ path }) => path) : []
    }
    expect(wrong({ ...record, metrics: { loss: 0.4 } })).toEqual(['id'])
    expect(wrong({ ...record, seconds: 9 })).toEqual([])
    expect(wrong({ ...record, seed: -1, metrics: { loss: 'low' }, more: 1 })).toEqual([
      'more',
      'seed',
      'metrics.loss',
    ])
  })
})

describe('two runs side by side', () => {
  test('a run and itself have nothing different, and a replay of a pure run no bit', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const same = compareRuns(content, turned(content) as RunContent)
        expect([same.settings, same.differingBits]).toEqual([[], 0])
        const record = runRecord(content, { seconds: 0 })
        expect(replay(record, () => ({ ...content.metrics })).differingBits).toBe(0)
      }),
    )
  })
  test('name what differs, and count the bits', () => {
    const a: RunContent = {
      spec: { units: [8, 8], rate: 0.1 },
      seed: 0,
      data: 'd',
      version: '1',
      metrics: { loss: 1, error: NaN, zero: 0 },
    }
    const b: RunContent = {
      ...a,
      seed: 1,
      spec: { units: [8], rate: 0.1, l2: 0 },
      metrics: { loss: 1 + 2 ** -52, error: NaN, zero: -0 },
    }
    const { settings, metrics, differingBits } = compareRuns(a, b)
    expect(settings).toEqual([
      { path: 'spec.units.1', a: 8, b: undefined },
      { path: 'spec.l2', a: undefined, b: 0 },
      { path: 'seed', a: 0, b: 1 },
    ])
    expect(metrics.map((metric) => metric.differingBits)).toEqual([1, 0, 1])
    expect(differingBits).toBe(2)
  })
  test('runs are kept in a journal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'puregrad-runs-'))
    const record = runRecord(
      { spec: { units: 8 }, seed: 0, data: 'digits', version: '1', metrics: { loss: NaN } },
      { seconds: 1 },
    )
    const open = async () => {
      const journal = await openRunJournal(join(folder, 'runs.jsonl'))()
      return E.isRight(journal) ? journal.right : expect.fail(journal.left.message)
    }
    const journal = await open()
    expect(await journal.append(record)()).toEqual(E.right(undefined))
    await journal.close()
    const again = await open()
    expect(again.records).toStrictEqual([record])
    await again.close()
    rmSync(folder, { recursive: true })
  })
})
