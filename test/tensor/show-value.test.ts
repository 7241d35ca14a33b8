import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tensor } from '../../src/index.ts'
import { showText, showValue } from '../../src/core/tensor/show-value.ts'

const deep = (levels: number): unknown =>
  Array.from({ length: levels }).reduce<unknown>((inner) => ({ inner: [inner] }), 1)

describe('showValue', () => {
  test('is short, of one line and without control characters, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }), (value) => {
        const text = showValue(value)
        expect(text.length).toBeLessThan(600)
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
      }),
    )
  })
  test('reads like the value where it is small', () => {
    expect(showValue({ a: [1, 'x'], b: null })).toBe('{a: [1, "x"], b: null}')
    expect(showValue(undefined)).toBe('nothing')
    expect(showValue(-0)).toBe('-0')
    expect(showValue(tensor([[1, 2]]))).toBe('a float32 tensor of shape [1, 2]')
    expect(showValue('a "b"')).toBe('"a \\"b\\""')
  })
  test('stands large, deep and hostile values', () => {
    expect(showValue('x'.repeat(5e6)).length).toBeLessThan(100)
    expect(showValue(Array.from({ length: 1e6 }, (_, i) => i)).length).toBeLessThan(120)
    expect(showValue(deep(50_000)).length).toBeLessThan(200)
    expect(showValue({ toString: 1, toJSON: 1 })).toBe('{toString: 1, toJSON: 1}')
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no')
        },
      },
    )
    expect(showValue(hostile)).toBe('a value of type object')
    expect(showValue('\u001b[31mred\u0007\n\u202e')).toBe('"\\u001b[31mred\\u0007\\n\\u202e"')
    expect(showText('ab\u0000c', 3)).toBe('ab\\u0000…')
  })
})
