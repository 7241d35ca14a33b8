import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { foldIn, permutation, take, tensor, where, type Key } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { nearestName } from '../core/tensor/nearest-name.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Dataset } from '../data/dataset.ts'
import { withColumns, type Column, type LabelledTable, type Table } from '../data/table/table.ts'
import { classRows, decidedOf } from './class-rows.ts'
import { deciderOf } from './decider-of.ts'
import { meanOfRows } from './mean-of-rows.ts'
import type { Measured } from './measured.ts'
import type { Predictions } from './predictions.ts'
import { logLosses } from './probability-losses.ts'
import { featuresOf, isTable, type FeaturesOf } from './rows-by-role.ts'
import { rowWeights } from './row-weights.ts'
import { absoluteLosses, squaredLosses } from './value-losses.ts'
import { valueRows } from './value-rows.ts'

/**
 * What rows lose when a feature is shuffled: right decisions, or by one of the losses.
 *
 * @category Importance
 */
export type RowLoss = 'accuracy' | 'logLoss' | 'squaredError' | 'absoluteError'

/**
 * What {@link permutationImportance} is told.
 *
 * @category Importance
 */
export interface ImportanceOptions<P, L> {
  /** What the model says of features. */
  readonly predict: (features: FeaturesOf<P>) => Predictions | E.Either<L, Predictions>
  /** Rows that the model was not fitted on. */
  readonly part: P
  readonly key: Key
  /** How often each feature is shuffled; 5 times unless told otherwise. */
  readonly repeats?: number
  /** `accuracy` for classes and `squaredError` for numbers unless told otherwise. */
  readonly by?: RowLoss
  /**
   * Features that are shuffled together, such as the columns that one column of a table became, or two that say the same;
   * each by itself unless told otherwise.
   */
  readonly groups?: Readonly<Record<string, readonly string[]>>
}

/**
 * How much worse predictions get without what one feature, or group of them, says.
 *
 * @category Importance
 */
export interface FeatureImportance extends Measured {
  readonly name: string
  /** The loss that was added, one for each shuffling. */
  readonly values: readonly number[]
}

/** The loss of each row; for accuracy 1 where the decision is wrong. */
const lossesOf = (predictions: Predictions, y: Tensor, by: RowLoss): Float64Array => {
  if (predictions.kind === 'classes') {
    const rows = classRows('permutationImportance', predictions, y, {})
    return by === 'logLoss'
      ? logLosses(rows)
      : Float64Array.from(decidedOf(rows), (decided, row) => (decided === rows.labels[row] ? 0 : 1))
  }
  const rows = valueRows('permutationImportance', predictions, y, {})
  return by === 'absoluteError' ? absoluteLosses(rows) : squaredLosses(rows)
}

const columnAt = (column: Column, order: Tensor): Column =>
  'values' in column
    ? { ...column, values: take(column.values, order) }
    : { ...column, codes: take(column.codes, order) }

/** The table with some of its columns in another order of rows. */
const shuffledTable = (table: Table, names: ReadonlySet<string>, order: Tensor): Table =>
  withColumns(
    table,
    table.columns.map((column) => (names.has(column.name) ? columnAt(column, order) : column)),
  )

const shuffledRows = (x: Tensor, all: readonly string[], names: ReadonlySet<string>, order: Tensor): Tensor =>
  where(tensor(all.map((name) => names.has(name))), take(x, order), x)

const checkedGroups = (
  names: readonly string[],
  groups: Readonly<Record<string, readonly string[]>> | undefined,
): readonly (readonly [string, ReadonlySet<string>])[] => {
  if (groups === undefined) return names.map((name) => [name, new Set([name])])
  const odd = Object.entries(groups).flatMap(([group, of]) =>
    of.filter((name) => !names.includes(name)).map((name) => ({ group, name })),
  )[0]
  if (odd !== undefined) {
    const near = nearestName(odd.name, names)
    throw new ArgumentError(
      `permutationImportance: groups: ${odd.group}: there is no feature ${JSON.stringify(odd.name)}${near === undefined ? '' : `; did you mean ${near}?`}`,
    )
  }
  return Object.entries(groups).map(([group, of]) => [group, new Set(of)])
}

