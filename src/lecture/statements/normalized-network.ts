import { foldIn, type Key } from 'puregrad'
import type { Classes, Dataset } from 'puregrad/data'
import {
  activation,
  batchNorm,
  dense,
  network,
  softmaxCrossEntropy,
  type ActivationName,
  type BatchNormOptions,
  type Network,
} from 'puregrad/nn'
import { sgd } from 'puregrad/optim'
import { supervisedStep } from 'puregrad/training'
import { trainEpochs } from './train-epochs.ts'

/** Parameters or states of a network whose number of layers is a setting. */
export type Layers = Readonly<Record<string, unknown>>

/** Hidden layers of 64 units from 256 inputs, each with or without batch normalization before its activation, then 10 outputs. */
export const normalizedNetwork = (
  depth: number,
  f: ActivationName,
  norm: BatchNormOptions | undefined,
): Network<Layers, Layers> =>
  network(
    256,
    ...Array.from({ length: depth }, (_, i) => [
      dense(`hidden${i + 1}`, 64),
      ...(norm === undefined ? [] : [batchNorm(`norm${i + 1}`, norm)]),
      activation(f),
    ]).flat(),
    dense('output', 10),
  ) as unknown as Network<Layers, Layers>

/** Parameters and states after some epochs of gradient descent on batches of 32. */
export const descendedNetwork = (
  key: Key,
  net: Network<Layers, Layers>,
  train: Dataset<'train', Classes>,
  { epochs, rate }: { readonly epochs: number; readonly rate: number },
): { readonly params: Layers; readonly layers: Layers } => {
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const optimizer = sgd<Layers>({ learningRate: rate })
  const step = supervisedStep({
    model: net,
    loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
    optimizer,
  })
  return trainEpochs(
    step,
    train,
    { batch: 32, epochs, key: foldIn(key, 'training') },
    { params, layers: state, optimizer: optimizer.init(params) },
  )
}
