import { foldIn, grad, mul, normal, reshape, tensor, toTypedArray, type Key, type Tensor } from 'puregrad'
import { noisy300 } from 'puregrad/data'
import {
  activation,
  dense,
  dropout,
  network,
  softmaxCrossEntropy,
  trainMode,
  type Network,
} from 'puregrad/nn'
import { adam, applyStep, type Gradient } from 'puregrad/optim'
import type { Picture } from 'puregrad/report'
import { evaluate } from 'puregrad/training'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { masksOf } from './dropout-masks.ts'
import { droppedNetwork, noisyBatch, trainedOnNoise } from './noisy-digits.ts'

const [inputs, outputs] = [16, 4]

/** How far the share of zeros among drawn units is from the rate, in standard errors. */
const deviations = (masks: readonly string[], rate: number): number => {
  const all = masks.join('')
  const dropped = [...all].filter((bit) => bit === '0').length / all.length
  return Math.abs(dropped - rate) / Math.sqrt((rate * (1 - rate)) / all.length)
}

/**
 * What one update does to the weights into units that are absent from it: the largest slope of the loss along one, and
 * the share of them that Adam moves after a first update in which others were absent.
 */
const absentWeights = (key: Key, { units, rate }: { readonly units: number; readonly rate: number }) => {
  const net = network(
    inputs,
    dense('hidden', units),
    dropout('drop', rate, { mask: 'per-batch' }),
    dense('output', outputs),
  )
  const { params, state } = net.init(foldIn(key, 'parameters'))
  type Params = typeof params
  const x = normal(foldIn(key, 'x'), [noisyBatch, inputs])
  const y = tensor(
    Array.from({ length: noisyBatch }, (_, i) => i % outputs),
    { dtype: 'int32' },
  )
  const keyAt = (update: number): Key => foldIn(foldIn(key, 'updates'), update)
  const slopes = (at: Params, update: number): Gradient<Params> =>
    grad((now: Params) => softmaxCrossEntropy(net.apply(trainMode(keyAt(update)), now, state, x)[0], y))(at)
  const [mask] = masksOf('drop', { width: units, rate, mask: 'per-batch' })(keyAt(1), 1)
  const absent = reshape(tensor([...mask!].map((bit) => 1 - Number(bit))), [1, units])
  const optimizer = adam<Params>({ learningRate: 1e-3 })
  const first = slopes(params, 0)
  const [step, after] = optimizer.update(first, optimizer.init(params), { params, step: 0, value: 0 })
  const second = applyStep(params, step)
  const gradient = slopes(second, 1)
  const [next] = optimizer.update(gradient, after, { params: second, step: 1, value: 0 })
  const intoAbsent = (of: { readonly hidden: { readonly weight: Tensor } }): readonly number[] =>
    Array.from(toTypedArray(mul(of.hidden.weight, absent)), Math.abs)
  const count = inputs * [...mask!].filter((bit) => bit === '0').length
  return {
    slope: Math.max(...intoAbsent(gradient)),
    moved: intoAbsent(next).filter((change) => change > 0).length / count,
  }
}

/** The hidden layers of the noisy digits' network as they are in one update: its units that are there. */
const thinnerPicture = (masks: readonly string[], rate: number): Picture => ({
  kind: 'images',
  title: {
    en: `64 hidden units in ${masks.length} updates, rate ${rate}: dark ones are there`,
    bg: `64 скрити неврона в ${masks.length} стъпки, дял ${decimalComma(rate)}: тъмните участват`,
  },
  scale: 'ink',
  value: { title: { en: 'takes part', bg: 'участва' } },
  images: masks.map((mask, i) => ({
    caption: { en: `update ${i + 1}`, bg: `стъпка ${i + 1}` },
    pixels: Array.from({ length: 8 }, (_, row) => [...mask.slice(8 * row, 8 * row + 8)].map(Number)),
  })),
})

/** The share of connections between two layers both ends of which are there. */
const connections = (first: readonly string[], second: readonly string[]): number => {
  const kept = (mask: string): number => [...mask].filter((bit) => bit === '1').length / mask.length
  return first.reduce((total, mask, i) => total + kept(mask) * kept(second[i]!), 0) / first.length
}

/** The network of the noisy digits where outputs drop out as well. */
const droppedEverywhere = (rate: number) =>
  network(
    256,
    dense('hidden1', 128),
    activation('relu'),
    dropout('drop1', rate, { mask: 'per-batch' }),
    dense('hidden2', 64),
    activation('relu'),
    dropout('drop2', rate, { mask: 'per-batch' }),
    dense('output', 10),
    dropout('drop3', rate, { mask: 'per-batch' }),
  )

