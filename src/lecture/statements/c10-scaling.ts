import fc from 'fast-check'
import { abs, div, foldIn, item, mapTree, max, mul, sub, weightsOnly, type Tensor } from 'puregrad'
import { accuracy, convertDropout, evalMode, softmaxCrossEntropy } from 'puregrad/nn'
import type { Picture } from 'puregrad/report'
import { counterExample } from 'puregrad/testing'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { masksOf } from './dropout-masks.ts'
import { droppedNetwork, trainedOnNoise } from './noisy-digits.ts'

/** A weight and a drop rate in percent. */
interface Scaling {
  readonly percent: number
  readonly weight: number
}

const asWritten = ({ percent, weight }: Scaling): number => ((1 - percent) / 100) * weight
const meant = ({ percent, weight }: Scaling): number => (1 - percent / 100) * weight

const scalings = fc.record({
  percent: fc.integer({ min: 1, max: 99 }),
  weight: fc.integer({ min: 1, max: 64 }),
})

const temperatures = Array.from({ length: 25 }, (_, i) => 2 ** (i / 6 - 1))

/** The outputs of a network trained with dropout, with its weights scaled in different ways or not at all. */
const scaledOutputs = (
  rate: number,
  { data, params, state }: ReturnType<typeof trainedOnNoise<TrainedParams, TrainedState>>,
) => {
  const net = droppedNetwork('slide', rate)
  const { x } = data.test
  // In evaluation the slide's scaling multiplies what leaves a dropout layer by 1 − p: the tap takes that back.
  const unscaled = (at: TrainedParams): Tensor =>
    net.apply(evalMode, at, state, x, (output, position) =>
      net.spec.layers[position]?.kind === 'dropout' ? mul(output, 1 / (1 - rate)) : output,
    )[0]
  const inverted = convertDropout(net.spec, params, 'inverted')
  return {
    none: unscaled(params),
    all: unscaled(mapTree(params, (leaf, path) => (weightsOnly(path) ? mul(leaf, 1 - rate) : leaf))),
    leaving: unscaled({
      ...params,
      hidden2: { ...params.hidden2, weight: mul(params.hidden2.weight, 1 - rate) },
      output: { ...params.output, weight: mul(params.output.weight, 1 - rate) },
    }),
    ready: net.apply(evalMode, params, state, x)[0],
    inverted: droppedNetwork('inverted', rate).apply(evalMode, inverted.params, state, x)[0],
  }
}

type Started = ReturnType<ReturnType<typeof droppedNetwork>['init']>
type TrainedParams = Started['params']
type TrainedState = Started['state']

const lossesPicture = (rate: number, losses: readonly (readonly [string, string, number])[]): Picture => ({
  kind: 'bars',
  title: {
    en: `Noisy digits, trained with dropout ${rate}: test loss by what is scaled`,
    bg: `Цифри с шум, обучение с отпадане ${decimalComma(rate)}: загуба върху тестовия набор според мащабирането`,
  },
  x: { title: { en: 'scaled by 1 − p', bg: 'умножени по 1 − p' } },
  y: { title: { en: 'cross-entropy', bg: 'кръстосана ентропия' } },
  categories: losses.map(([en, bg]) => ({ en, bg })),
  series: [
    {
      name: { en: 'cross-entropy', bg: 'кръстосана ентропия' },
      values: losses.map(([, , value]) => ({ value })),
    },
  ],
})

