/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   rows move between the cells of one small table, which nobody else sees, until its columns add up */

/** The whole or half number a product of rounded fractions stands for, if it is one up to rounding. */
const withoutRounding = (value: number): number => {
  const near = Math.round(2 * value) / 2
  return Math.abs(value - near) <= 1e-9 * Math.max(1, value) ? near : value
}

/**
 * Sizes of the parts of `n` things: whole numbers that add up to `n`, with |size − share · n| < 1 for every part.
 * Each boundary between parts is rounded, so two roundings of at most ½ meet in a part.
 */
export const partSizes = (n: number, shares: readonly number[]): readonly number[] => {
  const ends = shares.map((_, i) =>
    i === shares.length - 1
      ? n
      : Math.round(withoutRounding(n * shares.slice(0, i + 1).reduce((a, b) => a + b, 0))),
  )
  return ends.map((end, i) => end - (ends[i - 1] ?? 0))
}

/**
 * How many members of each class go to each part: whole numbers, none of them 0 (but in classes that are `free` of
 * that demand), that add up to the class sizes along
 * rows and to the part sizes along columns, with |count − share · class size| < 1 in every cell. `undefined` if there
 * is no such table.
 *
 * This is controlled rounding of a two-way table. Every row starts with its largest remainders rounded up; then a
 * column with too many takes a path, over at most all columns, to one with too few (a maximum flow by augmenting
 * paths, so a table is found whenever there is one). Without the demand that no cell be 0 there always is one: the
 * unrounded table is a fractional flow with whole capacities. Source: L. H. Cox, "A constructive procedure for
 * unbiased controlled rounding", JASA 82, 1987.
 */
export const apportion = (
  classSizes: readonly number[],
  shares: readonly number[],
  sizes: readonly number[],
  free: (row: number) => boolean = () => false,
): readonly (readonly number[])[] | undefined => {
  const ideals = classSizes.map((size) => shares.map((share) => withoutRounding(share * size)))
  const floorOf = (row: number): number => (free(row) ? 0 : 1)
  const least = ideals.map((row, i) => row.map((ideal) => Math.max(floorOf(i), Math.floor(ideal))))
  const most = ideals.map((row, i) => row.map((ideal) => Math.max(floorOf(i), Math.ceil(ideal))))
  const counts = least.map((row) => [...row])
  const at = (table: readonly (readonly number[])[], row: number, column: number): number =>
    table[row]?.[column] ?? 0
  const move = (row: number, column: number, by: number): void => {
    const cells = counts[row]
    if (cells !== undefined) cells[column] = at(counts, row, column) + by
  }
  for (let row = 0; row < counts.length; row++) {
    const missing = (classSizes[row] ?? 0) - (counts[row] ?? []).reduce((a, b) => a + b, 0)
    const raisable = shares
      .map((_, column) => column)
      .filter((column) => at(counts, row, column) < at(most, row, column))
      .sort((a, b) => at(ideals, row, b) - at(counts, row, b) - (at(ideals, row, a) - at(counts, row, a)))
    if (missing < 0 || missing > raisable.length) return undefined
    raisable.slice(0, missing).forEach((column) => {
      move(row, column, 1)
    })
  }
  const excess = sizes.map((size, column) => counts.reduce((sum, row) => sum + (row[column] ?? 0), 0) - size)
  const rowBetween = (from: number, to: number): number =>
    counts.findIndex(
      (_, row) => at(counts, row, from) > at(least, row, from) && at(counts, row, to) < at(most, row, to),
    )
  /** The columns of a path from a column to one with too few, each step possible in some row. */
  const pathFrom = (column: number, seen: readonly number[]): readonly number[] | undefined => {
    if ((excess[column] ?? 0) < 0) return [column]
    for (let next = 0; next < shares.length; next++)
      if (!seen.includes(next) && rowBetween(column, next) >= 0) {
        const rest = pathFrom(next, [...seen, next])
        if (rest !== undefined) return [column, ...rest]
      }
    return undefined
  }
  for (;;) {
    const from = excess.findIndex((extra) => extra > 0)
    if (from < 0) return counts
    const path = pathFrom(from, [from])
    const to = path?.at(-1)
    if (path === undefined || to === undefined) return undefined
    // Last step first: a row used twice then never has to give what it has not yet received.
    for (let step = path.length - 2; step >= 0; step--) {
      const [a, b] = [path[step] ?? 0, path[step + 1] ?? 0]
      const row = rowBetween(a, b)
      move(row, a, -1)
      move(row, b, 1)
    }
    excess[from] = (excess[from] ?? 0) - 1
    excess[to] = (excess[to] ?? 0) + 1
  }
}
