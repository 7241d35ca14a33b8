import { ArgumentError } from './errors.ts'
import { showValue } from './show-value.ts'
import { nearestName } from './nearest-name.ts'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** A positional axis is what most libraries have: the message shows where it goes. */
const example = (value: unknown, names: readonly string[]): string => {
  const isAxis =
    typeof value === 'number' || (Array.isArray(value) && value.every((axis) => typeof axis === 'number'))
  return isAxis && names.includes('axis')
    ? `{ axis: ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)} }`
    : `{ ${names[0] ?? ''} }`
}

/**
 * Refuses an options argument that is not a plain record, and names in it that are no options: a misspelt option, or
 * one of another library, would otherwise be ignored without a word.
 *
 * `known` is written as `{ axis: true, keepDims: true }`, so that the type checker asks for exactly the names of `O`.
 *
 * @throws ArgumentError that names the odd option, the nearest known one, and all there are.
 */
export const checkOptions = <O extends object>(
  where: string,
  options: O,
  known: Readonly<Record<keyof O, true>>,
): void => {
  if (!isRecord(options))
    throw new ArgumentError(
      `${where}: expected options as a record such as ${example(options, Object.keys(known))}, got ${showValue(options)}`,
    )
  const odd = Object.keys(options).find((name) => !Object.hasOwn(known, name))
  if (odd === undefined) return
  const names = Object.keys(known)
  const suggestion = nearestName(odd, names)
  throw new ArgumentError(
    `${where}: ${JSON.stringify(odd.slice(0, 60))} is not an option` +
      (suggestion === undefined ? '' : `; did you mean ${suggestion}?`) +
      (names.length === 0 ? '; there are none' : ` (there is ${names.join(', ')})`),
  )
}
