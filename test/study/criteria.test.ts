import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  abs,
  add,
  concat,
  exp,
  grad,
  item,
  jit,
  key,
  matmul,
  max,
  mean,
  mul,
  normal,
  square,
  sub,
  sum,
  take,
  tensor,
  toTypedArray,
  traceCount,
  type Key,
  type Tensor,
} from '../../src/index.ts'
import { activation, dense, l2, network, penaltyValue } from '../../src/nn/index.ts'
import { adam, minimizeLbfgs, sgd } from '../../src/optim/index.ts'
import {
  chebyshev,
  constantWeighting,
  dominates,
  epsilonConstraint,
  jointGradient,
  meanWeighting,
  minNormWeighting,
  multiObjectiveStep,
  nashWeighting,
  objectiveGradients,
  pcGradWeighting,
  smoothChebyshev,
  upGradWeighting,
  weightedSum,
  type Weighting,
} from '../../src/criteria/index.ts'
import { supervisedStep } from '../../src/training/index.ts'

const f64 = (values: number | readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values as never, { dtype: 'float64' })
const entry = fc.integer({ min: -16, max: 16 }).map((i) => i / 4)
const positive = fc.integer({ min: 1, max: 16 }).map((i) => i / 4)

/** Objectives of the number of a point of a table. */
const table = (points: readonly (readonly number[])[]) => ({
  first: (at: Tensor) => take(f64(points.map(([x = 0]) => x)), at),
  second: (at: Tensor) => take(f64(points.map(([, y = 0]) => y)), at),
})
const numbers = (points: readonly unknown[]) => points.map((_, i) => tensor(i, { dtype: 'int32' }))
const leastOf = (loss: (at: Tensor) => Tensor, points: readonly unknown[]): number => {
  const values = numbers(points).map((at) => item(loss(at)))
  return values.indexOf(Math.min(...values))
}
const pairs = fc.array(fc.tuple(entry, entry), { minLength: 1, maxLength: 12 })

describe('scalarizations', () => {
  test('a minimum of a weighted sum with positive weights is never dominated', () => {
    fc.assert(
      fc.property(pairs, positive, positive, (points, a, b) => {
        const at = leastOf(weightedSum({ first: a, second: b })(table(points)), points)
        for (const point of points) expect(dominates(['min', 'min'], point, points[at]!)).toBe(false)
      }),
    )
  })
  test('every point of a front is the minimum of a Chebyshev loss, also where the front is not convex', () => {
    fc.assert(
      fc.property(pairs, (points) => {
        const ideal = { first: -5, second: -5 }
        points.forEach((point, i) => {
          if (points.some((other) => dominates(['min', 'min'], other, point))) return
          const weights = { first: 1 / (point[0] + 5), second: 1 / (point[1] + 5) }
          const loss = chebyshev(weights, { ideal })(table(points))
          const here = item(loss(tensor(i, { dtype: 'int32' })))
          for (const at of numbers(points)) expect(item(loss(at))).toBeGreaterThanOrEqual(here - 1e-12)
        })
      }),
      { numRuns: 40 },
    )
    // The middle one of a front that is not convex: no weighted sum finds it.
    const bulge = [
      [0, 4],
      [3, 3],
      [4, 0],
    ]
    for (const share of [0.01, 0.25, 0.5, 0.75, 0.99])
      expect(leastOf(weightedSum({ first: share, second: 1 - share })(table(bulge)), bulge)).not.toBe(1)
  })
  test('the smooth Chebyshev loss is above the other by at most μ log m, and never grows with m of equal ones', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 3, maxLength: 3 }),
        fc.array(positive, { minLength: 3, maxLength: 3 }),
        fc.integer({ min: -4, max: 4 }),
        ([x = 0, y = 0, z = 0], [a = 1, b = 1, c = 1], power) => {
          const objectives = {
            one: (at: Tensor) => mul(at, x) as Tensor,
            two: (at: Tensor) => mul(at, y) as Tensor,
            three: (at: Tensor) => mul(at, z) as Tensor,
          }
          const weights = { one: a, two: b, three: c }
          const ideal = { one: -1, two: 0, three: 2 }
          const mu = 2 ** power
          const sharp = item(chebyshev(weights, { ideal })(objectives)(f64(1)))
          const smooth = item(smoothChebyshev(weights, { ideal, mu })(objectives)(f64(1)))
          expect(sharp).toBe(Math.max(a * (x + 1), b * y, c * (z - 2)))
          expect(smooth).toBeGreaterThanOrEqual(sharp - 1e-12)
          expect(smooth).toBeLessThanOrEqual(sharp + mu * Math.log(3) + 1e-12)
        },
      ),
    )
  })
  test('say what is wrong with weights, ideals and names', () => {
    const objectives = { a: (x: Tensor) => x, b: (x: Tensor) => x }
    expect(() => weightedSum({ a: 1, b: -1 })(objectives)).toThrow(
      'weightedSum: a weight is a finite number ≥ 0, got -1 for b',
    )
    expect(() => weightedSum({ a: 0, b: 0 })(objectives)).toThrow('expected a weight above 0, got none')
    expect(() => weightedSum({ a: 1 })(objectives)).toThrow(
      'the objectives are a, b, but the weights are for a',
    )
    expect(() => weightedSum({})({})).toThrow('expected at least one objective')
    expect(() => chebyshev({ a: 1, b: 1 }, { ideal: { a: 0, b: NaN } })(objectives)).toThrow(
      'chebyshev: an ideal value is finite, got NaN for b',
    )
    expect(() => smoothChebyshev({ a: 1, b: 1 }, { ideal: { a: 0, b: 0 }, mu: 0 })(objectives)).toThrow(
      'mu: expected a finite number above 0, got 0',
    )
  })
})

