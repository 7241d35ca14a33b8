import { foldIn, item, leavesOf, log, maximum, softmax, type Key, type Tensor } from 'puregrad'
import { noisy300, type Noisy300 } from 'puregrad/data'
import { evalMode, softmaxCrossEntropy, type Network } from 'puregrad/nn'
import type { Picture } from 'puregrad/report'
import { arithmeticMean } from 'puregrad/study'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { droppedNetwork, noisyNetwork } from './noisy-digits.ts'
import { watchedTraining } from './watched-training.ts'

/** A place of a training: after how many epochs, and what the network there says of the test rows. */
interface Stop {
  readonly epochs: number
  readonly said: Tensor
}

interface Run {
  readonly numbers: number
  /** Where the dev loss is lowest. */
  readonly best: Stop
  readonly last: Stop
}

const run = <P, S>(key: Key, net: Network<P, S>, data: Noisy300, epochs: number): Run => {
  const { best, last } = watchedTraining(key, net, data, { epochs }).outcome
  const stop = ({ epoch, params, layers }: typeof best | typeof last): Stop => ({
    epochs: epoch,
    said: softmax(net.apply(evalMode, params, layers, data.test.x)[0]),
  })
  return {
    numbers: leavesOf(best.params).reduce((total, leaf) => total + leaf.size, 0),
    best: stop(best),
    last: stop(last),
  }
}

const average = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length

const lossOf = (probabilities: Tensor, y: Tensor): number =>
  item(softmaxCrossEntropy(log(maximum(probabilities, 1e-38)), y))

/** Dropout beside as many networks as it takes to have no higher a loss, of those that there are. */
const beside = (dropped: Stop, many: readonly Stop[], y: Tensor) => {
  const loss = lossOf(dropped.said, y)
  // The mean loss of as many as can be had one after the other, in a circle, is that of no network in particular.
  const losses = many.map((_, i) =>
    average(
      many.map((_first, from) =>
        lossOf(arithmeticMean(many.map((__, j) => many[(from + j) % many.length]!.said).slice(0, i + 1)), y),
      ),
    ),
  )
  const first = losses.findIndex((mean) => mean <= loss)
  const networks = first < 0 ? many.length : first + 1
  return {
    loss,
    losses,
    networks,
    updates: dropped.epochs / (networks * average(many.map(({ epochs }) => epochs))),
  }
}

const manyPicture = (
  rate: number,
  ends: readonly {
    readonly name: { readonly en: string; readonly bg: string }
    readonly beside: ReturnType<typeof beside>
  }[],
): Picture => ({
  kind: 'curves',
  title: {
    en: `300 noisy digits: mean of several networks beside one with dropout ${rate}`,
    bg: `300 цифри с шум: средно на няколко мрежи и една с отпадане ${decimalComma(rate)}`,
  },
  x: { title: { en: 'networks in the mean', bg: 'мрежи в средното' }, whole: true },
  y: { title: { en: 'test cross-entropy', bg: 'кръстосана ентропия (тестов набор)' } },
  series: ends.map(({ name, beside: { losses } }) => ({
    name,
    mark: 'both',
    points: losses.map((loss, i) => [i + 1, loss] as const),
  })),
  rules: ends.map(({ name, beside: { loss } }) => ({
    name: { en: `dropout, ${name.en}`, bg: `отпадане, ${name.bg}` },
    axis: 'y',
    at: loss,
  })),
})

