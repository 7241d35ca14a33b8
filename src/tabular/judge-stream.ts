/* eslint-disable functional/no-loop-statements -- parts are passed on as they come, which only a generator's own loop can do */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { tensor } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Targets } from '../data/dataset.ts'
import { labelledBy } from '../data/stream/prepared-parts.ts'
import type { LabelledTable, Table } from '../data/table/table.ts'
import { baselinePredictions, type Baseline } from '../evaluation/baseline.ts'
import type { Predictions } from '../evaluation/predictions.ts'
import type { Predictor } from '../model/predicted-rows.ts'
import { activation } from '../nn/activation.ts'
import { network } from '../nn/network.ts'
import type { Evaluation } from '../training/evaluate.ts'
import type { RegressionEvaluation } from '../training/evaluate-regression.ts'
import { evaluateRegressionStream, evaluateStream } from '../training/evaluate-stream.ts'
import { inBatches } from './in-batches.ts'
import type { StreamProblem } from './survey-table.ts'

/**
 * What predictions are worth on a part that is never held as a whole, in the units of the targets.
 *
 * @category Tables
 */
export type StreamFigures =
  ({ readonly kind: 'classes' } & Evaluation) | ({ readonly kind: 'values' } & RegressionEvaluation)

type Tables = AsyncIterable<E.Either<StreamProblem, Table<'raw'>>>

/** No share is 0 to a logarithm. */
const least = 1e-300

/** What softmax makes probabilities of, or the estimates. */
const outputsOf = (predictions: Predictions): Tensor =>
  predictions.kind === 'classes'
    ? tensor(
        Float64Array.from(toTypedArray(predictions.probabilities), (p) => Math.log(Math.max(p, least))),
        { shape: predictions.probabilities.shape },
      )
    : predictions.estimates

type Say = (table: Table) => E.Either<StreamProblem, Predictions>

/** What is said of each table beside what is true. */
async function* saidAndTrue(tables: Tables, names: readonly string[], targets: Targets, say: Say) {
  for await (const table of tables) {
    const batch = pipe(
      table,
      E.flatMap((read): E.Either<StreamProblem, LabelledTable<'raw'>> => labelledBy(read, names, targets)),
      E.flatMap(({ features, y }) =>
        pipe(
          say(features),
          E.map((predictions) => ({ x: outputsOf(predictions), y })),
        ),
      ),
    )
    yield batch
    if (E.isLeft(batch)) return
  }
}

const figuresOf = (
  tables: Tables,
  names: readonly string[],
  targets: Targets,
  say: Say,
): TE.TaskEither<StreamProblem, StreamFigures> => {
  const asIs = network(targets.names.length, activation('identity'))
  const batches = inBatches({ [Symbol.asyncIterator]: () => saidAndTrue(tables, names, targets, say) })
  return targets.kind === 'classes'
    ? pipe(
        evaluateStream(asIs, {}, {}, batches),
        TE.map((figures) => ({ kind: 'classes', ...figures })),
      )
    : pipe(
        evaluateRegressionStream(asIs, {}, {}, batches),
        TE.map((figures) => ({ kind: 'values', ...figures })),
      )
}

/** What a model, or its baseline, is worth on the rows of a part, a few of them at a time. */
export const judgeStream = (
  judged: Predictor | Baseline,
  tables: Tables,
  names: readonly string[],
  targets: Targets,
): TE.TaskEither<StreamProblem, StreamFigures> =>
  figuresOf(tables, names, targets, (table) =>
    'ofTable' in judged
      ? pipe(
          judged.ofTable(table),
          E.map(({ predictions }) => predictions),
        )
      : E.right(baselinePredictions(judged, table.n)),
  )
