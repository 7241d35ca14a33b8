import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key, mean, sqrt, square, sub, tensor, toArray, topK, argmax, type Tensor } from '../../src/index.ts'
import { constant, dense, network } from '../../src/nn/index.ts'
import { byValue, firstBest, isBetterValue } from '../../src/optim/improvement.ts'
import { sgd } from '../../src/optim/index.ts'
import { activeAffine, sweep } from '../../src/study/index.ts'
import { bestOf, hyperband, spaces, successiveHalving } from '../../src/search/index.ts'
import {
  frontOf,
  knee,
  meanWeighting,
  minNormWeighting,
  multiObjectiveStep,
  nashWeighting,
  type Front,
} from '../../src/criteria/index.ts'
import { fit, outcomeOf, startTraining } from '../../src/training/index.ts'
import { activation } from '../../src/nn/index.ts'

const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
)
const direction = fc.constantFrom<'min' | 'max'>('min', 'max')

describe('the order of values', () => {
  test('NaN never wins, the first of equals does, and all that rank agree', () => {
    fc.assert(
      fc.property(direction, fc.array(value, { maxLength: 12 }), (towards, values) => {
        const first = firstBest(towards, values)
        const known = values.filter((x) => !Number.isNaN(x))
        const extreme = known.reduce((a, b) => (towards === 'min' ? Math.min(a, b) : Math.max(a, b)), NaN)
        expect(first).toBe(
          known.length === 0
            ? -1
            : values.indexOf(
                known.length === 1
                  ? known[0]!
                  : known.includes(extreme)
                    ? extreme
                    : known.reduce((a, b) => (isBetterValue(towards, b, a) ? b : a)),
              ),
        )
        const sorted = [...values].sort(byValue(towards))
        expect(sorted.slice(known.length).every(Number.isNaN)).toBe(true)
        const candidates = values.map((x, id) => ({ id, objectives: [x] }))
        if (first >= 0) {
          expect(bestOf([towards], candidates, 1)[0]?.id).toBe(first)
          const settings = values.map((x) => (towards === 'min' ? x : -x))
          expect(
            sweep(
              settings,
              (x) => x,
              (x) => x,
            ).best?.setting,
          ).toBe(settings[first])
        }
      }),
    )
  })
  test('a candidate that is NaN comes last, with several objectives too', () => {
    const candidates = [[3], [NaN], [1]].map((objectives, id) => ({ id, objectives }))
    expect(bestOf(['min'], candidates, 3).map(({ id }) => id)).toEqual([2, 0, 1])
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 }),
        fc.nat(8),
        (all, count) => {
          const points = all.map((objectives, id) => ({ id, objectives }))
          const kept = bestOf(['min', 'max'], points, count)
          expect(kept.length).toBe(Math.min(count, all.length))
          const known = points.filter(({ objectives }) => !objectives.some(Number.isNaN)).length
          expect(kept.slice(0, known).every(({ objectives }) => !objectives.some(Number.isNaN))).toBe(true)
        },
      ),
    )
  })
  test('of a front that does not fit, what contributes most stays', () => {
    const points = [
      [0, 10],
      [1, 5],
      [1.1, 4.9],
      [5, 1],
      [10, 0],
    ].map((objectives, id) => ({ id, objectives }))
    const kept = bestOf(['min', 'min'], points, 4).map(({ id }) => id)
    expect([...kept].sort()).not.toContain(2)
    const bend = [
      [0, 100],
      [1, 1],
      [100, 0],
    ].map((objectives, id) => ({ id, objectives }))
    expect(bestOf(['min', 'min'], bend, 1).map(({ id }) => id)).toEqual([1])
  })
  test('topK puts the first of equals first, as argmax does', () => {
    expect(toArray(topK(tensor([5, 1, 5, 5]), 2).indices)).toEqual([0, 2])
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(NaN)), { minLength: 1, maxLength: 9 }),
        (xs) => {
          const { indices } = topK(tensor(xs), xs.length)
          const found = toArray(indices) as number[]
          expect(found[0]).toBe(toArray(argmax(tensor(xs))))
          const rank = (x: number): number => (Number.isNaN(x) ? Infinity : x)
          expect(found).toEqual(
            xs
              .map((_, i) => i)
              .sort((a, b) => (rank(xs[b]!) === rank(xs[a]!) ? a - b : rank(xs[b]!) - rank(xs[a]!))),
          )
        },
      ),
    )
  })
})

describe('the knee', () => {
  test('of 200,000 points is found', () => {
    const n = 200_000
    const points = Array.from({ length: n }, (_, i) => ({ config: i, objectives: [i, (n - i) ** 2 / n] }))
    expect(Math.abs(knee(['min', 'min'], points as unknown as Front<number>)!.config - n / 2)).toBeLessThan(2)
  })
  test('is a point of every front that is not empty, with infinite objectives too', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 8 }), (all) => {
        const front = frontOf<number>(['min', 'max'], {
          equals: (a, b) => a === b,
          compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
        })(all.map((objectives, config) => ({ config, objectives })))
        expect(knee(['min', 'max'], front) === undefined).toBe(front.length === 0)
      }),
    )
  })
})

