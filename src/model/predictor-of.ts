import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { runPortably } from '../core/autodiff/run-portably.ts'
import { decodingError, problemsUnder } from '../core/codec/decoding-error.ts'
import type { Program } from '../core/primitive/program.ts'
import { copyElements, viewOf } from '../core/tensor/concrete.ts'
import { allocate, isFloat, type Buffer } from '../core/tensor/dtype.ts'
import { DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
import { sameShape, showShape, sizeOf } from '../core/tensor/shape.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { DataError } from '../data/data-error.ts'
import { decodePreparation } from '../data/prepare/decode-preparation.ts'
import type { Preparation } from '../data/prepare/preparation.ts'
import type { TableSchema } from '../data/table/table-schema.ts'
import type { Table } from '../data/table/table.ts'
import type { Predictions } from '../evaluation/predictions.ts'
import { columnFeatures } from './column-features.ts'
import { modelError, type ModelError } from './model-error.ts'
import type { PredictedRows, PredictionError, Predictor } from './predicted-rows.ts'
import { readingSchema, tableOfRecords, tableOfText } from './reading-schema.ts'
import { storedProgram } from './stored-program.ts'
import type { PredictingModel } from './trained-model.ts'
import { weightsOf } from './weights-of.ts'

/** Rows that go through the network at once: what lies between the layers then fits the caches. */
const mostRows = 512

/** A function whose results are kept by their whole numbers. */
const remembered = <A>(make: (n: number) => A): ((n: number) => A) => {
  const kept = new Map<number, A>()
  return (n) => {
    const known = kept.get(n) ?? make(n)
    // eslint-disable-next-line functional/immutable-data -- what was made once is the same if it is made again
    kept.set(n, known)
    return known
  }
}

/** What a model says of features, and which it takes. */
interface FeaturePrediction {
  readonly input: readonly number[]
  readonly predict: (x: Tensor) => Tensor
}

/**
 * A program of predictions as a function. Rows go through in blocks of a power of two, the last one filled up with zeros:
 * so there are ten programs at most, and a row alone costs no more than itself.
 */
const featurePrediction = (json: unknown, model: PredictingModel): FeaturePrediction => {
  const programOf = remembered((rows): Program => storedProgram(json, rows))
  const weights = weightsOf(model)
  const { shape, dtype } = programOf(1).inputs[weights.length]!
  const input = shape.slice(1)
  const [width, columns] = [sizeOf(input), model.targets.names.length]
  const block = (elements: Buffer, rows: number): Buffer => {
    const filled = 1 << (32 - Math.clz32(rows - 1))
    const buffer = allocate(dtype, filled * width)
    buffer.set(elements)
    const x = viewOf(buffer, dtype, [filled, ...input])
    return copyElements(runPortably(programOf(filled), [...weights, x])[0]!).subarray(0, rows * columns)
  }
  return {
    input,
    predict: (x) => {
      const [n = 0] = x.shape
      const elements = toTypedArray(x)
      const results = allocate('float64', n * columns)
      Array.from({ length: Math.ceil(n / mostRows) }, (_, i) => i * mostRows).forEach((from) => {
        const rows = Math.min(mostRows, n - from)
        results.set(block(elements.subarray(from * width, (from + rows) * width), rows), from * columns)
      })
      return viewOf(results, 'float64', [n, columns])
    },
  }
}

/** The function of a program, once it has been tried on a row. */
const triedPrediction = (json: unknown, model: PredictingModel): E.Either<ModelError, FeaturePrediction> =>
  E.tryCatch(
    () => {
      const found = featurePrediction(json, model)
      found.predict(viewOf(allocate('float64', sizeOf(found.input)), 'float64', [1, ...found.input]))
      return found
    },
    (error) => modelError('corrupt', 'program', showText(reasonOf(error), 300)),
  )

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

/** The predictor of a model and the JSON of its program; see `predictionProgram`. */
export const predictorOf = (json: unknown, model: PredictingModel): E.Either<ModelError, Predictor> =>
  pipe(
    triedPrediction(json, model),
    E.bindTo('found'),
    E.bind('preparation', () => preparationOf(model)),
    E.map(({ found: { input, predict }, preparation }): Predictor => {
      const { targets, features } = model
      const ofFeatures = (x: Tensor): Predictions => {
        checkFeatures(input, x)
        const said = predict(x)
        const { kind, names } = targets
        return kind === 'classes'
          ? { kind, names, probabilities: said }
          : { kind, names, estimates: preparation?.invertTargets(said) ?? said }
      }
      const prepare = preparation?.apply ?? columnFeatures(features)
      const ofTable: Predictor['ofTable'] = (table) =>
        pipe(
          prepare(table),
          E.map(({ x, cases, ignored }) => ({ predictions: ofFeatures(x), cases, ignored })),
        )
      const ofRead = (
        read: (schema: TableSchema) => E.Either<DataError, Table>,
      ): E.Either<PredictionError, PredictedRows> =>
        pipe(
          readingSchema(model),
          E.flatMap((schema): E.Either<PredictionError, Table> => read(schema)),
          E.flatMap((table): E.Either<PredictionError, PredictedRows> => ofTable(table)),
        )
      return {
        model,
        ofFeatures,
        ofTable,
        ofText: (content) => ofRead((schema) => tableOfText('table', schema, content)),
        ofCells: (rows) => ofRead((schema) => tableOfRecords(model.schema, schema, rows)),
      }
    }),
  )
