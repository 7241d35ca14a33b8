import type { ContenderName } from './contenders.ts'
import type { Entry, Measurement } from './measure.ts'
import type { Processor } from './processor.ts'
import type { Target } from './rows.ts'
import type { Spread } from './statistics.ts'

/** What a target came to. */
export interface Verdict {
  readonly target: Target
  /** What it has to reach on this processor. */
  readonly must: number
  /** The fastest of those it is about; `undefined` when none of them is here. */
  readonly best: { readonly name: ContenderName; readonly ratio: number } | undefined
  readonly met: boolean | undefined
}

export type Timed = Extract<Entry, { readonly kind: 'timed' }>

export const timedOf = (measurement: Measurement): readonly Timed[] =>
  measurement.entries.filter((entry): entry is Timed => entry.kind === 'timed')

/** Our time, by which others are divided. */
export const oursOf = (measurement: Measurement): Spread | undefined =>
  timedOf(measurement).find(({ name }) => name === (measurement.row.ours ?? 'puregrad'))?.time

/** The times of others divided by ours: above 1 where we are faster. */
export const ratiosOf = (measurement: Measurement): ReadonlyMap<ContenderName, number> => {
  const ours = oursOf(measurement)
  return new Map(
    ours === undefined
      ? []
      : timedOf(measurement)
          .filter(({ name }) => name !== (measurement.row.ours ?? 'puregrad'))
          .map(({ name, time }) => [name, time.median / ours.median]),
  )
}

/** Whether each target of a row is met on a processor of a maker. */
export const verdictsOf = (
  measurement: Measurement,
  vendor: Processor['vendor'] = 'other',
): readonly Verdict[] => {
  const ratios = ratiosOf(measurement)
  return measurement.row.targets.map((target) => {
    const best = target.against
      .flatMap((name) => {
        const ratio = ratios.get(name)
        return ratio === undefined ? [] : [{ name, ratio }]
      })
      .reduce<Verdict['best']>(
        (least, one) => (least === undefined || one.ratio < least.ratio ? one : least),
        undefined,
      )
    const must = target.mustOn?.[vendor] ?? target.must
    return { target, must, best, met: best === undefined ? undefined : best.ratio >= must }
  })
}
