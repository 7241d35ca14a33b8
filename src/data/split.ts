import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../autodiff/read.ts'
import { foldIn, permutation, tensor, type Key } from '../numeric/index.ts'
import { apportion, partSizes } from './apportion.ts'
import { rowsAt, type Dataset, type Role, type Targets } from './dataset.ts'

/** The shares of the three parts; they add up to 1. */
export interface Ratios {
  readonly train: number
  readonly dev: number
  readonly test: number
}

export interface SplitOptions {
  readonly key: Key
  /** Keep the share of every class in every part; on unless told otherwise. Targets that are numbers have no classes. */
  readonly stratify?: boolean
}

/** Why a data set cannot be split so. */
export type SplitError =
  | { readonly kind: 'ratios'; readonly message: string }
  | { readonly kind: 'class-too-small'; readonly className: string; readonly message: string }
  | { readonly kind: 'too-small'; readonly message: string }

export interface Split<T extends Targets = Targets> {
  readonly train: Dataset<'train', T>
  readonly dev: Dataset<'dev', T>
  readonly test: Dataset<'test', T>
}

const parts = ['train', 'dev', 'test'] as const

/**
 * Rows by class, classes in order of first appearance: how rows are dealt then depends on which rows share a class and
 * not on the numbers the classes have.
 */
const byClass = (order: readonly number[], labels: ArrayLike<number>): readonly (readonly number[])[] => {
  const groups = new Map<number, number[]>()
  order.forEach((row) => {
    const label = labels[row] ?? 0
    const group = groups.get(label)
    // eslint-disable-next-line functional/immutable-data -- one pass over a million rows; nobody else sees the map
    if (group === undefined) groups.set(label, [row])
    // eslint-disable-next-line functional/immutable-data -- as above
    else group.push(row)
  })
  return [...groups.values()]
}

/** The part of every row: in each class the first rows go to the first part, and so on. */
const partOfRow = (
  n: number,
  groups: readonly (readonly number[])[],
  counts: readonly (readonly number[])[],
): Uint8Array => {
  const part = new Uint8Array(n)
  groups.forEach((rows, group) => {
    const ends = parts.map((_, i) => (counts[group] ?? []).slice(0, i + 1).reduce((a, b) => a + b, 0))
    rows.forEach((row, rank) => {
      // eslint-disable-next-line functional/immutable-data -- each row is written once, into a buffer made here
      part[row] = ends.findIndex((end) => rank < end)
    })
  })
  return part
}

/**
 * Three disjoint parts that together are the whole, each in an order drawn from the key; the same key gives the same
 * parts. |size − share · n| < 1 for each part and, when stratified, |count − share · class size| < 1 for each class in
 * each part. The numbers that classes have make no difference.
 *
 * A left value where the ratios are not positive shares of 1, a part would be empty, or (when stratified) some class is
 * so small that at most half a row of it, or none, would fall into a part.
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
  <T extends Targets>(data: Dataset<'raw', T>): E.Either<SplitError, Split<T>> => {
    const shares = parts.map((part) => ratios[part])
    const total = shares.reduce((a, b) => a + b, 0)
    if (shares.some((share) => !(share > 0)) || Math.abs(total - 1) > 1e-9)
      return E.left({
        kind: 'ratios',
        message: `split: train, dev and test are positive shares that add up to 1, got ${shares.join(', ')} (sum ${String(total)})`,
      })
    const sizes = partSizes(data.n, shares)
    const empty = parts.find((_, i) => sizes[i] === 0)
    if (empty !== undefined)
      return E.left({
        kind: 'too-small',
        message: `split: the ${empty} part of ${data.n} rows would be empty at ${shares.join(', ')}`,
      })
    const labels = toTypedArray(data.y)
    const order = [...toTypedArray(permutation(foldIn(key, 'split'), data.n))]
    const byClasses = stratify && data.targets.kind === 'classes'
    const groups = byClasses ? byClass(order, labels) : [order]
    const least = Math.min(...shares)
    const tooSmall = groups.find((rows) => rows.length * least <= 0.5)
    const counts = !byClasses
      ? [sizes]
      : tooSmall === undefined
        ? apportion(
            groups.map((rows) => rows.length),
            shares,
            sizes,
          )
        : undefined
    if (counts === undefined) {
      const smallest = groups.reduce((a, b) => (b.length < a.length ? b : a))
      const label = labels[smallest[0] ?? 0] ?? 0
      const className = data.targets.names[label] ?? String(label)
      return E.left({
        kind: 'class-too-small',
        className,
        message: `split: class '${className}' has ${smallest.length} ${smallest.length === 1 ? 'row' : 'rows'}, too few to be in each of train, dev and test at ${shares.join(', ')}`,
      })
    }
    const partAt = partOfRow(data.n, groups, counts)
    const part = <R extends Exclude<Role, 'raw'>>(role: R): Dataset<R, T> =>
      rowsAt(
        data,
        tensor(
          order.filter((row) => partAt[row] === parts.indexOf(role)),
          { dtype: 'int32' },
        ),
        role,
      )
    return E.right({ train: part('train'), dev: part('dev'), test: part('test') })
  }
