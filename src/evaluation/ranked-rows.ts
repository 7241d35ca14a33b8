import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { ClassRows } from './class-rows.ts'

/** Rows of one score: how much those of the class and the others weigh. */
export interface ScoreStep {
  readonly score: number
  readonly positive: number
  readonly negative: number
}

/** Rows by the probability of one class. */
export interface RankedRows {
  /** From the highest score to the lowest, equal ones together. */
  readonly steps: readonly ScoreStep[]
  /** The step of each row. */
  readonly stepOf: Int32Array
  readonly isPositive: readonly boolean[]
  readonly positives: number
  readonly negatives: number
}

export const rankedRows = (rows: ClassRows, positive: number): RankedRows => {
  const { n, classes, probabilities, labels, weights } = rows
  const scores = Float64Array.from({ length: n }, (_, row) => probabilities[row * classes + positive]!)
  const order = Uint32Array.from({ length: n }, (_, row) => row).sort((a, b) => scores[b]! - scores[a]!)
  const steps: { score: number; positive: number; negative: number }[] = []
  const stepOf = new Int32Array(n)
  order.forEach((row) => {
    const score = scores[row]!
    /* eslint-disable functional/immutable-data -- one pass over sorted rows; nobody else sees the steps */
    if (steps.at(-1)?.score !== score) steps.push({ score, positive: 0, negative: 0 })
    const step = steps.at(-1)!
    if (labels[row] === positive) step.positive += weights.of[row]!
    else step.negative += weights.of[row]!
    stepOf[row] = steps.length - 1
    /* eslint-enable functional/immutable-data */
  })
  return {
    steps,
    stepOf,
    isPositive: Array.from(labels, (label) => label === positive),
    positives: steps.reduce((sum, step) => sum + step.positive, 0),
    negatives: steps.reduce((sum, step) => sum + step.negative, 0),
  }
}

/**
 * The class that curves are of: of two classes the second, as 1 after 0 and yes after no; of more it has to be said.
 *
 * @throws ArgumentError unless it is the number of a class.
 */
export const positiveClass = (
  where: string,
  names: readonly string[],
  positive: number | undefined,
): number => {
  if (positive === undefined && names.length !== 2)
    throw new ArgumentError(
      `${where}: positive: expected the number of the class to find, from 0 to ${names.length - 1}, as there are ${names.length}`,
    )
  const chosen = positive === undefined ? 1 : positive
  checkSetting(where, 'positive', chosen, { min: 0, max: names.length - 1, whole: true })
  return chosen
}

/** Sums up to and including each step. */
export const cumulative = (values: readonly number[]): readonly number[] => {
  const sums = Float64Array.from(values)
  sums.forEach((value, i) => {
    // eslint-disable-next-line functional/immutable-data -- a running sum over a copy made here
    sums[i] = (sums[i - 1] ?? 0) + value
  })
  return Array.from(sums)
}
