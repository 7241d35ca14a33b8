import { foldIn, tensor, toTypedArray, type Key } from 'puregrad'
import { allForTraining, dataset, minibatches, type Dataset } from 'puregrad/data'
import { activation, dense, network } from 'puregrad/nn'
import { claim } from '../claim.ts'
import { descentOf, searchRate } from './counted-descent.ts'
import { decimalComma } from './decimal-comma.ts'
import { digitsParts } from './digits-parts.ts'

/** Rows that carry their own number. */
const numbered = (n: number): Dataset<'train'> =>
  allForTraining(
    dataset({ x: tensor(Array.from({ length: n }, (_, i) => [i])), y: tensor(new Int32Array(n)) }),
  )

/** The rows of an epoch in their order, by number. */
const orderOf = (data: Dataset<'train'>, batch: number, key: Key): readonly number[] =>
  minibatches(data, batch, key).flatMap(({ x }) => Array.from(toTypedArray(x)))

const firstRates = { mini: 0.3, full: 0.8 }

/** An epoch is a partition of the rows into mini-batches, in a new order each time, and worth many full updates. */
export const f7 = claim({
  id: 'F7',
  lines: '608–646',
  asWritten: {
    en: 'Mini-batches are faster and better: one after another is picked until all are, which is one epoch; then it is repeated.',
    bg: 'Мини-партидите са по-бързи и по-добри: избират се една след друга, докато свършат, което е една епоха; после се повтаря.',
  },
  corrected: {
    en: 'The same, counted in passes over the data, each with its best rate: mini-batches need a fraction of the epochs to the same loss, and have a lower one after as many. Update by update the whole set does more. Every row is in exactly one batch of an epoch, and the order is new in every epoch and follows from the key.',
    bg: 'Същото, преброено в обхождания на данните, всяко с най-добрата си скорост: мини-партидите искат малка част от епохите до същата загуба и имат по-ниска след толкова епохи. Обновяване по обновяване целият набор прави повече. Всеки ред е точно в една партида на епохата, а редът е нов във всяка епоха и следва от ключа.',
  },
  measures: {
    faster: {
      name: {
        en: 'epochs to the same loss: mini-batches / whole set',
        bg: 'епохи до същата загуба: мини-партиди / целия набор',
      },
      corrected: { atMost: 0.25 },
      literal: { atMost: 0.5 },
    },
    better: {
      name: {
        en: 'loss after as many epochs: mini-batches / whole set',
        bg: 'загуба след толкова епохи: мини-партиди / целия набор',
      },
      corrected: { atMost: 0.6 },
      literal: { atMost: 0.8 },
    },
    perUpdate: {
      name: {
        en: 'updates to the same loss: mini-batches / whole set',
        bg: 'обновявания до същата загуба: мини-партиди / целия набор',
      },
      corrected: { atLeast: 1 },
    },
    lost: {
      name: { en: 'rows missing or repeated in an epoch', bg: 'липсващи или повторени редове в епоха' },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    kept: {
      name: {
        en: 'share of rows in the same place in the next epoch',
        bg: 'дял на редовете на същото място в следващата епоха',
      },
      corrected: { atMost: 0.02 },
    },
    repeated: {
      name: {
        en: 'rows in another place when an epoch is run again',
        bg: 'редове на друго място, когато епохата се повтори',
      },
      corrected: { within: [0, 0] },
    },
  },
  settings: {
    rows: { name: { en: 'training rows', bg: 'обучаващи редове' }, value: 1000, whole: true },
    batch: { name: { en: 'examples of a mini-batch', bg: 'примери в мини-партида' }, value: 32, whole: true },
    epochs: {
      name: { en: 'epochs to compare after', bg: 'епохи, след които се сравнява' },
      value: 6,
      whole: true,
    },
    target: { name: { en: 'loss to reach', bg: 'загуба, която да се достигне' }, value: 0.5 },
  },
  measure: ({ key, settings: { rows, batch, epochs, target }, progress }) => {
    const { train } = digitsParts(key, { train: rows, test: 1 })
    const net = network(256, dense('hidden', 32), activation('relu'), dense('output', 10))
    const { effort, lossAfter } = descentOf(net, { train, watched: train }, foldIn(key, 'training'))
    const methods = [
      { size: batch, first: firstRates.mini, look: 4, passes: 30 },
      { size: rows, first: firstRates.full, look: 1, passes: 200 },
    ].map(({ size, first, look, passes }, i) => {
      const fastest = searchRate(
        first,
        (rate) => effort({ batch: size, target, look, budget: passes * rows }, rate),
        ({ evaluations }) => evaluations,
      )
      // The best of the whole set is still falling: every rate counts, each with its own count of epochs.
      const after = (passed: number): number =>
        searchRate(
          first,
          (rate) => lossAfter({ batch: size, budget: passed * rows }, rate),
          (loss) => loss,
        ).best
      const losses = [1, Math.ceil(epochs / 2), epochs].map((passed) => [passed, after(passed)] as const)
      progress(i + 1, 2)
      return { fastest: fastest.best, losses }
    })
    const [mini, full] = [methods[0]!, methods[1]!]
    const data = numbered(rows)
    const orders = [0, 1, 2].map((epoch) => orderOf(data, batch, foldIn(key, epoch)))
    const again = orderOf(data, batch, foldIn(key, 1))
    const lost = orders.map((order) => rows - new Set(order).size + Math.abs(order.length - rows))
    const kept = orders.slice(1).map((order, e) => order.filter((row, i) => row === orders[e]![i]).length)
    return {
      figures: {
        faster: mini.fastest.evaluations / full.fastest.evaluations,
        better: mini.losses.at(-1)![1] / full.losses.at(-1)![1],
        perUpdate: mini.fastest.updates / full.fastest.updates,
        lost: Math.max(...lost),
        kept: Math.max(...kept) / rows,
        repeated: again.filter((row, i) => row !== orders[1]![i]).length,
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `${rows} digits: loss after some epochs, the best rate for each number of them`,
            bg: `${rows} цифри: загуба след няколко епохи, най-добрата скорост за всеки брой`,
          },
          x: { title: { en: 'epochs', bg: 'епохи' }, whole: true },
          y: { title: { en: 'train cross-entropy', bg: 'кръстосана ентропия, обучаващ набор' } },
          series: [
            {
              name: { en: `mini-batches of ${batch}`, bg: `мини-партиди по ${batch}` },
              mark: 'both',
              points: mini.losses,
            },
            { name: { en: 'whole set', bg: 'целият набор' }, mark: 'both', points: full.losses },
          ],
          rules: [
            { name: { en: `loss ${target}`, bg: `загуба ${decimalComma(target)}` }, axis: 'y', at: target },
          ],
        },
      ],
    }
  },
})
