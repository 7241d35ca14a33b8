import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { foldIn, permutation, tensor, type Key } from '../../core/numeric/index.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { apportion, partSizes } from './apportion.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { leastOf } from '../../core/tensor/extremes.ts'
import { cellsOf, type Labelled } from '../labelled.ts'
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
  /**
   * What becomes of classes with too few rows to be in every part: the split is refused (the default), or they are dealt
   * together, as one class, and the result names them.
   */
  readonly rareClasses?: 'refuse' | 'deal'
  /**
   * The group of every row (a patient, a writer, a day), or the name of the column that has it: rows of one group stay
   * together.
   */
  readonly groups?: readonly (number | string)[] | string
}

/**
 * A class that had too few rows to be kept in proportion, and the parts that have none of it.
 *
 * @category Splitting
 */
export interface RareClass {
  readonly name: string
  readonly rows: number
  /** `the dev part` */
  readonly absentFrom: readonly string[]
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
  | { readonly kind: 'time'; readonly message: string }

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
  /** Classes that parts may lack; none unless that was allowed. */
  readonly rareClasses: readonly RareClass[]
}

/**
 * Rows by what they have in common, in order of first appearance: how rows are dealt then depends on which rows share a
 * class or a group and not on the numbers or names these have.
 */
export const rowsByKind = (
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

/**
 * The smallest classes put together until each of the others can be kept in proportion: these, and last the rows of the
 * rare ones in the order of the key.
 */
const withRarePooled = (
  order: readonly number[],
  classes: readonly (readonly number[])[],
  shares: readonly number[],
  sizes: readonly number[],
): Int32Array => {
  const byRows = classes.toSorted((a, b) => a.length - b.length)
  const tried = (rare: number): Int32Array => {
    const pooled = new Set(byRows.slice(0, rare).flat())
    const kept = classes.filter((rows) => !pooled.has(rows[0] ?? -1))
    const kinds = [...kept, order.filter((row) => pooled.has(row))]
    const counts = apportion(
      kinds.map((rows) => rows.length),
      shares,
      sizes,
      (kind) => kind === kept.length,
    )
    return counts === undefined ? tried(rare + 1) : partOfRow(order.length, kinds, counts)
  }
  const least = leastOf(shares)
  return tried(byRows.filter((rows) => rows.length * least <= 0.5).length)
}

/** Single rows, of exact part sizes and, by classes, of shares kept within one row. */
const dealSingly = (
  data: Labelled,
  order: readonly number[],
  classes: readonly (readonly number[])[] | undefined,
  { shares, nameOf, each }: PartsWanted,
  rareClasses: 'refuse' | 'deal',
): E.Either<SplitError, Int32Array> => {
  const sizes = partSizes(data.n, shares)
  const empty = sizes.indexOf(0)
  if (empty >= 0)
    return E.left({
      kind: 'too-small',
      message: `split: ${nameOf(empty)} of ${data.n} rows would be empty at ${shares.join(', ')}; add rows, or give it a larger share`,
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
  if (rareClasses === 'deal') return E.right(withRarePooled(order, classes, shares, sizes))
  const smallest = classes.reduce((a, b) => (b.length < a.length ? b : a))
  const label = Number(toTypedArray(data.y)[smallest[0] ?? 0])
  const className = data.targets.names[label] ?? String(label)
  return E.left({
    kind: 'class-too-small',
    className,
    message: `split: class '${showText(className, 60)}' has ${rowsOf(smallest.length)}, too few to be in ${each}; rareClasses: 'deal' deals such rows without that guarantee`,
  })
}

/** Whole groups, so that parts come near their shares. */
const dealTogether = (
  data: Labelled,
  groups: readonly (readonly number[])[],
  byClass: boolean,
  { shares, nameOf }: PartsWanted,
  rareClasses: 'refuse' | 'deal',
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
      message: `split: ${nameOf(empty)} would be empty, as no group of ${groups.length} is left for it at ${shares.join(', ')}; add groups, or give it a larger share`,
    })
  const missing = dealt.flatMap((of, part) => {
    const present = new Set(of.flat().map(classOf))
    return [...numbers].flatMap(([label, c]) => (present.has(c) ? [] : [{ part, label: Number(label), c }]))
  })[0]
  if (missing !== undefined && rareClasses === 'refuse') {
    const among = counts.filter((of) => (of[missing.c] ?? 0) > 0).length
    const className = data.targets.names[missing.label] ?? String(missing.label)
    return E.left({
      kind: 'groups',
      message: `split: ${nameOf(missing.part)} would have no row of class '${showText(className, 60)}', which ${among} of ${groups.length} groups hold; use rareClasses: 'deal' to allow that`,
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
  checkOptions(where, options, { key: true, stratify: true, rareClasses: true, groups: true })
  if (options.rareClasses !== undefined)
    checkChoice(where, 'rareClasses', options.rareClasses, ['refuse', 'deal'])
  if (options.stratify !== undefined) checkChoice(where, 'stratify', options.stratify, [true, false])
}

/** The group of every row, as they are given or as a column has them. */
export const groupsOf = (
  data: Labelled,
  groups: readonly (number | string)[] | string,
): E.Either<SplitError, readonly (number | string)[]> => {
  if (typeof groups !== 'string')
    return groups.length === data.n
      ? E.right(groups)
      : E.left({
          kind: 'groups',
          message: `split: expected a group for each of ${rowsOf(data.n)}, got ${groups.length}`,
        })
  const cells = cellsOf('split: groups', data, groups)
  const without = cells.findIndex((cell) => cell === undefined || Number.isNaN(cell))
  return without < 0
    ? E.right(cells.map((cell) => cell ?? ''))
    : E.left({
        kind: 'groups',
        message: `split: expected a group for each row, but the cell of '${showText(groups, 60)}' in row ${without} is missing`,
      })
}

/** Classes of which some part has no row. */
const absentClasses = (
  data: Labelled,
  partAt: Int32Array,
  { shares, nameOf }: PartsWanted,
): readonly RareClass[] => {
  const labels = toTypedArray(data.y)
  const counts = data.targets.names.map(() => shares.map(() => 0))
  partAt.forEach((part, row) => {
    const own = counts[labels[row] ?? -1]
    // eslint-disable-next-line functional/immutable-data -- a tally made here
    if (own !== undefined) own[part] = (own[part] ?? 0) + 1
  })
  return counts.flatMap((own, label) => {
    const rows = own.reduce((a, b) => a + b, 0)
    const absentFrom = own.flatMap((count, part) => (count === 0 ? [nameOf(part)] : []))
    return rows > 0 && absentFrom.length > 0
      ? [{ name: data.targets.names[label] ?? '', rows, absentFrom }]
      : []
  })
}

/** Deals every row to one part. */
export const dealRows = (
  data: Labelled,
  wanted: PartsWanted,
  { key, stratify = true, rareClasses = 'refuse', groups }: SplitOptions,
): E.Either<SplitError, Dealt> => {
  const order = [...toTypedArray(permutation(foldIn(key, 'split'), data.n))]
  const classes = data.targets.kind === 'classes'
  const byClass = stratify && classes
  return pipe(
    groups === undefined
      ? dealSingly(
          data,
          order,
          byClass ? rowsByKind(order, toTypedArray(data.y)) : undefined,
          wanted,
          rareClasses,
        )
      : pipe(
          groupsOf(data, groups),
          E.flatMap((of) => dealTogether(data, rowsByKind(order, of), byClass, wanted, rareClasses)),
        ),
    E.map((partAt) => ({
      order,
      partAt,
      rareClasses: classes && rareClasses === 'deal' ? absentClasses(data, partAt, wanted) : [],
    })),
  )
}

/** The rows whose part is as asked, in the order of the key. */
export const dealtRows = ({ order, partAt }: Dealt, is: (part: number) => boolean): Tensor =>
  tensor(
    order.filter((row) => is(partAt[row] ?? -1)),
    { dtype: 'int32' },
  )
