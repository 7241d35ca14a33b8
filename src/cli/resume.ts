import { access } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { digestOf } from '../data/digest.ts'
import type { NetworkSpec } from '../nn/network.ts'
import { readCheckpoint } from '../training/checkpoint-file.ts'
import type { TrainingSetup } from '../training/checkpoint.ts'
import { restoreTraining } from '../training/restore-training.ts'
import type { TrainingState } from '../training/training-state.ts'
import type { Prepared } from './load-data.ts'
import { said } from './messages.ts'
import type { Options } from './options.ts'

/** Names the data by their elements and shapes, and by what the columns and classes are called. */
const dataDigest = ({ train, dev }: Prepared['parts']): string =>
  digestOf(
    { 'train.x': train.x, 'train.y': train.y, 'dev.x': dev.x, 'dev.y': dev.y },
    { features: train.featureNames, targets: train.targets },
  )

/** All that decides the figures of a run, except for how long it may go on. */
export const setupOf = (
  { seed, batch, l1, l2, dtype, optimizer, learningRate }: Options,
  { parts }: Prepared,
  network: NetworkSpec,
): TrainingSetup => ({
  network,
  optimizer: { kind: optimizer, learningRate },
  settings: { seed, batch, l1, l2, dtype, data: dataDigest(parts) },
})

/**
 * Where a run begins: at the checkpoint if there is one and it is to go on, else at the start. A checkpoint that would
 * be written over unasked is a `Left`, and so is one of a run with other options or data.
 */
export const beginningOf = <P, S, O, M>(
  { checkpoint, language }: Pick<Options, 'checkpoint' | 'language'>,
  start: TrainingState<P, S, O, M>,
  setup: TrainingSetup,
): TE.TaskEither<string, TrainingState<P, S, O, M>> =>
  checkpoint === undefined
    ? TE.right(start)
    : pipe(
        TE.tryCatch(
          () => access(checkpoint.file),
          () => 'absent',
        ),
        TE.matchE(
          () => TE.right(start),
          () =>
            checkpoint.resume
              ? pipe(
                  readCheckpoint(checkpoint.file),
                  TE.flatMapEither((loaded) =>
                    pipe(
                      restoreTraining(loaded, start, setup),
                      E.mapLeft((error) => ({ ...error, message: `${checkpoint.file}: ${error.message}` })),
                    ),
                  ),
                  TE.mapLeft(({ message }) => message),
                )
              : TE.left(said.checkpointExists(checkpoint.file)[language]),
        ),
      )
