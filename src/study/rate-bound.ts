import { hvp } from '../core/autodiff/jacobian.ts'
import { item } from '../core/autodiff/read.ts'
import { cast, div, foldIn, mul, normal, sum, type Key } from '../core/numeric/index.ts'
import { globalNorm } from '../optim/clip.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, notNegative } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, mapTree } from '../core/tensor/tree.ts'

/**
 * The largest curvature of a function at a place, and the learning rates it allows.
 *
 * @category Landscapes
 */
export interface RateBound<P> {
  /** The eigenvalue of the Hessian with the largest absolute value. */
  readonly curvature: number
  /** A unit vector along which the function curves most. */
  readonly direction: P
  /** 2 / |curvature|: gradient descent with a constant rate above this leaves a bowl. */
  readonly bound: number
  /** Products with the Hessian that were used. */
  readonly iterations: number
  /** Whether two estimates in a row differed by less than the tolerance, relatively. */
  readonly converged: boolean
}

/**
 * How long {@link rateBound} iterates.
 *
 * @category Landscapes
 */
export interface RateBoundOptions {
  readonly key: Key
  readonly iterations?: number
  readonly tolerance?: number
}

/**
 * The greatest curvature by power iteration with Hessian-vector products; the Hessian is never formed.
 *
 * @throws ArgumentError for another option, fewer than 1 iteration or a negative tolerance.
 * @example
 * ```ts
 * import { key, mul, sum, tensor, type Tensor } from 'puregrad'
 * import { rateBound } from 'puregrad/study'
 * const scale = tensor([1, 10], { dtype: 'float64' })
 * const bowl = (w: Tensor) => sum(mul(scale, mul(w, w)))
 * rateBound(bowl, tensor([1, 1], { dtype: 'float64' }), { key: key(0) }).bound.toFixed(6) // => '0.100000'
 * ```
 * @category Landscapes
 */
export const rateBound = <P>(
  f: (params: P) => Tensor,
  params: P,
  options: RateBoundOptions,
): RateBound<P> => {
  checkOptions('rateBound', options, { key: true, iterations: true, tolerance: true })
  const { key, iterations = 100, tolerance = 1e-10 } = options
  checkSetting('rateBound', 'iterations', iterations, count)
  checkSetting('rateBound', 'tolerance', tolerance, notNegative)
  const unit = (vector: P): P => {
    const length = globalNorm(vector)
    return mapTree(vector, (leaf) => div(leaf, cast(length, leaf.dtype)))
  }
  const start = unit(
    mapTree(params, (leaf, path) =>
      normal(foldIn(key, path), leaf.shape, { dtype: leaf.dtype === 'float32' ? 'float32' : 'float64' }),
    ),
  )
  const product = hvp(f)
  const inner = (a: P, b: P): number => {
    const others = leavesOf(b)
    return leavesOf(a).reduce(
      (total, leaf, i) => total + item(cast(sum(mul(leaf, others[i]!)), 'float64')),
      0,
    )
  }
  const iterate = (direction: P, before: number, done: number): RateBound<P> => {
    const image = product(params, direction)
    const curvature = inner(direction, image)
    const converged = Math.abs(curvature - before) <= tolerance * Math.abs(curvature)
    return converged || done + 1 === iterations || item(globalNorm(image)) === 0
      ? { curvature, direction, bound: 2 / Math.abs(curvature), iterations: done + 1, converged }
      : iterate(unit(image), curvature, done + 1)
  }
  return iterate(start, NaN, 0)
}