describe('the ε-constraint', () => {
  const solve = (
    { init, loss, update, violations }: ReturnType<ReturnType<typeof epsilonConstraint>>,
    start: Tensor,
    rounds = 10,
  ) =>
    Array.from({ length: rounds }).reduce<{
      readonly x: Tensor
      readonly state: typeof init
      readonly seen: readonly number[]
    }>(
      ({ x, state, seen }) => {
        const at = minimizeLbfgs((y: Tensor) => loss(y, state), x, {
          iterations: 200,
          tolerance: 1e-9,
        }).params
        return {
          x: at,
          state: update(at, state),
          seen: [...seen, Math.max(...Object.values(violations(at as never)))],
        }
      },
      { x: start, state: init, seen: [] },
    )

  test('ends at the solution, with the price of the bound as multiplier, if it binds', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 0, max: 16 }), (bound, far) => {
        // The point nearest to (far/4, 0) in the disc of radius √bound about 0.
        const target = f64([far / 4, 0])
        const problem = epsilonConstraint<'fit' | 'size'>('fit', { size: bound })({
          fit: (x: Tensor) => sum(square(sub(x, target))) as Tensor,
          size: (x: Tensor) => sum(square(x)) as Tensor,
        })
        const { x, state, seen } = solve(problem as never, f64([0.5, 1]))
        const radius = Math.min(Math.sqrt(bound), far / 4)
        expect(item(max(abs(sub(x, f64([radius, 0])))))).toBeLessThan(1e-5)
        expect(seen.at(-1)).toBeLessThan(1e-5)
        // ∇fit + λ∇size = 0: λ = far/4/√bound − 1 where the bound binds.
        const price = Math.max(0, far / 4 / Math.sqrt(bound) - 1)
        expect(Math.abs(item(state.multipliers['size'] as Tensor) - price)).toBeLessThan(1e-3)
      }),
      { numRuns: 6 },
    )
  })
  test('reaches the middle of a front that is not convex, where no weighted sum has a minimum', () => {
    // Fonseca and Fleming: at f₂ = 1 − 1/e lies the point 0.
    const bump = (at: number) => (x: Tensor) => sub(1, exp(mul(-1, sum(square(sub(x, at)))))) as Tensor
    const end = 1 / Math.sqrt(3)
    const problem = epsilonConstraint<'f1' | 'f2'>(
      'f1',
      { f2: 1 - Math.exp(-1) },
      { penalty: 10 },
    )({
      f1: bump(end),
      f2: bump(-end),
    })
    const { x } = solve(problem as never, f64([0.3, -0.2, 0.1]))
    expect(item(max(abs(x)))).toBeLessThan(1e-4)
  })
  test('is one program for all prices', () => {
    const { init, loss, update } = epsilonConstraint<'a' | 'b'>('a', { b: 1 })({
      a: (x: Tensor) => square(x),
      b: (x: Tensor) => square(sub(x, 4)),
    })
    const descent = jit(grad(loss))
    const at = f64(0)
    const prices = [init, update(at, init), update(at, update(at, init))]
    // At 0 b is 15 over its bound and its gradient is −8: −8(λ + 15ρ).
    expect(prices.map((state) => item(descent(at, state)))).toEqual([-8 * 15, -8 * 30, -8 * 180])
    expect(traceCount(descent)).toBe(1)
  })
  test('is the kept objective at the bounds whatever their prices, which move by ρ times what is off', () => {
    fc.assert(
      fc.property(positive, positive, entry, (price, rho, at) => {
        const { init, loss, update } = epsilonConstraint<'a' | 'b'>(
          'a',
          { b: 1 },
          { penalty: rho },
        )({
          a: (x: Tensor) => mul(3, x) as Tensor,
          b: (x: Tensor) => x,
        })
        const state = { ...init, multipliers: { b: f64(price) } }
        expect(item(loss(f64(1), state))).toBeCloseTo(3, 10)
        const after = update(f64(at), state)
        const next = Math.max(0, price + rho * (at - 1))
        expect(item(after.multipliers['b'] as Tensor)).toBe(next)
        expect(item(after.worst)).toBe(Math.abs(next - price) / rho)
        const again = update(f64(at), { ...state, worst: f64(4 * item(after.worst) - 2 ** -10) })
        expect(item(after.penalty)).toBe(rho)
        expect(item(again.penalty)).toBe(10 * rho)
      }),
    )
  })
  test('says what is wrong with bounds', () => {
    const objectives = { a: (x: Tensor) => x, b: (x: Tensor) => x }
    expect(() => epsilonConstraint<'a' | 'b'>('a', { a: 1 })(objectives)).toThrow(
      'a bound is for an objective other than a among a, b, got one for a',
    )
    expect(() => epsilonConstraint<'a' | 'b'>('a', { b: Infinity })(objectives)).toThrow(
      'a bound is finite, got Infinity for b',
    )
    expect(() => epsilonConstraint<'a' | 'b'>('a', {})(objectives)).toThrow('expected at least one bound')
    expect(() => epsilonConstraint('c' as never, { b: 1 })(objectives)).toThrow(
      'c is kept, but the objectives',
    )
    expect(() => epsilonConstraint<'a' | 'b'>('a', { b: 1 }, { penalty: 0 })(objectives)).toThrow(
      'penalty: expected a finite number above 0, got 0',
    )
  })
})

