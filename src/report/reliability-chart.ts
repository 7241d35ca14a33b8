import { greatestOf } from '../core/tensor/extremes.ts'
import type { Chart } from './chart.ts'
import { described } from './describe.ts'
import { framed, plotOf } from './frame.ts'
import { placedAxis } from './placed-axis.ts'
import { words } from './picture-words.ts'
import type { ReliabilityPicture } from './reliability-picture.ts'
import type { Sheet } from './sheet.ts'

export const reliabilityChart = (picture: ReliabilityPicture, sheet: Sheet): Chart => {
  const { title, calibrationError } = picture
  const { say, number, colour, colours } = sheet
  const height = Math.round(Math.min(320, sheet.width * 0.6))
  const share = [0, 1] as const
  const y = placedAxis(sheet, { title: words.shareRight, domain: share }, [], { side: 'y', length: height })
  const { left, width } = plotOf(sheet, y.labels)
  const x = placedAxis(sheet, { title: words.confidence, domain: share }, [], { side: 'x', length: width })
  const bins = picture.bins.filter(({ count }) => count > 0)
  const most = Math.max(1, greatestOf(bins.map(({ count }) => count)))
  const error = `${say(words.calibrationError)}: ${number(calibrationError)}`
  const values = bins.map((bin) => ({
    x: bin.confidence,
    y: bin.accuracy,
    low: bin.interval[0],
    high: bin.interval[1],
    from: bin.low,
    to: bin.high,
    rows: (0.22 * bin.count) / most,
  }))
  const at = { x: x.channel('x'), y: y.channel('y') }
  return framed(sheet, {
    title: say(title),
    remarks: [error],
    left,
    plotWidth: width,
    plotHeight: height,
    x,
    y,
    legend: [
      {
        label: `${say(words.shareRight)}, 95 % ${say(words.interval)}`,
        colour: colour(0),
        dash: [],
        shape: 'circle',
      },
      { label: say(words.perfect), colour: colours.faint, dash: [5, 4] },
      { label: say(words.rowCount), colour: colour(1), opacity: 0.3 },
    ],
    layers: [
      {
        data: { values },
        mark: { type: 'rect', color: colour(1), opacity: 0.3 },
        encoding: { x: x.channel('from'), x2: { field: 'to' }, y: y.channel('rows'), y2: { datum: 0 } },
      },
      {
        data: { values: share.map((end) => ({ x: end, y: end })) },
        mark: { type: 'line', color: colours.faint, strokeDash: [5, 4], strokeWidth: 1.5 },
        encoding: at,
      },
      {
        data: { values },
        mark: { type: 'rule', color: colour(0), strokeWidth: 1.5 },
        encoding: { x: x.channel('x'), y: y.channel('low'), y2: { field: 'high' } },
      },
      { data: { values }, mark: { type: 'line', color: colour(0), strokeWidth: 2 }, encoding: at },
      {
        data: { values },
        mark: { type: 'point', filled: true, opacity: 1, size: 50, color: colour(0) },
        encoding: at,
      },
    ],
    description: described(sheet, picture, [
      error,
      ...bins.map(
        ({ confidence, accuracy, count }) =>
          `${say(words.confidence)} ${number(confidence)}: ${say(words.shareRight)} ${number(accuracy)}, ${String(count)} ${say(words.rows)}`,
      ),
    ]),
  })
}
