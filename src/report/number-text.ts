import type { Language } from './wording.ts'

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/**
 * 10 to a whole power, as it is printed.
 *
 * @example
 * ```ts
 * import { powerOfTen } from 'puregrad/report'
 * powerOfTen(-5) // => '10⁻⁵'
 * ```
 * @category Language
 */
export const powerOfTen = (exponent: number): string =>
  `10${exponent < 0 ? '⁻' : ''}${Array.from(String(Math.abs(exponent)), (digit) => superscripts[Number(digit)]).join('')}`

const marks: Readonly<Record<Language, { readonly decimal: string; readonly group: string }>> = {
  en: { decimal: '.', group: ',' },
  bg: { decimal: ',', group: '\u00a0' },
}

/**
 * A number with so many decimals, as a language prints it: groups of three from 10,000 on, and a true minus.
 *
 * @example
 * ```ts
 * import { decimalText } from 'puregrad/report'
 * decimalText(-12345.678, 2, 'en') // => '−12,345.68'
 * decimalText(0.5, 1, 'bg') // => '0,5'
 * ```
 * @category Language
 */
export const decimalText = (value: number, decimals: number, language: Language): string => {
  const { decimal, group } = marks[language]
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.')
  const grouped = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, group)
  const text = fraction === undefined ? grouped : `${grouped}${decimal}${fraction}`
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

const withoutZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

/**
 * A number with so many digits that count, at most; by a power of ten where it is very large or very small, and a dash
 * for what is no number.
 *
 * @example
 * ```ts
 * import { numberText } from 'puregrad/report'
 * numberText(0.000012345, 'en') // => '1.23·10⁻⁵'
 * numberText(0.4, 'bg') // => '0,4'
 * ```
 * @category Language
 */
export const numberText = (value: number, language: Language, digits = 3): string => {
  if (Number.isNaN(value)) return '—'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (value === 0) return '0'
  const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e')
  const power = Number(exponent)
  if (power >= 6 || power < -4) {
    const [whole = '', fraction = ''] = withoutZeros(mantissa).split('.')
    const short = decimalText(Number(mantissa), fraction.length, language)
    return whole === '1' && fraction === '' ? powerOfTen(power) : `${short}·${powerOfTen(power)}`
  }
  const plain = withoutZeros(Number(value.toPrecision(digits)).toFixed(Math.max(0, digits - 1 - power)))
  return decimalText(Number(plain), plain.split('.')[1]?.length ?? 0, language)
}
