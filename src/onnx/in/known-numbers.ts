import { toTypedArray } from '../../core/autodiff/read.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'

/** The numbers of an input that says how, such as a shape or axes: they have to be known. */
export const knownNumbers = (x: Tensor): readonly number[] => Array.from(toTypedArray(x))

/** An input that has to be there. */
export const required = (inputs: readonly (Tensor | undefined)[], position: number): Tensor => {
  const input = inputs[position]
  if (input === undefined) throw new ArgumentError(`expected an input at position ${position}`)
  return input
}

/** An axis counted from the front. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)
