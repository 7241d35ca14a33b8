import { ArgumentError } from './errors.ts'
import { nearestName } from './nearest-name.ts'
import { showValue } from './show-value.ts'

/** A value that a setting with a few named values can have. */
export type Choice = string | number | boolean

/** The values a setting allows, in words. */
export const choicesInWords = (choices: readonly Choice[]): string =>
  choices.every((choice) => typeof choice === 'boolean')
    ? choices.join(' or ')
    : `one of ${choices.join(', ')}`

/** What is wrong with the choice of a setting, as a sentence; `undefined` where nothing is. */
export const choiceProblem = (
  name: string,
  value: unknown,
  choices: readonly Choice[],
): string | undefined => {
  if (choices.some((choice) => choice === value)) return undefined
  const near = typeof value === 'string' ? nearestName(value, choices.map(String)) : undefined
  return `${name}: expected ${choicesInWords(choices)}, got ${showValue(value, 60)}${near === undefined ? '' : `; did you mean ${near}?`}`
}

/**
 * Refuses a setting of a program that is none of its few values.
 *
 * @throws ArgumentError that says what was expected, what came, and what is nearest to it.
 */
export const checkChoice = (
  where: string,
  name: string,
  value: unknown,
  choices: readonly Choice[],
): void => {
  const problem = choiceProblem(name, value, choices)
  if (problem !== undefined) throw new ArgumentError(`${where}: ${problem}`)
}
