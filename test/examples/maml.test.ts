import { expect, test } from 'vitest'
import {
  add,
  foldIn,
  grad,
  item,
  key,
  mean,
  mul,
  sin,
  square,
  stack,
  sub,
  uniform,
  vmap,
  zipTrees,
  type Tensor,
} from '../../src/index.ts'
import { activation, dense, evalMode, network, stateless } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { descendStep } from '../../src/training/index.ts'

/** Parameters from which one step of gradient descent learns a sine of any height and phase (C. Finn et al., ICML 2017). */
test('model-agnostic meta-learning', () => {
  const net = stateless(
    network(1, dense('a', 24), activation('tanh'), dense('b', 24), activation('tanh'), dense('c', 1)),
  )
  type Params = ReturnType<typeof net.init>
  const loss = (p: Params, x: Tensor, y: Tensor) => mean(square(sub(net.apply(evalMode, p, x), y)))
  const adapted = (p: Params, x: Tensor, y: Tensor): Params =>
    zipTrees(p, [grad(loss)(p, x, y)], ([w, g]) => sub(w, mul(g, 0.1)))

  const points = (from: number, name: string) =>
    uniform(foldIn(key(from), name), [8, 10, 1], { low: -3, high: 3 })
  /** Eight tasks with ten points to learn from and ten to judge by. */
  const tasks = (from: number) => {
    const height = uniform(foldIn(key(from), 'height'), [8, 1, 1], { low: 0.5, high: 2 })
    const phase = uniform(foldIn(key(from), 'phase'), [8, 1, 1], { low: 0, high: Math.PI })
    const wave = (x: Tensor) => mul(height, sin(add(x, phase)))
    const [x, other] = [points(from, 'seen'), points(from, 'other')]
    return [x, wave(x), other, wave(other)] as const
  }
  const after = (p: Params, ...[x, y, other, right]: ReturnType<typeof tasks>) =>
    mean(
      vmap((a: Tensor, b: Tensor, c: Tensor, d: Tensor) => loss(adapted(p, a, b), c, d))(x, y, other, right),
    )
  const before = (p: Params, ...[, , other, right]: ReturnType<typeof tasks>) =>
    mean(vmap((c: Tensor, d: Tensor) => loss(p, c, d))(other, right))

  const step = descendStep(adam({ learningRate: 0.01 }))(after)
  const start = step.start(net.init(key(0)))
  const end = Array.from({ length: 300 }).reduce<typeof start>(
    (now, _, i) => step(now, ...tasks(i + 1)),
    start,
  )
  const judged = (f: typeof after, p: Params) =>
    item(mean(stack([1000, 1001, 1002, 1003].map((from) => f(p, ...tasks(from))))))
  // One step brings half of the way, and the same step from random parameters next to nothing.
  expect(judged(after, end.params)).toBeLessThan(0.5 * judged(before, end.params))
  expect(judged(after, end.params)).toBeLessThan(0.5 * judged(after, start.params))
})
