import { operations as o } from '../core/autodiff/apply.ts'
import { vmapFlat } from '../core/autodiff/batch.ts'
import { applyCall, type Call } from '../core/autodiff/call.ts'
import { evaluateProgram } from '../core/autodiff/evaluate.ts'
import { jvpFlat, linearizeFlat, transposeLinear } from '../core/autodiff/linearize.ts'
import { stageFlat } from '../core/autodiff/stage.ts'
import { asValue, type AnyValue, type FlatFunction } from '../core/autodiff/value.ts'
import { whileLoop } from '../core/autodiff/while.ts'
import { add, div, dot, greater, lessEqual, mul, sqrt, sub, zerosLike } from '../core/numeric/index.ts'
import { checkFunction } from '../core/tensor/check-function.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { count, positive } from '../core/tensor/setting-ranges.ts'
import { sameShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { ravel } from '../optim/ravel.ts'
import { counter, solution, type Solution } from './root.ts'

/**
 * When {@link conjugateGradient} ends.
 *
 * @category Equations
 */
export interface ConjugateGradientOptions {
  /** What may be left as a share of the right side; 1e-10 in float64, 1e-5 in float32, unless told otherwise. */
  readonly tolerance?: number
  /** Ten times the number of unknowns unless told otherwise; without rounding the number of unknowns is enough. */
  readonly iterations?: number
}

interface Iterate {
  readonly x: Tensor
  readonly residual: Tensor
  readonly direction: Tensor
  readonly square: Tensor
  readonly iterations: Tensor
}

const iterated = (
  a: (v: Tensor) => Tensor,
  b: Tensor,
  { tolerance, iterations }: Required<ConjugateGradientOptions>,
): readonly Tensor[] => {
  const limit = mul(dot(b, b), tolerance ** 2)
  const start: Iterate = {
    x: zerosLike(b),
    residual: b,
    direction: b,
    square: dot(b, b),
    iterations: counter(),
  }
  const end = whileLoop(
    (at: Iterate) => greater(at.square, limit),
    (at) => {
      const image = a(at.direction)
      const length = div(at.square, dot(at.direction, image))
      const residual = sub(at.residual, mul(image, length))
      const square = dot(residual, residual)
      return {
        x: add(at.x, mul(at.direction, length)),
        residual,
        direction: add(residual, mul(at.direction, div(square, at.square))),
        square,
        iterations: add(at.iterations, 1),
      }
    },
    start,
    { atMost: iterations },
  )
  return [end.x, lessEqual(end.square, limit), end.iterations, sqrt(end.square)]
}

/**
 * Solving with a symmetric operator, as one unit on `[…used, b]`: dx = A⁻¹(db − dA·x), where A⁻¹ is this unit itself; as it
 * is its own transpose, cotangents go back through it as well. In a program the iterations are written down.
 */
const symmetricSolve = (operator: FlatFunction, solve: FlatFunction): Call => {
  const call: Call = {
    name: 'conjugateGradient',
    evaluate: solve,
    linearize: (primals) => {
      const [used, n] = [primals.slice(0, -1), primals.length - 1]
      const outputs = applyCall(call, primals)
      const x = outputs[0]!
      const image: FlatFunction = (values) => operator([...values, x])
      const again = (b: AnyValue): AnyValue => applyCall(call, [...used, b])[0]!
      const still = outputs.slice(1).map(() => undefined)
      return {
        outputs,
        map: {
          outputs,
          apply: (tangents) => {
            const [moved] = jvpFlat(image, used, tangents.slice(0, n)).tangents
            const right = tangents[n]
            const change =
              moved === undefined ? right : right === undefined ? o.neg(moved) : o.sub(right, moved)
            return [change === undefined ? undefined : again(asValue(change as Tensor)), ...still]
          },
          transpose: ([cotangent]) => {
            if (cotangent === undefined) return primals.map(() => undefined)
            const back = again(cotangent)
            const sent = transposeLinear(linearizeFlat(image, used).map, [asValue(o.neg(back) as Tensor)])
            return [...sent, back]
          },
        },
      }
    },
    batch: (inputs, batched, size) => {
      const of =
        (f: FlatFunction, count: number): FlatFunction =>
        (values) =>
          vmapFlat(f, values, [...batched.slice(0, count - 1), true], size)
      const n = inputs.length
      const right = batched[n - 1] === true ? inputs[n - 1]! : spread(inputs[n - 1]!, size)
      return applyCall(symmetricSolve(of(operator, n), of(solve, n)), [...inputs.slice(0, -1), right])
    },
    record: (_, inputs) => solve(inputs),
  }
  return call
}

const spread = (x: AnyValue, size: number): AnyValue =>
  asValue(o.broadcastTo(x, [size, ...x.shape]) as Tensor)

/**
 * x of Ax = b for a symmetric positive definite operator that is given as a function, such as `(v) => hvp(f)(w, v)`, by
 * conjugate gradients: the matrix is never formed, and the unknowns may be any record of tensors.
 *
 * Differentiable by b and by every value that the operator uses, in both modes and to any order: derivatives solve with
 * the same operator. It batches and compiles. `residual` is the norm of b − Ax as the iterations know it.
 *
 * Source: M. R. Hestenes, E. Stiefel, 1952.
 *
 * @throws ShapeError where the operator returns another shape; DTypeError unless b is of one floating dtype;
 * ArgumentError for another option, a tolerance that is not positive or iterations below 1.
 * @example
 * ```ts
 * import { grad, item, matmul, mul, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { conjugateGradient } from 'puregrad/solvers'
 * const a = tensor([[4, 1], [1, 3]], { dtype: 'float64' })
 * const b = tensor([1, 2], { dtype: 'float64' })
 * const solved = (scale: Tensor) => conjugateGradient((v: Tensor) => mul(scale, matmul(a, v)), b).x
 * toArray(solved(tensor(1, { dtype: 'float64' }))) // => [0.09090909, 0.63636364]
 * item(grad((scale: Tensor) => sum(solved(scale)))(tensor(1, { dtype: 'float64' }))) // => -0.72727273
 * ```
 * @category Equations
 */
export const conjugateGradient = <X>(
  operator: (x: X) => X,
  b: X,
  options: ConjugateGradientOptions = {},
): Solution<X> => {
  checkFunction('conjugateGradient', 'a symmetric positive definite operator, a function', operator)
  checkOptions('conjugateGradient', options, { tolerance: true, iterations: true })
  const { vector, back } = ravel('conjugateGradient', b)
  const {
    tolerance = vector.dtype === 'float64' ? 1e-10 : 1e-5,
    iterations = 10 * Math.max(1, vector.size),
  } = options
  checkSetting('conjugateGradient', 'tolerance', tolerance, positive)
  checkSetting('conjugateGradient', 'iterations', iterations, count)
  const { program, captured } = stageFlat(
    ([v]) => {
      const image = ravel('conjugateGradient', operator(back(v!))).vector
      if (!sameShape(image.shape, vector.shape) || image.dtype !== vector.dtype)
        throw new ShapeError(
          `conjugateGradient: the right side has ${vector.size} elements of ${vector.dtype}, what the operator returns has ${image.size} of ${image.dtype}`,
        )
      return [asValue(image)]
    },
    [vector],
  )
  const image: FlatFunction = (inputs) => evaluateProgram(program, [inputs.at(-1)!, ...inputs.slice(0, -1)])
  const solve: FlatFunction = (inputs) =>
    iterated((v) => image([...inputs.slice(0, -1), asValue(v)])[0]!, inputs.at(-1)!, {
      tolerance,
      iterations,
    }).map(asValue)
  return solution(applyCall(symmetricSolve(image, solve), [...captured, asValue(vector)]) as never, back)
}
