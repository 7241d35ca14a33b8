import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  grad,
  hessian,
  item,
  linspace,
  mul,
  softsign,
  square,
  std,
  sum,
  tensor,
  toArray,
  toTypedArray,
  type Tensor,
} from '../../src/index.ts'
import { onEveryExecutor } from './on-every-executor.ts'

describe('the standard deviation', () => {
  it.each([
    ['float32', 1e-30],
    ['float32', 1e-40],
    ['float32', 1e30],
    ['float32', 3e38],
    ['float64', 1e-200],
    ['float64', 1e-310],
    ['float64', 1e200],
    ['float64', 8e307],
  ] as const)('of %s around %d neither vanishes nor overflows, nor does its derivative', (dtype, scale) => {
    const x = tensor([scale, -scale], { dtype })
    expect(item(std(x)) / scale).toBeCloseTo(1, 4)
    const slopes = toArray(grad((y: Tensor) => std(y))(x)) as readonly number[]
    expect(slopes[0]).toBeCloseTo(0.5, 4)
    expect(slopes[1]).toBeCloseTo(-0.5, 4)
  })

  it('scales with its elements, in every row, on every executor', () => {
    const row = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(row, row, fc.integer({ min: -25, max: 25 }), (first, second, exponent) => {
        const rows = [first, second.map((x) => x + 7)]
        const scale = 2 ** (4 * exponent)
        const plain = toTypedArray(std(tensor(rows), { axis: 1 }))
        const scaled = onEveryExecutor(
          (x) => mul(std(x, { axis: 1 }), 1 / scale),
          [tensor(rows.map((elements) => elements.map((x) => x * scale)))],
        )
        scaled.forEach((x, i) => {
          expect(Math.abs(x - (plain[i] as number))).toBeLessThanOrEqual(1e-5 * (plain[i] as number))
        })
      }),
      { numRuns: 10 },
    )
  })

  it('is 0 for equal elements and the square of it is smooth there', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      expect(item(std(tensor([1e9, 1e9, 1e9], { dtype })))).toBe(0)
      const curvature = hessian((x: Tensor) => square(std(x)))(tensor([3, 3], { dtype }))
      expect(toArray(curvature)).toEqual([
        [0.5, -0.5],
        [-0.5, 0.5],
      ])
    }
  })

  it('is not finite where an element is not', () => {
    for (const dtype of ['float32', 'float64'] as const)
      for (const odd of [NaN, Infinity, -Infinity]) expect(item(std(tensor([1, odd], { dtype })))).toBeNaN()
  })
})

describe('linspace', () => {
  it('stays between its ends where the way from one to the other overflows', () => {
    const whole = linspace(-1.7e308, 1.7e308, 5, { dtype: 'float64' })
    const quarters = (toArray(whole) as readonly number[]).map((x) => x / 1.7e308)
    quarters.forEach((x, i) => expect(x).toBeCloseTo(i / 2 - 1, 12))
    const half = toArray(linspace(0, 1e308, 11, { dtype: 'float64' })) as readonly number[]
    half.forEach((x, i) => expect(x / 1e308).toBeCloseTo(i / 10, 12))
  })
})

describe('the slope of softsign', () => {
  it('is 1 / (1 + |x|)² to all digits, however large x is', () => {
    const points = [
      -Infinity,
      -1e30,
      -1e10,
      -1e4,
      -50,
      -1,
      -0.3,
      -0,
      0,
      1e-30,
      0.7,
      1,
      89,
      1e7,
      1e15,
      Infinity,
    ]
    for (const [dtype, digits] of [
      ['float32', 3e-7],
      ['float64', 1e-15],
    ] as const) {
      const slopes = onEveryExecutor(
        (x) => grad((y: Tensor) => sum(softsign(y)))(x),
        [tensor(points, { dtype })],
      )
      slopes.forEach((slope, i) => {
        const expected = 1 / (1 + Math.abs(points[i] as number)) ** 2
        expect(Math.abs(slope - expected)).toBeLessThanOrEqual(digits * expected + 1e-45)
      })
    }
    expect(toArray(softsign(tensor([-Infinity, -1, 0, 1, Infinity, NaN])))).toEqual([
      -1,
      -0.5,
      0,
      0.5,
      1,
      NaN,
    ])
    expect(toArray(add(softsign(tensor([-1e-30])), 0))).toEqual([Math.fround(-1e-30)])
  })
})
