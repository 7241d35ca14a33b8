import { expect, test } from 'vitest'
import {
  abs,
  add,
  grad,
  item,
  key,
  linspace,
  max,
  mean,
  mul,
  reshape,
  sin,
  square,
  sub,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { activation, dense, evalMode, network, stateless } from '../../src/nn/index.ts'
import { adam, cosineDecay } from '../../src/optim/index.ts'
import { descendStep } from '../../src/training/index.ts'

/** u″ = −π² sin πx with u(0) = u(1) = 0, solved by a network that is told nothing but the equation: u = sin πx. */
test('a physics-informed network', () => {
  const net = stateless(
    network(1, dense('a', 16), activation('tanh'), dense('b', 16), activation('tanh'), dense('c', 1)),
  )
  const params = net.init(key(0))
  // x(1 − x) keeps the boundary, whatever the network.
  const u = (p: typeof params, x: Tensor) =>
    mul(mul(x, sub(1, x)), reshape(net.apply(evalMode, p, reshape(x, [1, 1])), []))
  const residual = (p: typeof params) => (x: Tensor) =>
    add(grad(grad((at: Tensor) => u(p, at)))(x), mul(sin(mul(x, Math.PI)), Math.PI ** 2))

  const step = descendStep(adam({ learningRate: cosineDecay({ from: 0.02, steps: 400 }) }))(
    (p: typeof params, points: Tensor) => mean(square(vmap(residual(p))(points))),
  )
  const points = linspace(0, 1, 24)
  const end = Array.from({ length: 400 }).reduce<ReturnType<typeof step>>(
    (now) => step(now, points),
    step.start(params),
  )
  const between = linspace(0.01, 0.99, 50)
  const found = vmap((x: Tensor) => u(end.params, x))(between)
  expect(item(max(abs(sub(found, sin(mul(between, Math.PI))))))).toBeLessThan(0.01)
})
