import { valueAndGrad } from '../core/autodiff/grad.ts'
import { item } from '../core/autodiff/read.ts'
import { cast, add, dot, mul, reshape } from '../core/numeric/index.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, zipTrees } from '../core/tensor/tree.ts'

/** A place, and the function there. */
export interface Point<P> {
  readonly params: P
  readonly value: number
  readonly gradient: P
}

/** Value and gradient at a place, as numbers and a tree. */
export const pointsOf = <P>(f: (params: P) => Tensor): ((params: P) => Point<P>) => {
  const both = valueAndGrad(f)
  return (params) => {
    const [value, gradient] = both(params)
    return { params, value: item(value), gradient }
  }
}

/** @throws ArgumentError where a search would begin at no number. */
export const checkStart = (where: string, value: number): void => {
  if (!Number.isFinite(value)) throw new ArgumentError(`${where}: the function is ${value} at the start`)
}

const flat = (leaf: Tensor): Tensor => reshape(leaf, [leaf.size])

/** ⟨a, b⟩ of two trees of one structure. */
export const inner = (a: unknown, b: unknown): number => {
  const others = leavesOf(b)
  return leavesOf(a).reduce(
    (total, leaf, i) => total + item(cast(dot(flat(leaf), flat(others[i] as Tensor)), 'float64')),
    0,
  )
}

/** a + by·b. */
export const plus = <P>(a: P, by: number, b: P): P => zipTrees(a, [b], ([x, y]) => add(x, mul(y, by)), 'plus')

const [armijo, curvature] = [1e-4, 0.9]

interface Bracket {
  readonly low: number
  readonly high: number
}

/** A step that a line search has found, if any, and what it cost. */
export interface Searched<P> {
  readonly found: Point<P> | undefined
  readonly evaluations: number
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
): Searched<P> => {
  const slope = inner(from.gradient, along)
  const search = (length: number, { low, high }: Bracket, evaluations: number): Searched<P> => {
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

/** The number of parameters. */
export const sizeOf = (params: unknown): number =>
  leavesOf(params).reduce((total, { size }) => total + size, 0)
