import * as E from 'fp-ts/lib/Either.js'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { comparePredictions } from './compare-predictions.ts'
import { verdictOf } from './compared.ts'
import type { CrossValidation, FoldOutcome, FoldResult } from './cross-validate.ts'
import { foldSpread, type FoldSpread } from './fold-spread.ts'
import type { ClassDecider, ValueDecider, Verdict } from './judgement.ts'
import { higherIsBetter, measuresOfKind, type Measure } from './measures.ts'
import type { PairedDifference } from './paired-difference.ts'

/**
 * How one model does beside the others.
 *
 * @category Comparisons
 */
export interface ComparedModel {
  readonly name: string
  readonly measures: Readonly<Partial<Record<Measure, FoldSpread>>>
  /** Folds that came to a model. */
  readonly folds: number
  /** The difference of the deciding figure to that of the baseline. */
  readonly overBaseline: PairedDifference & { readonly verdict: Verdict }
  /** The same to the best model; `not better` where it may be as good, `worse` where it is not. */
  readonly toBest: PairedDifference & { readonly verdict: Verdict }
}

/**
 * Models side by side.
 *
 * @category Comparisons
 */
export interface ModelComparison {
  readonly kind: 'classes' | 'values'
  /** The figure that decides. */
  readonly by: Measure
  /** Folds that all models came through, which differences are over. */
  readonly folds: number
  readonly baseline: Readonly<Partial<Record<Measure, FoldSpread>>>
  readonly models: readonly ComparedModel[]
  /** The best mean of the deciding figure. */
  readonly best: string
  /** The models that may be as good as the best, itself among them, in the order given. */
  readonly asGood: readonly string[]
  /** The first of those that are better than the baseline; undefined where none is: then the baseline does as well. */
  readonly choose: string | undefined
}

/** What rows are compared by where there is one fold only. */
const rowDecider: Readonly<Partial<Record<Measure, ClassDecider | ValueDecider>>> = {
  accuracy: 'accuracy',
  balancedAccuracy: 'balancedAccuracy',
  logLoss: 'logLoss',
  rootMeanSquaredError: 'squaredError',
  meanAbsoluteError: 'absoluteError',
  rSquared: 'squaredError',
}

interface Model {
  readonly name: string
  readonly result: CrossValidation<unknown>
  readonly done: ReadonlyMap<string, FoldResult<unknown> & { readonly outcome: FoldOutcome }>
}

const foldName = ({ time, fold }: FoldResult<unknown>): string => `${time}/${fold}`

const modelOf = ([name, result]: readonly [string, CrossValidation<unknown>]): Model => ({
  name,
  result,
  done: new Map(
    result.folds.flatMap((fold) =>
      E.isRight(fold.result) ? [[foldName(fold), { ...fold, outcome: fold.result.right }] as const] : [],
    ),
  ),
})

const sameRows = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((row, i) => row === b[i])

/** The folds that all came through, in the order of the first model. */
const sharedFolds = (models: readonly [Model, ...Model[]]): readonly string[] => {
  const shared = [...models[0].done.keys()].filter((fold) => models.every(({ done }) => done.has(fold)))
  const odd = models.find(({ done }) =>
    shared.some((fold) => !sameRows(done.get(fold)!.rows, models[0].done.get(fold)!.rows)),
  )
  if (odd !== undefined)
    throw new ArgumentError(
      `compareModels: expected results over the same folds, but those of ${odd.name} hold other rows than those of ${models[0].name}; give both the same data, folds and key`,
    )
  if (shared.length === 0)
    throw new ArgumentError('compareModels: expected a fold that every model came through, got none')
  return shared
}

const sizesOf = ({ done }: Model, folds: readonly string[]) => {
  const mean = (of: (fold: FoldResult<unknown>) => number): number =>
    folds.reduce((sum, fold) => sum + of(done.get(fold)!), 0) / folds.length
  return { trainRows: mean(({ trainRows }) => trainRows), devRows: mean(({ rows }) => rows.length) }
}

const pairOver = (values: readonly number[], sizes: ReturnType<typeof sizesOf>): PairedDifference => {
  const { mean, interval, pValue } = foldSpread(values, sizes)
  return { difference: mean, interval, pValue }
}

const unknownPair = (difference: number): PairedDifference => ({
  difference,
  interval: [-Infinity, Infinity],
  pValue: 1,
})

/**
 * A difference of rows in the unit of the figure: of RMSE it is that of mean squares over the sum of both, of R² that of
 * mean squares over minus the variance, so the bounds are stretched as the difference is.
 */
const inUnitOf = (pair: PairedDifference, difference: number, by: Measure): PairedDifference => {
  const stretch = difference / pair.difference
  if (difference === 0 && pair.difference === 0) return { ...pair, difference }
  // Of several targets, means of figures and of rows may point to different sides.
  if (!Number.isFinite(stretch) || stretch < 0 !== (by === 'rSquared')) return unknownPair(difference)
  const [one, other] = pair.interval.map((bound) => bound * stretch)
  return { difference, interval: stretch < 0 ? [other!, one!] : [one!, other!], pValue: pair.pValue }
}

