import { jvp, vjp } from '../core/autodiff/jvp.ts'
import { toTypedArray } from '../core/numeric/index.ts'
import { leavesOf, type Tree } from '../core/tensor/tree.ts'

/** Σ of products of corresponding elements of two trees. */
export const innerProduct = (a: Tree, b: Tree): number => {
  const elements = (tree: Tree): readonly number[] =>
    leavesOf(tree).flatMap((leaf) => Array.from(toTypedArray(leaf)))
  const others = elements(b)
  return elements(a).reduce((total, value, i) => total + value * (others[i] ?? NaN), 0)
}

/**
 * How far forward and reverse mode are from being adjoint: |⟨u, Jv⟩ − ⟨Jᵀu, v⟩| relative to their size. It needs no step
 * size, so it holds to rounding error: about 1e-14 in float64.
 *
 * @example
 * ```ts
 * import { sin, tensor, type Tensor } from 'puregrad'
 * import { adjointError } from 'puregrad/testing'
 * const x = tensor([1, 2], { dtype: 'float64' })
 * adjointError((y: Tensor) => sin(y))(x, x, x) < 1e-13 // => true
 * ```
 * @category Derivatives
 */
export const adjointError =
  <A, B>(f: (argument: A) => B) =>
  (argument: A, tangent: A, cotangent: B): number => {
    const [, forward] = jvp(f, [argument], [tangent])
    const [, pullback] = vjp(f, argument)
    const [backward] = pullback(cotangent)
    const [left, right] = [innerProduct(cotangent, forward), innerProduct(backward, tangent)]
    return Math.abs(left - right) / (1 + Math.abs(left) + Math.abs(right))
  }
