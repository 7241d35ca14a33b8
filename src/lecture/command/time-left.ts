/** How far a pool of processes is with its tasks; times in seconds. */
export interface Work {
  readonly finished: readonly { readonly id: string; readonly seconds: number }[]
  readonly running: readonly {
    readonly id: string
    readonly seed: number
    readonly seconds: number
    /** What share of it is done, where it says so. */
    readonly share?: number
  }[]
  readonly waiting: readonly string[]
  readonly jobs: number
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * The seconds until all is done: a row takes as long as it took on other seeds, or as rows take on average where it has
 * not been measured yet. Nothing is known before the first one is finished.
 */
export const secondsLeft = ({ finished, running, waiting, jobs }: Work): number | undefined => {
  if (finished.length === 0) return undefined
  const overall = mean(finished.map(({ seconds }) => seconds))
  const expected = (id: string): number => {
    const own = finished.filter((task) => task.id === id)
    return own.length === 0 ? overall : mean(own.map(({ seconds }) => seconds))
  }
  const rest = running.map(({ id, seconds, share = 0 }) =>
    share > 0 ? (seconds * (1 - share)) / share : Math.max(0, expected(id) - seconds),
  )
  const total = [...rest, ...waiting.map(expected)].reduce((sum, seconds) => sum + seconds, 0)
  return Math.max(total / jobs, ...rest)
}
