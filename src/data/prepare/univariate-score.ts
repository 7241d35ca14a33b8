import type { TrainingTargets } from './step-kind.ts'

/** Sums of numbers and of squares about their mean, of the rows in which both are there. */
const correlationOf = (x: Float64Array, y: (row: number) => number): number => {
  const rows = Array.from(x, (value, row) => [value, y(row)] as const).filter(
    ([value]) => !Number.isNaN(value),
  )
  const mean = (of: 0 | 1): number => rows.reduce((sum, row) => sum + row[of], 0) / rows.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const about = (a: 0 | 1, b: 0 | 1): number => {
    const means = [meanX, meanY] as const
    return rows.reduce((sum, row) => sum + (row[a] - means[a]) * (row[b] - means[b]), 0)
  }
  const both = about(0, 0) * about(1, 1)
  return both > 0 ? about(0, 1) ** 2 / both : 0
}

/** η²: the share of the variance of numbers that lies between classes. */
const betweenClasses = (x: Float64Array, classOf: (row: number) => number, classes: number): number => {
  const rows = Array.from(x, (value, row) => [value, classOf(row)] as const).filter(
    ([value]) => !Number.isNaN(value),
  )
  const mean = rows.reduce((sum, [value]) => sum + value, 0) / rows.length
  const total = rows.reduce((sum, [value]) => sum + (value - mean) ** 2, 0)
  const sums = rows.reduce<readonly (readonly [number, number])[]>(
    (found, [value, own]) =>
      found.map(([count, sum], i) => (i === own ? [count + 1, sum + value - mean] : [count, sum])),
    Array.from({ length: classes }, () => [0, 0]),
  )
  const between = sums.reduce((sum, [count, own]) => sum + (count === 0 ? 0 : (own * own) / count), 0)
  return total > 0 ? between / total : 0
}

/**
 * How much one column of numbers alone tells of the targets, from 0 to 1: r², the squared correlation, the largest over the
 * columns of targets; or of k classes η², the share of the variance between them, with which
 * F = η² (n − k) / ((1 − η²) (k − 1)) grows. Missing cells are left out.
 */
export const univariateScore = (x: Float64Array, { targets, y }: TrainingTargets): number => {
  const width = targets.names.length
  return targets.kind === 'classes'
    ? betweenClasses(x, (row) => y[row] ?? 0, width)
    : targets.names
        .map((_, column) => correlationOf(x, (row) => y[row * width + column] ?? 0))
        .reduce((a, b) => Math.max(a, b), 0)
}
