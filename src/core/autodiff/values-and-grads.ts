import { scalarOf } from '../tensor/concrete.ts'
import { isFloat } from '../tensor/dtype.ts'
import { DTypeError, ShapeError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { withLeaves } from '../tensor/tree.ts'
import { filled, requireDifferentiable, valuesOf } from './leaves.ts'
import { linearizeFlat, transposeLinear } from './linearize.ts'
import type { AnyValue } from './value.ts'

/** Values of several scalar functions of the same argument, the gradient of each, and what is passed through. */
export interface ValuesAndGrads<P, X> {
  readonly values: readonly Tensor[]
  readonly gradients: readonly P[]
  readonly auxiliary: X
}

/**
 * Several scalar functions given as one that returns a list of scalars and an auxiliary output: the function runs once,
 * then one reverse pass for each scalar.
 *
 * @throws ShapeError where one of the list is not a scalar, DTypeError where it is not a float or a leaf of the argument
 * is not.
 */
export const valuesAndGrads = <P, X>(
  f: (params: P) => readonly [readonly Tensor[], X],
  params: P,
  where: string,
): ValuesAndGrads<P, X> => {
  requireDifferentiable(params, where)
  let count = 0
  let auxiliary: X | undefined
  const { outputs, map } = linearizeFlat((inputs) => {
    const [values, extra] = f(withLeaves(params, inputs))
    values.forEach((value, i) => {
      if (value.rank !== 0)
        throw new ShapeError(
          `${where}: an objective is a scalar, got shape ${showShape(value.shape)} from number ${i}`,
        )
      if (!isFloat(value.dtype))
        throw new DTypeError(
          `${where}: an objective is float32 or float64, got ${value.dtype} from number ${i}`,
        )
    })
    count = values.length
    auxiliary = extra
    return [...(values as readonly AnyValue[]), ...valuesOf(extra)]
  }, valuesOf(params))
  const values = outputs.slice(0, count)
  return {
    values,
    gradients: values.map((value, i) =>
      filled(
        params,
        transposeLinear(
          map,
          outputs.map((_, j) => (j === i ? scalarOf(1, value.dtype) : undefined)),
        ),
      ),
    ),
    auxiliary: withLeaves(auxiliary as X, outputs.slice(count)),
  }
}
