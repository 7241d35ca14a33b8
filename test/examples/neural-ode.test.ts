import { expect, test } from 'vitest'
import {
  abs,
  item,
  key,
  linspace,
  matmul,
  max,
  mean,
  square,
  sub,
  tensor,
  type Tensor,
} from '../../src/index.ts'
import { activation, dense, evalMode, network, stateless } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { odeSolve } from '../../src/solvers/index.ts'
import { descendStep } from '../../src/training/index.ts'

/** The right side of a differential equation is a network, learnt from where three points were at some times. */
test('a neural ordinary differential equation', () => {
  const swirl = tensor([
    [-0.1, 1],
    [-1, -0.1],
  ])
  const follow = (f: (y: Tensor) => Tensor, start: Tensor) =>
    odeSolve(f, start, linspace(0, 3, 13), { method: 'rungeKutta4' }).y
  const truth = (start: Tensor) => follow((y) => matmul(y, swirl), start)

  const net = stateless(network(2, dense('hidden', 16), activation('tanh'), dense('out', 2)))
  const params = net.init(key(0))
  const learnt = (p: typeof params, start: Tensor) => follow((y) => net.apply(evalMode, p, y), start)

  const starts = tensor([
    [1, 0],
    [0, -1],
    [-0.7, 0.7],
  ])
  const seen = truth(starts)
  const step = descendStep(adam({ learningRate: 0.02 }))((p: typeof params, from: Tensor) =>
    mean(square(sub(learnt(p, from), seen))),
  )
  const end = Array.from({ length: 200 }).reduce<ReturnType<typeof step>>(
    (now) => step(now, starts),
    step.start(params),
  )
  expect(item(end.value)).toBeLessThan(1e-3)
  // A start that it has not seen.
  const other = tensor([[0.5, -0.3]])
  expect(item(max(abs(sub(learnt(end.params, other), truth(other)))))).toBeLessThan(0.15)
})
