// The logarithm of the posterior density of a mixture of Gaussians under a Wishart prior, and its gradient.
//
// Source: F. Šrajer, Z. Kukelova, A. Fitzgibbon, arXiv:1807.10129, section 4.1. The inverse covariance of component k is
// QᵀQ with Q lower triangular: exp(q) on the diagonal and l below it, column after column.

import * as t from 'io-ts'
import {
  add,
  concat,
  einsum,
  exp,
  grad,
  item,
  jit,
  logSumExp,
  mul,
  reshape,
  square,
  sub,
  sum,
  take,
  tensor,
  zeros,
  type Tensor,
} from '../../src/node.ts'
import { lgamma } from '../../src/special/index.ts'
import { matrixOf, numbers, numbersOf, rows, rowsOf, task, vectorOf, type Tasks } from './task.ts'

const input = t.readonly(
  t.type({
    d: t.number,
    k: t.number,
    n: t.number,
    x: rows,
    m: t.number,
    gamma: t.number,
    alpha: numbers,
    mu: rows,
    q: rows,
    l: rows,
  }),
)
type Input = t.TypeOf<typeof input>

interface Mixture {
  readonly alpha: Tensor
  readonly mu: Tensor
  readonly q: Tensor
  readonly l: Tensor
}

interface Wishart {
  readonly m: Tensor
  readonly gamma: Tensor
  /** The logarithm of the density's constant factor. */
  readonly constant: Tensor
}

/** Where each element of a lower triangular matrix is in `[0, exp(q)…, l…]`. */
const placesOfTriangle = (d: number): Int32Array<ArrayBuffer> => {
  const below = (row: number, column: number): number =>
    column * d - (column * (column + 1)) / 2 + row - column - 1
  return Int32Array.from({ length: d * d }, (_, i) => {
    const [row, column] = [Math.floor(i / d), i % d]
    return row < column ? 0 : row === column ? 1 + row : 1 + d + below(row, column)
  })
}

const triangles = (diagonal: Tensor, l: Tensor): Tensor => {
  const [k = 0, d = 0] = diagonal.shape
  const elements = concat([zeros([k, 1], { dtype: 'float64' }), diagonal, l], { axis: 1 })
  return reshape(take(elements, tensor(placesOfTriangle(d)), { axis: 1 }), [k, d, d])
}

const objective = ({ alpha, mu, q, l }: Mixture, x: Tensor, { m, gamma, constant }: Wishart): Tensor => {
  const [n = 0, d = 0] = x.shape
  const diagonal = exp(q)
  const triangle = triangles(diagonal, l)
  const centred = sub(einsum('kij,nj->nki', triangle, x), einsum('kij,kj->ki', triangle, mu)) as Tensor
  const determinants = sum(q, { axis: 1 })
  const weights = add(alpha, determinants)
  const likelihood = sum(
    logSumExp(sub(weights, mul(0.5, sum(square(centred), { axis: 2 }))) as Tensor, { axis: 1 }),
  )
  const frobenius = add(sum(square(diagonal)), sum(square(l)))
  const prior = sub(mul(m, sum(determinants)), mul(0.5, mul(square(gamma), frobenius)))
  const fixed = -n * d * 0.5 * Math.log(2 * Math.PI)
  return [likelihood, mul(-n, logSumExp(alpha)), prior, constant].reduce<Tensor>(
    (total, part) => add(total, part) as Tensor,
    tensor(fixed, { dtype: 'float64' }),
  )
}

/** The logarithm of the multivariate gamma function is π^(p(p−1)/4) Π Γ(a + (1−j)/2), j from 1 to p. */
const logMultivariateGamma = (a: number, p: number): number =>
  ((p * (p - 1)) / 4) * Math.log(Math.PI) +
  Array.from({ length: p }, (_, j) => item(lgamma(tensor(a - j / 2, { dtype: 'float64' })))).reduce(
    (total, e) => total + e,
    0,
  )

const wishartConstant = ({ d, k, m, gamma }: Input): number => {
  const n = d + m + 1
  return k * (n * d * (Math.log(gamma) - 0.5 * Math.log(2)) - logMultivariateGamma(n / 2, d))
}

const read = (given: Input): readonly [Mixture, Tensor, Wishart] => {
  const { d, k, n } = given
  const scalar = (x: number): Tensor => tensor(x, { dtype: 'float64' })
  return [
    {
      alpha: vectorOf(given.alpha),
      mu: matrixOf('mu', given.mu, k, d),
      q: matrixOf('q', given.q, k, d),
      l: matrixOf('l', given.l, k, (d * (d - 1)) / 2),
    },
    matrixOf('x', given.x, n, d),
    { m: scalar(given.m), gamma: scalar(given.gamma), constant: scalar(wishartConstant(given)) },
  ]
}

const value = jit(objective)
const gradient = jit(grad(objective))

export const gmm: Tasks = {
  objective: task(
    input,
    (given) => {
      const args = read(given)
      return () => value(...args)
    },
    item,
  ),
  jacobian: task(
    input,
    (given) => {
      const args = read(given)
      return () => gradient(...args)
    },
    ({ alpha, mu, q, l }) => ({ alpha: numbersOf(alpha), mu: rowsOf(mu), q: rowsOf(q), l: rowsOf(l) }),
  ),
}
