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
import { activation, batchNorm, dense, network, softmaxCrossEntropy, trainMode } from 'puregrad/nn'
import { evaluate } from 'puregrad/training'
import { claim } from '../claim.ts'
import { digitsParts } from './digits-parts.ts'
import { histograms } from './histogram.ts'
import { descendedNetwork, normalizedNetwork } from './normalized-network.ts'

/** Three rows, as on the slide: what the normalization does to gradients. */
const onThreeRows = (
  key: Key,
): { readonly bias: number; readonly weights: number; readonly others: number } => {
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
    bias: item(max(abs(gradient.dense.bias))),
    weights: item(max(abs(gradient.dense.weight))),
    others: item(norm(slice(byInput, [1, 0], [3, 1]))),
  }
}

/** What batch normalization makes of values of one unit, for batches of several sizes. */
const normalizedBy = (key: Key, rows: number): Tensor => {
  const net = network(600 / rows, batchNorm('norm'))
  const { params, state } = net.init(key, { dtype: 'float64' })
  const z = normal(foldIn(key, 'z'), [rows, 600 / rows], { dtype: 'float64' })
  return net.apply(trainMode(key), params, state, z)[0]
}

/** Normalizing over the batch, between the weights and the activation. */
export const d5 = claim({
  id: 'D5',
  lines: '334–351',
  asWritten: {
    en: 'Batch normalization stands between Z and A: the values z of a batch are normalized by their own mean and standard deviation, which depend on z. It is not for small batches.',
    bg: 'Нормализацията по партиди (batch normalization) стои между Z и A: стойностите z на партидата се нормализират със собствените си средно и стандартно отклонение, които зависят от z. Не е за малки партиди.',
  },
  corrected: {
    en: 'The same, measured: sigmoid layers that learn nothing without it learn with it. Since mean and standard deviation depend on z, gradients flow through them: each row acts on the others, and a bias before the normalization has no effect and gradient 0. In a batch of two every value becomes −1 or 1, and a network that learns without normalization no longer does.',
    bg: 'Същото, измерено: сигмоидни слоеве, които без нея не научават нищо, с нея учат. Понеже средното и стандартното отклонение зависят от z, градиентите минават през тях: всеки ред влияе на другите, а отместване (bias) преди нормализацията няма ефект и градиентът му е 0. В партида от два реда всяка стойност става −1 или 1 и мрежа, която учи без нормализация, вече не учи.',
  },
  remark: {
    en: 'The formulas of μ and σ stood in a picture that is lost.',
    bg: 'Формулите за μ и σ са били в картина, която е изгубена.',
  },
  measures: {
    without: {
      name: {
        en: 'test accuracy of sigmoid layers without batch normalization',
        bg: 'точност при тест на сигмоидни слоеве без нормализация по партиди',
      },
      corrected: { atMost: 0.2 },
    },
    normalized: {
      name: { en: 'the same with it', bg: 'същата с нея' },
      corrected: { atLeast: 0.7 },
      literal: { atLeast: 0.7 },
    },
    others: {
      name: {
        en: 'effect of the other rows’ z on the first row',
        bg: 'влияние на z от другите редове върху първия ред',
      },
      corrected: { atLeast: 1e-3 },
      literal: { atLeast: 1e-3 },
    },
    bias: {
      name: { en: 'gradient of the bias before it', bg: 'градиент на отместването преди нея' },
      corrected: { atMost: 1e-12 },
    },
    weights: {
      name: { en: 'gradient of the weights before it', bg: 'градиент на теглата преди нея' },
      corrected: { atLeast: 1e-6 },
    },
    lostByPairs: {
      name: {
        en: 'accuracy that ReLU layers lose by normalization, batches of 2',
        bg: 'точност, която слоеве ReLU губят от нормализацията, партиди от 2 реда',
      },
      corrected: { atLeast: 0.1 },
      literal: { atLeast: 0.1 },
    },
  },
  settings: {
    layers: {
      name: { en: 'sigmoid layers', bg: 'сигмоидни слоеве' },
      value: 4,
      whole: true,
      min: 1,
      max: 200,
    },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 12, whole: true, min: 1, max: 200 },
    rate: { name: { en: 'learning rate', bg: 'скорост на обучение' }, value: 0.2 },
    small: {
      name: { en: 'rows of a small batch', bg: 'редове в малката партида' },
      value: 2,
      whole: true,
      min: 2,
      max: 256,
    },
  },
  measure: ({ key, settings: { layers, epochs, rate, small }, progress }) => {
    const { train, test } = digitsParts(key, { train: 2000, test: 1000 })
    const accuracyOf = (
      how: Omit<Parameters<typeof normalizedNetwork>[0], 'layers'> & { readonly layers?: number },
      plan: Parameters<typeof descendedNetwork>[3],
      done: number,
    ): number => {
      const net = normalizedNetwork({ layers, ...how })
      const { params, layers: state } = descendedNetwork(key, net, train, plan)
      progress(done, 4)
      return evaluate(net, params, state, test).accuracy
    }
    const plan = { epochs, rate }
    const short = { epochs: 1, rate: 0.05, batch: small }
    const without = accuracyOf({ by: 'sigmoid' }, plan, 1)
    const normalized = accuracyOf({ by: 'sigmoid', norm: {} }, plan, 2)
    const plainPairs = accuracyOf({ layers: 2, by: 'relu' }, short, 3)
    const normalizedPairs = accuracyOf({ layers: 2, by: 'relu', norm: {} }, short, 4)
    return {
      figures: { without, normalized, ...onThreeRows(key), lostByPairs: plainPairs - normalizedPairs },
      pictures: [
        {
          kind: 'histograms',
          title: {
            en: 'Normal values after batch normalization, by the size of the batch',
            bg: 'Нормално разпределени стойности след нормализация по партиди, според размера на партидата',
          },
          x: { title: { en: 'normalized value', bg: 'нормализирана стойност' } },
          panels: histograms(
            [2, 3, 6, 60].map((rows) => ({
              name: { en: `batches of ${rows}`, bg: `партиди от ${rows}` },
              values: normalizedBy(key, rows),
            })),
          ),
        },
      ],
    }
  },
})
