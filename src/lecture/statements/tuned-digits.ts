import { foldIn, type Key } from 'puregrad'
import { allForDev, allForTraining, digits16, type Dataset } from 'puregrad/data'
import { softmaxCrossEntropy } from 'puregrad/nn'
import { modelOf, type HyperParameters, type LayerParams } from 'puregrad/study'
import { type Evaluation } from 'puregrad/search'
import { evaluate, supervisedStep } from 'puregrad/training'
import { trainEpochs, type Place } from './train-epochs.ts'

/** Digits to tune on: as many rows to train on as to compare settings by. */
export interface TuningData {
  readonly train: Dataset<'train'>
  readonly dev: Dataset<'dev'>
}

export const tuningData = (key: Key, rows: number): TuningData => ({
  train: allForTraining(digits16({ key: foldIn(key, 'train'), n: rows })),
  dev: allForDev(digits16({ key: foldIn(key, 'dev'), n: rows })),
})

/** Where a trial is left after some epochs. */
export type TrialPlace = Place<
  LayerParams,
  Readonly<Record<string, Readonly<Record<never, never>>>>,
  readonly unknown[]
>

/** Trains to `epochs` in all and measures the dev cross-entropy; NaN where training diverged. */
export type TrialTraining = (
  data: TuningData,
  key: Key,
  epochs: number,
  from?: { readonly budget: number; readonly state: TrialPlace },
) => Evaluation<TrialPlace>

/** The training of some settings, compiled once. */
export const trialTraining = (
  settings: HyperParameters,
  by?: Parameters<typeof modelOf>[2],
): TrialTraining => {
  const { network, optimizer, penalty } = modelOf(settings, { inputs: 256, outputs: 10 }, by)
  const step = supervisedStep({
    model: network,
    loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
    penalty,
    optimizer,
  })
  return ({ train, dev }, key, epochs, from) => {
    const begun = (): TrialPlace => {
      const { params, state } = network.init(foldIn(key, 'parameters'))
      return { params, layers: state, optimizer: optimizer.init(params) }
    }
    const place = trainEpochs(
      step,
      train,
      { batch: settings.batchSize, epochs, done: from?.budget ?? 0, key: foldIn(key, 'training') },
      from?.state ?? begun(),
    )
    return { objectives: [evaluate(network, place.params, place.layers, dev).loss], state: place }
  }
}
