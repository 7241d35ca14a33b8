import type { SettingRange } from '../core/tensor/check-setting.ts'
import { count, finiteNumber, fraction, notNegative, positive } from '../core/tensor/setting-ranges.ts'

/** What the numbers among a layer's settings may be: in code as in the data that `decodeNetwork` reads. */
export const layerRanges = {
  width: count,
  pieces: count,
  rate: fraction,
  momentum: fraction,
  epsilon: positive,
  deviation: notNegative,
  slope: finiteNumber,
} as const satisfies Readonly<Record<string, SettingRange>>

/** The choices among them. */
export const layerChoices = {
  form: ['standard', 'slide'],
  track: ['variance', 'sigma'],
  mask: ['per-example', 'per-batch'],
  scaling: ['inverted', 'slide'],
} as const
