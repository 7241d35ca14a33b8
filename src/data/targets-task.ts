import { strictNumber, type DecimalMark } from './formats/strict-number.ts'
import { showText } from '../core/tensor/show-value.ts'

/** So many classes named by numbers are nothing unusual. */
const usualClasses = 20

/** Rows to each class; with fewer, many numbers are measurements rather than classes. */
const usualRows = 5

/** What stays the same however a class is written: the value of a number, a text without marks that cannot be seen. */
const spelling = (name: string, decimal: DecimalMark): string => {
  const seen = name.normalize('NFC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  const value = strictNumber(seen, decimal)
  return Number.isNaN(value) ? seen : String(value)
}

/**
 * Why targets with these names, over so many rows, may be numbers to be estimated rather than classes: all of them are
 * numbers, and some have a fraction, or nearly every row has its own. So may be classes that only differ in how they
 * are written, such as 1 and 1.0. Undefined where they are classes.
 */
export const mayBeNumbers = (
  names: readonly string[],
  rows: number,
  decimal: DecimalMark = '.',
): string | undefined => {
  const folded = names.map((name) => spelling(name, decimal))
  const places = new Map(folded.map((name, i) => [name, i]))
  const twin = folded.findIndex((name, i) => places.get(name) !== i)
  const other = names[places.get(folded[twin] ?? '') ?? 0] ?? ''
  if (twin >= 0)
    return `the targets ${showText(names[twin] ?? '', 40)} and ${showText(other, 40)} are one and the same, written in two ways`
  const values = names.map((name) => strictNumber(name, decimal))
  if (values.some(Number.isNaN)) return undefined
  const fraction = names[values.findIndex((value) => !Number.isInteger(value))]
  return fraction !== undefined
    ? `the targets are numbers with fractions, such as ${showText(fraction, 40)}`
    : names.length > usualClasses && rows < usualRows * names.length
      ? `the targets are ${names.length} different numbers in ${rows} rows`
      : undefined
}
