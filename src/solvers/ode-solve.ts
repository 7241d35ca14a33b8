import { applyCall, customVjpCall } from '../core/autodiff/call.ts'
import { evaluateProgram } from '../core/autodiff/evaluate.ts'
import { stageFlat } from '../core/autodiff/stage.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { vmap } from '../core/autodiff/vmap.ts'
import { cast, tensor } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkFunction } from '../core/tensor/check-function.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { count, notNegative, positive } from '../core/tensor/setting-ranges.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { ravel } from '../optim/ravel.ts'
import { adaptive, fixed, type Integrated, type Integration } from './integrate-ode.ts'
import { adjointPullback } from './ode-adjoint.ts'

/**
 * How {@link odeSolve} steps, and how it is differentiated.
 *
 * @category Differential equations
 */
export interface OdeOptions {
  /** Adaptive steps of order 5 unless told otherwise; fixed ones of order 4 compile to one loop of known length. */
  readonly method?: 'dormandPrince' | 'rungeKutta4'
  /** Of `rungeKutta4`: equal steps between two times; 1 unless told otherwise. Of `dormandPrince`: the most; 1000. */
  readonly steps?: number
  /** The error of a step that is allowed is this share of the solution, and `absoluteTolerance`; 1e-6 unless told otherwise. */
  readonly relativeTolerance?: number
  /** 1e-8 unless told otherwise. */
  readonly absoluteTolerance?: number
  /**
   * Through the steps unless told otherwise: in both modes, with memory for them. `adjoint` solves another equation
   * backwards instead: in reverse mode, with memory for the times alone, and exact up to the tolerances.
   */
  readonly gradient?: 'steps' | 'adjoint'
}

/**
 * A solution at some times.
 *
 * @category Differential equations
 */
export interface OdeSolution<Y> {
  /** Each tensor with the times as a first axis. */
  readonly y: Y
  /** Whether every time was reached, a bool scalar; what was not reached is NaN. */
  readonly converged: Tensor
  /** How many steps were tried, an int32 scalar. */
  readonly steps: Tensor
}

const settled = (options: OdeOptions): { readonly integrate: Integration; readonly adjoint: boolean } => {
  checkOptions('odeSolve', options, {
    method: true,
    steps: true,
    relativeTolerance: true,
    absoluteTolerance: true,
    gradient: true,
  })
  const {
    method = 'dormandPrince',
    relativeTolerance = 1e-6,
    absoluteTolerance = 1e-8,
    gradient = 'steps',
  } = options
  checkChoice('odeSolve', 'method', method, ['dormandPrince', 'rungeKutta4'])
  checkChoice('odeSolve', 'gradient', gradient, ['steps', 'adjoint'])
  const { steps = method === 'rungeKutta4' ? 1 : 1000 } = options
  checkSetting('odeSolve', 'steps', steps, count)
  checkSetting('odeSolve', 'relativeTolerance', relativeTolerance, positive)
  checkSetting('odeSolve', 'absoluteTolerance', absoluteTolerance, notNegative)
  return {
    integrate:
      method === 'rungeKutta4' ? fixed(steps) : adaptive({ steps, relativeTolerance, absoluteTolerance }),
    adjoint: gradient === 'adjoint',
  }
}

const timesOf = (times: Tensor | readonly number[], like: Tensor): Tensor => {
  const found: Tensor = isTensor(times) ? times : tensor(times, { dtype: 'float64' })
  if (found.rank !== 1 || (found.shape[0] ?? 0) < 1)
    throw new ShapeError(
      `odeSolve: times: expected one or more of them, [n], got shape ${showShape(found.shape)}`,
    )
  return cast(found, like.dtype)
}

/** The solution as one unit with the adjoint equation as its derivative. */
const withAdjoint = (
  f: (y: Tensor, t: Tensor) => Tensor,
  integrate: Integration,
  start: Tensor,
  times: Tensor,
): Integrated => {
  const scalar = { shape: [], dtype: start.dtype }
  const { program, captured } = stageFlat(([y, t]) => [asValue(f(y!, t!))], [start, scalar])
  const using =
    (used: readonly AnyValue[]) =>
    (y: Tensor, t: Tensor): Tensor =>
      evaluateProgram(program, [asValue(y), asValue(t), ...used])[0]!
  const solved = ([y, at, ...used]: readonly AnyValue[]): readonly AnyValue[] => {
    const found = integrate(using(used), y!, at!)
    return [found.y, found.converged, found.steps].map(asValue)
  }
  const call = customVjpCall(solved, (primals) => {
    const outputs = solved(primals)
    return {
      outputs,
      pullback: ([cotangent]) =>
        adjointPullback(using, integrate, { y: outputs[0]!, cotangent: cotangent! }, primals),
    }
  })
  const [y, converged, steps] = applyCall(call, [asValue(start), asValue(times), ...captured])
  return { y: y!, converged: converged!, steps: steps! }
}

/**
 * The solution of y' = f(y, t) at some times, from y at the first of them; f is of any record of tensors. Times rise or
 * fall. Between its steps the adaptive method interpolates, so that many times cost no more steps.
 *
 * Where the steps are not enough, or what is computed is not finite, `converged` is false and the rest NaN: nothing is
 * thrown. Differentiable by the start, by the times and by every value that f uses, to any order; it batches and compiles.
 * Not for stiff equations: the steps become too many.
 *
 * Source: J. R. Dormand, P. J. Prince, 1980; the adjoint: L. S. Pontryagin et al., 1962, in networks R. T. Q. Chen et al.,
 * "Neural ordinary differential equations", NeurIPS 2018.
 *
 * @throws ShapeError where f returns other shapes or the times are no vector; DTypeError unless y is of one floating
 * dtype; ArgumentError for another option or one outside its range.
 * @example
 * ```ts
 * import { grad, item, mul, neg, slice, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { odeSolve } from 'puregrad/solvers'
 * const decay = (rate: Tensor) =>
 *   odeSolve((y: Tensor) => neg(mul(rate, y)), tensor([1], { dtype: 'float64' }), [0, 0.5, 1], {
 *     relativeTolerance: 1e-9,
 *   })
 * const one = tensor(1, { dtype: 'float64' })
 * toArray(decay(one).y) // => [[1], [0.60653066], [0.36787944]]
 * item(grad((rate: Tensor) => sum(slice(decay(rate).y, [2])))(one)) // => -0.36787944
 * ```
 * @category Differential equations
 */
export const odeSolve = <Y>(
  f: (y: Y, t: Tensor) => Y,
  start: Y,
  times: Tensor | readonly number[],
  options: OdeOptions = {},
): OdeSolution<Y> => {
  checkFunction('odeSolve', 'a function of the state and the time', f)
  const { integrate, adjoint } = settled(options)
  const { vector, back } = ravel('odeSolve', start)
  const slope = (y: Tensor, t: Tensor): Tensor => {
    const found = ravel('odeSolve', f(back(y), t)).vector
    if (!sameShape(found.shape, y.shape) || found.dtype !== y.dtype)
      throw new ShapeError(
        `odeSolve: the state has ${y.size} elements of ${y.dtype}, what the function returns has ${found.size} of ${found.dtype}`,
      )
    return found
  }
  const at = timesOf(times, vector)
  const { y, converged, steps } = adjoint
    ? withAdjoint(slope, integrate, vector, at)
    : integrate(slope, vector, at)
  return { y: vmap(back)(y), converged, steps }
}
