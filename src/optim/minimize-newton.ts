import { hvp } from '../core/autodiff/jacobian.ts'
import { mul, neg } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { lineSearch, pointsOf, type Point } from './line-search.ts'
import {
  minimized,
  settledMinimizing,
  type Minimization,
  type MinimizeOptions,
  type Stepped,
} from './minimization.ts'
import { inner, plus, sizeOf } from './vectors.ts'

/**
 * About −H⁻¹g by conjugate gradients, which end early far from the minimum, and at a direction along which the function
 * does not curve upwards: there the best so far, or −g.
 */
const newtonDirection = <P>(
  product: (v: P) => P,
  gradient: P,
  most: number,
): { readonly along: P; readonly products: number } => {
  const size = Math.sqrt(inner(gradient, gradient))
  const enough = Math.min(0.5, Math.sqrt(size)) * size
  /* eslint-disable functional/no-let, functional/no-loop-statements -- each iteration goes on from the last */
  let along = mapTree(gradient, (leaf) => mul(leaf, 0))
  let residual = gradient
  let direction = mapTree(gradient, (leaf) => neg(leaf))
  let square = size * size
  for (let products = 1; ; products++) {
    const curved = product(direction)
    const curvature = inner(direction, curved)
    // A curvature of rounding counts as none.
    if (!(curvature > 1e-14 * inner(direction, direction)))
      return { along: products === 1 ? direction : along, products }
    const length = square / curvature
    along = plus(along, length, direction)
    residual = plus(residual, length, curved)
    const next = inner(residual, residual)
    if (!(Math.sqrt(next) > enough) || products >= most) return { along, products }
    direction = plus(
      mapTree(residual, (leaf) => neg(leaf)),
      next / square,
      direction,
    )
    square = next
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
}

/**
 * Minimizes a smooth function by Newton's method: the direction by conjugate gradients on products with the Hessian, which
 * is never formed, then a line search. Converges quadratically near a minimum, and leaves saddles along directions of
 * negative curvature. A pure function: the same start gives the same result.
 *
 * Source: J. Nocedal, S. J. Wright, "Numerical optimization", 2nd ed., algorithm 7.1.
 *
 * @throws ArgumentError for a budget of iterations below 1, a negative tolerance, another option, or a start where the
 * function is not finite.
 * @example
 * ```ts
 * import { add, mul, slice, square, sub, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { minimizeNewton } from 'puregrad/optim'
 * const rosenbrock = (w: Tensor) => {
 *   const [x, y] = [slice(w, [0], [1]), slice(w, [1])]
 *   return sum(add(square(sub(1, x)), mul(100, square(sub(y, square(x))))))
 * }
 * const { params, iterations, why } = minimizeNewton(rosenbrock, tensor([-1.2, 1], { dtype: 'float64' }))
 * toArray(params) // => [1, 1]
 * why // => 'converged'
 * iterations < 100 // => true
 * ```
 * @category Optimizers
 */
export const minimizeNewton = <P>(
  f: (params: P) => Tensor,
  start: P,
  options: MinimizeOptions = {},
): Minimization<P> => {
  const settled = settledMinimizing('minimizeNewton', options, 100)
  const at = pointsOf(f)
  const dimension = Math.max(20, Math.min(200, 2 * sizeOf(start)))
  const step = (point: Point<P>): Stepped<Point<P>> => {
    const { params } = point
    const { along, products } = newtonDirection((v: P) => hvp(f)(params, v), point.gradient, dimension)
    const { found, evaluations } = lineSearch(at, point, along, 1)
    return { found, evaluations: products + evaluations }
  }
  return minimized('minimizeNewton', at(start), settled, ({ params }) => params, step)
}
