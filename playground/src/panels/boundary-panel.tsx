import { useLayoutEffect, useRef } from 'preact/hooks'
import type { BoundaryView, FutureIndex, Points } from '../engine/messages.ts'
import { fill } from '../engine/wordings.ts'
import { numberText, text } from '../language.ts'
import { classColour, css, palette, type Colour } from '../pictures/colours.ts'
import { Raster } from '../pictures/raster.tsx'
import { useWidth } from '../pictures/use-width.ts'
import { data, viewOf } from '../training/lab.ts'
import { words } from '../words.ts'

type Window = Pick<BoundaryView, 'x' | 'y'>

const mixed = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
]

/** The classes over the plane: paler where the network is less sure. */
const Plane = ({
  view,
  classes,
  label,
}: {
  readonly view: BoundaryView
  readonly classes: number
  readonly label: string
}) => {
  const colours = palette.value
  const { columns, rows, predicted, probability } = view
  const even = 1 / Math.max(2, classes)
  const colourAt = (column: number, row: number): Colour => {
    const at = (rows - 1 - row) * columns + column
    const sure = (probability[at]! - even) / (1 - even)
    return mixed(colours.ground, classColour(colours, predicted[at]!), sure >= 0 ? 0.08 + 0.52 * sure : 0)
  }
  return <Raster {...{ columns, rows, colourAt, label }} smooth of={[view, colours]} />
}

const drawPoints = (
  context: CanvasRenderingContext2D,
  { places, labels }: Points,
  { x, y }: Window,
  { full, size, radius }: { readonly full: boolean; readonly size: number; readonly radius: number },
): void => {
  const colours = palette.peek()
  labels.forEach((label, i) => {
    const across = ((places[2 * i]! - x[0]) / (x[1] - x[0])) * size
    const down = (1 - (places[2 * i + 1]! - y[0]) / (y[1] - y[0])) * size
    context.beginPath()
    context.arc(across, down, radius, 0, 2 * Math.PI)
    context.fillStyle = full ? css(classColour(colours, label)) : css(colours.ground)
    context.strokeStyle = full ? css(colours.ground) : css(classColour(colours, label))
    context.lineWidth = full ? radius / 4 : radius / 2
    context.fill()
    context.stroke()
  })
}

/** The rows, drawn anew only where they, the window or the size change. */
const Rows = ({ window: { x, y } }: { readonly window: Window }) => {
  const place = useRef<HTMLCanvasElement>(null)
  const width = useWidth(place)
  const points = data.value?.points
  const colours = palette.value
  useLayoutEffect(() => {
    const canvas = place.current
    const context = canvas?.getContext('2d')
    if (canvas === null || context === null || context === undefined || width === 0) return
    const size = Math.round(width * devicePixelRatio)
    canvas.width = size
    canvas.height = size
    if (points === undefined) return
    const many = points.train.labels.length + points.dev.labels.length
    const radius = (size / 400) * Math.max(1.6, Math.min(5, 60 / Math.sqrt(many)))
    drawPoints(context, points.dev, { x, y }, { full: false, size, radius: radius * 0.85 })
    drawPoints(context, points.train, { x, y }, { full: true, size, radius })
  }, [points, width, colours, ...x, ...y])
  return <canvas ref={place} class="rows-above" aria-hidden="true" />
}

/** The colours of the classes. */
export const ClassLegend = () => {
  const colours = palette.value
  return (
    <ul class="legend">
      {(data.value?.classes ?? []).map((name, i) => (
        <li key={name}>
          <span class="swatch" style={{ background: css(classColour(colours, i)) }} />
          {name}
        </li>
      ))}
      <li class="quiet">{text(words.legendPoints)}</li>
    </ul>
  )
}

/** Which class the network gives to each point of the plane. */
export const BoundaryPanel = ({ future }: { readonly future: FutureIndex }) => {
  const view = viewOf('boundary', future).value
  const summary = data.value
  if (view === undefined || summary === undefined) return <p class="quiet">{text(words.noView)}</p>
  const { train, dev } = summary.rows
  return (
    <figure class="boundary">
      <div class="plane">
        <Plane
          view={view}
          classes={summary.classes.length}
          label={text(fill(words.boundaryDescription, { train: String(train), dev: String(dev) }))}
        />
        <Rows window={view} />
      </div>
      <figcaption class="quiet">
        {summary.features[0]}: {numberText(view.x[0], 3)} … {numberText(view.x[1], 3)}; {summary.features[1]}:{' '}
        {numberText(view.y[0], 3)} … {numberText(view.y[1], 3)}
      </figcaption>
    </figure>
  )
}
