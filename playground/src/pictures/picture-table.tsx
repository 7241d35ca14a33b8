import type { Picture } from 'puregrad/report'
import { useState } from 'preact/hooks'
import { say } from '../engine/wordings.ts'
import { numberText, text } from '../language.ts'
import { words } from '../words.ts'

type Cell = string | number
type Text = Parameters<typeof text>[0]

interface Table {
  readonly columns: readonly Text[]
  readonly rows: readonly (readonly Cell[])[]
}

const names = {
  series: say('series', 'редица'),
  from: say('from', 'от'),
  to: say('to', 'до'),
  count: say('count', 'брой'),
  class: say('class', 'клас'),
  part: say('part', 'част'),
  image: say('image', 'образ'),
  mean: say('mean', 'средно'),
  setting: say('setting', 'настройка'),
  confidence: say('confidence', 'увереност'),
  accuracy: say('accuracy', 'точност'),
  place: say('place', 'място'),
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

type Tables = { readonly [K in Picture['kind']]: (picture: Extract<Picture, { readonly kind: K }>) => Table }

/** The numbers of each kind of picture, row by row. */
const tables: Tables = {
  curves: (picture) => ({
    columns: [names.series, picture.x.title, picture.y.title],
    rows: picture.series.flatMap(({ name, points }) => points.map(([x, y]) => [text(name), x, y])),
  }),
  bars: (picture) => ({
    columns: [picture.x.title, ...picture.series.map(({ name }) => name)],
    rows: picture.categories.map((category, i) => [
      text(category),
      ...picture.series.map(({ values }) => values[i]?.value ?? NaN),
    ]),
  }),
  isolines: (picture) => ({
    columns: [names.place, picture.x.title, picture.y.title],
    rows: [
      ...(picture.paths ?? []).flatMap(({ name, points }) => points.map(([x, y]) => [text(name), x, y])),
      ...(picture.places ?? []).map(({ name, at }) => [text(name), ...at]),
    ],
  }),
  boundary: (picture) => ({
    columns: [names.class, names.part, picture.x.title, picture.y.title],
    rows: picture.points.map((point) => [text(picture.classes[point.class] ?? ''), point.part, ...point.at]),
  }),
  images: (picture) => ({
    columns: [names.image, names.mean],
    rows: picture.images.map(({ caption, pixels }) => [text(caption), mean(pixels.flat())]),
  }),
  histograms: (picture) => ({
    columns: [names.series, names.from, names.to, names.count],
    rows: picture.panels.flatMap(({ name, bins }) =>
      bins.map(({ low, high, count }) => [text(name), low, high, count]),
    ),
  }),
  signals: (picture) => ({
    columns: [words.layerColumn, ...picture.series.map(({ name }) => name)],
    rows: picture.layers.map((layer, i) => [
      text(layer),
      ...picture.series.map(({ values }) => values[i] ?? NaN),
    ]),
  }),
  'lambda-front': (picture) => ({
    columns: [words.lambdaColumn, picture.loss.title, picture.penalty.title],
    rows: picture.points.map(({ lambda, loss, penalty }) => [lambda, loss, penalty]),
  }),
  front: (picture) => ({
    columns: [names.series, picture.x.title, picture.y.title],
    rows: picture.methods.flatMap(({ name, points }) => points.map(([x, y]) => [text(name), x, y])),
  }),
  confusion: (picture) => ({
    columns: [names.class, ...picture.classes],
    rows: picture.counts.map((counts, i) => [text(picture.classes[i] ?? ''), ...counts]),
  }),
  reliability: (picture) => ({
    columns: [names.confidence, names.accuracy, names.count],
    rows: picture.bins.map(({ confidence, accuracy, count }) => [confidence, accuracy, count]),
  }),
  parallel: (picture) => ({
    columns: [...picture.axes.map(({ title }) => title), picture.objective.title],
    rows: picture.trials.map(({ values, objective }) => [...values, objective]),
  }),
  importance: (picture) => ({
    columns: [names.setting, picture.measure.title],
    rows: picture.settings.map(({ name, value }) => [text(name), value]),
  }),
}

const tableOf = (picture: Picture): Table => (tables[picture.kind] as (picture: Picture) => Table)(picture)

const longest = 200

/** Every so many rows of a long table, with its last one. */
const thinned = <A,>(rows: readonly A[]): readonly A[] => {
  const stride = Math.ceil(rows.length / longest)
  return rows.filter((_, i) => i % stride === 0 || i === rows.length - 1)
}

const Rows = ({ picture }: { readonly picture: Picture }) => {
  const { columns, rows } = tableOf(picture)
  return (
    <div class="scrolls" tabIndex={0} role="region" aria-label={text(picture.title)}>
      <table>
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={i} scope="col">
                {text(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {thinned(rows).map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={j}>{typeof cell === 'number' ? numberText(cell) : cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A picture as a table, made when somebody opens it. */
export const PictureTable = ({ picture }: { readonly picture: Picture }) => {
  const [open, setOpen] = useState(false)
  return (
    <details class="as-table" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {text(words.asTable)}
        <span class="only-read">: {text(picture.title)}</span>
      </summary>
      {open && <Rows picture={picture} />}
    </details>
  )
}