/** Linear functions of a record of a matrix and a vector: their gradients are what they are made of. */
const linear = (rows: readonly (readonly number[])[]) => {
  const part = (row: readonly number[]) => ({
    w: f64([row.slice(0, 2), row.slice(2, 4)]),
    b: f64(row.slice(4)),
  })
  type Params = ReturnType<typeof part>
  return {
    start: part([1, -1, 0.5, 2, -2]),
    objectives: Object.fromEntries(
      rows.map((row, i) => {
        const c = part(row)
        return [`f${i}`, ({ w, b }: Params) => add(sum(mul(c.w, w)), sum(mul(c.b, b)))]
      }),
    ) as Readonly<Record<string, (params: Params) => Tensor>>,
    flat: ({ w, b }: Params) => [...toTypedArray(w), ...toTypedArray(b)],
  }
}
const rows = fc.array(fc.array(entry, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 3 })
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((total, x, i) => total + x * b[i]!, 0)

describe('gradients of several objectives', () => {
  test('are the gradient of each over the whole record, with their inner products', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (matrix, compiled) => {
        const { objectives, start, flat } = linear(matrix)
        const at = objectiveGradients(objectives, compiled ? {} : { compile: false })(start)
        matrix.forEach((row, i) => {
          expect(flat(at.gradients[`f${i}`] as typeof start)).toEqual(row)
          expect(at.values[`f${i}`]).toBe(item(objectives[`f${i}`]!(start)))
          matrix.forEach((other, j) => expect(at.gramian[i]![j]).toBe(dot(row, other)))
        })
      }),
      { numRuns: 20 },
    )
  })
  test('say which objective is not a scalar', () => {
    const wrong = { a: (x: Tensor) => sum(x) as Tensor, b: (x: Tensor) => x }
    expect(() => objectiveGradients(wrong)(f64([1, 2]))).toThrow(
      'objectiveGradients: an objective is a scalar, got shape [2] from number 1',
    )
    expect(() => objectiveGradients({})).toThrow('expected at least one objective')
  })
  test('join to Σ wᵢgᵢ with its gains, and the mean is the gradient of the mean', () => {
    fc.assert(
      fc.property(rows, (matrix) => {
        const { objectives, start, flat } = linear(matrix)
        for (const weighting of [meanWeighting, minNormWeighting, upGradWeighting]) {
          const joint = jointGradient(objectives, weighting, { compile: false })(start)
          if (E.isLeft(joint)) throw new Error(joint.left.message)
          const { gradient, weights, gains, stationarity } = joint.right
          const d = flat(gradient)
          matrix[0]!.forEach((_, k) =>
            expect(d[k]).toBeCloseTo(
              matrix.reduce((total, row, i) => total + weights[`f${i}`]! * row[k]!, 0),
              9,
            ),
          )
          matrix.forEach((row, i) => expect(gains[`f${i}`]).toBeCloseTo(dot(row, d), 8))
          if (weighting === minNormWeighting) expect(stationarity).toBeCloseTo(Math.sqrt(dot(d, d)), 7)
          if (weighting === meanWeighting) {
            const whole = grad(weightedSum(weights)(objectives))(start)
            flat(whole).forEach((x, k) => expect(d[k]).toBeCloseTo(x, 10))
          }
        }
      }),
      { numRuns: 30 },
    )
  })
  test('have no joint gradient where the weighting has none', () => {
    const opposed = { up: (x: Tensor) => sum(x) as Tensor, down: (x: Tensor) => mul(sum(x), -1) as Tensor }
    const joint = jointGradient(opposed, nashWeighting)(f64([1]))
    expect(E.isLeft(joint) && joint.left.kind).toBe('no-common-descent')
  })
})

