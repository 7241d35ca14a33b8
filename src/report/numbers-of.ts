import { toTypedArray } from '../core/autodiff/read.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'

/** The numbers of a tensor with one axis, or of a list. */
export const numbersOf = (
  where: string,
  name: string,
  given: Tensor | readonly number[],
): readonly number[] => {
  if (!isTensor(given)) return given
  if (given.rank !== 1)
    throw new ShapeError(`${where}: ${name}: expected one axis, [rows], got ${showShape(given.shape)}`)
  return Array.from(toTypedArray(given), Number)
}

/** The rows of a tensor with two axes. */
export const rowsOf = (where: string, name: string, given: Tensor): readonly (readonly number[])[] => {
  const [rows, width] = given.shape
  if (given.rank !== 2 || rows === undefined || width === undefined)
    throw new ShapeError(`${where}: ${name}: expected two axes, got ${showShape(given.shape)}`)
  const flat = Array.from(toTypedArray(given), Number)
  return Array.from({ length: rows }, (_, i) => flat.slice(i * width, (i + 1) * width))
}
