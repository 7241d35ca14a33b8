import { expect, test } from 'vitest'
import {
  add,
  concat,
  exp,
  item,
  jacobian,
  key,
  mean,
  mul,
  neg,
  normal,
  reshape,
  slice,
  square,
  sub,
  sum,
  tanh,
  tensor,
  toArray,
  type Tensor,
} from '../../src/index.ts'
import { slogdet } from '../../src/linalg/index.ts'
import { activation, dense, evalMode, network, stateless } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { descendStep } from '../../src/training/index.ts'

/*
 * A bent distribution: y = (z₁, z₁² − 1 + ½z₂). Its density is known, so that the likelihood that a flow of affine couplings
 * can reach is known too. Source: L. Dinh, J. Sohl-Dickstein, S. Bengio, ICLR 2017.
 */
const z = normal(key(1), [1024, 2])
const column = (x: Tensor, i: number): Tensor => slice(x, [0, i], [x.shape[0]!, i + 1])
const bent = (u: Tensor): Tensor =>
  concat([column(u, 0), add(sub(square(column(u, 0)), 1), mul(column(u, 1), 0.5)) as Tensor], {
    axis: 1,
  }) as Tensor
const x = bent(z)
const logNormal = (u: Tensor): Tensor =>
  sub(mul(sum(square(u), { axis: 1 }), -0.5), Math.log(2 * Math.PI)) as Tensor

const half = stateless(network(1, dense('hidden', 16), activation('tanh'), dense('out', 2)))
type Half = ReturnType<typeof half.init>

/** One column is scaled and shifted by what the other says: to u, with the logarithm of the determinant. */
const coupled = (params: Half, u: Tensor, moved: 0 | 1): readonly [Tensor, Tensor] => {
  const said = half.apply(evalMode, params, column(u, 1 - moved))
  const scale = tanh(column(said, 0)) as Tensor
  const next = add(mul(column(u, moved), exp(scale)), column(said, 1)) as Tensor
  const columns = moved === 0 ? [next, column(u, 1)] : [column(u, 0), next]
  return [concat(columns, { axis: 1 }) as Tensor, reshape(scale, [u.shape[0]!])]
}

const flow = (layers: readonly Half[], u: Tensor): readonly [Tensor, Tensor] =>
  layers.reduce<readonly [Tensor, Tensor]>(
    ([v, total], params, i) => {
      const [next, more] = coupled(params, v, (1 - (i % 2)) as 0 | 1)
      return [next, add(total, more) as Tensor]
    },
    [u, tensor(new Float32Array(u.shape[0]!))],
  )

const logDensity = (layers: readonly Half[], points: Tensor): Tensor => {
  const [u, volume] = flow(layers, points)
  return add(logNormal(u), volume) as Tensor
}

test('a normalizing flow of couplings reaches the likelihood of the data', () => {
  const start = [0, 1, 2, 3].map((i) => half.init(key(10 + i)))
  const step = descendStep(adam({ learningRate: 0.01 }))(
    (layers: readonly Half[], points: Tensor) => neg(mean(logDensity(layers, points))) as Tensor,
  )
  const { params } = Array.from({ length: 500 }).reduce<ReturnType<typeof step.start>>(
    (state) => step(state, x),
    step.start(start),
  )
  // The volume that y changes by is ½ everywhere.
  const fresh = normal(key(2), [1000, 2])
  const best = item(mean(logNormal(fresh))) + Math.log(2)
  const reached = item(mean(logDensity(params, bent(fresh))))
  expect(best - reached).toBeLessThan(0.1)
  expect(item(mean(logDensity(start, bent(fresh))))).toBeLessThan(best - 0.5)

  // The determinant that the couplings declare is that of the Jacobian.
  const point = tensor([[0.3, -0.4]])
  const j = jacobian((p: Tensor) => reshape(flow(params, reshape(p, [1, 2]))[0], [2]))(tensor([0.3, -0.4]))
  const declared = (toArray(flow(params, point)[1]) as readonly number[])[0]!
  expect(item(slogdet(j as never).logAbsDet)).toBeCloseTo(declared, 4)
})
