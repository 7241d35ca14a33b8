import type { FutureIndex, LayerWeights } from '../engine/messages.ts'
import { fill } from '../engine/wordings.ts'
import { numberText, percentText, text } from '../language.ts'
import { palette, type Colour } from '../pictures/colours.ts'
import { Raster } from '../pictures/raster.tsx'
import { viewOf } from '../training/lab.ts'
import { words } from '../words.ts'

/** Where a weight is on the raster of a layer. */
interface Sheet {
  readonly columns: number
  readonly rows: number
  /** The place of the weight in the values, or that there is none. */
  readonly at: (column: number, row: number) => number | undefined
}

/** Inputs downwards and units across. */
const plainSheet = ({ rows, columns }: LayerWeights): Sheet => ({
  columns,
  rows,
  at: (column, row) => row * columns + column,
})

/** A picture for each unit, side by side with a gap of a point. */
const imageSheet = (units: number, width: number, height: number): Sheet => {
  const across = Math.ceil(Math.sqrt(units * 2))
  return {
    columns: across * (width + 1) - 1,
    rows: Math.ceil(units / across) * (height + 1) - 1,
    at: (column, row) => {
      const unit = Math.floor(row / (height + 1)) * across + Math.floor(column / (width + 1))
      const x = column % (width + 1)
      const y = row % (height + 1)
      return x === width || y === height || unit >= units ? undefined : (y * width + x) * units + unit
    },
  }
}

const Layer = ({ layer }: { readonly layer: LayerWeights }) => {
  const { ground, below, above } = palette.value
  const sheet =
    layer.image === undefined
      ? plainSheet(layer)
      : imageSheet(layer.columns, layer.image.width, layer.image.height)
  const colourAt = (column: number, row: number): Colour => {
    const at = sheet.at(column, row)
    if (at === undefined) return ground
    const share = layer.values[at]! / (layer.greatest || 1)
    const to = share < 0 ? below : above
    const much = Math.sqrt(Math.min(1, Math.abs(share)))
    return [0, 1, 2].map(
      (channel) => ground[channel]! + (to[channel]! - ground[channel]!) * much,
    ) as unknown as Colour
  }
  return (
    <figure class="weights">
      <Raster
        columns={sheet.columns}
        rows={sheet.rows}
        colourAt={colourAt}
        label={text(fill(words.weightsDescription, { layer: layer.title }))}
        of={[layer, ground]}
      />
      <figcaption>
        <strong>{text(layer.title)}</strong>{' '}
        {text(
          fill(words.layerWeights, {
            rows: String(layer.rows),
            columns: String(layer.columns),
            greatest: numberText(layer.greatest, 3),
            zeros: String(layer.zeros),
          }),
        )}
      </figcaption>
    </figure>
  )
}

/** The weights of each layer as pictures, and how many are exactly 0. */
export const WeightsPanel = ({ future }: { readonly future: FutureIndex }) => {
  const view = viewOf('weights', future).value
  if (view === undefined) return <p class="quiet">{text(words.noView)}</p>
  return (
    <>
      <p>
        {text(
          fill(words.zerosOf, {
            zeros: String(view.zeros),
            of: String(view.of),
            share: percentText(view.zeros / Math.max(1, view.of)),
          }),
        )}
      </p>
      <div class="weights-of-layers">
        {view.layers.map((layer) => (
          <Layer key={layer.name} layer={layer} />
        ))}
      </div>
    </>
  )
}
