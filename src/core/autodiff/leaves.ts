import { scalarOf } from '../tensor/concrete.ts'
import { isFloat } from '../tensor/dtype.ts'
import { DTypeError, TreeError } from '../tensor/errors.ts'
import { lifted } from '../tensor/lifted-numbers.ts'
import { cloneAdvice, type Tensor } from '../tensor/tensor.ts'
import { isTracedNumber } from '../tensor/traced-number.ts'
import { leavesOf, leavesWithPaths, pathOfClone, withLeaves, zipTrees, type Tree } from '../tensor/tree.ts'
import { operations } from './apply.ts'
import type { AnyValue, Tangents } from './value.ts'

/** The tensors of a tree as values. */
export const valuesOf = (tree: Tree): readonly AnyValue[] => leavesOf(tree) as readonly AnyValue[]

/** A JavaScript number returned by a function is a scalar. */
export const asTree = <T>(output: T): T =>
  (typeof output === 'number'
    ? (lifted(output, 'float32') ?? scalarOf(output, 'float32'))
    : isTracedNumber(output)
      ? output.as('float32')
      : output) as T

/** Throws unless every tensor of the tree can carry a derivative. */
export const requireDifferentiable = (tree: Tree, transformation: string): void => {
  const leaves = leavesOf(tree)
  if (leaves.length === 0) {
    const clone = pathOfClone(tree)
    throw new TreeError(
      `${transformation}: the argument to differentiate ` +
        (clone === undefined
          ? 'holds no tensor'
          : `holds ${cloneAdvice}${clone === '' ? '' : ` at ${clone}`}`),
    )
  }
  if (leaves.every(({ dtype }) => isFloat(dtype))) return
  const odd = leavesWithPaths(tree).find(({ leaf }) => !isFloat(leaf.dtype))
  if (odd !== undefined)
    throw new DTypeError(
      `${transformation}: ${odd.path === '' ? 'the argument' : odd.path} is ${odd.leaf.dtype}; ` +
        'only float32 and float64 carry derivatives (pass it as another argument)',
    )
}

/** Values for every leaf of `like`; exact zeros become tensors of zeros. */
export const filled = <T>(like: T, leaves: Tangents): T =>
  withLeaves(
    like,
    (leavesOf(like) as readonly AnyValue[]).map((x, i) => leaves[i] ?? operations.constant(0, x)),
  )

/** The leaves of a tree after checking that it has the structure of another. */
export const matchingLeaves = (like: Tree, tree: Tree, where: string): readonly AnyValue[] => {
  // Read in the order of `like`: the keys of the two may be ordered differently.
  const found: Tensor[] = []
  zipTrees(
    like,
    [tree],
    ([, leaf]) => {
      found.push(leaf)
      return leaf
    },
    where,
  )
  return found as readonly Tensor[] as readonly AnyValue[]
}
