import { describe, expect, test } from 'vitest'
import { ArgumentError, grad, norm, sum, toArray, zeros, type Tensor } from '../../src/index.ts'
import { matrixNorm } from '../../src/linalg/index.ts'
import { checkGrad } from '../../src/testing/index.ts'
import { onEveryExecutor } from '../numeric/on-every-executor.ts'
import { a4, distance, f64, numbers } from './matrices.ts'

const v = f64([3, -1, 2, 0.5])

describe('norms of vectors', () => {
  test('of any order, as numpy.linalg.norm has them', () => {
    const orders = [0, 0.5, 1, 1.5, 2, 3, 7.25, Infinity, 'inf'] as const
    const expected = [
      4, 23.55521153060658, 6.5, 4.447107111127629, 3.774917217635375, 3.305744509228972, 3.02153907289509, 3,
      3,
    ]
    expect(distance(f64(orders.map((order) => numbers(norm(v, { order }))[0])), f64(expected))).toBeLessThan(
      1e-14,
    )
    expect(onEveryExecutor((x) => norm(x, { order: 3 }), [v])[0]).toBeCloseTo(3.305744509228972, 12)
  })

  test('neither overflow nor vanish, and have the slope 0 at 0', () => {
    for (const scale of [1e200, 1e-200])
      expect(numbers(norm(f64([3 * scale, 4 * scale]), { order: 3 }))[0]! / scale).toBeCloseTo(
        91 ** (1 / 3),
        12,
      )
    expect(toArray(grad((x: Tensor) => norm(x, { order: 3 }))(zeros([2])))).toEqual([0, 0])
    expect(toArray(norm(zeros([0]), { order: 3 }))).toBe(0)
  })

  test.each([0.5, 1.5, 3, 7.25])('the derivative for order %d agrees with differences', (order) => {
    expect(checkGrad((x: Tensor) => norm(x, { order }))(v)).toMatchObject({ kind: 'agrees' })
  })

  test('refused', () => {
    for (const order of [-1, NaN, 'fro', null])
      expect(() => norm(v, { order: order as never })).toThrow(ArgumentError)
  })
})

describe('norms of matrices', () => {
  test('as numpy.linalg.norm has them', () => {
    const all = (['frobenius', 1, 'inf'] as const).map((order) => numbers(matrixNorm(a4, { order }))[0]!)
    expect(distance(f64(all), f64([7.694356698256197, 7.25, 6.75]))).toBeLessThan(1e-15)
  })

  test('of a batch, of none, and their derivatives', () => {
    expect(matrixNorm(zeros([2, 3, 4])).shape).toEqual([2])
    for (const order of ['frobenius', 1, 'inf'] as const) {
      expect(toArray(matrixNorm(zeros([0, 3]), { order }))).toBe(0)
      expect(toArray(matrixNorm(zeros([3, 0]), { order }))).toBe(0)
      expect(checkGrad((x: Tensor) => sum(matrixNorm(x, { order })))(a4)).toMatchObject({ kind: 'agrees' })
    }
  })
})
