import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, test } from 'vitest'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as t from 'io-ts'
import { checkpoint, decodeProgram, item, key, ones, sum, tensor, type Tensor } from '../../src/index.ts'
import {
  allForTraining,
  dataset,
  decodeScaler,
  encodeNpz,
  encodeSafetensors,
  parseCsv,
  parseIdx,
  parseNpy,
  parseNpz,
  parseSafetensors,
  regressionDataset,
  standardize,
} from '../../src/data/index.ts'
import { activation, batchNorm, decodeNetwork, dense, dropout, leaky, network } from '../../src/nn/index.ts'
import { hyperband, openSearchJournal, spaces } from '../../src/search/index.ts'
import { openJournal } from '../../src/data/index.ts'
import { runRecord } from '../../src/study/index.ts'
import { digestOf } from '../../src/data/digest.ts'
import { evaluate, meanInterval, paceOf, startTraining } from '../../src/training/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'puregrad-records-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const leftOf = <L>(either: E.Either<L, unknown>): L => {
  if (E.isRight(either)) throw new Error('expected a Left')
  return either.left
}

describe('a name that is none is refused, whatever the record', () => {
  const run = { spec: {}, seed: 0, data: '', version: '1', metrics: {} }
  const start = { params: {}, layers: {}, optimizer: [], key: key(0) }
  const rows = { x: tensor([[1], [2]]), y: tensor([0, 1], { dtype: 'int32' }) }
  test.each<readonly [string, (odd: object) => unknown]>([
    ['startTraining', (odd) => startTraining({ ...start, ...odd })],
    ['meanInterval', (odd) => meanInterval({ mean: 0, deviation: 1, n: 2, ...odd })],
    ['paceOf', (odd) => paceOf({ epochs: 1, batchesPerEpoch: 1 }, { from: 0, step: 0, seconds: 0, ...odd })],
    ['runRecord', (odd) => runRecord({ ...run, ...odd }, { seconds: 0 })],
    ['runRecord, time', (odd) => runRecord(run, { seconds: 0, ...odd })],
    ['openSearchJournal', (odd) => openSearchJournal('absent', { spec: {} } as never, odd)],
    ['openJournal', (odd) => openJournal('absent', { header: 1, record: t.number as never, ...odd })],
    ['dataset', (odd) => dataset({ ...rows, ...odd })],
    ['regressionDataset', (odd) => regressionDataset({ x: rows.x, y: tensor([0, 1]), ...odd })],
    ['parseNpy', (odd) => parseNpy(new Uint8Array(), odd)],
    ['parseIdx', (odd) => parseIdx(new Uint8Array(), odd)],
    ['encodeNpz', (odd) => encodeNpz({}, odd)],
    ['encodeSafetensors', (odd) => encodeSafetensors({ tensors: {}, metadata: {}, ...odd })],
  ])('%s', (_, call) => {
    expect(() => call({ zzz: 1 })).toThrow(/"zzz" is not an option/)
    expect(() => call({})).not.toThrow()
  })
})

describe('keys that a description does not have', () => {
  const { spec } = network(
    2,
    dense('a', 3),
    batchNorm('b'),
    dropout('c', 0.5),
    activation('relu'),
    leaky(0.1),
  )
  test('of a network, of each layer and of an initializer, with the path', () => {
    expect(E.isRight(decodeNetwork(JSON.parse(JSON.stringify(spec))))).toBe(true)
    expect(leftOf(decodeNetwork({ ...spec, widht: 1 })).problems[0]?.path).toBe('widht')
    spec.layers.forEach((layer, i) => {
      const layers = spec.layers.map((each, j) => (i === j ? { ...layer, ratee: 1 } : each))
      const { problems, message } = leftOf(decodeNetwork({ ...spec, layers }))
      expect(problems[0]?.path).toBe(`layers[${i}].ratee`)
      expect(message).toMatch(/no such key.*it has kind/)
    })
    const weight = { kind: 'zeros', std: 1 }
    const layers = [{ ...spec.layers[0], weight }, ...spec.layers.slice(1)]
    expect(leftOf(decodeNetwork({ ...spec, layers })).problems[0]?.path).toBe('layers[0].weight.std')
  })

  test('of a scaler', () => {
    const data = allForTraining(regressionDataset({ x: tensor([[1], [3]]), y: tensor([0, 1]) }))
    const fitted = standardize(data)
    const spec = E.isRight(fitted) ? fitted.right.spec : undefined
    expect(E.isRight(decodeScaler(spec))).toBe(true)
    expect(leftOf(decodeScaler({ ...spec, center: [0] })).problems[0]?.path).toBe('center')
  })

  test('are quoted in part', () => {
    expect(leftOf(decodeProgram({ ['k'.repeat(1e6)]: 1 })).message.length).toBeLessThan(600)
    expect(leftOf(decodeNetwork({ ['k'.repeat(1e6)]: 1 })).message.length).toBeLessThan(600)
    expect(leftOf(decodeScaler({ ...({} as object), kind: 'x'.repeat(1e6) })).message.length).toBeLessThan(
      600,
    )
  })
})

