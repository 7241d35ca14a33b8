import { expect, test } from 'vitest'
import {
  abs,
  add,
  diag,
  div,
  exp,
  expandDims,
  eye,
  full,
  item,
  key,
  linspace,
  log,
  matmul,
  mean,
  mul,
  normal,
  sin,
  sqrt,
  square,
  sub,
  sum,
  tensor,
  transpose,
  type Tensor,
} from '../../src/index.ts'
import { cholesky, choleskySolve, triangularSolve } from '../../src/linalg/index.ts'
import { adam } from '../../src/optim/index.ts'
import { descendStep } from '../../src/training/index.ts'

/*
 * Regression by a Gaussian process: what is asked for is read off a normal distribution over functions. Source: C. E.
 * Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning, 2006, equations 2.30 and algorithm 2.1.
 */

// The model: all its parameters are learned, as logarithms.
type Params = Readonly<Record<'length' | 'scale' | 'noise', Tensor>>
const kernel = ({ length, scale }: Params, a: Tensor, b: Tensor): Tensor => {
  const apart = div(sub(expandDims(a, { axis: 1 }), b), exp(length))
  return mul(exp(mul(scale, 2)), exp(mul(square(apart), -0.5))) as Tensor
}
const factorOf = (params: Params, x: Tensor): Tensor => {
  const noise = mul(eye(x.size, { dtype: x.dtype }), exp(mul(params.noise, 2)))
  return cholesky(add(kernel(params, x, x), noise) as Tensor)
}
/** −log p(y|x) but for a constant. */
const loss = (params: Params, x: Tensor, y: Tensor): Tensor => {
  const l = factorOf(params, x)
  return add(sum(log(diag(l))), mul(0.5, sum(square(triangularSolve(l, y))))) as Tensor
}
const predict = (params: Params, x: Tensor, y: Tensor, at: Tensor) => {
  const [l, across] = [factorOf(params, x), kernel(params, x, at)]
  const spread = sub(exp(mul(params.scale, 2)), sum(square(triangularSolve(l, across)), { axis: 0 }))
  return { mean: matmul(transpose(across), choleskySolve(l, y)) as Tensor, deviation: sqrt(spread) }
}

test('a Gaussian process learns how far points tell of each other, and how much is noise', () => {
  const dtype = 'float64'
  const x = linspace(-4, 4, 40, { dtype })
  const truth = (at: Tensor): Tensor => sin(mul(at, 1.5)) as Tensor
  const y = add(truth(x), mul(normal(key(1), [40], { dtype }), 0.1)) as Tensor
  const step = descendStep(adam({ learningRate: 0.1 }))(loss)
  const zero = tensor(0, { dtype })
  const start = step.start({ length: zero, scale: zero, noise: zero })
  const first = step(start, x, y)
  const end = Array.from({ length: 149 }).reduce((state: typeof first) => step(state, x, y), first)

  expect(item(end.value)).toBeLessThan(item(first.value) - 40)
  // The noise was 0.1.
  expect(Math.abs(item(exp(end.params.noise)) - 0.1)).toBeLessThan(0.02)
  const at = linspace(-3.9, 3.9, 101, { dtype })
  const found = predict(end.params, x, y, at)
  const error = abs(sub(found.mean, truth(at)))
  expect(Math.sqrt(item(mean(square(error))))).toBeLessThan(0.05)
  // Far from all data nothing is known, and the deviation says so.
  const { deviation } = predict(end.params, x, y, full([1], 50, { dtype }))
  expect(item(sum(deviation)) / item(exp(end.params.scale))).toBeCloseTo(1, 6)
  const outside = item(sum(mul(error, 0.5))) / item(sum(found.deviation))
  expect(outside).toBeLessThan(1)
})
