import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { decodingError, problemsUnder } from '../core/codec/decoding-error.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { decodePreparation } from '../data/prepare/decode-preparation.ts'
import type { PredictionCase } from '../data/prepare/prediction-case.ts'
import type { Preparation } from '../data/prepare/preparation.ts'
import type { PreparationError } from '../data/prepare/preparation-error.ts'
import type { Table } from '../data/table/table.ts'
import type { Predictions } from '../evaluation/predictions.ts'
import { columnFeatures } from './column-features.ts'
import type { ModelError } from './model-error.ts'
import { networkOf, type ModelOptions } from './network-of.ts'
import { predictFeatures } from './predict-features.ts'
import type { PredictingModel } from './trained-model.ts'

/**
 * What a model says of the rows of a table.
 *
 * @category Predictions
 */
export interface PredictedRows {
  readonly predictions: Predictions
  /** Cells that the model was not fitted for, such as a level that training had not: counted, with what was made of them. */
  readonly cases: readonly PredictionCase[]
  /** Columns of the table that the model has no use for. */
  readonly ignored: readonly string[]
}

/**
 * A model as functions from rows to what it says of them. The same rows give the same bytes on every machine and in every
 * engine, native, WebAssembly or TypeScript, browsers too; and a row gives the same bytes whatever rows are beside it.
 *
 * @category Predictions
 */
export interface Predictor {
  /**
   * Of what goes into the network: `[n, ...input]`, float32 or float64.
   *
   * @throws ShapeError, DTypeError for anything else.
   */
  readonly ofFeatures: (x: Tensor) => Predictions
  /** Of a table as it was read; a `Left` lists every column that is absent or of another kind. */
  readonly ofTable: (table: Table) => E.Either<PreparationError, PredictedRows>
}

const checkFeatures = (input: readonly number[], x: Tensor): void => {
  if (!isFloat(x.dtype))
    throw new DTypeError(`predictor: expected features float32 or float64, got ${x.dtype}`)
  if (x.rank !== input.length + 1 || !sameShape(x.shape.slice(1), input))
    throw new ShapeError(`predictor: expected features [n, ${input.join(', ')}], got ${showShape(x.shape)}`)
}

const preparationOf = ({ preparation }: PredictingModel): E.Either<ModelError, Preparation | undefined> =>
  preparation === undefined
    ? E.right(undefined)
    : pipe(
        decodePreparation(preparation),
        E.mapLeft((error): ModelError => decodingError('model', problemsUnder('preparation', error))),
      )

/**
 * A model made ready to predict; a `Left` says which of its parts do not go together.
 *
 * @param options `kinds`: layers of one's own that the network may have, as `decodeNetwork` is told them.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { dense, network } from 'puregrad/nn'
 * import { predictor } from 'puregrad/model'
 * const model = {
 *   network: network(1, dense('output', 2)).spec,
 *   params: { output: { weight: tensor([[0, 1]]), bias: tensor([0, 0]) } },
 *   state: { output: {} },
 *   targets: { kind: 'classes', names: ['small', 'large'] },
 *   features: ['size'],
 * } as const
 * const predict = predictor(model)
 * const said = E.isRight(predict) ? predict.right.ofFeatures(tensor([[0], [3]])) : undefined
 * said?.kind === 'classes' ? toArray(said.probabilities) : [] // => [[0.5, 0.5], [0.04742587, 0.95257413]]
 * ```
 * @category Predictions
 */
export const predictor = (
  model: PredictingModel,
  options: ModelOptions = {},
): E.Either<ModelError, Predictor> =>
  pipe(
    networkOf(model, options),
    E.bindTo('found'),
    E.bind('preparation', () => preparationOf(model)),
    E.map(({ found, preparation }): Predictor => {
      const { targets, features, temperature = 1 } = model
      const predict = predictFeatures(found, targets, temperature)
      const ofFeatures = (x: Tensor): Predictions => {
        checkFeatures(found.network.input, x)
        const said = predict(x)
        const { kind, names } = targets
        return kind === 'classes'
          ? { kind, names, probabilities: said }
          : { kind, names, estimates: preparation?.invertTargets(said) ?? said }
      }
      const prepare = preparation?.apply ?? columnFeatures(features)
      return {
        ofFeatures,
        ofTable: (table) =>
          pipe(
            prepare(table),
            E.map(({ x, cases, ignored }) => ({ predictions: ofFeatures(x), cases, ignored })),
          ),
      }
    }),
  )
