import { item } from '../core/autodiff/read.ts'
import { equal, sum } from '../core/numeric/index.ts'
import { leavesWithPaths, type Path } from '../core/tensor/tree.ts'

/**
 * How many elements are exactly 0.
 *
 * @category Charts
 */
export interface ZeroCount {
  readonly zeros: number
  readonly of: number
}

/**
 * The exact zeros of parameters, tensor by tensor and together.
 *
 * @category Charts
 */
export interface SparsityReport extends ZeroCount {
  readonly leaves: readonly (ZeroCount & { readonly path: Path })[]
}

/**
 * Counts what is exactly 0, not what is small: of weights that a penalty only fades nothing can be left out.
 *
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { sparsityReport } from 'puregrad/study'
 * const report = sparsityReport({ weight: tensor([0, 2, 1e-9]), bias: tensor([0]) })
 * report.zeros // => 2
 * report.leaves.map(({ path, zeros, of }) => `${path}: ${zeros} of ${of}`) // => ['weight: 1 of 3', 'bias: 1 of 1']
 * ```
 * @category Charts
 */
export const sparsityReport = (params: unknown): SparsityReport => {
  const leaves = leavesWithPaths(params).map(({ path, leaf }) => ({
    path,
    zeros: item(sum(equal(leaf, 0))),
    of: leaf.size,
  }))
  const total = (count: (leaf: ZeroCount) => number): number =>
    leaves.reduce((sofar, leaf) => sofar + count(leaf), 0)
  return { leaves, zeros: total(({ zeros }) => zeros), of: total(({ of }) => of) }
}
