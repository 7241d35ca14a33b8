import { expect, test } from 'vitest'
import {
  add,
  div,
  exp,
  foldIn,
  item,
  key,
  matmul,
  mean,
  mul,
  normal,
  slice,
  square,
  sub,
  sum,
  tensor,
  type Key,
  type Tensor,
} from '../../src/index.ts'
import { activation, dense, evalMode, network, stateless } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { descendStep } from '../../src/training/index.ts'

/*
 * x = zw + noise for one hidden number z: the densities are known, so that the bound that is maximized (the evidence lower
 * bound) has a known best value, the logarithm of the density itself. Source: D. P. Kingma, M. Welling, ICLR 2014.
 */
const rows = 256
const noise = 0.4
const w = tensor([[1.5, -1, 0.5]])
const latent = normal(key(1), [rows, 1])
const x = add(matmul(latent, w), normal(key(2), [rows, 3], { std: noise })) as Tensor

/** The mean of log p(x): the covariance is wᵀw + noise² I, with |w|² = 3.5 along w. */
const bestBound = (): number => {
  const s2 = noise ** 2
  const projection = sum(mul(x, w), { axis: 1 })
  const squares = sub(sum(square(x), { axis: 1 }), div(square(projection), 3.5 + s2))
  return -0.5 * (3 * Math.log(2 * Math.PI) + 2 * Math.log(s2) + Math.log(3.5 + s2) + item(mean(squares)) / s2)
}

test('a variational autoencoder reaches the likelihood of the data', () => {
  const encoder = stateless(network(3, dense('hidden', 8), activation('tanh'), dense('code', 2)))
  const decoder = stateless(network(1, dense('out', 3)))
  const start = { encoder: encoder.init(key(3)), decoder: decoder.init(key(4)), logNoise: tensor(0) }
  const negativeBound = (params: typeof start, batch: Tensor, from: Key): Tensor => {
    const code = encoder.apply(evalMode, params.encoder, batch)
    const [m, logStd] = [slice(code, [0, 0], [rows, 1]), slice(code, [0, 1], [rows, 2])]
    const z = add(m, mul(exp(logStd), normal(from, [rows, 1])))
    const residual = sub(batch, decoder.apply(evalMode, params.decoder, z as Tensor))
    const fit = add(mul(square(div(residual, exp(params.logNoise))), 0.5), params.logNoise)
    const divergence = sub(mul(add(square(m), exp(mul(logStd, 2))), 0.5), add(logStd, 0.5))
    return div(add(sum(fit), sum(divergence)), rows) as Tensor
  }
  const step = descendStep(adam({ learningRate: 0.05 }))(negativeBound)
  const trained = Array.from({ length: 800 }).reduce<ReturnType<typeof step.start>>(
    (state, _, i) => step(state, x, foldIn(key(5), i)),
    step.start(start),
  )
  const bounds = Array.from({ length: 20 }, (_, i) =>
    item(negativeBound(trained.params, x, foldIn(key(6), i))),
  )
  const bound = -bounds.reduce((a, b) => a + b, 0) / 20 - 1.5 * Math.log(2 * Math.PI)
  expect(Math.abs(bound - bestBound())).toBeLessThan(0.1)
  expect(item(exp(trained.params.logNoise))).toBeCloseTo(noise, 1)
})
