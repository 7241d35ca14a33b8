import { describe, expect, test } from 'vitest'
import {
  add,
  ArgumentError,
  exp,
  item,
  log,
  mul,
  slice,
  square,
  sub,
  sum,
  tensor,
  toArray,
  type Tensor,
} from '../../src/index.ts'
import {
  minimizeConjugateGradient,
  minimizeLbfgs,
  minimizeLeastSquares,
  minimizeNewton,
} from '../../src/optim/index.ts'

const f64 = (values: readonly number[]): Tensor => tensor(values, { dtype: 'float64' })
const at = (w: Tensor, i: number): Tensor => sum(slice(w, [i], [i + 1]))
const rosenbrock = (w: Tensor) =>
  add(square(sub(1, at(w, 0))), mul(100, square(sub(at(w, 1), square(at(w, 0))))))

describe.each([
  ['minimizeLbfgs', minimizeLbfgs],
  ['minimizeNewton', minimizeNewton],
  ['minimizeConjugateGradient', minimizeConjugateGradient],
] as const)('%s', (name, minimize) => {
  test('finds the valley of Rosenbrock, in a record too', () => {
    const found = minimize(rosenbrock, f64([-1.2, 1]))
    expect(found.why).toBe('converged')
    ;(toArray(found.params) as readonly number[]).forEach((x) => expect(x).toBeCloseTo(1, 6))
    const record = minimize(
      ({ a, b }: { readonly a: Tensor; readonly b: readonly [Tensor] }) =>
        add(sum(square(sub(a, 2))), sum(square(add(b[0], a)))),
      { a: f64([0]), b: [f64([5])] as const },
    )
    expect(item(record.params.b[0])).toBeCloseTo(-2, 7)
  })
  test('says why it ended', () => {
    expect(minimize(rosenbrock, f64([-1.2, 1]), { iterations: 2 })).toMatchObject({
      why: 'budget',
      iterations: 2,
    })
    const start = minimize(rosenbrock, f64([1, 1]))
    expect(start).toMatchObject({ why: 'converged', iterations: 0, evaluations: 1 })
    expect(() => minimize((w: Tensor) => sum(log(w)), f64([-1]))).toThrow(ArgumentError)
    expect(() => minimize((w: Tensor) => sum(log(w)), f64([-1]))).toThrow(
      `${name}: the function is NaN at the start`,
    )
  })
})

describe('minimizeNewton', () => {
  test('is quadratic near a minimum: few steps on a bowl, and digits that double', () => {
    const bowl = (w: Tensor) => sum(mul(f64([1, 4, 9]), square(sub(w, f64([1, 2, 3])))))
    expect(minimizeNewton(bowl, f64([0, 0, 0])).iterations).toBeLessThan(10)
    const smooth = (w: Tensor) => sum(sub(exp(w), mul(w, 2)))
    const norms = [3, 4, 5].map(
      (iterations) => minimizeNewton(smooth, f64([2]), { iterations, tolerance: 0 }).gradientNorm,
    )
    expect(norms[2]!).toBeLessThan(10 * norms[1]! ** 2 + 1e-15)
  })
  test('leaves a saddle along what curves downwards', () => {
    // x⁴/4 − x²/2 + y²: a saddle at 0, minima at x = ±1.
    const saddle = (w: Tensor) =>
      add(sub(mul(square(square(at(w, 0))), 0.25), mul(square(at(w, 0)), 0.5)), square(at(w, 1)))
    const { params, value } = minimizeNewton(saddle, f64([1e-3, 1]))
    expect(Math.abs((toArray(params) as readonly number[])[0]!)).toBeCloseTo(1, 6)
    expect(value).toBeCloseTo(-0.25, 9)
  })
})

test('conjugate gradients need as many exact steps as unknowns on a bowl, about', () => {
  const scales = [1, 10, 100, 1000]
  const bowl = (w: Tensor) => sum(mul(f64(scales), square(sub(w, 1))))
  const { iterations, why } = minimizeConjugateGradient(bowl, f64([0, 0, 0, 0]), { tolerance: 1e-6 })
  expect(why).toBe('converged')
  expect(iterations).toBeLessThan(15)
})

describe.each(['levenbergMarquardt', 'gaussNewton'] as const)('least squares by %s', (method) => {
  const t = f64([0, 0.5, 1, 1.5, 2, 3])
  const y = add(mul(3, exp(mul(t, -0.8))), 1)
  const fit = ({ a, b, c }: { readonly a: Tensor; readonly b: Tensor; readonly c: Tensor }) => ({
    all: sub(add(mul(a, exp(mul(b, t))), c), y),
  })
  const one = tensor(1, { dtype: 'float64' })
  const start = { a: one, b: mul(one, -0.3), c: mul(one, 0) }
  test('finds the curve, and a straight line in one step', () => {
    const found = minimizeLeastSquares(fit, start, { method })
    expect(found.why).toBe('converged')
    expect([item(found.params.a), item(found.params.b), item(found.params.c)]).toEqual([
      expect.closeTo(3, 6),
      expect.closeTo(-0.8, 6),
      expect.closeTo(1, 6),
    ])
    const line = minimizeLeastSquares(
      (w: Tensor) => sub(add(mul(at(w, 0), t), at(w, 1)), add(mul(t, 2), 5)),
      f64([0, 0]),
      {
        method,
        damping: 1e-12,
      },
    )
    expect(line.iterations).toBeLessThanOrEqual(2)
    expect(line.value).toBeLessThan(1e-15)
  })
  test('minimizes what cannot vanish: the residual is orthogonal to the columns of the Jacobian', () => {
    const noise = f64([0.1, -0.2, 0.15, -0.05, 0.2, -0.1])
    const noisy = (p: typeof start) => ({ all: add(fit(p).all, noise) })
    const { gradientNorm, value, why } = minimizeLeastSquares(noisy, start, { method })
    expect([why, gradientNorm < 1e-8, value > 0.01]).toEqual(['converged', true, true])
    const budget = minimizeLeastSquares(fit, start, { method, iterations: 1 })
    expect([budget.why, budget.iterations]).toEqual(['budget', 1])
  })
})
