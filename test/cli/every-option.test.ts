import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { readOptions } from '../../src/cli/options.ts'
import { predictCommand } from '../../src/cli/predict-command.ts'
import { trainCommand } from '../../src/cli/train-command.ts'
import { encodeNpy } from '../../src/data/index.ts'
import { loadModel } from '../../src/model/index.ts'
import { tensor } from '../../src/node.ts'
import { leftOf, rightOf } from '../data/rows.ts'

type Command = typeof trainCommand
type Given = Readonly<Record<string, string | true>>

const folder = { path: '' }
const at = (name: string): string => join(folder.path, name)

const cells = (i: number): readonly (string | number)[] => [
  ((i * 7) % 11) + (i % 2 === 0 ? 0.5 : 4.25),
  i % 9 === 0 ? -200 : (i * 5) % 13,
  ['1', '2', '3'][i % 3]!,
  i,
  `g${i % 12}`,
  1 + (i % 4),
  i % 2 === 0 || i % 5 === 0 ? 'да' : 'не',
]

const table = (from: number, to: number): string =>
  [
    'a,b,code,time,group,weight,kind',
    ...Array.from({ length: to - from }, (_, i) => cells(from + i).join(',')),
    '',
  ].join('\n')

const numbers = Array.from({ length: 60 }, (_, i) => [i % 7, 1000 + ((i * 5) % 3), 3])

const kinds = Int32Array.from(numbers, ([a = 0]) => (a > 3 ? 9 : 4))

beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), 'puregrad-options-'))
  await writeFile(at('t.csv'), table(0, 80))
  await writeFile(at('test.csv'), table(80, 110))
  await writeFile(at('x.npy'), encodeNpy(tensor(numbers, { dtype: 'float64' })))
  await writeFile(at('y.npy'), encodeNpy(tensor(kinds, { dtype: 'int32' })))
})
afterAll(() => rm(folder.path, { recursive: true }))
beforeEach(() => {
  // The lines of progress.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => vi.restoreAllMocks())

const words = (given: Given): readonly string[] =>
  Object.entries(given).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, value]))

const run = async (command: Command, argv: readonly string[]) => {
  const said: string[] = []
  const hear = (text: string): void => {
    said.push(text)
  }
  const ended = await command(argv, {
    say: hear,
    warn: hear,
    complain: hear,
    ending: new AbortController().signal,
    language: 'en',
    paint: (_, text) => text,
  })
  return { ended, said }
}

const inCamelCase = (name: string): string => name.replace(/-[a-z]/g, (pair) => pair.slice(1).toUpperCase())

const trained = new Map<string, ReturnType<typeof run>>()

/** Each training once: most options are held to the same one. */
const training = (given: Given): ReturnType<typeof run> => {
  const argv = words(given)
  const found = trained.get(argv.join(' ')) ?? run(trainCommand, argv)
  trained.set(argv.join(' '), found)
  return found
}

/** What came of a training, but for the clock and for the option itself, which the last line repeats. */
const outcome = async (given: Given, option: string): Promise<string> => {
  const { ended, said } = await training(given)
  if (E.isLeft(ended)) return ended.left
  const last: unknown = JSON.parse(said.at(-1) ?? '{}', (name, value: unknown) =>
    ['seconds', 'maxEpochs', inCamelCase(option)].includes(name) ? undefined : value,
  )
  return JSON.stringify([...said.slice(0, -1), last])
}

const quiet = { json: true, 'no-curve': true, epochs: '2' } as const

const sources = {
  digits: (): Given => ({ ...quiet, epochs: '1', hidden: '2' }),
  arrays: (): Given => ({ ...quiet, data: at('x.npy'), labels: at('y.npy') }),
  table: (): Given => ({ ...quiet, data: at('t.csv'), target: 'kind', 'no-model': true }),
}

interface Case {
  /** Its value, and what else is given with it. */
  readonly value: () => string | true
  readonly with?: () => Given
  /** What is given in both runs that are compared. */
  readonly beside?: () => Given
  /** Where it is refused by a line that names it. */
  readonly refused?: readonly (keyof typeof sources)[]
}

