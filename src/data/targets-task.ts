import { strictNumber, type DecimalMark } from './strict-number.ts'
import { showText } from '../tensor/show-value.ts'

/** So many classes named by numbers are nothing unusual. */
const usualClasses = 20

/** Rows to each class; with fewer, many numbers are measurements rather than classes. */
const usualRows = 5

/**
 * Why targets with these names, over so many rows, may be numbers to be estimated rather than classes: all of them are
 * numbers, and some have a fraction, or nearly every row has its own. Undefined where they are classes.
 */
export const mayBeNumbers = (
  names: readonly string[],
  rows: number,
  decimal: DecimalMark = '.',
): string | undefined => {
  const values = names.map((name) => strictNumber(name, decimal))
  if (values.some(Number.isNaN)) return undefined
  const fraction = names[values.findIndex((value) => !Number.isInteger(value))]
  return fraction !== undefined
    ? `the targets are numbers with fractions, such as ${showText(fraction, 40)}`
    : names.length > usualClasses && rows < usualRows * names.length
      ? `the targets are ${names.length} different numbers in ${rows} rows`
      : undefined
}
