import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { readTable } from '../../src/data/index.ts'
import { decodeModel, encodeModel, predictor } from '../../src/model/index.ts'
import {
  baselineRecipe,
  judgeTable,
  linearRecipe,
  networkRecipe,
  predictionLines,
  predictTable,
  readParts,
  trainTable,
  type TableQuestion,
} from '../../src/tabular/index.ts'
import { leftOf, numbers, rightOf } from '../data/rows.ts'

let folder = ''
const at = (name: string): string => join(folder, name)

/** Two kinds told apart by a number, a category and how they go together; some cells are missing. */
const pets = (rows: number): readonly string[] =>
  Array.from({ length: rows }, (_, i) => {
    const cat = i % 3 === 0
    const size = i % 17 === 5 ? '' : String((cat ? 4 : 9) + ((i * 7) % 10) / 3)
    return [`p${i}`, size, cat === i % 5 > 0 ? 'home' : 'yard', String(2 * i), cat ? 'cat' : 'dog'].join(',')
  })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puregrad-tabular-'))
  await writeFile(at('pets.csv'), ['name,size,place,weight,kind', ...pets(150)].join('\n'))
  await writeFile(at('new.csv'), 'place,size,weight\nyard,4.5,10\nmoon,,20\n')
})
afterAll(() => rm(folder, { recursive: true }))

const recipes = [baselineRecipe(), linearRecipe(), networkRecipe({ hidden: [8], epochs: 20 })]
const question = (more: Partial<TableQuestion> = {}): TableQuestion => ({
  file: at('pets.csv'),
  targets: ['kind'],
  drop: ['weight'],
  ...more,
})

describe('from a table to a model', () => {
  test('recipes stand side by side, the best on dev is kept, and its file says the same as itself', async () => {
    const trained = rightOf(await trainTable(question(), { recipes })())
    expect(trained.rows).toEqual({ train: 102, dev: 18, test: 30 })
    expect(trained.contenders.map(({ name }) => name)).toEqual(['baseline', 'linear', 'network'])
    expect(trained.kept.name).not.toBe('baseline')
    expect(trained.kept.test.verdict).toBe('better')
    expect(trained.model.record).toMatchObject({ seed: 0, version: manifest.version, data: { rows: 150 } })
    const saved = rightOf(decodeModel(rightOf(encodeModel(trained.model))))
    const chunks: string[] = []
    for await (const chunk of predictTable(saved, at('new.csv'), { keep: ['weight'], rows: 1 }))
      chunks.push(...rightOf(chunk).lines)
    const { table } = rightOf(await readTable(at('new.csv'), { kinds: { place: 'category' } })())
    const said = rightOf(rightOf(predictor(trained.model)).ofTable(table))
    const weights = [{ name: 'weight', cells: ['10', '20'] }]
    expect(chunks.slice(1)).toEqual(predictionLines(said.predictions, 'csv', weights))
    expect(chunks[0]).toBe('weight,prediction,probability of cat,probability of dog')
    expect(said.cases.map(({ kind, column }) => [kind, column])).toEqual([['unseen', 'place']])
    const judged = rightOf(await judgeTable(saved, at('pets.csv'))())
    expect(judged.judgement.rows).toBe(150)
  })

  test('the same seed gives the same bytes, another one others', async () => {
    const bytes = async (seed: number) =>
      rightOf(
        encodeModel(rightOf(await trainTable(question({ seed }), { recipes, keep: 'network' })()).model),
      )
    const [one, again, other] = [await bytes(1), await bytes(1), await bytes(2)]
    expect(again).toEqual(one)
    expect(other).not.toEqual(one)
  })

  test('numbers are estimated in their units, several at once too', async () => {
    const rows = Array.from(
      { length: 80 },
      (_, i) => `${i % 9},${i % 7},${1000 + 50 * (i % 9)},${(i % 7) / 4}`,
    )
    await writeFile(at('values.csv'), ['a,b,price,score', ...rows].join('\n'))
    const trained = rightOf(
      await trainTable(
        { file: at('values.csv'), targets: ['price', 'score'], task: 'regression' },
        { recipes },
      )(),
    )
    expect(trained.kept.name).toBe('linear')
    const { test: judgement } = trained.kept
    expect(
      judgement.kind === 'values' ? judgement.targets.map(({ rSquared }) => rSquared.value > 0.98) : [],
    ).toEqual([true, true])
  })

  test('weights of classes change what is found, weights of rows what is learnt', async () => {
    const plain = rightOf(await readParts(question())())
    const balanced = rightOf(await readParts(question({ classWeights: 'balanced' }))())
    const rows = rightOf(await readParts(question({ drop: [], sampleWeights: 'weight' }))())
    expect(plain.parts.train.weights).toBeUndefined()
    // 150 rows, a third of them cats: a cat counts twice as much as a dog.
    expect(new Set(numbers(balanced.parts.train.weights!))).toEqual(new Set([1.5, 0.75]))
    expect(rows.labelled.features.columns.map(({ name }) => name)).toEqual(['name', 'size', 'place'])
    expect(rows.parts.train.weights).toBeDefined()
  })
})

