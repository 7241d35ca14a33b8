import { argmax, foldIn, tensor, type Key, type Tensor } from 'puregrad'
import type { Classes, Dataset } from 'puregrad/data'
import { evalMode, softmaxCrossEntropy, type Network } from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import type { Classify } from 'puregrad/study'
import { supervisedStep } from 'puregrad/training'
import { trainEpochs } from './train-epochs.ts'

interface Training {
  readonly key: Key
  readonly epochs: number
  readonly batch?: number
  readonly learningRate?: number
}

/** A network after some epochs of cross-entropy by Adam 2e-3, from random parameters. */
export const trainedByAdam = <P, S>(
  net: Network<P, S>,
  train: Dataset<'train', Classes>,
  { key, epochs, batch = 32, learningRate = 2e-3 }: Training,
): { readonly params: P; readonly state: S } => {
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const optimizer = adam<P>({ learningRate })
  const step = supervisedStep({
    model: net,
    loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
    optimizer,
  })
  const end = trainEpochs(
    step,
    train,
    { batch, epochs, key: foldIn(key, 'training') },
    { params, layers: state, optimizer: optimizer.init(params) },
  )
  return { params: end.params, state: end.layers }
}

/** What a network in evaluation says the classes are. */
export const classifierOf =
  <P, S>(net: Network<P, S>, { params, state }: { readonly params: P; readonly state: S }): Classify =>
  (x) =>
    argmax(net.apply(evalMode, params, state, x)[0], { axis: 1 })

/** The numbers from one to before another, as positions of rows. */
export const rowsFrom = (from: number, to: number): Tensor =>
  tensor(
    Array.from({ length: to - from }, (_, i) => from + i),
    { dtype: 'int32' },
  )
