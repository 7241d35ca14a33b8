import cliProgress from 'cli-progress'
import { decimalText } from '../report/number-text.ts'
import type { Language } from '../report/wording.ts'
import type { Standing } from '../tabular/run-network.ts'
import { timeText } from '../terminal/time-text.ts'
import { progressWords } from './messages.ts'

/** Shows how training goes on. */
export interface Progress {
  readonly show: (standing: Standing) => void
  readonly stop: () => void
}

const described = (standing: Standing, language: Language) => {
  const loss = (value: number): string => (Number.isNaN(value) ? '-' : decimalText(value, 4, language))
  const { epoch, train, dev, rate, left } = progressWords
  return {
    epoch: `${epoch[language]} ${standing.epoch}/${standing.epochs}`,
    train: `${train[language]} ${loss(standing.train)}`,
    dev: `${dev[language]} ${loss(standing.dev)}`,
    rate: `${Math.round(standing.rowsPerSecond)} ${rate[language]}`,
    left: left(timeText(standing.secondsLeft, language))[language],
  }
}

/** A bar that is redrawn in place. */
const progressBar = (stream: NodeJS.WritableStream, language: Language): Progress => {
  const bar = new cliProgress.SingleBar({
    stream,
    format: '{epoch} [{bar}] {train}  {dev}  {rate}  {left}',
    barsize: 24,
    gracefulExit: false,
  })
  const show = (standing: Standing): void => {
    const fields = described(standing, language)
    if (bar.getProgress() === 0 && !bar.isActive) bar.start(standing.of, standing.done, fields)
    else bar.update(standing.done, fields)
  }
  return { show, stop: () => bar.stop() }
}

/** A line for each epoch. */
const progressLines = (stream: NodeJS.WritableStream, language: Language): Progress => ({
  show: (standing) => {
    if (standing.kind === 'batch') return
    const { epoch, train, dev, rate, left } = described(standing, language)
    stream.write(`${epoch}  ${train}  ${dev}  ${rate}  ${left}\n`)
  },
  stop: () => undefined,
})

/** A bar on a terminal, plain lines anywhere else. */
export const progressOn = (
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean },
  language: Language,
): Progress => (stream.isTTY === true ? progressBar(stream, language) : progressLines(stream, language))
