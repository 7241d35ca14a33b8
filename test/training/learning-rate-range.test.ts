import fc from 'fast-check'
import { expect, test } from 'vitest'
import { key, mul, square, sum, tensor, type Tensor } from '../../src/index.ts'
import { rateAt, sgd, type Schedule } from '../../src/optim/index.ts'
import { fit, learningRateRange, outcomeOf, startTraining, supervisedStep } from '../../src/training/index.ts'
import { fingerprint } from './small-run.ts'

const model = {
  apply: (_: unknown, w: Tensor, layers: object, x: Tensor) => [mul(x, w), layers] as const,
}
const optimizerOf = (learningRate: Schedule) => sgd<Tensor>({ learningRate })

/** The loss is (w·x)² for the x of each batch; with two unlike ones, single losses jump. */
const planFor = (xs: readonly number[]) => (schedule: Schedule) => ({
  step: supervisedStep({ model, loss: (a: Tensor) => sum(square(a)), optimizer: optimizerOf(schedule) }),
  batches: () => xs.map((x) => ({ x: tensor([x], { dtype: 'float64' }), y: tensor([0]) })),
  batchesPerEpoch: xs.length,
})

const planOf = planFor([1, 2])

const params = tensor(3, { dtype: 'float64' }) as Tensor
const start = startTraining({
  params,
  layers: {},
  optimizer: optimizerOf(0).init(params),
  key: key(0),
})

/** By hand: w ← w − rate · 2 w x². */
const lossesOf = (rates: readonly number[], w: number, first: number): readonly number[] => {
  const [rate, ...rest] = rates
  const curvature = first % 2 === 0 ? 1 : 4
  const next = w * (1 - 2 * (rate ?? 0) * curvature)
  const seen = next ** 2 * (first % 2 === 0 ? 4 : 1)
  return rate === undefined ? [] : [seen, ...lossesOf(rest, next, first + 1)]
}

test('rates rise in geometric progression, and each is paired with the loss after its step', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 40 }), fc.constantFrom(0, 0.5, 0.9), (steps, smoothing) => {
      const options = { from: 1e-4, to: 0.1, steps, smoothing }
      const { points } = learningRateRange(planOf, { ...options, until: Infinity })(start)
      const rates = Array.from({ length: steps }, (_, i) => 1e-4 * 1000 ** (i / (steps - 1)))
      points.forEach(({ rate }, i) => expect(rate).toBeCloseTo(rates[i]!, 12))
      const expected = lossesOf(rates, 3, 0)
      expect(points).toHaveLength(steps)
      points.forEach(({ loss }, i) => expect(loss / expected[i]!).toBeCloseTo(1, 9))
      if (smoothing === 0) points.forEach(({ loss, smoothed }) => expect(smoothed).toBe(loss))
    }),
    { numRuns: 15 },
  )
})

test('it ends where the loss has risen too far; the suggestion lies where it fell', () => {
  const { points, suggestion } = learningRateRange(planFor([1, 1]), { from: 1e-4, to: 1e3 })(start)
  // w ← (1 − 2 rate) w grows from a rate of 1 on, and is 0 at 1/2.
  const last = points.at(-1)!
  expect(last.rate).toBeGreaterThan(1)
  expect(last.rate).toBeLessThan(100)
  expect(suggestion).toBeGreaterThan(1e-2)
  expect(suggestion).toBeLessThan(0.5)
})

test('the state is not touched: training from it goes as if there had been no sweep', () => {
  const plan = {
    ...planOf(0.01),
    score: (w: Tensor) => Number(w.toString()),
    monitor: (value: number) => value,
    stopping: { mode: 'min', patience: 9, minDelta: 0 } as const,
    epochs: 3,
  }
  const before = fingerprint(start)
  const expected = fingerprint(outcomeOf(fit(plan)(start)))
  learningRateRange(planOf, { from: 1e-4, to: 1e3 })(start)
  expect(fingerprint(start)).toEqual(before)
  expect(fingerprint(outcomeOf(fit(plan)(start)))).toEqual(expected)
})

test('from a state in the middle of an epoch it begins at the first rate too', () => {
  const [, second] = Array.from(
    fit(
      {
        ...planOf(0),
        score: () => 0,
        monitor: (value: number) => value,
        stopping: { mode: 'min', patience: 9, minDelta: 0 },
        epochs: 1,
      },
      { batches: true },
    )(start),
  )
  if (second?.kind !== 'batch') throw new Error('expected the second batch')
  const options = { from: 1e-4, to: 0.1, steps: 5 }
  const rates = learningRateRange(planOf, options)(second.state).points.map(({ rate }) => rate)
  expect(rates).toEqual(learningRateRange(planOf, options)(start).points.map(({ rate }) => rate))
})

test('a loss that never falls has no suggestion; a range that is none is refused', () => {
  const climbing = (schedule: Schedule) => ({
    ...planFor([1])(schedule),
    // Minus the loss: every step makes the square larger.
    step: supervisedStep({
      model,
      loss: (a: Tensor) => sum(square(a)),
      optimizer: optimizerOf((step) => mul(-1, rateAt(schedule, step))),
    }),
  })
  const { points, suggestion } = learningRateRange(climbing, { from: 1e-3, to: 1e-1, steps: 10 })(start)
  expect(points.length).toBeGreaterThan(3)
  expect(suggestion).toBe(undefined)
  const bad = [
    { from: 0, to: 1 },
    { from: 2, to: 1 },
    { from: 1, to: 2, steps: 2 },
    { from: 1, to: 2, smoothing: 1 },
  ]
  bad.forEach((options) =>
    expect(() => learningRateRange(planOf, options)(start)).toThrow(/learningRateRange/),
  )
})
