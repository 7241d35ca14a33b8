import { valueAndGrad } from '../core/autodiff/grad.ts'
import { item } from '../core/autodiff/read.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Stepped } from './minimization.ts'
import { inner, plus } from './vectors.ts'

/** A place, and the function there. */
export interface Point<P> {
  readonly params: P
  readonly value: number
  readonly gradient: P
  readonly gradientNorm: number
}

/** Value and gradient at a place, as numbers and a tree. */
export const pointsOf = <P>(f: (params: P) => Tensor): ((params: P) => Point<P>) => {
  const both = valueAndGrad(f)
  return (params) => {
    const [value, gradient] = both(params)
    return { params, value: item(value), gradient, gradientNorm: Math.sqrt(inner(gradient, gradient)) }
  }
}

const [armijo, curvature] = [1e-4, 0.9]

interface Bracket {
  readonly low: number
  readonly high: number
}

/**
 * A step length with sufficient decrease and enough of the slope gone (the weak Wolfe conditions), by doubling and
 * bisection; these make ⟨change, step⟩ positive, so the next direction descends.
 *
 * Source: A. S. Lewis, M. L. Overton, 2013.
 */
export const lineSearch = <P>(
  at: (params: P) => Point<P>,
  from: Point<P>,
  along: P,
  first: number,
): Stepped<Point<P>> => {
  const slope = inner(from.gradient, along)
  const search = (length: number, { low, high }: Bracket, evaluations: number): Stepped<Point<P>> => {
    const point = at(plus(from.params, length, along))
    const tried = evaluations + 1
    const enough = point.value <= from.value + armijo * length * slope
    const flatter = inner(point.gradient, along) >= curvature * slope
    if (enough && flatter) return { found: point, evaluations: tried }
    const next = enough ? { low: length, high } : { low, high: length }
    return tried >= 60
      ? { found: enough && point.value < from.value ? point : undefined, evaluations: tried }
      : search(next.high === Infinity ? 2 * length : (next.low + next.high) / 2, next, tried)
  }
  return slope < 0 ? search(first, { low: 0, high: Infinity }, 0) : { found: undefined, evaluations: 0 }
}
