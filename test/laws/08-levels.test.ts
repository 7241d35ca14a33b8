import { describe, expect, test } from 'vitest'
import {
  add,
  EscapedValueError,
  grad,
  greater,
  item,
  jvp,
  mul,
  sum,
  tensor,
  toArray,
  UnknownValueError,
  vmap,
  where,
  type Tensor,
} from '../../src/index.ts'

const scalar = (x: number): Tensor => tensor(x, { dtype: 'float64' })
const derivative =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    jvp(f, [x], [scalar(1)])[1]

describe('law 8: nested derivatives are kept apart, and escapes are reported', () => {
  test.each([
    ['forward in forward', derivative, derivative],
    ['reverse in forward', derivative, grad],
    ['forward in reverse', grad, derivative],
    ['reverse in reverse', grad, grad],
  ] as const)('no perturbation confusion, %s: d/dx (x · d/dy (x + y)) = 1', (_, outer, inner) => {
    const f = (x: Tensor): Tensor => mul(x, inner((y: Tensor) => add(x, y))(scalar(2))) as Tensor
    expect(item(outer(f)(scalar(3)))).toBe(1)
    const g = (x: Tensor): Tensor => mul(x, inner((y: Tensor) => mul(mul(x, y), y))(scalar(2))) as Tensor
    expect(item(outer(g)(scalar(3)))).toBe(24)
  })

  test('a value that outlives its derivative is reported when used or read', () => {
    const kept: Tensor[] = []
    grad((x: Tensor) => {
      kept.push(x)
      return sum(x)
    })(tensor([1, 2]))
    vmap((x: Tensor) => {
      kept.push(x)
      return x
    })(tensor([1, 2]))
    for (const value of kept) expect(() => add(value, 1)).toThrow(EscapedValueError)
    expect(() => toArray(kept[0] as Tensor)).toThrow(EscapedValueError)
  })

  test('control flow on values works under derivatives; under vmap the error names the remedy', () => {
    const f = (x: Tensor): Tensor => (item(x) > 0 ? mul(x, x) : mul(x, -1))
    expect(item(grad(f)(scalar(3)))).toBe(6)
    expect(item(grad(grad(f))(scalar(3)))).toBe(2)
    expect(item(grad(f)(scalar(-3)))).toBe(-1)
    expect(() => vmap(f)(tensor([1, -1]))).toThrow(UnknownValueError)
    expect(() => vmap(f)(tensor([1, -1]))).toThrow(/where/)
    const g = (x: Tensor): Tensor => where(greater(x, 0), mul(x, x), mul(x, -1))
    expect(toArray(vmap(grad(g))(tensor([3, -3])))).toEqual([6, -1])
  })
})
