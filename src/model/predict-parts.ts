import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { PreparationError } from '../data/prepare/preparation-error.ts'
import type { Table } from '../data/table/table.ts'
import type { PredictedRows, Predictor } from './predicted-rows.ts'

/**
 * What a model says of a table in parts, such as `streamTable` gives: one part is held at a time, so a file may be larger
 * than memory, and the rows have the bytes they would have in one table. After a `Left`, of the parts or of the model,
 * nothing comes.
 *
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { streamTable } from 'puregrad/data'
 * import { loadModel, predictParts, predictor } from 'puregrad/model'
 * const model = await loadModel('flowers.model')()
 * const predict = E.flatMap(predictor)(model)
 * if (E.isRight(predict) && predict.right.model.schema !== undefined)
 *   for await (const said of predictParts(predict.right, streamTable('new.csv', { schema: predict.right.model.schema })))
 *     if (E.isRight(said)) console.log(said.right.predictions)
 * ```
 * @category Predictions
 */
export async function* predictParts<L>(
  predict: Predictor,
  parts: AsyncIterable<E.Either<L, Table>>,
): AsyncGenerator<E.Either<L | PreparationError, PredictedRows>, void> {
  // eslint-disable-next-line functional/no-loop-statements -- only a generator's own loop passes parts on as they come
  for await (const part of parts) {
    const said = pipe(
      part,
      E.flatMap((table): E.Either<L | PreparationError, PredictedRows> => predict.ofTable(table)),
    )
    yield said
    if (E.isLeft(said)) return
  }
}
