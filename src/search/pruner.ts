import type * as t from 'io-ts'
import { oneKindOf } from '../core/codec/one-kind-of.ts'
import { numberCodec } from '../core/codec/refined-codec.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { countOrNone, positive } from '../core/tensor/setting-ranges.ts'
import type { Direction } from '../criteria/dominance.ts'
import { byValue } from '../optim/improvement.ts'
import { bestOf, type Candidate } from './promote.ts'
import { grownBudget } from './successive-halving.ts'

/**
 * What ends trials early, as plain data: made by {@link asha}, {@link medianPruner} and {@link percentilePruner}.
 *
 * @category Pruning
 */
export type Pruner =
  | {
      readonly kind: 'asha'
      readonly eta: number
      readonly minBudget: number
      readonly maxBudget: number
    }
  | {
      readonly kind: 'percentile'
      readonly keep: number
      readonly minBudget: number
      readonly maxBudget: number
      readonly every: number
      readonly startup: number
      readonly patience: number
    }

const finite = numberCodec('a finite number', Number.isFinite)
const ends = { minBudget: finite, maxBudget: finite }

/** A codec of pruners; what numbers they may have {@link checkPruner} says. */
export const prunerCodec: t.Type<Pruner, unknown> = oneKindOf('a pruner', {
  asha: { ...ends, eta: finite },
  percentile: { ...ends, keep: finite, every: finite, startup: finite, patience: finite },
})

const mostSteps = 10_000

/** @throws ArgumentError for a number outside its range. */
export const checkPruner = (where: string, pruner: Pruner): void => {
  if (!prunerCodec.is(pruner))
    throw new ArgumentError(`${where}: expected a pruner such as asha({ maxBudget: 27 }), got another value`)
  const { minBudget, maxBudget } = pruner
  checkSetting(where, 'minBudget', minBudget, positive)
  checkSetting(where, 'maxBudget', maxBudget, { min: minBudget })
  if (pruner.kind === 'asha') {
    checkSetting(where, 'eta', pruner.eta, { min: 2, whole: true })
    return
  }
  checkSetting(where, 'keep', pruner.keep, { above: 0, below: 1 })
  checkSetting(where, 'every', pruner.every, { above: 0, min: (maxBudget - minBudget) / mostSteps })
  checkSetting(where, 'startup', pruner.startup, countOrNone)
  checkSetting(where, 'patience', pruner.patience, countOrNone)
}

/**
 * Asynchronous successive halving as a rule of stopping: a trial that comes to a rung (budgets grow from `minBudget` by
 * `eta`, and the last is `maxBudget`) goes on if it is among the best `1/eta` of those known there, itself included, and
 * ends otherwise; the first there goes on. No rung waits for others. With several objectives the best are those of
 * {@link bestOf}.
 *
 * Source: L. Li, K. Jamieson, A. Rostamizadeh, E. Gonina, M. Hardt, B. Recht, A. Talwalkar, "A system for massively
 * parallel hyperparameter tuning", 2020; as a rule of stopping, without trials that wait for a later promotion.
 *
 * @throws ArgumentError for another option or a number outside its range.
 * @example
 * ```ts
 * import { asha } from 'puregrad/search'
 * asha({ maxBudget: 27 }) // => { kind: 'asha', eta: 3, minBudget: 1, maxBudget: 27 }
 * ```
 * @category Pruning
 */
export const asha = (options: {
  readonly maxBudget: number
  readonly minBudget?: number
  /** One trial in so many goes on; 3 unless told otherwise. */
  readonly eta?: number
}): Pruner => {
  checkOptions('asha', options, { maxBudget: true, minBudget: true, eta: true })
  const { eta = 3, minBudget = 1, maxBudget } = options
  const pruner = { kind: 'asha', eta, minBudget, maxBudget } as const
  checkPruner('asha', pruner)
  return pruner
}

/**
 * How {@link percentilePruner} prunes.
 *
 * @category Pruning
 */
export interface PercentileOptions {
  readonly maxBudget: number
  /** The first budget at which a trial can end; `every` unless told otherwise. */
  readonly minBudget?: number
  /** How far apart the budgets are at which trials are compared; 1 unless told otherwise. */
  readonly every?: number
  /** How many trials have to be known at a budget before one ends there; 5 unless told otherwise. */
  readonly startup?: number
  /** How many times in a row a trial may be among the worse before it ends; 0 unless told otherwise. */
  readonly patience?: number
}

