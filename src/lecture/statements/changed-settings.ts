import type { Wording } from 'puregrad/report'
import type { HyperParameters } from 'puregrad/study'

/** The nine numbers and words that hyper-parameters consist of. */
export type SettingName =
  | Exclude<keyof HyperParameters, 'regularization'>
  | `regularization.${keyof HyperParameters['regularization']}`

/** Hyper-parameters with one of them changed. */
export interface ChangedSettings {
  readonly name: SettingName
  readonly title: Wording
  readonly changed: HyperParameters
}

/** Each of the nine in turn: rates by a factor, sizes doubled, another activation, more of each penalty and of dropout. */
export const changedSettings = (from: HyperParameters): readonly ChangedSettings[] => {
  const { learningRate, epochs, layers, units, activation, batchSize, regularization } = from
  const { l1, l2, dropout } = regularization
  const penalized = (by: Partial<typeof regularization>): HyperParameters => ({
    ...from,
    regularization: { ...regularization, ...by },
  })
  return [
    {
      name: 'learningRate',
      title: { en: 'learning rate', bg: 'скорост на обучение' },
      changed: { ...from, learningRate: 3 * learningRate },
    },
    { name: 'epochs', title: { en: 'epochs', bg: 'епохи' }, changed: { ...from, epochs: 2 * epochs } },
    { name: 'layers', title: { en: 'layers', bg: 'слоеве' }, changed: { ...from, layers: layers + 1 } },
    { name: 'units', title: { en: 'units', bg: 'неврони' }, changed: { ...from, units: 2 * units } },
    {
      name: 'activation',
      title: { en: 'activation', bg: 'активационна функция' },
      changed: { ...from, activation: activation === 'tanh' ? 'relu' : 'tanh' },
    },
    {
      name: 'batchSize',
      title: { en: 'batch size', bg: 'големина на партидата' },
      changed: { ...from, batchSize: 4 * batchSize },
    },
    { name: 'regularization.l1', title: { en: 'L1', bg: 'L1' }, changed: penalized({ l1: l1 + 1e-3 }) },
    { name: 'regularization.l2', title: { en: 'L2', bg: 'L2' }, changed: penalized({ l2: l2 + 1e-2 }) },
    {
      name: 'regularization.dropout',
      title: { en: 'dropout', bg: 'отпадане (dropout)' },
      changed: penalized({ dropout: dropout === 0.5 ? 0 : 0.5 }),
    },
  ]
}
