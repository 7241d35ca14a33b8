import * as E from 'fp-ts/lib/Either.js'
import { withFixedNumbers } from '../compile/jit/fixed-numbers.ts'
import { jit } from '../compile/jit/jit.ts'
import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, type Key } from '../core/numeric/index.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Dataset } from '../data/dataset.ts'
import { batchCount, minibatches, type Minibatch } from '../data/stream/minibatches.ts'
import { activation } from '../nn/activation.ts'
import { decodePenalty } from '../nn/decode-penalty.ts'
import { dense } from '../nn/dense.ts'
import type { DecodedNetwork } from '../nn/decode-network.ts'
import { dropout } from '../nn/dropout.ts'
import { evalMode } from '../nn/mode.ts'
import { penaltyMonoid, type Penalty } from '../nn/penalty.ts'
import { adam } from '../optim/adam.ts'
import { momentum, sgd } from '../optim/sgd.ts'
import type { Optimizer } from '../optim/transformation.ts'
import type { TrainingSetup } from '../training/checkpoint.ts'
import type { Plan } from '../training/fit.ts'
import { rowsBetween } from '../training/rows-between.ts'
import { supervisedStep } from '../training/step.ts'
import { startTraining, type TrainingState } from '../training/training-state.ts'
import { networkOf, type LayerTrees } from './fitted-network.ts'
import { meanLoss, rowLosses, targetRows } from './row-losses.ts'

const optimizers = { sgd, momentum, adam }

/**
 * The optimizers a network of dense layers can be trained with here.
 *
 * @category Recipes
 */
export type OptimizerName = keyof typeof optimizers

export const optimizerNames: readonly OptimizerName[] = ['sgd', 'momentum', 'adam']

/**
 * A network of dense layers with ReLU between, and how it is trained.
 *
 * @category Recipes
 */
export interface NetworkSettings {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[]
  /** How the weights before training are drawn: He's normal ones, or Xavier's uniform ones, which are smaller. */
  readonly initializer: 'heNormal' | 'xavierUniform'
  readonly optimizer: OptimizerName
  readonly learningRate: number
  /** The weight λ of Σ|w|, and that of Σw². */
  readonly l1: number
  readonly l2: number
  /** The share of hidden units dropped in training. */
  readonly dropout: number
  /** Rows of a mini-batch. */
  readonly batch: number
  /** At most so many epochs, and so many without a better dev loss before training ends. */
  readonly epochs: number
  readonly patience: number
  readonly dtype: FloatDType
}

/** The mean loss of each part after an epoch. */
export interface Losses {
  readonly train: number
  readonly dev: number
}

/** The state of such a training. */
export type NetworkState<O> = TrainingState<LayerTrees, LayerTrees, O, Losses>

/** A training that has not begun: its network, what it does and where it starts. */
export interface NetworkPlan<O = readonly unknown[]> {
  readonly network: DecodedNetwork
  readonly plan: Plan<LayerTrees, LayerTrees, O, Minibatch, Losses>
  readonly start: NetworkState<O>
  /** What decides the figures besides network and data, as plain data. */
  readonly setup: Pick<TrainingSetup, 'optimizer'> & {
    readonly settings: Readonly<Record<string, string | number>>
  }
}

/** A network with the optimizer that is to train it, and how long. */
export interface Trainable<O> extends Pick<NetworkPlan<O>, 'network' | 'setup'> {
  readonly optimizer: (params: LayerTrees) => Optimizer<LayerTrees, O>
  readonly penalty?: Penalty<LayerTrees>
  readonly labelSmoothing?: number
  readonly batch: number
  readonly epochs: number
  readonly patience: number
  readonly dtype: FloatDType
}

/** The parts a network is trained with. */
export interface PreparedParts {
  readonly train: Dataset<'train'>
  readonly dev: Dataset<'dev'>
}

const chunk = 512

/** The mean loss of a part, by chunks of rows. */
const partLoss = (network: DecodedNetwork, { targets }: Dataset) => {
  const losses = jit(
    (params: LayerTrees, layers: LayerTrees, { x, y }: Minibatch) =>
      rowLosses(targets, network.apply(evalMode, params, layers, x)[0], targetRows(y, targets)),
    withFixedNumbers({}, [0, 1]),
  )
  return (part: Dataset, params: LayerTrees, layers: LayerTrees): number => {
    const weights = part.weights === undefined ? undefined : toTypedArray(part.weights)
    const starts = Array.from({ length: Math.ceil(part.n / chunk) }, (_, i) => i * chunk)
    const all = starts.flatMap((start) => {
      const stop = Math.min(part.n, start + chunk)
      const rows = { x: rowsBetween(part.x, start, stop), y: rowsBetween(part.y, start, stop) }
      return Array.from(toTypedArray(losses(params, layers, rows)))
    })
    return all.reduce((total, loss, i) => total + loss * (weights?.[i] ?? 1), 0) / part.n
  }
}

