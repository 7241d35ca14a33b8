import { strictNumber, type DecimalMark } from '../formats/strict-number.ts'

/**
 * What parts the thousands of a number, `''` where nothing may: a comma, a point, a blank (also one that does not break)
 * or an apostrophe.
 *
 * @category Tables
 */
export type ThousandsMark = '' | ',' | '.' | ' ' | "'"

/**
 * How the numbers of a column are written.
 *
 * @category Tables
 */
export interface NumberMarks {
  readonly decimal: DecimalMark
  readonly thousands: ThousandsMark
  /** Whether a percent sign stands after each number; 12.5 % is read as 12.5. */
  readonly percent: boolean
}

export const decimalMarks: readonly DecimalMark[] = ['.', ',']
export const thousandsMarks: readonly ThousandsMark[] = ['', ',', '.', ' ', "'"]

const pairs: readonly (readonly [DecimalMark, ThousandsMark])[] = [
  ['.', ''],
  [',', ''],
  ['.', ','],
  [',', '.'],
  ['.', ' '],
  [',', ' '],
  ['.', "'"],
  [',', "'"],
]

/** All ways in which numbers are written, the usual ones first; a set of them is one bit for each. */
export const allMarks: readonly NumberMarks[] = [false, true].flatMap((percent) =>
  pairs.map(([decimal, thousands]) => ({ decimal, thousands, percent })),
)

const bitsWhere = (holds: (marks: NumberMarks) => boolean): number =>
  allMarks.reduce((bits, marks, i) => (holds(marks) ? bits | (1 << i) : bits), 0)

/** The marks by which a whole number without marks is read. */
export const wholeMarks = bitsWhere(({ percent }) => !percent)

/** The marks by which digits, a mark and digits are read where the mark cannot part thousands. */
export const fractionMarks: Readonly<Record<DecimalMark, number>> = {
  '.': bitsWhere(({ decimal, percent }) => decimal === '.' && !percent),
  ',': bitsWhere(({ decimal, percent }) => decimal === ',' && !percent),
}

/** The marks by which a number such as 1.234 is read: three digits after the mark, one to three before it. */
export const threeDigitMarks: Readonly<Record<DecimalMark, number>> = {
  '.': fractionMarks['.'] | bitsWhere(({ thousands, percent }) => thousands === '.' && !percent),
  ',': fractionMarks[','] | bitsWhere(({ thousands, percent }) => thousands === ',' && !percent),
}

const groups: Readonly<Record<Exclude<ThousandsMark, ''>, { readonly form: RegExp; readonly mark: RegExp }>> =
  {
    ',': { form: /^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?!\d)/, mark: /,/g },
    '.': { form: /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?!\d)/, mark: /\./g },
    ' ': {
      form: /^[+-]?[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)/,
      mark: /[ \u00a0\u2009\u202f]/g,
    },
    "'": { form: /^[+-]?[1-9]\d{0,2}(?:['’]\d{3})+(?!\d)/, mark: /['’]/g },
  }

/** The number that a text is by these marks, NaN where it is none. Whole numbers need not be parted. */
export const numberByMarks = (text: string, { decimal, thousands, percent }: NumberMarks): number => {
  if (text.endsWith('%') !== percent) return NaN
  const body = percent ? text.slice(0, -1) : text
  const whole = thousands === '' ? undefined : groups[thousands].form.exec(body)?.[0]
  return whole === undefined || thousands === ''
    ? strictNumber(body, decimal)
    : strictNumber(whole.replace(groups[thousands].mark, '') + body.slice(whole.length), decimal)
}

/** Zeros before a whole number, and whole numbers that no double holds: names that are written in digits. */
export const isDigitName = (text: string): boolean =>
  /^[+-]?0\d/.test(text) || (/^[+-]?\d{16,}$/.test(text) && Math.abs(Number(text)) > Number.MAX_SAFE_INTEGER)

/**
 * The marks by which a text is a number, a bit for each of {@link allMarks}; 0 for none. Digits with a needless zero
 * before them, such as those of a ZIP code, are no number, nor are those of a whole number beyond 2⁵³.
 */
export const marksOf = (text: string): number => {
  if (!/^[+-]?[\d.,]/.test(text) || isDigitName(text)) return 0
  // Most numbers are of these two forms.
  if (/^[+-]?\d{1,15}$/.test(text)) return wholeMarks
  const [, before = '', after] = /^[+-]?(\d{1,15})\.(\d{1,15})$/.exec(text) ?? []
  if (after !== undefined)
    return after.length === 3 && before.length < 4 && before !== '0'
      ? threeDigitMarks['.']
      : fractionMarks['.']
  return allMarks.reduce(
    (bits, marks, i) => (Number.isNaN(numberByMarks(text, marks)) ? bits : bits | (1 << i)),
    0,
  )
}