/** What the network is told; on a table see below. */
const ofNetworks = {
  hidden: '3',
  batch: '9',
  'learning-rate': '0.02',
  l2: '0.3',
  l1: '0.3',
  dropout: '0.5',
  optimizer: 'sgd',
  dtype: 'float64',
  patience: '1',
} as const

const ofTables = ['digits', 'arrays'] as const
const needsCheckpoint = ['digits', 'arrays', 'table'] as const

const cases: Readonly<Record<string, Case>> = {
  target: { value: () => 'code', refused: ofTables },
  task: { value: () => 'regression', beside: () => ({ target: 'code' }), refused: ofTables },
  drop: { value: () => 'a', refused: ofTables },
  features: { value: () => 'b', refused: ofTables },
  categories: { value: () => 'code', refused: ofTables },
  missing: { value: () => '-200', refused: ofTables },
  encoding: { value: () => 'windows-1251', refused: ofTables },
  separator: { value: () => 'bar', refused: ofTables },
  header: { value: () => 'no', beside: () => ({ target: '7' }), refused: ofTables },
  'no-header': { value: () => true, beside: () => ({ target: '7' }), refused: ofTables },
  decimal: { value: () => 'comma', refused: ofTables },
  test: { value: () => at('test.csv'), refused: ofTables },
  split: { value: () => '50,25,25', refused: ofTables },
  time: { value: () => 'time', with: () => ({ split: 'time' }), refused: ofTables },
  groups: { value: () => 'group', refused: ofTables },
  'class-weights': { value: () => 'balanced', refused: ofTables },
  'sample-weights': { value: () => 'weight', refused: ofTables },
  folds: { value: () => '2', refused: ofTables },
  recipe: { value: () => 'baseline', refused: ofTables },
  'max-bytes': { value: () => '100', refused: ['digits'] },
  'optimal-error': { value: () => '0.3' },
  model: { value: () => at('some.model'), beside: () => ({ 'no-model': true }) },
  seed: { value: () => '1' },
  epochs: { value: () => '3' },
  ...Object.fromEntries(Object.entries(ofNetworks).map(([name, value]) => [name, { value: () => value }])),
  patience: {
    value: () => ofNetworks.patience,
    beside: () => ({ epochs: '12', 'learning-rate': '0.5' }),
  },
  'checkpoint-every': { value: () => '3', refused: needsCheckpoint },
  resume: { value: () => true, refused: needsCheckpoint },
  stream: { value: () => true, refused: ofTables },
  // With --stream it has a test of its own.
  'prepare-rows': { value: () => '20', refused: ['digits', 'arrays', 'table'] },
}

/** Options that have tests of their own: what is written or not, where data are, how one is spoken to. */
const elsewhere = [
  'checkpoint',
  'no-color',
  'no-model',
  'no-curve',
  'curve',
  'data',
  'labels',
  'json',
  'lang',
  'help',
]

const without = (given: Given, ...names: readonly string[]): Given =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)))

test('no option of train is left out here', async () => {
  const help = rightOf(await readOptions(['--help']))
  const named = help.kind === 'help' ? [...help.text.matchAll(/^ +(?:-\w, )?--([a-z0-9-]+)/gm)] : []
  expect(new Set(named.map(([, name = '']) => name).filter((name) => !elsewhere.includes(name)))).toEqual(
    new Set(Object.keys(cases)),
  )
})

describe.each(['arrays', 'table'] as const)('each option acts or is refused: %s', (source) => {
  test.each(Object.keys(cases).filter((option) => source === 'arrays' || !(option in ofNetworks)))(
    '--%s',
    async (option) => {
      const { value, with: also, beside, refused = [] } = cases[option]!
      const base = without(
        { ...sources[source](), ...beside?.() },
        ...(source === 'arrays' ? ['target'] : []),
      )
      const plain = option === 'model' ? base : without(base, option)
      const given = {
        ...(option === 'model' ? without(base, 'no-model') : plain),
        ...also?.(),
        [option]: value(),
      }
      const name = new RegExp(`^--${option === 'time' ? 'split' : option}\\b`)
      if (refused.includes(source))
        expect(leftOf((await run(trainCommand, words(given))).ended)).toMatch(name)
      else {
        const [before, after] = [
          await outcome(option === 'target' ? base : plain, option),
          await outcome(given, option),
        ]
        expect(after).not.toMatch(name)
        expect(after).not.toBe(before)
      }
    },
    60_000,
  )
})

