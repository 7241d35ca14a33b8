import type { DType } from './dtype.ts'
import type { Tensor } from './tensor-type.ts'

/** Makes a value that stands for a number, or for elements, whatever they are; `content` is what they are. */
export type Lift = (dtype: DType, shape: readonly number[], content: unknown) => Tensor

let current: Lift | undefined

/**
 * Runs a body in which numbers that meet tensors are not known, as if each of them were an argument: what the body does
 * is then the same for all numbers, unless JavaScript decides by one.
 */
export const withLiftedNumbers = <A>(lift: Lift, body: () => A): A => {
  const before = current
  current = lift
  try {
    return body()
  } finally {
    current = before
  }
}

/** What stands for a number while numbers are lifted; `undefined` at all other times. */
export const lifted = (content: unknown, dtype: DType, shape: readonly number[] = []): Tensor | undefined =>
  current?.(dtype, shape, content)

export const areNumbersLifted = (): boolean => current !== undefined
