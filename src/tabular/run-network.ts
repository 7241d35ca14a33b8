import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { digestOf } from '../data/digest.ts'
import { readCheckpoint } from '../training/checkpoint-file.ts'
import type { TrainingSetup } from '../training/checkpoint.ts'
import { fit, type Outcome, type StopReason, type TrainingEvent } from '../training/fit.ts'
import type { NonFiniteLoss } from '../training/non-finite.ts'
import { paceOf } from '../training/pace.ts'
import { restoreTraining } from '../training/restore-training.ts'
import { withCheckpoints, type CheckpointEvent } from '../training/with-checkpoints.ts'
import type { LayerTrees } from './fitted-network.ts'
import type { Losses, NetworkPlan, NetworkState, PreparedParts } from './network-plan.ts'

/**
 * Where a training stands, after a batch or an epoch.
 *
 * @category Recipes
 */
export interface Standing {
  readonly kind: 'batch' | 'epoch'
  readonly epoch: number
  readonly epochs: number
  /** Batches done and to do, over all epochs. */
  readonly done: number
  readonly of: number
  /** The last losses that were measured; NaN until then. */
  readonly train: number
  readonly dev: number
  /** Rows a second and seconds left, from the clock. */
  readonly rowsPerSecond: number
  readonly secondsLeft: number
}

/**
 * What goes on around a training and has no part in its figures.
 *
 * @category Recipes
 */
export interface TrainingHooks {
  /** Ends training with the best so far. */
  readonly signal?: AbortSignal
  readonly watch?: (standing: Standing) => void
  readonly checkpoint?: {
    readonly file: string
    /** Whether to go on from what is there. */
    readonly resume: boolean
    /** After how many batches to save; after each epoch unless told otherwise. */
    readonly every?: number
    /** What a reader of the file should find among the settings besides those of the network. */
    readonly settings?: Readonly<Record<string, string | number>>
  }
}

export type NetworkEvent<O> = TrainingEvent<LayerTrees, LayerTrees, O, Losses>

/** The end of a training. */
export interface NetworkRun<O = unknown> {
  readonly outcome: Outcome<LayerTrees, LayerTrees, O, Losses>
  /** Why the last state is not in the checkpoint. */
  readonly unsaved: string | undefined
}

/**
 * How a training in epochs went.
 *
 * @category Recipes
 */
export interface TrainingCourse {
  readonly why: StopReason
  /** Finished epochs, and the one whose parameters were kept. */
  readonly epochs: number
  readonly bestEpoch: number
  /** The losses of each epoch, in order. */
  readonly curve: readonly Losses[]
  /** What was not finite, and where, if that ended training. */
  readonly problem: NonFiniteLoss | undefined
  /** Why the last state is not in the checkpoint. */
  readonly unsaved: string | undefined
}

export const courseOf = ({ outcome, unsaved }: NetworkRun): TrainingCourse => ({
  why: outcome.why,
  epochs: outcome.last.epoch,
  bestEpoch: outcome.best.epoch,
  curve: outcome.last.history,
  problem: outcome.why === 'non-finite' ? outcome.problem : undefined,
  unsaved,
})

/** Names the data by their elements and shapes, and by what the columns and classes are called. */
export const partsDigest = ({ train, dev }: PreparedParts): string =>
  digestOf(
    {
      'train.x': train.x,
      'train.y': train.y,
      'dev.x': dev.x,
      'dev.y': dev.y,
      ...(train.weights === undefined ? {} : { 'train.weights': train.weights }),
    },
    { features: train.featureNames, targets: train.targets },
  )

/** All that decides the figures of a training, except for how long it may go on. */
const setupOf = (
  { network, setup }: Pick<NetworkPlan, 'network' | 'setup'>,
  parts: PreparedParts,
  more: Readonly<Record<string, string | number>> = {},
): TrainingSetup => ({
  network: network.spec,
  ...setup,
  settings: { ...more, ...setup.settings, data: partsDigest(parts) },
})

/** Where a training begins: at the checkpoint if it is to go on from there, else at the start. */
export const beginningOf = <O>(
  start: NetworkState<O>,
  setup: TrainingSetup,
  checkpoint: TrainingHooks['checkpoint'],
): TE.TaskEither<string, NetworkState<O>> =>
  checkpoint?.resume !== true
    ? TE.right(start)
    : pipe(
        readCheckpoint(checkpoint.file),
        TE.mapLeft(({ message }) => message),
        TE.flatMapEither((loaded) =>
          pipe(
            restoreTraining(loaded, start, setup),
            E.mapLeft(({ message }) => `${checkpoint.file}: ${message}`),
          ),
        ),
      )

/** Tells how far a training is that began at `started` from step `from`. */
export const standingOf = <O>(
  plan: Pick<NetworkPlan<O>['plan'], 'epochs' | 'batchesPerEpoch'>,
  { from, rows, started }: { readonly from: number; readonly rows: number; readonly started: number },
  { kind, state: { step, epoch, history } }: Extract<NetworkEvent<O>, { kind: 'batch' | 'epoch' }>,
): Standing => {
  const pace = paceOf(plan, { from, step, seconds: (performance.now() - started) / 1000 })
  const measured = history.at(-1)
  return {
    kind,
    epoch: epoch + (kind === 'batch' ? 1 : 0),
    epochs: plan.epochs,
    done: pace.done,
    of: pace.of,
    train: measured?.train ?? NaN,
    dev: measured?.dev ?? NaN,
    rowsPerSecond: (pace.stepsPerSecond * rows) / plan.batchesPerEpoch,
    secondsLeft: pace.secondsLeft,
  }
}

/** Trains until patience or epochs are spent or the signal aborts. A left value is about the checkpoint. */
export const runNetwork = <O>(
  planned: NetworkPlan<O>,
  parts: PreparedParts,
  { signal, watch, checkpoint }: TrainingHooks,
): TE.TaskEither<string, NetworkRun<O>> => {
  const setup = setupOf(planned, parts, checkpoint?.settings)
  const follow = async (from: NetworkState<O>): Promise<NetworkRun<O>> => {
    const started = performance.now()
    const training = fit(planned.plan, { batches: true, ...(signal === undefined ? {} : { signal }) })(from)
    const events: AsyncIterable<NetworkEvent<O> | CheckpointEvent> =
      checkpoint === undefined
        ? training
        : withCheckpoints({
            file: checkpoint.file,
            every: checkpoint.every === undefined ? { epochs: 1 } : { batches: checkpoint.every },
            setup,
          })(training)
    /* eslint-disable functional/no-let, functional/no-loop-statements -- a sequence of events is consumed as it comes */
    let unsaved: string | undefined
    for await (const event of events) {
      if (event.kind === 'done') return { outcome: event, unsaved }
      if (event.kind === 'saved') unsaved = undefined
      else if (event.kind === 'not-saved') unsaved = event.error.message
      else watch?.(standingOf(planned.plan, { from: from.step, rows: parts.train.n, started }, event))
    }
    throw new RangeError('training ended without an outcome')
    /* eslint-enable functional/no-let, functional/no-loop-statements */
  }
  return pipe(
    beginningOf(planned.start, setup, checkpoint),
    TE.flatMap((from) => TE.fromTask(() => follow(from))),
  )
}
