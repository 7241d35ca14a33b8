import { signal } from '@preact/signals'
import { decimalText, numberText as printed, type Language, type Wording } from 'puregrad/report'

/** The language of the page. What reads it is drawn again when it changes. */
export const language = signal<Language>('en')

/** A text as the page says it now; texts of the user's own are the same in every language. */
export const text = (wording: Wording | string): string =>
  typeof wording === 'string' ? wording : wording[language.value]

/** A number for people: whole ones with all of their digits, others with four that count. */
export const numberText = (value: number, digits = 4): string =>
  Number.isInteger(value) && Math.abs(value) < 1e6
    ? decimalText(value, 0, language.value)
    : printed(value, language.value, digits)

/** A share of 1 in hundredths. */
export const percentText = (share: number): string => {
  const hundredths = Math.round(1000 * share) / 10
  return Number.isFinite(share)
    ? `${decimalText(hundredths, Number.isInteger(hundredths) ? 0 : 1, language.value)}\u00a0%`
    : '–'
}

/** The number a text says, with a point or a comma; NaN where it says none. */
export const parseNumber = (written: string): number => {
  const plain = written
    .replace(/[\s\u00a0\u202f]/g, '')
    .replace('−', '-')
    .replace(',', '.')
  return plain === '' ? NaN : Number(plain)
}

/** A number as people type it: all of its digits, no grouping, by a power of ten where it is very large or small. */
export const typedNumber = (value: number): string => {
  const size = Math.abs(value)
  const plain =
    size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential().replace('e+', 'e') : String(value)
  return language.value === 'bg' ? plain.replace('.', ',') : plain
}
