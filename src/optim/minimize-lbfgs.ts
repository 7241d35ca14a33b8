import { mul, neg } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { lineSearch, pointsOf, type Point } from './line-search.ts'
import {
  minimized,
  settledMinimizing,
  type Minimization,
  type MinimizeOptions,
  type Stepped,
} from './minimization.ts'
import { inner, minus, plus } from './vectors.ts'

/**
 * What {@link minimizeLbfgs} remembers, and when it ends.
 *
 * @category Optimizers
 */
export interface LbfgsOptions extends MinimizeOptions {
  /** How many pairs of steps and gradient changes are kept; 10 unless told otherwise. */
  readonly memory?: number
}

interface Pair<P> {
  readonly step: P
  readonly change: P
  /** 1 / ⟨change, step⟩ */
  readonly inverse: number
}

interface Remembering<P> extends Point<P> {
  readonly pairs: readonly Pair<P>[]
}

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
  const { memory = 10 } = options
  const settled = settledMinimizing('minimizeLbfgs', options, 200, { memory: true })
  checkSetting('minimizeLbfgs', 'memory', memory, count)
  const at = pointsOf(f)
  const step = ({ pairs, ...point }: Remembering<P>): Stepped<Remembering<P>> => {
    const length = pairs.length === 0 ? Math.min(1, 1 / point.gradientNorm) : 1
    const { found, evaluations } = lineSearch(at, point, direction(point.gradient, pairs), length)
    if (found === undefined) return { found, evaluations }
    const moved = minus(found.params, point.params)
    const change = minus(found.gradient, point.gradient)
    const product = inner(change, moved)
    const pair = { step: moved, change, inverse: 1 / product }
    return {
      found: { ...found, pairs: product > 0 ? [...pairs, pair].slice(-memory) : pairs },
      evaluations,
    }
  }
  return minimized('minimizeLbfgs', { ...at(start), pairs: [] }, settled, ({ params }) => params, step)
}
