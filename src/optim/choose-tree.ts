import { where } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { zipTrees } from '../core/tensor/tree.ts'

/** `a` where the scalar truth is 1, else `b`, leaf by leaf: a choice that stages. */
export const chooseTree = <T>(truth: Tensor, a: T, b: T): T =>
  zipTrees(a, [b], ([x, y]) => where(truth, x, y), 'chooseTree')
