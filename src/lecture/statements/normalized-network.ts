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
  type InitializerSpec,
  type Network,
} from 'puregrad/nn'
import { sgd } from 'puregrad/optim'
import { supervisedStep } from 'puregrad/training'
import { trainEpochs } from './train-epochs.ts'

/** Parameters or states of a network whose number of layers is a setting. */
export type Layers = Readonly<Record<string, unknown>>

/**
 * Hidden layers of equal width from 256 inputs, each with or without batch normalization before its activation, then
 * 10 outputs.
 */
export const normalizedNetwork = ({
  layers,
  units = 64,
  by,
  norm,
  weight,
}: {
  readonly layers: number
  readonly units?: number
  readonly by: ActivationName
  readonly norm?: BatchNormOptions | undefined
  readonly weight?: InitializerSpec
}): Network<Layers, Layers> => {
  const start = weight === undefined ? {} : { weight }
  return network(
    256,
    ...Array.from({ length: layers }, (_, i) => [
      dense(`hidden${i + 1}`, units, start),
      ...(norm === undefined ? [] : [batchNorm(`norm${i + 1}`, norm)]),
      activation(by),
    ]).flat(),
    dense('output', 10, start),
  ) as unknown as Network<Layers, Layers>
}

/** Parameters and states after some epochs of gradient descent on mini-batches. */
export const descendedNetwork = (
  key: Key,
  net: Network<Layers, Layers>,
  train: Dataset<'train', Classes>,
  { epochs, rate, batch = 32 }: { readonly epochs: number; readonly rate: number; readonly batch?: number },
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
    { batch, epochs, key: foldIn(key, 'training') },
    { params, layers: state, optimizer: optimizer.init(params) },
  )
}
