import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { decodingError, problemAt, type DecodingError } from '../../core/codec/decoding-error.ts'
import { reasonOf } from '../../core/tensor/reason-of.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { atRows, withExtents } from './extent.ts'
import { atBatch, freeProgramOf, type FreeProgram } from './free-program.ts'
import { decodeProgram, encodeProgram } from './program-codec.ts'

/** Three tell a multiple of the rows from anything else. */
const samples = [5, 7, 11] as const

/**
 * A free program as JSON: that of a program, with `{ rows, plus }` in the place of sizes that follow the rows. Constants
 * survive bit by bit.
 *
 * @example
 * ```ts
 * import { encodeFreeProgram, freeBatch, mul, tensor, type Tensor } from 'puregrad'
 * const json = encodeFreeProgram(freeBatch((x: Tensor) => mul(x, 2))(tensor([[1, 2]])))
 * typeof JSON.stringify(json) // => 'string'
 * ```
 * @category Programs
 */
export const encodeFreeProgram = (program: FreeProgram): unknown =>
  withExtents(
    samples.map((n) => encodeProgram(atBatch(program, n))),
    samples,
    '',
  )

/**
 * The free program a piece of JSON describes, if it is a well-typed one for every number of rows that is tried; otherwise
 * all that is wrong and where. Nothing else happens, whatever the input.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { atBatch, decodeFreeProgram, encodeFreeProgram, freeBatch, mul, tensor, type Tensor } from 'puregrad'
 * const json = encodeFreeProgram(freeBatch((x: Tensor) => mul(x, 2))(tensor([[1, 2]])))
 * const again = decodeFreeProgram(JSON.parse(JSON.stringify(json)))
 * E.isRight(again) ? atBatch(again.right, 4).inputs : [] // => [{ shape: [4, 2], dtype: 'float32' }]
 * ```
 * @category Programs
 */
export const decodeFreeProgram = (json: unknown): E.Either<DecodingError, FreeProgram> => {
  const wrong = (error: unknown): DecodingError =>
    decodingError('program', [problemAt('program', '', showText(reasonOf(error), 300))])
  return pipe(
    E.tryCatch(() => samples.map((n) => atRows(json, n)), wrong),
    E.flatMap(E.traverseArray(decodeProgram)),
    E.flatMap((programs) => E.tryCatch(() => freeProgramOf(programs, samples), wrong)),
  )
}
