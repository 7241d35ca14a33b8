import { item } from '../core/autodiff/read.ts'
import { add, cast, dot, mul, reshape, sub } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, zipTrees } from '../core/tensor/tree.ts'

/* Records of parameters as the vectors that they are. */

const flat = (leaf: Tensor): Tensor => reshape(leaf, [leaf.size])

/** ⟨a, b⟩ of two trees of one structure. */
export const inner = (a: unknown, b: unknown): number => {
  const others = leavesOf(b)
  return leavesOf(a).reduce(
    (total, leaf, i) => total + item(cast(dot(flat(leaf), flat(others[i] as Tensor)), 'float64')),
    0,
  )
}

/** a + by·b. */
export const plus = <P>(a: P, by: number, b: P): P => zipTrees(a, [b], ([x, y]) => add(x, mul(y, by)), 'plus')

/** a − b. */
export const minus = <P>(a: P, b: P): P => zipTrees(a, [b], ([x, y]) => sub(x, y))

/** The number of parameters. */
export const sizeOf = (params: unknown): number =>
  leavesOf(params).reduce((total, { size }) => total + size, 0)