/** Forty rows with a feature that names them, or counts them, and these targets. */
const column = (target: (row: number) => string, name = ''): string =>
  ['a,kind', ...Array.from({ length: 40 }, (_, i) => `${name}${name === '' ? i * i : i},${target(i)}`)].join(
    '\n',
  )

describe('a file that cannot be learnt from is one clear error', () => {
  const broken: readonly (readonly [string, string, Partial<TableQuestion>, RegExp])[] = [
    ['no rows', 'a,kind\n', {}, /expected .*row/],
    ['one class', 'a,kind\n1,x\n2,x\n3,x\n', {}, /expected at least two classes.*'x'/],
    ['no such column', 'a,kid\n1,x\n2,y\n', {}, /no column 'kind'; is it 'kid'\?/],
    ['a ragged row', 'a,b,kind\n1,2,x\n3,y\n', {}, /line 3/],
    ['an open quote', 'a,kind\n1,"x\n2,y\n', {}, /quote/],
    [
      'no target named',
      'a,kind\n1,x\n2,y\n',
      { targets: [] },
      /expected the name of a target column.*a, kind/,
    ],
    ['marks that may be classes', `a,kind\n${'1,3\n2,4\n3,5\n'.repeat(9)}`, {}, /may be classes or amounts/],
    [
      'a text to estimate',
      `a,kind\n${'1,x\n2,y\n'.repeat(9)}`,
      { task: 'regression' },
      /kind, line 2: expected a number, got 'x' \(and 17 more/,
    ],
    [
      'weights that are texts',
      `a,w,kind\n${'1,u,x\n2,v,y\n'.repeat(9)}`,
      { sampleWeights: 'w' },
      /weights of rows/,
    ],
    [
      'a class that is not there',
      `a,kind\n${'1,x\n2,y\n'.repeat(9)}`,
      { classWeights: { z: 2 } },
      /no class "z"/,
    ],
    ['numbers that do not vary', `a,kind\n${'1,7.5\n2,7.5\n'.repeat(20)}`, {}, /targets that vary.*'7.5'/],
    ['an odd target', column((i) => (i === 3 ? 'inf' : `${i / 8}`)), {}, /line 5: expected numbers.*'inf'/],
    [
      'an odd amount',
      column((i) => (i === 3 ? 'inf' : `${i / 8}`)),
      { task: 'regression' },
      /line 5: expected a number, got 'inf'/,
    ],
    ['a target twice', 'a,kind\n1,2.5\n2,3.5\n', { targets: ['kind', 'kind'] }, /named twice/],
    ['targets too large', column((i) => `${i - 20.5}e306`), {}, /kind: targets such as .*too large/],
    [
      'one number too large',
      `a,kind\n${Array.from({ length: 40 }, (_, i) => `${i === 0 ? '1e308' : i},${'xy'[i % 2]!}`).join('\n')}\n0,x\n-1e308,y\n`,
      { shares: { train: 0.9, dev: 0.05, test: 0.05 } },
      /a: numbers such as -?1e\+308 \(line \d+\) are too large/,
    ],
    [
      'numbers all too large',
      `a,kind\n${Array.from({ length: 40 }, (_, i) => `${i - 20}.5e306,${'xy'[i % 2]!}`).join('\n')}`,
      {},
      /a: numbers such as .*e\+307 \(line \d+\) are too large/,
    ],
    [
      'only names',
      column((i) => 'xy'[i % 2]!, 'n'),
      {},
      /at least one feature, got none: a is an identifier/,
    ],
    ['too few rows', 'a,kind\n1,x\n2,y\n3,x\n', {}, /the dev part of 3 rows would be empty.*add rows/],
    ['groups in no column', `a,kind\n${'1,x\n2,y\n'.repeat(9)}`, { groups: 'who' }, /no column '?who/],
  ]
  test.each(broken)('%s', async (name, text, more, message) => {
    const file = at(`${name}.csv`)
    await writeFile(file, text)
    const left = leftOf(await trainTable({ file, targets: ['kind'], ...more }, { recipes })())
    expect(left.message).toMatch(message)
    expect(left.message).toContain(name)
    expect(left.message.split('\n')).toHaveLength(1)
  })
})

describe('kept columns', () => {
  test('go under their own names, the prediction under another, and dates as dates', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `2024-02-${String((i % 28) + 1).padStart(2, '0')},${i % 7},${(i % 7) / 4}`,
    )
    await writeFile(at('dated.csv'), ['day,a,score', ...rows].join('\n'))
    const { model } = rightOf(
      await trainTable(
        { file: at('dated.csv'), targets: ['score'], task: 'regression' },
        { recipes: [linearRecipe()] },
      )(),
    )
    const first = async (format: 'csv' | 'jsonl') => {
      for await (const chunk of predictTable(model, at('dated.csv'), { keep: ['day', 'score'], format }))
        return rightOf(chunk).lines
      return []
    }
    const [names, line] = await first('csv')
    expect(names).toBe('day,score,predicted score')
    expect(line).toMatch(/^2024-02-01,0,-?\d/)
    expect(JSON.parse((await first('jsonl'))[2] ?? '')).toEqual({
      day: '2024-02-03',
      score: '0.5',
      'predicted score': expect.closeTo(0.5, 1),
    })
  })
})

