import * as E from 'fp-ts/lib/Either.js'
import { nearestName } from '../core/tensor/nearest-name.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths, withLeaves, type Path } from '../core/tensor/tree.ts'
import { modelError, type ModelError } from './model-error.ts'

/**
 * The tensors of a tree by their paths, `hidden.weight`: what `encodeSafetensors` and `encodeNpz` take. PyTorch names the
 * parameters of a module in the same way; the weight of its `Linear` is ours transposed.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { encodeNpz, encodeSafetensors } from 'puregrad/data'
 * import { namedParameters } from 'puregrad/model'
 * import { dense, network } from 'puregrad/nn'
 * const named = namedParameters(network(3, dense('hidden', 2)).init(key(0)).params)
 * Object.keys(named) // => ['hidden.weight', 'hidden.bias']
 * const files = [encodeSafetensors({ tensors: named, metadata: {} }), encodeNpz(named)]
 * files.length // => 2
 * ```
 * @category Parameters
 */
export const namedParameters = (tree: unknown): Readonly<Record<Path, Tensor>> =>
  Object.fromEntries(leavesWithPaths(tree).map(({ path, leaf }) => [path, leaf]))

/** What is wrong with the tensor of a path; nothing where it can take the place of a leaf. */
const oddTensor = (leaf: Tensor, found: Tensor | undefined): string | undefined =>
  found === undefined
    ? 'there is no such tensor'
    : found.dtype !== leaf.dtype || !sameShape(found.shape, leaf.shape)
      ? `expected ${leaf.dtype} ${showShape(leaf.shape)}, got ${found.dtype} ${showShape(found.shape)}`
      : undefined

/**
 * A tree of the same structure with the tensors of these paths, as `parseSafetensors` and `parseNpz` give them. A `Left`
 * names the first path without a tensor of its shape and dtype, or a tensor whose path the tree has not.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { ones, tensor, toArray } from 'puregrad'
 * import { withNamedParameters } from 'puregrad/model'
 * const filled = withNamedParameters({ hidden: { bias: ones([2]) } }, { 'hidden.bias': tensor([3, 4]) })
 * E.isRight(filled) ? toArray(filled.right.hidden.bias) : [] // => [3, 4]
 * const odd = withNamedParameters({ hidden: { bias: ones([2]) } }, { 'hidden.bias': tensor([3]) })
 * E.isLeft(odd) ? odd.left.message : '' // => 'hidden.bias: expected float32 [2], got float32 [1]'
 * ```
 * @category Parameters
 */
export const withNamedParameters = <T>(
  tree: T,
  named: Readonly<Record<Path, Tensor>>,
): E.Either<ModelError, T> => {
  const leaves = leavesWithPaths(tree)
  const paths = leaves.map(({ path }) => path)
  const of = (path: Path): Tensor | undefined => (Object.hasOwn(named, path) ? named[path] : undefined)
  const odd = leaves.flatMap(({ path, leaf }) => {
    const problem = oddTensor(leaf, of(path))
    return problem === undefined ? [] : [{ path, problem }]
  })[0]
  if (odd !== undefined) return E.left(modelError('misfit', odd.path, odd.problem))
  const stray = Object.keys(named).find((path) => !paths.includes(path))
  const near = stray === undefined ? undefined : nearestName(stray, paths)
  return stray === undefined
    ? E.right(withLeaves(tree, paths.map(of)))
    : E.left(
        modelError(
          'misfit',
          showValue(stray),
          `there is no such place for a tensor${near === undefined ? '' : `; did you mean ${near}?`}`,
        ),
      )
}
