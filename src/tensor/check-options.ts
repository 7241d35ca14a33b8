import { ArgumentError } from './errors.ts'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : typeof value

/** The number of letters to insert, drop or exchange between two words. */
const distance = (a: string, b: string): number =>
  [...a].reduce<readonly number[]>(
    (row, letter, i) =>
      [...b].reduce<readonly number[]>(
        (next, other, j) => [
          ...next,
          Math.min(
            (row[j] ?? 0) + (letter === other ? 0 : 1),
            (row[j + 1] ?? 0) + 1,
            (next[next.length - 1] ?? 0) + 1,
          ),
        ],
        [i + 1],
      ),
    Array.from({ length: b.length + 1 }, (_, j) => j),
  )[b.length] ?? a.length

const nearest = (word: string, known: readonly string[]): string | undefined =>
  known
    .map((name) => ({ name, d: distance(word.toLowerCase().slice(0, 40), name.toLowerCase()) }))
    .filter(({ name, d }) => d <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.d - b.d)[0]?.name

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
      `${where}: expected options as a record such as { ${Object.keys(known)[0] ?? ''} }, got ${kindOf(options)}`,
    )
  const odd = Object.keys(options).find((name) => !Object.hasOwn(known, name))
  if (odd === undefined) return
  const names = Object.keys(known)
  const suggestion = nearest(odd, names)
  throw new ArgumentError(
    `${where}: ${JSON.stringify(odd.slice(0, 60))} is not an option` +
      (suggestion === undefined ? '' : `; did you mean ${suggestion}?`) +
      (names.length === 0 ? '; there are none' : ` (there is ${names.join(', ')})`),
  )
}
