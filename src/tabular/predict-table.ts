/* eslint-disable functional/no-loop-statements --
   chunks of rows are passed on as they are read, which only a generator's own loop can do */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { PredictionCase } from '../data/prepare/prediction-case.ts'
import { streamTable } from '../data/table/stream-table.ts'
import type { Table } from '../data/table/table.ts'
import { predictor } from '../model/predictor.ts'
import { readingSchema } from '../model/reading-schema.ts'
import type { PredictingModel } from '../model/trained-model.ts'
import { predictionHeader, predictionLines, type PredictionFormat } from './prediction-lines.ts'
import { cellsOf } from './table-cells.ts'

/**
 * How predictions of a file are made and written.
 *
 * @category Predictions
 */
export interface PredictTableOptions {
  /** `csv` unless told otherwise. */
  readonly format?: PredictionFormat
  /** Columns of the file that go before the prediction of each row, such as what identifies it. */
  readonly keep?: readonly string[]
  /** Rows that are read at a time; 4096 unless told otherwise. They make no difference to the text. */
  readonly rows?: number
}

/**
 * The predictions of some rows of a file as text.
 *
 * @category Predictions
 */
export interface PredictedLines {
  readonly lines: readonly string[]
  readonly rows: number
  /** Cells that the model was not fitted for, counted, with what was made of them. */
  readonly cases: readonly PredictionCase[]
}

/** What keeps a file from being predicted. */
interface Problem {
  readonly message: string
}

/** A moment as a file writes it; a date where it is one of midnight. */
const dateText = (moment: number): string => new Date(moment).toISOString().replace(/T00:00:00\.000Z$/, '')

const keptOf = (table: Table, keep: readonly string[]) =>
  keep.map((name) => {
    const column = table.columns.find((each) => each.name === name)
    return {
      name,
      cells:
        column === undefined
          ? []
          : cellsOf(column).map((cell) =>
              column.kind === 'date' && typeof cell === 'number' ? dateText(cell) : String(cell ?? ''),
            ),
    }
  })

/**
 * What a model says of the rows of a file, some rows at a time: the file may be larger than memory. Each row has the same
 * text whatever rows are around it, and the same as {@link predictionLines} gives of the predictions of `predictor`.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { loadModel } from 'puregrad/model'
 * import { predictTable } from 'puregrad/tabular'
 * const model = await loadModel('titanic.model')()
 * if (E.isRight(model))
 *   for await (const chunk of predictTable(model.right, 'new.csv', { keep: ['PassengerId'] }))
 *     if (E.isRight(chunk)) process.stdout.write(`${chunk.right.lines.join('\n')}\n`)
 * ```
 * @category Predictions
 */
export async function* predictTable(
  model: PredictingModel,
  file: string,
  options: PredictTableOptions = {},
): AsyncGenerator<E.Either<Problem, PredictedLines>, void> {
  checkOptions('predictTable', options, { format: true, keep: true, rows: true })
  const { format = 'csv', keep = [], rows = 4096 } = options
  checkSetting('predictTable', 'rows', rows, count)
  const ready = pipe(E.Do, E.apS('predict', predictor(model)), E.apSW('schema', readingSchema(model, keep)))
  if (E.isLeft(ready)) {
    yield ready
    return
  }
  const { predict, schema } = ready.right
  // eslint-disable-next-line functional/no-let -- the line of names goes before the first rows
  let first = true
  for await (const chunk of streamTable(file, { schema, rows })) {
    const said = pipe(
      chunk,
      E.bindTo('table'),
      E.bindW('found', ({ table }) => predict.ofTable(table)),
    )
    if (E.isLeft(said)) {
      yield said
      return
    }
    const { table, found } = said.right
    const lines = predictionLines(found.predictions, format, keptOf(table, keep))
    yield E.right({
      lines: first ? [...predictionHeader(found.predictions, format, keep), ...lines] : lines,
      rows: table.n,
      cases: found.cases,
    })
    first = false
  }
}
