import { operations as o } from '../core/autodiff/apply.ts'
import { applyCall, customJvpCall } from '../core/autodiff/call.ts'
import { evaluateProgram } from '../core/autodiff/evaluate.ts'
import { jacobian } from '../core/autodiff/jacobian.ts'
import { jvpFlat } from '../core/autodiff/linearize.ts'
import { stageFlat } from '../core/autodiff/stage.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { neg } from '../core/numeric/index.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { solve } from '../linalg/solve.ts'

/** Where a search has come to: the point first, then what is known of it, which carries no derivative. */
export type Found = readonly [x: Tensor, ...known: Tensor[]]

/**
 * A point x with r(x) = 0 that a search finds from some starts, as a function of all that r uses: of the values that it
 * closes over too. Its derivative is not that of the search but of the equation, dx = −(∂r/∂x)⁻¹ dr, one linear rule for
 * both modes and every order. What the search is told, its starts, moves nothing.
 *
 * @param residual from `[n]` to `[n]`.
 * @param starts the first is like x.
 */
export const implicitly = (
  where: string,
  residual: (x: Tensor) => Tensor,
  starts: readonly [Tensor, ...Tensor[]],
  search: (residual: (x: Tensor) => Tensor, ...starts: readonly Tensor[]) => Found,
): Found => {
  const like = starts[0]
  const { program, captured } = stageFlat(
    ([x]) => {
      const r = residual(x!)
      if (!sameShape(r.shape, like.shape) || r.dtype !== like.dtype)
        throw new ShapeError(
          `${where}: the function takes ${like.dtype}${showShape(like.shape)} and returns ${r.dtype}${showShape(r.shape)}; expected as many equations as unknowns, of one dtype`,
        )
      return [asValue(r)]
    },
    [like],
  )
  const n = starts.length
  const at = (x: Tensor, used: readonly AnyValue[]): Tensor =>
    evaluateProgram(program, [asValue(x), ...used])[0]!
  const call = customJvpCall(
    (inputs) => search((x) => at(x, inputs.slice(n)), ...inputs.slice(0, n)).map(asValue),
    (primals, tangents, [x, ...known]) => {
      const used = primals.slice(n)
      const [pushed] = jvpFlat((values) => [asValue(at(x!, values))], used, tangents.slice(n)).tangents
      const moved =
        pushed === undefined
          ? o.constant(0, x!)
          : neg(solve(jacobian((y: Tensor) => at(y, used))(x!), pushed))
      return [asValue(moved), ...known.map((value) => o.constant(0, value))]
    },
  )
  const [x, ...known] = applyCall(call, [...starts.map(asValue), ...captured])
  return [x!, ...known]
}
