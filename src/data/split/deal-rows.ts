import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { foldIn, permutation, tensor, type Key } from '../../core/numeric/index.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { apportion, partSizes } from './apportion.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { leastOf } from '../../core/tensor/extremes.ts'
import type { Dataset } from '../dataset.ts'
import { dealGroups } from './deal-groups.ts'

/**
 * How {@link splitData} and its relatives deal rows.
 *
 * @category Splitting
 */
export interface SplitOptions {
  readonly key: Key
  /** Keep the share of every class in every part; on unless told otherwise. Targets that are numbers have no classes. */
  readonly stratify?: boolean
  /** The group of every row (a patient, a writer, a day): rows of one group stay together. */
  readonly groups?: readonly (number | string)[]
}

/**
 * Why a data set cannot be split so.
 *
 * @category Splitting
 */
export type SplitError =
  | { readonly kind: 'ratios'; readonly message: string }
  | { readonly kind: 'folds'; readonly message: string }
  | { readonly kind: 'class-too-small'; readonly className: string; readonly message: string }
  | { readonly kind: 'too-small'; readonly message: string }
  | { readonly kind: 'groups'; readonly message: string }

/** The parts that rows are dealt to, and how messages call them. */
export interface PartsWanted {
  readonly shares: readonly number[]
  /** `the dev part` */
  readonly nameOf: (part: number) => string
  /** `each of train, dev and test at 0.6, 0.2, 0.2` */
  readonly each: string
}

/** Rows in an order drawn from the key, and the part of every row. */
export interface Dealt {
  readonly order: readonly number[]
  readonly partAt: Int32Array
}

/**
 * Rows by what they have in common, in order of first appearance: how rows are dealt then depends on which rows share a
 * class or a group and not on the numbers or names these have.
 */
const rowsByKind = (
  order: readonly number[],
  kinds: ArrayLike<number | string>,
): readonly (readonly number[])[] => {
  const found = new Map<number | string | undefined, number[]>()
  order.forEach((row) => {
    const kind = kinds[row]
    const rows = found.get(kind)
    // eslint-disable-next-line functional/immutable-data -- one pass over a million rows; nobody else sees the map
    if (rows === undefined) found.set(kind, [row])
    // eslint-disable-next-line functional/immutable-data -- as above
    else rows.push(row)
  })
  return [...found.values()]
}

/** The part of every row: of each kind the first rows go to the first part, and so on. */
const partOfRow = (
  n: number,
  kinds: readonly (readonly number[])[],
  counts: readonly (readonly number[])[],
): Int32Array => {
  const part = new Int32Array(n)
  kinds.forEach((rows, kind) => {
    const own = counts[kind] ?? []
    own.reduce((start, count, at) => {
      rows.slice(start, start + count).forEach((row) => {
        // eslint-disable-next-line functional/immutable-data -- each row is written once, into a buffer made here
        part[row] = at
      })
      return start + count
    }, 0)
  })
  return part
}

