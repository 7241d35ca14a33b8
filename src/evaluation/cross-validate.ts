import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { concat, foldIn, take, tensor, type Key } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { SplitError } from '../data/split/deal-rows.ts'
import { baselineOf, baselinePredictions } from './baseline.ts'
import { foldRows, holdOut, type FoldRows, type HeldOut, type Splitter } from './fold-rows.ts'
import { foldSpread, type FoldSpread } from './fold-spread.ts'
import { judge } from './judge.ts'
import type { Judgement } from './judgement.ts'
import { measuresOf, measuresOfKind, type Measure, type Measures } from './measures.ts'
import type { Predictions } from './predictions.ts'
import { featuresOf, rowsOf, type Divisible, type FeaturesOf, type PartOf } from './rows-by-role.ts'

/**
 * The rows of one fold that a model may see. `whole` is `train` and `dev` together, for a model that has nothing to choose
 * by dev rows.
 *
 * @category Cross-validation
 */
export interface FoldParts<D> {
  readonly train: PartOf<D, 'train'>
  readonly dev: PartOf<D, 'dev'>
  readonly whole: PartOf<D, 'train'>
}

/**
 * Why a model says nothing of some rows, or rows cannot be divided.
 *
 * @category Cross-validation
 */
export interface PredictionProblem {
  readonly message: string
}

/**
 * A fitted model, as far as cross-validation is concerned.
 *
 * @category Cross-validation
 */
export interface FoldModel<D> {
  /** What it says of rows it has not seen; a left value where it cannot. */
  readonly predict: (features: FeaturesOf<D>) => Predictions | E.Either<PredictionProblem, Predictions>
  /** What was chosen on the way, for the record of the fold. */
  readonly chosen?: string
}

/**
 * A way from rows to a model. The key is the only source of randomness; `rows` are the positions of the whole's rows in the
 * data.
 *
 * @category Cross-validation
 */
export type FoldFit<D, L> = (
  parts: FoldParts<D>,
  key: Key,
  rows: readonly number[],
) => TE.TaskEither<L, FoldModel<D>>

/**
 * How {@link crossValidate} divides rows.
 *
 * @category Cross-validation
 */
export interface FoldingOptions<D> {
  readonly data: D
  /**
   * So many folds, with the share of every class kept where no class is too small for that; or a splitter of the data, for
   * folds by time or of ratios of your own.
   */
  readonly folds: number | Splitter<D>
  /** How often all rows are divided anew; once unless told otherwise. */
  readonly times?: number
  /** Keep the share of every class, and fail where that cannot be; or do not. */
  readonly stratify?: boolean
  /** The group of every row (a patient, a writer, a day): rows of one group stay together. */
  readonly groups?: readonly (number | string)[]
  /** The share of a fold's training rows that become its dev rows; 0.15 unless told otherwise. */
  readonly devShare?: number
  /** Whether dev rows are drawn (the default) or the last of the training rows, which suits rows in the order of time. */
  readonly devRows?: 'drawn' | 'last'
  readonly key: Key
}

/**
 * What {@link crossValidate} is told.
 *
 * @category Cross-validation
 */
export interface CrossValidationOptions<D, L> extends FoldingOptions<D> {
  readonly fit: FoldFit<D, L>
  /** Told of each fold when it is done. */
  readonly onFold?: (fold: FoldResult<L>) => void
}

/**
 * One fold: how a model that has not seen its rows did on them, or why there is none.
 *
 * @category Cross-validation
 */
export interface FoldResult<L> {
  /** Which repetition and which fold of it, from 0. */
  readonly time: number
  readonly fold: number
  readonly trainRows: number
  /** The positions of the rows it is judged by. */
  readonly rows: readonly number[]
  readonly result: E.Either<L | PredictionProblem, FoldOutcome>
}

/**
 * What a fold comes to where it does not fail.
 *
 * @category Cross-validation
 */
export interface FoldOutcome {
  readonly predictions: Predictions
  readonly judgement: Judgement
  readonly measures: Measures
  /** The same figures of the baseline of the fold's training rows. */
  readonly baseline: Measures
  readonly chosen?: string
}

/**
 * What a way of making models is worth, over folds.
 *
 * @category Cross-validation
 */
