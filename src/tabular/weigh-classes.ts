import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { tensor } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { showNames } from '../data/formats/show-names.ts'
import { labelledTable, type LabelledTable } from '../data/table/table.ts'
import type { RecipeParts } from './recipe.ts'
import type { TableQuestion } from './table-question.ts'

/** What keeps a table from being learnt from: one line for each problem. */
export interface PartsError {
  readonly message: string
  readonly kind?: string
}

const failed = (message: string): PartsError => ({ message })

/** The same rows, each counting as much as it weighs. */
export const weighedBy = <R extends 'raw' | 'train' | 'dev'>(
  { features, y, targets }: LabelledTable<R>,
  weights: Tensor,
): LabelledTable<R> => labelledTable({ features, y, targets, weights })

/** How much each class counts, by its number. */
const classFactors = (
  train: LabelledTable<'train'>,
  asked: NonNullable<TableQuestion['classWeights']>,
  file: string,
): E.Either<PartsError, readonly number[]> => {
  const { names, kind } = train.targets
  if (kind !== 'classes')
    return E.left(failed(`${file}: weights of classes are for classes, but the target is a number`))
  if (asked === 'balanced') {
    const labels = Array.from(toTypedArray(train.y), Number)
    const counts = names.map((_, k) => labels.reduce((count, label) => count + Number(label === k), 0))
    const present = counts.filter((count) => count > 0).length
    return E.right(counts.map((count) => (count === 0 ? 1 : train.n / (present * count))))
  }
  const odd = Object.keys(asked).find((name) => !names.includes(name))
  return odd === undefined
    ? E.right(names.map((name) => asked[name] ?? 1))
    : E.left(failed(`${file}: there is no class "${odd}" to weigh; the classes are ${showNames(names)}`))
}

const times = <R extends 'train' | 'dev'>(
  part: LabelledTable<R>,
  factors: readonly number[],
): LabelledTable<R> => {
  const own = part.weights === undefined ? undefined : toTypedArray(part.weights)
  const labels = Array.from(toTypedArray(part.y), Number)
  return weighedBy(
    part,
    tensor(
      labels.map((label, row) => (factors[label] ?? 1) * (own?.[row] ?? 1)),
      { dtype: 'float64' },
    ),
  )
}

/** The parts with rows that count as their classes do. */
export const weighClasses = (
  { train, dev }: RecipeParts,
  asked: TableQuestion['classWeights'],
  file: string,
): E.Either<PartsError, RecipeParts> =>
  asked === undefined
    ? E.right({ train, dev })
    : pipe(
        classFactors(train, asked, file),
        E.map((factors) => ({ train: times(train, factors), dev: times(dev, factors) })),
      )
