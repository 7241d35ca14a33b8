import { describe, expect, test } from 'vitest'
import { item, key, mul, square, sum, tensor, toArray, type Tensor } from '../../src/index.ts'
import { dense, meanSquaredError, network } from '../../src/nn/index.ts'
import { adam, chain, clipByGlobalNorm, lossScaleOf, scaleLoss, sgd } from '../../src/optim/index.ts'
import { descendStep, supervisedStep } from '../../src/training/index.ts'

const loss = ({ w }: { readonly w: Tensor }, by: Tensor) => mul(sum(square(w)), by)
const params = { w: tensor([1, -2]) }
const one = tensor(1)

describe('the scale of a loss', () => {
  test('changes neither the way nor the value: powers of two round nothing', () => {
    const plain = descendStep(adam({ learningRate: 0.1 }))(loss)
    const scaled = descendStep(scaleLoss(adam({ learningRate: 0.1 }), { every: 3 }))(loss)
    const [a, b] = [plain, scaled].map((step) =>
      Array.from({ length: 8 }).reduce<{ readonly w: unknown; readonly at: unknown; readonly value: number }>(
        ({ at }) => {
          const next = step(at as never, one)
          return { at: next, w: toArray(next.params.w), value: item(next.value) }
        },
        { at: step.start(params), w: [], value: 0 },
      ),
    )
    expect([b!.w, b!.value]).toEqual([a!.w, a!.value])
  })
  test('rises after finite gradients, falls at others, which make no step, between its limits', () => {
    const options = { initial: 4, every: 2, least: 2, most: 8 }
    const step = descendStep(scaleLoss(sgd({ learningRate: 0.25 }), options))(loss)
    const factors = [1, 1, 1, 1, Infinity, Infinity, Infinity, 1, NaN, 1]
    const seen = factors.reduce<readonly ReturnType<typeof step>[]>(
      (all, by) => [...all, step(all.at(-1)!, tensor(by))],
      [step.start(params)],
    )
    expect(seen.map((at) => item(lossScaleOf(at.optimizer)))).toEqual([4, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2])
    expect(seen.map((at) => (toArray(at.params.w) as readonly number[])[0])).toEqual([
      1,
      ...[1, 2, 3, 4, 4, 4, 4, 5, 5, 6].map((n) => 0.5 ** n),
    ])
  })
  test('is found in a chain, and taken by supervised training too', () => {
    const model = network(1, dense('line', 1, { bias: false }))
    const { state } = model.init(key(0))
    const run = (optimizer: ReturnType<typeof sgd<{ readonly line: { readonly weight: Tensor } }>>) => {
      const step = supervisedStep({ model, loss: (out, y) => meanSquaredError(out, y), optimizer })
      const weights = { line: { weight: tensor([[0]]) } }
      const start = { params: weights, layers: state, optimizer: optimizer.init(weights), step: 0 }
      return step(start, { x: tensor([[1], [1]]), y: tensor([[2], [2]]) }, key(0))
    }
    const plain = run(sgd({ learningRate: 0.25 }))
    const scaled = run(chain(scaleLoss(chain(clipByGlobalNorm(100), sgd({ learningRate: 0.25 })))) as never)
    expect(toArray(scaled.params.line.weight)).toEqual(toArray(plain.params.line.weight))
    expect(scaled.loss).toBe(plain.loss)
    expect(item(lossScaleOf(scaled.optimizer))).toBe(2 ** 15)
  })
})
