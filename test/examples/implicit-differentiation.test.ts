import { expect, test } from 'vitest'
import {
  add,
  exp,
  grad,
  hvp,
  item,
  key,
  matmul,
  mean,
  mul,
  normal,
  square,
  sub,
  sum,
  tensor,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { adam } from '../../src/optim/index.ts'
import { conjugateGradient } from '../../src/solvers/index.ts'
import { descendStep } from '../../src/training/index.ts'

/** The weight of a penalty is learnt: by the slope of the loss on the dev set, through the minimum on the training set. */
test('a penalty by implicit differentiation', () => {
  const f64 = { dtype: 'float64' } as const
  const [x, noise, devX] = [
    normal(key(0), [15, 8], f64),
    normal(key(1), [15], f64),
    normal(key(2), [200, 8], f64),
  ]
  const truth = tensor([1, -2, 0, 0, 0.5, 0, 0, 0], f64)
  const [y, devY] = [add(matmul(x, truth), mul(noise, 1.5)), matmul(devX, truth)]

  const cost = (w: Tensor, logWeight: Tensor) =>
    add(mul(sum(square(sub(matmul(x, w), y))), 0.5), mul(mul(exp(logWeight), sum(square(w))), 0.5))
  const at = zeros([8], f64)
  // The minimum of a parabola is −H⁻¹g, H known by its products alone.
  const fitted = (logWeight: Tensor) => {
    const f = (w: Tensor) => cost(w, logWeight)
    return conjugateGradient((v: Tensor) => hvp(f)(at, v), mul(grad(f)(at), -1)).x
  }
  const devLoss = (logWeight: Tensor) => mean(square(sub(matmul(devX, fitted(logWeight)), devY)))

  const start = tensor(5, f64)
  const slope = item(sub(devLoss(tensor(5 + 1e-5, f64)), devLoss(tensor(5 - 1e-5, f64)))) / 2e-5
  expect(item(grad(devLoss)(start))).toBeCloseTo(slope, 6)

  const step = descendStep(adam({ learningRate: 0.3 }))(devLoss)
  const end = Array.from({ length: 40 }).reduce<ReturnType<typeof step>>(
    (now) => step(now),
    step.start(start),
  )
  expect(item(devLoss(end.params))).toBeLessThan(0.8 * item(devLoss(start)))
  const tried = [-4, -2, 0, 1, 2, 3, 4].map((logWeight) => item(devLoss(tensor(logWeight, f64))))
  expect(item(devLoss(end.params))).toBeLessThan(1.02 * Math.min(...tried))
})
