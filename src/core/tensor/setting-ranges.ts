import type { SettingRange } from './check-setting.ts'

/** Any finite number. */
export const finiteNumber: SettingRange = {}
/** Rates, weights of penalties, deviations. */
export const notNegative: SettingRange = { min: 0 }
/** What something is divided by, or what keeps a denominator from 0. */
export const positive: SettingRange = { above: 0 }
/** Decays and momenta: the share of the past that is kept, never all of it. */
export const fraction: SettingRange = { min: 0, below: 1 }
/** Shares and probabilities. */
export const share: SettingRange = { min: 0, max: 1 }
/** Numbers of things of which there is at least one. */
export const count: SettingRange = { min: 1, whole: true }
/** Numbers of things that may be missing. */
export const countOrNone: SettingRange = { min: 0, whole: true }
/** Budgets and patience: `Infinity` sets no bound. */
export const countOrEndless: SettingRange = { min: 0, whole: true, infinite: true }
/** Tensors in one list: more fill the memory of a process, which then ends without an error. */
export const listLength: SettingRange = { min: 0, max: 2 ** 24, whole: true }
