import { whileLoop } from '../core/autodiff/while.ts'
import { add, greater, lessEqual, mul, norm, sub } from '../core/numeric/index.ts'
import { checkFunction } from '../core/tensor/check-function.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { ravel } from '../optim/ravel.ts'
import { implicitly, type Found } from './implicit.ts'
import { counter, settledSearch, solution, type Solution, type SolutionOptions } from './root.ts'

/**
 * How {@link fixedPoint} iterates.
 *
 * @category Equations
 */
export interface FixedPointOptions extends SolutionOptions {
  /** The share of the way from x to f(x) that an iteration goes; all of it unless told otherwise. */
  readonly share?: number
}

interface Iterate {
  readonly x: Tensor
  readonly gap: Tensor
  readonly size: Tensor
  readonly iterations: Tensor
}

/**
 * A point that a function of any record of tensors maps to itself, by x ← f(x), again and again: for functions that bring
 * points nearer to each other; `root` of f(x) − x is for others.
 *
 * Differentiable like `root`, in both modes and to any order, by every value that the function uses: the number of
 * iterations, and what was kept of them, plays no part. It batches and compiles.
 *
 * @param f gives the structure of `start`. The tolerance is of ‖f(x) − x‖; at most 1000 iterations unless told otherwise.
 * @throws ShapeError where f returns another shape; DTypeError unless the unknowns are of one floating dtype;
 * ArgumentError for another option, a tolerance that is not positive, iterations below 1, or a share outside (0, 1].
 * @example
 * ```ts
 * import { add, div, grad, item, mul, tensor, type Tensor } from 'puregrad'
 * import { fixedPoint } from 'puregrad/solvers'
 * // The root of a, by Heron.
 * const heron = (a: Tensor) =>
 *   fixedPoint((x: Tensor) => mul(add(x, div(a, x)), 0.5), tensor(1, { dtype: 'float64' })).x
 * item(heron(tensor(2, { dtype: 'float64' }))) // => 1.41421356
 * item(grad(heron)(tensor(2, { dtype: 'float64' }))) // => 0.35355339
 * ```
 * @category Equations
 */
export const fixedPoint = <X>(f: (x: X) => X, start: X, options: FixedPointOptions = {}): Solution<X> => {
  checkFunction('fixedPoint', 'a function that keeps what is looked for', f)
  checkOptions('fixedPoint', options, { tolerance: true, iterations: true, share: true })
  const { share = 1, ...rest } = options
  checkSetting('fixedPoint', 'share', share, { above: 0, max: 1 })
  const { vector, back } = ravel('fixedPoint', start)
  const { tolerance, iterations } = settledSearch('fixedPoint', rest, vector, 1000)
  const search = (gapAt: (x: Tensor) => Tensor, from: Tensor): Found => {
    const place = (x: Tensor, made: Tensor): Iterate => {
      const gap = gapAt(x)
      return { x, gap, size: norm(gap), iterations: made }
    }
    const end = whileLoop(
      (at: Iterate) => greater(at.size, tolerance),
      (at) => place(add(at.x, mul(at.gap, share)), add(at.iterations, 1)),
      place(from, counter()),
      { atMost: iterations },
    )
    return [end.x, lessEqual(end.size, tolerance), end.iterations, end.size]
  }
  const gap = (x: Tensor): Tensor => sub(ravel('fixedPoint', f(back(x))).vector, x)
  return solution(implicitly('fixedPoint', gap, [vector], search), back)
}