const percentileNames = {
  maxBudget: true,
  minBudget: true,
  every: true,
  startup: true,
  patience: true,
} as const

const percentile = (
  where: string,
  { every = 1, minBudget = every, maxBudget, startup = 5, patience = 0 }: PercentileOptions,
  keep: number,
): Pruner => {
  const pruner = { kind: 'percentile', keep, minBudget, maxBudget, every, startup, patience } as const
  checkPruner(where, pruner)
  return pruner
}

/**
 * Ends a trial that is not among the best share of those known at the same budget, itself included. With several
 * objectives the best are those of {@link bestOf}.
 *
 * @throws ArgumentError for another option or a number outside its range.
 * @example
 * ```ts
 * import { percentilePruner } from 'puregrad/search'
 * percentilePruner({ maxBudget: 20, every: 5, keep: 0.25 }).kind // => 'percentile'
 * ```
 * @category Pruning
 */
export const percentilePruner = (
  options: PercentileOptions & {
    /** The share of the trials that goes on. */
    readonly keep: number
  },
): Pruner => {
  checkOptions('percentilePruner', options, { ...percentileNames, keep: true })
  return percentile('percentilePruner', options, options.keep)
}

/**
 * Ends a trial that is worse than the median of those known at the same budget: {@link percentilePruner} with a half.
 *
 * Source: D. Golovin, B. Solnik, S. Moitra, G. Kochanski, J. Karro, D. Sculley, "Google Vizier: a service for black-box
 * optimization", 2017, section 3.2.2.
 *
 * @throws ArgumentError for another option or a number outside its range.
 * @example
 * ```ts
 * import { medianPruner } from 'puregrad/search'
 * medianPruner({ maxBudget: 20, every: 5 }) // => { kind: 'percentile', keep: 0.5, minBudget: 5, maxBudget: 20, every: 5, startup: 5, patience: 0 }
 * ```
 * @category Pruning
 */
export const medianPruner = (options: PercentileOptions): Pruner => {
  checkOptions('medianPruner', options, percentileNames)
  return percentile('medianPruner', options, 0.5)
}

/** The budgets at which trials are measured, the last of them to the end. */
export const prunerBudgets = (pruner: Pruner): readonly number[] => {
  const { minBudget, maxBudget } = pruner
  const at = (step: number): number =>
    pruner.kind === 'asha'
      ? grownBudget(minBudget, pruner.eta, step)
      : Number((minBudget + step * pruner.every).toPrecision(15))
  const from = (step: number): readonly number[] => {
    // What misses the end by rounding alone is the end.
    return at(step) >= maxBudget * (1 - 1e-9) ? [maxBudget] : [at(step), ...from(step + 1)]
  }
  return from(0)
}

/** Whether a trial is one of the best of some, itself among them; of equals the earlier. */
const isAmongBest = (
  directions: readonly Direction[],
  own: Candidate,
  others: readonly Candidate[],
  places: number,
): boolean => {
  const [direction, ...more] = directions
  if (direction === undefined || more.length > 0)
    return bestOf(directions, [...others, own], places).some(({ id }) => id === own.id)
  const compare = byValue(direction)
  const value = ({ objectives: [x = NaN] }: Candidate): number => x
  const before = others.filter((other) => (compare(value(other), value(own)) || other.id - own.id) < 0)
  return before.length < places
}

/** What a trial came to at a budget, and what others did there. */
export interface Rivals {
  readonly own: Candidate
  readonly others: readonly Candidate[]
}

/** Whether a trial ends at the last of some budgets it was measured at. */
export const isPruned = (
  pruner: Pruner,
  directions: readonly Direction[],
  courses: readonly Rivals[],
): boolean => {
  const isBelow = ({ own, others }: Rivals): boolean => {
    const known = others.length + 1
    if (pruner.kind === 'asha')
      return !isAmongBest(directions, own, others, Math.max(1, Math.floor(known / pruner.eta)))
    return (
      others.length >= pruner.startup &&
      !isAmongBest(directions, own, others, Math.max(1, Math.floor(known * pruner.keep)))
    )
  }
  const rounds = pruner.kind === 'asha' ? 1 : pruner.patience + 1
  return courses.length >= rounds && courses.slice(-rounds).every(isBelow)
}