describe('what is written can be read', () => {
  test.each(['../x', 'a/../b', '/x', 'C:x', '\ud800', 'é'.repeat(32_766)])('an NPZ file, name %#', (name) => {
    expect(() => encodeNpz({ [name]: tensor(1) })).toThrow(/encodeNpz: expected names/)
  })
  test.each(['', 'x.npy', 'a/b', '__proto__', 'é'.repeat(32_765)])('an NPZ file, name %#', (name) => {
    const read = parseNpz(encodeNpz({ [name]: tensor(1) }))
    expect(E.isRight(read) ? Object.keys(read.right) : read.left).toEqual([name])
  })
  test('notes that are no texts', () => {
    expect(() => encodeSafetensors({ tensors: {}, metadata: { a: 1 as never } })).toThrow(
      'encodeSafetensors: metadata a: expected a text, got 1',
    )
  })
})

test.each<readonly [string, (bytes: never) => unknown]>([
  ['parseNpy', (bytes) => parseNpy(bytes)],
  ['parseNpz', (bytes) => parseNpz(bytes)],
  ['parseIdx', (bytes) => parseIdx(bytes)],
  ['parseSafetensors', (bytes) => parseSafetensors(bytes)],
])('%s of what is no bytes says what it takes', (name, parse) => {
  ;['abc', null, new ArrayBuffer(8), [1, 2]].forEach((odd) => {
    expect(() => parse(odd as never)).toThrow(`${name}: expected bytes as a Uint8Array, got `)
  })
})

describe('one class written in two ways', () => {
  const table = (a: string, b: string) => ['x,c', `1,${a}`, `2,${b}`, '3,other', ''].join('\n')
  test.each([
    ['1', '1.0'],
    ['1', '01'],
    ['0', '-0'],
    ['100', '1e2'],
    ['\u00e9', 'e\u0301'],
    ['a', 'a\u200b'],
  ])('%j and %j ask', (a, b) => {
    expect(leftOf(parseCsv(table(a, b), { label: 'c' }))).toMatchObject({ kind: 'undecided', option: 'task' })
    expect(E.isRight(parseCsv(table(a, b), { label: 'c', task: 'classification' }))).toBe(true)
  })
  test.each([
    ['yes', 'Yes'],
    ['1', '1a'],
    ['number 1', '1'],
  ])('%j and %j are two', (a, b) => {
    expect(E.isRight(parseCsv(table(a, b), { label: 'c' }))).toBe(true)
  })
})

describe('evaluate', () => {
  const net = network(2, activation('identity'))
  test.each([
    ['no row', tensor(new Float32Array(0)), [0, 2], []],
    ['more labels than rows', tensor([1, 0]), [1, 2], [0, 1]],
    ['fewer labels than rows', tensor([1, 0, 1, 0]), [2, 2], [0]],
  ] as const)('%s is an error', (_, x, shape, labels) => {
    const rows = { x: ones([...shape]), y: tensor(Int32Array.from(labels)) }
    expect(x.size).toBe(shape[0] * shape[1])
    expect(() => evaluate(net, {}, {}, rows)).toThrow(/evaluate: expected at least one row and y \[rows\]/)
  })
})

test('a journal that cannot be begun leaves no lock', () => {
  const file = join(folder, 'journal')
  expect(() => openJournal(file, { header: undefined, record: t.number as never })).toThrow(/plain data/)
  expect(readdirSync(folder)).toEqual([])
})

test('a lock is quoted without what a terminal obeys', async () => {
  const file = join(folder, 'other')
  writeFileSync(
    `${file}.lock`,
    JSON.stringify({ host: '\u001b[31m'.repeat(1000), pid: 1, started: '', token: '' }),
  )
  const { message } = leftOf(await openJournal(file, { header: 1, record: t.number as never })())
  expect(message).not.toContain('\u001b')
  expect(message.length).toBeLessThan(400)
})

test('a call of very many arguments', () => {
  const one: Tensor = tensor(1)
  const many = Array.from({ length: 200_000 }, () => one)
  const f = checkpoint((x: Tensor, _rest: readonly Tensor[]) => sum(x))
  expect(item(f(tensor([1, 2]), many))).toBe(3)
})

test('data of other shapes or names are other data', () => {
  const x = tensor([1, 2, 3, 4])
  expect(digestOf({ x })).not.toBe(
    digestOf({
      x: tensor([
        [1, 2],
        [3, 4],
      ]),
    }),
  )
  expect(digestOf({ x }, { features: ['a'] })).not.toBe(digestOf({ x }, { features: ['b'] }))
})

test.each([
  [5e-324, 1],
  [1, 1e15],
  [1, 2 ** 20 + 1],
])('budgets from %s to %s would take more trials than anybody runs', (minBudget, maxBudget) => {
  expect(() => hyperband(spaces.uniform(0, 1), { eta: 2, minBudget, maxBudget, key: key(0) })).toThrow(
    /hyperband: expected a greatest budget of at most 1048576 times the smallest/,
  )
})
