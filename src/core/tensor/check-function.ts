import { ArgumentError } from './errors.ts'
import { showValue } from './show-value.ts'

/** Refuses what is no function. @throws ArgumentError that says what was expected, and what came. */
export const checkFunction = (where: string, expected: string, value: unknown): void => {
  if (typeof value !== 'function')
    throw new ArgumentError(`${where}: expected ${expected}, got ${showValue(value)}`)
}
