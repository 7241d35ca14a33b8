import { expect, test } from 'vitest'
import { key } from '../../src/index.ts'
import { fit, outcomeOf, startTraining } from '../../src/training/index.ts'
import { tensor, type Tensor } from '../../src/index.ts'

test('parameters that the last step of the last epoch leaves not finite are that step’s, and are never measured', () => {
  const measured: unknown[] = []
  const outcome = outcomeOf(
    fit({
      step: ({
        params,
        layers,
        optimizer,
        step,
      }: {
        params: Tensor
        layers: object
        optimizer: object
        step: number
      }) => ({
        params: step === 2 ? tensor(NaN) : params,
        layers,
        optimizer,
        loss: 1,
      }),
      batches: () => [0, 1, 2],
      batchesPerEpoch: 3,
      score: (params: Tensor) => measured.push(params),
      monitor: (count: number) => count,
      stopping: { mode: 'min', patience: 9, minDelta: 0 },
      epochs: 1,
    })(startTraining({ params: tensor(1), layers: {}, optimizer: {}, key: key(0) })),
  )
  expect(outcome).toMatchObject({ why: 'non-finite', problem: { step: 2, batch: 2 } })
  expect(outcome.last).toMatchObject({ step: 2, epoch: 0, cursor: 2 })
  expect(measured).toEqual([])
})
