import { describe, expect, test } from 'vitest'
import { key, ones, tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import {
  activation,
  activationNames,
  dense,
  network,
  penaltyMonoid,
  softmaxCrossEntropy,
} from '../../src/nn/index.ts'
import { sgd } from '../../src/optim/index.ts'
import { leavesOf } from '../../src/core/tensor/tree.ts'
import { fit, outcomeOf } from '../../src/training/fit.ts'
import type { Batch } from '../../src/training/objective.ts'
import { supervisedStep } from '../../src/training/step.ts'
import { startTraining } from '../../src/training/training-state.ts'

const good: Batch = { x: ones([3, 2]), y: tensor([0, 1, 0], { dtype: 'int32' }) }
const spoilt: Batch = {
  ...good,
  x: tensor([
    [1, 2],
    [3, NaN],
    [5, 6],
  ]),
}

describe('one NaN cell among the inputs', () => {
  test.each(activationNames)('is met by the step that reads it, behind %s', (name) => {
    for (const at of [0, 1, 3]) {
      const model = network(2, dense('a', 3), activation(name), dense('b', 2))
      const { params, state } = model.init(key(0))
      type P = typeof params
      const optimizer = sgd<P>({ learningRate: 0.1 })
      const outcome = outcomeOf(
        fit({
          step: supervisedStep({
            model,
            loss: (z: Tensor, y: Tensor) => softmaxCrossEntropy(z, y),
            penalty: penaltyMonoid<P>().empty,
            optimizer,
          }),
          batches: () => [0, 1, 2, 3].map((i) => (i === at ? spoilt : good)),
          batchesPerEpoch: 4,
          score: () => 0,
          monitor: (value) => value,
          stopping: { mode: 'min', patience: 5, minDelta: 0 },
          epochs: 3,
        })(startTraining({ params, layers: state, optimizer: optimizer.init(params), key: key(1) })),
      )
      if (outcome.why !== 'non-finite') throw new Error(`it ended with ${outcome.why}`)
      expect(outcome.problem).toMatchObject({ kind: 'input', step: at, epoch: 0, batch: at })
      expect(leavesOf(outcome.last.params).every((leaf) => toTypedArray(leaf).every(Number.isFinite))).toBe(
        true,
      )
    }
  })
})
