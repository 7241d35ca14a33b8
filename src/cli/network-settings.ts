import type { NetworkSettings } from '../tabular/network-plan.ts'
import type { Options } from './options.ts'

/** What follows from the data where the options do not say. */
export type SettingDefaults = Pick<NetworkSettings, 'batch' | 'epochs' | 'patience' | 'l2'> & {
  /** The rate of Adam. */
  readonly learningRate: number
}

const otherRates = { momentum: 0.02, sgd: 0.1 } as const

/** The network and its training, as asked for or as suits the data. */
export const networkSettings = (options: Options, defaults: SettingDefaults): NetworkSettings => {
  const { hidden, optimizer, l1, dropout, dtype } = options
  return {
    hidden,
    initializer: 'heNormal',
    optimizer,
    learningRate:
      options.learningRate ?? (optimizer === 'adam' ? defaults.learningRate : otherRates[optimizer]),
    l1,
    l2: options.l2 ?? defaults.l2,
    dropout,
    batch: options.batch ?? defaults.batch,
    epochs: options.epochs ?? defaults.epochs,
    patience: options.patience ?? defaults.patience,
    dtype,
  }
}
