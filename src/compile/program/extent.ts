import { ArgumentError } from '../../core/tensor/errors.ts'
import { showValue } from '../../core/tensor/show-value.ts'
import { isRecord, joinIndex, joinKey, type Path } from '../../core/tensor/tree.ts'

/**
 * A whole number of a program that serves every number of rows: the same for all of them, or `rows`·n + `plus`.
 *
 * @category Programs
 */
export type Extent = number | { readonly rows: number; readonly plus: number }

export const isExtent = (node: unknown): node is Exclude<Extent, number> =>
  isRecord(node) && Object.keys(node).length === 2 && 'rows' in node && 'plus' in node

/** The extent for a number of rows. */
export const extentAt = (extent: Extent, n: number): number =>
  typeof extent === 'number' ? extent : extent.rows * n + extent.plus

/** What was found for each number of rows, in words. */
const found = (samples: readonly unknown[], rows: readonly number[]): string =>
  samples.map((sample, i) => `${showValue(sample)} for ${String(rows[i])} rows`).join(', ')

/** The extent that has these values for these numbers of rows. */
export const extentOf = (values: readonly number[], rows: readonly number[], path: Path): Extent => {
  const [[first = NaN, second = NaN], [r0 = NaN, r1 = NaN]] = [values, rows]
  if (values.every((value) => Object.is(value, first))) return first
  const slope = (second - first) / (r1 - r0)
  const extent = { rows: slope, plus: first - slope * r0 }
  if (
    Number.isSafeInteger(slope) &&
    Number.isSafeInteger(extent.plus) &&
    values.every((value, i) => value === extentAt(extent, rows[i]!))
  )
    return extent
  throw new ArgumentError(
    `freeBatch: ${path} is ${found(values, rows)}: expected a whole multiple of the rows and a constant`,
  )
}

/** Plain data with extents in the place of numbers that differ from one number of rows to another. */
export const withExtents = (samples: readonly unknown[], rows: readonly number[], path: Path): unknown => {
  const [first] = samples
  const differ = (): never => {
    throw new ArgumentError(
      `freeBatch: the function depends on the number of rows: ${path} is ${found(samples, rows)}`,
    )
  }
  if (samples.every((sample) => typeof sample === 'number')) return extentOf(samples, rows, path)
  if (samples.every((sample) => Array.isArray(sample))) {
    const lists: readonly (readonly unknown[])[] = samples
    return lists.every(({ length }) => length === lists[0]!.length)
      ? lists[0]!.map((_, i) =>
          withExtents(
            lists.map((list) => list[i]),
            rows,
            joinIndex(path, i),
          ),
        )
      : differ()
  }
  if (samples.every(isRecord)) {
    const records: readonly Readonly<Record<string, unknown>>[] = samples
    const keys = Object.keys(records[0]!)
    return records.every(
      (record) =>
        Object.keys(record).length === keys.length && keys.every((key) => Object.hasOwn(record, key)),
    )
      ? Object.fromEntries(
          keys.map((key) => [
            key,
            withExtents(
              records.map((record) => record[key]),
              rows,
              joinKey(path, key),
            ),
          ]),
        )
      : differ()
  }
  return samples.every((sample) => Object.is(sample, first)) ? first : differ()
}

/** Plain data with every extent in it for a number of rows. */
export const atRows = (node: unknown, n: number): unknown =>
  Array.isArray(node)
    ? node.map((child) => atRows(child, n))
    : isExtent(node)
      ? extentAt(node, n)
      : isRecord(node)
        ? Object.fromEntries(Object.entries(node).map(([key, child]) => [key, atRows(child, n)]))
        : node
