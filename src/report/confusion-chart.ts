import type { Chart } from './chart.ts'
import type { ConfusionPicture } from './confusion-picture.ts'
import { described } from './describe.ts'
import { framed } from './frame.ts'
import { labelSize, placedCategories } from './placed-axis.ts'
import { words } from './picture-words.ts'
import type { Sheet } from './sheet.ts'
import { widestOf } from './text-width.ts'
import { mixed, readableOn } from './theme.ts'

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

export const confusionChart = (picture: ConfusionPicture, sheet: Sheet): Chart => {
  const { title, classes, counts } = picture
  const { say, number, colours } = sheet
  const names = classes.map(say)
  const n = Math.max(1, classes.length)
  const rows = placedCategories(say(words.trueClass), names, { side: 'y', length: n * 40 })
  const left = 10 + Math.ceil(rows.depth) + 10
  const side = Math.max(14, Math.min(46, Math.floor((sheet.width - left - 26) / n)))
  const columns = placedCategories(say(words.predictedClass), names, { side: 'x', length: n * side })
  const cells = counts.flatMap((row, i) => {
    const total = sum(row)
    return row.map((count, j) => {
      const fill = mixed(colours.ramp[0], colours.ramp[1], total === 0 ? 0 : count / total)
      return { row: i, column: j, fill, text: String(count), colour: readableOn(fill) }
    })
  })
  const size = Math.min(
    12,
    (side - 4) /
      Math.max(
        1,
        widestOf(
          cells.map(({ text }) => text),
          1,
        ),
      ),
  )
  const domain = classes.map((_, i) => i)
  const encoding = {
    x: { ...columns.channel('column'), scale: { domain, paddingInner: 0, paddingOuter: 0 } },
    y: { ...rows.channel('row'), scale: { domain, paddingInner: 0, paddingOuter: 0 } },
  }
  const right = sum(counts.map((row, i) => row[i] ?? 0))
  const all = sum(counts.flat())
  const accuracy = `${say(words.accuracy)}: ${number(all === 0 ? NaN : (100 * right) / all)} % (${String(right)} / ${String(all)})`
  return framed(sheet, {
    title: say(title),
    remarks: [accuracy],
    left,
    plotWidth: n * side,
    plotHeight: n * side,
    x: columns,
    y: rows,
    layers: [
      {
        data: { values: cells },
        mark: { type: 'rect', stroke: colours.background, strokeWidth: 1 },
        encoding: { ...encoding, fill: { field: 'fill', type: 'nominal', scale: null } },
      },
      ...(size < 6
        ? []
        : [
            {
              data: { values: cells.filter(({ text }) => text !== '0') },
              mark: { type: 'text', fontSize: Math.min(labelSize + 1, size) },
              encoding: {
                ...encoding,
                text: { field: 'text', type: 'nominal' },
                color: { field: 'colour', type: 'nominal', scale: null },
              },
            },
          ]),
    ],
    description: described(sheet, picture, [
      accuracy,
      ...counts.map(
        (row, i) =>
          `${names[i] ?? ''}: ${row.map((count, j) => `${names[j] ?? ''} ${String(count)}`).join(', ')}`,
      ),
    ]),
  })
}
