import { differenceInterval, wilsonInterval, type Interval, type Proportion } from './confidence.ts'

/** Error rates (fractions in [0, 1]) and the numbers of rows they were measured on. */
export interface ErrorReport {
  readonly train: Proportion
  readonly dev: Proportion
  readonly test?: Proportion
  /** Rows from the distribution of the training data that were kept out of training. */
  readonly trainDev?: Proportion
  /** The error nobody can go below (a human's, or Bayes'); 0 unless told otherwise. */
  readonly floor?: number
  /** The smallest gap that matters; 0.02 unless told otherwise. */
  readonly tolerance?: number
}

/** A gap that errors can show. */
export type Problem = 'high-bias' | 'high-variance' | 'mismatch' | 'dev-overfit'

/** What the errors say. For 'inconclusive', `about` names the problem that more rows would confirm or exclude. */
export type Finding = {
  readonly gap: number
  readonly interval: Interval
  readonly advice: readonly [string, ...string[]]
} & ({ readonly kind: Problem | 'ok' } | { readonly kind: 'inconclusive'; readonly about: Problem })

const adviceFor: Readonly<Record<Problem, readonly [string, ...string[]]>> = {
  'high-bias': [
    'use a larger network',
    'train longer, or with another optimizer or learning rate',
    'lessen regularisation',
  ],
  'high-variance': [
    'get more training rows',
    'regularise more (L2, dropout, early stopping)',
    'use a smaller network',
  ],
  mismatch: [
    'compare training and dev rows to see how they differ',
    'make the training rows more like the dev rows',
  ],
  'dev-overfit': [
    'get more dev rows: too many choices were made on these',
    'check that dev and test rows come from one distribution',
  ],
}

const rowsFor: Readonly<Record<Problem, string>> = {
  'high-bias': 'training',
  'high-variance': 'dev',
  mismatch: 'dev',
  'dev-overfit': 'dev and test',
}

/** One gap: what it would be a sign of, its size and its 95 % interval. */
interface Gap {
  readonly problem: Problem
  readonly gap: number
  readonly interval: Interval
}

const between = (problem: Problem, higher: Proportion, lower: Proportion): Gap => ({
  problem,
  gap: higher.value - lower.value,
  interval: differenceInterval(higher, lower),
})

const aboveFloor = (train: Proportion, floor: number): Gap => {
  const [lower, upper] = wilsonInterval(train.value * train.n, train.n)
  return { problem: 'high-bias', gap: train.value - floor, interval: [lower - floor, upper - floor] }
}

const judge = ({ problem, gap, interval }: Gap, tolerance: number): Finding | undefined =>
  interval[0] > tolerance
    ? { kind: problem, gap, interval, advice: adviceFor[problem] }
    : interval[1] > tolerance
      ? {
          kind: 'inconclusive',
          about: problem,
          gap,
          interval,
          advice: [`measure on more ${rowsFor[problem]} rows: these are too few to tell`],
        }
      : undefined

/**
 * Reads bias and variance off the errors, each with a 95 % interval; several findings at once are possible.
 *
 * A gap is a finding when its interval lies above the tolerance and 'inconclusive' when it straddles it:
 * train − floor is bias, dev − train is variance, test − dev is a dev set used too often. With `trainDev`,
 * variance is trainDev − train and dev − trainDev is a mismatch of distributions. No gap at all is 'ok', reported
 * with the widest gap.
 *
 * Source: A. Ng, Machine Learning Yearning, chapters 20–24 and 40–41. Raising the dev error never removes a
 * 'high-variance'.
 *
 * @example
 * ```ts
 * import { diagnose } from 'puregrad/training'
 * const n = 100_000
 * const both = diagnose({ train: { value: 0.15, n }, dev: { value: 0.3, n } })
 * both.map(({ kind }) => kind) // => ['high-bias', 'high-variance']
 * const tooFewRows = diagnose({ train: { value: 0, n }, dev: { value: 0.03, n: 100 } })
 * tooFewRows.map(({ kind }) => kind) // => ['inconclusive']
 * ```
 */
export const diagnose = ({
  train,
  dev,
  test,
  trainDev,
  floor = 0,
  tolerance = 0.02,
}: ErrorReport): readonly [Finding, ...Finding[]] => {
  const bias = aboveFloor(train, floor)
  const gaps: readonly Gap[] = [
    bias,
    between('high-variance', trainDev ?? dev, train),
    ...(trainDev === undefined ? [] : [between('mismatch', dev, trainDev)]),
    ...(test === undefined ? [] : [between('dev-overfit', test, dev)]),
  ]
  const [first, ...others] = gaps.flatMap((gap) => judge(gap, tolerance) ?? [])
  if (first !== undefined) return [first, ...others]
  const widest = gaps.reduce((a, b) => (b.gap > a.gap ? b : a), bias)
  return [{ kind: 'ok', gap: widest.gap, interval: widest.interval, advice: ['keep these settings'] }]
}
