/** The last two rows of the table of distances. */
interface Rows {
  readonly before: readonly number[]
  readonly row: readonly number[]
}

/**
 * The number of letters to insert, drop or replace between two words, or of neighbours to exchange: `rleu` is one from
 * `relu`.
 */
const distance = (a: string, b: string): number => {
  const [from, to] = [[...a], [...b]]
  const first: Rows = { before: [], row: Array.from({ length: to.length + 1 }, (_, j) => j) }
  const last = from.reduce<Rows>(
    ({ before, row }, letter, i) => ({
      before: row,
      row: to.reduce<readonly number[]>(
        (next, other, j) => {
          const exchanged =
            i > 0 && j > 0 && letter === to[j - 1] && from[i - 1] === other
              ? (before[j - 1] ?? Infinity) + 1
              : Infinity
          return [
            ...next,
            Math.min(
              (row[j] ?? 0) + (letter === other ? 0 : 1),
              (row[j + 1] ?? 0) + 1,
              (next[next.length - 1] ?? 0) + 1,
              exchanged,
            ),
          ]
        },
        [i + 1],
      ),
    }),
    first,
  )
  return last.row[to.length] ?? from.length
}

/**
 * The known name that a word is most likely a misspelling of; `undefined` where none is near. A name of which no letter is
 * left is not near.
 *
 * @example
 * ```ts
 * import { nearestName } from 'puregrad/report'
 * nearestName('rleu', ['relu', 'tanh']) // => 'relu'
 * nearestName('maxout', ['relu', 'tanh']) // => undefined
 * ```
 * @category Output
 */
export const nearestName = (word: string, known: readonly string[]): string | undefined =>
  known
    .map((name) => ({ name, d: distance(word.toLowerCase().slice(0, 40), name.toLowerCase()) }))
    .filter(
      ({ name, d }) =>
        d <= Math.max(1, Math.floor(name.length / 3)) && d < Math.max([...word].length, [...name].length),
    )
    .sort((a, b) => a.d - b.d)[0]?.name
