import { Raster } from '../pictures/raster.tsx'
import { palette, type Colour } from '../pictures/colours.ts'

/** A picture of ink, 0 for none and 1 for all of it. */
export const Inks = ({
  pixels,
  width,
  height,
  label,
}: {
  readonly pixels: Float32Array
  readonly width: number
  readonly height: number
  readonly label: string
}) => {
  const { ground, ink } = palette.value
  const colourAt = (column: number, row: number): Colour => {
    const much = Math.min(1, Math.max(0, pixels[row * width + column]!))
    return [0, 1, 2].map(
      (channel) => ground[channel]! + (ink[channel]! - ground[channel]!) * much,
    ) as unknown as Colour
  }
  return <Raster columns={width} rows={height} colourAt={colourAt} label={label} of={[pixels, ink]} />
}
