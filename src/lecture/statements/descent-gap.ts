import { dot, foriLoop, item, jit, matmul, mul, sub, type Tensor } from 'puregrad'
import { conditionReport } from 'puregrad/data'

/** The gap of the cost to its minimum, relative to that at the start, after so many steps. */
export type GapPoint = readonly [steps: number, gap: number]

const stride = 1000

/**
 * Gradient descent on a quadratic with this Hessian at the rate 1/L, from d away from the minimum: the gap after every
 * step up to `single`, then after every thousand, until it is below 1e-6 or the steps are spent.
 */
export const descentGap = (
  hessian: Tensor,
  d: Tensor,
  { steps, single = 2000 }: { readonly steps: number; readonly single?: number },
): readonly GapPoint[] => {
  const { rateBound } = conditionReport(hessian)
  const rate = rateBound / 2
  const next = (at: Tensor): Tensor => sub(at, mul(matmul(hessian, at), rate))
  const one = jit((at: Tensor) => next(at))
  const many = jit((at: Tensor) => foriLoop(0, stride, (_, place: Tensor) => next(place), at))
  const cost = jit((at: Tensor) => dot(at, matmul(hessian, at)))
  const first = item(cost(d))
  /* eslint-disable functional/no-let, functional/no-loop-statements -- up to 200,000 steps, each from where the last one came to */
  let [at, done, points] = [d, 0, [[0, 1]] as readonly GapPoint[]]
  while (done < steps && (points.at(-1)?.[1] ?? 0) > 1e-6) {
    const by = done < single ? 1 : stride
    at = by === 1 ? one(at) : many(at)
    done += by
    points = [...points, [done, item(cost(at)) / first]]
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return points
}

/** The steps until the gap is below 1e-6; infinite where it was not reached. */
export const stepsOf = (points: readonly GapPoint[]): number => {
  const [steps, gap] = points.at(-1) ?? [Infinity, NaN]
  return gap <= 1e-6 ? steps : Infinity
}
