import { describe, expect, test } from 'vitest'
import { item, sub, sum, square, tensor, toArray, type Tensor } from '../../src/index.ts'
import {
  applyStep,
  chain,
  clipByValue,
  scheduleFree,
  scheduleFreeAdamW,
  scheduleFreeParameters,
  scheduleFreeSgd,
  sgd,
  warmUp,
  type Optimizer,
} from '../../src/optim/index.ts'
import { descendStep } from '../../src/training/index.ts'

interface Params {
  readonly w: Tensor
}
const gradients = [2, -1, 0.5, 3, -2, 1]
const follow = (optimizer: Optimizer<Params, readonly unknown[]>, start: number) =>
  gradients.reduce<{
    readonly params: Params
    readonly state: readonly unknown[]
    readonly seen: readonly (readonly [number, number])[]
  }>(
    ({ params, state, seen }, g, step) => {
      const gradient = { w: tensor([g], { dtype: 'float64' }) }
      const [move, next] = optimizer.update(gradient, state, { params, step, value: 0 })
      const after = applyStep(params, move)
      return {
        params: after,
        state: next,
        seen: [...seen, [item(after.w), item(scheduleFreeParameters(next, after).w)]],
      }
    },
    {
      params: { w: tensor([start], { dtype: 'float64' }) },
      state: optimizer.init({ w: tensor([start], { dtype: 'float64' }) }),
      seen: [],
    },
  ).seen

/** Algorithm 1 of Defazio et al. 2024 in numbers: y and x after every step, with the weights γ² of a warm-up. */
const published = (
  start: number,
  rate: (step: number) => number,
  direction: (gradients: readonly number[], y: number) => number,
  beta: number,
): readonly (readonly [number, number])[] => {
  let [x, y, z, total, top] = [start, start, start, 0, 0]
  return gradients.map((_, t) => {
    z -= rate(t) * direction(gradients.slice(0, t + 1), y)
    top = Math.max(top, rate(t))
    total += top ** 2
    x += total === 0 ? 0 : (top ** 2 / total) * (z - x)
    y = (1 - beta) * z + beta * x
    return [y, x]
  })
}
const close = (
  found: readonly (readonly [number, number])[],
  expected: readonly (readonly [number, number])[],
): void =>
  found.forEach(([y, x], t) => {
    expect(y, `y of step ${t}`).toBeCloseTo(expected[t]![0], 10)
    expect(x, `x of step ${t}`).toBeCloseTo(expected[t]![1], 10)
  })

describe('without a schedule', () => {
  test('gradient descent is the published update, with decay', () => {
    close(
      follow(scheduleFreeSgd({ learningRate: 0.1, beta: 0.8, weightDecay: 0.05 }), 4),
      published(4, () => 0.1, (gs, y) => gs.at(-1)! + 0.05 * y, 0.8), // prettier-ignore
    )
  })
  test('AdamW is the published update, with a warm-up', () => {
    const learningRate = warmUp({ steps: 3, then: 0.1 })
    const direction = (gs: readonly number[], y: number): number => {
      const square = gs.reduce((v, g) => 0.99 * v + 0.01 * g ** 2, 0) / (1 - 0.99 ** gs.length)
      return gs.at(-1)! / (Math.sqrt(square) + 1e-8) + 0.1 * y
    }
    close(
      follow(scheduleFreeAdamW({ learningRate, b2: 0.99, weightDecay: 0.1 }), 1),
      published(1, (t) => Math.min(t / 3, 1) * 0.1, direction, 0.9),
    )
  })
  test('the average of a noisy descent is nearer than where it is', () => {
    const step = descendStep(scheduleFreeSgd({ learningRate: 0.5 }))(({ w }: Params, target: Tensor) =>
      sum(square(sub(w, target))),
    )
    const end = Array.from({ length: 400 }, (_, i) => tensor([3 + (i % 2 === 0 ? 2 : -2)])).reduce(
      (at, target) => step(at, target),
      step.start({ w: tensor([0]) }),
    )
    expect(item(scheduleFreeParameters(end.optimizer, end.params).w)).toBeCloseTo(3, 1)
  })
  test('stands in a chain, and its parameters are asked for where there are some', () => {
    const optimizer = chain(clipByValue<Params>(1), scheduleFree(sgd<Params>({ learningRate: 1 })))
    const params = { w: tensor([1, 2]) }
    expect(toArray(scheduleFreeParameters(optimizer.init(params), params).w)).toEqual([1, 2])
    expect(() => scheduleFreeParameters(sgd({ learningRate: 1 }).init(params), params)).toThrow(
      /without scheduleFree/,
    )
  })
})
