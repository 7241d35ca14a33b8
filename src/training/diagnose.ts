import { actionsFor, actionText, type Action } from './advice.ts'
import type { Interval } from './confidence.ts'
import { errorGaps, type DiagnosisOptions, type ErrorReport } from './error-gaps.ts'
import type { ErrorGap } from './gap.ts'
import type { Problem } from './problem.ts'
import { regressionGaps, type RegressionReport } from './regression-gaps.ts'

/**
 * What the errors say. For 'inconclusive', `about` names the problem that more rows would confirm or exclude.
 *
 * @category Diagnosis
 */
export type Finding = {
  readonly gap: number
  readonly interval: Interval
  /** What to do, the most promising first; no finding asks for what another one forbids. */
  readonly actions: readonly [Action, ...Action[]]
  /** The same in words. */
  readonly advice: readonly [string, ...string[]]
} & (
  | { readonly kind: Problem | 'ok' }
  | { readonly kind: 'inconclusive'; readonly about: Problem; readonly rowsNeeded: number }
)

const rowsFor: Readonly<Record<Problem, string>> = {
  'high-bias': 'training',
  'high-variance': 'dev',
  'normalization-mismatch': 'training',
  mismatch: 'dev',
  'dev-overfit': 'dev and test',
  'no-better-than-baseline': 'dev',
}

const textOf = (action: Action): string =>
  action === 'measure-more' ? 'measure on more rows' : actionText[action]

const findingOf =
  (all: readonly Problem[]) =>
  ({ problem, gap, interval, present, rowsNeeded }: ErrorGap): readonly Finding[] => {
    if (present === 'no') return []
    if (present === 'yes') {
      const [first, ...others] = actionsFor(problem, all)
      return [
        {
          kind: problem,
          gap,
          interval,
          actions: [first, ...others],
          advice: [textOf(first), ...others.map(textOf)],
        },
      ]
    }
    const rows = Number.isFinite(rowsNeeded) ? `about ${rowsNeeded}` : 'more'
    return [
      {
        kind: 'inconclusive',
        about: problem,
        gap,
        interval,
        rowsNeeded,
        actions: ['measure-more'],
        advice: [`too few ${rowsFor[problem]} rows to tell: measure on ${rows}`],
      },
    ]
  }

/** In the order in which one problem hides the next. */
const order: readonly Problem[] = [
  'normalization-mismatch',
  'high-bias',
  'high-variance',
  'mismatch',
  'dev-overfit',
  'no-better-than-baseline',
]

const findingsOf = (gaps: readonly [ErrorGap, ErrorGap, ...ErrorGap[]]): readonly [Finding, ...Finding[]] => {
  const present = gaps.filter((gap) => gap.present === 'yes').map(({ problem }) => problem)
  const [first, ...others] = gaps
    .toSorted((a, b) => order.indexOf(a.problem) - order.indexOf(b.problem))
    .flatMap(findingOf(present))
  if (first !== undefined) return [first, ...others]
  const { gap, interval } = gaps.reduce((a, b) => (b.gap > a.gap ? b : a))
  return [{ kind: 'ok', gap, interval, actions: ['keep'], advice: [actionText.keep] }]
}

/**
 * Reads bias and variance off the errors, each with a 95 % interval; several findings at once are possible.
 *
 * A gap is a finding when its interval lies above the tolerance and 'inconclusive' when it straddles it:
 * train − floor is bias, dev − train is variance, test − dev is a dev set used too often. With `trainDev`,
 * variance is trainDev − train and dev − trainDev is a mismatch of distributions. With `ownStatistics` (measured in
 * `calibrateMode`), train − ownStatistics is batch normalization's: its tracked statistics do not fit. No gap at all is
 * 'ok', reported with the widest gap; `errorGaps` lists all of them. With `baseline`, a dev error that is not below it is
 * a finding of its own, so that nothing is 'ok' which is no better.
 *
 * The advice of all findings together never asks for a thing and its opposite. Problems are taken in the order in which
 * one hides the next: the statistics of normalization, bias, variance, then what is about the parts. With both bias and
 * variance, bias asks for a larger network and longer training, and variance for more rows only: a smaller network or
 * more regularization would undo what bias needs. What is inconclusive asks for nothing but rows to measure on.
 *
 * Source: A. Ng, Machine Learning Yearning, chapters 20–27 and 40–41. Raising the dev error never removes a
 * 'high-variance'.
 *
 * @throws ArgumentError for an error, floor or tolerance outside [0, 1] (percent, for example), another name or rule, or
 * where the literal rule is asked for without a test error.
 * @example
 * ```ts
 * import { diagnose } from 'puregrad/training'
 * const n = 100_000
 * const both = diagnose({ train: { value: 0.15, n }, dev: { value: 0.3, n } })
 * both.map(({ kind, advice }) => `${kind}: ${advice[0]}`) // => ['high-bias: use a larger network', 'high-variance: get more training rows']
 * const tooFewRows = diagnose({ train: { value: 0, n }, dev: { value: 0.03, n: 100 } })
 * tooFewRows.map(({ kind, advice }) => `${kind}: ${advice[0]}`) // => ['inconclusive: too few dev rows to tell: measure on about 800']
 * const overfit = { train: { value: 0, n }, dev: { value: 0.49, n }, test: { value: 0.49, n } }
 * diagnose(overfit).map(({ kind }) => kind) // => ['high-variance']
 * diagnose(overfit, { rule: 'slideLiteral' }).map(({ kind }) => kind) // => ['ok']
 * ```
 * @category Diagnosis
 */
export const diagnose = (
  report: ErrorReport,
  options: DiagnosisOptions = {},
): readonly [Finding, ...Finding[]] => findingsOf(errorGaps(report, options))

/**
 * Reads bias and variance off the mean squared errors of a regression, as shares of the baseline's, by the same rule as
 * `diagnose`.
 *
 * @throws ArgumentError for an error that is not finite and 0 or more, a baseline that is not positive, and another name.
 * @example
 * ```ts
 * import { diagnoseRegression } from 'puregrad/training'
 * const error = (value: number) => ({ value, interval: [0.95 * value, 1.05 * value] as const, n: 1000 })
 * const findings = diagnoseRegression({ train: error(2), dev: error(40), baseline: 100, floor: 1 })
 * findings.map(({ kind, gap }) => `${kind} ${gap.toFixed(2)}`) // => ['high-variance 0.38']
 * const useless = diagnoseRegression({ train: error(99), dev: error(101), baseline: 100 })
 * useless.map(({ kind }) => kind) // => ['high-bias', 'inconclusive', 'inconclusive']
 * ```
 * @category Diagnosis
 */
export const diagnoseRegression = (report: RegressionReport): readonly [Finding, ...Finding[]] =>
  findingsOf(regressionGaps(report))
