import { numbersByCode, type LevelsInFrame } from './frame.ts'

/** A number for each cell of a column of texts. */
export const levelNumbers = (
  { codes, levels }: LevelsInFrame,
  known: ReadonlyMap<string, number>,
  { missing, unseen }: { readonly missing: number; readonly unseen: number },
): Float64Array => {
  const ofLevel = levels.map((level) => known.get(level) ?? unseen)
  return numbersByCode(codes, ofLevel, missing)
}

/** The texts that numbers stand for; missing where they stand for none. */
export const levelsOfNumbers = (
  values: Float64Array,
  levels: readonly string[],
  codeOf: (value: number) => number,
): Pick<LevelsInFrame, 'codes' | 'levels'> => ({
  levels,
  codes: Int32Array.from(values, (value) => {
    const code = codeOf(value)
    return Number.isInteger(code) && code >= 0 && code < levels.length ? code : -1
  }),
})
