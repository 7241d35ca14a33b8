import { jacobian } from '../core/autodiff/jacobian.ts'
import { item } from '../core/autodiff/read.ts'
import { add, diag, matmul, max, mul, neg, norm, square, sum, transpose } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkFunction } from '../core/tensor/check-function.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { solve } from '../linalg/solve.ts'
import {
  minimized,
  settledMinimizing,
  type Minimization,
  type MinimizeOptions,
  type Stepped,
} from './minimization.ts'
import { ravel } from './ravel.ts'

/**
 * How {@link minimizeLeastSquares} steps, and when it ends.
 *
 * @category Optimizers
 */
export interface LeastSquaresOptions extends MinimizeOptions {
  /** With a damping that follows how well steps do, unless told otherwise, or without. */
  readonly method?: 'levenbergMarquardt' | 'gaussNewton'
  /** The damping at first, as a share of the largest curvature; 1e-3 unless told otherwise. */
  readonly damping?: number
}

interface Residuals {
  readonly x: Tensor
  readonly r: Tensor
  /** ½‖r‖² */
  readonly value: number
}

/** With the Jacobian J there, Jᵀr and JᵀJ, and how steps are damped: λ as a share of the largest curvature. */
interface Normal extends Residuals {
  readonly j: Tensor
  readonly gradient: Tensor
  readonly gradientNorm: number
  readonly curvature: Tensor
  readonly share: number
}

/** How steps are tried: damped by `share`, which grows by `growth` after each that fails, or halved. */
interface Trial {
  readonly share: number
  readonly growth: number
  readonly length: number
}

const mostTrials = 40

/**
 * Minimizes ½ Σ r² of a function that gives residuals r, by the curvature JᵀJ of its Jacobian: Levenberg's and Marquardt's
 * damped steps, or Gauss's and Newton's with halving. For up to some hundreds of parameters: the normal equations are
 * formed. The result's value is ½ Σ r².
 *
 * Source: J. Nocedal, S. J. Wright, "Numerical optimization", 2nd ed., chapter 10; the damping of H. B. Nielsen, 1999.
 *
 * @param residuals from the parameters to any record of residuals, all of one floating dtype.
 * @throws ArgumentError for another option or one outside its range, or a start where a residual is not finite; DTypeError
 * unless parameters and residuals are of one floating dtype.
 * @example
 * ```ts
 * import { div, exp, mul, sub, tensor, toArray, type Tensor } from 'puregrad'
 * import { minimizeLeastSquares } from 'puregrad/optim'
 * const t = tensor([0, 1, 2, 3], { dtype: 'float64' })
 * const y = mul(2, exp(mul(t, -0.5)))
 * const fit = ({ a, b }: { readonly a: Tensor; readonly b: Tensor }) => sub(mul(a, exp(mul(b, t))), y)
 * const one = tensor(1, { dtype: 'float64' })
 * const { params, why } = minimizeLeastSquares(fit, { a: one, b: mul(one, -1) })
 * const found = [toArray(params.a), toArray(params.b)]
 * found // => [2, -0.5]
 * why // => 'converged'
 * ```
 * @category Optimizers
 */
export const minimizeLeastSquares = <P>(
  residuals: (params: P) => unknown,
  start: P,
  options: LeastSquaresOptions = {},
): Minimization<P> => {
  checkFunction('minimizeLeastSquares', 'a function from parameters to residuals', residuals)
  const where = 'minimizeLeastSquares'
  const settled = settledMinimizing(where, options, 100, { method: true, damping: true })
  const { method = 'levenbergMarquardt', damping = 1e-3 } = options
  checkChoice(where, 'method', method, ['levenbergMarquardt', 'gaussNewton'])
  checkSetting(where, 'damping', damping, positive)
  const damped = method === 'levenbergMarquardt'
  const { vector, back } = ravel(where, start)
  const of = (x: Tensor): Tensor => ravel(where, residuals(back(x))).vector
  const at = (x: Tensor): Residuals => {
    const r = of(x)
    return { x, r, value: item(sum(square(r))) / 2 }
  }
  const normalAt = (point: Residuals, share: number): Normal => {
    const j = jacobian(of)(point.x)
    const gradient = matmul(transpose(j), point.r)
    const curvature = matmul(transpose(j), j)
    return { ...point, j, gradient, gradientNorm: item(norm(gradient)), curvature, share }
  }
  const step = (point: Normal): Stepped<Normal> => {
    const { x, j, gradient, curvature } = point
    const scale = item(max(diag(curvature)))
    const search = ({ share, growth, length }: Trial, evaluations: number): Stepped<Normal> => {
      const system = add(curvature, diag(add(mul(vector, 0), share * scale)))
      const moved = mul(neg(solve(system, gradient)), damped ? 1 : length)
      const next = at(add(x, moved))
      // What the model of JᵀJ promises: −⟨g, s⟩ − ½ sᵀJᵀJs.
      const promised = -item(sum(mul(gradient, moved))) - item(sum(square(matmul(j, moved)))) / 2
      const kept = (point.value - next.value) / promised
      if (promised > 0 && next.value < point.value && (!damped || kept > 1e-4)) {
        const eased = share * (damped ? Math.max(1 / 3, 1 - (2 * kept - 1) ** 3) : 1)
        return { found: normalAt(next, eased), evaluations }
      }
      return evaluations === mostTrials
        ? { found: undefined, evaluations }
        : search({ share: share * growth, growth: 2 * growth, length: length / 2 }, evaluations + 1)
    }
    return search({ share: point.share, growth: 2, length: 1 }, 1)
  }
  const begun = normalAt(at(vector), damped ? damping : 0)
  return minimized(where, begun, settled, ({ x }) => back(x), step)
}
