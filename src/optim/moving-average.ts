import { add, mul, zerosLike } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree, zipTrees } from '../core/tensor/tree.ts'

/** Zeros of the structure, shapes and dtypes of the parameters. */
export const zerosOf = <P>(params: P): P => mapTree(params, (leaf) => zerosLike(leaf))

/** Leaf by leaf: β·old + (1 − β)·of(value); with β = 0 nothing of the old is left, were it infinite. */
export const movingAverage = <P>(
  old: P,
  values: P,
  beta: number,
  of: (leaf: Tensor) => Tensor = (leaf) => leaf,
): P =>
  zipTrees(
    old,
    [values],
    ([average, value]) => (beta === 0 ? of(value) : add(mul(average, beta), mul(of(value), 1 - beta))),
    'movingAverage',
  )
