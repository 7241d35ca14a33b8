import { valueAndGrad } from '../core/autodiff/grad.ts'
import { item } from '../core/autodiff/read.ts'
import { add, cast, dot, mul, neg, reshape, sub } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { count, notNegative } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, mapTree, zipTrees } from '../core/tensor/tree.ts'

/**
 * Why a minimization ended: the gradient is small enough, the budget of iterations is spent, or no step along the
 * direction lowers the function any more (rounding, or a function that is not smooth or not bounded below).
 *
 * @category Optimizers
 */
export type LbfgsStop = 'converged' | 'budget' | 'line-search'

/**
 * Where a minimization has come to.
 *
 * @category Optimizers
 */
export interface LbfgsResult<P> {
  readonly params: P
  readonly value: number
  readonly gradientNorm: number
  readonly iterations: number
  /** How often value and gradient were computed. */
  readonly evaluations: number
  readonly why: LbfgsStop
}

/**
 * What {@link minimizeLbfgs} remembers, and when it ends.
 *
 * @category Optimizers
 */
export interface LbfgsOptions {
  /** How many pairs of steps and gradient changes are kept; 10 unless told otherwise. */
  readonly memory?: number
  readonly iterations?: number
  /** The gradient's norm at which the search ends; 1e-8 unless told otherwise. */
  readonly tolerance?: number
}

interface Point<P> {
  readonly params: P
  readonly value: number
  readonly gradient: P
}

interface Pair<P> {
  readonly step: P
  readonly change: P
  /** 1 / ⟨change, step⟩ */
  readonly inverse: number
}

const flat = (leaf: Tensor): Tensor => reshape(leaf, [leaf.size])

const inner = (a: unknown, b: unknown): number => {
  const others = leavesOf(b)
  return leavesOf(a).reduce(
    (total, leaf, i) => total + item(cast(dot(flat(leaf), flat(others[i] as Tensor)), 'float64')),
    0,
  )
}

const plus = <P>(a: P, by: number, b: P): P =>
  zipTrees(a, [b], ([x, y]) => add(x, mul(y, by)), 'minimizeLbfgs')

const minus = <P>(a: P, b: P): P => zipTrees(a, [b], ([x, y]) => sub(x, y))

/** −Hg by the two loops over the remembered pairs, the newest last. */
const direction = <P>(gradient: P, pairs: readonly Pair<P>[]): P => {
  const newest = pairs.at(-1)
  const down = pairs.reduceRight<{ readonly q: P; readonly weights: readonly number[] }>(
    ({ q, weights }, { step, change, inverse }) => {
      const weight = inverse * inner(step, q)
      return { q: plus(q, -weight, change), weights: [weight, ...weights] }
    },
    { q: gradient, weights: [] },
  )
  const scale = newest === undefined ? 1 : 1 / (newest.inverse * inner(newest.change, newest.change))
  const up = pairs.reduce<P>(
    (r, { step, change, inverse }, i) => plus(r, (down.weights[i] ?? 0) - inverse * inner(change, r), step),
    mapTree(down.q, (leaf) => mul(leaf, scale)),
  )
  return mapTree(up, (leaf) => neg(leaf))
}

const [armijo, curvature] = [1e-4, 0.9]

interface Bracket {
  readonly low: number
  readonly high: number
}

/**
 * A step length with sufficient decrease and enough of the slope gone (the weak Wolfe conditions), by doubling and
 * bisection; these make ⟨change, step⟩ positive, so the next direction descends.
 */
const lineSearch = <P>(
  at: (params: P) => Point<P>,
  from: Point<P>,
  along: P,
  first: number,
): { readonly found: Point<P> | undefined; readonly evaluations: number } => {
  const slope = inner(from.gradient, along)
  const search = (
    length: number,
    { low, high }: Bracket,
    evaluations: number,
  ): { readonly found: Point<P> | undefined; readonly evaluations: number } => {
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

/**
 * Minimizes a smooth function of few parameters by L-BFGS, on the whole data at once. A pure function: the same start
 * gives the same result.
 *
 * Source: J. Nocedal, S. J. Wright, "Numerical optimization", 2nd ed., algorithm 7.4; line search of A. S. Lewis,
 * M. L. Overton, 2013.
 *
 * @throws ArgumentError for a memory or a budget of iterations below 1, a negative tolerance, another option, or a start where the function is not finite.
 * @example
 * ```ts
 * import { add, mul, square, sub, sum, tensor, type Tensor } from 'puregrad'
 * import { minimizeLbfgs } from 'puregrad/optim'
 * const bowl = ({ w }: { readonly w: Tensor }) => sum(square(sub(w, 3)))
 * const { value, why } = minimizeLbfgs(bowl, { w: tensor([0, 9], { dtype: 'float64' }) })
 * why // => 'converged'
 * value < 1e-12 // => true
 * ```
 * @category Optimizers
 */
export const minimizeLbfgs = <P>(
  f: (params: P) => Tensor,
  start: P,
  options: LbfgsOptions = {},
): LbfgsResult<P> => {
  checkOptions('minimizeLbfgs', options, { memory: true, iterations: true, tolerance: true })
  const { memory = 10, iterations = 200, tolerance = 1e-8 } = options
  checkSetting('minimizeLbfgs', 'memory', memory, count)
  checkSetting('minimizeLbfgs', 'iterations', iterations, count)
  checkSetting('minimizeLbfgs', 'tolerance', tolerance, notNegative)
  const both = valueAndGrad(f)
  const at = (params: P): Point<P> => {
    const [value, gradient] = both(params)
    return { params, value: item(value), gradient: gradient }
  }
  const first = at(start)
  if (!Number.isFinite(first.value))
    throw new ArgumentError(`minimizeLbfgs: the function is ${first.value} at the start`)
  /* eslint-disable functional/no-let, functional/no-loop-statements -- hundreds of iterations, each on the last one's result */
  let point = first
  let pairs: readonly Pair<P>[] = []
  let evaluations = 1
  for (let iteration = 0; ; iteration++) {
    const gradientNorm = Math.sqrt(inner(point.gradient, point.gradient))
    const end = (why: LbfgsStop): LbfgsResult<P> => ({
      params: point.params,
      value: point.value,
      gradientNorm,
      iterations: iteration,
      evaluations,
      why,
    })
    if (gradientNorm <= tolerance) return end('converged')
    if (iteration === iterations) return end('budget')
    const along = direction(point.gradient, pairs)
    const searched = lineSearch(at, point, along, pairs.length === 0 ? Math.min(1, 1 / gradientNorm) : 1)
    evaluations += searched.evaluations
    if (searched.found === undefined) return end('line-search')
    const step = minus(searched.found.params, point.params)
    const change = minus(searched.found.gradient, point.gradient)
    const product = inner(change, step)
    pairs = product > 0 ? [...pairs, { step, change, inverse: 1 / product }].slice(-memory) : pairs
    point = searched.found
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
}
