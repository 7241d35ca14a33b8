import { pairedLeaves } from '../core/tensor/paired-leaves.ts'
import { mapTree, type Path } from '../core/tensor/tree.ts'

/**
 * Hard sharing: the parameters with one part in the place of another, both tensors or records of tensors. A loss of
 * these has the gradient of both uses at the shared part and 0 at the replaced one.
 *
 * @param from the path of the part that is used; `to` of the one it replaces.
 * @throws ArgumentError where the parts are not alike.
 * @example
 * ```ts
 * import { add, grad, mul, tensor, toArray, type Tensor } from 'puregrad'
 * import { shareParameters } from 'puregrad/nn'
 * const loss = (params: { readonly a: Tensor; readonly b: Tensor }) => {
 *   const { a, b } = shareParameters(params, 'a', 'b')
 *   return add(mul(2, a), mul(3, b))
 * }
 * const { a, b } = grad(loss)({ a: tensor(1), b: tensor(7) })
 * toArray(a) // => 5
 * toArray(b) // => 0
 * ```
 * @category Networks
 */
export const shareParameters = <P>(params: P, from: Path, to: Path): P => {
  const used = new Map(
    pairedLeaves(params, from, to, 'shareParameters').map(({ paths, leaves }) => [paths[1], leaves[0]]),
  )
  return mapTree(params, (leaf, path) => used.get(path) ?? leaf)
}
