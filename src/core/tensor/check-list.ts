import { ArgumentError } from './errors.ts'
import { showValue } from './show-value.ts'

/** Refuses what is no array. @throws ArgumentError that says what was expected, and what came. */
export const checkList = (where: string, expected: string, list: unknown): void => {
  if (!Array.isArray(list)) throw new ArgumentError(`${where}: expected ${expected}, got ${showValue(list)}`)
}
