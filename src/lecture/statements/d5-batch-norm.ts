import {
  abs,
  foldIn,
  grad,
  item,
  max,
  norm,
  normal,
  slice,
  sum,
  tensor,
  type Key,
  type Tensor,
} from 'puregrad'
import {
  activation,
  batchNorm,
  dense,
  network,
  softmaxCrossEntropy,
  trainMode,
  type BatchNormOptions,
} from 'puregrad/nn'
import { evaluate } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { digitsParts } from './digits-parts.ts'
import { descendedNetwork, normalizedNetwork } from './normalized-network.ts'

const [depth, epochs, rate] = [4, 6, 0.2]

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const { train, test } = digitsParts(key, { train: 4000, test: 2000 })
  const accuracyOf = (options: BatchNormOptions | undefined, done: number): number => {
    const net = normalizedNetwork(depth, 'sigmoid', options)
    const { params, layers } = descendedNetwork(key, net, train, { epochs, rate })
    progress(done, 2)
    return evaluate(net, params, layers, test).accuracy
  }
  const [without, normalized] = [accuracyOf(undefined, 1), accuracyOf({}, 2)]

  // Three rows, as on the slide.
  const x = normal(foldIn(key, 'rows'), [3, 2], { dtype: 'float64' })
  const small = network(2, dense('dense', 4), batchNorm('norm'), activation('sigmoid'), dense('output', 2))
  const { params, state } = small.init(foldIn(key, 'small'), { dtype: 'float64' })
  const gradient = grad((at: typeof params) =>
    softmaxCrossEntropy(small.apply(trainMode(key), at, state, x)[0], tensor([0, 1, 0], { dtype: 'int32' })),
  )(params)
  const alone = network(2, batchNorm('norm'))
  const own = alone.init(key, { dtype: 'float64' })
  const byInput = grad((z: Tensor) =>
    sum(slice(alone.apply(trainMode(key), own.params, own.state, z)[0], [0, 0], [1, 1])),
  )(x)
  return {
    figures: {
      'test accuracy without batch normalization': without,
      'test accuracy with it': normalized,
      'gradient of the bias before it': item(max(abs(gradient.dense.bias))),
      'gradient of the weights before it': item(max(abs(gradient.dense.weight))),
      'effect of the other rows’ z on the first row': item(norm(slice(byInput, [1, 0], [3, 1]))),
    },
  }
}

/** Normalizing over the batch, between the weights and the activation. */
export const d5 = earlierClaim({
  id: 'D5',
  lines: '334–351',
  asWritten: {
    en: 'Batch normalization stands between Z and A: the values z of a batch are normalized by their own mean and deviation, which depend on z.',
    bg: 'Нормализацията по пакети стои между Z и A: стойностите z на пакета се нормализират със собствените си средно и отклонение, които зависят от z.',
  },
  corrected: {
    en: 'The same, measured: four sigmoid layers that learn nothing without it learn with it. Since mean and deviation depend on z, gradients flow through them: each row acts on the others, and a bias before the normalization has no effect and gradient 0.',
    bg: 'Същото, измерено: четири сигмоидни слоя, които без нея не научават нищо, с нея учат. Понеже средното и отклонението зависят от z, градиентите минават през тях: всеки ред влияе на другите, а отместване преди нормализацията няма ефект и градиентът му е 0.',
  },
  marks: {
    'test accuracy without batch normalization': { atMost: 0.2 },
    'test accuracy with it': { atLeast: 0.9 },
    'gradient of the bias before it': { atMost: 1e-12 },
    'gradient of the weights before it': { atLeast: 1e-6 },
    'effect of the other rows’ z on the first row': { atLeast: 1e-3 },
  },
  measure,
})
