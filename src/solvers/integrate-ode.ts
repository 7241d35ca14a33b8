import { scan } from '../core/autodiff/scan.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { whileLoop } from '../core/autodiff/while.ts'
import {
  abs,
  add,
  all,
  clip,
  concat,
  div,
  equal,
  expandDims,
  greater,
  isFinite,
  less,
  lessEqual,
  logicalAnd,
  maximum,
  mean,
  minimum,
  mul,
  pow,
  sign,
  slice,
  sqrt,
  square,
  stack,
  stopGradient,
  sub,
  tensor,
  where,
} from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { dormandPrince, rungeKutta4, within, type Slope } from './runge-kutta.ts'

/** A solution at the times, `[times, n]`. */
export interface Integrated {
  readonly y: Tensor
  readonly converged: Tensor
  readonly steps: Tensor
}

/** From the slope, the start `[n]` and the times `[m]`. */
export type Integration = (f: Slope, start: Tensor, times: Tensor) => Integrated

const rest = (times: Tensor): Tensor => slice(times, [1])
const first = (times: Tensor): Tensor => slice(times, [0], [1])
const scalarOf = (one: Tensor): Tensor => mean(one)

const isSound = (y: Tensor): Tensor => all(isFinite(y))

/** Equal steps of order 4 between the times. */
export const fixed =
  (steps: number): Integration =>
  (f, start, times) => {
    const [, along] = scan(
      ({ y, t }, next: Tensor) => {
        const h = div(sub(next, t), steps)
        const [end] = scan(
          (at: { readonly y: Tensor; readonly t: Tensor }) => [
            { y: rungeKutta4(f, at.y, at.t, h), t: add(at.t, h) },
            undefined,
          ],
          { y, t },
          undefined,
          { length: steps },
        )
        return [{ y: end.y, t: next }, end.y]
      },
      { y: start, t: scalarOf(first(times)) },
      rest(times),
    )
    const y = concat([expandDims(start, { axis: 0 }), along])
    const made = ((times.shape[0] ?? 1) - 1) * steps
    return { y, converged: isSound(y), steps: tensor(made, { dtype: 'int32' }) }
  }

/** The last step that was accepted, from `from` to `t`, and the next to try. */
interface Walk {
  readonly y: Tensor
  readonly t: Tensor
  readonly slope: Tensor
  readonly from: {
    readonly y: Tensor
    readonly t: Tensor
    readonly slopes: readonly Tensor[]
    readonly h: Tensor
  }
  readonly h: Tensor
  readonly tried: Tensor
}

/** What {@link adaptive} allows. */
export interface Tolerances {
  readonly steps: number
  readonly relativeTolerance: number
  readonly absoluteTolerance: number
}

const rootMeanSquare = (x: Tensor): Tensor => sqrt(mean(square(x)))

/**
 * A first step that is short beside what changes the solution. Source: E. Hairer, S. P. Nørsett, G. Wanner, "Solving
 * ordinary differential equations I", II.4, without its second slope.
 */
const firstStep = (y: Tensor, slope: Tensor, span: Tensor, allowed: Tensor): Tensor => {
  const [size, speed] = [rootMeanSquare(div(y, allowed)), rootMeanSquare(div(slope, allowed))]
  const slow = less(minimum(size, speed), 1e-5)
  const length = where(slow, mul(abs(span), 1e-4), mul(div(size, where(slow, 1, speed)), 0.01))
  // Without a way to go there is no step, and any length will do.
  return stopGradient(where(equal(span, 0), 1, mul(sign(span), minimum(length, abs(span)))))
}

type Reached = readonly [y: Tensor, there: Tensor]

/**
 * A loop over the targets. Outside of programs it is one of JavaScript, so that the derivative of each loop of steps goes
 * back over those that were taken and not over all that were allowed.
 */
