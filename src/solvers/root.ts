import { jacobian } from '../core/autodiff/jacobian.ts'
import { whileLoop } from '../core/autodiff/while.ts'
import {
  add,
  greater,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  mul,
  norm,
  sub,
  tensor,
  zerosLike,
} from '../core/numeric/index.ts'
import { checkFunction } from '../core/tensor/check-function.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { solve } from '../linalg/solve.ts'
import { ravel } from '../optim/ravel.ts'
import { implicitly, type Found } from './implicit.ts'

/**
 * Where the search for a point has ended. It is no exception where nothing was found: `converged` tells, also in compiled
 * programs and under `vmap`.
 *
 * @category Equations
 */
export interface Solution<X> {
  readonly x: X
  /** A bool scalar. */
  readonly converged: Tensor
  /** An int32 scalar. */
  readonly iterations: Tensor
  /** The norm of what is left of the equations at x. */
  readonly residual: Tensor
}

/**
 * When {@link root} and {@link fixedPoint} end.
 *
 * @category Equations
 */
export interface SolutionOptions {
  /** The norm of what may be left; 1e-10 in float64, 1e-5 in float32, unless told otherwise. */
  readonly tolerance?: number
  /** How many iterations are made at most. */
  readonly iterations?: number
}

/** What is settled of the options of a search, by the dtype of its unknowns. */
export const settledSearch = (
  where: string,
  options: SolutionOptions,
  like: Tensor,
  iterationsUnlessTold: number,
): Required<SolutionOptions> => {
  checkOptions(where, options, { tolerance: true, iterations: true })
  const { tolerance = like.dtype === 'float64' ? 1e-10 : 1e-5, iterations = iterationsUnlessTold } = options
  checkSetting(where, 'tolerance', tolerance, positive)
  checkSetting(where, 'iterations', iterations, count)
  return { tolerance, iterations }
}

export const counter = (): Tensor => tensor(0, { dtype: 'int32' })

interface Try {
  readonly x: Tensor
  readonly residual: Tensor
  readonly size: Tensor
  readonly length: Tensor
  readonly halvings: Tensor
}

/** As far along a direction as makes the residual smaller, by halving; where nothing does, x as it was. */
const shortened = (f: (x: Tensor) => Tensor, x: Tensor, direction: Tensor, size: Tensor): Try => {
  const tried = (length: Tensor, halvings: Tensor): Try => {
    const there = add(x, mul(direction, length))
    const residual = f(there)
    return { x: there, residual, size: norm(residual), length, halvings }
  }
  const better = (next: Try): Tensor => less(next.size, mul(size, sub(1, mul(next.length, 1e-4))))
  return whileLoop(
    (at: Try) => logicalNot(better(at)),
    (at) => tried(mul(at.length, 0.5), add(at.halvings, 1)),
    tried(add(zerosLike(size), 1), counter()),
    { atMost: 40 },
  )
}

interface Newton {
  readonly x: Tensor
  readonly residual: Tensor
  readonly size: Tensor
  readonly iterations: Tensor
  /** Whether the last step made the residual smaller. */
  readonly moving: Tensor
}

const newton =
  ({ tolerance, iterations }: Required<SolutionOptions>) =>
  (f: (x: Tensor) => Tensor, start: Tensor): Found => {
    const residual = f(start)
    const first: Newton = {
      x: start,
      residual,
      size: norm(residual),
      iterations: counter(),
      moving: tensor(true, { dtype: 'bool' }),
    }
    const end = whileLoop(
      (at: Newton) => logicalAnd(greater(at.size, tolerance), at.moving),
      (at) => {
        const direction = solve(jacobian(f)(at.x), mul(at.residual, -1))
        const next = shortened(f, at.x, direction, at.size)
        return {
          x: next.x,
          residual: next.residual,
          size: next.size,
          iterations: add(at.iterations, 1),
          moving: less(next.size, at.size),
        }
      },
      first,
      { atMost: iterations },
    )
    return [end.x, lessEqual(end.size, tolerance), end.iterations, end.size]
  }

/**
 * A point where a function of any record of tensors is 0, by Newton's method with steps that are halved until what is
 * left is smaller. The Jacobian is formed: it is for systems of up to some hundreds of unknowns.
 *
 * The result is differentiable by every value that the function uses, in both modes and to any order, by the implicit
 * function theorem: the derivative is that of the solution, whatever iterations found it, and costs one linear system.
 * It batches and compiles.
 *
 * @param f as many equations as unknowns, of the structure of `start`.
 * @throws ShapeError where f returns another shape; DTypeError unless the unknowns are of one floating dtype;
 * ArgumentError for another option, a tolerance that is not positive or iterations below 1.
 * @example
 * ```ts
 * import { grad, item, sub, square, tensor, type Tensor } from 'puregrad'
 * import { root } from 'puregrad/solvers'
 * const squareRoot = (a: Tensor) => root((x: Tensor) => sub(square(x), a), tensor(1, { dtype: 'float64' })).x
 * const two = tensor(2, { dtype: 'float64' })
 * item(squareRoot(two)) // => 1.41421356
 * item(grad(squareRoot)(two)) // => 0.35355339
 * item(grad(grad(squareRoot))(two)) // => -0.08838835
 * ```
 * @category Equations
 */
export const root = <X>(f: (x: X) => X, start: X, options: SolutionOptions = {}): Solution<X> => {
  checkFunction('root', 'a function that is 0 at what is looked for', f)
  const { vector, back } = ravel('root', start)
  const settled = settledSearch('root', options, vector, 50)
  return solution(
    implicitly('root', (x) => ravel('root', f(back(x))).vector, [vector], newton(settled)),
    back,
  )
}

/** What a search found, in the structure of its start. */
export const solution = <X>(found: Found, back: (x: Tensor) => X): Solution<X> => {
  const [x, converged, iterations, residual] = found
  return { x: back(x), converged: converged!, iterations: iterations!, residual: residual! }
}