describe('training by several objectives', () => {
  const model = network(3, dense('hidden', 8), activation('tanh'), dense('output', 2))
  const { params, state: layers } = model.init(key(5), { dtype: 'float64' })
  type Params = typeof params
  const x = normal(key(6), [40, 3], { dtype: 'float64' })
  const y = matmul(x, normal(key(7), [3, 2], { dtype: 'float64' })) as Tensor
  const column = (of: Tensor, i: number): Tensor => take(of, [i], { axis: 1 })
  const error = (i: number) => (predictions: Tensor, batch: { readonly x: Tensor; readonly y: Tensor }) =>
    mean(square(sub(column(predictions, i), column(batch.y, i)))) as Tensor
  const objectives = { first: error(0), second: error(1) }
  const optimizer = sgd<Params>({ learningRate: 0.1 })
  const start = { params, layers, optimizer: optimizer.init(params), step: 0 }
  const distance = (a: Params, b: Params): number =>
    item(
      max(
        concat(
          (['hidden', 'output'] as const).flatMap((layer) => [
            max(abs(sub(a[layer].weight, b[layer].weight)), { axis: 0 }),
            abs(sub(a[layer].bias, b[layer].bias)),
          ]) as never,
        ) as Tensor,
      ),
    )

  test('with the mean is supervised training on the mean loss, with constant weights on their sum', () => {
    const one = multiObjectiveStep({ model, objectives, weighting: () => meanWeighting, optimizer })
    const squares = (predictions: Tensor, targets: Tensor) =>
      mean(square(sub(predictions, targets))) as Tensor
    const plain = supervisedStep({ model, loss: squares, optimizer })
    const [a, b] = [one(start, { x, y }, key(0)), plain(start, { x, y }, key(0))]
    expect(a.loss).toBeCloseTo(b.loss, 12)
    expect(distance(a.params, b.params)).toBeLessThan(1e-12)
    const penalty = l2<Params>(0.01)
    const summed = multiObjectiveStep({
      model,
      objectives: {
        fit: (predictions, batch: { readonly x: Tensor; readonly y: Tensor }) =>
          squares(predictions, batch.y),
        size: (_, __, at) => penaltyValue(l2<Params>(1), at),
      },
      weighting: () => constantWeighting([1, 0.01]),
      optimizer,
    })
    const penalized = supervisedStep({ model, loss: squares, penalty, optimizer })
    expect(
      distance(summed(start, { x, y }, key(0)).params, penalized(start, { x, y }, key(0)).params),
    ).toBeLessThan(1e-12)
  })
  test('is the same compiled or not, and depends on nothing but its arguments', () => {
    for (const weighting of [() => minNormWeighting, pcGradWeighting]) {
      const [fast, slow] = [{}, false as const].map((compile) =>
        multiObjectiveStep({ model, objectives, weighting, optimizer, compile }),
      )
      const after = fast!(start, { x, y }, key(1))
      expect(distance(after.params, slow!(start, { x, y }, key(1)).params)).toBeLessThan(1e-12)
      expect(distance(after.params, fast!(start, { x, y }, key(1)).params)).toBe(0)
    }
  })
  test('takes the mean where the objectives are opposed and the weighting has no answer', () => {
    const opposed = {
      up: (predictions: Tensor) => mean(predictions) as Tensor,
      down: (predictions: Tensor) => mul(mean(predictions), -2) as Tensor,
    }
    const step = (weighting: () => typeof nashWeighting) =>
      multiObjectiveStep({ model, objectives: opposed, weighting, optimizer })(start, { x }, key(0))
    expect(distance(step(() => nashWeighting).params, step(() => meanWeighting).params)).toBe(0)
    expect(distance(step(() => meanWeighting).params, params)).toBeGreaterThan(1e-4)
  })
  test('makes both objectives small with any optimizer; MGDA at least the one with the smaller gradient', () => {
    const by = adam<Params>({ learningRate: 0.02 })
    const both = (at: Params) => {
      const [predictions] = model.apply({ kind: 'eval' }, at, layers, x)
      return Object.values(objectives).map((objective) => item(objective(predictions, { x, y })))
    }
    const before = both(params)
    const trained = (weighting: (from: Key) => Weighting) => {
      const step = multiObjectiveStep({ model, objectives, weighting, optimizer: by })
      const end = Array.from({ length: 300 }).reduce<ReturnType<typeof step>>(
        (now, _, i) => step({ ...now, step: i }, { x, y }, key(i)),
        { ...start, optimizer: by.init(params), loss: NaN },
      )
      return both(end.params)
    }
    expect(Math.max(...trained(() => upGradWeighting))).toBeLessThan(0.02)
    expect(Math.max(...trained(pcGradWeighting))).toBeLessThan(0.02)
    const shortest = trained(() => minNormWeighting)
    expect(Math.min(...shortest)).toBeLessThan(0.02)
    shortest.forEach((value, i) => expect(value).toBeLessThan(before[i]!))
  })
})
