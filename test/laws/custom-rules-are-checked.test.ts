import { describe, expect, it } from 'vitest'
import {
  ArgumentError,
  custom,
  DTypeError,
  grad,
  jit,
  mul,
  ones,
  ShapeError,
  sum,
  tensor,
  toArray,
  TreeError,
  vmap,
  zeros,
  type Tensor,
} from '../../src/index.ts'

const identity = (x: Tensor): Tensor => mul(x, 1)
const x = tensor([1, 2, 3])
const withPullback = (pullback: (c: Tensor) => unknown) =>
  grad((y: Tensor) =>
    sum(custom(identity, { vjp: (z: Tensor) => [identity(z), pullback as (c: Tensor) => [Tensor]] })(y)),
  )

describe('a derivative of your own', () => {
  it('has to be a rule', () => {
    for (const rule of [undefined, null, 3, {}, () => 0, { jvp: 3 }, { vjp: [] }])
      expect(() => custom(identity, rule as never)).toThrow(ArgumentError)
  })

  it('returns a result and a pullback', () => {
    for (const result of [undefined, 3, x, [x], [x, 3]])
      expect(() => grad((y: Tensor) => sum(custom(identity, { vjp: () => result as never })(y)))(x)).toThrow(
        TreeError,
      )
  })

  it('pulls back to the type of its argument, compiled and batched too', () => {
    const right = withPullback((c) => [mul(c, 2)])
    expect(toArray(right(x))).toEqual([2, 2, 2])
    expect(toArray(jit(right)(x))).toEqual([2, 2, 2])
    expect(toArray(vmap(right)(tensor([[1, 2, 3]])))).toEqual([[2, 2, 2]])
    for (const wrap of [(f: (y: Tensor) => Tensor) => f, jit]) {
      expect(() => wrap(withPullback(() => [ones([2])]))(x)).toThrow(ShapeError)
      expect(() => wrap(withPullback((c) => [sum(c)]))(x)).toThrow('returns [] for a tensor of shape [3]')
      expect(() => wrap(withPullback(() => [zeros([3], { dtype: 'float64' })]))(x)).toThrow(DTypeError)
    }
  })
})
