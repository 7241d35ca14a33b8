import { checkFunction } from '../tensor/check-function.ts'
import { viewOf } from '../tensor/concrete.ts'
import { checkChoice } from '../tensor/check-choice.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { allocate, type DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mapTree, withLeaves } from '../tensor/tree.ts'
import { given, operations } from './apply.ts'
import { vmapFlat } from './batch.ts'
import { grad } from './grad.ts'
import { jvp } from './jvp.ts'
import { asTree, requireDifferentiable, valuesOf } from './leaves.ts'
import { evaluateLinear, linearizeFlat, transposeLinear, type LinearMap } from './linearize.ts'
import type { AnyValue } from './value.ts'

/**
 * The structure of a Jacobian: for each tensor of the output, one tensor for each of the input.
 *
 * @category Derivatives
 */
export type Jacobian<A, B> = B extends Tensor
  ? { readonly [K in keyof A]: A extends Tensor ? never : Jacobian<A[K], B> } extends infer R
    ? A extends Tensor
      ? Tensor
      : R
    : never
  : { readonly [K in keyof B]: Jacobian<A, B[K]> }

/**
 * In which mode {@link jacobian} works.
 *
 * @category Derivatives
 */
export interface JacobianOptions {
  /** `forward` costs one pass for each input element, `reverse` one for each output element; the cheaper by default. */
  readonly mode?: 'forward' | 'reverse'
}

/** All unit vectors of a shape, `[size, …shape]`. */
const basis = (shape: readonly number[], size: number, dtype: DType): AnyValue => {
  const elements = allocate(dtype, size * size)
  for (let i = 0; i < size; i++) elements[i * size + i] = 1
  return viewOf(elements, dtype, [size, ...shape])
}

const zeros = (shape: readonly number[], dtype: DType): AnyValue => operations.constant(0, { shape, dtype })

/** d output / d input for every pair, each `[…output, …input]`. */
const jacobianLeaves = (map: LinearMap, mode: 'forward' | 'reverse'): readonly (readonly AnyValue[])[] => {
  const sizeOfType = ({ shape }: { readonly shape: readonly number[] }): number =>
    shape.reduce((n, m) => n * m, 1)
  if (mode === 'reverse')
    return map.outputTypes.map((output, o) => {
      const size = sizeOfType(output)
      const rows = vmapFlat(
        ([cotangent]) => {
          const found = transposeLinear(
            map,
            map.outputTypes.map((_, i) =>
              i === o && cotangent !== undefined ? given(cotangent) : undefined,
            ),
          )
          return map.inputs.map((input, i) => found[i] ?? zeros(input.shape, input.dtype))
        },
        [basis(output.shape, size, output.dtype)],
        [true],
        size,
      )
      return rows.map((row, i) => operations.reshape(row, [...output.shape, ...(map.inputs[i]?.shape ?? [])]))
    })
  const columns = map.inputs.map((input, i) => {
    const size = sizeOfType(input)
    return vmapFlat(
      ([tangent]) => {
        const found = evaluateLinear(
          map,
          map.inputs.map((_, j) => (j === i && tangent !== undefined ? given(tangent) : undefined)),
        )
        return map.outputTypes.map((output, o) => found[o] ?? zeros(output.shape, output.dtype))
      },
      [basis(input.shape, size, input.dtype)],
      [true],
      size,
    )
  })
  return map.outputTypes.map((output, o) =>
    map.inputs.map((input, i) => {
      const column = columns[i]![o]!
      const axes = [...column.shape.keys()]
      return operations.reshape(operations.transpose(column, [...axes.slice(1), 0]), [
        ...output.shape,
        ...input.shape,
      ])
    }),
  )
}

/**
 * All partial derivatives of a function of one record: for each tensor of the result, a record like the argument
 * whose tensors have shape `[…output, …input]`.
 *
 * @example
 * ```ts
 * import { jacobian, mul, tensor, toArray, type Tensor } from 'puregrad'
 * toArray(jacobian((x: Tensor) => mul(x, x))(tensor([1, 2]))) // => [[2, 0], [0, 4]]
 * ```
 * @category Derivatives
 */
export const jacobian = <A, B>(
  f: (argument: A) => B,
  options: JacobianOptions = {},
): ((argument: A) => Jacobian<A, B>) => {
  checkFunction('jacobian', 'a function of tensors', f)
  checkOptions('jacobian', options, { mode: true })
  if (options.mode !== undefined) checkChoice('jacobian', 'mode', options.mode, ['forward', 'reverse'])
  return (argument) => {
    requireDifferentiable(argument, 'jacobian')
    let structure: B | undefined
    const { outputs, map } = linearizeFlat((inputs) => {
      structure = asTree(f(withLeaves(argument, inputs)))
      return valuesOf(structure)
    }, valuesOf(argument))
    const count = (values: readonly AnyValue[]): number => values.reduce((total, { size }) => total + size, 0)
    const mode = options.mode ?? (count(valuesOf(argument)) < count(outputs) ? 'forward' : 'reverse')
    const leaves = jacobianLeaves(map, mode)
    let next = 0
    return mapTree(structure as B, () => withLeaves(argument, leaves[next++] ?? [])) as Jacobian<A, B>
  }
}

/**
 * All second partial derivatives of a scalar function, forward over reverse: for a tensor of shape s, `[…s, …s]`;
 * for a record, a record of records.
 *
 * @example
 * ```ts
 * import { hessian, mul, sum, tensor, toArray, type Tensor } from 'puregrad'
 * toArray(hessian((x: Tensor) => sum(mul(mul(x, x), x)))(tensor([1, 2]))) // => [[6, 0], [0, 12]]
 * ```
 * @category Derivatives
 */
export const hessian = <A>(f: (argument: A) => Tensor): ((argument: A) => Jacobian<A, A>) =>
  jacobian((argument: A) => grad((inner: A) => f(inner))(argument), { mode: 'forward' })

/**
 * The Hessian of a scalar function times a vector, forward over reverse: about the cost of two gradients, never
 * forming the matrix.
 *
 * @example
 * ```ts
 * import { hvp, mul, sum, tensor, toArray, type Tensor } from 'puregrad'
 * const cubes = (x: Tensor) => sum(mul(mul(x, x), x))
 * toArray(hvp(cubes)(tensor([1, 2]), tensor([1, 10]))) // => [6, 120]
 * ```
 * @category Derivatives
 */
export const hvp =
  <A>(f: (argument: A) => Tensor): ((argument: A, vector: A) => A) =>
  (argument, vector) =>
    jvp((inner: A) => grad((x: A) => f(x))(inner), [argument], [vector])[1]