test('what a network is told reaches the one of a table', async () => {
  const model = at('told.model')
  rightOf(
    (
      await run(
        trainCommand,
        words({ ...without(sources.table(), 'no-model'), ...ofNetworks, recipe: 'network', model }),
      )
    ).ended,
  )
  expect(rightOf(await loadModel(model)()).record.settings).toMatchObject({
    hidden: [3],
    batch: 9,
    learningRate: 0.02,
    l2: 0.3,
    l1: 0.3,
    dropout: 0.5,
    optimizer: 'sgd',
    dtype: 'float64',
    patience: 1,
    epochs: 2,
  })
}, 60_000)

test('the digits take the options that arrays take, but for a limit on a file', async () => {
  const ends = await Promise.all(
    Object.entries(cases).map(async ([option, { value, with: also }]) => {
      const given = { ...without(sources.digits(), option), ...also?.(), [option]: value() }
      const read = await readOptions(words(given))
      return E.isLeft(read) ? [option] : []
    }),
  )
  expect(ends.flat()).toEqual(
    Object.entries(cases).flatMap(([option, { refused = [] }]) =>
      refused.includes('digits') ? [option] : [],
    ),
  )
})

describe('a model of arrays', () => {
  test('takes examples as they are in their file, and predicts them in both formats', async () => {
    const model = at('arrays.model')
    const { said } = await run(
      trainCommand,
      words({ ...sources.arrays(), epochs: '40', 'learning-rate': '0.02', model }),
    )
    expect(said).toContainEqual(expect.stringContaining(`model: ${model}`))
    expect(rightOf(await loadModel(model)()).targets.names).toEqual(['4', '9'])
    const predicted = await run(predictCommand, [model, '--data', at('x.npy')])
    const lines = predicted.said.join('\n').split('\n')
    expect(lines[0]).toBe('prediction,probability of 4,probability of 9')
    // Were the scaling of the training part left out, the column round 1000 would decide alone.
    const right = lines
      .slice(1)
      .filter((line, i) => line.startsWith((numbers[i]?.[0] ?? 0) > 3 ? '9,' : '4,'))
    expect([lines.length, right.length >= 57]).toEqual([61, true])
    const output = at('said.jsonl')
    rightOf(
      (await run(predictCommand, [model, '--data', at('x.npy'), '--format', 'jsonl', '--output', output]))
        .ended,
    )
    expect((await readFile(output, 'utf8')).split('\n')[0]).toMatch(
      /^\{"prediction":"4","probabilities":\{"4":0\.\d/,
    )
  }, 60_000)

  test.each([
    [['--data', 't.csv'], /t\.csv.*expected an IDX or NPY file/],
    [['--data', 'y.npy'], /y\.npy: expected 3 numbers for each example, as the model was trained on, got 1/],
    [['--data', 'x.npy', '--keep', 'a'], /^--keep: the model predicts arrays, and an array has no columns/],
  ] as const)('%j is refused in one line', async ([, file, ...rest], message) => {
    const { ended, said } = await run(predictCommand, [at('arrays.model'), '--data', at(file), ...rest])
    expect(leftOf(ended)).toMatch(message)
    expect(said).toEqual([])
  })

  test('of the digits is written too', async () => {
    const model = at('digits.model')
    const ended = await run(trainCommand, words({ ...sources.digits(), 'optimal-error': '1', model }))
    rightOf(ended.ended)
    expect(JSON.parse(ended.said.at(-1) ?? '')).toMatchObject({
      model,
      findings: [{ kind: expect.any(String) }],
    })
    expect(existsSync(model)).toBe(true)
  }, 60_000)
})

test('a share above 1 is no optimal error of classes', async () => {
  expect(leftOf(await readOptions(['--optimal-error', '2']))).toMatch(/^--optimal-error: expected a share/)
})
