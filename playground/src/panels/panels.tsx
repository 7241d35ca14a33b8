import { computed, signal } from '@preact/signals'
import type { FunctionComponent } from 'preact'
import type { FutureIndex, ViewRequest } from '../engine/messages.ts'
import { isDigits, isPlanar } from '../engine/settings.ts'
import { fill } from '../engine/wordings.ts'
import { text } from '../language.ts'
import { data, futures, letters, settings } from '../training/lab.ts'
import { words } from '../words.ts'
import { BoundaryPanel, ClassLegend } from './boundary-panel.tsx'
import { CurvesPanel } from './curves-panel.tsx'
import { FrontPanel } from './front-panel.tsx'
import { ConfusionPanel, CriteriaPanel, DescentPanel, SignalsPanel } from './picture-panels.tsx'
import { MistakesPanel, SamplesPanel } from './rows-panels.tsx'
import { TestPanel } from './test-panel.tsx'
import { WeightsPanel } from './weights-panel.tsx'

export type PanelName = keyof typeof words.panels

export const panelNames = Object.keys(words.panels) as readonly PanelName[]

/** The panels that are open. */
export const open = signal<readonly PanelName[]>(['boundary', 'samples', 'diagnosis'])

const perFuture: Partial<Record<PanelName, FunctionComponent<{ readonly future: FutureIndex }>>> = {
  boundary: BoundaryPanel,
  diagnosis: CurvesPanel,
  weights: WeightsPanel,
  signals: SignalsPanel,
  descent: DescentPanel,
  criteria: CriteriaPanel,
  confusion: ConfusionPanel,
  mistakes: MistakesPanel,
}

const once: Partial<Record<PanelName, FunctionComponent>> = {
  samples: SamplesPanel,
  front: FrontPanel,
  test: TestPanel,
}

/** Whether a panel has something to show: a boundary needs a plane, and samples pictures. */
const fits = (name: PanelName): boolean =>
  name === 'boundary'
    ? data.value === undefined
      ? isPlanar(settings.value)
      : data.value.points !== undefined
    : name === 'samples'
      ? data.value === undefined
        ? isDigits(settings.value)
        : data.value.samples !== undefined
      : true

/** What the worker is to compute for the panels that are open. */
export const wanted = computed<readonly ViewRequest[]>(() =>
  open.value.flatMap((name): readonly ViewRequest[] =>
    !fits(name) || name === 'samples' || name === 'front' || name === 'test' ? [] : [{ kind: name }],
  ),
)

const Content = ({ name }: { readonly name: PanelName }) => {
  const Shared = once[name]
  const Own = perFuture[name]
  if (Shared !== undefined) return <Shared />
  if (Own === undefined) return null
  const several = futures.value.length > 1
  return (
    <div class={several ? 'side-by-side' : ''}>
      {futures.value.map((_, i) => (
        <div key={i} class={several ? `of-future future-${i === 0 ? 'a' : 'b'}` : ''}>
          {several && <h3>{text(fill(words.future, { name: letters[i as FutureIndex] }))}</h3>}
          <Own future={i as FutureIndex} />
        </div>
      ))}
      {name === 'boundary' && <ClassLegend />}
    </div>
  )
}

const Panel = ({ name }: { readonly name: PanelName }) => {
  const isOpen = open.value.includes(name)
  return (
    <details
      class={`panel panel-${name}`}
      open={isOpen}
      onToggle={({ currentTarget }) => {
        const others = open.peek().filter((other) => other !== name)
        if (currentTarget.open !== open.peek().includes(name))
          open.value = currentTarget.open ? [...others, name] : others
      }}
    >
      <summary>
        <h2>{text(words.panels[name])}</h2>
      </summary>
      {isOpen && <Content name={name} />}
    </details>
  )
}

/** What is shown of the training. A closed panel costs nothing. */
export const Panels = () => (
  <div class={futures.value.length > 1 ? 'panels compared' : 'panels'}>
    {panelNames.filter(fits).map((name) => (
      <Panel key={name} name={name} />
    ))}
  </div>
)
