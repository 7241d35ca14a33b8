import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  DTypeError,
  eye,
  flip,
  grad,
  item,
  jit,
  ones,
  reshape,
  ShapeError,
  slice,
  sum,
  tensor,
  toArray,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import * as linalg from '../../src/linalg/index.ts'
import { onEveryExecutor } from '../numeric/on-every-executor.ts'
import { a4, distance, f64, numbers, s4, swap } from './matrices.ts'

describe('sizes of none and one', () => {
  test('no rows', () => {
    const none = zeros([0, 0])
    expect(linalg.cholesky(none).shape).toEqual([0, 0])
    expect(linalg.inverse(none).shape).toEqual([0, 0])
    expect(linalg.matrixExponential(none).shape).toEqual([0, 0])
    expect(linalg.solve(none, zeros([0])).shape).toEqual([0])
    expect(linalg.solve(none, zeros([0, 3])).shape).toEqual([0, 3])
    expect(linalg.triangularSolve(none, zeros([0, 3])).shape).toEqual([0, 3])
    expect(linalg.lu(none).p.shape).toEqual([0, 0])
    expect(toArray(linalg.det(none))).toBe(1)
    const { sign, logAbsDet } = linalg.slogdet(none)
    expect([toArray(sign), toArray(logAbsDet)]).toEqual([1, 0])
    expect(toArray(linalg.trace(none))).toBe(0)
    expect(linalg.diagonal(zeros([3, 0])).shape).toEqual([0])
    expect(linalg.diagonal(ones([3, 2]), { offset: 7 }).shape).toEqual([0])
    expect(linalg.diagonalMatrix(zeros([0])).shape).toEqual([0, 0])
    expect(linalg.tril(zeros([2, 0])).shape).toEqual([2, 0])
    expect(linalg.kron(zeros([0, 2]), ones([3, 3])).shape).toEqual([0, 6])
  })

  test('no columns, and no matrices', () => {
    expect(linalg.solve(s4, f64([[], [], [], []])).shape).toEqual([4, 0])
    expect(linalg.cholesky(zeros([0, 3, 3])).shape).toEqual([0, 3, 3])
    expect(linalg.det(zeros([0, 3, 3])).shape).toEqual([0])
    expect(linalg.solve(zeros([0, 3, 3]), ones([3])).shape).toEqual([0, 3])
    for (const f of [linalg.cholesky, linalg.inverse, linalg.det, linalg.matrixExponential] as const)
      expect(jit(f as (x: Tensor) => Tensor)(zeros([0, 3, 3])).shape[0]).toBe(0)
  })

  test('one element', () => {
    const one = f64([[4]])
    expect(toArray(linalg.cholesky(one))).toEqual([[2]])
    expect(toArray(linalg.inverse(one))).toEqual([[0.25]])
    expect(toArray(linalg.det(one))).toBe(4)
    expect(toArray(linalg.solve(one, f64([8])))).toEqual([2])
    expect(distance(linalg.matrixExponential(one), f64([[Math.exp(4)]]))).toBeLessThan(1e-15)
    expect(toArray(grad((x: Tensor) => sum(linalg.cholesky(x)))(one))).toEqual([[0.25]])
  })
})

describe('where there is no answer', () => {
  const indefinite = f64([
    [4, 2, 0],
    [2, 1, 0],
    [0, 0, 1],
  ])
  const singular = f64([
    [1, 2],
    [2, 4],
  ])
  const regular = f64([
    [2, 0],
    [0, 4],
  ])

  test('a matrix that is not positive definite has NaN for its factor, the others of its batch have theirs', () => {
    const both = reshape(f64([toArray(indefinite), toArray(eye(3))]), [2, 3, 3])
    onEveryExecutor((x) => linalg.cholesky(x), [both])
    expect(toArray(linalg.cholesky(both))).toEqual([
      [
        [NaN, 0, 0],
        [NaN, NaN, 0],
        [NaN, NaN, NaN],
      ],
      toArray(eye(3)),
    ])
    for (const diagonal of [0, -1, NaN, Infinity])
      expect(toArray(linalg.cholesky(f64([[diagonal]])))).toEqual([[NaN]])
  })

  test('a singular system has NaN for its solution, the others of its batch have theirs', () => {
    const both = reshape(f64([toArray(singular), toArray(regular)]), [2, 2, 2])
    const b = f64([2, 4])
    for (const f of [
      linalg.solve,
      (x: Tensor, y: Tensor) => linalg.solve(swap(x), y),
      (x: Tensor, y: Tensor) => linalg.triangularSolve(linalg.lu(x).u, y, { lower: false }),
    ] as const)
      expect(onEveryExecutor((x, y) => f(x, y) as Tensor, [both, b]).slice(0, 2)).toEqual([NaN, NaN])
    expect(toArray(linalg.solve(both, b))).toEqual([
      [NaN, NaN],
      [1, 1],
    ])
    expect(numbers(linalg.inverse(both))).toEqual([NaN, NaN, NaN, NaN, 0.5, 0, 0, 0.25])
    expect(toArray(linalg.triangularSolve(singular, b, { unitDiagonal: true }))).toEqual([2, 0])
  })

  test('its determinant is 0, the logarithm −∞, and the derivative NaN', () => {
    expect(onEveryExecutor((x) => linalg.det(x), [singular]).map(Math.abs)).toEqual([0])
    const { sign, logAbsDet } = linalg.slogdet(singular)
    expect([Math.abs(item(sign)), item(logAbsDet)]).toEqual([0, -Infinity])
    expect(numbers(grad((x: Tensor) => linalg.det(x))(singular))).toEqual([NaN, NaN, NaN, NaN])
    const { p, l, u } = linalg.lu(singular)
    expect([toArray(p), toArray(l), toArray(u)]).toEqual([
      [
        [0, 1],
        [1, 0],
      ],
      [
        [1, 0],
        [0.5, 1],
      ],
      [
        [2, 4],
        [0, 0],
      ],
    ])
  })

  test('an exponential too large to halve often enough', () => {
    expect(numbers(linalg.matrixExponential(f64([[-1e12]])))).toEqual([NaN])
    expect(numbers(linalg.matrixExponential(f64([[NaN]])))).toEqual([NaN])
    expect(numbers(linalg.matrixExponential(f64([[-1e9]])))).toEqual([0])
  })
})

