/** Dominance where less is better; false where a number is NaN. */
export const isBetter = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((x, i) => x <= (b[i] ?? NaN)) && a.some((x, i) => x < (b[i] ?? NaN))

/** Numbers in order of the first place where they differ. */
export const compareObjectives = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((x, i) => x !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1
}