export interface CrossValidation<L> {
  readonly kind: 'classes' | 'values'
  readonly folds: readonly FoldResult<L>[]
  /** Folds without a model; figures are over the others. */
  readonly failures: readonly {
    readonly time: number
    readonly fold: number
    readonly error: L | PredictionProblem
  }[]
  readonly measures: Readonly<Partial<Record<Measure, FoldSpread>>>
  /** Figures of the baselines. */
  readonly baseline: Readonly<Partial<Record<Measure, FoldSpread>>>
  /** The difference of each figure to that of the baseline, fold by fold. */
  readonly overBaseline: Readonly<Partial<Record<Measure, FoldSpread>>>
  /** All rows that were judged, by models that have not seen them, in the order of the folds. */
  readonly outOfFold:
    { readonly rows: readonly number[]; readonly y: Tensor; readonly predictions: Predictions } | undefined
}

const at = (rows: readonly number[]): Tensor => tensor([...rows], { dtype: 'int32' })

const isEither = <L>(found: Predictions | E.Either<L, Predictions>): found is E.Either<L, Predictions> =>
  '_tag' in found

/** Fits and judges one fold. */
const runFold = <D extends Divisible, L>(
  { data, key, fit }: CrossValidationOptions<D, L>,
  held: HeldOut,
  { time, fold, train, dev }: FoldRows,
): TE.TaskEither<L | PredictionProblem, FoldOutcome> => {
  const own = foldIn(foldIn(foldIn(key, 'fit'), time), fold)
  const judged = rowsOf(data, at(dev), 'dev')
  const whole = rowsOf(data, at(train), 'train')
  return pipe(
    TE.fromEither(holdOut(data, train, held, foldIn(own, 'dev'), (rows) => take(data.y, rows))),
    TE.chainW((inner) =>
      fit(
        { train: rowsOf(data, at(inner.train), 'train'), dev: rowsOf(data, at(inner.dev), 'dev'), whole },
        foldIn(own, 'model'),
        train,
      ),
    ),
    TE.chainEitherKW((model) => {
      const found = model.predict(featuresOf<D>(judged))
      return pipe(
        isEither(found) ? found : E.right(found),
        E.map((predictions): FoldOutcome => {
          const baseline = baselineOf(whole)
          const options = judged.weights === undefined ? { baseline } : { baseline, weights: judged.weights }
          const judgement = judge(predictions, judged.y, options)
          return {
            predictions,
            judgement,
            measures: measuresOf(judgement),
            baseline: measuresOf(judge(baselinePredictions(baseline, judged.n), judged.y, options)),
            ...(model.chosen === undefined ? {} : { chosen: model.chosen }),
          }
        }),
      )
    }),
  )
}

type Done = FoldOutcome & { readonly rows: readonly number[]; readonly trainRows: number }

const joined = (data: Divisible, done: readonly Done[]): CrossValidation<never>['outOfFold'] => {
  const [first] = done
  if (first === undefined) return undefined
  const rows = done.flatMap((fold) => fold.rows)
  const tensors = done.map(({ predictions }) =>
    predictions.kind === 'classes' ? predictions.probabilities : predictions.estimates,
  )
  const all = concat(tensors, { axis: 0 })
  const { kind, names } = first.predictions
  return {
    rows,
    y: take(data.y, at(rows)),
    predictions: kind === 'classes' ? { kind, names, probabilities: all } : { kind, names, estimates: all },
  }
}

const summaryOf = <L>(data: Divisible, folds: readonly FoldResult<L>[]): CrossValidation<L> => {
  const done = folds.flatMap(({ result, rows, trainRows }): readonly Done[] =>
    E.isRight(result) ? [{ ...result.right, rows, trainRows }] : [],
  )
  const { kind } = data.targets
  const mean = (of: (fold: Done) => number): number =>
    done.reduce((sum, fold) => sum + of(fold), 0) / Math.max(1, done.length)
  const sizes = {
    trainRows: Math.max(
      1,
      mean(({ trainRows }) => trainRows),
    ),
    devRows: Math.max(
      1,
      mean(({ rows }) => rows.length),
    ),
  }
  const spreads = (
    of: (fold: Done, measure: Measure) => number,
  ): Readonly<Partial<Record<Measure, FoldSpread>>> =>
    Object.fromEntries(
      measuresOfKind(kind).map((measure) => [
        measure,
        foldSpread(
          done.map((fold) => of(fold, measure)),
          sizes,
        ),
      ]),
    )
  const own = (fold: Done, measure: Measure): number => fold.measures[measure] ?? NaN
  const simple = (fold: Done, measure: Measure): number => fold.baseline[measure] ?? NaN
  return {
    kind,
    folds,
    failures: folds.flatMap(({ time, fold, result }) =>
      E.isLeft(result) ? [{ time, fold, error: result.left }] : [],
    ),
    measures: spreads(own),
    baseline: spreads(simple),
    overBaseline: spreads((fold, measure) => own(fold, measure) - simple(fold, measure)),
    outOfFold: joined(data, done),
  }
}

