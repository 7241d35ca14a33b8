import type { NumberField } from '../engine/fields.ts'
import { fields, layerFields, type HiddenLayer } from '../engine/settings.ts'
import { fill } from '../engine/wordings.ts'
import { text } from '../language.ts'
import { words } from '../words.ts'
import { FieldControl } from './field-control.tsx'
import { NumberControl } from './number-control.tsx'

const depth: NumberField = {
  kind: 'number',
  min: 0,
  max: fields.hidden.most,
  step: 1,
  start: fields.hidden.start.length,
  scale: 'linear',
  whole: true,
  orZero: false,
}

/** As many layers as asked for: those there are, then more like the last one. */
const ofDepth = (layers: readonly HiddenLayer[], count: number): readonly HiddenLayer[] =>
  Array.from({ length: count }, (_, i) => layers[i] ?? layers.at(-1) ?? fields.hidden.start[0])

const names = Object.keys(layerFields) as (keyof HiddenLayer)[]

const Layer = ({
  number,
  layer,
  change,
}: {
  readonly number: number
  readonly layer: HiddenLayer
  readonly change: (layer: HiddenLayer) => void
}) => (
  <fieldset class="layer">
    <legend>{text(fill(words.layerNumber, { n: String(number) }))}</legend>
    {names.map((name) => (
      <FieldControl
        key={name}
        id={`layer${String(number)}-${name}`}
        field={layerFields[name]}
        value={layer[name]}
        compact
        change={(value) => change({ ...layer, [name]: value })}
      />
    ))}
  </fieldset>
)

/** How many hidden layers there are, and the settings of each. */
export const LayersControl = ({
  layers,
  change,
}: {
  readonly layers: readonly HiddenLayer[]
  readonly change: (layers: readonly HiddenLayer[]) => void
}) => (
  <>
    <div class="field number">
      <label for="hidden">{text(fields.hidden.name)}</label>
      <NumberControl
        id="hidden"
        label={text(fields.hidden.name)}
        field={depth}
        value={layers.length}
        change={(count) => change(ofDepth(layers, count))}
      />
    </div>
    <div class="layers">
      {layers.map((layer, i) => (
        <Layer
          key={i}
          number={i + 1}
          layer={layer}
          change={(changed) => change(layers.map((other, j) => (j === i ? changed : other)))}
        />
      ))}
    </div>
  </>
)
