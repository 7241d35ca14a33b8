import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fit, outcomeOf, type Outcome, type Plan, type TrainingEvent } from '../../src/training/fit.ts'
import { startTraining, type TrainingState } from '../../src/training/training-state.ts'
import { key, permutation, toArray, uniform, type Key } from '../../src/index.ts'

/** Parameters are the history of what touched them, so that two are equal only when their whole past is. */
type History = readonly number[]
interface Layers {
  readonly steps: number
}
type Metrics = { readonly dev: number }
type State = TrainingState<History, Layers, number, Metrics>
type Event = TrainingEvent<History, Layers, number, Metrics>

const batchesPerEpoch = 3

/** A run whose dev loss after epoch `e` is `devs[e − 1]`, and whose loss at step `s` is `losses(s)`. */
const planOf = (
  devs: readonly number[],
  { patience, losses = () => 1 }: { readonly patience: number; readonly losses?: (step: number) => number },
): Plan<History, Layers, number, number, Metrics> => ({
  step: ({ params, layers, optimizer, step }, batch, stepKey: Key) => ({
    params: [...params, batch, Number(toArray(uniform(stepKey, [])))],
    layers: { steps: layers.steps + 1 },
    optimizer: optimizer + 1,
    loss: losses(step),
  }),
  batches: (order) => toArray(permutation(order, batchesPerEpoch)) as readonly number[],
  batchesPerEpoch,
  score: (_, layers) => ({ dev: devs[layers.steps / batchesPerEpoch - 1] ?? NaN }),
  monitor: ({ dev }) => dev,
  stopping: { mode: 'min', patience, minDelta: 0 },
  epochs: devs.length,
})

/** Batches without end; each takes a while. */
const endlessly: Iterable<number> = {
  *[Symbol.iterator]() {
    for (;;) yield 0
  },
}

const start: State = startTraining({ params: [], layers: { steps: 0 }, optimizer: 0, key: key(7) })

/** The run's events; the signal is aborted when `abortAfter` batches are done. */
const runOf = (
  plan: ReturnType<typeof planOf>,
  from: State = start,
  abortAfter = Infinity,
): readonly Event[] => {
  const controller = new AbortController()
  const events: Event[] = []
  outcomeOf(fit(plan, { signal: controller.signal, batches: true })(from), (event) => {
    events.push(event)
    if (event.kind === 'batch' && event.state.step >= abortAfter) controller.abort()
  })
  return events
}

const outcomeIn = (events: readonly Event[]): Outcome<History, Layers, number, Metrics> => {
  const last = events.at(-1)
  if (last?.kind !== 'done') throw new Error('the last event is the outcome')
  return last
}

/** What the outcome must hold, read off the epoch events alone. */
const checkOutcome = (events: readonly Event[]) => {
  const { best, last } = outcomeIn(events)
  const epochs = events.flatMap((event) => (event.kind === 'epoch' ? [event] : []))
  const numbers = epochs.filter(({ metrics }) => !Number.isNaN(metrics.dev))
  const lowest = Math.min(...numbers.map(({ metrics }) => metrics.dev))
  const first = numbers.find(({ metrics }) => metrics.dev === lowest)
  expect(best.epoch).toBe(first?.state.epoch ?? 0)
  expect(best.value).toBe(first?.metrics.dev ?? NaN)
  expect(best.params).toEqual(first?.state.params ?? start.params)
  expect(best.layers).toEqual(first?.state.layers ?? start.layers)
  const states = events.flatMap((event) => (event.kind === 'done' ? [] : [event.state]))
  expect(last).toEqual(states.at(-1) ?? start)
  expect(last.history).toEqual(epochs.map(({ metrics }) => metrics))
}

const dev = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((n) => n / 2),
  fc.constantFrom(NaN, Infinity),
)
const devLosses = fc.array(dev, { minLength: 1, maxLength: 8 })
const patience = fc.integer({ min: 1, max: 4 })

