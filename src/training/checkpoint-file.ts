import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readBytes } from '../data/formats/read-bytes.ts'
import { writeAtomically } from '../data/files/write-atomically.ts'
import {
  encodeCheckpoint,
  parseCheckpoint,
  type Checkpoint,
  type CheckpointError,
  type CheckpointOptions,
  type TrainingSetup,
} from './checkpoint.ts'
import type { TrainingState } from './training-state.ts'

const inFile =
  (file: string) =>
  (error: CheckpointError): CheckpointError =>
    error.kind === 'io' ? error : { ...error, message: `${file}: ${error.message}` }

const ioError = ({
  file,
  message,
}: {
  readonly file: string
  readonly message: string
}): CheckpointError => ({
  kind: 'io',
  file,
  message,
})

/**
 * Saves a training state in one file, which other programs can read as safetensors. A crash on the way leaves the old
 * checkpoint or the new one, whole.
 *
 * @example
 * ```ts no-run
 * import { key, tensor } from 'puregrad'
 * import { startTraining, writeCheckpoint } from 'puregrad/training'
 * const state = startTraining({ params: { w: tensor([1]) }, layers: {}, optimizer: {}, key: key(0) })
 * await writeCheckpoint('training.safetensors', state)()
 * ```
 * @category Checkpoints
 */
export const writeCheckpoint = <P, S, O, M>(
  file: string,
  state: TrainingState<P, S, O, M>,
  setup: TrainingSetup = {},
): TE.TaskEither<CheckpointError, void> =>
  pipe(
    TE.fromEither(encodeCheckpoint(state, setup)),
    TE.mapLeft(inFile(file)),
    TE.flatMap((bytes) => pipe(writeAtomically(file, bytes), TE.mapLeft(ioError))),
  )

/**
 * Reads what {@link writeCheckpoint} wrote. A `Left` says what is wrong with the file and names the entry.
 *
 * @param options `kinds`: layers of one's own that the network may have, as `decodeNetwork` is told them.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readCheckpoint } from 'puregrad/training'
 * const saved = await readCheckpoint('absent.safetensors')()
 * E.isLeft(saved) ? saved.left.message : '' // => 'absent.safetensors: there is no such file'
 * ```
 * @category Checkpoints
 */
export const readCheckpoint = (
  file: string,
  options: CheckpointOptions = {},
): TE.TaskEither<CheckpointError, Checkpoint> =>
  pipe(
    readBytes(file),
    TE.mapLeft(ioError),
    TE.flatMapEither((bytes) => pipe(parseCheckpoint(bytes, options), E.mapLeft(inFile(file)))),
  )
