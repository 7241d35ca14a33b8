import { signal } from '@preact/signals'
import type { Language, Wording } from 'puregrad/report'

/** The language of the page. What reads it is drawn again when it changes. */
export const language = signal<Language>('en')

/** A text as the page says it now; texts of the user's own are the same in every language. */
export const text = (wording: Wording | string): string =>
  typeof wording === 'string' ? wording : wording[language.value]

/**
 * A number for people, with the decimal sign of the language: four significant digits, and a power of ten where there
 * would be many zeros.
 */
export const numberText = (value: number, digits = 4): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const options: Intl.NumberFormatOptions =
    size !== 0 && (size < 1e-4 || size >= 1e7)
      ? { notation: 'scientific', maximumSignificantDigits: digits }
      : {
          maximumSignificantDigits: Math.max(digits, Math.ceil(Math.log10(size + 1))),
          useGrouping: size >= 1e4,
        }
  return new Intl.NumberFormat(language.value, options).format(value)
}

/** A share of 1 in hundredths. */
export const percentText = (share: number): string =>
  Number.isFinite(share)
    ? new Intl.NumberFormat(language.value, { style: 'percent', maximumFractionDigits: 1 }).format(share)
    : '–'

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
