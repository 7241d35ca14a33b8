import { mul, neg, sub } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, notNegative } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree, zipTrees } from '../core/tensor/tree.ts'
import { checkStart, inner, lineSearch, plus, pointsOf } from './minimizing.ts'

/**
 * Why a minimization ended: the gradient is small enough, the budget of iterations is spent, or no step along the
 * direction lowers the function any more (rounding, or a function that is not smooth or not bounded below).
 *
 * @category Optimizers
 */
export type MinimizationStop = 'converged' | 'budget' | 'line-search'

/**
 * Where a minimization has come to.
 *
 * @category Optimizers
 */
export interface Minimization<P> {
  readonly params: P
  readonly value: number
  readonly gradientNorm: number
  readonly iterations: number
  /** How often value and gradient were computed. */
  readonly evaluations: number
  readonly why: MinimizationStop
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

interface Pair<P> {
  readonly step: P
  readonly change: P
  /** 1 / ⟨change, step⟩ */
  readonly inverse: number
}

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
): Minimization<P> => {
  checkOptions('minimizeLbfgs', options, { memory: true, iterations: true, tolerance: true })
  const { memory = 10, iterations = 200, tolerance = 1e-8 } = options
  checkSetting('minimizeLbfgs', 'memory', memory, count)
  checkSetting('minimizeLbfgs', 'iterations', iterations, count)
  checkSetting('minimizeLbfgs', 'tolerance', tolerance, notNegative)
  const at = pointsOf(f)
  const first = at(start)
  checkStart('minimizeLbfgs', first.value)
  /* eslint-disable functional/no-let, functional/no-loop-statements -- hundreds of iterations, each on the last one's result */
  let point = first
  let pairs: readonly Pair<P>[] = []
  let evaluations = 1
  for (let iteration = 0; ; iteration++) {
    const gradientNorm = Math.sqrt(inner(point.gradient, point.gradient))
    const end = (why: MinimizationStop): Minimization<P> => ({
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
