import { expect, test } from 'vitest'
import { argmax, cast, equal, floor, foldIn, item, key, mean, pad, reshape, slice, uniform } from 'puregrad'
import type { Key, Tensor } from 'puregrad'
import {
  dense,
  embedding,
  evalMode,
  lstmCell,
  network,
  recurrent,
  softmaxCrossEntropy,
  stateless,
} from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { descendStep } from 'puregrad/training'

// Copying: three of four symbols, then blanks; at the last three steps the symbols are asked for, in their order.
const [symbols, span, time, rows] = [4, 3, 8, 64]

test('an LSTM says again what it read five steps before', () => {
  const net = stateless(
    network(
      [time],
      embedding('read', { levels: symbols + 1 }),
      recurrent('memory', lstmCell(48)),
      dense('say', symbols),
    ),
  )
  type Params = ReturnType<typeof net.init>
  const draw = (from: Key): Tensor => cast(floor(uniform(from, [rows, span], { high: symbols })), 'int32')
  const said = (params: Params, words: Tensor): Tensor => {
    const read = pad(cast(words, 'float32'), [
      [0, 0],
      [0, time - span],
    ])
    const shifted = net.apply(evalMode, params, read)
    return reshape(slice(shifted, [0, time - span, 0], [rows, time, symbols]), [rows * span, symbols])
  }
  const step = descendStep(adam<Params>({ learningRate: 0.01 }))((params: Params, words: Tensor) =>
    softmaxCrossEntropy(said(params, words), reshape(words, [rows * span])),
  )
  const start = step.start(net.init(key(1)))
  const end = Array.from({ length: 200 }).reduce<typeof start>(
    (at, _, i) => step(at, draw(foldIn(key(2), i))),
    start,
  )
  const words = draw(key(3))
  const right = equal(argmax(said(end.params, words), { axis: -1 }), reshape(words, [rows * span]))
  expect(item(mean(cast(right, 'float32')))).toBeGreaterThan(0.97)
})
