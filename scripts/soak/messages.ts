import type { Report } from '../../test/laws/random-laws.ts'

/** What a worker is told: where its seeds begin and how far apart they are. */
export interface Start {
  readonly first: number
  readonly every: number
}

/** What a worker tells after each batch. */
export interface Batch {
  readonly law: string
  readonly seed: number
  readonly runs: number
  readonly report: Report
  /** Bytes in use. */
  readonly memory: number
}
