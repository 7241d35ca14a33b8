import { expect, test } from 'vitest'
import {
  argmax,
  cast,
  concat,
  equal,
  floor,
  foldIn,
  item,
  key,
  mean,
  reshape,
  slice,
  uniform,
} from 'puregrad'
import type { Key, Tensor } from 'puregrad'
import {
  dense,
  embedding,
  evalMode,
  network,
  positionalEncoding,
  softmaxCrossEntropy,
  stateless,
  transformerBlock,
} from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { descendStep } from 'puregrad/training'

// Copying: four symbols twice. From the symbols up to a step the next one is asked for; the second time it is known.
const [symbols, span, rows, width] = [6, 4, 64, 32]
const time = 2 * span - 1

test('causal attention finds what came next the last time', () => {
  const net = stateless(
    network(
      [time],
      embedding('read', { levels: symbols, width }),
      positionalEncoding('place', { form: 'learned' }),
      transformerBlock('first', { heads: 2, width, causal: true }),
      dense('next', symbols),
    ),
  )
  type Params = ReturnType<typeof net.init>
  const draw = (from: Key): Tensor => {
    const once = cast(floor(uniform(from, [rows, span], { high: symbols })), 'int32')
    return concat([once, once], { axis: 1 })
  }
  const asked = (words: Tensor): Tensor => reshape(slice(words, [0, span], [rows, 2 * span]), [rows * span])
  const said = (params: Params, words: Tensor): Tensor => {
    const next = net.apply(evalMode, params, slice(words, [0, 0], [rows, time]))
    return reshape(slice(next, [0, span - 1, 0], [rows, time, symbols]), [rows * span, symbols])
  }
  const step = descendStep(adam<Params>({ learningRate: 0.005 }))((params: Params, words: Tensor) =>
    softmaxCrossEntropy(said(params, words), asked(words)),
  )
  const start = step.start(net.init(key(1)))
  const end = Array.from({ length: 240 }).reduce<typeof start>(
    (at, _, i) => step(at, draw(foldIn(key(2), i))),
    start,
  )
  const words = draw(key(3))
  const right = equal(argmax(said(end.params, words), { axis: -1 }), asked(words))
  expect(item(mean(cast(right, 'float32')))).toBeGreaterThan(0.97)
})
