import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { item, norm, sub, toTypedArray } from '../../src/index.ts'
import { averageParameters, chain, sgd } from '../../src/optim/index.ts'
import { compareTrainings, fit, outcomeOf, supervisedStep } from '../../src/training/index.ts'
import { softmaxCrossEntropy } from '../../src/nn/index.ts'
import { leavesOf } from '../../src/core/tensor/tree.ts'
import { fingerprint, model, plan, start, type Params } from './small-run.ts'

const states = [
  start,
  ...Array.from(fit(plan, { batches: true })(start)).flatMap((event) =>
    event.kind === 'done' ? [] : [event.state],
  ),
]

/** The same but for a penalty-free step whose batches come in the order of the table. */
const ordered = { ...plan, batches: () => [...plan.batches(start.key)].reverse() }

describe('two futures of one state', () => {
  test('of the same plan are the same, wherever they fork', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...states), async (fork) => {
        const { first, second, epochs } = await compareTrainings(fit(plan)(fork), fit(plan)(fork))
        expect(fingerprint(first)).toEqual(fingerprint(second))
        expect(epochs).toEqual(
          Array.from({ length: 3 - fork.epoch }, (_, i) => ({
            epoch: fork.epoch + i + 1,
            difference: { loss: 0, accuracy: 0 },
            distance: 0,
          })),
        )
      }),
      { numRuns: 6 },
    )
  })

  test('of different plans differ in what was measured and in the parameters', async () => {
    const fork = states[5]!
    const [a, b] = [plan, ordered].map((each) => outcomeOf(fit(each)(fork)))
    const { first, second, epochs } = await compareTrainings(fit(plan)(fork), fit(ordered)(fork))
    expect(fingerprint([first, second])).toEqual(fingerprint([a, b]))
    epochs.forEach(({ epoch, difference, distance }) => {
      const [one, other] = [a!.last.history[epoch - 1]!, b!.last.history[epoch - 1]!]
      expect(difference).toEqual({ loss: other.loss - one.loss, accuracy: other.accuracy - one.accuracy })
      expect(distance).toBeGreaterThan(0)
    })
    const [x, y] = [a!, b!].map(({ last }) => leavesOf(last.params))
    const squares = x!.map((leaf, i) => item(norm(sub(leaf, y![i]!))) ** 2)
    expect(epochs.at(-1)!.distance).toBeCloseTo(Math.sqrt(squares.reduce((sum, s) => sum + s, 0)), 5)
  })

  test('where one ends earlier, only common epochs are compared', async () => {
    const { first, second, epochs } = await compareTrainings(
      fit({ ...plan, epochs: 1 })(start),
      fit(plan)(start),
    )
    expect([first.last.epoch, second.last.epoch, epochs.length]).toEqual([1, 3, 1])
  })
})

describe('an exponential average of the parameters', () => {
  const decay = 0.9
  const optimizer = chain(sgd<Params>({ learningRate: 0.1 }), averageParameters<Params>(decay))
  const averaged = {
    ...plan,
    step: supervisedStep({ model, loss: (a, b) => softmaxCrossEntropy(a, b), optimizer }),
  }
  const from = { ...start, optimizer: optimizer.init(start.params) }

  test('is Σ dᵗ⁻ⁱ θᵢ / Σ dᵗ⁻ⁱ of all steps, is what is scored, and becomes the best', () => {
    const trail: Params[] = []
    const events = Array.from(fit(averaged, { batches: true })(from))
    events.forEach((event) => {
      if (event.kind === 'batch') trail.push(event.state.params)
      if (event.kind !== 'epoch' || !event.improved) return
      const weights = trail.map((_, i) => decay ** (trail.length - 1 - i))
      const total = weights.reduce((sum, w) => sum + w, 0)
      leavesOf(event.state.best.params).forEach((leaf, at) => {
        const expected = trail
          .map((params, i) =>
            Array.from(toTypedArray(leavesOf(params)[at]!), (x) => (x * weights[i]!) / total),
          )
          .reduce((sum, part) => sum.map((x, i) => x + part[i]!))
        Array.from(toTypedArray(leaf)).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 5))
      })
      expect(event.metrics).toEqual(averaged.score(event.state.best.params, event.state.layers))
    })
    expect(events.filter((event) => event.kind === 'epoch' && event.improved).length).toBeGreaterThan(0)
  })
})
