import type { Chart } from './chart.ts'
import type { Sheet } from './sheet.ts'

/**
 * Texts that stand to the right of their places, or to the left where there is more room, `share` being how far along
 * the plot a place lies.
 */
export const textBeside = (
  sheet: Sheet,
  texts: readonly { readonly x: number; readonly y: number; readonly text: string; readonly share: number }[],
  encoding: Chart,
  mark: Chart = {},
): readonly Chart[] =>
  (['left', 'right'] as const).flatMap((align) => {
    const values = texts.filter(({ share }) => (align === 'left' ? share <= 0.7 : share > 0.7))
    return values.length === 0
      ? []
      : haloedText(sheet, {
          data: { values },
          mark: { align, baseline: 'bottom', dx: align === 'left' ? 7 : -7, dy: -4, ...mark },
          encoding: { ...encoding, text: { field: 'text', type: 'nominal' } },
        })
  })

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
