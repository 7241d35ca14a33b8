import { toTypedArray } from '../core/autodiff/read.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** @throws ShapeError, DTypeError or ArgumentError unless these are numbers ≥ 0, one for each row, not all of them 0. */
export const checkWeights = (name: string, n: number, weights: Tensor): void => {
  if (weights.rank !== 1 || weights.size !== n)
    throw new ShapeError(
      `${name}: expected weights [${n}], one for each row, got ${showShape(weights.shape)}`,
    )
  if (!isFloat(weights.dtype))
    throw new DTypeError(`${name}: expected weights float32 or float64, got ${weights.dtype}; use cast`)
  const numbers = Array.from(toTypedArray(weights))
  const bad = numbers.findIndex((weight) => !(weight >= 0 && weight < Infinity))
  if (bad >= 0)
    throw new ArgumentError(
      `${name}: the weight of row ${bad} is ${numbers[bad]}, expected a number from 0 on`,
    )
  if (n > 0 && !numbers.some((weight) => weight > 0))
    throw new ArgumentError(`${name}: the weights of all ${n} rows are 0, expected some above`)
}
