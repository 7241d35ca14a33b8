import * as E from 'fp-ts/lib/Either.js'
import type { Dataset } from '../data/dataset.ts'
import { openTest } from '../data/split/sealed.ts'
import { batchCount, minibatches, type Minibatch } from '../data/stream/minibatches.ts'
import { activation } from '../nn/activation.ts'
import { softmaxCrossEntropy } from '../nn/classification-losses.ts'
import { decodePenalty } from '../nn/decode-penalty.ts'
import { dense } from '../nn/dense.ts'
import { network } from '../nn/network.ts'
import { foldIn, key } from '../core/numeric/index.ts'
import { adam } from '../optim/adam.ts'
import { momentum, sgd } from '../optim/sgd.ts'
import type { EpochRecord } from '../report/learning-curves.ts'
import type { TrainingSetup } from '../training/checkpoint.ts'
import { evaluate, type Evaluation } from '../training/evaluate.ts'
import { fit, type Plan, type StopReason, type TrainingEvent } from '../training/fit.ts'
import type { NonFiniteLoss } from '../training/non-finite.ts'
import { paceOf } from '../training/pace.ts'
import { supervisedStep } from '../training/step.ts'
import { startTraining } from '../training/training-state.ts'
import { withCheckpoints, type CheckpointEvent } from '../training/with-checkpoints.ts'
import type { Prepared } from './load-data.ts'
import type { Options, OptimizerName } from './options.ts'
import type { Progress } from './progress.ts'
import { beginningOf, setupOf } from './resume.ts'

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
  /** What was not finite, and where, if that ended training. */
  readonly problem: NonFiniteLoss | undefined
  /** Why the last state is not in the checkpoint. */
  readonly unsaved: string | undefined
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

const checkpointsOf = (
  { file, every }: NonNullable<Options['checkpoint']>,
  setup: TrainingSetup,
): Parameters<typeof withCheckpoints>[0] => ({
  file,
  every: every === undefined ? { epochs: 1 } : { batches: every },
  setup,
})

interface Losses {
  readonly train: number
  readonly dev: number
}

/** Says how far a training is that began at `started` from step `from`. */
const reportTo =
  (
    progress: Progress,
    plan: Plan<Params, Layers, readonly unknown[], Minibatch, Losses>,
    { from, rows, started }: { readonly from: number; readonly rows: number; readonly started: number },
  ) =>
  ({
    kind,
    state: { step, epoch, history },
  }: Extract<
    TrainingEvent<Params, Layers, readonly unknown[], Losses>,
    { kind: 'batch' | 'epoch' }
  >): void => {
    const pace = paceOf(plan, { from, step, seconds: (performance.now() - started) / 1000 })
    const measured = history.at(-1)
    progress[kind]({
      epoch: epoch + (kind === 'batch' ? 1 : 0),
      epochs: plan.epochs,
      done: pace.done,
      of: pace.of,
      train: measured?.train ?? NaN,
      dev: measured?.dev ?? NaN,
      rowsPerSecond: (pace.stepsPerSecond * rows) / plan.batchesPerEpoch,
      secondsLeft: pace.secondsLeft,
    })
  }

/** Trains until patience or epochs are spent or the signal aborts, then evaluates the best parameters. */
export const train = async (
  options: Options,
  prepared: Prepared,
  progress: Progress,
  signal: AbortSignal,
): Promise<E.Either<string, Result>> => {
  const { parts, classNames, epochs, patience } = prepared
  const started = performance.now()
  const root = key(options.seed)
  const model = classifier(parts.train.x.shape[1] ?? 0, options.hidden, classNames.length)
  const { params, state: layers } = model.init(foldIn(root, 'parameters'), { dtype: options.dtype })
  const optimizer = optimizers[options.optimizer]<Params>({ learningRate: options.learningRate })
  const penalty = decodePenalty<Params>({ l1: options.l1, l2: options.l2 })
  const measure = (part: Dataset, at: Params, state: Layers): Evaluation => evaluate(model, at, state, part)
  const plan: Plan<Params, Layers, readonly unknown[], Minibatch, Losses> = {
    step: supervisedStep({
      model,
      loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
      ...(penalty._tag === 'Right' ? { penalty: penalty.right } : {}),
      optimizer,
    }),
    batches: (order) => minibatches(parts.train, options.batch, order),
    batchesPerEpoch: batchCount(parts.train.n, options.batch),
    score: (at, state) => ({
      train: measure(parts.train, at, state).loss,
      dev: measure(parts.dev, at, state).loss,
    }),
    monitor: ({ dev }) => dev,
    stopping: { mode: 'min', patience, minDelta: 0 },
    epochs,
  }
  const setup = setupOf(options, prepared, model.spec)
  const beginning = await beginningOf<Params, Layers, readonly unknown[], Losses>(
    options,
    startTraining({ params, layers, optimizer: optimizer.init(params), key: foldIn(root, 'training') }),
    setup,
  )()
  if (E.isLeft(beginning)) return beginning
  const from = beginning.right
  const training = fit(plan, { signal, batches: true })(from)
  const events: AsyncIterable<TrainingEvent<Params, Layers, readonly unknown[], Losses> | CheckpointEvent> =
    options.checkpoint === undefined
      ? training
      : withCheckpoints(checkpointsOf(options.checkpoint, setup))(training)

  const report = reportTo(progress, plan, { from: from.step, rows: parts.train.n, started })
  const follow = async () => {
    /* eslint-disable functional/no-let, functional/no-loop-statements -- a sequence of events is consumed as it comes */
    let unsaved: string | undefined
    for await (const event of events) {
      if (event.kind === 'done') return { outcome: event, unsaved }
      if (event.kind === 'saved') unsaved = undefined
      else if (event.kind === 'not-saved') unsaved = event.error.message
      else {
        report(event)
      }
    }
    throw new RangeError('training ended without an outcome')
    /* eslint-enable functional/no-let, functional/no-loop-statements */
  }
  const { outcome, unsaved } = await follow()
  progress.stop()
  const { best, why, last } = outcome
  const opened = openTest(parts.test, [], 'the final estimate, of the parameters that were best on dev')
  if (E.isLeft(opened)) throw new RangeError(opened.left.message)
  return E.right({
    why,
    epochs: last.epoch,
    bestEpoch: best.epoch,
    curve: last.history.map((losses, i) => ({ epoch: i + 1, ...losses })),
    train: measure(parts.train, best.params, best.layers),
    dev: measure(parts.dev, best.params, best.layers),
    test: measure(opened.right.data, best.params, best.layers),
    seconds: (performance.now() - started) / 1000,
    problem: outcome.why === 'non-finite' ? outcome.problem : undefined,
    unsaved,
  })
}
