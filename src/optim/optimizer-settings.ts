import { checkSettings, type Setting } from '../core/codec/settings.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { checkSchedule, type Schedule } from './learning-rate.ts'

/** @throws ArgumentError unless the choice of parameters, where there is one, is a function of their paths. */
export const checkWhere = (where: string, chosen: unknown): void => {
  if (chosen !== undefined && typeof chosen !== 'function')
    throw new ArgumentError(
      `${where}: where: expected a function of a parameter's path, got ${typeof chosen}`,
    )
}

/** The options of an optimizer that are no plain data. */
type InCode = 'learningRate' | 'where'

/**
 * Refuses options of an optimizer that it does not have or that are outside their range. `learningRate` is one of them
 * where there is a `rate`, and has to be there unless it is optional; `where` is one of `also`.
 *
 * @throws ArgumentError
 */
export const checkOptimizer = <O extends object>(
  where: string,
  options: O,
  settings: Readonly<Record<Exclude<keyof O & string, InCode>, Setting>>,
  {
    rate = 'none',
    also = [],
  }: {
    readonly rate?: 'required' | 'optional' | 'none'
    readonly also?: readonly 'where'[]
  } = {},
): void => {
  const names = [...(rate === 'none' ? [] : ['learningRate']), ...Object.keys(settings), ...also]
  checkOptions(
    where,
    options as Readonly<Record<string, unknown>>,
    Object.fromEntries(names.map((name) => [name, true])),
  )
  const given = options as Readonly<Record<string, unknown>>
  if (rate === 'required' || (rate === 'optional' && given['learningRate'] !== undefined))
    checkSchedule(where, 'learningRate', given['learningRate'] as Schedule)
  checkSettings(where, options, settings)
  checkWhere(where, given['where'])
}
