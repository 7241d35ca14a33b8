import { add, key, normal, tensor, valueAndGradWithAux, type Key } from '../src/index.ts'
import {
  activation,
  batchNorm,
  block,
  dense,
  dropout,
  l2,
  network,
  penaltyValue,
  softmaxCrossEntropy,
  trainMode,
  type AnyLayer,
} from '../src/nn/index.ts'
import { adam, applyStep } from '../src/optim/index.ts'

const width = 64
const rows = 128
const classes = 10

/**
 * A training step of a network of so many blocks of dense, batchNorm, relu and dropout, as it is written by hand: softmax
 * cross-entropy, L2 and Adam. With what it is called with first.
 */
export const deepNetworkStep = (blocks: number) => {
  const layers: readonly AnyLayer[] = Array.from({ length: blocks }, (_, i) =>
    block(
      `block${String(i)}`,
      dense('dense', width),
      batchNorm('norm'),
      activation('relu'),
      dropout('dropout', 0.1),
    ),
  )
  const model = network(width, ...layers, dense('output', classes))
  const { params, state } = model.init(key(0))
  type Params = typeof params
  const optimizer = adam<Params>({ learningRate: 1e-3 })
  const penalty = l2<Params>(1e-4)
  const start = {
    params,
    layers: state,
    optimizer: optimizer.init(params),
    step: tensor(0, { dtype: 'float64' }),
  }
  const batch = {
    x: normal(key(1), [rows, width]),
    y: tensor(
      Array.from({ length: rows }, (_, i) => i % classes),
      { dtype: 'int32' },
    ),
  }
  const step = (current: typeof start, { x, y }: typeof batch, random: Key) => {
    const objective = (given: Params) => {
      const [out, after] = model.apply(trainMode(random), given, current.layers, x)
      return [add(softmaxCrossEntropy(out, y), penaltyValue(penalty, given)), after] as const
    }
    const [value, gradient, after] = valueAndGradWithAux(objective)(current.params)
    const context = { params: current.params, step: current.step, value }
    const [move, next] = optimizer.update(gradient, current.optimizer, context)
    return { params: applyStep(current.params, move), layers: after, optimizer: next, loss: value }
  }
  return { step, args: [start, batch, key(2)] as const }
}
