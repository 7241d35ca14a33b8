import { describe, expect, test } from 'vitest'
import {
  abs,
  add,
  cos,
  div,
  exp,
  grad,
  item,
  jit,
  log,
  mul,
  neg,
  pow,
  sin,
  square,
  sqrt,
  stack,
  sub,
  tensor,
  toArray,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { integrate, integrateFixed } from '../../src/solvers/index.ts'
import { gaussKronrod, gaussLegendreRule } from '../../src/solvers/quadrature-rules.ts'
import { expectSlopes, f64 } from './slopes.ts'

const moment = (
  { points, weights }: { readonly points: readonly number[]; readonly weights: readonly number[] },
  k: number,
) => points.reduce((total, x, i) => total + weights[i]! * x ** k, 0)

describe('the rules', () => {
  test.each([1, 2, 3, 5, 16, 40])(
    'Gauss and Legendre of %i points takes polynomials of degree 2n − 1',
    (n) => {
      const rule = gaussLegendreRule(n)
      for (const k of [0, 1, n, 2 * n - 1]) expect(moment(rule, k)).toBeCloseTo(1 / (k + 1), 13)
      if (n < 6) expect(Math.abs(moment(rule, 2 * n) - 1 / (2 * n + 1))).toBeGreaterThan(1e-9)
    },
  )
  test('Kronrod takes degree 22, its Gauss 13', () => {
    for (const k of [0, 1, 8, 22]) expect(moment(gaussKronrod, k)).toBeCloseTo(1 / (k + 1), 14)
    const coarse = { points: gaussKronrod.points, weights: gaussKronrod.coarse }
    for (const k of [0, 13]) expect(moment(coarse, k)).toBeCloseTo(1 / (k + 1), 14)
    expect(Math.abs(moment(coarse, 20) - 1 / 21)).toBeGreaterThan(1e-9)
  })
})

describe('integrate', () => {
  test.each<readonly [string, (x: Tensor) => Tensor, number, number, number]>([
    ['sin', sin, 0, Math.PI, 2],
    ['a peak', (x) => div(1, add(square(sub(x, 0.3)), 1e-4)), 0, 1, 100 * (Math.atan(70) + Math.atan(30))],
    ['a corner', (x) => abs(sub(x, 1 / 3)), 0, 1, 5 / 18],
    ['a root', sqrt, 0, 1, 2 / 3],
    ['the bell', (x) => exp(neg(square(x))), -Infinity, Infinity, Math.sqrt(Math.PI)],
    ['a tail', (x) => div(1, square(x)), 1, Infinity, 1],
    ['the other tail', (x) => exp(x), -Infinity, 1, Math.E],
    ['backwards', exp, 1, 0, 1 - Math.E],
  ])('%s', (_, f, low, high, expected) => {
    const { value, error, converged } = integrate(f, low, high)
    expect(item(converged)).toBe(1)
    expect(Math.abs(item(value) - expected)).toBeLessThanOrEqual(Math.max(item(error), 1e-12))
    expect(item(value)).toBeCloseTo(expected, 7)
  })
  test('says that the pieces were not enough', () => {
    const { converged, pieces, error } = integrate((x: Tensor) => div(1, x), 0, 1, { pieces: 5 })
    expect([item(converged), item(pieces), item(error) > 0.01]).toEqual([0, 5, true])
  })
  test('its derivatives by what is integrated and by the limits, in both modes', () => {
    // ∫₀² sin(ax) dx = (1 − cos 2a) / a.
    const byParameter = (a: Tensor) => integrate((x: Tensor) => sin(mul(a, x)), 0, 2).value
    const [a, c, s] = [0.7, Math.cos(1.4), Math.sin(1.4)]
    expectSlopes(
      byParameter,
      a,
      (2 * s) / a - (1 - c) / a ** 2,
      (4 * c) / a - (4 * s) / a ** 2 + (2 * (1 - c)) / a ** 3,
    )
    // ∫ₐ^{a²} exp: 2a exp(a²) − exp(a).
    const byLimits = (x: Tensor) => integrate(exp, x, square(x)).value
    expectSlopes(
      byLimits,
      1.3,
      2.6 * Math.exp(1.69) - Math.exp(1.3),
      (2 + 4 * 1.69) * Math.exp(1.69) - Math.exp(1.3),
    )
  })
  test('batches, compiles, and takes functions of any shape', () => {
    const f = (a: Tensor) => integrate((x: Tensor) => pow(x, a), 0, 1).value
    const values = toArray(jit(vmap(f))(f64([1, 2, 0.5]))) as readonly number[]
    ;[1 / 2, 1 / 3, 2 / 3].forEach((x, i) => expect(values[i]).toBeCloseTo(x, 7))
    expect(item(jit(grad(f))(f64(2)))).toBeCloseTo(-1 / 9, 7)
    const both = integrate((x: Tensor) => stack([sin(x), cos(x)]), 0, 1).value
    expect((toArray(both) as readonly number[]).map((x) => Number(x.toFixed(10)))).toEqual([
      Number((1 - Math.cos(1)).toFixed(10)),
      Number(Math.sin(1).toFixed(10)),
    ])
    expect(item(integrate((x: Tensor) => x, tensor(0), tensor(1)).value)).toBeCloseTo(0.5, 6)
    expect(() => integrate(() => tensor(1), 0, 1)).toThrow(/given float64 and returns float32/)
  })
})

test('integrateFixed is exact for polynomials, and differentiable', () => {
  expect(item(integrateFixed((x: Tensor) => pow(x, 7), 0, 2, { points: 4 }))).toBeCloseTo(32, 10)
  const halves = [8, 16, 32].map((pieces) =>
    Math.abs(item(integrateFixed(log, 1, 9, { points: 2, pieces })) - (9 * Math.log(9) - 8)),
  )
  // Order 4.
  expect(Math.log2(halves[1]! / halves[2]!)).toBeGreaterThan(3.3)
  expectSlopes((b) => integrateFixed(exp, 0, b), 1, Math.E, Math.E)
})
