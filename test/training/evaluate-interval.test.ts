import { expect, test } from 'vitest'
import { tensor, type Tensor } from '../../src/index.ts'
import { activation, batchNorm, network, trainMode } from '../../src/nn/index.ts'
import { key } from '../../src/core/numeric/index.ts'
import { evaluate } from '../../src/training/index.ts'

test('the interval of a mean loss rests on the unbiased variance of its rows', () => {
  const net = network(2, activation('identity'))
  const x = tensor(
    [
      [0, 0],
      [0, 3],
      [1, 0],
    ],
    { dtype: 'float64' },
  ) as Tensor
  const y = tensor([0, 0, 1], { dtype: 'int32' })
  const losses = [Math.log(2), Math.log(1 + Math.exp(3)), Math.log(1 + Math.exp(1))]
  const mean = losses.reduce((a, b) => a + b) / 3
  const variance = losses.reduce((total, loss) => total + (loss - mean) ** 2, 0) / 2
  const reach = 1.959963984540054 * Math.sqrt(variance / 3)
  const { loss, lossInterval } = evaluate(net, {}, {}, { x, y })
  expect(loss).toBeCloseTo(mean, 9)
  expect(lossInterval[0]).toBeCloseTo(mean - reach, 9)
  expect(lossInterval[1]).toBeCloseTo(mean + reach, 9)
})

test('a batch of one row is refused by batch normalization, which says how to leave it out', () => {
  const net = network(2, batchNorm('norm'))
  const { params, state } = net.init(key(0))
  expect(() => net.apply(trainMode(key(1)), params, state, tensor([[1, 2]]))).toThrow(/\{ last: 'drop' \}/)
})
