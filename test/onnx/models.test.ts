import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import { abs, arange, cast, div, key, max, tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import {
  labelledRowsAt,
  labelTable,
  prepare,
  readTable,
  realMlpPreparation,
  type PreparationPlan,
  type Table,
  type Targets,
} from '../../src/data/index.ts'
import { predictor, type PredictingModel } from '../../src/model/index.ts'
import { activation, dense, network, scaleFeatures } from '../../src/nn/index.ts'
import { modelToOnnx } from '../../src/onnx/index.ts'
import { columns, labelled, table, type Cells } from '../data/prepare/tables.ts'
import { rightOf } from '../data/rows.ts'
import { farthest } from './farthest.ts'
import { ortTest as test, runOnnx, type Fed } from './run-onnx.ts'

const day = 86_400_000
const levels = ['oak', 'pine', 'ash', 'elm']
const repeat = <T>(n: number, of: (i: number) => T): readonly T[] =>
  Array.from({ length: n }, (_, i) => of(i))

/** Cells of 40 rows: numbers of several spreads, with gaps, dates of two centuries, texts of few and of many levels. */
const training: Readonly<Record<string, Cells>> = {
  width: repeat(40, (i) => (i % 7 === 3 ? null : Math.round(1000 * Math.sin(i)) / 100)),
  weight: repeat(40, (i) => 0.5 + ((i * i) % 17) * 3),
  rings: repeat(40, (i) => i % 4),
  wood: repeat(40, (i) => (i % 9 === 4 ? null : levels[(i * i) % 4]!)),
  dry: repeat(40, (i) => (i % 3 === 0 ? 'yes' : 'no')),
  felled: repeat(40, (i) => (i % 11 === 5 ? null : (i * 1531 - 20_000) * day + i * 3_456_789)),
}

/** What comes later: levels, gaps and numbers that training had not. */
const later: Readonly<Record<string, Cells>> = {
  width: [null, -50, 3.3, 1e9, 0, 9.99, -10, 5],
  weight: [null, 0.5, 48.5, -3, 0, 1e12, 7, -1e-3],
  rings: [0, 1, 2, 3, 4, null, -1, 2],
  wood: ['oak', 'yew', null, 'elm', 'ash', 'pine', 'öak', 'oak '],
  dry: ['no', 'yes', null, 'maybe', 'no', 'no', 'yes', 'no'],
  felled: [
    null,
    0,
    -1,
    951_782_400_000,
    4_107_542_400_000,
    -2_208_988_800_000,
    1_709_164_799_999,
    1_735_603_200_000,
  ],
}

const kinds = { felled: 'date', dry: 'boolean' } as const
const trainingTable = (names: readonly string[]) =>
  labelled(
    'train',
    columns(Object.fromEntries(Object.entries(training).filter(([name]) => names.includes(name))), kinds),
    repeat(40, (i) => 1 + (i % 13)),
    { kind: 'values', names: ['y'] },
  )
const train = trainingTable(Object.keys(training))
const rows = table(columns(later, kinds), 8)

/** The columns of a table as they are fed: numbers, and texts that are empty where a cell is missing. */
const feedsOf = ({ columns: all, n }: Table, wanted: readonly string[]): Readonly<Record<string, Fed>> =>
  Object.fromEntries(
    all
      .filter(({ name }) => wanted.includes(name))
      .map((column) => [
        column.name,
        'values' in column
          ? tensor(Float64Array.from(toTypedArray(column.values)), { shape: [n, 1] })
          : Array.from(toTypedArray(column.codes), (code) => column.levels[code] ?? ''),
      ]),
  )

/** A model whose estimates are its features, so that its preparation is seen. */
const transparent = (plan: PreparationPlan): PredictingModel => {
  const used = plan.steps.flatMap((step) =>
    step.columns === 'numbers' ? ['width', 'weight', 'rings'] : step.columns,
  )
  const steps = [...plan.steps, { kind: 'impute', columns: 'numbers', by: 'mean' } as const]
  const { spec, features } = rightOf(prepare({ ...plan, steps })(trainingTable(used)))
  const names = features.map(({ name }) => name)
  const net = network(names.length, scaleFeatures('same'))
  const { params, state } = net.init(key(0), { dtype: 'float64' })
  return {
    network: net.spec,
    params,
    state,
    targets: { kind: 'values', names },
    features: names,
    preparation: spec,
  }
}

const differenceOf = async (model: PredictingModel, output: string): Promise<number> => {
  const bytes = rightOf(modelToOnnx(model))
  const read = model.preparation!.columns.map(({ name }) => name)
  const found = await runOnnx(bytes, feedsOf(rows, read))
  const { predictions } = rightOf(rightOf(predictor(model)).ofTable(rows))
  return farthest(
    found[output] as Tensor,
    predictions.kind === 'classes' ? predictions.probabilities : predictions.estimates,
  )
}

const numeric = 'numbers' as const
const texts = ['wood', 'dry'] as const
const plans: Readonly<Record<string, PreparationPlan['steps']>> = {
  impute: [
    { kind: 'impute', columns: numeric, by: 'mean', indicator: true },
    { kind: 'impute', columns: ['wood'], by: 'mostFrequent', indicator: true },
    { kind: 'oneHot', columns: ['wood'] },
  ],
  'fill with a new level': [
    { kind: 'impute', columns: texts, by: 'constant', value: 'none' },
    { kind: 'codes', columns: texts },
  ],
  'one column for each level': [{ kind: 'oneHot', columns: texts, unseen: 'ownColumn' }],
  'signs and first levels': [
    { kind: 'oneHot', columns: ['dry'], drop: 'sign' },
    { kind: 'oneHot', columns: ['wood'], drop: 'first', missing: 'zeros' },
  ],
  'rare levels': [{ kind: 'oneHot', columns: ['wood'], most: 2 }],
  ordinal: [{ kind: 'ordinal', columns: texts }],
  codes: [{ kind: 'codes', columns: texts, least: 8 }],
  frequency: [{ kind: 'frequency', columns: texts }],
  'numbers as categories': [
    { kind: 'asCategories', columns: ['rings'] },
    { kind: 'oneHot', columns: ['rings'], unseen: 'ownColumn' },
  ],
  'every scaling': [
    { kind: 'scale', columns: ['width'], to: 'standard' },
    { kind: 'scale', columns: ['weight'], to: 'robust' },
    { kind: 'scale', columns: ['rings'], to: 'minMax' },
  ],
  'scales of the greatest': [{ kind: 'scale', columns: numeric, to: 'maxAbs' }],
  clip: [{ kind: 'clip', columns: numeric, by: 'fences' }],
  smoothClip: [{ kind: 'smoothClip', columns: numeric, bound: 2 }],
  logarithms: [
    { kind: 'log', columns: ['weight'], form: 'log' },
    { kind: 'log', columns: ['rings'], form: 'log1p' },
  ],
  powers: [
    { kind: 'power', columns: ['weight'], form: 'boxCox' },
    { kind: 'power', columns: ['width', 'rings'], form: 'yeoJohnson' },
  ],
  'uniform quantiles': [{ kind: 'quantiles', columns: numeric, to: 'uniform', count: 10 }],
  'normal quantiles': [{ kind: 'quantiles', columns: numeric, to: 'normal' }],
  'whitening along columns': [
    { kind: 'impute', columns: numeric, by: 'median' },
    { kind: 'clip', columns: numeric, by: 'quantiles' },
    { kind: 'whiten', columns: numeric },
  ],
  'whitening along axes': [{ kind: 'whiten', columns: ['weight', 'rings'], form: 'pca' }],
  'all parts of dates': [
    {
      kind: 'dateParts',
      columns: ['felled'],
      parts: [
        'year',
        'month',
        'day',
        'dayOfYear',
        'weekday',
        'hour',
        'elapsed',
        'yearCycle',
        'monthCycle',
        'weekdayCycle',
        'dayCycle',
      ],
    },
  ],
  dropped: [
    { kind: 'drop', columns: ['width'] },
    { kind: 'clip', columns: ['weight'], by: 'fences' },
  ],
}

describe('every step of preparations', () => {
  test.each(Object.entries(plans))('%s', async (_, steps) => {
    expect(
      await differenceOf(transparent({ steps, target: 'none', dtype: 'float64' }), 'estimates'),
    ).toBeLessThan(1e-9)
  })
})

/** A network on a preparation, for targets of a kind. */
const modelOf = (
  plan: PreparationPlan,
  targets: PredictingModel['targets'],
  outputs: number,
): PredictingModel => {
  const { spec, features } = rightOf(prepare(plan)(train))
  const net = network(features.length, dense('hidden', 8), activation('gelu'), dense('output', outputs))
  const { params, state } = net.init(key(5))
  return {
    network: net.spec,
    params,
    state,
    targets,
    features: features.map(({ name }) => name),
    preparation: spec,
    temperature: 1.7,
  }
}

describe('whole models', () => {
  test.each(['standard', 'log', 'log1p', 'none'] as const)(
    'estimates in the units of targets, %s',
    async (target) => {
      const { steps } = realMlpPreparation()
      expect(
        await differenceOf(modelOf({ steps, target }, { kind: 'values', names: ['y'] }, 1), 'estimates'),
      ).toBeLessThan(1e-5)
    },
  )

  test.each([
    [['a', 'b', 'c'], 3],
    [['no', 'yes'], 1],
  ] as const)('probabilities and labels of %j', async (names, outputs) => {
    const model = modelOf(realMlpPreparation(), { kind: 'classes', names }, outputs)
    expect(await differenceOf(model, 'probabilities')).toBeLessThan(1e-5)
    const read = model.preparation!.columns.map(({ name }) => name)
    const { label, probabilities } = await runOnnx(rightOf(modelToOnnx(model)), feedsOf(rows, read))
    const p = toTypedArray(probabilities as Tensor)
    const best = Array.from({ length: 8 }, (_, row) => {
      const own = Array.from(p.subarray(row * names.length, (row + 1) * names.length))
      return names[own.indexOf(Math.max(...own))]
    })
    expect(label).toEqual(best)
  })

  test('a level that the preparation refuses ends the run', async () => {
    const model = transparent({
      steps: [{ kind: 'oneHot', columns: ['wood'], unseen: 'error' }],
      target: 'none',
    })
    await expect(runOnnx(rightOf(modelToOnnx(model)), feedsOf(rows, ['wood']))).rejects.toThrow(/out of/)
  })
})

const folder = new URL('../../../shared/data/tables/', import.meta.url)
const there = existsSync(folder)
if (!there) console.info('left out: ONNX on real tables, which are not there')

describe.skipIf(!there)('real tables', () => {
  test.each([
    ['titanic.csv', 'Survived'],
    ['penguins-bg.csv', 'вид'],
    ['bike-day.csv', 'cnt'],
  ])('%s, read, prepared and predicted', async (name, target) => {
    const reading = rightOf(await readTable(fileURLToPath(new URL(name, folder)))())
    const told = rightOf(labelTable(reading.table, { target }))
    const { spec, features } = rightOf(
      prepare()(labelledRowsAt<'raw', Targets, 'train'>(told, arange(told.n, { dtype: 'int32' }), 'train')),
    )
    const names = told.targets.names
    const net = network(
      features.length,
      dense('hidden', 16),
      activation('relu'),
      dense('output', names.length),
    )
    const { params, state } = net.init(key(3))
    const model: PredictingModel = {
      network: net.spec,
      params,
      state,
      targets: told.targets,
      features: features.map((feature) => feature.name),
      preparation: spec,
    }
    const { predictions } = rightOf(rightOf(predictor(model)).ofTable(told.features))
    const found = await runOnnx(
      rightOf(modelToOnnx(model)),
      feedsOf(
        told.features,
        spec.columns.map((column) => column.name),
      ),
    )
    // Estimates are rounded as float32 before they are scaled: beside the largest, not beside one near 0.
    const [output, expected] =
      predictions.kind === 'classes'
        ? ([found['probabilities'] as Tensor, predictions.probabilities] as const)
        : ([found['estimates'] as Tensor, predictions.estimates] as const)
    const largest = max(abs(expected))
    expect(farthest(div(output, cast(largest, output.dtype)), div(expected, largest))).toBeLessThan(1e-5)
  })
})
