import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ModelError } from './model-error.ts'
import type { Predictor } from './predicted-rows.ts'
import { predictorOf } from './predictor-of.ts'
import { readModel } from './read-model.ts'

/**
 * The predictor of a model in the bytes of a file, which `encodeModel` gave: what `predictor` makes of
 * `decodeModel`, to the bit, by a program that lies in the file. It needs no layer of the library, nor one of one's
 * own, and so is what a page should import; a model whose network is to be trained on, or drawn, is decoded.
 *
 * @example
 * ```ts
 * import { decodePredictor } from 'puregrad/model'
 * const read = decodePredictor(new Uint8Array(3))
 * read._tag === 'Left' ? read.left.kind : '' // => 'corrupt'
 * ```
 * @category Predictions
 */
export const decodePredictor = (bytes: Uint8Array): E.Either<ModelError, Predictor> =>
  pipe(
    readModel(bytes),
    E.flatMap(({ model, program }) => predictorOf(program, model)),
  )