describe('what is given', () => {
  test('views: transposed, reversed, of every other row', () => {
    const b = f64([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ])
    const plain = (x: Tensor): Tensor => f64(toArray(x))
    for (const view of [swap(a4), flip(a4), slice(flip(a4, { axis: 1 }), [3], [-5], [-1]) as Tensor])
      expect(distance(linalg.solve(view, flip(b)), linalg.solve(plain(view), plain(flip(b))))).toBe(0)
    expect(distance(linalg.cholesky(swap(s4)), linalg.cholesky(s4))).toBe(0)
    onEveryExecutor((x, y) => linalg.solve(swap(x), flip(y)), [a4, b], 1e-13)
  })

  test('only the named triangle is read, and nothing is changed', () => {
    const before = toArray(a4)
    const b = f64([1, 2, 3, 4])
    const { lower, upper } = { lower: linalg.tril(a4), upper: linalg.triu(a4) }
    expect(distance(linalg.triangularSolve(a4, b), linalg.triangularSolve(lower, b))).toBe(0)
    const upward = { lower: false } as const
    expect(distance(linalg.triangularSolve(a4, b, upward), linalg.triangularSolve(upper, b, upward))).toBe(0)
    linalg.lu(a4)
    linalg.cholesky(s4)
    expect(toArray(a4)).toEqual(before)
  })

  test('a matrix that is not symmetric is taken for its symmetric part', () => {
    const skewed = f64([
      [4, 3],
      [1, 10],
    ])
    expect(toArray(linalg.cholesky(skewed))).toEqual([
      [2, 0],
      [1, 3],
    ])
  })

  test('refused', () => {
    const i32 = tensor(
      [
        [1, 0],
        [0, 1],
      ],
      { dtype: 'int32' },
    )
    const wide = ones([2, 3]) as Tensor
    for (const f of [
      linalg.cholesky,
      linalg.lu,
      linalg.inverse,
      linalg.det,
      linalg.slogdet,
      linalg.matrixExponential,
      (x: Tensor) => linalg.matrixPower(x, 2),
    ] as readonly ((x: Tensor) => unknown)[]) {
      expect(() => f(wide)).toThrow(/expected a square matrix or a batch of them, got shape \[2, 3\]/)
      expect(() => f(ones([3]))).toThrow(ShapeError)
      expect(() => f(i32)).toThrow(DTypeError)
      expect(() => f([[1]] as never)).toThrow(DTypeError)
    }
    expect(() => linalg.solve(s4, f64([1, 2]) as never)).toThrow(
      'solve: [4, 4] has 4 rows, the right side [2] has 2',
    )
    expect(() => linalg.solve(s4, f64(1) as never)).toThrow('the right side [] is a scalar')
    expect(() => linalg.solve(s4, ones([4]) as never)).toThrow(DTypeError)
    expect(() => linalg.solve(zeros([2, 3, 3]), zeros([3, 3, 1]) as never)).toThrow(ShapeError)
    expect(() => linalg.trace(ones([3]))).toThrow(ShapeError)
    expect(() => linalg.diagonalMatrix(tensor(1))).toThrow(ShapeError)
    expect(() => linalg.kron(ones([2]), wide)).toThrow(ShapeError)
    expect(() => linalg.kron(i32, wide)).toThrow(DTypeError)
    expect(() => linalg.tril(wide, { offset: 0.5 })).toThrow(ArgumentError)
    expect(() => linalg.tril(wide, { k: 1 } as never)).toThrow(/offset/)
    expect(() => linalg.triangularSolve(s4, f64([1, 2, 3, 4]), { side: 'middle' as never })).toThrow(
      /left, right/,
    )
    expect(() => linalg.triangularSolve(s4, f64([1, 2, 3, 4]), { upper: true } as never)).toThrow(
      ArgumentError,
    )
    expect(() => linalg.matrixPower(s4, 0.5)).toThrow(ArgumentError)
  })
})