/** What an ensemble costs beside dropout. */
export const c12 = claim({
  id: 'C12',
  lines: '180–187',
  asWritten: {
    en: 'To train and to evaluate many networks is too expensive in time and memory; dropout is not.',
    bg: 'Обучението и оценяването на много мрежи е прекалено скъпо по време и памет; отпадането (dropout) не е.',
  },
  corrected: {
    en: 'Beside as many networks as are no worse, dropout has the parameters and the evaluations of one, and, where all train for the same number of epochs, the updates of one. It needs more updates to its best, though: where each training stops at its lowest dev loss, two networks, whose mean is about as good, are trained in fewer updates than dropout.',
    bg: 'В сравнение с толкова мрежи, колкото не му отстъпват, отпадането има параметрите и оценяванията на една, а когато всички се обучават еднакъв брой епохи – и стъпките на една. Само че до най-доброто си състояние то стига с повече стъпки: ако всяко обучение спира при най-ниската си загуба върху проверяващия набор (dev), две мрежи, чието средно е горе-долу толкова добро, се обучават с по-малко стъпки от него.',
  },
  condition: {
    en: 'all networks train for the same number of epochs; stopped early, it is dropout that takes more updates.',
    bg: 'всички мрежи се обучават еднакъв брой епохи; при ранно спиране повече стъпки са нужни на отпадането.',
  },
  remark: {
    en: 'The lines are those of the statement on dropout beside it.',
    bg: 'Посочените редове са на съседното твърдение за отпадането.',
  },
  measures: {
    updates: {
      name: {
        en: 'updates with dropout / of as many networks as are no worse, same epochs',
        bg: 'стъпки с отпадане / на толкова мрежи, колкото не отстъпват, еднакъв брой епохи',
      },
      corrected: { atMost: 0.5 },
      literal: { atMost: 0.5 },
    },
    memory: {
      name: {
        en: 'parameters with dropout / of these networks',
        bg: 'параметри с отпадане / на тези мрежи',
      },
      corrected: { atMost: 0.5 },
      literal: { atMost: 0.5 },
    },
    bestUpdates: {
      name: {
        en: 'updates with dropout / of a few networks, each stopped at its lowest dev loss',
        bg: 'стъпки с отпадане / на няколко мрежи, всяка спряна при най-ниската проверяваща загуба',
      },
      corrected: { atLeast: 1.3 },
      literal: { atMost: 1 },
    },
    fewLoss: {
      name: {
        en: 'test cross-entropy there, with dropout / of the mean of these few',
        bg: 'кръстосана ентропия (тестов набор) тогава, с отпадане / на средното на тези няколко',
      },
      corrected: { within: [0.9, 1.1] },
    },
    slower: {
      name: {
        en: 'updates to the lowest dev loss, with dropout / without',
        bg: 'стъпки до най-ниската проверяваща загуба, с отпадане / без него',
      },
      corrected: { atLeast: 2 },
    },
    bestLoss: {
      name: {
        en: 'test cross-entropy there, with dropout / of one network',
        bg: 'кръстосана ентропия (тестов набор) тогава, с отпадане / на една мрежа',
      },
      corrected: { atMost: 1.03 },
    },
  },
  settings: {
    networks: { name: { en: 'networks at most', bg: 'мрежи, най-много' }, value: 4, whole: true, max: 40 },
    few: {
      name: { en: 'networks where each stops early', bg: 'мрежи при ранно спиране' },
      value: 2,
      whole: true,
      max: 40,
    },
    rate: { name: { en: 'dropout rate', bg: 'дял на отпадане' }, value: 0.5, max: 0.95 },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 100, whole: true, max: 1000 },
  },
  measure: ({ key, settings: { networks, few, rate, epochs }, progress }) => {
    const data = noisy300(foldIn(key, 'data'))
    const { y } = data.test
    const dropped = run(key, droppedNetwork('inverted', rate), data, epochs)
    const many = Array.from({ length: networks }, (_, i) => {
      progress(i + 1, networks + 1)
      return run(foldIn(foldIn(key, 'networks'), i), noisyNetwork(), data, epochs)
    })
    const atLast = beside(
      dropped.last,
      many.map(({ last }) => last),
      y,
    )
    const atBest = beside(
      dropped.best,
      many.map(({ best }) => best),
      y,
    )
    const slower = dropped.best.epochs / average(many.map(({ best }) => best.epochs))
    const some = Math.min(few, networks)
    return {
      figures: {
        updates: atLast.updates,
        memory: dropped.numbers / (atLast.networks * many[0]!.numbers),
        bestUpdates: slower / some,
        fewLoss: atBest.loss / atBest.losses[some - 1]!,
        slower,
        bestLoss: atBest.loss / atBest.losses[0]!,
      },
      pictures: [
        manyPicture(rate, [
          { name: { en: `after ${epochs} epochs`, bg: `след ${epochs} епохи` }, beside: atLast },
          { name: { en: 'at the lowest dev loss', bg: 'при най-ниска загуба' }, beside: atBest },
        ]),
      ],
    }
  },
})
