import * as E from 'fp-ts/lib/Either.js'
import { batchCount, minibatches, openTest, type Dataset } from '../data/index.ts'
import { activation, decodePenalty, dense, network, softmaxCrossEntropy } from '../nn/index.ts'
import { foldIn, key } from '../numeric/index.ts'
import { adam, momentum, sgd } from '../optim/index.ts'
import type { EpochRecord } from '../report/index.ts'
import {
  evaluate,
  fit,
  startTraining,
  supervisedStep,
  type Evaluation,
  type Outcome,
  type StopReason,
} from '../training/index.ts'
import type { Prepared } from './load-data.ts'
import type { Options, OptimizerName } from './options.ts'
import type { Progress } from './progress.ts'

/** What a run came to. */
export interface Result {
  readonly why: StopReason
  /** Finished epochs, and the one whose parameters were evaluated. */
  readonly epochs: number
  readonly bestEpoch: number
  readonly curve: readonly EpochRecord[]
  readonly train: Evaluation
  readonly dev: Evaluation
  readonly test: Evaluation
  readonly seconds: number
}

const optimizers = { sgd, momentum, adam } satisfies Record<OptimizerName, unknown>

const classifier = (features: number, hidden: readonly number[], classes: number) =>
  network(
    features,
    ...hidden.flatMap((width, i) => [dense(`hidden${i + 1}`, width), activation('relu')]),
    dense('output', classes),
  )

type Classifier = ReturnType<typeof classifier>
type Params = ReturnType<Classifier['init']>['params']
type Layers = ReturnType<Classifier['init']>['state']

/** Trains until patience or epochs are spent or the signal aborts, then evaluates the best parameters. */
export const train = async (
  options: Options,
  { parts, classNames, epochs, patience }: Prepared,
  progress: Progress,
  signal: AbortSignal,
): Promise<Result> => {
  const started = performance.now()
  const root = key(options.seed)
  const model = classifier(parts.train.x.shape[1] ?? 0, options.hidden, classNames.length)
  const { params, state: layers } = model.init(foldIn(root, 'parameters'), { dtype: options.dtype })
  const optimizer = optimizers[options.optimizer]<Params>({ learningRate: options.learningRate })
  const penalty = decodePenalty<Params>({ l1: options.l1, l2: options.l2 })
  const batchesPerEpoch = batchCount(parts.train.n, options.batch)
  const measure = (part: Dataset, at: Params, state: Layers): Evaluation => evaluate(model, at, state, part)
  const events = fit(
    {
      step: supervisedStep({
        model,
        loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
        ...(penalty._tag === 'Right' ? { penalty: penalty.right } : {}),
        optimizer,
      }),
      batches: (order) => minibatches(parts.train, options.batch, order),
      batchesPerEpoch,
      score: (at: Params, state: Layers) => ({
        train: measure(parts.train, at, state).loss,
        dev: measure(parts.dev, at, state).loss,
      }),
      monitor: ({ dev }) => dev,
      stopping: { mode: 'min', patience, minDelta: 0 },
      epochs,
    },
    { signal, batches: true },
  )(startTraining({ params, layers, optimizer: optimizer.init(params), key: foldIn(root, 'training') }))

  /** The curve so far and, at the end, the outcome. */
  const follow = async (): Promise<{
    readonly outcome: Outcome<Params, Layers, unknown> | undefined
    readonly curve: readonly EpochRecord[]
  }> => {
    /* eslint-disable functional/no-let, functional/no-loop-statements -- a sequence of events is consumed as it comes */
    let curve: readonly EpochRecord[] = []
    for await (const event of events) {
      if (event.kind === 'done') return { outcome: event, curve }
      if (event.kind === 'epoch') curve = [...curve, { epoch: event.state.epoch, ...event.metrics }]
      const done = event.state.epoch * batchesPerEpoch + event.state.cursor
      const elapsed = (performance.now() - started) / 1000
      progress[event.kind]({
        epoch: event.state.epoch + (event.kind === 'batch' ? 1 : 0),
        epochs,
        done,
        of: epochs * batchesPerEpoch,
        train: curve.at(-1)?.train ?? NaN,
        dev: curve.at(-1)?.dev ?? NaN,
        rowsPerSecond: (done * parts.train.n) / batchesPerEpoch / elapsed,
        secondsLeft: elapsed * ((epochs * batchesPerEpoch) / done - 1),
      })
    }
    return { outcome: undefined, curve }
    /* eslint-enable functional/no-let, functional/no-loop-statements */
  }
  const { outcome, curve } = await follow()
  progress.stop()
  if (outcome === undefined) throw new RangeError('training ended without an outcome')
  const { best, why, last } = outcome
  const opened = openTest(parts.test, [], 'the final estimate, of the parameters that were best on dev')
  if (E.isLeft(opened)) throw new RangeError(opened.left.message)
  return {
    why,
    epochs: last.epoch,
    bestEpoch: best.epoch,
    curve,
    train: measure(parts.train, best.params, best.layers),
    dev: measure(parts.dev, best.params, best.layers),
    test: measure(opened.right.data, best.params, best.layers),
    seconds: (performance.now() - started) / 1000,
  }
}
