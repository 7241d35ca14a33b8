import { spawnSync } from 'node:child_process'

/** The numbers in a list of ranges: `0-2,5` is 0, 1, 2 and 5. */
export const numbersIn = (ranges: string): readonly number[] =>
  ranges.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })

/** The cores this process may use, by `taskset`; `undefined` where there is none. */
const allowed = (): readonly number[] | undefined => {
  const { status, stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
  return status === 0 ? numbersIn(stdout.slice(stdout.lastIndexOf(':') + 1).trim()) : undefined
}

/** As many cores as there are threads, of those this process may use. */
export const coresOf = (threads: number): readonly number[] | undefined => allowed()?.slice(0, threads)
