import * as E from 'fp-ts/lib/Either.js'
import { activation } from '../nn/activation.ts'
import { decodePenalty } from '../nn/decode-penalty.ts'
import { dense, type DenseParams } from '../nn/dense.ts'
import { dropout } from '../nn/dropout.ts'
import type { NoState } from '../nn/layer.ts'
import { network, type Network } from '../nn/network.ts'
import { penaltyMonoid, type Penalty } from '../nn/penalty.ts'
import { adam } from '../optim/adam.ts'
import type { Optimizer } from '../optim/transformation.ts'
import type { Ends, HyperParameters } from './hyper-parameters.ts'

/**
 * The parameters of a network whose number of layers is a setting; layers without any have none.
 *
 * @category Hyper-parameters
 */
export type LayerParams = Readonly<Record<string, DenseParams>>

/**
 * What hyper-parameters come to: all that training needs besides data.
 *
 * @category Hyper-parameters
 */
export interface ConfiguredModel {
  readonly network: Network<LayerParams, Readonly<Record<string, NoState>>>
  readonly optimizer: Optimizer<LayerParams, readonly unknown[]>
  readonly penalty: Penalty<LayerParams>
}

/**
 * The network, optimizer and penalty of some hyper-parameters. Hidden layers are named `hidden1`, `hidden2`, …, the
 * last one `output`; each is followed by the activation and, where the share is not 0, by dropout.
 *
 * @param optimizer makes the optimizer of the learning rate; Adam unless told otherwise.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { modelOf, type HyperParameters } from 'puregrad/study'
 * const settings: HyperParameters = {
 *   learningRate: 0.001, epochs: 10, layers: 2, units: 32, activation: 'relu', batchSize: 32,
 *   regularization: { l1: 0, l2: 0.001, dropout: 0.5 },
 * }
 * const { network, penalty } = modelOf(settings, { inputs: 256, outputs: 10 })
 * network.init(key(0)).params['hidden2']?.weight.shape // => [32, 32]
 * penalty.terms.map(({ name }) => name) // => ['l2']
 * ```
 * @category Hyper-parameters
 */
export const modelOf = (
  settings: HyperParameters,
  { inputs, outputs }: Ends,
  optimizer: (settings: {
    readonly learningRate: number
  }) => Optimizer<LayerParams, readonly unknown[]> = adam,
): ConfiguredModel => {
  const { learningRate, layers, units, regularization } = settings
  const hidden = Array.from({ length: layers }, (_, i) => [
    dense(`hidden${i + 1}`, units),
    activation(settings.activation),
    ...(regularization.dropout === 0 ? [] : [dropout(`dropout${i + 1}`, regularization.dropout)]),
  ]).flat()
  return {
    network: network(inputs, ...hidden, dense('output', outputs)) as unknown as ConfiguredModel['network'],
    optimizer: optimizer({ learningRate }),
    penalty: E.getOrElse(() => penaltyMonoid<LayerParams>().empty)(
      decodePenalty<LayerParams>({ l1: regularization.l1, l2: regularization.l2 }),
    ),
  }
}
