/* eslint-disable functional/no-let, functional/no-loop-statements --
   millions of cells are read digit by digit */
import type { FloatDType } from '../../core/tensor/dtype.ts'

/**
 * The mark before the fraction of a number.
 *
 * @category Files
 */
export type DecimalMark = '.' | ','

const grammar = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/**
 * A text as a number, NaN for anything else: digits with an optional sign, fraction and exponent, blanks around them.
 * `+1`, `.5`, `1.` and `1e5` are numbers; `0x10`, `1_000`, `Infinity`, digits of other scripts and nothing are not, nor
 * is a number beyond float64.
 */
export const strictNumber = (text: string, decimal: DecimalMark = '.'): number => {
  const trimmed = text.trim()
  const pointed = decimal === '.' ? trimmed : trimmed.includes('.') ? '' : trimmed.replace(',', '.')
  const value = grammar.test(pointed) ? Number(pointed) : NaN
  return Number.isFinite(value) ? value : NaN
}

/** A number where the dtype holds it, NaN where it is too large. */
export const within = (value: number, dtype: FloatDType): number =>
  dtype === 'float64' || Number.isFinite(Math.fround(value)) ? value : NaN

/** Powers of ten that a double holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))

/** Whole numbers below this are exact. */
const exact = 2 ** 53

const decoder = new TextDecoder()

/**
 * {@link strictNumber} of the text in some bytes of UTF-8, without making it. A product or quotient of an exact whole
 * number and an exact power of ten is rounded once, so it is the nearest double; all else goes through the text.
 *
 * Source: W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990.
 */
export const numberIn = (bytes: Uint8Array, start: number, end: number, decimal: DecimalMark): number => {
  const point = decimal.charCodeAt(0)
  let at = start
  let to = end
  while (at < to && (bytes[at] === 32 || bytes[at] === 9)) at++
  while (to > at && (bytes[to - 1] === 32 || bytes[to - 1] === 9)) to--
  const first = bytes[at]!
  const negative = first === 45
  let next = negative || first === 43 ? at + 1 : at
  let whole = 0
  let digits = 0
  let scale = 0
  for (; next < to; next++) {
    const digit = bytes[next]! - 48
    if (digit < 0 || digit > 9) break
    whole = whole * 10 + digit
    digits++
  }
  if (next < to && bytes[next] === point) {
    const fraction = ++next
    for (; next < to; next++) {
      const digit = bytes[next]! - 48
      if (digit < 0 || digit > 9) break
      whole = whole * 10 + digit
    }
    scale = next - fraction
    digits += scale
  }
  // Exponents and long numbers are rare; what is not in the grammar is refused with its text at hand.
  if (next < to || digits === 0 || whole >= exact || scale > 22)
    return at >= to ? NaN : strictNumber(decoder.decode(bytes.subarray(at, to)), decimal)
  const size = scale === 0 ? whole : whole / powers[scale]!
  return negative ? -size : size
}
