/** What a column is called, and how its header has it where that is not the same. */
export interface ColumnName {
  readonly name: string
  readonly from?: string
}

const firstFree = (name: string, taken: ReadonlySet<string>, number = 2): string =>
  taken.has(`${name} (${number})`) ? firstFree(name, taken, number + 1) : `${name} (${number})`

/**
 * The names of the columns of a table that begins with these cells. A column without a name is called by its number,
 * `column3`; of those with one name each after the first has its number among them: `age (2)`.
 */
export const columnNames = (first: readonly string[], header: boolean): readonly ColumnName[] => {
  if (!header) return first.map((_, i) => ({ name: `column${i + 1}` }))
  const wanted = first.map((cell, i) => (cell === '' ? `column${i + 1}` : cell))
  const taken = new Set<string>()
  const names = wanted.map((name) => {
    const free = taken.has(name) ? firstFree(name, taken) : name
    // eslint-disable-next-line functional/immutable-data -- made here: names by the million are looked up in it
    taken.add(free)
    return free
  })
  return names.map((name, i) => (name === first[i] ? { name } : { name, from: first[i]! }))
}
