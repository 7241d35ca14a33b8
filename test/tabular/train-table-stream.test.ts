import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import '../../src/node.ts'
import { key } from '../../src/core/numeric/index.ts'
import { scanTable } from '../../src/data/index.ts'
import { encodeModel, type TrainedModel } from '../../src/model/index.ts'
import { predictTable, judgeTable, trainTableStream } from '../../src/tabular/index.ts'
import { partTables } from '../../src/tabular/part-tables.ts'
import { rowDealer } from '../../src/tabular/row-dealer.ts'
import { leftOf, rightOf } from '../data/rows.ts'

let folder = ''
const at = (name: string): string => join(folder, name)

/** Sizes and places of cats and dogs; some cells are missing, some rows have no target, a place comes late. */
const pets = (rows: number): readonly string[] =>
  Array.from({ length: rows }, (_, i) => {
    const cat = (i * 7919) % 3 === 0
    const size = i % 17 === 5 ? '' : String((cat ? 4 : 9) + ((i * 7) % 10) / 3)
    const place = i > rows - 9 ? 'moon' : cat === i % 5 > 0 ? 'home' : 'yard'
    return [size, place, String(i % 11), i % 101 === 50 ? '' : cat ? 'cat' : 'dog'].join(',')
  })
const header = 'size,place,noise,kind'
const weights = (rows: number): readonly string[] =>
  Array.from(
    { length: rows },
    (_, i) => `${i % 13},${(i % 7) / 2},${3 * (i % 13) - (i % 7) + (i % 3) / 9 + 0.5}`,
  )

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puregrad-stream-'))
  await writeFile(at('pets.csv'), [header, ...pets(1500)].join('\n'))
  await writeFile(at('weights.csv'), ['a,b,weight', ...weights(1200)].join('\n'))
  await writeFile(at('new.csv'), 'place,size,noise\nyard,4.5,3\nmoon,,2\n')
})
afterAll(() => rm(folder, { recursive: true }))

const network = { hidden: [8], epochs: 2, batch: 64 }
const small = { network, prepareRows: 500, shuffleRows: 300 }
const bytesOf = (model: TrainedModel): Uint8Array => rightOf(encodeModel(model))

describe('a table that is trained on as a stream', () => {
  test('a model of classes is learnt, judged once, and predicts as any other', async () => {
    const trained = rightOf(
      await trainTableStream(
        { file: at('pets.csv'), targets: ['kind'] },
        { ...small, network: { ...network, epochs: 6, learningRate: 0.01 } },
      )(),
    )
    const { rows, test: figures, baselineTest, sampleRows } = trained
    expect(rows.unlabelled).toBe(15)
    expect(rows.train + rows.dev + rows.test).toBe(1485)
    expect(Math.abs(rows.train / 1485 - 0.68)).toBeLessThan(0.03)
    expect(sampleRows).toBeLessThan(500)
    expect(figures.n).toBe(rows.test)
    if (figures.kind !== 'classes' || baselineTest.kind !== 'classes') throw new Error('expected classes')
    expect(figures.accuracy).toBeGreaterThan(0.95)
    expect(baselineTest.accuracy).toBeLessThan(0.75)
    expect(
      trained.model.record.figures.find(({ part, name }) => part === 'test' && name === 'accuracy'),
    ).toMatchObject({
      value: figures.accuracy,
      baseline: baselineTest.accuracy,
    })
    const said: string[] = []
    for await (const chunk of predictTable(trained.model, at('new.csv'))) {
      said.push(...rightOf(chunk).lines)
      expect(rightOf(chunk).cases.map(({ kind }) => kind)).toContain('unseen')
    }
    expect(said[1]).toMatch(/^cat,/)
    const judged = rightOf(await judgeTable(trained.model, at('pets.csv'))())
    expect(judged.judgement.rows).toBe(1485)
  })

  test('numbers are told in their own units', async () => {
    const trained = rightOf(
      await trainTableStream(
        { file: at('weights.csv'), targets: ['weight'] },
        { ...small, network: { hidden: [16], epochs: 20, learningRate: 0.01 } },
      )(),
    )
    const { test: figures, baselineTest, baseline } = trained
    if (figures.kind !== 'values' || baselineTest.kind !== 'values') throw new Error('expected numbers')
    expect(figures.rSquared).toBeGreaterThan(0.98)
    expect(Math.abs(baselineTest.rootMeanSquaredError - 11.4)).toBeLessThan(1)
    expect(baseline).toMatchObject({ kind: 'values', names: ['weight'] })
    const judged = rightOf(await judgeTable(trained.model, at('weights.csv'))()).judgement
    if (judged.kind !== 'values') throw new Error('expected numbers')
    expect(judged.rSquared.value).toBeGreaterThan(0.98)
  })

  test('the same bytes whatever is read at a time, and another key another model', async () => {
    const model = async (rows: number, seed: number) =>
      bytesOf(
        rightOf(
          await trainTableStream({ file: at('pets.csv'), targets: ['kind'], seed }, { ...small, rows })(),
        ).model,
      )
    const [one, other, third] = [await model(1000, 0), await model(137, 0), await model(1000, 1)]
    expect(other).toEqual(one)
    expect(third).not.toEqual(one)
  })

  test('a training that was broken off goes on to the same bytes', async () => {
    const question = { file: at('pets.csv'), targets: ['kind'] }
    const whole = rightOf(await trainTableStream(question, small)())
    const controller = new AbortController()
    const checkpoint = { file: at('run.safetensors'), resume: false }
    const part = rightOf(
      await trainTableStream(question, {
        ...small,
        hooks: {
          signal: controller.signal,
          checkpoint,
          // In the middle of the second epoch.
          watch: ({ done }) => {
            if (done === 24) controller.abort()
          },
        },
      })(),
    )
    expect(part.fitted.course?.why).toBe('aborted')
    const resumed = rightOf(
      await trainTableStream(question, {
        ...small,
        hooks: { checkpoint: { ...checkpoint, resume: true } },
      })(),
    )
    expect(bytesOf(resumed.model)).toEqual(bytesOf(whole.model))
    const other = leftOf(
      await trainTableStream(
        { ...question, seed: 5 },
        { ...small, hooks: { checkpoint: { ...checkpoint, resume: true } } },
      )(),
    )
    expect(other.message).toContain('run.safetensors')
  })
})

