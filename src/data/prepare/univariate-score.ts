import { centred } from './centred.ts'
import type { TrainingTargets } from './step-kind.ts'

/** The numbers that are there, and what another column has in their rows. */
const together = (x: Float64Array, y: (row: number) => number): readonly [Float64Array, Float64Array] => [
  x.filter((value) => !Number.isNaN(value)),
  Float64Array.from(x, (_, row) => y(row)).filter((__, row) => !Number.isNaN(x[row]!)),
]

/** r², of the rows in which both are there. */
const correlationOf = (x: Float64Array, y: (row: number) => number): number => {
  const [a, b] = together(x, y)
  const [across, along] = [centred(a), centred(b)]
  const product = (u: Float64Array, v: Float64Array): number =>
    u.reduce((sum, each, i) => sum + each * v[i]!, 0)
  const both = product(across, across) * product(along, along)
  return both > 0 ? product(across, along) ** 2 / both : 0
}

/** η²: the share of the variance of numbers that lies between classes. */
const betweenClasses = (x: Float64Array, classOf: (row: number) => number, classes: number): number => {
  const [present, own] = together(x, classOf)
  const values = centred(present)
  const total = values.reduce((sum, value) => sum + value ** 2, 0)
  const sums = values.reduce<readonly (readonly [number, number])[]>(
    (found, value, row) =>
      found.map(([count, sum], i) => (i === own[row] ? [count + 1, sum + value] : [count, sum])),
    Array.from({ length: classes }, () => [0, 0]),
  )
  const between = sums.reduce((sum, [count, part]) => sum + (count === 0 ? 0 : (part * part) / count), 0)
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