/**
 * How much each feature matters to a fitted model: how much greater the loss gets on rows it was not fitted on when the
 * feature is shuffled among them, so that it says nothing of its row any more. The greatest first. Of a table whole columns
 * are shuffled, with whatever a preparation makes of them; of two features that say the same each may seem to matter
 * little: shuffle them as a group.
 *
 * For `accuracy` it is the share of rows that are no longer right. The interval is Student's, of the loss that each row
 * gains on average over the shufflings: it is for new rows. A left value is what `predict` gave.
 *
 * Source: L. Breiman, "Random forests", Machine Learning 45, 2001, section 10; A. Fisher, C. Rudin, F. Dominici, Journal
 * of Machine Learning Research 20, 2019.
 *
 * @throws ArgumentError for another option, a feature that is not there, or fewer than two rows.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key, slice, tensor } from 'puregrad'
 * import { allForDev, regressionDataset } from 'puregrad/data'
 * import { permutationImportance, valuePredictions } from 'puregrad/evaluation'
 * const x = tensor([[1, 5], [2, 6], [3, 5], [4, 6], [5, 5]])
 * const part = allForDev(regressionDataset({ x, y: tensor([1, 2, 3, 4, 5]), featureNames: ['a', 'b'] }))
 * const found = permutationImportance({ part, key: key(0), predict: (of) => valuePredictions(slice(of, [0, 0], [5, 1]), ['y0']) })
 * E.isRight(found) ? found.right.map(({ name, value }) => [name, value > 0]) : [] // => [['a', true], ['b', false]]
 * ```
 * @category Importance
 */
export const permutationImportance = <
  P extends Dataset<'dev' | 'test'> | LabelledTable<'dev' | 'test'>,
  L = never,
>(
  options: ImportanceOptions<P, L>,
): E.Either<L, readonly FeatureImportance[]> => {
  checkOptions('permutationImportance', options, {
    predict: true,
    part: true,
    key: true,
    repeats: true,
    by: true,
    groups: true,
  })
  const { predict, key, repeats = 5 } = options
  const part: Dataset | LabelledTable = options.part
  checkSetting('permutationImportance', 'repeats', repeats, count)
  const by = deciderOf<RowLoss>(
    'permutationImportance',
    options.by,
    part.targets.kind === 'classes' ? ['accuracy', 'logLoss'] : ['squaredError', 'absoluteError'],
  )
  if (part.n < 2) throw new ArgumentError(`permutationImportance: expected at least two rows, got ${part.n}`)
  const names = isTable(part) ? part.features.columns.map(({ name }) => name) : part.featureNames
  const weights = rowWeights('permutationImportance', part.n, part.weights)
  const losses = (features: FeaturesOf<P>): E.Either<L, Float64Array> => {
    const said = predict(features)
    return pipe(
      '_tag' in said ? said : E.right(said),
      E.map((predictions) => lossesOf(predictions, part.y, by)),
    )
  }
  const shuffled = (of: ReadonlySet<string>, order: Tensor): FeaturesOf<P> =>
    (isTable(part)
      ? shuffledTable(part.features, of, order)
      : shuffledRows(part.x, names, of, order)) as FeaturesOf<P>
  const importance = (
    before: Float64Array,
    [name, of]: readonly [string, ReadonlySet<string>],
  ): E.Either<L, FeatureImportance> =>
    pipe(
      Array.from({ length: repeats }, (_, i) => permutation(foldIn(foldIn(key, name), i), part.n)),
      E.traverseArray((order) => losses(shuffled(of, order))),
      E.map((after) => {
        const gained = after.map((each) => each.map((loss, row) => loss - before[row]!))
        const average = before.map((_, row) => gained.reduce((sum, each) => sum + each[row]!, 0) / repeats)
        return {
          name,
          ...meanOfRows(average, weights),
          values: gained.map((each) => meanOfRows(each, weights).value),
        }
      }),
    )
  return pipe(
    losses(featuresOf<P>(part)),
    E.chain((before) =>
      pipe(
        checkedGroups(names, options.groups),
        E.traverseArray((group) => importance(before, group)),
      ),
    ),
    E.map((all) => all.toSorted((a, b) => b.value - a.value)),
  )
}
