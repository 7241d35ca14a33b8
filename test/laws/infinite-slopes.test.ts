import { describe, expect, test } from 'vitest'
import {
  add,
  concat,
  cond,
  div,
  exp,
  grad,
  greater,
  hessian,
  jacobian,
  jvp,
  log,
  matmul,
  maximum,
  minimum,
  max,
  mul,
  neg,
  norm,
  pad,
  pow,
  relu,
  rsqrt,
  scan,
  slice,
  sqrt,
  square,
  std,
  sub,
  sum,
  take,
  tanh,
  tensor,
  toArray,
  toTypedArray,
  vjp,
  where,
  type Tensor,
} from '../../src/index.ts'
import { onEveryExecutor } from '../numeric/on-every-executor.ts'

const f64 = (nested: unknown): Tensor => tensor(nested as never, { dtype: 'float64' })
const total = (x: Tensor): Tensor => sum(x)
const gradientOf = (f: (x: Tensor) => Tensor, at: unknown): readonly number[] =>
  onEveryExecutor((x) => grad((y: Tensor) => f(y))(x), [f64(at)], 1e-9)

/** Functions whose slope at the given point is infinite. */
const singular: Readonly<Record<string, readonly [f: (x: Tensor) => Tensor, at: number]>> = {
  sqrt: [sqrt, 0],
  log: [log, 0],
  rsqrt: [rsqrt, 0],
  reciprocal: [(x) => div(1, x), 0],
  power: [(x) => pow(x, 0.5), 0],
}

/** Ways not to take what is there, elementwise, at the first of two elements. */
const untaken: Readonly<Record<string, (y: Tensor, x: Tensor) => Tensor>> = {
  where: (y) => where(tensor([false, true]), y, 7),
  'where, then a sum and a product': (y) =>
    mul(total(mul(where(tensor([false, true]), y, 7), f64([3, 5]))), 2) as Tensor,
  slice: (y) => slice(y, [1]),
  take: (y) => take(y, [1, 1]),
  'pad of a slice': (y) => pad(slice(y, [1]), [[2, 1]]),
  concat: (y) => slice(concat([y, y]) as Tensor, [1], [2]),
  maximum: (y) => where(greater(y, -Infinity), maximum(where(greater(y, 1e9), 0, y), 1), 1),
}

describe('a branch not taken contributes nothing, however steep it is', () => {
  for (const [name, [f, at]] of Object.entries(singular))
    for (const [way, skip] of Object.entries(untaken)) {
      if (way === 'maximum' && name !== 'sqrt' && name !== 'power') continue
      test(`${name}: ${way}`, () => {
        const g = gradientOf((x) => total(skip(f(x), x)), [at, 4])
        expect(g[0]).toBe(0)
        expect(Number.isFinite(g[1])).toBe(true)
        if (way !== 'maximum') expect(g[1]).not.toBe(0)
      })
    }

  test('through sums, broadcasts and products of matrices between the branch and the slope', () => {
    const rows = [
      [0, 0],
      [3, 4],
    ]
    const unit = (x: Tensor): Tensor => {
      const length = sqrt(sum(square(x), { axis: 1, keepDims: true }) as Tensor)
      return where(greater(length, 0), div(x, length), 0)
    }
    expect(gradientOf((x) => total(mul(unit(x), f64([1, 0]))), rows)).toEqual([
      0,
      0,
      expect.closeTo(16 / 125, 12) as number,
      expect.closeTo(-12 / 125, 12) as number,
    ])
    const weights = f64([
      [1, 2],
      [3, 4],
    ])
    const masked = (x: Tensor): Tensor => total(where(tensor([[true], [false]]), matmul(sqrt(x), weights), 0))
    expect(
      gradientOf(masked, [
        [4, 4],
        [0, 0],
      ]),
    ).toEqual([0.75, 1.75, 0, 0])
  })

  test('through branches and loops of a program', () => {
    const zero = f64(0)
    const operand = (x: Tensor): Tensor =>
      cond(
        greater(total(x), 9),
        (a: Tensor) => total(a),
        (a: Tensor) => mul(total(slice(a, [1])), 1) as Tensor,
        sqrt(x),
      )
    expect(gradientOf(operand, [0, 4])).toEqual([0, 0.25])
    const inside = (x: Tensor): Tensor =>
      where(
        greater(x, 0),
        cond(
          greater(x, 1),
          (a: Tensor) => log(a),
          (a: Tensor) => sqrt(a),
          x,
        ),
        0,
      )
    expect(gradientOf(inside, 0)).toEqual([0])
    const counted = (x: Tensor): Tensor =>
      scan((c: Tensor, e: Tensor) => [where(greater(e, 0), add(c, e), c), c] as const, zero, sqrt(x))[0]
    expect(gradientOf(counted, [0, 4])).toEqual([0, 0.25])
    const captured = (x: Tensor): Tensor => {
      const s = sqrt(x)
      return total(
        scan(
          (c: Tensor, e: Tensor) => [where(greater(s, 0), add(c, mul(s, e)), c), c] as const,
          f64([0, 0]),
          f64([1, 2]),
        )[0],
      )
    }
    expect(gradientOf(captured, [0, 4])).toEqual([0, 0.75])
    const stacked = (x: Tensor): Tensor =>
      total(where(greater(x, 0), scan((c: Tensor, e: Tensor) => [c, log(e)] as const, zero, x)[1], 0))
    expect(gradientOf(stacked, [0, 4])).toEqual([0, 0.25])
    const unused = (x: Tensor): Tensor =>
      scan((c: Tensor, e: Tensor) => [add(c, e), log(e)] as const, zero, x)[0]
    expect(gradientOf(unused, [0, 4])).toEqual([1, 1])
  })

  test('forwards: what is constant or held fixed does not move', () => {
    const forward = (f: (x: Tensor) => Tensor, at: unknown, along: unknown): readonly number[] =>
      onEveryExecutor((x, t) => jvp((y: Tensor) => f(y), [x], [t])[1], [f64(at), f64(along)])
    expect(forward((x) => sqrt(concat([x, f64([0])]) as Tensor), [4], [1])).toEqual([0.25, 0])
    expect(forward((x) => sqrt(pad(x, [[1, 0]])), [4], [1])).toEqual([0, 0.25])
    expect(forward((x) => sqrt(where(tensor([true, false]), x, 0)), [4, 9], [1, 1])).toEqual([0.25, 0])
    expect(forward((x) => sqrt(x), [4, 0], [1, 0])).toEqual([0.25, 0])
  })

  test('the Jacobian of an elementwise function is diagonal, in both modes', () => {
    for (const mode of ['forward', 'reverse'] as const)
      expect(toArray(jacobian((x: Tensor) => sqrt(x), { mode })(f64([4, 0])))).toEqual([
        [0.25, 0],
        [0, Infinity],
      ])
    expect(toArray(vjp((x: Tensor) => sqrt(x), f64([4, 0]))[1](f64([1, 0]))[0])).toEqual([0.25, 0])
  })

  test('ten thousand operations between the branch and a product', () => {
    const long = (x: Tensor): Tensor => {
      let y = log(x)
      for (let i = 0; i < 10_000; i++) y = add(y, neg(y)) as Tensor
      return where(greater(x, 0), y, 0)
    }
    expect(toTypedArray(grad(long)(f64(0)))[0]).toBe(0)
  })
})

