import { useMemo, useState } from 'preact/hooks'
import type { FutureIndex, SignalsView, View, ViewName } from '../engine/messages.ts'
import { fill } from '../engine/wordings.ts'
import { numberText, percentText, text } from '../language.ts'
import { paced } from '../paced.ts'
import { PictureFigure } from '../pictures/picture-figure.tsx'
import { viewOf } from '../training/lab.ts'
import { words } from '../words.ts'
import { activationsOf, confusionOf, criteriaOf, descentOf, returningOf } from './view-pictures.ts'

type ViewOf<K extends ViewName> = Extract<View, { readonly kind: K }>

/** A view at a pace that leaves the page time for other things. */
const usePaced = <K extends ViewName>(kind: K, future: FutureIndex): ViewOf<K> | undefined =>
  useMemo(() => paced(viewOf(kind, future), 300), [kind, future]).value

const NoView = () => <p class="quiet">{text(words.noView)}</p>

const SignalTable = ({ layers }: SignalsView) => (
  <div class="scrolls" tabIndex={0} role="region" aria-label={text(words.panels.signals)}>
    <table>
      <thead>
        <tr>
          <th scope="col">{text(words.layerColumn)}</th>
          <th scope="col">{text(words.meanColumn)}</th>
          <th scope="col">{text(words.deviationColumn)}</th>
          <th scope="col">{text(words.zerosColumn)}</th>
          <th scope="col">{text(words.saturatedColumn)}</th>
          <th scope="col">{text(words.signalColumn)}</th>
        </tr>
      </thead>
      <tbody>
        {layers.map(({ title, mean, deviation, zeros, saturated, signal }, i) => (
          <tr key={i}>
            <th scope="row">{text(title)}</th>
            <td>{numberText(mean, 3)}</td>
            <td>{numberText(deviation, 3)}</td>
            <td>{percentText(zeros)}</td>
            <td>{percentText(saturated)}</td>
            <td>{numberText(signal, 3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

export const SignalsPanel = ({ future }: { readonly future: FutureIndex }) => {
  const view = usePaced('signals', future)
  const pictures = useMemo(() => view && [activationsOf(view), returningOf(view)], [view])
  if (view === undefined || pictures === undefined) return <NoView />
  return (
    <>
      {pictures.map((picture) => (
        <PictureFigure key={picture.kind} picture={picture} />
      ))}
      <SignalTable {...view} />
      {view.signalFactor !== undefined && (
        <p>{text(fill(words.signalFactor, { factor: numberText(view.signalFactor, 3) }))}</p>
      )}
      {view.remark !== undefined && <p>{text(view.remark)}</p>}
    </>
  )
}

export const DescentPanel = ({ future }: { readonly future: FutureIndex }) => {
  const view = usePaced('descent', future)
  const picture = useMemo(() => view && descentOf(view), [view])
  if (view === undefined || picture === undefined) return <NoView />
  return (
    <>
      <PictureFigure picture={picture} />
      <p>{text(fill(words.descentShare, { share: percentText(view.share) }))}</p>
    </>
  )
}

export const CriteriaPanel = ({ future }: { readonly future: FutureIndex }) => {
  const view = usePaced('criteria', future)
  const [size, setSize] = useState<'l1' | 'l2'>('l2')
  const picture = useMemo(() => view && criteriaOf(view, size), [view, size])
  if (view === undefined || picture === undefined) return <NoView />
  const id = `criterion-${String(future)}`
  return (
    <>
      <div class="field">
        <label for={id}>{text(words.criterion)}</label>
        <select
          id={id}
          value={size}
          onChange={({ currentTarget }) => setSize(currentTarget.value === 'l1' ? 'l1' : 'l2')}
        >
          <option value="l2">{text(words.l2Axis)}</option>
          <option value="l1">{text(words.l1Axis)}</option>
        </select>
      </div>
      <PictureFigure picture={picture} />
      <p>{text(fill(words.pricePaid, { price: numberText(view.prices[size]) }))}</p>
    </>
  )
}

export const ConfusionPanel = ({ future }: { readonly future: FutureIndex }) => {
  const view = usePaced('confusion', future)
  const picture = useMemo(() => view && confusionOf(view), [view])
  return picture === undefined ? <NoView /> : <PictureFigure picture={picture} />
}
