import type { Chart } from './chart.ts'
import type { Sheet } from './sheet.ts'

/** A text mark that is read on whatever lies below it: first its outline in the colour of the ground, then itself. */
export const haloedText = (
  { colours }: Sheet,
  { data, mark, encoding }: { readonly data: Chart; readonly mark: Chart; readonly encoding: Chart },
): readonly Chart[] => {
  const text = { type: 'text', fontSize: 11, color: colours.text, ...mark }
  return [
    { data, mark: { ...text, stroke: colours.background, strokeWidth: 3, strokeJoin: 'round' }, encoding },
    { data, mark: text, encoding },
  ]
}