describe('a slope that vanishes times one that is infinite', () => {
  const outer: Readonly<Record<string, (y: Tensor) => Tensor>> = {
    square: (y) => square(y),
    'square of a multiple': (y) => square(mul(y, 3)),
    'square of the negative': (y) => square(neg(y)),
    'power of 2': (y) => pow(y, 2),
    'power of 3': (y) => pow(y, 3),
    'product with another square root': (y) => mul(y, sqrt(square(y))),
    'one minus cosine-like': (y) => sub(1, sqrt(sub(1, mul(y, y)))),
  }
  test.each(Object.entries(outer))('sqrt, then %s: the right number or not finite', (name, f) => {
    const [slope] = gradientOf((x) => f(sqrt(x)), 0)
    const right: Readonly<Record<string, number>> = {
      square: 1,
      'square of a multiple': 9,
      'square of the negative': 1,
      'power of 2': 1,
      'one minus cosine-like': 0.5,
    }
    if (right[name] === undefined) expect(Number.isFinite(slope)).toBe(false)
    else expect(slope).toBe(right[name])
    const [forward] = onEveryExecutor((x, t) => jvp((y: Tensor) => f(sqrt(y)), [x], [t])[1], [f64(0), f64(1)])
    expect(forward).toBe(slope)
  })

  test('is not finite where its limit is not known', () => {
    for (const f of [
      (x: Tensor) => exp(log(x)),
      (x: Tensor) => tanh(log(x)),
      (x: Tensor) => mul(sqrt(x), sqrt(x)),
    ])
      expect(Number.isFinite(gradientOf((x) => f(x), 0)[0])).toBe(false)
    expect(gradientOf((x) => mul(x, log(x)), 0)).toEqual([-Infinity])
    // The kink of relu is a branch not taken.
    expect(gradientOf((x) => relu(sqrt(x)), 0)).toEqual([0])
  })

  test('the square of a norm is smooth at 0, the norm is not', () => {
    const two = [
      [2, 0],
      [0, 2],
    ]
    for (const dtype of ['float32', 'float64'] as const) {
      const zero = tensor([0, 0], { dtype })
      expect(toArray(hessian((x: Tensor) => square(norm(x)))(zero))).toEqual(two)
      expect(toArray(hessian((x: Tensor) => pow(norm(x), 2))(zero))).toEqual(two)
      expect(toArray(grad((x: Tensor) => norm(x))(zero))).toEqual([0, 0])
      expect(toArray(grad((x: Tensor) => square(norm(x)))(zero))).toEqual([0, 0])
      expect([...toTypedArray(hessian((x: Tensor) => norm(x))(zero))].some(Number.isFinite)).toBe(false)
    }
    expect(onEveryExecutor((x) => hessian((y: Tensor) => square(norm(y)))(x), [f64([0, 0])])).toEqual([
      2, 0, 0, 2,
    ])
    expect(
      onEveryExecutor((x) => hessian((y: Tensor) => square(std(y) as Tensor))(x), [f64([5, 5])]),
    ).toEqual([0.5, -0.5, -0.5, 0.5])
    expect(toArray(grad((x: Tensor) => std(x) as Tensor)(f64([5, 5])))).toEqual([0, 0])
  })
})

describe('ties share the derivative equally, also where a slope is infinite', () => {
  test('in maximum, minimum and max', () => {
    expect(gradientOf((x) => total(maximum(x, 1)), [0, 1, 2])).toEqual([0, 0.5, 1])
    expect(gradientOf((x) => total(minimum(x, 1)), [0, 1, 2])).toEqual([1, 0.5, 0])
    expect(gradientOf((x) => maximum(total(x), total(x)), [3])).toEqual([1])
    expect(gradientOf((x) => max(sqrt(x)) as Tensor, [0, 4, 4])).toEqual([0, 0.125, 0.125])
    expect(gradientOf((x) => total(maximum(sqrt(x), 1)), [0, 4])).toEqual([0, 0.25])
  })
})
