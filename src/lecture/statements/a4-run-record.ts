import { foldIn, key as keyOf } from 'puregrad'
import { digits16 } from 'puregrad/data'
import {
  compareRuns,
  decodeHyperParameters,
  decodeRunRecord,
  hyperParametersCodec,
  modelOf,
  replay,
  runRecord,
  runRecordCodec,
  type HyperParameters,
  type RunRecord,
} from 'puregrad/study'
import { evaluate } from 'puregrad/training'
import { claim } from '../claim.ts'
import { certainly } from './certainly.ts'
import { trialTraining, tuningData, type TuningData } from './tuned-digits.ts'

/** Reads settings, trains, measures on all three parts. */
const experiment =
  (data: TuningData, test: ReturnType<typeof digits16>) =>
  (spec: unknown, seed: number): RunRecord['metrics'] => {
    const settings = certainly(decodeHyperParameters(spec))
    const { state } = trialTraining(settings)(data, keyOf(seed), settings.epochs)
    if (state === undefined) throw new Error('the training left no state')
    const { network } = modelOf(settings, { inputs: 256, outputs: 10 })
    const lossOn = (part: TuningData['train'] | TuningData['dev'] | typeof test): number =>
      evaluate(network, state.params, state.layers, part).loss
    return { train: lossOn(data.train), dev: lossOn(data.dev), test: lossOn(test) }
  }

/** A run is a value: it can be kept, compared and repeated. */
export const a4 = claim({
  id: 'A4',
  lines: '53–63',
  asWritten: {
    en: 'Machine learning goes in rounds: an idea, its implementation, an experiment, and a better idea. Training, dev and test parts show whether it works.',
    bg: 'Машинното обучение върви на кръгове: идея, реализация, експеримент и по-добра идея. Обучаващият, проверяващият и тестовият набор показват дали тя работи.',
  },
  corrected: {
    en: 'The same, where runs can be compared: a record holds what decides a run and what it measured, its id is the hash of both, and replaying it from the file gives every metric to the last bit. A refinement that dev likes is one that test likes too.',
    bg: 'Същото, стига опитите да са сравними: записът съдържа всичко, което определя един опит, и измереното от него, името му е хеш от двете, а повторението от файла дава всяка метрика до последния бит. Подобрение, което личи върху проверяващия (dev) набор, личи и върху тестовия.',
  },
  measures: {
    replayed: {
      name: {
        en: 'bits that differ when a record is read and replayed',
        bg: 'различни битове при прочитане и повторение на запис',
      },
      corrected: { within: [0, 0] },
    },
    otherSeed: {
      name: {
        en: 'bits that differ when it is replayed with another seed',
        bg: 'различни битове при повторение с друго начално число',
      },
      corrected: { atLeast: 1 },
    },
    devChange: {
      name: {
        en: 'change of the dev loss by one refinement',
        bg: 'промяна на загубата върху проверяващия (dev) набор след едно подобрение',
      },
      corrected: { atMost: -0.5 },
      literal: { atMost: -0.5 },
    },
    testChange: {
      name: { en: 'change of the test loss by it', bg: 'промяна на загубата върху тестовия набор от него' },
      corrected: { atMost: -0.5 },
      literal: { atMost: -0.5 },
    },
  },
  settings: {
    rows: { name: { en: 'rows of each part', bg: 'редове във всеки набор' }, value: 300, whole: true },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 6, whole: true },
    ideaRate: {
      name: { en: 'learning rate of the first idea', bg: 'скорост на обучение в първата идея' },
      value: 1e-4,
    },
    refinedRate: {
      name: { en: 'learning rate of the refined one', bg: 'скорост на обучение след подобрението' },
      value: 1e-2,
    },
  },
  measure: ({ key, settings: { rows, epochs, ideaRate, refinedRate } }) => {
    const data = tuningData(foldIn(key, 'data'), rows)
    const run = experiment(data, digits16({ key: foldIn(key, 'test'), n: rows }))
    const recorded = (learningRate: number): RunRecord => {
      const settings: HyperParameters = {
        learningRate,
        epochs,
        layers: 1,
        units: 32,
        activation: 'relu',
        batchSize: 32,
        regularization: { l1: 0, l2: 1e-4, dropout: 0 },
      }
      const spec = hyperParametersCodec.encode(settings)
      return runRecord(
        { spec, seed: 7, data: 'digits16', version: '1', metrics: run(spec, 7) },
        { seconds: 0 },
      )
    }
    const first = recorded(ideaRate)
    const refined = recorded(refinedRate)
    const read = certainly(decodeRunRecord(JSON.parse(JSON.stringify(runRecordCodec.encode(first)))))
    const { metrics } = compareRuns(first, refined)
    const change = (name: string): number => metrics.find((metric) => metric.name === name)?.change ?? NaN
    const parts = ['train', 'dev', 'test'] as const
    return {
      figures: {
        replayed: replay(read, run).differingBits,
        otherSeed: replay({ ...read, seed: 8 }, run).differingBits,
        devChange: change('dev'),
        testChange: change('test'),
      },
      pictures: [
        {
          kind: 'bars',
          title: {
            en: `An idea and its refinement: ${rows} digits, ${epochs} epochs`,
            bg: `Идея и нейното подобрение: ${rows} цифри, ${epochs} епохи`,
          },
          x: { title: { en: 'part', bg: 'набор' } },
          y: { title: { en: 'cross-entropy', bg: 'кръстосана ентропия' } },
          categories: [
            { en: 'train', bg: 'обучаващ' },
            { en: 'dev', bg: 'проверяващ (dev)' },
            { en: 'test', bg: 'тестов' },
          ],
          series: [
            { name: { en: 'idea', bg: 'идея' }, run: first },
            { name: { en: 'refined', bg: 'подобрена' }, run: refined },
          ].map(({ name, run: { metrics: measured } }) => ({
            name,
            values: parts.map((part) => ({ value: measured[part] ?? NaN })),
          })),
        },
      ],
    }
  },
})
