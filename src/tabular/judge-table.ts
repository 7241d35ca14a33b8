import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import type { PredictionCase } from '../data/prepare/prediction-case.ts'
import { labelTable } from '../data/table/label-table.ts'
import { readTable } from '../data/table/read-table.ts'
import type { TableSchema } from '../data/table/table-schema.ts'
import { baselineOf } from '../evaluation/baseline.ts'
import { judge } from '../evaluation/judge.ts'
import type { Judgement } from '../evaluation/judgement.ts'
import { predictor } from '../model/predictor.ts'
import { readingSchema } from '../model/reading-schema.ts'
import type { TrainedModel } from '../model/trained-model.ts'

/**
 * What a model is worth on the rows of a file.
 *
 * @category Tables
 */
export interface JudgedTable {
  readonly judgement: Judgement
  /** Cells that the model was not fitted for, counted, with what was made of them. */
  readonly cases: readonly PredictionCase[]
  /** Rows without a target, which were left out. */
  readonly unlabelled: number
}

const recordCodec = t.type({ targetColumns: t.readonlyArray(t.string) })

/** The columns that a model tells, as its training was told. */
const targetColumns = ({
  targets,
  record,
}: TrainedModel): E.Either<{ readonly message: string }, readonly string[]> =>
  recordCodec.is(record.settings)
    ? E.right(record.settings.targetColumns)
    : targets.kind === 'values'
      ? E.right(targets.names)
      : E.left({ message: 'the model does not say which column its classes come from' })

/** The schema with the targets as the training file had them. */
const schemaWithTargets = (model: TrainedModel, targets: readonly string[]) =>
  pipe(
    readingSchema(model),
    E.map((own): TableSchema => ({
      ...own,
      columns: [
        ...own.columns,
        ...(model.schema?.columns ?? []).filter(
          ({ name }) => targets.includes(name) && !own.columns.some((column) => column.name === name),
        ),
      ],
    })),
  )

/**
 * Judges a model by the rows of a file whose targets are known, in the columns of the training file. A left value says what
 * is wrong with the file.
 *
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { loadModel } from 'puregrad/model'
 * import { judgeTable } from 'puregrad/tabular'
 * const model = await loadModel('titanic.model')()
 * const judged = E.isRight(model) ? await judgeTable(model.right, 'kept-apart.csv')() : model
 * if (E.isRight(judged)) judged.right.judgement.verdict
 * ```
 * @category Tables
 */
export const judgeTable = (
  model: TrainedModel,
  file: string,
): TE.TaskEither<{ readonly message: string }, JudgedTable> =>
  pipe(
    TE.Do,
    TE.apS('predict', TE.fromEither(predictor(model))),
    TE.apSW('targets', TE.fromEither(targetColumns(model))),
    TE.bindW('schema', ({ targets }) => TE.fromEither(schemaWithTargets(model, targets))),
    TE.bindW('reading', ({ schema }) => readTable(file, { schema })),
    TE.bindW('rows', ({ targets, reading: { table } }) =>
      TE.fromEither(labelTable(table, { targets, like: model.targets })),
    ),
    TE.bindW('said', ({ predict, rows }) => TE.fromEither(predict.ofTable(rows.features))),
    TE.map(({ said, rows, reading }) => ({
      judgement: judge(said.predictions, rows.y, { baseline: model.baseline ?? baselineOf(rows) }),
      cases: said.cases,
      unlabelled: reading.table.n - rows.n,
    })),
  )
