import { Presets, SingleBar } from 'cli-progress'
import type { Language } from 'puregrad/report'
import { timeText } from '../../terminal/time-text.ts'
import { said } from './messages.ts'
import { secondsLeft, type Work } from './time-left.ts'

/** Shows how far the measurements are. */
export interface LedgerProgress {
  readonly show: (work: Work) => void
  readonly stop: () => void
}

const described = (work: Work, language: Language) => {
  const { finished, running, waiting } = work
  const left = secondsLeft(work)
  return {
    done: finished.length,
    of: finished.length + running.length + waiting.length,
    running: running
      .map(
        ({ id, seed, share }) => `${id}:${seed}${share === undefined ? '' : ` ${Math.floor(100 * share)} %`}`,
      )
      .join(' '),
    left: left === undefined ? '' : said.timeLeft(timeText(left, language))[language],
  }
}

/** A bar that is redrawn in place. */
const progressBar = (stream: NodeJS.WritableStream, language: Language): LedgerProgress => {
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total}  {running}  {left}',
      barsize: 24,
      stream,
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  )
  return {
    show: (work) => {
      const { done, of, ...fields } = described(work, language)
      if (!bar.isActive) bar.start(of, done, fields)
      else bar.update(done, fields)
    },
    stop: () => bar.stop(),
  }
}

/** Seconds between two lines where there is no terminal. */
const pause = 15

/** A line now and then, and none for what is done in a moment. */
const progressLines = (stream: NodeJS.WritableStream, language: Language): LedgerProgress => {
  const last = { at: performance.now() }
  return {
    show: (work) => {
      const now = performance.now()
      if (now - last.at < 1000 * pause) return
      // eslint-disable-next-line functional/immutable-data -- when the last line was written
      last.at = now
      const { done, of, running, left } = described(work, language)
      stream.write(`${[`${done}/${of}`, running, left].filter((text) => text !== '').join('  ')}\n`)
    },
    stop: () => undefined,
  }
}

/** A bar on a terminal, lines anywhere else. */
export const ledgerProgress = (
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean },
  language: Language,
): LedgerProgress => (stream.isTTY === true ? progressBar(stream, language) : progressLines(stream, language))
