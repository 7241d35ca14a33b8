import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import {
  allForTraining,
  dataset,
  openTest,
  type Classes,
  type Dataset,
  type Sealed,
} from '../../src/data/index.ts'

/** Rows that can be told apart: the feature of row i is i. */
export const numberedRows = (labels: readonly number[]): Dataset<'raw', Classes> =>
  dataset({
    x: tensor(
      Float64Array.from(labels, (_, i) => i),
      { shape: [labels.length, 1] },
    ),
    y: tensor(Int32Array.from(labels)),
  })

export const trainingPart = (x: Tensor, featureNames?: readonly string[]): Dataset<'train'> =>
  allForTraining(
    dataset({
      x,
      y: tensor(new Int32Array(x.shape[0] ?? 0)),
      ...(featureNames === undefined ? {} : { featureNames }),
    }),
  )

export const numbers = (x: Tensor): readonly number[] => Array.from(toTypedArray(x))

export const ascending = (xs: readonly number[]): readonly number[] => [...xs].sort((a, b) => a - b)

export const rightOf = <L, R>(result: E.Either<L, R>): R => {
  if (E.isLeft(result)) throw new Error(`expected a right value, got ${JSON.stringify(result.left)}`)
  return result.right
}

export const leftOf = <L, R>(result: E.Either<L, R>): L => {
  if (E.isRight(result)) throw new Error('expected a left value')
  return result.left
}

/** What is sealed. */
export const opened = <D>(sealed: Sealed<D>): D => rightOf(openTest(sealed, [], 'a test of the split')).data

/** The text of a real data file kept beside the project, if it is there. */
export const realData = (name: string): string | undefined => {
  const file = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url))
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** How many of the held-out rows have the class of the nearest mean of the fitted rows. */
export const nearestCentroidAccuracy = (
  fitted: Pick<Dataset, 'x' | 'y' | 'targets'>,
  heldOut: Pick<Dataset, 'x' | 'y'>,
): number => {
  const rowsOf = (x: Tensor): readonly (readonly number[])[] => {
    const all = numbers(x)
    const width = x.shape[1] ?? 0
    return Array.from({ length: x.shape[0] ?? 0 }, (_, i) => all.slice(i * width, (i + 1) * width))
  }
  const labels = numbers(fitted.y)
  const rows = rowsOf(fitted.x)
  const centroids = fitted.targets.names.map((_, c) => {
    const members = rows.filter((_row, i) => labels[i] === c)
    return (rows[0] ?? []).map((_cell, j) => members.reduce((sum, row) => sum + row[j]!, 0) / members.length)
  })
  const expected = numbers(heldOut.y)
  const hits = rowsOf(heldOut.x).filter((row, i) => {
    const distances = centroids.map((c) => c.reduce((sum, m, j) => sum + (m - row[j]!) ** 2, 0))
    return distances.indexOf(Math.min(...distances)) === expected[i]
  })
  return hits.length / expected.length
}
