import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../autodiff/read.ts'
import { foldIn, permutation, tensor, type Key } from '../numeric/index.ts'
import { rowsAt, type Dataset } from './dataset.ts'

/** The shares of the three parts; they add up to 1. */
export interface Ratios {
  readonly train: number
  readonly dev: number
  readonly test: number
}

export interface SplitOptions {
  readonly key: Key
  /** Keep the share of every class in every part; on unless told otherwise. */
  readonly stratify?: boolean
}

/** Why a data set cannot be split so. */
export type SplitError =
  | { readonly kind: 'ratios'; readonly message: string }
  | { readonly kind: 'class-too-small'; readonly className: string; readonly message: string }
  | { readonly kind: 'too-small'; readonly message: string }

export interface Split {
  readonly train: Dataset<'train'>
  readonly dev: Dataset<'dev'>
  readonly test: Dataset<'test'>
}

const parts = ['train', 'dev', 'test'] as const

/** How many of `n` rows belong before the end of each part: |count − share · n| < 1 for every part. */
const boundaries = (n: number, { train, dev }: Ratios): readonly number[] => [
  Math.round(train * n),
  Math.round((train + dev) * n),
  n,
]

/**
 * Rows dealt so that every prefix holds each class in its share: each row gets the quantile (rank + ½) / size within
 * its class and rows are ordered by it. Cutting that order anywhere leaves every class within one of its ideal count.
 */
const dealt = (groups: readonly (readonly number[])[]): readonly number[] =>
  groups
    .flatMap((rows, group) => rows.map((row, rank) => ({ row, group, at: (rank + 0.5) / rows.length })))
    .toSorted((a, b) => a.at - b.at || a.group - b.group)
    .map(({ row }) => row)

/**
 * Three disjoint parts that together are the whole, the same for the same key: |size − share · n| < 1 for each part, and
 * when stratified also for each class within each part, up to one row.
 *
 * A left value where the ratios are not positive shares of 1, or a class has fewer rows than there are parts.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { digits16, splitData } from 'puregrad/data'
 * const data = digits16({ key: key(0), n: 100 })
 * const split = splitData({ train: 0.6, dev: 0.2, test: 0.2 }, { key: key(1) })(data)
 * E.isRight(split) ? [split.right.train.n, split.right.dev.n, split.right.test.n] : [] // => [60, 20, 20]
 * ```
 */
export const splitData =
  (ratios: Ratios, { key, stratify = true }: SplitOptions) =>
  (data: Dataset<'raw'>): E.Either<SplitError, Split> => {
    const shares = parts.map((part) => ratios[part])
    const total = shares.reduce((a, b) => a + b, 0)
    if (shares.some((share) => !(share > 0)) || Math.abs(total - 1) > 1e-9)
      return E.left({
        kind: 'ratios',
        message: `split: train, dev and test are positive shares that add up to 1, got ${shares.join(', ')} (sum ${String(total)})`,
      })
    const labels = toTypedArray(data.y)
    const order = [...toTypedArray(permutation(foldIn(key, 'split'), data.n))]
    const classes = [...new Set(labels)].sort((a, b) => a - b)
    const groups = stratify ? classes.map((c) => order.filter((row) => labels[row] === c)) : [order]
    const small = groups.findIndex((rows) => rows.length < parts.length)
    if (small >= 0) {
      const count = groups[small]?.length ?? 0
      const className = data.classNames[classes[small] ?? 0] ?? String(classes[small])
      return E.left(
        stratify
          ? {
              kind: 'class-too-small',
              className,
              message: `split: class '${className}' has ${String(count)} rows, too few for ${String(parts.length)} parts`,
            }
          : { kind: 'too-small', message: `split: ${String(count)} rows are too few for three parts` },
      )
    }
    const mixed = dealt(groups)
    const ends = boundaries(data.n, ratios)
    const rowsOf = (i: number): readonly number[] => mixed.slice(i === 0 ? 0 : ends[i - 1], ends[i])
    const part = <R extends 'train' | 'dev' | 'test'>(role: R, i: number): Dataset<R> =>
      rowsAt(data, tensor([...rowsOf(i)], { dtype: 'int32' }), role)
    const empty = parts.find((_, i) => rowsOf(i).length === 0)
    return empty === undefined
      ? E.right({ train: part('train', 0), dev: part('dev', 1), test: part('test', 2) })
      : E.left({
          kind: 'too-small',
          message: `split: the ${empty} part of ${String(data.n)} rows would be empty`,
        })
  }
