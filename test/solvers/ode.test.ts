import { describe, expect, test } from 'vitest'
import {
  add,
  cos,
  exp,
  grad,
  item,
  jit,
  jvp,
  matmul,
  mul,
  neg,
  reshape,
  slice,
  square,
  sum,
  tensor,
  toArray,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { odeSolve, type OdeOptions } from '../../src/solvers/index.ts'
import { difference, expectSlopes, f64 } from './slopes.ts'

const tight: OdeOptions = { relativeTolerance: 1e-10, absoluteTolerance: 1e-12 }
const lastOf = (y: Tensor): Tensor => reshape(slice(y, [(y.shape[0] ?? 1) - 1]), [])

interface Swing {
  readonly angle: Tensor
  readonly speed: Tensor
}
const harmonic =
  (omega: Tensor) =>
  ({ angle, speed }: Swing): Swing => ({ angle: speed, speed: neg(mul(square(omega), angle)) })
const still: Swing = { angle: f64(1), speed: f64(0) }

describe('the order of convergence', () => {
  // y' = y cos t, y = exp(sin t).
  const f = (y: Tensor, t: Tensor) => mul(y, cos(t))
  const exact = Math.exp(Math.sin(2))
  const error = (options: OdeOptions) =>
    Math.abs(item(lastOf(odeSolve(f, f64(1), [0, 2], options).y)) - exact)
  test('of Runge and Kutta is 4', () => {
    const [coarse, fine] = [20, 40].map((steps) => error({ method: 'rungeKutta4', steps })) as [
      number,
      number,
    ]
    expect(Math.log2(coarse / fine)).toBeGreaterThan(3.8)
    expect(Math.log2(coarse / fine)).toBeLessThan(4.3)
  })
  test('of Dormand and Prince is 5: errors follow the tolerance and steps its fifth root', () => {
    const at = (relativeTolerance: number) => {
      const solved = odeSolve(f, f64(1), [0, 2], { relativeTolerance, absoluteTolerance: 1e-14 })
      return { error: Math.abs(item(lastOf(solved.y)) - exact), steps: item(solved.steps) }
    }
    const [coarse, fine] = [at(1e-6), at(1e-11)] as [ReturnType<typeof at>, ReturnType<typeof at>]
    expect(coarse.error).toBeLessThan(1e-5)
    expect(fine.error).toBeLessThan(1e-10)
    const order = (-5 * Math.log(10)) / Math.log(coarse.steps / fine.steps)
    expect(order).toBeGreaterThan(4)
    expect(order).toBeLessThan(7)
  })
})

describe('odeSolve', () => {
  test('gives records at many times between few steps, forwards and backwards', () => {
    const times = Array.from({ length: 41 }, (_, i) => i / 10)
    const few = odeSolve(harmonic(f64(1)), still, [0, 4], tight)
    const { y, converged, steps } = odeSolve(harmonic(f64(1)), still, times, tight)
    expect([item(converged), item(steps)]).toEqual([1, item(few.steps)])
    ;(toArray(y.angle) as readonly number[]).forEach((angle, i) =>
      expect(angle).toBeCloseTo(Math.cos(times[i]!), 8),
    )
    const back = odeSolve(
      harmonic(f64(1)),
      { angle: f64(Math.cos(4)), speed: f64(-Math.sin(4)) },
      [4, 0],
      tight,
    )
    expect(item(lastOf(back.y.angle))).toBeCloseTo(1, 8)
  })
  test('says where it has not come, and gives NaN there', () => {
    // y' = y² from 1 has no solution beyond t = 1.
    const { y, converged } = odeSolve((y: Tensor) => square(y), f64(1), [0, 0.5, 2], { steps: 200 })
    expect(item(converged)).toBe(0)
    expect(toArray(y)).toEqual([1, expect.closeTo(2, 4), NaN])
    const one = odeSolve((y: Tensor) => y, f64(1), [3])
    expect([toArray(one.y), item(one.converged)]).toEqual([[1], 1])
    const nowhere = odeSolve((y: Tensor) => y, f64(1), [3, 3])
    expect([toArray(nowhere.y), item(nowhere.converged)]).toEqual([[1, 1], 1])
  })
  test.each<readonly [string, OdeOptions, number]>([
    ['through adaptive steps', { relativeTolerance: 1e-7, absoluteTolerance: 1e-9 }, 5],
    ['through fixed steps', { method: 'rungeKutta4', steps: 40 }, 5],
  ])('its derivatives in both modes, %s', (_, options, digits) => {
    const angle = (omega: Tensor) => lastOf(odeSolve(harmonic(omega), still, [0, 2], options).y.angle)
    // cos 2ω.
    expectSlopes(angle, 0.8, -2 * Math.sin(1.6), -4 * Math.cos(1.6), digits)
    const byTime = (end: Tensor) =>
      lastOf(odeSolve(harmonic(f64(1)), still, mul(end, f64([0, 1])), options).y.angle)
    expect(item(grad(byTime)(f64(2)))).toBeCloseTo(-Math.sin(2), digits)
    const byStart = (a: Tensor) => lastOf(odeSolve((y: Tensor) => neg(square(y)), a, [0, 1], options).y)
    // a / (1 + a).
    expect(item(grad(byStart)(f64(2)))).toBeCloseTo(1 / 9, digits)
  })
  test('its derivative by the adjoint equation, of parameters, start, times and values that are used', () => {
    const options: OdeOptions = { method: 'rungeKutta4', steps: 20, gradient: 'adjoint' }
    const w = f64([
      [-0.1, 2],
      [-2, -0.1],
    ])
    const loss = (weight: Tensor, start: Tensor, times: Tensor, gradient: 'steps' | 'adjoint') =>
      sum(
        square(
          odeSolve((y: Tensor, t: Tensor) => matmul(mul(y, add(1, t)), weight), start, times, {
            ...options,
            gradient,
          }).y,
        ),
      )
    const args = [w, f64([1, 0.5]), f64([0, 0.4, 1])] as const
    const by = (gradient: 'steps' | 'adjoint') =>
      jit(
        grad((weight: Tensor, start: Tensor, times: Tensor) => loss(weight, start, times, gradient), {
          argument: [0, 1, 2],
        }),
      )(...args)
    const [steps, adjoint] = [by('steps'), by('adjoint')]
    steps.forEach((expected, i) =>
      (toArray(reshape(expected, [expected.size])) as readonly number[]).forEach((value, j) =>
        expect(
          (toArray(reshape(adjoint[i]!, [expected.size])) as readonly number[])[j],
          `${i}, ${j}`,
        ).toBeCloseTo(value, 4),
      ),
    )
    const angle = (given: OdeOptions) => (omega: Tensor) =>
      lastOf(odeSolve(harmonic(omega), still, [0, 2], given).y.angle)
    const adaptive = angle({ relativeTolerance: 1e-7, gradient: 'adjoint' })
    expect(item(jit(grad(adaptive))(f64(0.8)))).toBeCloseTo(-2 * Math.sin(1.6), 5)
    expect(item(jit(grad(grad(angle(options))))(f64(0.8)))).toBeCloseTo(-4 * Math.cos(1.6), 3)
  })
  test('batches and compiles', () => {
    const decay = (rate: Tensor) =>
      lastOf(odeSolve((y: Tensor) => neg(mul(rate, y)), f64(1), [0, 1], tight).y)
    const rates = f64([0, 1, 5])
    for (const f of [vmap(decay), jit(vmap(decay))])
      (toArray(f(rates)) as readonly number[]).forEach((y, i) =>
        expect(y).toBeCloseTo(Math.exp(-[0, 1, 5][i]!), 8),
      )
    const few = (rate: Tensor) =>
      lastOf(odeSolve((y: Tensor) => neg(mul(rate, y)), f64(1), [0, 1], { steps: 30 }).y)
    expect(item(jit(grad(few))(f64(1)))).toBeCloseTo(-Math.exp(-1), 5)
    expect(item(jvp(few, [f64(1)], [f64(1)])[1])).toBeCloseTo(difference(few, 1), 5)
  })
  test('refuses what is none', () => {
    expect(() => odeSolve((y: Tensor) => add(y, f64([1, 2])), f64(1), [0, 1])).toThrow(
      /has 1 elements .* has 2/,
    )
    expect(() => odeSolve((y: Tensor) => y, f64(1), tensor(1))).toThrow(/times: expected one or more/)
    expect(() => odeSolve(exp as never, tensor([1], { dtype: 'int32' }), [0, 1])).toThrow(
      /one floating dtype/,
    )
    expect(() => odeSolve(exp, f64(1), [0, 1], { method: 'euler' as never })).toThrow(
      /expected one of dormandPrince/,
    )
  })
})
