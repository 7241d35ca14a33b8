import { toTypedArray, key, normal, tensor, type Tensor } from '../../src/index.ts'
import { allForTraining, batchCount, dataset, minibatches, type Dataset } from '../../src/data/index.ts'
import { activation, batchNorm, dense, dropout, network, softmaxCrossEntropy } from '../../src/nn/index.ts'
import { adam, averagedParameters, averageParameters, chain } from '../../src/optim/index.ts'
import { leavesWithPaths, mapTree } from '../../src/core/tensor/tree.ts'
import {
  evaluate,
  startTraining,
  supervisedStep,
  type Plan,
  type TrainingState,
} from '../../src/training/index.ts'

/** A network with everything that has state or is random. */
export const model = network(
  4,
  dense('hidden', 5),
  batchNorm('norm'),
  activation('relu'),
  dropout('drop', 0.3),
  dense('output', 3),
)

const begin = model.init(key(1))
export type Params = typeof begin.params
export type Layers = typeof begin.state
type Metrics = { readonly loss: number; readonly accuracy: number }
export type State = TrainingState<Params, Layers, readonly unknown[], Metrics>

const rows = 20
export const data: Dataset<'train'> = allForTraining(
  dataset({
    x: normal(key(2), [rows, 4]),
    y: tensor(
      Array.from({ length: rows }, (_, i) => i % 3),
      { dtype: 'int32' },
    ),
  }),
)

/** Adam, with an exponential average of the parameters in its state. */
export const optimizer = chain(adam<Params>({ learningRate: 0.02 }), averageParameters<Params>(0.9))

/** 4 batches an epoch, the last one smaller; the average is what is scored. */
export const plan: Plan<
  Params,
  Layers,
  readonly unknown[],
  { readonly x: Tensor; readonly y: Tensor },
  Metrics
> = {
  step: supervisedStep({ model, loss: (logits, labels) => softmaxCrossEntropy(logits, labels), optimizer }),
  batches: (order) => minibatches(data, 6, order),
  batchesPerEpoch: batchCount(rows, 6),
  score: (params, layers) => {
    const { loss, accuracy } = evaluate(model, params, layers, data)
    return { loss, accuracy }
  },
  scored: ({ optimizer: state, params }) => averagedParameters(state, params),
  monitor: ({ loss }) => loss,
  stopping: { mode: 'min', patience: 9, minDelta: 0 },
  epochs: 3,
}

export const start: State = startTraining({
  params: begin.params,
  layers: begin.state,
  optimizer: optimizer.init(begin.params),
  key: key(3),
})

/** Everything a tree holds, bit for bit. */
export const fingerprint = (tree: unknown): unknown => ({
  tensors: leavesWithPaths(tree).map(({ path, leaf }) => [
    path,
    leaf.dtype,
    leaf.shape.join(),
    Buffer.from(toTypedArray(leaf).buffer).toString('hex'),
  ]),
  rest: JSON.stringify(
    mapTree(tree, () => 'a tensor'),
    (_, value: unknown) =>
      typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
        ? `number ${Object.is(value, -0) ? '-0' : value}`
        : value === undefined
          ? 'absent'
          : value,
  ),
})
