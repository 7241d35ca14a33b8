import { foldIn, type Key } from 'puregrad'
import { noisy300, type Noisy300 } from 'puregrad/data'
import {
  activation,
  dense,
  dropout,
  network,
  softmaxCrossEntropy,
  type DenseParams,
  type Network,
  type NoState,
  type Penalty,
} from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { supervisedStep, type Batch, type TrainingStep } from 'puregrad/training'
import { trainEpochs } from './train-epochs.ts'

type NoisyParams = Readonly<Record<'hidden1' | 'hidden2' | 'output', DenseParams>>
type LayersWithoutState<Name extends string> = Readonly<Record<Name, NoState>>

/** The network of the claims about overfitting, 256-128-64-10. */
export const noisyNetwork = (): Network<NoisyParams, LayersWithoutState<keyof NoisyParams>> =>
  network(
    256,
    dense('hidden1', 128),
    activation('relu'),
    dense('hidden2', 64),
    activation('relu'),
    dense('output', 10),
  )

/** The same with a dropout layer after each hidden one. */
export const droppedNetwork = (
  scaling: 'inverted' | 'slide',
  rate = 0.5,
): Network<
  NoisyParams & LayersWithoutState<'drop1' | 'drop2'>,
  LayersWithoutState<keyof NoisyParams | 'drop1' | 'drop2'>
> =>
  network(
    256,
    dense('hidden1', 128),
    activation('relu'),
    dropout('drop1', rate, { scaling, mask: 'per-batch' }),
    dense('hidden2', 64),
    activation('relu'),
    dropout('drop2', rate, { scaling, mask: 'per-batch' }),
    dense('output', 10),
  )

/** Cross-entropy, Adam 1e-3. */
export const noisyStep = <P, S>(
  net: Network<P, S>,
  penalty?: Penalty<P>,
): TrainingStep<P, S, readonly unknown[], Batch> =>
  supervisedStep({
    model: net,
    loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
    ...(penalty === undefined ? {} : { penalty }),
    optimizer: adam<P>({ learningRate: 1e-3 }),
  })

export const noisyEpochs = 150
export const noisyBatch = 32

/** The data and the trained network of a key. */
export const trainedOnNoise = <P, S>(
  key: Key,
  net: Network<P, S>,
  {
    data = noisy300(foldIn(key, 'data')),
    penalty,
    epochs = noisyEpochs,
  }: { readonly data?: Noisy300; readonly penalty?: Penalty<P>; readonly epochs?: number } = {},
): { readonly data: Noisy300; readonly params: P; readonly state: S } => {
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const end = trainEpochs(
    noisyStep(net, penalty),
    data.train,
    { batch: noisyBatch, epochs, key: foldIn(key, 'training') },
    { params, layers: state, optimizer: adam<P>({ learningRate: 1e-3 }).init(params) },
  )
  return { data, params: end.params, state: end.layers }
}
