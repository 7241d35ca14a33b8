import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Colour } from './colours.ts'

interface RasterProps {
  readonly columns: number
  readonly rows: number
  /** The colour of a point, from the top left. */
  readonly colourAt: (column: number, row: number) => Colour
  readonly label: string
  /** Whether points run into each other. */
  readonly smooth?: boolean
  /** What the colours are of: the raster is painted again when one of it changes. */
  readonly of: readonly unknown[]
}

/** A picture of coloured points, stretched to its place. */
export const Raster = ({ columns, rows, colourAt, label, smooth = false, of }: RasterProps) => {
  const place = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const context = place.current?.getContext('2d')
    if (context === null || context === undefined || columns * rows === 0) return
    const image = context.createImageData(columns, rows)
    // eslint-disable-next-line functional/no-loop-statements, functional/no-let -- thousands of points, sixty times a second
    for (let point = 0; point < columns * rows; point += 1) {
      const [red, green, blue] = colourAt(point % columns, Math.floor(point / columns))
      image.data.set([red, green, blue, 255], 4 * point)
    }
    context.putImageData(image, 0, 0)
  }, of)
  return (
    <canvas
      ref={place}
      width={columns}
      height={rows}
      class={smooth ? 'raster smooth' : 'raster'}
      role="img"
      aria-label={label}
    />
  )
}