const rowsOf = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`

/** Single rows, of exact part sizes and, by classes, of shares kept within one row. */
const dealSingly = (
  data: Dataset,
  order: readonly number[],
  classes: readonly (readonly number[])[] | undefined,
  { shares, nameOf, each }: PartsWanted,
): E.Either<SplitError, Int32Array> => {
  const sizes = partSizes(data.n, shares)
  const empty = sizes.indexOf(0)
  if (empty >= 0)
    return E.left({
      kind: 'too-small',
      message: `split: ${nameOf(empty)} of ${data.n} rows would be empty at ${shares.join(', ')}`,
    })
  if (classes === undefined) return E.right(partOfRow(data.n, [order], [sizes]))
  const least = leastOf(shares)
  const counts = classes.some((rows) => rows.length * least <= 0.5)
    ? undefined
    : apportion(
        classes.map((rows) => rows.length),
        shares,
        sizes,
      )
  if (counts !== undefined) return E.right(partOfRow(data.n, classes, counts))
  const smallest = classes.reduce((a, b) => (b.length < a.length ? b : a))
  const label = Number(toTypedArray(data.y)[smallest[0] ?? 0])
  const className = data.targets.names[label] ?? String(label)
  return E.left({
    kind: 'class-too-small',
    className,
    message: `split: class '${showText(className, 60)}' has ${rowsOf(smallest.length)}, too few to be in ${each}`,
  })
}

/** Whole groups, so that parts come near their shares. */
const dealTogether = (
  data: Dataset,
  groups: readonly (readonly number[])[],
  byClass: boolean,
  { shares, nameOf }: PartsWanted,
): E.Either<SplitError, Int32Array> => {
  const labels = toTypedArray(data.y)
  const numbers = new Map(
    byClass ? [...new Set(groups.flat().map((row) => labels[row]))].map((l, i) => [l, i]) : [],
  )
  const classes = Math.max(1, numbers.size)
  const classOf = (row: number): number => numbers.get(labels[row]) ?? 0
  const counts = groups.map((rows) => {
    const of = new Array<number>(classes).fill(0)
    rows.forEach((row) => {
      // eslint-disable-next-line functional/immutable-data -- a tally made here
      of[classOf(row)] = (of[classOf(row)] ?? 0) + 1
    })
    return of
  })
  const partOfGroup = dealGroups(counts, shares)
  const dealt = shares.map((_, part) => groups.filter((_rows, g) => partOfGroup[g] === part))
  const empty = dealt.findIndex((of) => of.length === 0)
  if (empty >= 0)
    return E.left({
      kind: 'groups',
      message: `split: ${nameOf(empty)} would be empty, as no group of ${groups.length} is left for it at ${shares.join(', ')}`,
    })
  const missing = dealt.flatMap((of, part) => {
    const present = new Set(of.flat().map(classOf))
    return [...numbers].flatMap(([label, c]) => (present.has(c) ? [] : [{ part, label: Number(label), c }]))
  })[0]
  if (missing !== undefined) {
    const among = counts.filter((of) => (of[missing.c] ?? 0) > 0).length
    const className = data.targets.names[missing.label] ?? String(missing.label)
    return E.left({
      kind: 'groups',
      message: `split: ${nameOf(missing.part)} would have no row of class '${showText(className, 60)}', which ${among} of ${groups.length} groups hold; use stratify: false to allow that`,
    })
  }
  const part = new Int32Array(data.n)
  groups.forEach((rows, g) => {
    rows.forEach((row) => {
      // eslint-disable-next-line functional/immutable-data -- each row is written once, into a buffer made here
      part[row] = partOfGroup[g] ?? 0
    })
  })
  return E.right(part)
}

/** @throws ArgumentError for another option of a split. */
export const checkSplitOptions = (where: string, options: SplitOptions): void => {
  checkOptions(where, options, { key: true, stratify: true, groups: true })
  if (options.stratify !== undefined) checkChoice(where, 'stratify', options.stratify, [true, false])
}

/** Deals every row to one part. */
export const dealRows = (
  data: Dataset,
  wanted: PartsWanted,
  { key, stratify = true, groups }: SplitOptions,
): E.Either<SplitError, Dealt> => {
  if (groups !== undefined && groups.length !== data.n)
    return E.left({
      kind: 'groups',
      message: `split: expected a group for each of ${rowsOf(data.n)}, got ${groups.length}`,
    })
  const order = [...toTypedArray(permutation(foldIn(key, 'split'), data.n))]
  const byClass = stratify && data.targets.kind === 'classes'
  return E.map((partAt: Int32Array): Dealt => ({ order, partAt }))(
    groups === undefined
      ? dealSingly(data, order, byClass ? rowsByKind(order, toTypedArray(data.y)) : undefined, wanted)
      : dealTogether(data, rowsByKind(order, groups), byClass, wanted),
  )
}

/** The rows whose part is as asked, in the order of the key. */
export const dealtRows = ({ order, partAt }: Dealt, is: (part: number) => boolean): Tensor =>
  tensor(
    order.filter((row) => is(partAt[row] ?? -1)),
    { dtype: 'int32' },
  )
