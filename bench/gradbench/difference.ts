const isList = (x: unknown): x is readonly unknown[] => Array.isArray(x)
const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && !isList(x)

/**
 * The greatest difference between the numbers of two outputs, relative where they are large and absolute where they are
 * small, as GradBench has it; infinite where they are not of one shape.
 */
export const differenceOf = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = Math.abs(a - b) / Math.max(1, Math.abs(a) + Math.abs(b))
    return Number.isNaN(difference) ? Infinity : difference
  }
  if (isList(a) && isList(b))
    return a.length === b.length
      ? a.reduce<number>((most, e, i) => Math.max(most, differenceOf(e, b[i])), 0)
      : Infinity
  if (isRecord(a) && isRecord(b)) {
    const names = Object.keys(a)
    return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name))
      ? names.reduce((most, name) => Math.max(most, differenceOf(a[name], b[name])), 0)
      : Infinity
  }
  return a === b ? 0 : Infinity
}
