import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { foldIn } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { SplitError } from '../data/split/deal-rows.ts'
import {
  crossValidate,
  divisionNames,
  type CrossValidation,
  type FoldFit,
  type FoldingOptions,
  type FoldResult,
  type PredictionProblem,
} from './cross-validate.ts'
import { higherIsBetter, measuresOfKind, type Measure } from './measures.ts'
import type { Divisible } from './rows-by-role.ts'

/**
 * Why nothing could be chosen in a fold.
 *
 * @category Cross-validation
 */
export interface NoCandidate<L> {
  readonly kind: 'no-candidate'
  readonly message: string
  /** The first failure of each candidate. */
  readonly errors: Readonly<Record<string, L | PredictionProblem>>
}

/**
 * What {@link nestedCrossValidate} is told.
 *
 * @category Cross-validation
 */
export interface NestedOptions<D, L> extends FoldingOptions<D> {
  /** What is chosen among. */
  readonly candidates: Readonly<Record<string, FoldFit<D, L>>>
  /** How many folds each candidate is tried in, inside the training rows of each outer fold. */
  readonly inner: number
  /** What is chosen by: the accuracy of classes and the root mean squared error of numbers unless told otherwise. */
  readonly by?: Measure
  readonly onFold?: (fold: FoldResult<L | NoCandidate<L>>) => void
}

/** The name of the best candidate by its mean over the inner folds. */
const bestOf = <L>(
  tried: readonly (readonly [string, CrossValidation<L>])[],
  by: Measure,
): string | undefined =>
  tried
    .map(([name, { failures, measures }]) => ({
      name,
      score: failures.length > 0 ? NaN : (measures[by]?.mean ?? NaN) * (higherIsBetter[by] ? 1 : -1),
    }))
    .filter(({ score }) => !Number.isNaN(score))
    .reduce<{ readonly name: string; readonly score: number } | undefined>(
      (best, each) => (best === undefined || each.score > best.score ? each : best),
      undefined,
    )?.name

/**
 * Cross-validation of a choice: in the training rows of each outer fold every candidate is cross-validated, the best one
 * is fitted on all of them, and the outer fold judges it. What comes out is what choosing is worth; the inner figures of
 * the winner would be too good. Each outer fold says which candidate was `chosen`: where they differ, the choice is not
 * settled.
 *
 * Source: S. Varma, R. Simon, "Bias in error estimation when using cross-validation for model selection", BMC
 * Bioinformatics 7, 2006; G. C. Cawley, N. L. C. Talbot, Journal of Machine Learning Research 11, 2010.
 *
 * @throws ArgumentError for another option, or one outside its range, and without candidates.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as TE from 'fp-ts/lib/TaskEither.js'
 * import { full, key, tensor } from 'puregrad'
 * import { regressionDataset } from 'puregrad/data'
 * import { nestedCrossValidate, valuePredictions, type FoldFit } from 'puregrad/evaluation'
 * const data = regressionDataset({ x: tensor(Array.from({ length: 20 }, (_, i) => [i])), y: tensor(Array.from({ length: 20 }, (_, i) => i % 3)) })
 * const constant = (value: number): FoldFit<typeof data, never> => () =>
 *   TE.right({ predict: (x) => valuePredictions(full([x.shape[0] ?? 0], value), ['y0']) })
 * const result = await nestedCrossValidate({ data, folds: 4, inner: 3, key: key(0), candidates: { zero: constant(0), one: constant(1) } })()
 * const chosen = E.isRight(result) ? result.right.folds.map((fold) => (E.isRight(fold.result) ? fold.result.right.chosen : '')) : []
 * chosen // => ['one', 'one', 'one', 'one']
 * ```
 * @category Cross-validation
 */
export const nestedCrossValidate = <D extends Divisible, L>(
  options: NestedOptions<D, L>,
): TE.TaskEither<SplitError, CrossValidation<L | NoCandidate<L>>> => {
  checkOptions('nestedCrossValidate', options, {
    ...divisionNames,
    candidates: true,
    inner: true,
    by: true,
  })
  const measures = measuresOfKind(options.data.targets.kind)
  const { candidates, inner, by: measure = measures[0]!, ...outer } = options
  checkSetting('nestedCrossValidate', 'inner', inner, { min: 2, whole: true })
  checkChoice('nestedCrossValidate', 'by', measure, measures)
  const named = Object.entries(candidates)
  if (named.length === 0) throw new ArgumentError('nestedCrossValidate: expected a candidate, got none')
  const { stratify, groups, devShare, devRows } = options
  const fit: FoldFit<D, L | NoCandidate<L>> = (parts, key, rows) =>
    pipe(
      named,
      TE.traverseSeqArray(([name, candidate]) =>
        pipe(
          crossValidate<D, L>({
            // The training rows of a fold are of the kind of the whole.
            data: parts.whole as unknown as D,
            folds: inner,
            key: foldIn(key, 'inner'),
            fit: candidate,
            ...(stratify === undefined ? {} : { stratify }),
            ...(groups === undefined ? {} : { groups: rows.map((row) => groups[row]!) }),
            ...(devShare === undefined ? {} : { devShare }),
            ...(devRows === undefined ? {} : { devRows }),
          }),
          TE.map((tried) => [name, tried] as const),
        ),
      ),
      TE.mapLeft((error): L | NoCandidate<L> => ({
        kind: 'no-candidate',
        message: `nestedCrossValidate: the inner folds: ${error.message}`,
        errors: Object.fromEntries(named.map(([name]) => [name, error])),
      })),
      TE.chain((tried) => {
        const best = bestOf(tried, measure)
        const chosen = named.find(([name]) => name === best)
        return chosen === undefined
          ? TE.left<L | NoCandidate<L>>({
              kind: 'no-candidate',
              message: `nestedCrossValidate: none of ${named.map(([name]) => name).join(', ')} could be fitted in every inner fold`,
              errors: Object.fromEntries(
                tried.flatMap(([name, { failures }]) =>
                  failures[0] === undefined ? [] : [[name, failures[0].error]],
                ),
              ),
            })
          : pipe(
              chosen[1](parts, foldIn(key, 'chosen'), rows),
              TE.mapLeft((error): L | NoCandidate<L> => error),
              TE.map((model) => ({ ...model, chosen: chosen[0] })),
            )
      }),
    )
  return crossValidate<D, L | NoCandidate<L>>({ ...outer, fit })
}
