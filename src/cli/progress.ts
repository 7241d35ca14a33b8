import cliProgress from 'cli-progress'

/** Where training stands. Losses are NaN until they are measured. */
export interface Standing {
  readonly epoch: number
  readonly epochs: number
  /** Batches done and to do, over all epochs. */
  readonly done: number
  readonly of: number
  readonly train: number
  readonly dev: number
  /** Rows a second and seconds left, from the clock. */
  readonly rowsPerSecond: number
  readonly secondsLeft: number
}

/** Shows how training goes on. */
export interface Progress {
  readonly batch: (standing: Standing) => void
  readonly epoch: (standing: Standing) => void
  readonly stop: () => void
}

const loss = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(4))

const clock = (seconds: number): string =>
  seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.ceil(seconds % 60)} s`

const described = (standing: Standing) => ({
  epoch: `epoch ${standing.epoch}/${standing.epochs}`,
  train: loss(standing.train),
  dev: loss(standing.dev),
  rate: `${Math.round(standing.rowsPerSecond)} rows/s`,
  left: `${clock(standing.secondsLeft)} left`,
})

/** A bar that is redrawn in place. */
const progressBar = (stream: NodeJS.WritableStream): Progress => {
  const bar = new cliProgress.SingleBar({
    stream,
    format: '{epoch} [{bar}] train {train}  dev {dev}  {rate}  {left}',
    barsize: 24,
    gracefulExit: false,
  })
  const show = (standing: Standing): void => {
    const fields = described(standing)
    if (bar.getProgress() === 0 && !bar.isActive) bar.start(standing.of, standing.done, fields)
    else bar.update(standing.done, fields)
  }
  return { batch: show, epoch: show, stop: () => bar.stop() }
}

/** A line for each epoch. */
const progressLines = (stream: NodeJS.WritableStream): Progress => ({
  batch: () => undefined,
  epoch: (standing) => {
    const { epoch, train, dev, rate, left } = described(standing)
    stream.write(`${epoch}  train ${train}  dev ${dev}  ${rate}  ${left}\n`)
  },
  stop: () => undefined,
})

/** A bar on a terminal, plain lines anywhere else. */
export const progressOn = (stream: NodeJS.WritableStream & { readonly isTTY?: boolean }): Progress =>
  stream.isTTY === true ? progressBar(stream) : progressLines(stream)
