import * as fc from 'fast-check'
import { foldIn, key as keyOf, toTypedArray, uniform, type Key } from '../../core/numeric/index.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count } from '../../core/tensor/setting-ranges.ts'
import {
  checkLawOptions,
  fails,
  firstFinding,
  lawOf,
  type Cases,
  type Finding,
  type Law,
  type LawOptions,
} from './law.ts'

/**
 * What is dealt: so many rows, each with a class and a group.
 *
 * @category Laws
 */
export interface SplitterRows {
  readonly rows: number
  readonly labels: readonly number[]
  readonly groups: readonly number[]
}

/**
 * A way to deal rows into parts: the numbers of the rows in each part. The same key deals the same way.
 *
 * @category Laws
 */
export type Splitter = (rows: SplitterRows, key: Key) => readonly (readonly number[])[]

/**
 * What a splitter promises.
 *
 * @category Laws
 */
export interface SplitterLawOptions extends LawOptions {
  /** The share of each part: sizes differ from share · n by less than 1. */
  readonly shares?: readonly number[]
  /** Whether every row is in a part; true unless told otherwise. */
  readonly whole?: boolean
  /** Whether each class has its share in each part. */
  readonly stratified?: boolean
  /** Whether no group is in two parts. */
  readonly grouped?: boolean
  /** Whether no row of a part comes after one of a later part, as in time. */
  readonly ordered?: boolean
  /** The fewest rows that it takes; 12 unless told otherwise. */
  readonly fewest?: number
}

interface SplitterCase {
  readonly rows: number
  readonly seed: number
}

const drawn = ({ rows, seed }: SplitterCase): SplitterRows => {
  const list = (name: string, below: number): readonly number[] =>
    Array.from(toTypedArray(uniform(foldIn(keyOf(seed), name), [rows], { high: below })), Math.floor)
  // Every class is there often enough to be dealt.
  return { rows, labels: list('labels', 2), groups: list('groups', Math.max(2, Math.floor(rows / 2))) }
}

type Parts = readonly (readonly number[])[]

const showParts = (parts: Parts): string => parts.map((part) => `{${part.join(', ')}}`).join(' ')

const areDisjoint = (parts: Parts, { rows }: SplitterRows): Finding => {
  const all = parts.flat()
  const odd = all.find((row) => !(Number.isInteger(row) && row >= 0 && row < rows))
  if (odd !== undefined) return fails('the numbers of rows', `whole numbers from 0 to ${rows - 1}`, odd)
  const twice = all.find((row, i) => all.indexOf(row) !== i)
  return twice === undefined ? undefined : fails(`row ${twice}`, 'in one part', showParts(parts))
}

const areWhole = (parts: Parts, { rows }: SplitterRows): Finding => {
  const all = new Set(parts.flat())
  const missing = Array.from({ length: rows }, (_, i) => i).find((row) => !all.has(row))
  return missing === undefined ? undefined : fails(`row ${missing}`, 'in a part', showParts(parts))
}

const haveShares = (parts: Parts, rows: number, shares: readonly number[], what: string): Finding =>
  firstFinding(
    shares.map((share, i) => () => {
      const size = parts[i]?.length ?? 0
      return Math.abs(size - share * rows) < 1 + 1e-9
        ? undefined
        : fails(`${what} of part ${i}`, `${(share * rows).toFixed(2)}, give or take less than 1`, size)
    }),
  )

const keepGroups = (parts: Parts, { groups }: SplitterRows): Finding =>
  firstFinding(
    [...new Set(groups)].map((group) => () => {
      const holding = parts.flatMap((part, i) => (part.some((row) => groups[row] === group) ? [i] : []))
      return holding.length <= 1
        ? undefined
        : fails(`group ${group}`, 'in one part', `in parts ${holding.join(' and ')}`)
    }),
  )

const areOrdered = (parts: Parts): Finding =>
  firstFinding(
    parts.slice(1).map((part, i) => () => {
      const [last, first] = [Math.max(...parts[i]!), Math.min(...part)]
      return last < first
        ? undefined
        : fails(`the first row of part ${i + 1}`, `after row ${last}, the last of part ${i}`, first)
    }),
  )

/** Classes under other numbers are the same classes. */
const ignoresNumbers = (splitter: Splitter, one: SplitterRows, key: Key): Finding => {
  const other = { ...one, labels: one.labels.map((label) => 7 - 3 * label) }
  const [expected, found] = [showParts(splitter(one, key)), showParts(splitter(other, key))]
  return expected === found
    ? undefined
    : fails('the parts with other numbers for the classes', expected, found)
}

/**
 * Laws of a way to deal rows: parts that share no row and leave none out, the same for one key, and what it promises of
 * shares, classes, groups and order.
 *
 * @throws ArgumentError for another option.
 */
export const splitterLaws = (splitter: Splitter, options: SplitterLawOptions = {}): readonly Law[] => {
  checkLawOptions('laws.splitter', options, {
    seed: true,
    runs: true,
    shares: true,
    whole: true,
    stratified: true,
    grouped: true,
    ordered: true,
    fewest: true,
  })
  const { shares, whole = true, stratified, grouped, ordered, fewest = 12, ...how } = options
  checkSetting('laws.splitter', 'fewest', fewest, count)
  const of = splitter.name === '' ? 'a splitter' : `splitter '${splitter.name}'`
  const cases: Cases<SplitterCase> = {
    arbitrary: fc.record({ rows: fc.integer({ min: fewest, max: fewest + 30 }), seed: fc.nat(999) }),
    show: (one) => ({
      case: `${one.rows} rows, seed ${one.seed}`,
      labels: drawn(one).labels.join(' '),
      ...(grouped === true ? { groups: drawn(one).groups.join(' ') } : {}),
    }),
  }
  const keyAt = (seed: number): Key => foldIn(keyOf(seed), 'split')
  const law = (name: string, judge: (parts: Parts, rows: SplitterRows, key: Key) => Finding): Law =>
    lawOf(
      of,
      name,
      cases,
      (one) => judge(splitter(drawn(one), keyAt(one.seed)), drawn(one), keyAt(one.seed)),
      how,
    )
  return [
    law('no row is in two parts', areDisjoint),
    ...(whole ? [law('every row is in a part', areWhole)] : []),
    law('deals the same for the same key', (parts, rows, key) => {
      const again = showParts(splitter(rows, key))
      return again === showParts(parts)
        ? undefined
        : fails('the parts when asked again', showParts(parts), again)
    }),
    law('does not depend on the numbers of the classes', (_, rows, key) =>
      ignoresNumbers(splitter, rows, key),
    ),
    ...(shares !== undefined && grouped !== true
      ? [law('each part has its share', (parts, { rows }) => haveShares(parts, rows, shares, 'the size'))]
      : []),
    ...(shares !== undefined && stratified === true
      ? [
          law('each class has its share in each part', (parts, { labels }) =>
            firstFinding(
              [...new Set(labels)].map((label) => () => {
                const only = parts.map((part) => part.filter((row) => labels[row] === label))
                const size = labels.filter((each) => each === label).length
                return haveShares(only, size, shares, `class ${label}, the size`)
              }),
            ),
          ),
        ]
      : []),
    ...(grouped === true ? [law('no group is in two parts', keepGroups)] : []),
    ...(ordered === true ? [law('no row comes after one of a later part', areOrdered)] : []),
  ]
}
