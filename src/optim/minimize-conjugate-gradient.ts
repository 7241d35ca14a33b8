import { neg, sub } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree, zipTrees } from '../core/tensor/tree.ts'
import type { Minimization, MinimizationStop } from './minimize-lbfgs.ts'
import { settledMinimizing, type MinimizeOptions } from './minimize-newton.ts'
import { checkStart, inner, plus, pointsOf, type Point, type Searched } from './minimizing.ts'

interface Bracket {
  readonly low: number
  readonly high: number
  readonly slopeLow: number
  /** NaN where the function is too high there, whatever its slope. */
  readonly slopeHigh: number
}

/** The next length to try: where the slope would be 0 on a straight line between the ends, and well inside of them. */
const nextLength = ({ low, high, slopeLow, slopeHigh }: Bracket): number => {
  if (high === Infinity) return 4 * low
  const share = slopeLow / (slopeLow - slopeHigh)
  return low + (high - low) * (Number.isNaN(share) ? 0.5 : Math.min(0.9, Math.max(0.1, share)))
}

/**
 * A step length with sufficient decrease where the slope is nearly gone (the strong Wolfe conditions), which conjugacy
 * needs; on a parabola the second try.
 */
const strongSearch = <P>(
  at: (params: P) => Point<P>,
  from: Point<P>,
  along: P,
  first: number,
): Searched<P> => {
  const slope = inner(from.gradient, along)
  const search = (length: number, bracket: Bracket, evaluations: number): Searched<P> => {
    const point = at(plus(from.params, length, along))
    const tried = evaluations + 1
    const there = inner(point.gradient, along)
    const enough = point.value <= from.value + 1e-4 * length * slope
    if (enough && Math.abs(there) <= -0.1 * slope) return { found: point, evaluations: tried }
    const next = !enough
      ? { ...bracket, high: length, slopeHigh: there > 0 ? there : NaN }
      : there > 0
        ? { ...bracket, high: length, slopeHigh: there }
        : { ...bracket, low: length, slopeLow: there }
    return tried >= 40
      ? { found: enough && point.value < from.value ? point : undefined, evaluations: tried }
      : search(nextLength(next), next, tried)
  }
  const whole: Bracket = { low: 0, high: Infinity, slopeLow: slope, slopeHigh: NaN }
  return slope < 0 ? search(first, whole, 0) : { found: undefined, evaluations: 0 }
}

/**
 * Minimizes a smooth function by nonlinear conjugate gradients (Polak and Ribière's, begun again where its factor is
 * negative or the direction does not descend): the memory of three records like the parameters.
 *
 * Source: J. Nocedal, S. J. Wright, "Numerical optimization", 2nd ed., section 5.2.
 *
 * @throws ArgumentError for a budget of iterations below 1, a negative tolerance, another option, or a start where the
 * function is not finite.
 * @example
 * ```ts
 * import { mul, square, sub, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { minimizeConjugateGradient } from 'puregrad/optim'
 * const scales = tensor([1, 10, 100], { dtype: 'float64' })
 * const bowl = (w: Tensor) => sum(mul(scales, square(sub(w, 3))))
 * const { params, why } = minimizeConjugateGradient(bowl, tensor([0, 0, 0], { dtype: 'float64' }))
 * toArray(params) // => [3, 3, 3]
 * why // => 'converged'
 * ```
 * @category Optimizers
 */
export const minimizeConjugateGradient = <P>(
  f: (params: P) => Tensor,
  start: P,
  options: MinimizeOptions = {},
): Minimization<P> => {
  const { iterations, tolerance } = settledMinimizing('minimizeConjugateGradient', options, 1000)
  const at = pointsOf(f)
  const first = at(start)
  checkStart('minimizeConjugateGradient', first.value)
  const downhill = (gradient: P): P => mapTree(gradient, (leaf) => neg(leaf))
  /* eslint-disable functional/no-let, functional/no-loop-statements -- each iteration goes on from the last */
  let point = first
  let along = downhill(first.gradient)
  let evaluations = 1
  let length = Math.min(1, 1 / Math.sqrt(inner(first.gradient, first.gradient)))
  for (let iteration = 0; ; iteration++) {
    const square = inner(point.gradient, point.gradient)
    const end = (why: MinimizationStop): Minimization<P> => ({
      params: point.params,
      value: point.value,
      gradientNorm: Math.sqrt(square),
      iterations: iteration,
      evaluations,
      why,
    })
    if (Math.sqrt(square) <= tolerance) return end('converged')
    if (iteration === iterations) return end('budget')
    const slope = inner(point.gradient, along)
    const searched = strongSearch(at, point, along, length)
    evaluations += searched.evaluations
    if (searched.found === undefined) return end('line-search')
    const { gradient } = searched.found
    const turned = zipTrees(gradient, [point.gradient], ([now, before]) => sub(now, before))
    const factor = Math.max(0, inner(gradient, turned) / square)
    const next = plus(downhill(gradient), factor, along)
    point = searched.found
    along = inner(next, gradient) < 0 ? next : downhill(gradient)
    length = slope / inner(along, gradient)
    if (!Number.isFinite(length)) length = 1
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
}
