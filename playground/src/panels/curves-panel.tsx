import { computed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { DiagnosisView, FutureIndex } from '../engine/messages.ts'
import { fill } from '../engine/wordings.ts'
import { percentText, text } from '../language.ts'
import { paced } from '../paced.ts'
import { PictureFigure } from '../pictures/picture-figure.tsx'
import { data, futures, viewOf } from '../training/lab.ts'
import { words } from '../words.ts'
import { curveEnds, curvesOf } from './view-pictures.ts'

const slowFutures = paced(futures, 250)
const ends = computed(() => curveEnds(slowFutures.value.map(({ history }) => history)))

/** What the errors say, with what to do about it. */
const Diagnosis = ({ findings }: DiagnosisView) => (
  <ul class="findings">
    {findings.map(({ kind, name, gap, interval: [low, high], advice }) => (
      <li key={kind}>
        <strong>{text(name)}</strong>{' '}
        <span class="quiet">
          {percentText(gap)} (
          {text(fill(words.gapBetween, { low: percentText(low), high: percentText(high) }))})
        </span>
        <ul>
          {advice.map((sentence) => (
            <li key={sentence.en}>{text(sentence)}</li>
          ))}
        </ul>
      </li>
    ))}
  </ul>
)

/** Losses by epoch and what they mean. */
export const CurvesPanel = ({ future }: { readonly future: FutureIndex }) => {
  const shown = slowFutures.value[future]
  const diagnosis = viewOf('diagnosis', future).value
  const title = data.value?.title ?? words.lossAxis
  const picture = useMemo(
    () => shown && curvesOf(shown.history, shown.bestEpoch, title, ends.value),
    [shown?.history, shown?.bestEpoch, title, ends.value],
  )
  return (
    <>
      {picture !== undefined && <PictureFigure picture={picture} />}
      <h3>{text(words.diagnosisTitle)}</h3>
      {diagnosis === undefined || diagnosis.findings.length === 0 ? (
        <p class="quiet">{text(words.noFindings)}</p>
      ) : (
        <Diagnosis {...diagnosis} />
      )}
    </>
  )
}
