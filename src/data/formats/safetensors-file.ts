import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { encodeSafetensors } from './encode-safetensors.ts'
import { parseSafetensors, type Safetensors, type SafetensorsError } from './parse-safetensors.ts'
import { readBytes, type ReadError } from './read-bytes.ts'
import { writeAtomically, type WriteError } from '../files/write-atomically.ts'

/**
 * {@link parseSafetensors} on a file; messages begin with its name.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readSafetensors } from 'puregrad/data'
 * const read = await readSafetensors('absent.safetensors')()
 * E.isLeft(read) ? read.left.message : '' // => 'absent.safetensors: there is no such file'
 * ```
 * @category Files
 */
export const readSafetensors = (file: string): TE.TaskEither<ReadError | SafetensorsError, Safetensors> =>
  pipe(
    readBytes(file),
    TE.flatMapEither((bytes) =>
      pipe(
        parseSafetensors(bytes),
        E.mapLeft((error) => ({ ...error, message: `${file}: ${error.message}` })),
      ),
    ),
  )

/**
 * {@link encodeSafetensors} to a file, the whole or none of it.
 *
 * @example
 * ```ts no-run
 * import { tensor } from 'puregrad'
 * import { writeSafetensors } from 'puregrad/data'
 * await writeSafetensors('x.safetensors', { tensors: { x: tensor([1, 2]) }, metadata: {} })()
 * ```
 * @category Files
 */
export const writeSafetensors = (file: string, content: Safetensors): TE.TaskEither<WriteError, void> =>
  writeAtomically(file, encodeSafetensors(content))
