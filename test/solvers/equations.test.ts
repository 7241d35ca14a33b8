import { describe, expect, test } from 'vitest'
import {
  add,
  cos,
  div,
  exp,
  grad,
  hessian,
  item,
  jit,
  matmul,
  mul,
  scan,
  sin,
  square,
  sub,
  sum,
  tanh,
  tensor,
  toArray,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { bracketedRoot, fixedPoint, root } from '../../src/solvers/index.ts'
import { difference, expectSlopes, f64 } from './slopes.ts'

const squareRoot = (a: Tensor): Tensor => root((x: Tensor) => sub(square(x), a), f64(1)).x
const heron = (a: Tensor): Tensor => fixedPoint((x: Tensor) => mul(add(x, div(a, x)), 0.5), f64(1)).x
const between = (a: Tensor): Tensor => bracketedRoot((x: Tensor) => sub(square(x), a), 0, 10).x

describe.each([
  ['root', squareRoot],
  ['fixedPoint', heron],
  ['bracketedRoot', between],
] as const)('the square root by %s', (_, f) => {
  test('is it, with its derivatives in both modes', () => {
    expect(item(f(f64(7)))).toBeCloseTo(Math.sqrt(7), 9)
    expectSlopes(f, 4, 0.25, -1 / 32)
  })
  test('third derivatives too', () => {
    expect(item(grad(grad(grad(f)))(f64(4)))).toBeCloseTo(3 / 256, 7)
  })
  test('under vmap, in compiled programs and in loops', () => {
    const values = f64([2, 9, 0.25])
    const expected = [Math.SQRT2, 3, 0.5]
    for (const g of [vmap(f), jit(vmap(f)), vmap(jit(f))])
      (toArray(g(values)) as readonly number[]).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 9))
    for (const g of [jit(grad(f)), grad(jit(f)), (x: Tensor) => vmap(grad(f))(f64([item(x)]))])
      expect(item(g(f64(4)))).toBeCloseTo(0.25, 8)
    const twice = (x: Tensor) => scan((y: Tensor) => [f(y), undefined], x, undefined, { length: 2 })[0]
    expect(item(grad(twice)(f64(16)))).toBeCloseTo(0.25 * 16 ** -0.75, 8)
    expect(item(grad(grad(jit(f)))(f64(4)))).toBeCloseTo(-1 / 32, 7)
  })
})

describe('root', () => {
  // x = (x₁, x₂) with x₁² + x₂² = a and x₂ = sin(b x₁), as a record.
  interface Point {
    readonly first: Tensor
    readonly rest: { readonly second: Tensor }
  }
  const solved = (a: Tensor, b: Tensor) =>
    root(
      ({ first, rest: { second } }: Point): Point => ({
        first: sub(add(square(first), square(second)), a),
        rest: { second: sub(second, sin(mul(b, first))) },
      }),
      { first: f64(1), rest: { second: f64(1) } },
    )
  test('solves records, by the implicit function theorem', () => {
    const { x, converged, residual } = solved(f64(2), f64(0.5))
    expect(item(converged)).toBe(1)
    expect(item(residual)).toBeLessThan(1e-10)
    const [p, q] = [item(x.first), item(x.rest.second)]
    expect(p ** 2 + q ** 2).toBeCloseTo(2, 9)
    expect(q).toBeCloseTo(Math.sin(0.5 * p), 9)
    // 2p dp + 2q dq = da and dq = b cos(bp) dp.
    const slope = 1 / (2 * p + 2 * q * 0.5 * Math.cos(0.5 * p))
    expect(item(grad((a: Tensor) => solved(a, f64(0.5)).x.first)(f64(2)))).toBeCloseTo(slope, 9)
    const byB = (b: Tensor) => mul(solved(f64(2), b).x.first, solved(f64(2), b).x.rest.second)
    expect(item(grad(byB)(f64(0.5)))).toBeCloseTo(difference(byB, 0.5), 7)
    const both = (v: Tensor) => solved(sum(v), sum(mul(v, f64([0, 1])))).x.rest.second
    const [[aa, ab], [ba, bb]] = toArray(hessian(both)(f64([1.5, 0.5]))) as [
      [number, number],
      [number, number],
    ]
    expect(ab).toBeCloseTo(ba, 9)
    expect([aa, bb].every(Number.isFinite)).toBe(true)
  })
  test('says that it has not found any, and does not throw', () => {
    const none = root((x: Tensor) => add(square(x), 1), f64(0.3))
    expect([item(none.converged), item(none.residual) >= 1]).toEqual([0, true])
    const singular = root((x: Tensor) => add(mul(x, 0), 1), f64(0.3))
    expect(item(singular.converged)).toBe(0)
    expect(item(root((x: Tensor) => sub(exp(x), 2), f64(3), { iterations: 1 }).converged)).toBe(0)
    const started = root((x: Tensor) => sub(x, 2), f64(2))
    expect([item(started.converged), item(started.iterations)]).toEqual([1, 0])
  })
  test('refuses as many equations as there are no unknowns for', () => {
    expect(() => root((x: Tensor) => add(x, f64([1, 2])), f64(1))).toThrow(/as many equations as unknowns/)
    expect(() => root((x: Tensor) => x, tensor([1], { dtype: 'int32' }))).toThrow(
      /one floating dtype, got int32/,
    )
    expect(() => root(3 as never, f64(1))).toThrow(/a function that is 0/)
  })
})

