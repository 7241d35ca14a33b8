import { valueAndGrad } from '../core/autodiff/grad.ts'
import { item } from '../core/autodiff/read.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { countOrNone, notNegative } from '../core/tensor/setting-ranges.ts'
import { tensor } from '../core/numeric/index.ts'
import { applyStep } from '../optim/apply-step.ts'
import { sgd } from '../optim/sgd.ts'
import type { Gradient, Optimizer } from '../optim/transformation.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * A place on the way, and the function's value there.
 *
 * @category Landscapes
 */
export interface Waypoint<P> {
  readonly params: P
  readonly value: number
}

/**
 * How far {@link trajectory} goes, and by which optimizer.
 *
 * @category Landscapes
 */
export interface TrajectoryOptions<P> {
  readonly steps: number
  /** Gradient descent with this rate, or any optimizer. */
  readonly by: number | Optimizer<P, readonly unknown[]>
}

/**
 * The whole way of an optimizer over a function as values: the start, and the place after each step. Nothing is random
 * and nothing is kept elsewhere, so a way can be walked again from any of its places.
 *
 * @throws ArgumentError for another option, a rate that is negative or not finite, and unless the number of steps is an
 * integer ≥ 0.
 * @example
 * ```ts
 * import { mul, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { trajectory } from 'puregrad/study'
 * const way = trajectory((w: Tensor) => sum(mul(w, w)), tensor([4]), { steps: 2, by: 0.25 })
 * way.map(({ params }) => toArray(params)) // => [[4], [2], [1]]
 * ```
 * @category Landscapes
 */
export const trajectory = <P>(
  f: (params: P) => Tensor,
  start: P,
  options: TrajectoryOptions<P>,
): readonly Waypoint<P>[] => {
  checkOptions('trajectory', options, { steps: true, by: true })
  const { steps, by } = options
  checkSetting('trajectory', 'steps', steps, countOrNone)
  const given: unknown = by
  if (!(typeof given === 'object' && given !== null && 'init' in given && 'update' in given))
    checkSetting('trajectory', 'by', given, notNegative)
  const optimizer = typeof by === 'number' ? sgd<P>({ learningRate: by }) : by
  const both = valueAndGrad(f)
  /* eslint-disable functional/no-let, functional/no-loop-statements -- thousands of steps, each from the last */
  let params = start
  let state = optimizer.init(start)
  const seen: Waypoint<P>[] = []
  for (let step = 0; step <= steps; step++) {
    const [value, gradient] = both(params)
    // eslint-disable-next-line functional/immutable-data -- the list is not handed out before it is whole
    seen.push({ params, value: item(value) })
    if (step < steps) {
      const context = { params, step: tensor(step, { dtype: 'float64' }), value }
      const [move, after] = optimizer.update(gradient as Gradient<P>, state, context)
      params = applyStep(params, move)
      state = after
    }
  }

  return seen
  /* eslint-enable functional/no-let, functional/no-loop-statements */
}