describe('fit', () => {
  test('patience and budget: best is the first arg-min with the parameters of that epoch', () => {
    fc.assert(
      fc.property(devLosses, patience, (devs, waits) => {
        const events = runOf(planOf(devs, { patience: waits }))
        checkOutcome(events)
        const { why, last } = outcomeIn(events)
        const waited = last.stopping.waited
        expect(why).toBe(waited >= waits ? 'patience' : 'budget')
        expect(why === 'budget' ? last.epoch : waited).toBe(why === 'budget' ? devs.length : waits)
      }),
    )
  })

  test('aborted after any batch: best and last are those of that moment', () => {
    fc.assert(
      fc.property(devLosses, fc.integer({ min: 1, max: 24 }), (devs, steps) => {
        const events = runOf(planOf(devs, { patience: 99 }), start, steps)
        checkOutcome(events)
        const { why, last } = outcomeIn(events)
        expect(why).toBe(steps <= devs.length * batchesPerEpoch ? 'aborted' : 'budget')
        expect(last.step).toBe(Math.min(steps, devs.length * batchesPerEpoch))
      }),
    )
  })

  test('a loss that is not finite ends training with the parameters before its update', () => {
    fc.assert(
      fc.property(
        devLosses,
        fc.nat({ max: 23 }),
        fc.constantFrom(NaN, Infinity, -Infinity),
        (devs, bad, loss) => {
          const events = runOf(planOf(devs, { patience: 99, losses: (step) => (step === bad ? loss : 1) }))
          checkOutcome(events)
          const { why, last } = outcomeIn(events)
          const total = devs.length * batchesPerEpoch
          expect(why).toBe(bad < total ? 'non-finite' : 'budget')
          expect(last.step).toBe(Math.min(bad, total))
          const outcome = outcomeIn(events)
          if (outcome.why === 'non-finite')
            expect(outcome.problem).toMatchObject({
              kind: 'loss',
              loss,
              step: bad,
              epoch: Math.floor(bad / batchesPerEpoch),
              batch: bad % batchesPerEpoch,
            })
        },
      ),
    )
  })

  test('resumed after any batch = uninterrupted', () => {
    fc.assert(
      fc.property(devLosses, patience, fc.integer({ min: 1, max: 24 }), (devs, waits, steps) => {
        const plan = planOf(devs, { patience: waits })
        const whole = outcomeIn(runOf(plan))
        const interrupted = outcomeIn(runOf(plan, start, steps))
        expect(outcomeIn(runOf(plan, interrupted.last))).toEqual(whole)
      }),
    )
  })

  test('each epoch has its own order, and the same key gives the same run', () => {
    const plan = planOf([3, 2, 1, 0], { patience: 9 })
    const { last } = outcomeIn(runOf(plan))
    expect(outcomeIn(runOf(plan)).last).toEqual(last)
    expect(outcomeIn(runOf(plan, { ...start, key: key(8) })).last.params).not.toEqual(last.params)
    const numbers = last.params.filter((_, i) => i % 2 === 1)
    expect(new Set(numbers).size).toBe(numbers.length)
    const orders = [0, 1, 2, 3].map((epoch) =>
      last.params.filter((_, i) => i % 2 === 0).slice(epoch * batchesPerEpoch, (epoch + 1) * batchesPerEpoch),
    )
    orders.forEach((order) => expect([...order].sort()).toEqual([0, 1, 2]))
    expect(new Set(orders.map(String)).size).toBeGreaterThan(1)
  })

  test('improved marks the epochs that became the best so far', () => {
    const events = runOf(planOf([2, 2, NaN, 1, 3], { patience: 9 }))
    expect(events.flatMap((event) => (event.kind === 'epoch' ? [event.improved] : []))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ])
  })

  test('nothing is computed until the events are consumed, and they can be consumed again', () => {
    let steps = 0
    const plan = planOf([1, 2], { patience: 9, losses: () => (steps++, 1) })
    const events = fit(plan)(start)
    expect(steps).toBe(0)
    expect(outcomeOf(events)).toEqual(outcomeOf(events))
    expect(steps).toBe(2 * 2 * batchesPerEpoch)
  })

  test('consumed with for await: the same events, and a timer can abort it within an epoch', async () => {
    const plan = planOf([3, 1, 2], { patience: 9 })
    const events: Event[] = []
    for await (const event of fit(plan, { batches: true, yieldEvery: 0 })(start)) events.push(event)
    expect(events).toEqual(runOf(plan))

    const controller = new AbortController()
    setTimeout(() => controller.abort(), 5)
    const endless = { ...plan, batches: () => endlessly, epochs: Infinity }
    const last: Event[] = []
    for await (const event of fit(endless, { signal: controller.signal, yieldEvery: 1 })(start))
      last.push(event)
    expect(last).toMatchObject([{ kind: 'done', why: 'aborted', last: { epoch: 0 } }])
  })

  test('batches are reported only if asked for', () => {
    const plan = planOf([3, 1, 2], { patience: 9 })
    const kinds = Array.from(fit(plan)(start), ({ kind }) => kind)
    expect(kinds).toEqual(['epoch', 'epoch', 'epoch', 'done'])
    const all = Array.from(fit(plan, { batches: true })(start))
    expect(Array.from(fit(plan)(start))).toEqual(all.filter(({ kind }) => kind !== 'batch'))
  })

  test('other parameters than the current ones can be scored and kept as best', () => {
    const plan = planOf([3, 1, 2], { patience: 9 })
    const seen: History[] = []
    const { best, last } = outcomeOf(
      fit({
        ...plan,
        scored: ({ params, step }) => [params.length, step],
        score: (params, layers) => {
          seen.push(params)
          return plan.score(params, layers)
        },
      })(start),
    )
    expect(seen).toEqual([3, 6, 9].map((step) => [2 * step, step]))
    expect(best).toMatchObject({ params: [12, 6], epoch: 2, value: 1 })
    expect(last.params).toEqual(outcomeOf(fit(plan)(start)).last.params)
  })

  test('events that end without an outcome are an error', () => {
    expect(() => outcomeOf([])).toThrow(RangeError)
  })
})
