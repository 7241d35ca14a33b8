import type { Field } from '../engine/fields.ts'
import type { FutureIndex, Timeline } from '../engine/messages.ts'
import { fields, layerFields, type HiddenLayer, type SettingName, type Settings } from '../engine/settings.ts'
import { fill } from '../engine/wordings.ts'
import { numberText, text, typedNumber } from '../language.ts'
import { signal } from '@preact/signals'
import { words } from '../words.ts'
import { chosen, fork, futures, keep, letters, pause, rewind, type Future } from './lab.ts'

/** The epoch that the hand is on, while the training follows. */
const held = signal<number>()
const following = signal(false)

/** One rewind at a time: what the hand passed meanwhile is left out. */
const follow = async (): Promise<void> => {
  const epoch = held.peek()
  if (following.peek() || epoch === undefined) return
  following.value = true
  await rewind(epoch)
  following.value = false
  if (held.peek() === epoch) held.value = undefined
  else await follow()
}

const layerText = ({ activation, dropout }: HiddenLayer): string => {
  const name = layerFields.activation.choices.find(({ value }) => value === activation)?.name ?? activation
  return dropout === 0 ? text(name) : `${text(name)} ${typedNumber(dropout)}`
}

const valueText = (name: SettingName, value: Settings[SettingName]): string => {
  const field: Field = fields[name]
  if (typeof value === 'object') return value.map(layerText).join(', ')
  if (field.kind === 'choice')
    return text(field.choices.find((choice) => choice.value === value)?.name ?? String(value))
  return typeof value === 'number' ? typedNumber(value) : value === true ? '✓' : value === false ? '✗' : value
}

const changesText = (changes: Partial<Settings>): string =>
  (Object.keys(changes) as SettingName[])
    .map((name) => `${text(fields[name].name)} ${valueText(name, changes[name]!)}`)
    .join(', ')

const Forks = ({ forks }: Timeline) => (
  <>
    {forks.map(({ epoch, changes }) => (
      <span key={epoch} class="fork">
        {text(fill(words.forkedAt, { n: numberText(epoch), changes: changesText(changes) }))}
      </span>
    ))}
  </>
)

const TwoFutures = ({ both }: { readonly both: readonly Future[] }) => (
  <fieldset class="futures">
    <legend>{text(words.settingsBelong)}</legend>
    {both.map(({ timeline }, i) => {
      const future = i as FutureIndex
      return (
        <div key={i} class={`row future-${i === 0 ? 'a' : 'b'}`}>
          <label>
            <input
              type="radio"
              name="future"
              checked={chosen.value === future}
              onChange={() => {
                chosen.value = future
              }}
            />
            <strong>{text(fill(words.future, { name: letters[future] }))}</strong>
          </label>
          <span class="quiet grows">
            {timeline.forks.length === 0 && future === 1 ? text(words.twin) : <Forks {...timeline} />}
          </span>
          <button type="button" class="small secondary" onClick={() => void keep(future)}>
            {text(fill(words.keep, { name: letters[future] }))}
          </button>
        </div>
      )
    })}
  </fieldset>
)

/** Where the training is, back to any epoch of it, and what forks off. */
export const TimelineBar = () => {
  const all = futures.value
  const [first] = all
  if (first === undefined) return null
  const reached = Math.max(...all.map((future) => future.reached))
  const epoch = held.value ?? Math.max(...all.map((future) => future.epoch))
  const start = first.history[0]
  return (
    <section class="timeline" aria-label={text(words.timeline)}>
      <div class="row">
        <label for="epoch">{text(words.epoch)}</label>
        <output for="epoch" class="epoch">
          {numberText(epoch)}
        </output>
        <input
          id="epoch"
          type="range"
          class="grows"
          min={0}
          max={Math.max(1, reached)}
          step={1}
          value={epoch}
          disabled={reached === 0}
          aria-describedby="epoch-hint"
          onInput={({ currentTarget }) => {
            pause()
            held.value = Number(currentTarget.value)
            void follow()
          }}
        />
        <button
          type="button"
          id="fork"
          class="secondary"
          onClick={() => {
            pause()
            void fork()
          }}
        >
          {text(fill(words.fork, { n: numberText(first.epoch) }))}
        </button>
      </div>
      <small id="epoch-hint">{text(words.timelineHint)}</small>
      {all.length > 1 && <TwoFutures both={all} />}
      {start !== undefined && (
        <small class="same-start">
          {text(
            fill(words.sameStart, {
              seed: String(first.timeline.settings.seed),
              loss: numberText(start.trainLoss, 6),
            }),
          )}
        </small>
      )}
      {all.length === 1 && first.timeline.forks.length > 0 && (
        <small>
          <Forks {...first.timeline} />
        </small>
      )}
    </section>
  )
}
