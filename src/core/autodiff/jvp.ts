import { checkFunction } from '../tensor/check-function.ts'
import { ShapeError } from '../tensor/errors.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import { withLeaves } from '../tensor/tree.ts'
import { given } from './apply.ts'
import { asTree, filled, matchingLeaves, requireDifferentiable, valuesOf } from './leaves.ts'
import { evaluateLinear, jvpFlat, linearizeFlat, transposeLinear } from './linearize.ts'
import type { AnyValue, FlatFunction } from './value.ts'

/** A function of records as a function of lists of values, remembering the structure of what it returned. */
const flatten = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  args: A,
): { readonly flat: FlatFunction; readonly output: () => B } => {
  let structure: B | undefined
  return {
    flat: (inputs) => {
      structure = asTree(f(...withLeaves(args, inputs)))
      return valuesOf(structure)
    },
    output: () => structure as B,
  }
}

const requireLike = (values: readonly AnyValue[], like: readonly AnyValue[], what: string): void => {
  values.forEach((value, i) => {
    const expected = like[i]
    if (expected !== undefined && (!sameShape(value.shape, expected.shape) || value.dtype !== expected.dtype))
      throw new ShapeError(
        `${what} at leaf ${String(i)} is ${value.dtype}${showShape(value.shape)}, ` +
          `its primal is ${expected.dtype}${showShape(expected.shape)}`,
      )
  })
}

/**
 * Forward mode: the value of `f` and its directional derivative along the tangents, in one pass.
 *
 * Arguments and results may be any records of tensors; the tangents have the structure, shapes and dtypes of
 * the arguments.
 *
 * @throws TreeError, ShapeError where the tangents do not match; DTypeError for arguments that are not floats.
 * @example
 * ```ts
 * import { jvp, mul, tensor } from 'puregrad'
 * const [value, tangent] = jvp((x) => mul(x, x), [tensor(3)], [tensor(1)])
 * String(value) // => '9.'
 * String(tangent) // => '6.'
 * ```
 * @category Derivatives
 */
export const jvp = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  primals: readonly [...A],
  tangents: readonly [...A],
): readonly [B, B] => {
  checkFunction('jvp', 'a function of tensors', f)
  requireDifferentiable(primals, 'jvp')
  const { flat, output } = flatten(f, primals as A)
  const values = valuesOf(primals)
  const directions = matchingLeaves(primals, tangents, 'jvp').map(given)
  requireLike(directions, values, 'jvp: the tangent')
  const result = jvpFlat(flat, values, directions)
  const value = withLeaves(output(), result.outputs)
  return [value, filled(value, result.tangents)]
}

/**
 * The value of `f` and its derivative there as a linear function, held as plain data and evaluated as often as
 * wanted without running `f` again.
 *
 * @example
 * ```ts
 * import { linearize, sin, tensor } from 'puregrad'
 * const [value, derivative] = linearize((x) => sin(x), tensor(0))
 * String(value) // => '0.'
 * String(derivative(tensor(2))) // => '2.'
 * ```
 * @category Derivatives
 */
export const linearize = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  ...primals: A
): readonly [B, (...tangents: A) => B] => {
  checkFunction('linearize', 'a function of tensors', f)
  requireDifferentiable(primals, 'linearize')
  const { flat, output } = flatten(f, primals)
  const { outputs, map } = linearizeFlat(flat, valuesOf(primals))
  const value = withLeaves(output(), outputs)
  return [
    value,
    (...tangents) =>
      filled(value, evaluateLinear(map, matchingLeaves(primals, tangents, 'linearize').map(given))),
  ]
}

/**
 * Reverse mode: the value of `f` and its pullback, which takes a cotangent of the output to cotangents of all
 * arguments. The pullback is the transpose of {@link linearize}'s linear function.
 *
 * @example
 * ```ts
 * import { mul, tensor, toArray, vjp } from 'puregrad'
 * const [value, pullback] = vjp((x, y) => mul(x, y), tensor([1, 2]), tensor([3, 4]))
 * toArray(value) // => [3, 8]
 * pullback(tensor([1, 10])).map(toArray) // => [[3, 40], [1, 20]]
 * ```
 * @category Derivatives
 */
export const vjp = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  ...primals: A
): readonly [B, (cotangent: B) => A] => {
  checkFunction('vjp', 'a function of tensors', f)
  requireDifferentiable(primals, 'vjp')
  const { flat, output } = flatten(f, primals)
  const { outputs, map } = linearizeFlat(flat, valuesOf(primals))
  const value = withLeaves(output(), outputs)
  return [
    value,
    (cotangent) =>
      filled(primals, transposeLinear(map, matchingLeaves(value, asTree(cotangent), 'vjp').map(given))),
  ]
}