describe('fixedPoint', () => {
  test('of a layer that feeds itself: derivatives by a matrix against differences', () => {
    const w = f64([
      [0.2, -0.3],
      [0.1, 0.25],
    ])
    const energy = (u: Tensor) =>
      sum(square(fixedPoint((z: Tensor) => tanh(add(matmul(z, mul(w, u)), u)), f64([0, 0])).x))
    expect(item(grad(energy)(f64(0.7)))).toBeCloseTo(difference(energy, 0.7), 7)
    expect(item(grad(grad(energy))(f64(0.7)))).toBeCloseTo(difference(grad(energy), 0.7), 6)
  })
  test('goes a share of the way where all of it would be too far', () => {
    const step = (x: Tensor) => sub(3, mul(x, 1.5))
    expect(item(fixedPoint(step, f64(0), { iterations: 50 }).converged)).toBe(0)
    const found = fixedPoint(step, f64(0), { share: 0.5 })
    expect([item(found.converged), item(found.x)]).toEqual([1, expect.closeTo(1.2, 9)])
  })
})

describe('bracketedRoot', () => {
  test.each<readonly [string, (x: Tensor) => Tensor, number, number, number]>([
    ['cos x = x', (x) => sub(cos(x), x), 0, 1, 0.7390851332151607],
    ['x³', (x) => mul(x, square(x)), -1, 2, 0],
    ['a step', (x) => tanh(mul(sub(x, 0.3), 1e6)), -1, 1, 0.3],
    ['an end', (x) => sub(x, 1), 1, 2, 1],
    ['ends the other way round', (x) => sub(exp(x), 2), 3, -1, Math.LN2],
  ])('%s', (_, f, low, high, expected) => {
    const { x, converged, iterations } = bracketedRoot(f, low, high)
    expect(item(converged)).toBe(1)
    expect(item(x)).toBeCloseTo(expected, 5)
    expect(item(iterations)).toBeLessThan(70)
  })
  test('of one sign at both ends is none', () => {
    const { x, converged } = bracketedRoot((x: Tensor) => add(square(x), 1), -1, 1)
    expect([item(x), item(converged)]).toEqual([NaN, 0])
  })
  test('takes ends that differ from element to element', () => {
    const found = vmap((high: Tensor) => bracketedRoot((x: Tensor) => sub(square(x), 2), 0, high).x)(
      f64([1, 2, 50]),
    )
    const [none, ...two] = toArray(found) as readonly number[]
    expect(none).toBe(NaN)
    two.forEach((x) => expect(x).toBeCloseTo(Math.SQRT2, 12))
  })
})
