import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomically } from '../data/files/write-atomically.ts'
import { readBytes } from '../data/formats/read-bytes.ts'
import { decodeModel, encodeModel } from './encode-model.ts'
import type { ModelError } from './model-error.ts'
import type { ModelOptions } from './network-of.ts'
import type { TrainedModel } from './trained-model.ts'

const inFile =
  (file: string) =>
  (error: ModelError): ModelError =>
    error.kind === 'io' ? error : { ...error, message: `${file}: ${error.message}` }

const ioError = ({ file, message }: { readonly file: string; readonly message: string }): ModelError => ({
  kind: 'io',
  file,
  message,
})

/**
 * {@link encodeModel} to a file. A crash on the way leaves what was there before or the model, whole.
 *
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { loadModel, saveModel } from 'puregrad/model'
 * const model = await loadModel('flowers.model')()
 * if (E.isRight(model)) await saveModel('copy.model', model.right)()
 * ```
 * @category Models
 */
export const saveModel = (
  file: string,
  model: TrainedModel,
  options: ModelOptions = {},
): TE.TaskEither<ModelError, void> =>
  pipe(
    TE.fromEither(encodeModel(model, options)),
    TE.mapLeft(inFile(file)),
    TE.flatMap((bytes) => pipe(writeAtomically(file, bytes), TE.mapLeft(ioError))),
  )

/**
 * {@link decodeModel} of a file; messages begin with its name.
 *
 * @param options `kinds`: layers of one's own that the network may have, as `decodeNetwork` is told them.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { loadModel } from 'puregrad/model'
 * const model = await loadModel('absent.model')()
 * E.isLeft(model) ? model.left.message : '' // => 'absent.model: there is no such file'
 * ```
 * @category Models
 */
export const loadModel = (
  file: string,
  options: ModelOptions = {},
): TE.TaskEither<ModelError, TrainedModel> =>
  pipe(
    readBytes(file),
    TE.mapLeft(ioError),
    TE.flatMapEither((bytes) => pipe(decodeModel(bytes, options), E.mapLeft(inFile(file)))),
  )
