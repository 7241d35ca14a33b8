import type * as E from 'fp-ts/lib/Either.js'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { DataError } from '../data/data-error.ts'
import type { PredictionCase } from '../data/prepare/prediction-case.ts'
import type { PreparationError } from '../data/prepare/preparation-error.ts'
import type { CellRecord } from '../data/table/table-of-cells.ts'
import type { Table } from '../data/table/table.ts'
import type { Predictions } from '../evaluation/predictions.ts'
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
 * Why there are no predictions: the cells cannot be read, lack a column, or the model does not say how they are read.
 *
 * @category Predictions
 */
export type PredictionError =
  DataError | PreparationError | { readonly kind: 'no-schema'; readonly message: string }

/**
 * A model as functions from rows to what it says of them. The same rows give the same bytes on every machine and in every
 * engine, native, WebAssembly or TypeScript, browsers too; and a row gives the same bytes whatever rows are beside it.
 *
 * @category Predictions
 */
export interface Predictor {
  /** What it predicts by: targets, features, preparation and schema, to be shown. */
  readonly model: PredictingModel
  /**
   * Of what goes into the network: `[n, ...input]`, float32 or float64.
   *
   * @throws ShapeError, DTypeError for anything else.
   */
  readonly ofFeatures: (x: Tensor) => Predictions
  /** Of a table as it was read; a `Left` lists every column that is absent or of another kind. */
  readonly ofTable: (table: Table) => E.Either<PreparationError, PredictedRows>
  /**
   * Of the text of a table, or its bytes, with the separator, the marks and the words of the table that the model was
   * trained on; columns that it does not need may be absent.
   */
  readonly ofText: (content: string | Uint8Array) => E.Either<PredictionError, PredictedRows>
  /** Of records, such as the fields of a form; a field that is absent is a missing cell. */
  readonly ofCells: (rows: readonly CellRecord[]) => E.Either<PredictionError, PredictedRows>
}
