import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { trained } from '../../../playground/src/engine/future.ts'
import type { Fork } from '../../../playground/src/engine/messages.ts'
import { programText } from '../../../playground/src/engine/program-text.ts'
import { fields, layerFields, type Settings } from '../../../playground/src/engine/settings.ts'
import type { Tensor } from '../../../src/index.ts'
import { bytesOf, layer, small, startOf } from './trainings.ts'

const folder = mkdtempSync(join(import.meta.dirname, 'programs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const numbers = join(folder, 'numbers.csv')
const categories = join(folder, 'categories.csv')
const rows = (line: (i: number) => string): string => Array.from({ length: 40 }, (_, i) => line(i)).join('\n')
writeFileSync(numbers, `${rows((i) => `${i % 7},5;${i};${i % 2 === 0 ? 'even' : 'odd'}`)}\n`)
writeFileSync(
  categories,
  `name,colour,size,kind\n${rows((i) => `n${i},${['red', '"light, blue"', 'green'][i % 3]},${i / 4},${i % 4 === 0}`)}\n`,
)

type Case = Partial<Settings> & { readonly forks?: readonly Fork[]; readonly file?: string }

const cases: readonly Case[] = [
  { data: 'moons', hidden: [layer(3, { activation: 'relu' }), layer(3, { activation: 'sigmoid' })] },
  {
    data: 'rings',
    classes: 3,
    hidden: [layer(3, { activation: 'leakyRelu' }), layer(2, { activation: 'identity' })],
    initializer: 'xavierNormal',
    optimizer: 'sgd',
    schedule: 'step',
    decayEvery: 1,
    l2: 0.01,
    scaling: 'minMax',
  },
  {
    data: 'spirals',
    classes: 3,
    turns: 0.5,
    hidden: [
      layer(3, { normalization: 'batch', dropout: 0.2 }),
      layer(3, { normalization: 'layer', activation: 'elu' }),
    ],
    initializer: 'orthogonal',
    optimizer: 'momentum',
    schedule: 'exponential',
  },
  {
    data: 'xor',
    hidden: [layer(3, { activation: 'selu' }), layer(3, { activation: 'gelu' })],
    initializer: 'xavierUniform',
    optimizer: 'nesterov',
    schedule: 'cosine',
    l1: 0.01,
  },
  {
    data: 'blobs',
    labelNoise: 0.2,
    hidden: [layer(3, { activation: 'geluTanh' }), layer(3, { activation: 'silu' })],
    initializer: 'lecunNormal',
    optimizer: 'rmsProp',
    schedule: 'oneCycle',
    l1: 0.01,
    l1Exact: false,
    l2: 0.02,
  },
  {
    data: 'digits',
    rows: 100,
    hidden: [layer(3, { activation: 'softplus' })],
    initializer: 'heUniform',
    optimizer: 'adagrad',
    schedule: 'plateau',
    decayEvery: 1,
  },
  {
    data: 'noisyDigits',
    rows: 100,
    scaling: 'none',
    hidden: [layer(3, { activation: 'mish' })],
    initializer: 'lecunUniform',
    optimizer: 'adadelta',
    schedule: 'warmUp',
    warmUpEpochs: 1,
  },
  { hidden: [layer(2, { activation: 'hardTanh' })], initializer: 'normal', optimizer: 'adamW', clip: 0.1 },
  {
    hidden: [layer(2, { activation: 'hardSigmoid' })],
    initializer: 'uniform',
    optimizer: 'nAdam',
    precision: 'float64',
  },
  {
    hidden: [layer(2, { activation: 'softsign' })],
    initializer: 'constant',
    optimizer: 'amsGrad',
    l1: 0.01,
    l1Exact: false,
    earlyStopping: true,
    patience: 1,
    learningRate: 3,
  },
  { hidden: [], initializer: 'zeros', optimizer: 'rAdam', test: 0.15, dev: 0.15 },
  { optimizer: 'lion', weightDecay: 0.1, batchSize: 500 },
  {
    data: 'csv',
    file: numbers,
    optimizer: 'lamb',
    hidden: [layer(3, { dropout: 0.1 })],
    forks: [
      { epoch: 0, changes: { l2: 0.01, seed: 7 } },
      {
        epoch: 1,
        changes: {
          optimizer: 'momentum',
          batchSize: 7,
          schedule: 'cosine',
          hidden: [layer(3, { activation: 'relu' })],
        },
      },
      { epoch: 2, changes: { seed: 9, l1: 0.1, learningRate: 0.1 } },
    ],
  },
  { data: 'csv', file: categories, label: 'kind' },
]

describe('the program behind the page', () => {
  it.each(
    cases.map(({ forks = [], file, ...changes }, i) => ({
      i,
      name: JSON.stringify(changes),
      forks,
      file,
      changes,
    })),
  )('has the same weights to the bit: $i, $name', async ({ i, forks, file, changes }) => {
    const table = file === undefined ? undefined : { file, text: readFileSync(file, 'utf8') }
    const end = trained(startOf(changes, forks, table), 3)
    const program = join(folder, `program-${i}.ts`)
    writeFileSync(program, programText(end, file))
    const said = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    const { trained: weights } = (await import(program)) as {
      readonly trained: Readonly<Record<string, Readonly<Record<string, Tensor>>>>
    }
    expect(said).toHaveBeenCalledWith(expect.stringContaining(`epoch ${end.state.epoch}: dev loss`))
    said.mockRestore()
    const learned = Object.fromEntries(
      Object.entries(end.state.params).filter(([name]) => !name.startsWith('drop')),
    )
    expect(Object.keys(learned).map((name) => [name, bytesOf(weights[name])])).toEqual(
      Object.entries(learned).map(([name, params]) => [name, bytesOf(params)]),
    )
  })

  it('is tried for every choice there is', () => {
    const all = cases.map((one) => ({ ...small, ...one }))
    Object.entries(fields).forEach(([name, field]) => {
      if (field.kind === 'choice')
        field.choices.forEach(({ value }) =>
          expect(
            all.map((one) => one[name as keyof Settings]),
            `${name} ${value}`,
          ).toContain(value),
        )
    })
    const layers = all.flatMap(({ hidden }) => hidden)
    layerFields.activation.choices.forEach(({ value }) =>
      expect(layers.map(({ activation }) => activation)).toContain(value),
    )
  })
})
