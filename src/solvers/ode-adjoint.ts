import { operations as o } from '../core/autodiff/apply.ts'
import { vjp } from '../core/autodiff/jvp.ts'
import { scan } from '../core/autodiff/scan.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { vmap } from '../core/autodiff/vmap.ts'
import { add, concat, dot, neg, reshape, slice, stack, sub, zeros, zerosLike } from '../core/numeric/index.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { ravel } from '../optim/ravel.ts'
import type { Integration } from './integrate-ode.ts'
import type { Slope } from './runge-kutta.ts'

interface Backwards {
  readonly y: Tensor
  /** What the loss changes by with y here. */
  readonly adjoint: Tensor
  /** The same of each value that the slope uses, gathered so far. */
  readonly used: readonly Tensor[]
}

/** The values, those at marked places replaced by others in their order. */
const placed = <T>(values: readonly T[], marks: readonly boolean[], others: readonly T[]): readonly T[] =>
  values.map((value, i) =>
    marks[i] === true ? (others[marks.slice(0, i).filter(Boolean).length] ?? value) : value,
  )

/**
 * The cotangents of the start, the times and the values used, by the adjoint equation a' = −aᵀ ∂f/∂y, solved backwards
 * between the times together with y and with the integrals of aᵀ ∂f/∂p. At every time y is taken from the solution again,
 * so that what backward steps lose does not grow.
 *
 * @param found y `[times, n]` and its cotangent.
 */
export const adjointPullback = (
  using: (used: readonly AnyValue[]) => Slope,
  integrate: Integration,
  found: { readonly y: Tensor; readonly cotangent: Tensor },
  [, times, ...used]: readonly AnyValue[],
): readonly AnyValue[] => {
  const at = times!
  const moves = used.map(({ dtype }) => isFloat(dtype))
  const floats: readonly Tensor[] = used.filter((_, i) => moves[i])
  /** The slope as a function of the floating values it uses alone. */
  const slope = (y: Tensor, t: Tensor, values: readonly Tensor[]): Tensor =>
    using(placed(used, moves, values.map(asValue)))(y, t)
  const last = (at.shape[0] ?? 1) - 1
  const back = (state: Backwards, [from, to, y, cotangent]: readonly [Tensor, Tensor, Tensor, Tensor]) => {
    const start: Backwards = { ...state, y, adjoint: add(state.adjoint, cotangent) }
    const { vector, back: rebuilt } = ravel('odeSolve', start)
    const augmented: Slope = (flat, t) => {
      const now = rebuilt(flat)
      const [value, pullback] = vjp(
        (p: Tensor, values: readonly Tensor[]) => slope(p, t, values),
        now.y,
        floats,
      )
      const [toY, toUsed] = pullback(now.adjoint)
      const next: Backwards = { y: value, adjoint: neg(toY), used: toUsed.map((sent) => neg(sent)) }
      return ravel('odeSolve', next).vector
    }
    const solved = integrate(augmented, vector, stack([from, to]))
    return [rebuilt(reshape(slice(solved.y, [1]), [vector.size])), undefined] as const
  }
  const begin: Backwards = {
    y: reshape(slice(found.y, [last]), [found.y.shape[1] ?? 0]),
    adjoint: zeros([found.y.shape[1] ?? 0], { dtype: found.y.dtype }),
    used: floats.map((value) => zerosLike(value)),
  }
  const [end] = scan(
    back,
    begin,
    [slice(at, [1]), slice(at, [0], [last]), slice(found.y, [1]), slice(found.cotangent, [1])] as const,
    { reverse: true },
  )
  const toStart = add(end.adjoint, reshape(slice(found.cotangent, [0], [1]), [found.y.shape[1] ?? 0]))
  const speeds = vmap((y: Tensor, t: Tensor) => slope(y, t, floats))(found.y, at)
  const byTime = vmap((a: Tensor, b: Tensor) => dot(a, b))(found.cotangent, speeds)
  // The start is held, so the first time moves every later one against it.
  const firstSpeed = reshape(slice(speeds, [0], [1]), [speeds.shape[1] ?? 0])
  const toFirst = sub(zeros([], { dtype: at.dtype }), dot(end.adjoint, firstSpeed))
  return [
    toStart,
    concat([reshape(toFirst, [1]), slice(byTime, [1])]),
    ...placed(
      used.map((value) => o.constant(0, value)),
      moves,
      end.used.map(asValue),
    ),
  ] as readonly AnyValue[]
}
