import { fields } from '../engine/settings.ts'
import { fill } from '../engine/wordings.ts'
import { numberText, text } from '../language.ts'
import { words } from '../words.ts'
import {
  asking,
  backend,
  change,
  chosen,
  computeOn,
  computer,
  futures,
  onTheWay,
  pace,
  pause,
  rewind,
  run,
  running,
  settings,
  step,
} from './lab.ts'

const paces = [0, 30, 10, 3, 1]

const paceName = (epochs: number): string =>
  epochs === 0
    ? text(words.paceFull)
    : epochs === 1
      ? text(words.paceOne)
      : text(fill(words.paceEpochs, { n: numberText(epochs) }))

const hasWebGpu = 'gpu' in navigator

/** What makes the steps: nobody's GPU is woken before it is asked for. */
const ComputerControl = () => (
  <label class="pace">
    <span>{text(words.computer)}</span>
    <select
      id="computer"
      disabled={backend.value === undefined || asking.value}
      value={asking.value ? 'gpu' : computer.value.on}
      onChange={({ currentTarget }) => void computeOn(currentTarget.value === 'gpu' ? 'gpu' : 'processor')}
    >
      <option value="processor">{text(words.computers.processor)}</option>
      <option value="gpu" disabled={!hasWebGpu}>
        {text(!hasWebGpu ? words.gpuNone : asking.value ? words.gpuAsked : words.computers.gpu)}
      </option>
    </select>
  </label>
)

/** Run and pause, steps, reset, and how fast it goes. */
export const RunBar = () => {
  const isRunning = running.value
  const there = backend.value !== undefined && futures.value.length > 0
  const ready = there && !onTheWay.value
  const over = futures.value.every(({ stopped }) => stopped !== undefined)
  const budget = settings.value.epochs
  const spent =
    futures.value[chosen.value]?.stopped === 'budget' && budget < fields.epochs.max ? budget : undefined
  return (
    <section class="run-bar" aria-label={text(words.runBar)}>
      <button
        type="button"
        id="run"
        disabled={!ready || (over && !isRunning)}
        onClick={() => (isRunning ? pause() : run())}
      >
        <span aria-hidden="true">{isRunning ? '❚❚ ' : '▶ '}</span>
        {text(isRunning ? words.pause : words.run)}
      </button>
      <button type="button" class="secondary" disabled={!ready || over} onClick={() => step('batch')}>
        {text(words.stepBatch)}
      </button>
      <button type="button" class="secondary" disabled={!ready || over} onClick={() => step('epoch')}>
        {text(words.stepEpoch)}
      </button>
      <button
        type="button"
        id="reset"
        class="secondary"
        disabled={!there}
        onClick={() => {
          pause()
          void rewind(0)
        }}
      >
        <span aria-hidden="true">↺ </span>
        {text(words.reset)}
      </button>
      {spent !== undefined && (
        <button
          type="button"
          class="secondary"
          onClick={() => change({ epochs: Math.min(fields.epochs.max, 2 * spent) })}
        >
          {text(fill(words.moreEpochs, { n: numberText(Math.min(fields.epochs.max, 2 * spent)) }))}
        </button>
      )}
      <ComputerControl />
      <label class="pace">
        <span>{text(words.pace)}</span>
        <select
          id="pace"
          value={String(pace.value)}
          onChange={({ currentTarget }) => {
            pace.value = Number(currentTarget.value)
            if (running.peek()) run()
          }}
        >
          {paces.map((epochs) => (
            <option key={epochs} value={String(epochs)}>
              {paceName(epochs)}
            </option>
          ))}
        </select>
      </label>
    </section>
  )
}
