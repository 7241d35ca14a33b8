/** The rank of a matrix given by its rows: elimination with the largest remaining element as pivot. */
export const numericalRank = (rows: readonly (readonly number[])[], tolerance = 1e-6): number => {
  const largest = (matrix: typeof rows): number => Math.max(0, ...matrix.flat().map(Math.abs))
  const floor = tolerance * largest(rows)
  const rank = (matrix: typeof rows): number => {
    const top = largest(matrix)
    if (top === 0 || top <= floor) return 0
    const row = matrix.findIndex((candidate) => candidate.some((value) => Math.abs(value) === top))
    const pivot = matrix[row] ?? []
    const column = pivot.findIndex((value) => Math.abs(value) === top)
    const rest = matrix
      .filter((_, i) => i !== row)
      .map((other) => {
        const factor = (other[column] ?? 0) / (pivot[column] ?? 1)
        return other.map((value, j) => (j === column ? 0 : value - factor * (pivot[j] ?? 0)))
      })
    return 1 + rank(rest)
  }
  return rank(rows)
}