describe('budgets', () => {
  const space = spaces.uniform(0, 1)
  const budgetsOf = (minBudget: number, maxBudget: number, eta: number) =>
    hyperband(space, { minBudget, maxBudget, eta, key: key(0) }).brackets.map(({ rungs }) =>
      rungs.map(({ budget }) => budget),
    )
  test('of hyperband reach the greatest, in one bracket for each power of eta', () => {
    expect(budgetsOf(0.1, 0.9, 3)).toEqual([[0.1, 0.3, 0.9], [0.3, 0.9], [0.9]])
    expect(budgetsOf(1, 81, 3)[0]).toEqual([1, 3, 9, 27, 81])
    fc.assert(
      fc.property(
        fc.constantFrom(0.1, 0.2, 0.3, 0.7, 1, 1.1, 3, 1e-3),
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(1, 1.5),
        (least, eta, powers, beyond) => {
          const most = least * eta ** powers * beyond
          const brackets = budgetsOf(least, most, eta)
          expect(brackets.length).toBe(powers + 1)
          brackets.forEach((budgets, i) => {
            expect(budgets.at(-1)).toBe(most)
            expect(budgets.length).toBe(powers + 1 - i)
            budgets.slice(1).forEach((budget, k) => expect(budget).toBeGreaterThan(budgets[k]!))
          })
        },
      ),
    )
  })
  test('of a halving are what one would write', () => {
    const { brackets } = successiveHalving(space, { trials: 27, eta: 3, minBudget: 0.1, key: key(0) })
    expect(brackets[0]?.rungs).toEqual([
      { size: 27, budget: 0.1 },
      { size: 9, budget: 0.3 },
      { size: 3, budget: 0.9 },
      { size: 1, budget: 2.7 },
    ])
  })
})

describe('a step by several objectives', () => {
  const model = network(1, dense('output', 1, { weight: constant(1) }))
  const begin = model.init(key(0))
  type Weights = typeof begin.params
  const optimizer = sgd<Weights>({ learningRate: 0.1 })
  type Batch = { readonly x: Tensor; readonly y: Tensor }
  const batch: Batch = { x: tensor([[1], [2]]), y: tensor([[2], [4]]) }
  const start = {
    params: begin.params,
    layers: begin.state,
    optimizer: optimizer.init(begin.params),
    step: 0,
  }
  const near =
    (target: number) =>
    (_: Tensor, __: Batch, { output }: Weights) =>
      mean(square(sub(output.weight, target)))
  const weightAfter = (
    step: ReturnType<typeof multiObjectiveStep<Weights, typeof begin.state, readonly unknown[], Batch>>,
  ) => (toArray(step(start, batch, key(1)).params.output.weight) as number[][])[0]![0]!
  test('takes the mean where objectives are opposed, and no step where a gradient is not finite', () => {
    const opposed = { a: near(0), b: near(3) }
    const settings = { model, optimizer, objectives: opposed }
    const byNash = weightAfter(multiObjectiveStep({ ...settings, weighting: () => nashWeighting }))
    expect(byNash).toBe(weightAfter(multiObjectiveStep({ ...settings, weighting: () => meanWeighting })))
    // A root at 0: its value is finite and its slope is not.
    const steep = (_: Tensor, __: Batch, { output }: Weights) => mean(sqrt(sub(output.weight, 1)))
    for (const weighting of [minNormWeighting, meanWeighting]) {
      const step = multiObjectiveStep({
        model,
        optimizer,
        objectives: { a: near(0), steep },
        weighting: () => weighting,
      })
      const after = step(start, batch, key(1))
      expect(after.loss).toBeNaN()
      expect(after.params).toBe(start.params)
      const outcome = outcomeOf(
        fit({
          step,
          batches: () => [batch],
          batchesPerEpoch: 1,
          score: () => 0,
          monitor: (x) => x,
          stopping: { mode: 'min', patience: 3, minDelta: 0 },
          epochs: 2,
        })(
          startTraining({
            params: start.params,
            layers: start.layers,
            optimizer: start.optimizer,
            key: key(0),
          }),
        ),
      )
      expect(outcome).toMatchObject({
        why: 'non-finite',
        problem: { path: 'steep: output.weight', kind: 'gradient' },
      })
    }
  })
})

test('the active affine map keeps the offset that biases bring', () => {
  const net = network(
    2,
    dense('hidden', 3, { weight: constant(1) }),
    activation('relu'),
    dense('out', 1, { weight: constant(2) }),
  )
  const params = {
    hidden: {
      weight: tensor([
        [1, -1, 2],
        [0, 1, 1],
      ]),
      bias: tensor([0.5, 4, -20]),
    },
    out: { weight: tensor([[1], [2], [3]]), bias: tensor([7]) },
  }
  const { matrix, offset } = activeAffine(net, params as never, { hidden: {}, out: {} }, tensor([1, 2]))
  expect(toArray(matrix)).toEqual([[-1, 2]])
  expect(toArray(offset)).toEqual([15.5])
})
