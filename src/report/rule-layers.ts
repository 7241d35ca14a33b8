import type { Chart } from './chart.ts'
import { haloedText } from './haloed-text.ts'
import type { PictureRule } from './picture-axis.ts'
import type { PlacedNumbers } from './placed-axis.ts'
import type { Sheet } from './sheet.ts'
import { textWidth } from './text-width.ts'

/** How far along an axis a value lies, as a share of its length. */
export const shareAlong = ({ domain: [low, high], scale }: PlacedNumbers, value: number): number =>
  scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)

/** Lines across a plot, each with its name at its end: on the side where there is more room. */
export const ruleLayers = (
  sheet: Sheet,
  rules: readonly PictureRule[],
  axes: { readonly x?: PlacedNumbers; readonly y: PlacedNumbers },
  width: number,
): readonly Chart[] => {
  const { colours, say } = sheet
  const shown = rules.flatMap(({ name, axis, at }) => {
    const along = axes[axis]
    const share = along === undefined ? NaN : shareAlong(along, at)
    return along !== undefined && share >= 0 && share <= 1
      ? [{ text: say(name), axis, at, along, share }]
      : []
  })
  return shown.flatMap(({ text, axis, at, along, share }, i) => {
    const data = { values: [{ at }] }
    const upright = axis === 'x'
    const toLeft = upright && share * width + 6 + textWidth(text, 11) > width
    const under = !upright && share > 0.92
    return [
      {
        data,
        mark: { type: 'rule', color: colours.faint, strokeDash: [4, 4], strokeWidth: 1.5 },
        encoding: { [axis]: along.channel('at') },
      },
      ...haloedText(sheet, {
        data,
        mark: upright
          ? { text, align: toLeft ? 'right' : 'left', baseline: 'top', dx: toLeft ? -5 : 5 }
          : { text, align: 'right', baseline: under ? 'top' : 'bottom', dx: -2, dy: under ? 4 : -3 },
        encoding: upright
          ? { x: along.channel('at'), y: { value: 2 + 14 * i } }
          : { y: along.channel('at'), x: { value: width } },
      }),
    ]
  })
}
