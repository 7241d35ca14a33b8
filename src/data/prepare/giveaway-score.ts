import { areaUnderCurve } from '../split/two-sample.ts'
import { hasLevels, presentAscending, type ColumnInFrame, type LevelsInFrame } from './frame.ts'
import type { TrainingTargets } from './step-kind.ts'
import { univariateScore } from './univariate-score.ts'

/** Classes, or levels, of fewer rows say too little. */
const fewest = 5

/** The least area under the curve of any two classes, whichever of them has the larger numbers: 1 if no number is shared. */
const separationOf = (x: Float64Array, classes: number, y: ArrayLike<number>): number => {
  const parts = Array.from({ length: classes }, (_, own) =>
    presentAscending(x.filter((__, row) => y[row] === own)),
  )
  const large = parts.filter((part) => part.length >= fewest)
  const all = large.reduce((sum, part) => sum + part.length, 0)
  // Classes that are too small must be few rows, and missing cells tell nothing here.
  if (large.length < 2 || all < 0.95 * y.length) return 0
  return large
    .flatMap((a, i) => large.slice(i + 1).map((b) => areaUnderCurve(a, b)))
    .reduce((least, area) => Math.min(least, Math.max(area, 1 - area)), 1)
}

/**
 * The share of rows that the other rows of their level tell: of those the most frequent class, or 0 for a level of one row.
 * A missing cell is a level.
 */
const toldByLevel = ({ codes, levels }: LevelsInFrame, classes: number, y: ArrayLike<number>): number => {
  const counts = new Float64Array((levels.length + 1) * classes)
  codes.forEach((code, row) => {
    counts[(code + 1) * classes + (y[row] ?? 0)]! += 1
  })
  const told = codes.filter((code, row) => {
    const own = y[row] ?? 0
    const others = counts
      .slice((code + 1) * classes, (code + 2) * classes)
      .map((n, k) => (k === own ? n - 1 : n))
    return (others[own] ?? 0) > 0 && others.every((n, k) => k === own || n < (others[own] ?? 0))
  })
  return told.length / codes.length
}

/** r² with the mean of the other rows of a level in place of the number; levels of one row are left out. */
const toldValues = ({ codes, levels }: LevelsInFrame, training: TrainingTargets): number => {
  const { y, targets } = training
  const width = targets.names.length
  const scores = targets.names.map((_, column) => {
    const sums = new Float64Array(levels.length + 1)
    const counts = new Float64Array(levels.length + 1)
    codes.forEach((code, row) => {
      sums[code + 1]! += y[row * width + column] ?? 0
      counts[code + 1]! += 1
    })
    const others = Float64Array.from(codes, (code, row) => {
      const count = (counts[code + 1] ?? 0) - 1
      return count === 0 ? NaN : ((sums[code + 1] ?? 0) - (y[row * width + column] ?? 0)) / count
    })
    return others.filter(Number.isNaN).length > 0.05 * others.length
      ? 0
      : univariateScore(others, {
          targets: { kind: 'values', names: ['y'] },
          y: Float64Array.from(others, (__, row) => y[row * width + column] ?? 0),
        })
  })
  return Math.max(...scores)
}

/**
 * How nearly one column alone gives the targets away, from 0 to 1: of numbers r², or for classes the least area under the
 * curve of two classes; of texts the share of rows whose class the other rows with their level tell, or r² with the mean of
 * these rows.
 */
export const giveawayScore = (column: ColumnInFrame, training: TrainingTargets): number => {
  const { targets, y } = training
  return targets.kind === 'classes'
    ? hasLevels(column)
      ? toldByLevel(column, targets.names.length, y)
      : separationOf(column.values, targets.names.length, y)
    : hasLevels(column)
      ? toldValues(column, training)
      : univariateScore(column.values, training)
}
