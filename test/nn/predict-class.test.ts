import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, argmax, logSoftmax, mul, softmax, tensor, toArray, type Tensor } from '../../src/index.ts'
import { predictClass } from '../../src/nn/index.ts'
import { dyadic, tensorsOf } from '../../src/testing/index.ts'

const rowsOf = (x: Tensor): readonly (readonly number[])[] => toArray(x) as number[][]
const logits = (options = {}) =>
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 10 }))
    .chain((shape) => tensorsOf(shape, options))
const names = Array.from({ length: 10 }, (_, i) => `y${i + 1}`)

describe('softmax', () => {
  test('has positive rows that add up to 1', () => {
    fc.assert(
      fc.property(logits(), (x) => {
        for (const row of rowsOf(softmax(x))) {
          // At most 10 terms, each rounded once.
          expect(Math.abs(row.reduce((a, b) => a + b, 0) - 1)).toBeLessThanOrEqual(1e-15 * row.length)
          row.forEach((p) => expect(p).toBeGreaterThan(0))
        }
      }),
    )
  })
  test('does not change when a row is shifted: bit for bit where the shift is exact', () => {
    fc.assert(
      fc.property(logits(), dyadic({ min: -64, max: 64 }), (x, shift) => {
        expect(toArray(softmax(add(x, shift) as Tensor))).toEqual(toArray(softmax(x)))
      }),
    )
  })
  test('keeps the class with the largest output, and so does doubling', () => {
    fc.assert(
      fc.property(logits(), (x) => {
        const own = names.slice(0, x.shape[1])
        expect(toArray(argmax(softmax(x), { axis: 1 }))).toEqual(toArray(argmax(x, { axis: 1 })))
        expect(predictClass(softmax(x), own)).toEqual(predictClass(x, own))
        expect(predictClass(mul(x, 2) as Tensor, own)).toEqual(predictClass(x, own))
      }),
    )
  })
  test('does not overflow at ±1000: rows still add up to 1 and logarithms are finite', () => {
    const extremes = fc
      .array(fc.constantFrom(-1000, 0, 1000), { minLength: 1, maxLength: 10 })
      .map((row) => [row])
    fc.assert(
      fc.property(extremes, fc.constantFrom('float32' as const, 'float64' as const), ([row = []], dtype) => {
        const x = tensor([row], { dtype }) as Tensor
        const [p = []] = rowsOf(softmax(x))
        expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
        // The largest ones share everything: the next are e^−1000 of them, which no float holds.
        const top = row.filter((value) => value === Math.max(...row)).length
        p.forEach((value, i) => expect(value).toBeCloseTo(row[i] === Math.max(...row) ? 1 / top : 0, 6))
        const [logs = []] = rowsOf(logSoftmax(x))
        logs.forEach((value, i) =>
          expect(value).toBeCloseTo((row[i] ?? 0) - Math.max(...row) - Math.log(top), 3),
        )
      }),
    )
  })
})

describe('the predicted class', () => {
  test('is the name of the first largest output', () => {
    fc.assert(
      fc.property(logits(), (x) => {
        const own = names.slice(0, x.shape[1])
        const expected = rowsOf(x).map((row) => own[row.indexOf(Math.max(...row))])
        expect(predictClass(x, own)).toEqual(expected)
      }),
    )
  })
  test('does not depend on other rows', () => {
    fc.assert(
      fc.property(logits(), (x) => {
        const own = names.slice(0, x.shape[1])
        const one = rowsOf(x).map((row) => predictClass(tensor([row]) as Tensor, own)[0])
        expect(predictClass(x, own)).toEqual(one)
      }),
    )
  })
  test('needs one name per output', () => {
    expect(() => predictClass(tensor([[1, 2, 3]]), ['a', 'b'])).toThrow(
      'expected outputs [rows, 2] for 2 names, got [1, 3]',
    )
    expect(() => predictClass(tensor([1, 2]) as Tensor, ['a', 'b'])).toThrow('got [2]')
  })
})