const hiddenLayers = ({ hidden, dropout: share, initializer }: NetworkSettings) =>
  hidden.flatMap((width, i) => [
    dense(`hidden${i + 1}`, width, { weight: { kind: initializer } }),
    activation('relu'),
    ...(share === 0 ? [] : [dropout(`dropout${i + 1}`, share)]),
  ])

/** All of a plan but where batches come from and how it ends. */
interface TrainingSteps<O> extends Pick<NetworkPlan<O>, 'network' | 'setup' | 'start'> {
  readonly step: NetworkPlan<O>['plan']['step']
  /** The mean loss of a part. */
  readonly lossOf: (part: Dataset, params: LayerTrees, layers: LayerTrees) => number
}

/** What a training does with the rows it learns from, and where it starts. */
export const trainingSteps = <O>(
  train: Dataset<'train'>,
  trainable: Trainable<O>,
  key: Key,
): TrainingSteps<O> => {
  const { targets } = train
  const { network, setup, penalty, labelSmoothing, dtype } = trainable
  const initial = network.init(foldIn(key, 'parameters'), { dtype })
  const optimizer = trainable.optimizer(initial.params)
  return {
    network,
    setup,
    step: supervisedStep({
      model: network,
      loss: (outputs: Tensor, y: Tensor, { weights }: { readonly weights?: Tensor }) =>
        meanLoss(targets, outputs, targetRows(y, targets), { weights, labelSmoothing }),
      ...(penalty === undefined ? {} : { penalty }),
      optimizer,
    }),
    start: startTraining({
      params: initial.params,
      layers: initial.state,
      optimizer: optimizer.init(initial.params),
      key: foldIn(key, 'training'),
    }),
    lossOf: partLoss(network, train),
  }
}

/**
 * The training of a network on prepared parts, as values: parameters are drawn from the key, the best are those with the
 * smallest dev loss.
 */
export const trainingPlan = <O>(
  { train, dev }: PreparedParts,
  trainable: Trainable<O>,
  key: Key,
): NetworkPlan<O> => {
  const { batch, epochs, patience } = trainable
  const { network, setup, step, start, lossOf } = trainingSteps(train, trainable, key)
  return {
    network,
    setup,
    plan: {
      step,
      batches: (order) => minibatches(train, batch, order),
      batchesPerEpoch: batchCount(train.n, batch),
      score: (params, state) => ({ train: lossOf(train, params, state), dev: lossOf(dev, params, state) }),
      monitor: (losses) => losses.dev,
      stopping: { mode: 'min', patience, minDelta: 0 },
      epochs,
    },
    start,
  }
}

/** A network of dense layers with ReLU between, to be trained with rows such as these. */
export const denseTrainable = (
  train: Dataset<'train'>,
  settings: NetworkSettings,
): Trainable<readonly unknown[]> => {
  const { optimizer, learningRate, l1, l2, dropout: share, batch, epochs, patience, dtype } = settings
  const penalty = decodePenalty<LayerTrees>({ l1, l2 })
  return {
    network: networkOf(train.x.shape[1] ?? 0, [
      ...hiddenLayers(settings),
      dense('output', train.targets.names.length, { weight: { kind: settings.initializer } }),
    ]),
    optimizer: () => optimizers[optimizer]<LayerTrees>({ learningRate }),
    penalty: E.getOrElse(() => penaltyMonoid<LayerTrees>().empty)(penalty),
    batch,
    epochs,
    patience,
    dtype,
    setup: {
      optimizer: { kind: optimizer, learningRate },
      settings: { batch, l1, l2, ...(share === 0 ? {} : { dropout: share }), dtype },
    },
  }
}

/** The training of a network of dense layers with ReLU between. */
export const networkPlan = (parts: PreparedParts, settings: NetworkSettings, key: Key): NetworkPlan =>
  trainingPlan(parts, denseTrainable(parts.train, settings), key)
