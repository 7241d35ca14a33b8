import { foldIn } from 'puregrad'
import { noisy300, type Noisy300 } from 'puregrad/data'
import type { CurvesPicture, PictureRule, Wording } from 'puregrad/report'
import { evaluate, type Evaluation } from 'puregrad/training'
import { claim } from '../claim.ts'
import { noisyNetwork } from './noisy-digits.ts'
import { watchedTraining, type Watched } from './watched-training.ts'

const curves = (
  title: Wording,
  y: Wording,
  seen: readonly Watched[],
  of: (evaluation: Evaluation) => number,
  rules: readonly PictureRule[],
): CurvesPicture => ({
  kind: 'curves',
  title,
  x: { title: { en: 'epoch', bg: 'епоха' }, whole: true },
  y: { title: y },
  series: [
    {
      name: { en: 'train', bg: 'обучаващ набор' },
      points: seen.map(({ train }, i) => [i + 1, of(train)]),
    },
    { name: { en: 'dev', bg: 'проверяващ набор' }, points: seen.map(({ dev }, i) => [i + 1, of(dev)]) },
  ],
  rules,
})

/** Training stops when the dev error no longer falls, and the best parameters are given back. */
export const c5 = claim({
  id: 'C5',
  lines: '158–163',
  asWritten: {
    en: 'When the error on the validation set rises or stays flat for some iterations, training is stopped and the setting with the lowest one is taken.',
    bg: 'Когато грешката върху проверяващия набор (dev) расте или не се променя няколко итерации, обучението се спира и се взема настройката с най-ниската.',
  },
  corrected: {
    en: 'The same, and which error is watched matters: here the dev cross-entropy rises by half while the accuracy stays where it was.',
    bg: 'Същото, но има значение коя грешка се следи: тук кръстосаната ентропия върху проверяващия набор нараства с половина, а точността остава същата.',
  },
  measures: {
    testGain: {
      name: {
        en: 'test loss of the parameters with the lowest dev loss / of the last',
        bg: 'загуба върху тестовия набор: параметри с най-ниска проверяваща загуба / последни',
      },
      corrected: { atMost: 0.8 },
      literal: { atMost: 1 },
    },
    returned: {
      name: {
        en: 'dev loss of the parameters given back − the lowest seen',
        bg: 'проверяваща загуба на върнатите параметри − най-ниската срещната',
      },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    sameBest: {
      name: {
        en: 'best epoch where training stops early − where it does not',
        bg: 'най-добра епоха при спиране − без спиране',
      },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    stopped: {
      name: { en: 'epochs until it stops', bg: 'епохи до спирането' },
      corrected: { atMost: 45 },
    },
    bestEpoch: {
      name: { en: 'epoch of the lowest dev loss', bg: 'епоха с най-ниска проверяваща загуба' },
      corrected: { within: [2, 30] },
    },
    lossRise: {
      name: {
        en: 'dev loss at the end / the lowest',
        bg: 'проверяваща загуба в края / най-ниската',
      },
      corrected: { atLeast: 1.3 },
    },
    accuracyChange: {
      name: {
        en: 'dev accuracy at the end − at the lowest dev loss',
        bg: 'проверяваща точност в края − при най-ниската загуба',
      },
      corrected: { within: [-0.05, 0.05] },
    },
  },
  settings: {
    epochs: {
      name: { en: 'epochs without stopping', bg: 'епохи без спиране' },
      value: 150,
      whole: true,
      max: 1000,
    },
    patience: {
      name: { en: 'epochs that a rise is borne (patience)', bg: 'изчаквани епохи (patience)' },
      value: 10,
      whole: true,
    },
  },
  measure: ({ key, settings: { epochs, patience }, progress }) => {
    const data = noisy300(foldIn(key, 'data'))
    const net = noisyNetwork()
    const { outcome, seen } = watchedTraining(key, net, data, { epochs, progress })
    const early = watchedTraining(key, net, data, { epochs, patience })
    const stopped = early.outcome
    const { best, last } = outcome
    const devAt = (epoch: number): Evaluation => seen[epoch - 1]!.dev
    const loss = ({ params, layers }: typeof best | typeof last, set: Noisy300['dev' | 'test']): number =>
      evaluate(net, params, layers, set).loss
    const rules: readonly PictureRule[] = [
      { name: { en: 'lowest dev loss', bg: 'най-ниска загуба' }, axis: 'x', at: best.epoch },
      { name: { en: 'stops', bg: 'спира' }, axis: 'x', at: stopped.last.epoch },
    ]
    return {
      figures: {
        testGain: loss(best, data.test) / loss(last, data.test),
        returned: loss(stopped.best, data.dev) - Math.min(...early.seen.map(({ dev }) => dev.loss)),
        sameBest: stopped.best.epoch - best.epoch,
        stopped: stopped.last.epoch,
        bestEpoch: best.epoch,
        lossRise: devAt(last.epoch).loss / devAt(best.epoch).loss,
        accuracyChange: devAt(last.epoch).accuracy - devAt(best.epoch).accuracy,
      },
      pictures: [
        curves(
          {
            en: '300 digits with noisy labels, 256-128-64-10: cross-entropy by epoch',
            bg: '300 цифри с шум в класовете, 256-128-64-10: кръстосана ентропия по епохи',
          },
          { en: 'cross-entropy', bg: 'кръстосана ентропия' },
          seen,
          (evaluation) => evaluation.loss,
          rules,
        ),
        curves(
          {
            en: 'The same training, error: another thing to watch, another best epoch',
            bg: 'Същото обучение, грешка: друг критерий, друга най-добра епоха',
          },
          { en: 'share of wrong answers', bg: 'дял на грешните отговори' },
          seen,
          ({ accuracy }) => 1 - accuracy,
          rules,
        ),
      ],
    }
  },
})
