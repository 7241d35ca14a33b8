import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, item, key, mul, normal, sum, square, tensor, toArray, type Tensor } from '../../src/index.ts'
import { dense, evalMode, l2, network, softmaxCrossEntropy, type Mode } from '../../src/nn/index.ts'
import { adam, box, sgd, softThreshold, type AfterStep } from '../../src/optim/index.ts'
import { evaluate } from '../../src/training/evaluate.ts'
import { fit, outcomeOf } from '../../src/training/fit.ts'
import { supervisedStep } from '../../src/training/step.ts'
import { startTraining } from '../../src/training/training-state.ts'

interface Weight {
  readonly weight: Tensor
}

/** y = x·w, with a layer state that counts training calls. */
const line = {
  apply: (mode: Mode, { weight }: Weight, calls: number, x: Tensor) =>
    [mul(x, weight), mode.kind === 'train' ? calls + 1 : calls] as const,
}
const squares = (predictions: Tensor, targets: Tensor): Tensor =>
  sum(square(add(predictions, mul(targets, -1))))
const pair = { x: tensor([1, 2]), y: tensor([3, 5]) }
const current = { params: { weight: tensor(1) }, layers: 0, optimizer: [], step: 0 }

describe('supervised step', () => {
  test('is θ − η∇(loss + λΩ), with the loss before the update and the layer state after it', () => {
    const optimizer = sgd<Weight>({ learningRate: 0.01 })
    const step = supervisedStep({ model: line, loss: squares, penalty: l2<Weight>(0.5), optimizer })
    const after = step({ ...current, optimizer: optimizer.init(current.params) }, pair, key(0))
    // loss = (w − 3)² + (2w − 5)² + w²/2, so at w = 1 it is 13.5 with derivative −4 − 12 + 1.
    expect(after.loss).toBeCloseTo(13.5, 6)
    expect(item(after.params.weight)).toBeCloseTo(1.15, 6)
    expect(after.layers).toBe(1)
    expect(item(current.params.weight)).toBe(1)
  })

  test('is followed by the maps after it: a proximal step at the rate, then a projection', () => {
    const optimizer = sgd<Weight>({ learningRate: 0.01 })
    const after = (maps: readonly AfterStep<Weight>[]): number => {
      const step = supervisedStep({ model: line, loss: squares, optimizer, after: maps })
      return item(step({ ...current, optimizer: optimizer.init(current.params) }, pair, key(0)).params.weight)
    }
    // w = 1 goes to 1.16; the proximal step takes 0.01·λ off.
    expect(after([])).toBeCloseTo(1.16, 6)
    expect(after([softThreshold(6)])).toBeCloseTo(1.1, 6)
    expect(after([softThreshold(200)])).toBe(0)
    expect(after([softThreshold(6), box(2, 3)])).toBe(2)
  })

  test('without a penalty it is the plain loss', () => {
    const optimizer = sgd<Weight>({ learningRate: 0.01 })
    const step = supervisedStep({ model: line, loss: squares, optimizer })
    expect(step({ ...current, optimizer: optimizer.init(current.params) }, pair, key(0)).loss).toBeCloseTo(
      13,
      6,
    )
  })
})

describe('evaluate', () => {
  const model = network(3, dense('output', 4))
  const { params, state } = model.init(key(1))

  test('gives the same figures in chunks of any size, and those of the definition', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 50 }), (n, chunk) => {
        const x = normal(key(n), [n, 3])
        const y = tensor(
          Array.from({ length: n }, (_, i) => (i * 7) % 4),
          { dtype: 'int32' },
        )
        const found = evaluate(model, params, state, { x, y }, { chunk })
        const [logits] = model.apply(evalMode, params, state, x)
        const rows = toArray(logits) as readonly (readonly number[])[]
        const hits = rows.filter((row, i) => row.indexOf(Math.max(...row)) === (i * 7) % 4).length
        expect(found).toMatchObject({ n, correct: hits, accuracy: hits / n })
        expect(found.loss).toBeCloseTo(item(softmaxCrossEntropy(logits, y)), 5)
        expect(found.lossInterval[0]).toBeLessThanOrEqual(found.loss)
        expect(found.accuracyInterval[1]).toBeGreaterThanOrEqual(found.accuracy)
      }),
      { numRuns: 30 },
    )
  })
})

describe('training a classifier', () => {
  const model = network(2, dense('output', 2))
  const { params, state } = model.init(key(3), { dtype: 'float64' })
  const x = normal(key(4), [60, 2], { dtype: 'float64' })
  const y = tensor(
    (toArray(x) as readonly (readonly number[])[]).map(([a = 0, b = 0]) => (a > b ? 1 : 0)),
    { dtype: 'int32' },
  )
  const optimizer = adam<typeof params>({ learningRate: 0.1 })

  test('learns a line, and best is the parameters of the epoch with the lowest loss, bit for bit', () => {
    const losses: number[] = []
    const seen: unknown[] = []
    const { best, last, why } = outcomeOf(
      fit({
        step: supervisedStep({ model, loss: (a, b) => softmaxCrossEntropy(a, b), optimizer }),
        batches: () => [{ x, y }],
        batchesPerEpoch: 1,
        score: (at: typeof params, layers: typeof state) => evaluate(model, at, layers, { x, y }),
        monitor: ({ loss }) => loss,
        stopping: { mode: 'min', patience: 5, minDelta: 0 },
        epochs: 30,
      })(startTraining({ params, layers: state, optimizer: optimizer.init(params), key: key(0) })),
      (event) => {
        if (event.kind === 'epoch') {
          losses.push(event.metrics.loss)
          seen.push(toArray(event.state.params.output.weight))
        }
      },
    )
    expect(why).toBe('budget')
    expect(evaluate(model, last.params, last.layers, { x, y }).accuracy).toBeGreaterThan(0.95)
    const lowest = losses.indexOf(Math.min(...losses))
    expect(best.epoch).toBe(lowest + 1)
    expect(toArray(best.params.output.weight)).toEqual(seen[lowest])
  })
})