/** Every update trains a thinner network. */
export const c9 = claim({
  id: 'C9',
  lines: '208–233',
  asWritten: {
    en: 'Each time before the gradients are computed every neuron drops out with p %; the structure changes, it gets thinner, and the new network is trained.',
    bg: 'Всеки път преди пресмятане на градиентите всеки неврон отпада с p %; структурата се променя, изтънява и се обучава новата мрежа.',
  },
  corrected: {
    en: 'The same, with p a fraction in [0, 1): of the connections between two layers (1 − p)² are left, and what leads to an absent neuron has no slope. One mask per mini-batch, as described, or, as is practice, one per example, which trains as many networks at once. By plain gradient steps only the thinner network changes; the momentum of Adam moves absent neurons too. That outputs drop out as well does no harm here.',
    bg: 'Същото, с p като дял в [0, 1): от връзките между два слоя остават (1 − p)², а теглата към отсъстващ неврон имат градиент нула. Една маска за мини-партида (mini-batch), както е описано, или, както е на практика, по една за пример, при което се обучават толкова мрежи наведнъж. С обикновени градиентни стъпки се променя само изтънялата мрежа; инерцията на Adam движи и отсъстващите неврони. Отпадането и на изходи тук не вреди.',
  },
  measures: {
    frequency: {
      name: {
        en: 'masks per mini-batch: standard errors of the share dropped from p',
        bg: 'маска за мини-партида: отстояние на отпадналия дял от p, в стандартни грешки',
      },
      corrected: { atMost: 4 },
      literal: { atMost: 4 },
    },
    structures: {
      name: {
        en: 'share of updates whose network was not there before',
        bg: 'дял на стъпките с нова, несрещана структура',
      },
      corrected: { within: [1, 1] },
      literal: { within: [1, 1] },
    },
    batchMasks: {
      name: { en: 'most masks in one mini-batch', bg: 'най-много маски в една мини-партида' },
      corrected: { within: [1, 1] },
      literal: { within: [1, 1] },
    },
    connections: {
      name: {
        en: 'connections left between hidden layers / (1 − p)²',
        bg: 'останали връзки между скритите слоеве / (1 − p)²',
      },
      // Over 100 updates the mean of a product of two shares varies by 1 %.
      corrected: { within: [0.96, 1.04] },
      literal: { atMost: 1.04 },
    },
    absentSlope: {
      name: {
        en: 'largest slope along weights into absent neurons',
        bg: 'най-голям градиент по теглата към отсъстващи неврони',
      },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    outputsToo: {
      name: {
        en: 'test cross-entropy where outputs drop out as well / where they do not',
        bg: 'кръстосана ентропия (тестов набор), когато отпадат и изходи / когато не отпадат',
      },
      literal: { atMost: 1 },
    },
    absentMoved: {
      name: {
        en: 'share of weights into absent neurons that Adam moves',
        bg: 'дял на теглата към отсъстващи неврони, които Adam премества',
      },
      corrected: { atLeast: 0.3 },
    },
    exampleFrequency: {
      name: {
        en: 'masks per example: standard errors of the share dropped from p',
        bg: 'маска за пример: отстояние на отпадналия дял от p, в стандартни грешки',
      },
      corrected: { atMost: 4 },
    },
    exampleMasks: {
      name: {
        en: 'masks per example: fewest different ones in a mini-batch of 32',
        bg: 'маска за пример: най-малко различни в мини-партида от 32',
      },
      corrected: { within: [32, 32] },
    },
  },
  settings: {
    rate: { name: { en: 'share that drops out, p', bg: 'дял на отпадане p' }, value: 0.3, max: 0.95 },
    updates: { name: { en: 'updates looked at', bg: 'разгледани стъпки' }, value: 100, whole: true },
    trainingRate: {
      name: { en: 'p where a network is trained', bg: 'p при обучението на мрежа' },
      value: 0.5,
    },
    epochs: {
      name: { en: 'epochs of that training', bg: 'епохи на това обучение' },
      value: 150,
      whole: true,
    },
  },
  measure: ({ key, settings: { rate, updates, trainingRate, epochs }, progress }) => {
    const keys = Array.from({ length: updates }, (_, i) => foldIn(foldIn(key, 'updates'), i))
    const drawn = (name: string, width: number, mask: 'per-example' | 'per-batch') => {
      const masks = masksOf(name, { width, rate, mask })
      return keys.map((update) => masks(update, noisyBatch))
    }
    const batch = drawn('drop2', 64, 'per-batch')
    const example = drawn('drop2', 64, 'per-example')
    const different = (masks: readonly string[]): number => new Set(masks).size
    // A per-batch mask is one draw, whatever the rows it is for.
    const second = batch.map(([mask]) => mask!)
    const first = drawn('drop1', 128, 'per-batch').map(([mask]) => mask!)
    const absent = absentWeights(foldIn(key, 'absent'), { units: 64, rate })
    progress(1, 3)
    const data = noisy300(foldIn(key, 'data'))
    const testLoss = <P, S>(net: Network<P, S>): number => {
      const { params, state } = trainedOnNoise(key, net, { data, epochs })
      return evaluate(net, params, state, data.test).loss
    }
    const everywhere = testLoss(droppedEverywhere(trainingRate))
    progress(2, 3)
    return {
      figures: {
        frequency: deviations(second, rate),
        structures: different(first.map((mask, i) => mask + second[i]!)) / updates,
        batchMasks: Math.max(...batch.map(different)),
        connections: connections(first, second) / (1 - rate) ** 2,
        absentSlope: absent.slope,
        outputsToo: everywhere / testLoss(droppedNetwork('inverted', trainingRate)),
        absentMoved: absent.moved,
        exampleFrequency: deviations(example.flat(), rate),
        exampleMasks: Math.min(...example.map(different)),
      },
      pictures: [thinnerPicture(second.slice(0, 8), rate)],
    }
  },
})
