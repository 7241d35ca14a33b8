import { jacobian } from '../core/autodiff/jacobian.ts'
import { item } from '../core/autodiff/read.ts'
import { add, diag, matmul, max, mul, neg, norm, square, sum, transpose } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkFunction } from '../core/tensor/check-function.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, notNegative, positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { solve } from '../linalg/solve.ts'
import type { Minimization, MinimizationStop } from './minimize-lbfgs.ts'
import { checkStart } from './minimizing.ts'
import { ravel } from './ravel.ts'

/**
 * How {@link minimizeLeastSquares} steps, and when it ends.
 *
 * @category Optimizers
 */
export interface LeastSquaresOptions {
  /** With a damping that follows how well steps do, unless told otherwise, or without. */
  readonly method?: 'levenbergMarquardt' | 'gaussNewton'
  /** 100 unless told otherwise. */
  readonly iterations?: number
  /** The gradient's norm at which the search ends; 1e-8 unless told otherwise. */
  readonly tolerance?: number
  /** The damping at first, as a share of the largest curvature; 1e-3 unless told otherwise. */
  readonly damping?: number
}

interface Residuals {
  readonly x: Tensor
  readonly r: Tensor
  /** ½‖r‖² */
  readonly value: number
}

const settled = (options: LeastSquaresOptions): Required<LeastSquaresOptions> => {
  const where = 'minimizeLeastSquares'
  checkOptions(where, options, { method: true, iterations: true, tolerance: true, damping: true })
  const { method = 'levenbergMarquardt', iterations = 100, tolerance = 1e-8, damping = 1e-3 } = options
  checkChoice(where, 'method', method, ['levenbergMarquardt', 'gaussNewton'])
  checkSetting(where, 'iterations', iterations, count)
  checkSetting(where, 'tolerance', tolerance, notNegative)
  checkSetting(where, 'damping', damping, positive)
  return { method, iterations, tolerance, damping }
}

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
  const { method, iterations, tolerance, damping } = settled(options)
  const { vector, back } = ravel('minimizeLeastSquares', start)
  const of = (x: Tensor): Tensor => ravel('minimizeLeastSquares', residuals(back(x))).vector
  const at = (x: Tensor): Residuals => {
    const r = of(x)
    return { x, r, value: item(sum(square(r))) / 2 }
  }
  const damped = method === 'levenbergMarquardt'
  /* eslint-disable functional/no-let, functional/no-loop-statements -- each iteration goes on from the last */
  let point = at(vector)
  checkStart('minimizeLeastSquares', point.value)
  let evaluations = 1
  let [share, growth] = [damped ? damping : 0, 2]
  for (let iteration = 0; ; iteration++) {
    const j = jacobian(of)(point.x)
    const gradient = matmul(transpose(j), point.r)
    const curvature = matmul(transpose(j), j)
    const gradientNorm = item(norm(gradient))
    const end = (why: MinimizationStop): Minimization<P> => ({
      params: back(point.x),
      value: point.value,
      gradientNorm,
      iterations: iteration,
      evaluations,
      why,
    })
    if (gradientNorm <= tolerance) return end('converged')
    if (iteration === iterations) return end('budget')
    const scale = item(max(diag(curvature)))
    let found: Residuals | undefined
    let length = 1
    for (let tries = 0; found === undefined && tries < 40; tries++) {
      const step = mul(
        neg(solve(add(curvature, diag(add(mul(vector, 0), share * scale))), gradient)),
        damped ? 1 : length,
      )
      const next = at(add(point.x, step))
      evaluations += 1
      // What the model of JᵀJ promises: −⟨g, s⟩ − ½ sᵀJᵀJs.
      const promised = -item(sum(mul(gradient, step))) - item(sum(square(matmul(j, step)))) / 2
      const kept = (point.value - next.value) / promised
      if (promised > 0 && next.value < point.value && (!damped || kept > 1e-4)) {
        found = next
        share *= damped ? Math.max(1 / 3, 1 - (2 * kept - 1) ** 3) : 1
        growth = 2
      } else {
        share *= growth
        growth *= 2
        length /= 2
      }
    }
    if (found === undefined) return end('line-search')
    point = found
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
}