describe('what is held', () => {
  test('reading is never further ahead of the rows handed out in a longer file', async () => {
    const line = '123456789,abcdefghijklmnop,1\n'
    const lead = async (rows: number): Promise<number> => {
      const file = at(`long${rows}.csv`)
      await writeFile(file, `a,b,c\n${line.repeat(rows)}`)
      const { schema } = rightOf(await scanTable(file, { rows: 'first' })())
      const seen = { bytes: 0, most: 0, lines: 0 }
      const tables = partTables(
        file,
        { schema, rows: 100, progress: ({ bytes }) => (seen.bytes = bytes) },
        ['c'],
        { part: 'train', dealer: () => rowDealer(key(0), { train: 1, dev: 0, test: 0 }) },
      )
      for await (const table of tables) {
        seen.lines += rightOf(table).n
        seen.most = Math.max(seen.most, seen.bytes - seen.lines * line.length)
      }
      expect(seen.lines).toBe(rows)
      return seen.most
    }
    const [short, long] = [await lead(20_000), await lead(60_000)]
    expect(short).toBeLessThan(2 ** 18)
    expect(long).toBeLessThan(2 ** 18)
  })

  test('a row belongs to the part that key and number say, in whatever order it is asked', () => {
    const deal = rowDealer(key(3), { train: 0.5, dev: 0.25, test: 0.25 })
    const places = Array.from({ length: 5000 }, (_, row) => row)
    const forth = places.map(deal)
    expect(places.toReversed().map(deal).toReversed()).toEqual(forth)
    const shares = ['train', 'dev', 'test'].map((part) => forth.filter((one) => one === part).length / 5000)
    shares.forEach((share, i) => expect(Math.abs(share - [0.5, 0.25, 0.25][i]!)).toBeLessThan(0.02))
    expect(places.map(rowDealer(key(4), { train: 0.5, dev: 0.25, test: 0.25 }))).not.toEqual(forth)
  })
})

describe('what cannot be trained on', () => {
  const failing = async (name: string, lines: readonly string[], more = {}): Promise<string> => {
    await writeFile(at(name), lines.join('\n'))
    return leftOf(
      await trainTableStream({ file: at(name), targets: ['kind'], ...more }, { ...small, scan: 'first' })(),
    ).message
  }
  test('a row in the middle is named by its line, before training begins', async () => {
    const rows = pets(20_000)
    const ragged = await failing('ragged.csv', [header, ...rows.with(15_000, '1,home')])
    expect(ragged).toMatch(/ragged\.csv, line 15002: expected 4 cells .*, got 2/)
    const odd = await failing('odd.csv', [header, ...rows.with(15_000, '1,home,much,cat')])
    expect(odd).toMatch(/noise, line 15002: expected a number.*'much'/)
  })

  test('a pipe, an absent column, parts without rows, and classes that turn out to be amounts', async () => {
    const piped = leftOf(await trainTableStream({ file: '/dev/null', targets: ['kind'] })())
    expect(piped.message).toMatch(/expected a file/)
    expect(await failing('absent.csv', [header, ...pets(50)], { targets: ['kinds'] })).toMatch(/kinds.*kind/)
    expect(await failing('few.csv', ['a,kind', '1,x', '2,y'])).toMatch(/no row .* part|none of the first/)
    const marks = ['a,kind', ...Array.from({ length: 900 }, (_, i) => `${i % 7},${i < 700 ? i % 2 : i % 5}`)]
    expect(await failing('marks.csv', marks)).toMatch(/may be classes or amounts/)
  })

  test('options that need all rows are refused by name', () => {
    const question = { file: 'a.csv', targets: ['k'], groups: 'g' }
    expect(() => trainTableStream(question)).toThrow(/groups/)
  })
})
