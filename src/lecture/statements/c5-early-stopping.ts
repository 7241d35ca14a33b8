import { foldIn, type Key } from 'puregrad'
import { minibatches, noisy300 } from 'puregrad/data'
import { adam } from 'puregrad/optim'
import { evaluate, fit, outcomeOf, startTraining, type Evaluation } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { noisyBatch, noisyEpochs, noisyNetwork, noisyStep } from './noisy-digits.ts'

const patience = 10

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const net = noisyNetwork()
  const data = noisy300(foldIn(key, 'data'))
  const { params, state } = net.init(foldIn(key, 'parameters'))
  type Params = typeof params
  const batchesPerEpoch = Math.ceil(data.train.n / noisyBatch)
  const run = (waiting: number) => {
    const seen: { readonly train: Evaluation; readonly dev: Evaluation }[] = []
    const outcome = outcomeOf(
      fit({
        step: noisyStep(net),
        batches: (order) => minibatches(data.train, noisyBatch, order),
        batchesPerEpoch,
        score: (at: Params, layers: typeof state) => ({
          train: evaluate(net, at, layers, data.train),
          dev: evaluate(net, at, layers, data.dev),
        }),
        monitor: ({ dev }) => dev.loss,
        stopping: { mode: 'min', patience: waiting, minDelta: 0 },
        epochs: noisyEpochs,
      })(
        startTraining({
          params,
          layers: state,
          optimizer: adam<Params>({ learningRate: 1e-3 }).init(params),
          key: foldIn(key, 'training'),
        }),
      ),
      (event) => {
        if (event.kind !== 'epoch') return
        // eslint-disable-next-line functional/immutable-data -- the epochs as they come; nobody else sees the list
        seen.push(event.metrics)
        progress(event.done, event.of)
      },
    )
    return { outcome, seen }
  }
  const { outcome, seen } = run(Infinity)
  const stopped = run(patience).outcome
  const { best, last } = outcome
  const at = (epoch: number): Evaluation | undefined => seen[epoch - 1]?.dev
  const [then, end] = [at(best.epoch), at(last.epoch)]
  const test = (of: Params): number => evaluate(net, of, state, data.test).loss
  const curve = (of: (epoch: (typeof seen)[number]) => number): readonly (readonly [number, number])[] =>
    seen.map((epoch, i) => [i + 1, of(epoch)] as const)
  return {
    figures: {
      'epoch of the least dev loss': best.epoch,
      'dev loss after 150 epochs / least dev loss': (end?.loss ?? NaN) / (then?.loss ?? NaN),
      'dev accuracy after 150 epochs − at the least dev loss':
        (end?.accuracy ?? NaN) - (then?.accuracy ?? NaN),
      'dev loss of the parameters given back − the recorded one':
        evaluate(net, best.params, best.layers, data.dev).loss - best.value,
      'epochs with a patience of 10': stopped.last.epoch,
      'best epoch with a patience of 10 − without stopping': stopped.best.epoch - best.epoch,
      'test loss of the best / of the last': test(best.params) / test(last.params),
    },
    pictures: [
      {
        title: 'Learning curves, cross-entropy',
        x: { title: 'epoch' },
        y: { title: 'cross-entropy' },
        mark: 'line',
        series: [
          { name: 'train', points: curve(({ train }) => train.loss) },
          { name: 'dev', points: curve(({ dev }) => dev.loss) },
        ],
      },
      {
        title: 'The same run, error rate: another monitor, another best epoch',
        x: { title: 'epoch' },
        y: { title: 'error' },
        mark: 'line',
        series: [
          { name: 'train', points: curve(({ train }) => 1 - train.accuracy) },
          { name: 'dev', points: curve(({ dev }) => 1 - dev.accuracy) },
        ],
      },
    ],
  }
}

/** Training stops when the dev error no longer falls, and the best parameters are given back. */
export const c5 = earlierClaim({
  id: 'C5',
  lines: '158–163',
  asWritten: {
    en: 'When the error on the validation set rises or stays flat for some iterations, training is stopped and the setting with the lowest one is taken.',
    bg: 'Когато грешката върху валидиращото множество расте или не се променя няколко итерации, обучението се спира и се взема настройката с най-ниската.',
  },
  corrected: {
    en: 'The same, and which error is watched matters: here the dev cross-entropy rises by half while the accuracy stays where it was.',
    bg: 'Същото, но има значение коя грешка се следи: тук кръстосаната ентропия върху dev нараства с половина, докато точността остава същата.',
  },
  marks: {
    'epoch of the least dev loss': { atMost: 30 },
    'dev loss after 150 epochs / least dev loss': { atLeast: 1.3 },
    'dev accuracy after 150 epochs − at the least dev loss': { within: [-0.05, 0.05] },
    'dev loss of the parameters given back − the recorded one': { within: [0, 0] },
    'epochs with a patience of 10': { atMost: 45 },
    'best epoch with a patience of 10 − without stopping': { within: [0, 0] },
    'test loss of the best / of the last': { atMost: 0.8 },
  },
  measure,
})
