import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Key } from '../core/numeric/index.ts'
import type { Dataset } from '../data/dataset.ts'
import { streamMinibatches } from '../data/stream/stream-minibatches.ts'
import { fitStream, type StreamTrainingEvent } from '../training/fit-stream.ts'
import { evaluateRegressionStream, evaluateStream } from '../training/evaluate-stream.ts'
import { withCheckpoints, type CheckpointEvent } from '../training/with-checkpoints.ts'
import type { FittedNetwork, LayerTrees } from './fitted-network.ts'
import {
  denseTrainable,
  trainingSteps,
  type Losses,
  type NetworkSettings,
  type NetworkState,
} from './network-plan.ts'
import { inBatches } from './in-batches.ts'
import { beginningOf, courseOf, standingOf, type TrainingCourse, type TrainingHooks } from './run-network.ts'
import type { StreamProblem } from './survey-table.ts'

/** A part of a file, read anew by each iteration. */
type Parts<R extends 'train' | 'dev'> = AsyncIterable<E.Either<StreamProblem, Dataset<R>>>

/** What a network is trained with where its rows come as a stream. */
export interface StreamedParts {
  readonly train: Parts<'train'>
  readonly dev: Parts<'dev'>
  /** Training rows in memory: the inputs of the network follow from them, and the loss on training rows is theirs. */
  readonly sample: Dataset<'train'>
  /** Training rows of the whole file. */
  readonly rows: number
  /** Rows read ahead, from which a batch is drawn. */
  readonly shuffleRows: number
  /** Names the file and all that was told of it: a checkpoint of other data is refused. */
  readonly digest: string
}

type Event = StreamTrainingEvent<LayerTrees, LayerTrees, readonly unknown[], Losses, StreamProblem>

const devLoss = (
  { network }: Pick<FittedNetwork, 'network'>,
  { sample, dev }: StreamedParts,
  params: LayerTrees,
  layers: LayerTrees,
): TE.TaskEither<StreamProblem, number> =>
  sample.targets.kind === 'classes'
    ? pipe(
        evaluateStream(network, params, layers, inBatches(dev)),
        TE.map(({ loss }) => loss),
      )
    : pipe(
        evaluateRegressionStream(network, params, layers, inBatches(dev)),
        TE.map(({ meanSquaredError }) => meanSquaredError),
      )

/** Trains a network on a stream until patience or epochs are spent or the signal aborts. */
export const runStream = (
  parts: StreamedParts,
  settings: NetworkSettings,
  key: Key,
  { signal, watch, checkpoint }: TrainingHooks,
): TE.TaskEither<StreamProblem, { readonly fitted: FittedNetwork; readonly course: TrainingCourse }> => {
  const { batch, epochs, patience } = settings
  const { sample, train, rows, shuffleRows, digest } = parts
  const { network, setup, step, start, lossOf } = trainingSteps(sample, denseTrainable(sample, settings), key)
  const whole = {
    network: network.spec,
    ...setup,
    settings: { ...checkpoint?.settings, ...setup.settings, shuffleRows, data: digest },
  }
  const batchesPerEpoch = Math.ceil(rows / batch)
  const training = fitStream(
    {
      step,
      batches: (order: Key) =>
        streamMinibatches(train, { size: batch, prefetch: shuffleRows, shuffle: order }),
      batchesPerEpoch,
      score: (params: LayerTrees, layers: LayerTrees): TE.TaskEither<StreamProblem, Losses> =>
        pipe(
          devLoss({ network }, parts, params, layers),
          TE.map((dev) => ({ train: lossOf(sample, params, layers), dev })),
        ),
      monitor: ({ dev }: Losses) => dev,
      stopping: { mode: 'min', patience, minDelta: 0 },
      epochs,
    },
    { batches: true, ...(signal === undefined ? {} : { signal }) },
  )
  const follow = async (
    from: NetworkState<readonly unknown[]>,
  ): Promise<
    E.Either<StreamProblem, { readonly fitted: FittedNetwork; readonly course: TrainingCourse }>
  > => {
    const started = performance.now()
    const events: AsyncIterable<Event | CheckpointEvent> =
      checkpoint === undefined
        ? training(from)
        : withCheckpoints({
            file: checkpoint.file,
            every: checkpoint.every === undefined ? { epochs: 1 } : { batches: checkpoint.every },
            setup: whole,
          })(training(from))
    /* eslint-disable functional/no-let, functional/no-loop-statements -- a sequence of events is consumed as it comes */
    let unsaved: string | undefined
    for await (const event of events) {
      if (event.kind === 'done') {
        if (event.why === 'stream') return E.left(event.error)
        const { params, layers } = event.best
        return E.right({
          fitted: { network, params, layers },
          course: courseOf({ outcome: event, unsaved }),
        })
      }
      if (event.kind === 'saved') unsaved = undefined
      else if (event.kind === 'not-saved') unsaved = event.error.message
      else watch?.(standingOf({ epochs, batchesPerEpoch }, { from: from.step, rows, started }, event))
    }
    throw new RangeError('training ended without an outcome')
    /* eslint-enable functional/no-let, functional/no-loop-statements */
  }
  return pipe(
    beginningOf(start, whole, checkpoint),
    TE.mapLeft((message): StreamProblem => ({ message })),
    TE.flatMap((from) => () => follow(from)),
  )
}
