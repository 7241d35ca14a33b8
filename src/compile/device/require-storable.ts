import type { Typed } from '../../core/primitive/primitive.ts'
import { DTypeError } from '../../core/tensor/errors.ts'

/** @throws DTypeError for float64, which the shading language of WebGPU has not. */
export const requireStorable = (where: string, { dtype }: Pick<Typed, 'dtype'>, what: string): void => {
  if (dtype === 'float64')
    throw new DTypeError(
      `${where}: ${what} is float64, which WebGPU has not: cast it to float32, or compile for another backend`,
    )
}
