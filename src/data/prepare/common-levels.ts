import { levelCounts, type LevelsInFrame } from './frame.ts'

/**
 * The levels that training has, in the order of the column: those that are frequent enough for themselves, and the others. What
 * other parts have leaves no trace. Of equally frequent ones at the limit the first in order stay.
 */
export const commonLevels = (
  column: LevelsInFrame,
  { least = 1, most = Infinity }: { readonly least?: number; readonly most?: number },
): { readonly own: readonly string[]; readonly shared: readonly string[] } => {
  const counts = levelCounts(column)
  const present = column.levels
    .map((level, i) => ({ level, count: counts[i] ?? 0 }))
    .filter(({ count }) => count > 0)
  const frequent = present
    .filter(({ count }) => count >= least)
    .sort((a, b) => b.count - a.count)
    .slice(0, most)
  const own = new Set(frequent.map(({ level }) => level))
  return {
    own: present.filter(({ level }) => own.has(level)).map(({ level }) => level),
    shared: present.filter(({ level }) => !own.has(level)).map(({ level }) => level),
  }
}
