import type { FutureIndex, MistakesView } from '../engine/messages.ts'
import { fill } from '../engine/wordings.ts'
import { numberText, percentText, text } from '../language.ts'
import { data, viewOf } from '../training/lab.ts'
import { words } from '../words.ts'
import { Inks } from './inks.tsx'

const side = 16

/** The first rows of the training set, where they are pictures. */
export const SamplesPanel = () => {
  const summary = data.value
  if (summary?.samples === undefined) return <p class="quiet">{text(words.planarOnly)}</p>
  const { pixels, labels } = summary.samples
  return (
    <ul class="inks">
      {Array.from(labels, (label, i) => (
        <li key={i}>
          <Inks
            pixels={pixels.subarray(i * side * side, (i + 1) * side * side)}
            width={side}
            height={side}
            label={summary.classes[label] ?? ''}
          />
          <span>{summary.classes[label]}</span>
        </li>
      ))}
    </ul>
  )
}

const said = ({ truth, predicted, probability }: MistakesView['rows'][number]): string =>
  text(fill(words.mistake, { truth, predicted, share: percentText(probability) }))

const MistakenPictures = ({
  view,
  image,
}: {
  readonly view: MistakesView
  readonly image: { readonly width: number; readonly height: number }
}) => (
  <ul class="inks">
    {view.rows.map((row) => (
      <li key={row.row}>
        <Inks pixels={row.values} width={image.width} height={image.height} label={said(row)} />
        <span>
          {row.truth} → {row.predicted}
        </span>
      </li>
    ))}
  </ul>
)

const MistakenRows = ({ view }: { readonly view: MistakesView }) => (
  <div class="scrolls" tabIndex={0} role="region" aria-label={text(words.panels.mistakes)}>
    <table>
      <thead>
        <tr>
          <th scope="col" />
          {view.features.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {view.rows.map((row) => (
          <tr key={row.row}>
            <th scope="row">{said(row)}</th>
            {Array.from(row.values, (value, i) => (
              <td key={i}>{numberText(value, 3)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** Rows of the dev set that are told wrongly. */
export const MistakesPanel = ({ future }: { readonly future: FutureIndex }) => {
  const view = viewOf('mistakes', future).value
  if (view === undefined) return <p class="quiet">{text(words.noView)}</p>
  if (view.rows.length === 0) return <p>{text(words.noMistakes)}</p>
  const { dev } = data.value?.rows ?? { dev: 0 }
  return (
    <>
      <p>{text(fill(words.mistakesOf, { n: String(view.of), of: String(dev) }))}</p>
      {view.image === undefined ? (
        <MistakenRows view={view} />
      ) : (
        <MistakenPictures view={view} image={view.image} />
      )}
    </>
  )
}
