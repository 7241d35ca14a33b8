// The sum of squared distances from points to the nearest of their centroids, and the step of Newton's method.
//
// Source: L. Bottou, Y. Bengio, Convergence Properties of the K-Means Algorithms, NIPS 1994. The Hessian is diagonal, so
// its product with a vector of ones is its diagonal.

import * as t from 'io-ts'
import {
  add,
  div,
  grad,
  item,
  jit,
  jvp,
  matmul,
  min,
  mul,
  onesLike,
  square,
  sub,
  sum,
  transpose,
  type Tensor,
} from '../../src/node.ts'
import { matrixOf, rows, rowsOf, task, type Tasks } from './task.ts'

const input = t.readonly(t.type({ points: rows, centroids: rows }))

const cost = (centroids: Tensor, points: Tensor): Tensor => {
  const products = matmul(points, transpose(centroids)) as Tensor
  const lengths = sum(square(points), { axis: 1, keepDims: true })
  const distances = sub(add(lengths, sum(square(centroids), { axis: 1 })), mul(2, products)) as Tensor
  return sum(min(distances, { axis: 1 }))
}

const direction = (centroids: Tensor, points: Tensor): Tensor => {
  const [gradient, curvature] = jvp(
    grad((c: Tensor) => cost(c, points)),
    [centroids],
    [onesLike(centroids)],
  )
  return div(gradient, curvature) as Tensor
}

const read = ({ points, centroids }: t.TypeOf<typeof input>): readonly [Tensor, Tensor] => {
  const d = points[0]?.length ?? 0
  return [matrixOf('centroids', centroids, centroids.length, d), matrixOf('points', points, points.length, d)]
}

const compiledCost = jit(cost)
const compiledDirection = jit(direction)

export const kmeans: Tasks = {
  cost: task(
    input,
    (given) => {
      const args = read(given)
      return () => compiledCost(...args)
    },
    item,
  ),
  dir: task(
    input,
    (given) => {
      const args = read(given)
      return () => compiledDirection(...args)
    },
    rowsOf,
  ),
}
