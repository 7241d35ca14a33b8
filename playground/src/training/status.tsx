import { fill } from '../engine/wordings.ts'
import { numberText, percentText, text } from '../language.ts'
import { paced } from '../paced.ts'
import { words } from '../words.ts'
import {
  backend,
  busy,
  computer,
  data,
  futures,
  letters,
  parameters,
  running,
  settings,
  speed,
  type Future,
} from './lab.ts'

const Numbers = ({ future, name }: { readonly future: Future; readonly name?: string }) => {
  const last = future.history.at(-1)
  const shown = future.history[future.epoch] ?? last
  return (
    <div class={name === undefined ? '' : `of-one future-${name.toLowerCase()}`}>
      {name !== undefined && <strong class="whose">{text(fill(words.future, { name }))}</strong>}
      <dl class="numbers">
        <div>
          <dt>{text(words.epoch)}</dt>
          <dd data-figure="epoch">{numberText(future.epoch)}</dd>
        </div>
        <div>
          <dt>{text(words.trainLoss)}</dt>
          <dd data-figure="train-loss">{shown === undefined ? '–' : numberText(shown.trainLoss)}</dd>
        </div>
        <div>
          <dt>{text(words.devLoss)}</dt>
          <dd data-figure="dev-loss">{shown === undefined ? '–' : numberText(shown.devLoss)}</dd>
        </div>
        <div>
          <dt>{text(words.trainAccuracy)}</dt>
          <dd data-figure="train-accuracy">
            {shown === undefined ? '–' : percentText(1 - shown.trainError)}
          </dd>
        </div>
        <div>
          <dt>{text(words.devAccuracy)}</dt>
          <dd data-figure="dev-accuracy">{shown === undefined ? '–' : percentText(1 - shown.devError)}</dd>
        </div>
        <div>
          <dt>{text(words.bestEpoch)}</dt>
          <dd data-figure="best-epoch">{numberText(future.bestEpoch)}</dd>
        </div>
      </dl>
    </div>
  )
}

const stateOf = (all: readonly Future[]): string => {
  const stopped = all.find((future) => future.stopped !== undefined)
  if (running.value) return text(words.isRunning)
  if (stopped?.stopped !== undefined)
    return text(fill(words.stoppedBy[stopped.stopped], { n: numberText(stopped.bestEpoch) }))
  return text(all.some(({ epoch, batch }) => epoch > 0 || batch > 0) ? words.isPaused : words.idle)
}

const slowSpeed = paced(speed, 1000)
const slowBusy = paced(busy, 500)

/** What changes with every frame, which nobody wants read out. */
const Pace = () => {
  const [first] = futures.value
  const long = slowBusy.value
  return (
    <span class="quiet">
      {first !== undefined &&
        text(fill(words.statusLine, { step: numberText(first.step), rate: numberText(first.rate, 3) }))}
      {running.value && slowSpeed.value !== undefined && (
        <>
          {'; '}
          {text(fill(words.epochsASecond, { n: numberText(slowSpeed.value, 2) }))}
        </>
      )}
      {long !== undefined && (long.doing === 'returning' || long.millisecondsPerStep >= 1) && (
        <>
          {'; '}
          {text(
            fill(long.doing === 'returning' ? words.busyReturning : words.busy, {
              ms: numberText(long.millisecondsPerStep, 2),
              s: numberText(Math.ceil(long.secondsLeft)),
            }),
          )}
        </>
      )}
    </span>
  )
}

/** For those who listen: the state, and the numbers every few seconds. */
const slowFutures = paced(futures, 4000)
const Spoken = () => {
  const [first] = slowFutures.value
  const record = first?.history[first.epoch]
  return (
    <span class="only-read" role="status">
      {text(words.status)}: {stateOf(slowFutures.value)}
      {record !== undefined &&
        `; ${text(words.epoch)} ${numberText(record.epoch)}, ${text(words.trainLoss)} ${numberText(record.trainLoss, 3)}, ${text(words.devAccuracy)} ${percentText(1 - record.devError)}`}
    </span>
  )
}

/** What computes, in words. */
const runsOn = (kernels: keyof typeof words.backends): string => {
  const { on, name = '' } = computer.value
  if (on === 'processor') return text(words.backends[kernels])
  const isWide = settings.value.precision === 'float64'
  return text(fill(words.gpuRuns, { name })) + (isWide ? text(words.gpuWide) : '')
}

/** What the page is doing, on what, and how good the network is. */
export const Status = () => {
  const all = futures.value
  const ready = backend.value
  const summary = data.value
  return (
    <section class="status" aria-label={text(words.status)}>
      <p>
        <strong data-figure="state">{ready === undefined ? text(words.starting) : stateOf(all)}</strong>{' '}
        <Pace />
      </p>
      <Spoken />
      {all.map((future, i) => (
        <Numbers key={i} future={future} {...(all.length > 1 ? { name: letters[i]! } : {})} />
      ))}
      <p class="quiet">
        {ready !== undefined && (
          <span title={ready.problem}>
            {text(words.runsOn)} <span data-figure="backend">{runsOn(ready.backend)}</span>.{' '}
          </span>
        )}
        {summary !== undefined &&
          text(
            fill(words.rowsOf, {
              train: numberText(summary.rows.train),
              dev: numberText(summary.rows.dev),
              test: numberText(summary.rows.test),
            }),
          )}
        {parameters.value !== undefined &&
          ` ${text(fill(words.learned, { n: numberText(parameters.value) }))}`}{' '}
        {text(words.nothingSent)}
      </p>
    </section>
  )
}
