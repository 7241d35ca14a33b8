import { describe, expect, test } from 'vitest'
import {
  abs,
  add,
  ArgumentError,
  checkpoint,
  custom,
  div,
  grad,
  greater,
  item,
  log,
  max,
  maximum,
  min,
  minimum,
  mul,
  norm,
  relu,
  sqrt,
  sum,
  tensor,
  toArray,
  where,
  type Tensor,
} from '../../src/index.ts'
import { checkGrad } from '../../src/testing/index.ts'

const f64 = (nested: unknown): Tensor => tensor(nested as never, { dtype: 'float64' })

describe('kinks and the branches of where', () => {
  test('the chosen derivatives', () => {
    expect(toArray(grad((x: Tensor) => sum(relu(x)) as Tensor)(f64([-1, 0, 1])))).toEqual([0, 0, 1])
    expect(toArray(grad((x: Tensor) => sum(abs(x)) as Tensor)(f64([-1, 0, 1])))).toEqual([-1, 0, 1])
    expect(toArray(grad((x: Tensor) => max(x) as Tensor)(f64([2, 1, 2])))).toEqual([0.5, 0, 0.5])
    expect(toArray(grad((x: Tensor) => min(x) as Tensor)(f64([2, 1, 1])))).toEqual([0, 0.5, 0.5])
    expect(toArray(grad((x: Tensor) => sum(maximum(x, 1)) as Tensor)(f64([0, 1, 2])))).toEqual([0, 0.5, 1])
    expect(toArray(grad((x: Tensor) => sum(minimum(x, 1)) as Tensor)(f64([0, 1, 2])))).toEqual([1, 0.5, 0])
    expect(toArray(grad((x: Tensor) => norm(x))(f64([0, 0])))).toEqual([0, 0])
  })

  test('an untaken branch contributes exactly 0, to third order', () => {
    for (const f of [
      (x: Tensor) => where(greater(x, 0), log(x), 0),
      (x: Tensor) => where(greater(x, 0), sqrt(x), 0),
      (x: Tensor) => where(greater(x, 0), mul(x, log(x)), 0),
      (x: Tensor) => where(greater(x, 0), div(1, x), 0),
    ]) {
      const at = f64(0)
      expect(item(grad(f)(at))).toBe(0)
      expect(item(grad(grad(f))(at))).toBe(0)
      expect(item(grad(grad(grad(f)))(at))).toBe(0)
    }
  })

  test('checkGrad tells agreement, kinks and mistakes apart', () => {
    const wrong = custom((x: Tensor) => mul(x, x) as Tensor, { jvp: ([x], [dx]) => mul(x, dx) as Tensor })
    expect(
      checkGrad((p: { readonly w: Tensor }) => sum(wrong(p.w)) as Tensor)({ w: f64([1, 2]) }),
    ).toMatchObject({
      kind: 'disagrees',
      path: 'w',
      index: 0,
      ad: 1,
    })
    expect(checkGrad((x: Tensor) => sum(relu(x)) as Tensor)(f64([1, 0]))).toMatchObject({
      kind: 'kink',
      index: 1,
      left: 0,
      right: expect.closeTo(1, 9) as number,
      ad: 0,
      inSubdifferential: true,
    })
    expect(checkGrad((x: Tensor) => sum(mul(x, x)) as Tensor)(f64([1, 0])).kind).toBe('agrees')
  })

  test('a function that closes over a value being differentiated is rejected', () => {
    const viaCheckpoint = (x: Tensor): Tensor =>
      checkpoint((y: Tensor) => mul(x, y) as Tensor)(add(x, 1) as Tensor)
    expect(() => grad(viaCheckpoint)(f64(2))).toThrow(ArgumentError)
    const viaCustom = (x: Tensor): Tensor =>
      custom((y: Tensor) => mul(x, y) as Tensor, { jvp: (_, [dy]) => dy })(add(x, 1) as Tensor)
    expect(() => grad(viaCustom)(f64(2))).toThrow(ArgumentError)
  })
})