const alongTargets = (
  reach: (walk: Walk, target: Tensor) => readonly [Walk, Reached],
  begin: Walk,
  targets: Tensor,
  known: boolean,
): readonly [Walk, Reached] => {
  const n = targets.shape[0] ?? 0
  if (!known || n === 0) return scan(reach, begin, targets)
  const { walk, seen } = Array.from({ length: n }, (_, i) => scalarOf(slice(targets, [i], [i + 1]))).reduce<{
    readonly walk: Walk
    readonly seen: readonly Reached[]
  }>(
    ({ walk: now, seen: before }, target) => {
      const [next, reached] = reach(now, target)
      return { walk: next, seen: [...before, reached] }
    },
    { walk: begin, seen: [] },
  )
  return [walk, [stack(seen.map(([y]) => y)), stack(seen.map(([, there]) => there))]]
}

/** Whether the elements of a value can be read now. */
const isKnown = (value: AnyValue): boolean =>
  value.kind === 'concrete' || (value.kind === 'dual' && isKnown(value.primal))

/** Steps of order 5 as long as the tolerances allow, and the solution between them by interpolation. */
export const adaptive = ({ steps, relativeTolerance, absoluteTolerance }: Tolerances): Integration => {
  const allowedAt = (a: Tensor, b: Tensor): Tensor =>
    add(mul(maximum(abs(a), abs(b)), relativeTolerance), Math.max(absoluteTolerance, Number.MIN_VALUE))
  const step = (f: Slope, at: Walk): Walk => {
    const next = dormandPrince(f, at.y, at.slope, at.t, at.h)
    const size = stopGradient(rootMeanSquare(div(next.error, allowedAt(at.y, next.y))))
    const accepted = lessEqual(size, 1)
    // An error that is not finite asks for the shortest.
    const factor = where(isFinite(size), clip(mul(pow(maximum(size, 1e-10), -0.2), 0.9), 0.2, 10), 0.2)
    const chosen = (a: Tensor, b: Tensor): Tensor => where(accepted, a, b)
    return {
      y: chosen(next.y, at.y),
      t: chosen(add(at.t, at.h), at.t),
      slope: chosen(next.slopes[6]!, at.slope),
      from: {
        y: chosen(at.y, at.from.y),
        t: chosen(at.t, at.from.t),
        slopes: next.slopes.map((slope, i) => chosen(slope, at.from.slopes[i]!)),
        h: chosen(at.h, at.from.h),
      },
      h: stopGradient(mul(at.h, factor)),
      tried: add(at.tried, 1),
    }
  }
  return (f, start, times) => {
    const t = scalarOf(first(times))
    const span = sub(scalarOf(slice(times, [(times.shape[0] ?? 1) - 1])), t)
    const forward = stopGradient(sign(span))
    const slope = f(start, t)
    const h = firstStep(start, slope, span, allowedAt(start, start))
    const begin: Walk = {
      y: start,
      t,
      slope,
      from: { y: start, t, slopes: Array.from({ length: 7 }, () => slope), h },
      h,
      tried: tensor(0, { dtype: 'int32' }),
    }
    const behind = (at: Walk, target: Tensor): Tensor => greater(mul(sub(target, at.t), forward), 0)
    const [end, [along, reached]] = alongTargets(
      (walk: Walk, target: Tensor) => {
        const at = whileLoop(
          (now: Walk) => logicalAnd(behind(now, target), isSound(now.h)),
          (now) => step(f, now),
          walk,
          { atMost: steps },
        )
        const { from } = at
        const there = logicalAnd(lessEqual(mul(sub(target, at.t), forward), 0), isSound(at.y))
        const y = within(from.y, from.slopes, from.h, div(sub(target, from.t), from.h))
        return [at, [where(there, y, NaN), there] as const]
      },
      begin,
      rest(times),
      isKnown(asValue(start)) && isKnown(asValue(times)),
    )
    return {
      y: concat([expandDims(start, { axis: 0 }), along]),
      converged: all(concat([reached, tensor([true], { dtype: 'bool' })])),
      steps: end.tried,
    }
  }
}
