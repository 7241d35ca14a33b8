import { concat, reshape, slice } from '../core/numeric/index.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { DTypeError, TreeError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths, mapTree } from '../core/tensor/tree.ts'

/** The tensors of a tree as one vector, and a vector of that length as such a tree. */
export interface Ravelled<T> {
  readonly vector: Tensor
  readonly back: (vector: Tensor) => T
}

/** @throws TreeError for a tree without tensors; DTypeError unless all are of one floating dtype. */
export const ravel = <T>(where: string, tree: T): Ravelled<T> => {
  const leaves = leavesWithPaths(tree)
  const first = leaves[0]
  if (first === undefined) throw new TreeError(`${where}: expected tensors to solve for, got none`)
  const { dtype } = first.leaf
  const odd = leaves.find(({ leaf }) => !isFloat(leaf.dtype) || leaf.dtype !== dtype)
  if (odd !== undefined)
    throw new DTypeError(
      `${where}: expected tensors of one floating dtype, got ${odd.leaf.dtype}${odd.path === '' ? '' : ` at ${odd.path}`}`,
    )
  const ends = leaves.reduce<readonly number[]>(
    (known, { leaf }) => [...known, (known.at(-1) ?? 0) + leaf.size],
    [],
  )
  const places = new Map(leaves.map(({ path, leaf }, i) => [path, (ends[i] ?? 0) - leaf.size]))
  return {
    vector: concat(leaves.map(({ leaf }) => reshape(leaf, [leaf.size]))),
    back: (vector) =>
      mapTree(tree, ({ shape, size }, path) => {
        const start = places.get(path) ?? 0
        return reshape(slice(vector, [start], [start + size]), [...shape])
      }),
  }
}
