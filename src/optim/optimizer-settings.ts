import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting, type SettingRange } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { fraction, notNegative, positive } from '../core/tensor/setting-ranges.ts'
import { isTracedNumber } from '../core/tensor/traced-number.ts'
import type { Schedule } from './descend.ts'

/** What the numbers among an optimizer's settings may be: in code as in the data that `decodeOptimizer` reads. */
export const optimizerRanges = {
  learningRate: notNegative,
  b1: fraction,
  b2: fraction,
  beta: fraction,
  decay: fraction,
  epsilon: positive,
  weightDecay: notNegative,
} as const satisfies Readonly<Record<string, SettingRange>>

/** Settings that are true or false. */
export const optimizerFlags = ['nesterov', 'centered'] as const

/**
 * A rate that `jit` traces is checked at every call, by `rateAt`.
 *
 * @throws ArgumentError unless the rate is a number ≥ 0, or a function of the number of steps.
 */
export const checkSchedule = (where: string, name: string, schedule: Schedule): void => {
  if (typeof schedule !== 'function' && !isTracedNumber(schedule))
    checkSetting(where, name, schedule, optimizerRanges.learningRate)
}

/** @throws ArgumentError unless the choice of parameters, where there is one, is a function of their paths. */
export const checkWhere = (where: string, chosen: unknown): void => {
  if (chosen !== undefined && typeof chosen !== 'function')
    throw new ArgumentError(
      `${where}: where: expected a function of a parameter's path, got ${typeof chosen}`,
    )
}

/**
 * Refuses options of an optimizer that it does not have or that are outside their range. Where the rate is one of them it
 * has to be there, unless there is one by default.
 *
 * @throws ArgumentError
 */
export const checkOptimizer = <O extends object>(
  where: string,
  options: O,
  known: Readonly<Record<keyof O, true>>,
  rate: 'required' | 'optional' = 'required',
): void => {
  checkOptions(where, options, known)
  const given = options as Readonly<Record<string, unknown>>
  if (Object.hasOwn(known, 'learningRate') && (rate === 'required' || given['learningRate'] !== undefined))
    checkSchedule(where, 'learningRate', given['learningRate'] as Schedule)
  Object.entries(optimizerRanges)
    .filter(([name]) => name !== 'learningRate' && given[name] !== undefined)
    .forEach(([name, range]) => checkSetting(where, name, given[name], range))
  optimizerFlags
    .filter((name) => given[name] !== undefined)
    .forEach((name) => checkChoice(where, name, given[name], [true, false]))
  checkWhere(where, given['where'])
}
