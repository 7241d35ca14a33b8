import { neg } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { pointsOf, type Point } from './line-search.ts'
import {
  minimized,
  settledMinimizing,
  type Minimization,
  type MinimizeOptions,
  type Stepped,
} from './minimization.ts'
import { inner, minus, plus } from './vectors.ts'

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
): Stepped<Point<P>> => {
  const slope = inner(from.gradient, along)
  const search = (length: number, bracket: Bracket, evaluations: number): Stepped<Point<P>> => {
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

/** A point with the direction of the next step and the length to be tried first. */
interface Conjugate<P> extends Point<P> {
  readonly along: P
  readonly length: number
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
  const settled = settledMinimizing('minimizeConjugateGradient', options, 1000)
  const at = pointsOf(f)
  const downhill = (gradient: P): P => mapTree(gradient, (leaf) => neg(leaf))
  const step = ({ along, length, ...point }: Conjugate<P>): Stepped<Conjugate<P>> => {
    const { found, evaluations } = strongSearch(at, point, along, length)
    if (found === undefined) return { found, evaluations }
    const { gradient } = found
    const change = minus(gradient, point.gradient)
    const factor = Math.max(0, inner(gradient, change) / inner(point.gradient, point.gradient))
    const turned = plus(downhill(gradient), factor, along)
    const next = inner(turned, gradient) < 0 ? turned : downhill(gradient)
    const first = inner(point.gradient, along) / inner(next, gradient)
    return { found: { ...found, along: next, length: Number.isFinite(first) ? first : 1 }, evaluations }
  }
  const first = at(start)
  const begun = { ...first, along: downhill(first.gradient), length: Math.min(1, 1 / first.gradientNorm) }
  return minimized('minimizeConjugateGradient', begun, settled, ({ params }) => params, step)
}