describe('rows to judge by', () => {
  const model = async () => rightOf(await trainTable(question(), { recipes: recipes.slice(0, 2) })()).model
  const judged = async (name: string, text: string) => {
    await writeFile(at(name), text)
    return judgeTable(await model(), at(name))()
  }

  test('may all be of one class, or be a single one, and are numbered as in training', async () => {
    const { judgement } = rightOf(await judged('dogs.csv', 'name,size,place,kind\nx,9.5,yard,dog\n'))
    expect(judgement).toMatchObject({ kind: 'classes', rows: 1 })
    expect(judgement.kind === 'classes' && judgement.classes.map(({ rows }) => rows)).toEqual([0, 1])
    const dogs = rightOf(
      await readParts(question({ test: at('dogs.csv'), targets: ['kind'], drop: ['weight'] }))(),
    )
    expect(dogs.parts.test.n).toBe(1)
  })

  test('are none that were learnt from', async () => {
    await writeFile(at('copy.csv'), ['name,size,place,weight,kind', ...pets(150)].join('\n'))
    const left = leftOf(await readParts(question({ test: at('copy.csv') }))())
    expect(left.message).toMatch(/copy\.csv: expected rows that .*pets\.csv has not.*leave the test file out/)
  })

  test.each([
    ['a class that training had not', 'name,size,place,kind\nx,9.5,yard,fox\n', /'fox'/],
    [
      'no target',
      'name,size,place\nx,9.5,yard\n',
      /kind: there is no such column; the columns of the file are name, size, place$/,
    ],
    [
      'another separator',
      'name;size;place;kind\nx;9.5;yard;dog\n',
      /the columns of the file are name;size;place;kind$/,
    ],
    ['targets all missing', 'name,size,place,kind\nx,9.5,yard,\n', /no row has a target/],
  ])('%s is said', async (name, text, message) => {
    expect(leftOf(await judged(`${name}.csv`, text)).message).toMatch(message)
  })
})

const real = fileURLToPath(new URL('../../../shared/data/tables/', import.meta.url))

describe.skipIf(!existsSync(real))(`real tables (skipped where ${real} is not there)`, () => {
  test.each([
    ['penguins-bg.csv', { targets: ['вид'] }, 0.95],
    ['imports85.csv.gz', { targets: ['price'], drop: ['Column1'] }, 0.8],
  ] as const)('%s', async (name, more, least) => {
    const trained = rightOf(
      await trainTable(
        { file: join(real, name), ...more },
        { recipes: [baselineRecipe(), linearRecipe()] },
      )(),
    )
    const { test: judged } = trained.kept
    expect(judged.kind === 'classes' ? judged.accuracy.value : judged.rSquared.value).toBeGreaterThan(least)
    expect(judged.verdict).toBe('better')
  })
})

describe('a reading', () => {
  test('tells how far it is, up to the whole file, and ends when it is called off', async () => {
    const heard: (readonly [number, number | undefined])[] = []
    const reading = ({ bytes, total }: { readonly bytes: number; readonly total?: number }): void => {
      heard.push([bytes, total])
    }
    rightOf(await trainTable(question(), { recipes: [baselineRecipe()], reading })())
    const size = (await stat(at('pets.csv'))).size
    expect(heard.at(-1)).toEqual([size, size])
    const ended = await trainTable(question(), { recipes, hooks: { signal: AbortSignal.abort() } })()
    expect(leftOf(ended).message).toMatch(/pets\.csv/)
  })
})
