import type { DType } from './dtype.ts'
import { DTypeError } from './errors.ts'

const ranges: { readonly [D in DType]: readonly [low: number, high: number] | undefined } = {
  float32: undefined,
  float64: undefined,
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  bool: [0, 1],
  float16: undefined,
  bfloat16: undefined,
}

/** Whether a number is an element of a dtype; floats round, so every number is one of theirs. */
export const isRepresentable = (value: number, dtype: DType): boolean => {
  const range = ranges[dtype]
  return range === undefined || (Number.isInteger(value) && value >= range[0] && value <= range[1])
}

/** `an integer from 0 to 4294967295` */
const described = (dtype: DType): string => {
  const [low, high] = ranges[dtype] ?? []
  return `an integer from ${String(low)} to ${String(high)}`
}

/**
 * Refuses numbers that an integer dtype would cut or wrap.
 *
 * @throws DTypeError that names the number, where it stands and the remedy.
 */
export const checkRepresentable = (
  where: string,
  elements: ArrayLike<number>,
  dtype: DType,
  remedy: string,
): void => {
  if (ranges[dtype] === undefined) return
  for (let i = 0; i < elements.length; i++) {
    const value = elements[i]!
    if (!isRepresentable(value, dtype))
      throw new DTypeError(
        `${where}: ${String(value)}${elements.length === 1 ? '' : ` at element ${String(i)}`} is no ${dtype} ` +
          `(${described(dtype)}); ${remedy}`,
      )
  }
}
