import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { foldIn, key as keyOf, type Key } from 'puregrad'
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
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { trialTraining, tuningData, type TuningData } from './tuned-digits.ts'

const idea: HyperParameters = {
  learningRate: 1e-4,
  epochs: 6,
  layers: 1,
  units: 32,
  activation: 'relu',
  batchSize: 32,
  regularization: { l1: 0, l2: 1e-4, dropout: 0 },
}

const thrown = <A>(result: E.Either<{ readonly message: string }, A>): A =>
  pipe(
    result,
    E.getOrElseW(({ message }) => {
      throw new Error(message)
    }),
  )

/** Reads settings, trains, measures on both parts. */
const experiment =
  (data: TuningData) =>
  (spec: unknown, seed: number): RunRecord['metrics'] => {
    const settings = thrown(decodeHyperParameters(spec))
    const { state } = trialTraining(settings)(data, keyOf(seed), settings.epochs)
    if (state === undefined) throw new Error('the training left no state')
    const { network } = modelOf(settings, { inputs: 256, outputs: 10 })
    const [train, dev] = [data.train, data.dev].map((part) =>
      evaluate(network, state.params, state.layers, part),
    )
    return {
      'train loss': train?.loss ?? NaN,
      'dev loss': dev?.loss ?? NaN,
      'dev accuracy': dev?.accuracy ?? NaN,
    }
  }

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const run = experiment(tuningData(foldIn(key, 'data'), 300))
  const recorded = (settings: HyperParameters): RunRecord => {
    const spec = hyperParametersCodec.encode(settings)
    return runRecord({ spec, seed: 7, data: 'digits16', version: '1', metrics: run(spec, 7) }, { seconds: 0 })
  }
  const first = recorded(idea)
  const refined = recorded({ ...idea, learningRate: 1e-2 })
  const read = thrown(decodeRunRecord(JSON.parse(JSON.stringify(runRecordCodec.encode(first)))))
  const comparison = compareRuns(first, refined)
  return {
    figures: {
      'bits that differ when a record is read and replayed': replay(read, run).differingBits,
      'bits that differ when it is replayed with another seed': replay({ ...read, seed: 8 }, run)
        .differingBits,
      'settings that differ after one refinement': comparison.settings.length,
      'change of the dev loss by it':
        comparison.metrics.find(({ name }) => name === 'dev loss')?.change ?? NaN,
    },
  }
}

/** A run is a value: it can be kept, compared and repeated. */
export const a4 = earlierClaim({
  id: 'A4',
  lines: '53–63',
  asWritten: {
    en: 'Machine learning goes in rounds: an idea, its implementation, an experiment, and a better idea. Training, dev and test parts show whether it works.',
    bg: 'Машинното обучение върви на кръгове: идея, реализация, експеримент и по-добра идея. Частите за обучение, dev и тест показват дали тя работи.',
  },
  corrected: {
    en: 'The same, where runs can be compared: a record holds what decides a run and what it measured, its id is the hash of both, and replaying it from the file gives every metric to the last bit.',
    bg: 'Същото, стига опитите да са сравними: записът съдържа всичко, което определя един опит, и измереното от него, името му е хеш от двете, а повторението от файла дава всяка метрика до последния бит.',
  },
  marks: {
    'bits that differ when a record is read and replayed': { within: [0, 0] },
    'bits that differ when it is replayed with another seed': { atLeast: 1 },
    'settings that differ after one refinement': { within: [1, 1] },
    'change of the dev loss by it': { atMost: -0.5 },
  },
  measure,
})
