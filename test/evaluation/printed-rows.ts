import { tensor } from '../../src/index.ts'
import { classPredictions, valuePredictions } from '../../src/evaluation/index.ts'

/** A tensor of doubles. */
export const doubles = (values: number | readonly unknown[]) =>
  tensor(values as number[], { dtype: 'float64' })

/** The numbers of classes. */
export const classes = (values: readonly number[]) => tensor(values as number[], { dtype: 'int32' })

const twentieths = [
  [14, 4, 2],
  [10, 6, 4],
  [6, 10, 4],
  [8, 8, 4],
  [4, 12, 4],
  [6, 10, 4],
  [10, 4, 6],
  [2, 4, 14],
  [4, 10, 6],
  [6, 6, 8],
]

/** Ten rows of three classes, with equal probabilities among and within rows. */
export const tenRows = {
  names: ['a', 'b', 'c'],
  probabilities: twentieths.map((row) => row.map((p) => p / 20)),
  y: classes([0, 0, 0, 0, 1, 1, 1, 2, 2, 2]),
  said: classPredictions(doubles(twentieths.map((row) => row.map((p) => p / 20))), ['a', 'b', 'c']),
  weights: doubles([1, 2, 1, 1, 3, 1, 2, 1, 1, 2]),
}

const truth = [
  [3, -0.5],
  [-0.5, 2],
  [2, 7],
  [7, 1],
  [4.25, -3],
  [1, 0.5],
  [-2, 2.5],
  [6, 4],
]
const estimates = [
  [2.5, 0],
  [0, 2],
  [2, 8],
  [8, 1.5],
  [4, -2],
  [1.5, 0],
  [-1, 3],
  [5, 4.5],
]

/** Eight rows of two targets. */
export const eightRows = {
  y: doubles(truth),
  said: valuePredictions(doubles(estimates), ['s', 't']),
  firstY: doubles(truth.map(([s]) => s)),
  firstSaid: valuePredictions(doubles(estimates.map(([s]) => s)), ['s']),
  /** The same, so that no target is 0. */
  shiftedY: doubles(truth.map((row) => row.map((value) => value + 4))),
  shiftedSaid: valuePredictions(doubles(estimates.map((row) => row.map((value) => value + 4))), ['s', 't']),
  weights: doubles([1, 2, 1, 1, 3, 1, 2, 1]),
}