/** Row by row, where there is one fold. */
const pairInFold = (model: Model, other: Model, fold: string, by: Measure): PairedDifference => {
  const decider = rowDecider[by]
  const [own, best] = [model.done.get(fold)!.outcome, other.done.get(fold)!.outcome]
  const difference = (own.measures[by] ?? NaN) - (best.measures[by] ?? NaN)
  const judged = model.result.outOfFold
  if (model.name === other.name) return { difference: 0, interval: [0, 0], pValue: 1 }
  if (decider === undefined || judged === undefined) return unknownPair(difference)
  return inUnitOf(
    comparePredictions(own.predictions, best.predictions, judged.y, { by: decider }),
    difference,
    by,
  )
}

const overBaselineInFold = ({ done }: Model, fold: string, by: Measure): PairedDifference => {
  const { judgement, measures, baseline } = done.get(fold)!.outcome
  const row = judgement.against.find((each) => each.by === rowDecider[by])
  const difference = (measures[by] ?? NaN) - (baseline[by] ?? NaN)
  return row === undefined ? unknownPair(difference) : inUnitOf(row, difference, by)
}

/**
 * Models side by side, from their cross-validations over the same folds: figures with their spread, how far each is over
 * the baseline and from the best, and which to take: the first in the order given (simple ones first) that may be as good
 * as the best and is better than the baseline. On small tables that is often the linear one.
 *
 * Differences are taken fold by fold, with the interval of Nadeau and Bengio; where there is one fold only, row by row,
 * which accuracy, balanced accuracy, log loss, RMSE, MAE and R² allow.
 *
 * @param results the name of each model and its cross-validation, with the same data, folds and key.
 * @throws ArgumentError where folds differ, no fold has a result of every model, and for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as TE from 'fp-ts/lib/TaskEither.js'
 * import { add, key, mul, reshape, tensor } from 'puregrad'
 * import { regressionDataset } from 'puregrad/data'
 * import { compareModels, crossValidate, valuePredictions } from 'puregrad/evaluation'
 * const x = tensor(Array.from({ length: 40 }, (_, i) => [i / 10]), { dtype: 'float64' })
 * const data = regressionDataset({ x, y: tensor(Array.from({ length: 40 }, (_, i) => i / 10 + Math.sin(i))) })
 * const slope = (by: number) => crossValidate({ data, folds: 5, key: key(0), fit: () => TE.right({ predict: (of) => valuePredictions(mul(of, by), ['y0']) }) })()
 * const [half, one] = [await slope(0.5), await slope(1)]
 * const compared = E.isRight(half) && E.isRight(one) ? compareModels({ half: half.right, one: one.right }) : undefined
 * compared?.best // => 'one'
 * compared?.choose // => 'one'
 * ```
 * @category Comparisons
 */
export const compareModels = (
  results: Readonly<Record<string, CrossValidation<unknown>>>,
  options: { readonly by?: Measure } = {},
): ModelComparison => {
  checkOptions<{ readonly by?: Measure }>('compareModels', options, { by: true })
  const [first, ...others] = Object.entries(results).map(modelOf)
  if (first === undefined) throw new ArgumentError('compareModels: expected a model, got none')
  const models = [first, ...others] as const
  const { kind } = first.result
  const measures = measuresOfKind(kind)
  const { by = measures[0]! } = options
  checkChoice('compareModels', 'by', by, measures)
  const folds = sharedFolds(models)
  const sizes = sizesOf(first, folds)
  const valueOf = (model: Model, fold: string): number => model.done.get(fold)!.outcome.measures[by] ?? NaN
  const meanOf = (model: Model): number =>
    foldSpread(
      folds.map((fold) => valueOf(model, fold)),
      sizes,
    ).mean * (higherIsBetter[by] ? 1 : -1)
  const best = models.reduce((a, b) => (meanOf(b) > meanOf(a) ? b : a))
  const judged = (pair: PairedDifference) => ({
    ...pair,
    verdict: verdictOf(pair.interval, higherIsBetter[by]),
  })
  const [only] = folds
  const compared = models.map((model): ComparedModel => ({
    name: model.name,
    measures: model.result.measures,
    folds: model.done.size,
    overBaseline: judged(
      folds.length === 1
        ? overBaselineInFold(model, only!, by)
        : pairOver(
            folds.map((fold) => valueOf(model, fold) - (model.done.get(fold)!.outcome.baseline[by] ?? NaN)),
            sizes,
          ),
    ),
    toBest: judged(
      folds.length === 1
        ? pairInFold(model, best, only!, by)
        : pairOver(
            folds.map((fold) => valueOf(model, fold) - valueOf(best, fold)),
            sizes,
          ),
    ),
  }))
  const asGood = compared.filter(({ toBest }) => toBest.verdict !== 'worse')
  return {
    kind,
    by,
    folds: folds.length,
    baseline: first.result.baseline,
    models: compared,
    best: best.name,
    asGood: asGood.map(({ name }) => name),
    choose: asGood.find(({ overBaseline }) => overBaseline.verdict === 'better')?.name,
  }
}