/** The options that say how rows are divided into folds, and who hears of them. */
export const divisionNames = {
  data: true,
  folds: true,
  times: true,
  stratify: true,
  groups: true,
  devShare: true,
  devRows: true,
  key: true,
  onFold: true,
} as const

/**
 * What a way of making models is worth: rows are divided into folds, a model is fitted on all folds but one and judged by
 * that one, in turn. Each fold's training rows are divided once more, so that early stopping has dev rows of its own and
 * never sees the rows that judge. Figures come with mean, standard deviation and the interval of Nadeau and Bengio, beside
 * those of the baseline; predictions of all rows by models that have not seen them are there to be looked at.
 *
 * The same key gives the same folds, whatever is fitted, so results may be compared fold by fold; see `compareModels`. A
 * model that cannot be fitted is a left value in its fold; the whole is a left value only where rows cannot be divided.
 *
 * Source: M. Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the Royal Statistical
 * Society B 36, 1974.
 *
 * @throws ArgumentError for another option, or one outside its range.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as TE from 'fp-ts/lib/TaskEither.js'
 * import { key, tensor } from 'puregrad'
 * import { regressionDataset } from 'puregrad/data'
 * import { baselineOf, baselinePredictions, crossValidate } from 'puregrad/evaluation'
 * const y = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { dtype: 'float64' })
 * const data = regressionDataset({ x: tensor(Array.from({ length: 10 }, (_, i) => [i])), y })
 * const result = await crossValidate({
 *   data,
 *   folds: 5,
 *   key: key(0),
 *   // The mean of the training rows for every row: a model that is the baseline.
 *   fit: ({ whole }) => TE.right({ predict: (x) => baselinePredictions(baselineOf(whole), x.shape[0] ?? 0) }),
 * })()
 * E.isRight(result) ? result.right.folds.length : 0 // => 5
 * E.isRight(result) ? result.right.overBaseline.rootMeanSquaredError?.mean : NaN // => 0
 * ```
 * @category Cross-validation
 */
export const crossValidate = <D extends Divisible, L>(
  options: CrossValidationOptions<D, L>,
): TE.TaskEither<SplitError, CrossValidation<L>> => {
  checkOptions('crossValidate', options, { ...divisionNames, fit: true })
  const {
    data,
    folds,
    times = 1,
    stratify,
    groups,
    devShare = 0.15,
    devRows = 'drawn',
    key,
    onFold,
  } = options
  if (typeof folds !== 'function') checkSetting('crossValidate', 'folds', folds, { min: 2, whole: true })
  checkSetting('crossValidate', 'times', times, count)
  checkSetting('crossValidate', 'devShare', devShare, { above: 0, below: 1 })
  checkChoice('crossValidate', 'devRows', devRows, ['drawn', 'last'])
  if (stratify !== undefined) checkChoice('crossValidate', 'stratify', stratify, [true, false])
  const shared = {
    ...(stratify === undefined ? {} : { stratify }),
    ...(groups === undefined ? {} : { groups }),
  }
  const one = (rows: FoldRows): T.Task<FoldResult<L>> =>
    pipe(
      runFold(options, { devShare, devRows, ...shared }, rows),
      T.map((result): FoldResult<L> => {
        const { time, fold, train, dev } = rows
        const done = { time, fold, trainRows: train.length, rows: dev, result }
        onFold?.(done)
        return done
      }),
    )
  return pipe(
    TE.fromEither(foldRows(data, { folds, times, ...shared }, key)),
    TE.chainTaskK(T.traverseSeqArray(one)),
    TE.map((done) => summaryOf(data, done)),
  )
}
