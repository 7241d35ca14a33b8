import type { ColumnStatistics, NumberStatistics } from './column-statistics.ts'
import type { InferredColumn } from './inferred-column.ts'
import type { ColumnFlag } from './table-report.ts'

/** Codes are up to so many whole numbers, each used again and again. */
const mostCodes = 12
const greatestCode = 50
const usesOfCode = 5

/** A number in digits of one kind, such as 9 or 9999. */
const isNines = (value: number): boolean => /^9+$/.test(String(Math.abs(value)))

/**
 * A number that occurs more than once beyond all others and may mean that there is none: -1 below whole numbers from 0
 * on, another negative whole number below numbers from 0 on (such as -200 or -999), nines further above the rest than
 * that is wide.
 */
const sentinel = ({ low, high, whole }: NumberStatistics): ColumnFlag | undefined => {
  const isWide = high.value > low.next
  if (low.value < 0 && low.next >= 0 && low.count > 1 && isWide && Number.isInteger(low.value))
    if (low.value !== -1 || whole) return { kind: 'sentinel', value: low.value, count: low.count }
  return high.count > 1 &&
    high.value >= 99 &&
    isNines(high.value) &&
    high.next > low.value &&
    high.value - high.next > high.next - low.value
    ? { kind: 'sentinel', value: high.value, count: high.count }
    : undefined
}

const hasCodes = ({ whole, complete, distinct, low, high, count }: NumberStatistics): boolean =>
  whole &&
  complete &&
  distinct <= mostCodes &&
  count >= usesOfCode * distinct &&
  low.value >= 0 &&
  high.value <= greatestCode &&
  (distinct > 2 || (distinct === 2 && high.value > 1))

const flagsOfNumbers = (values: NumberStatistics): readonly ColumnFlag[] => {
  const found = sentinel(values)
  return [
    ...(found === undefined ? [] : [found]),
    ...(hasCodes(values) ? [{ kind: 'integer-codes' as const, values: values.distinct }] : []),
  ]
}

/** A number, maybe in brackets, with a few signs before or after it: $1,250.00, (3.5), 12 лв., 80 kg. */
const amongSigns = /^(\(?[-+]?\s?\(?(?:\p{Sc}|[A-Z]{3})?\s?)[-+]?\d[\d.,]*(\s?(?:\p{Sc}|\p{L}{1,4}\.?)?\)?)$/u

/** So many pairs of what stands before and after the numbers of one column. */
const mostSigns = 3

/** A cell of texts that are numbers but for what stands around them, the same around all of them. */
const signedNumber = ({ texts, textsComplete, dates, digitNames }: ColumnStatistics): string | undefined => {
  const cells = [...texts.keys()]
  const [first] = cells
  if (!textsComplete || first === undefined || !amongSigns.test(first)) return undefined
  if (dates.size > 0 || digitNames.count > 0) return undefined
  const found = cells.map((cell) => amongSigns.exec(cell))
  const signs = new Set(found.map((match) => match && `${match[1]!} ${match[2]!}`))
  return !signs.has(null) && signs.size <= mostSigns ? first : undefined
}

/** What should be looked at in a column by itself. */
export const columnFlags = (
  column: ColumnStatistics,
  { schema, why }: Omit<InferredColumn, 'flags'>,
): readonly ColumnFlag[] => {
  const { texts, values, numbers } = column
  const signed =
    (schema.kind === 'text' || schema.kind === 'identifier') && why.kind !== 'told'
      ? signedNumber(column)
      : undefined
  const distinct = texts.size + (numbers.size > 0 ? values.distinct : 0)
  return [
    ...(distinct === 0 ? [{ kind: 'empty' as const }] : []),
    ...(distinct === 1 ? [{ kind: 'constant' as const, value: column.examples[0] ?? '' }] : []),
    ...(schema.kind === 'identifier' && why.kind !== 'told' ? [{ kind: 'identifier' as const }] : []),
    ...(signed === undefined ? [] : [{ kind: 'numbers-among-signs' as const, example: signed }]),
    ...(schema.kind === 'number' ? flagsOfNumbers(values) : []),
  ]
}
