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
import { penaltyMonoid } from '../nn/penalty.ts'
import { adam } from '../optim/adam.ts'
import { momentum, sgd } from '../optim/sgd.ts'
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

export type OptimizerState = readonly unknown[]

/** The state of such a training. */
export type NetworkState = TrainingState<LayerTrees, LayerTrees, OptimizerState, Losses>

/** A training that has not begun: its network, what it does and where it starts. */
export interface NetworkPlan {
  readonly network: DecodedNetwork
  readonly plan: Plan<LayerTrees, LayerTrees, OptimizerState, Minibatch, Losses>
  readonly start: NetworkState
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

const hiddenLayers = ({ hidden, dropout: share }: NetworkSettings) =>
  hidden.flatMap((width, i) => [
    dense(`hidden${i + 1}`, width),
    activation('relu'),
    ...(share === 0 ? [] : [dropout(`dropout${i + 1}`, share)]),
  ])

/**
 * The training of a network on prepared parts, as values: parameters are drawn from the key, the best are those with the
 * smallest dev loss.
 */
export const networkPlan = (
  { train, dev }: PreparedParts,
  settings: NetworkSettings,
  key: Key,
): NetworkPlan => {
  const { targets } = train
  const layers = [...hiddenLayers(settings), dense('output', targets.names.length)]
  const network = networkOf(train.x.shape[1] ?? 0, layers)
  const initial = network.init(foldIn(key, 'parameters'), { dtype: settings.dtype })
  const optimizer = optimizers[settings.optimizer]<LayerTrees>({ learningRate: settings.learningRate })
  const penalty = decodePenalty<LayerTrees>({ l1: settings.l1, l2: settings.l2 })
  const lossOf = partLoss(network, train)
  return {
    network,
    plan: {
      step: supervisedStep({
        model: network,
        loss: (outputs: Tensor, y: Tensor, { weights }: { readonly weights?: Tensor } = {}) =>
          meanLoss(targets, outputs, targetRows(y, targets), weights),
        penalty: E.getOrElse(() => penaltyMonoid<LayerTrees>().empty)(penalty),
        optimizer,
      }),
      batches: (order) => minibatches(train, settings.batch, order),
      batchesPerEpoch: batchCount(train.n, settings.batch),
      score: (params, state) => ({ train: lossOf(train, params, state), dev: lossOf(dev, params, state) }),
      monitor: (losses) => losses.dev,
      stopping: { mode: 'min', patience: settings.patience, minDelta: 0 },
      epochs: settings.epochs,
    },
    start: startTraining({
      params: initial.params,
      layers: initial.state,
      optimizer: optimizer.init(initial.params),
      key: foldIn(key, 'training'),
    }),
  }
}
