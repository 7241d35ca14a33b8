import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { numberIn, strictNumber } from '../../src/data/formats/strict-number.ts'

const inBytes = (text: string, decimal: '.' | ',' = '.'): number => {
  const bytes = new TextEncoder().encode(`;${text};`)
  return numberIn(bytes, 1, bytes.length - 1, decimal)
}

describe('a number in a cell', () => {
  test.each([
    '0x10',
    '0b11',
    '0o7',
    '1_000',
    'Infinity',
    '-Infinity',
    'NaN',
    '١',
    '１',
    '',
    ' ',
    '\t',
    '.',
    '-',
    '+',
  ])('%j is none', (text) => {
    expect([strictNumber(text), inBytes(text)]).toEqual([NaN, NaN])
  })
  test.each([
    '1e',
    'e5',
    '1e+',
    '1.2.3',
    '1 2',
    '--1',
    '+-1',
    '1,5',
    '1e999',
    '-1e999',
    '1f',
    '5%',
    '1e5.',
    '$1',
    '"1',
  ])('%j is none either', (text) => {
    expect([strictNumber(text), inBytes(text)]).toEqual([NaN, NaN])
  })
  test.each<readonly [string, number]>([
    ['+1', 1],
    ['.5', 0.5],
    ['1.', 1],
    ['1e5', 1e5],
    ['1E-5', 1e-5],
    ['-0', -0],
    [' 12\t', 12],
    ['\u00a07\u00a0', 7],
    ['007', 7],
    ['1e-999', 0],
    ['0.00000000000000000000000125', 1.25e-24],
    ['9007199254740993', 9007199254740992],
    ['0.1000000000000000055511151231257827', 0.1],
    ['123456789012345678901234567890', 123456789012345678901234567890],
    ['2.2250738585072011e-308', 2.2250738585072011e-308],
  ])('%j is %d', (text, value) => {
    expect([strictNumber(text), inBytes(text)]).toEqual([value, value])
  })

  test('is read from bytes as from text', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789.,eE+- x'), maxLength: 9 })
    fc.assert(
      fc.property(text, fc.constantFrom<'.' | ','>('.', ','), (cell, decimal) => {
        expect(inBytes(cell, decimal)).toBe(strictNumber(cell, decimal))
      }),
      { numRuns: 3000 },
    )
  })

  test('is the nearest double, however it is written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(20), (value, digits) => {
        for (const text of [String(value), value.toExponential(digits), value.toFixed(Math.min(20, digits))])
          expect(inBytes(text)).toBe(Number.isFinite(Number(text)) ? Number(text) : NaN)
      }),
      { numRuns: 3000 },
    )
  })

  test('has a decimal comma only where that is asked for', () => {
    expect([inBytes('1,5', ','), inBytes('1.5', ','), inBytes('-,5e2', ','), inBytes('1', ',')]).toEqual([
      1.5,
      NaN,
      -50,
      1,
    ])
  })
})
