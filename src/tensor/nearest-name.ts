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

/** The known name that a word is most likely a misspelling of; `undefined` where none is near. */
export const nearestName = (word: string, known: readonly string[]): string | undefined =>
  known
    .map((name) => ({ name, d: distance(word.toLowerCase().slice(0, 40), name.toLowerCase()) }))
    .filter(({ name, d }) => d <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.d - b.d)[0]?.name