/** At test time the weights that leave droppable units are scaled by 1 − p. */
export const c10 = claim({
  id: 'C10',
  lines: '239–254',
  asWritten: {
    en: 'Training: no dropout; if the rate is p %, all weights are multiplied by (1 − p) %; for p = 50 % a weight of 1 becomes 0.5.',
    bg: 'Обучение: без отпадане (dropout); ако делът е p %, всички тегла се умножават по (1 − p) %; при p = 50 % тегло 1 става 0,5.',
  },
  corrected: {
    en: 'Testing: no dropout; with a fraction p the weights that leave droppable units are multiplied by 1 − p. Without it what they feed is 1/(1 − p) times as large: over-confident outputs, a far higher cross-entropy and nearly the same accuracy. Dividing by 1 − p in training instead is the same function. Scaling all weights is another function; its loss is lower only because its outputs are flatter: at the best temperature of each it has no lead.',
    bg: 'Тестване: без отпадане; при дял p теглата, излизащи от неврони, които могат да отпаднат, се умножават по 1 − p. Без това входовете им са 1/(1 − p) пъти по-големи: прекалено уверени изходи, много по-висока кръстосана ентропия и почти същата точност. Делението на 1 − p при обучение е същата функция. Умножаването на всички тегла дава друга функция; загубата ѝ е по-малка само защото изходите са по-плоски: при най-добрата температура за всяка предимството изчезва.',
  },
  measures: {
    trainingDropped: {
      name: {
        en: 'share of units that a training pass drops',
        bg: 'дял на невроните, отпаднали при обучаващ проход',
      },
      literal: { within: [0, 0] },
    },
    all: {
      name: {
        en: 'all weights scaled: largest relative change of an output',
        bg: 'всички тегла умножени: най-голяма относителна промяна на изход',
      },
      literal: { atMost: 1e-5 },
    },
    half: {
      name: { en: 'w = 1 times (1 − p) %', bg: 'w = 1 по (1 − p) %' },
      literal: { within: [0.5, 0.5] },
    },
    leaving: {
      name: {
        en: 'weights that leave droppable units scaled: largest relative change of an output',
        bg: 'умножени са теглата след отпадащи неврони: най-голяма относителна промяна на изход',
      },
      corrected: { atMost: 1e-5 },
    },
    inverted: {
      name: {
        en: 'divided by 1 − p in training instead: largest relative change of an output',
        bg: 'вместо това делене на 1 − p при обучение: най-голяма относителна промяна на изход',
      },
      corrected: { atMost: 1e-5 },
    },
    unscaledLoss: {
      name: {
        en: 'test cross-entropy, unscaled / scaled',
        bg: 'кръстосана ентропия (тестов набор), немащабирана / мащабирана',
      },
      corrected: { atLeast: 2 },
    },
    accuracyChange: {
      name: { en: 'accuracy that scaling changes', bg: 'промяна на точността от мащабирането' },
      corrected: { atMost: 0.03 },
    },
    tempered: {
      name: {
        en: 'at the best temperature of each: cross-entropy, leaving weights scaled / all scaled',
        bg: 'при най-добра температура: кръстосана ентропия, само теглата след отпадащи / всички',
      },
      corrected: { atMost: 1.03 },
    },
  },
  settings: {
    rate: { name: { en: 'dropout rate', bg: 'дял на отпадане' }, value: 0.5, max: 0.95 },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 150, whole: true, max: 1000 },
  },
  measure: ({ key, settings: { rate, epochs }, progress }) => {
    const net = droppedNetwork('slide', rate)
    const trained = trainedOnNoise(key, net, { epochs })
    progress(1, 2)
    const { y } = trained.data.test
    const { none, all, leaving, ready, inverted } = scaledOutputs(rate, trained)
    const loss = (logits: Tensor): number => item(softmaxCrossEntropy(logits, y))
    const tempered = (logits: Tensor): number =>
      Math.min(...temperatures.map((temperature) => loss(div(logits, temperature))))
    const size = item(max(abs(ready)))
    const change = (of: Tensor): number => item(max(abs(sub(of, ready)))) / size
    const [mask] = masksOf('drop1', { width: 128, rate, mask: 'per-batch' })(foldIn(key, 'a pass'), 1)
    const found = counterExample(scalings, (drawn) => asWritten(drawn) === meant(drawn))
    return {
      figures: {
        trainingDropped: [...mask!].filter((bit) => bit === '0').length / mask!.length,
        all: change(all),
        half: asWritten({ percent: 100 * rate, weight: 1 }),
        leaving: change(leaving),
        inverted: change(inverted),
        unscaledLoss: loss(none) / loss(ready),
        accuracyChange: Math.abs(item(accuracy(none, y)) - item(accuracy(ready, y))),
        tempered: tempered(ready) / tempered(all),
      },
      pictures: [
        lossesPicture(rate, [
          ['none', 'никои', loss(none)],
          ['those leaving droppable units', 'след отпадащи неврони', loss(ready)],
          ['the same, best temperature', 'същите, най-добра температура', tempered(ready)],
          ['all', 'всички', loss(all)],
          ['all, best temperature', 'всички, най-добра температура', tempered(all)],
        ]),
      ],
      ...(found === undefined
        ? {}
        : {
            counterExample: {
              en: `p = ${found.percent} and w = ${found.weight}: (1 − p) % of w is ${asWritten(found)}, but w is kept with probability 1 − p %, which makes ${meant(found)} on average`,
              bg: `p = ${found.percent} и w = ${found.weight}: (1 − p) % от w е ${decimalComma(asWritten(found))}, но w остава с вероятност 1 − p %, което средно прави ${decimalComma(meant(found))}`,
            },
          }),
    }
  },
})
