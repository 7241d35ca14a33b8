import { ArgumentError } from '../../core/tensor/errors.ts'
import { showValue } from '../../core/tensor/show-value.ts'

/** @throws ArgumentError for what is no list, or an empty one. */
export const checkList = (where: string, value: unknown): void => {
  if (!Array.isArray(value) || value.length === 0)
    throw new ArgumentError(`${where}: expected a list of at least one, got ${showValue(value)}`)
}
