import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText, numberText, powerOfTen } from '../../src/report/number-text.ts'
import { textWidth, wrapText } from '../../src/report/text-width.ts'
import { ticksOf } from '../../src/report/ticks.ts'
import { dyadic } from '../../src/testing/arbitraries.ts'

const digitsOf = (label: string): readonly [number, number] => {
  const plain = label.replaceAll('−', '-').replaceAll(',', '')
  const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'
  const [, before, minus, after] = /^(.*?·)?10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(plain) ?? []
  return after === undefined
    ? [Number(plain), 0]
    : [
        before === undefined ? 1 : Number(before.slice(0, -1)),
        Number(
          (minus === '' ? '' : '-') + Array.from(after, (digit) => superscripts.indexOf(digit)).join(''),
        ),
      ]
}
/** The number that a label of an axis says. */
const readBack = (label: string): number => {
  const [mantissa, power] = digitsOf(label)
  return Number(`${mantissa}e${power}`)
}

const end = fc.tuple(dyadic({ min: -9.9, max: 9.9 }), fc.integer({ min: -12, max: 12 }))
const number = end.map(([mantissa, power]) => mantissa * 10 ** power)

describe('the marks of an axis', () => {
  test('on a linear scale: even steps inside the ends, labels that say exactly the numbers, all in one way', () => {
    fc.assert(
      fc.property(number, number, fc.integer({ min: 3, max: 10 }), (a, b, count) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        fc.pre(high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high)) && high - low > 1e-12)
        const { values, labels } = ticksOf(low, high, {
          scale: 'linear',
          whole: false,
          count,
          language: 'en',
        })
        const slack = 1e-6 * (high - low)
        expect(values.length).toBeGreaterThanOrEqual(1)
        expect(values.length).toBeLessThanOrEqual(2 * count + 2)
        expect(values.every((value) => value >= low - slack && value <= high + slack)).toBe(true)
        labels.forEach((label, i) => expect(Math.abs(readBack(label) - values[i]!)).toBeLessThan(slack))
        expect(new Set(labels).size).toBe(labels.length)
        const kinds = new Set(
          labels.filter((label) => label !== '0').map((label) => /10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(label)),
        )
        expect(kinds.size).toBeLessThanOrEqual(1)
      }),
    )
  })
  test('on a log scale likewise', () => {
    const positive = dyadic({ min: -30, max: 30 }).map((power) => 10 ** power)
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        fc.pre(high / low > 1.5)
        const { values, labels } = ticksOf(low, high, {
          scale: 'log',
          whole: false,
          count: 6,
          language: 'en',
        })
        expect(values.length).toBeGreaterThanOrEqual(1)
        expect(values.length).toBeLessThanOrEqual(14)
        expect(values.every((value) => value >= low * (1 - 1e-6) && value <= high * (1 + 1e-6))).toBe(true)
        labels.forEach((label, i) => expect(readBack(label) / values[i]!).toBeCloseTo(1, 6))
        expect(new Set(labels).size).toBe(labels.length)
      }),
    )
  })
  test('of whole numbers are whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 5000 }), (low, span) => {
        const { values } = ticksOf(low, low + span, {
          scale: 'linear',
          whole: true,
          count: 8,
          language: 'bg',
        })
        expect(values.every(Number.isInteger)).toBe(true)
      }),
    )
  })
})

describe('numbers', () => {
  test('are printed as each language does', () => {
    expect(decimalText(-1234567.891, 2, 'en')).toBe('−1,234,567.89')
    expect(decimalText(-1234567.891, 2, 'bg')).toBe('−1\u00a0234\u00a0567,89')
    expect(decimalText(1234.5, 1, 'bg')).toBe('1234,5')
    expect(decimalText(-0.001, 1, 'en')).toBe('0.0')
    expect(numberText(0.000012345, 'bg')).toBe('1,23·10⁻⁵')
    expect(numberText(1e-5, 'en')).toBe('10⁻⁵')
    expect(numberText(0.4, 'bg')).toBe('0,4')
    expect(numberText(99.96, 'en')).toBe('100')
    expect(numberText(NaN, 'en')).toBe('—')
    expect(numberText(-Infinity, 'en')).toBe('−∞')
    expect(powerOfTen(-12)).toBe('10⁻¹²')
  })
  test('lose no more than the digits left out', () => {
    fc.assert(
      fc.property(number, (value) => {
        const back = readBack(numberText(value, 'en', 4))
        expect(Math.abs(back - value)).toBeLessThanOrEqual(0.0006 * Math.abs(value))
      }),
    )
  })
})

test('wrapped text has all its words in order, and no line is too wide', () => {
  const text = fc.array(
    fc.string({ unit: fc.constantFrom('a', 'W', 'я', 'i'), minLength: 1, maxLength: 30 }),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(text, fc.integer({ min: 60, max: 300 }), (words, width) => {
      const lines = wrapText(words.join(' '), width, 12)
      expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''))
      expect(lines.every((line) => textWidth(line, 12) <= width)).toBe(true)
    }),
  )
})
