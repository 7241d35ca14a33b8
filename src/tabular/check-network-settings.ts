import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { count, fraction, notNegative, positive } from '../core/tensor/setting-ranges.ts'
import { optimizerNames, type NetworkSettings } from './network-plan.ts'

const ranges = {
  learningRate: positive,
  l1: notNegative,
  l2: notNegative,
  dropout: fraction,
  batch: count,
  epochs: count,
  patience: count,
} as const

/** @throws ArgumentError for another setting, or one outside its range. */
export const checkNetworkSettings = (where: string, settings: Partial<NetworkSettings>): void => {
  checkOptions(where, settings, {
    hidden: true,
    initializer: true,
    optimizer: true,
    learningRate: true,
    l1: true,
    l2: true,
    dropout: true,
    batch: true,
    epochs: true,
    patience: true,
    dtype: true,
  })
  const hidden: unknown = settings.hidden
  if (hidden !== undefined && !Array.isArray(hidden))
    throw new ArgumentError(`${where}: hidden: expected a list of widths, got ${showValue(hidden)}`)
  settings.hidden?.forEach((width, i) => checkSetting(where, `hidden[${i}]`, width, count))
  if (settings.initializer !== undefined)
    checkChoice(where, 'initializer', settings.initializer, ['heNormal', 'xavierUniform'])
  if (settings.optimizer !== undefined) checkChoice(where, 'optimizer', settings.optimizer, optimizerNames)
  if (settings.dtype !== undefined) checkChoice(where, 'dtype', settings.dtype, ['float32', 'float64'])
  Object.entries(ranges).forEach(([name, range]) => {
    const value = settings[name as keyof typeof ranges]
    if (value !== undefined) checkSetting(where, name, value, range)
  })
}
