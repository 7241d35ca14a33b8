import { foldIn } from 'puregrad'
import { activation, dense, network } from 'puregrad/nn'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { digitsParts } from './digits-parts.ts'
import { descentOf, searchRate } from './counted-descent.ts'

/** Batch sizes with a first rate to try, and after how many updates the loss is looked at; the last is all rows. */
const plans = [
  { batch: 1, rate: 0.02, look: 250 },
  { batch: 8, rate: 0.1, look: 40 },
  { batch: 32, rate: 0.3, look: 10 },
  { batch: 128, rate: 0.6, look: 3 },
  { batch: 512, rate: 0.8, look: 1 },
  { batch: Infinity, rate: 0.8, look: 1 },
] as const

/** In evaluations the small sizes win; where an update has a price of its own, one between does. */
export const f8 = claim({
  id: 'F8',
  lines: '648–662',
  asWritten: {
    en: 'A batch of all m examples takes too long per iteration; a batch of one is noisy and takes longer; a size between, neither too small nor too large, is best.',
    bg: 'Партида от всички m примера отнема твърде много време на итерация; партида от един е шумна и отнема повече време; най-добра е големина помежду им, нито твърде малка, нито твърде голяма.',
  },
  corrected: {
    en: 'Counted to the same dev loss, each size with its best rate: updates fall with the size, and evaluations of examples rise from some size on, so all m examples cost many times what a small batch does. But one example at a time costs hardly more evaluations than any other size: it takes longer only because an update has a price of its own beside that of its examples. With such a price a size between is best.',
    bg: 'Преброено до една и съща загуба върху проверяващия (dev) набор, всяка големина с най-добрата си скорост: обновяванията намаляват с големината, а пресмятанията на примери от някоя големина нататък растат, така че всички m примера струват многократно повече от малка партида. Но пример по пример пресмятанията не са много повече, отколкото при която и да е друга големина: отнема повече време само защото обновяването има и своя цена освен тази на примерите си. При такава цена най-добра е големина помежду им.',
  },
  condition: {
    en: 'an update has a price of its own beside that of its examples, as on machines that take many examples at once, and each size is given the rate that suits it.',
    bg: 'обновяването има и своя цена освен тази на примерите си, както при машини, които вземат много примери наведнъж, и всяка големина получава подходящата си скорост на обучение.',
  },
  measures: {
    oneEvaluations: {
      name: {
        en: 'evaluations with one example at a time / least of the sizes between',
        bg: 'пресмятания пример по пример / най-малкото от големините помежду',
      },
      corrected: { atMost: 2 },
      literal: { atLeast: 1.5 },
    },
    allEvaluations: {
      name: {
        en: 'evaluations with all examples at a time / least of the sizes between',
        bg: 'пресмятания с всички примери наведнъж / най-малкото от големините помежду',
      },
      corrected: { atLeast: 10 },
      literal: { atLeast: 1.5 },
    },
    oneCost: {
      name: {
        en: 'with a price of an update, one example at a time: cost / least between',
        bg: 'с цена на обновяването, пример по пример: цена / най-малката помежду',
      },
      corrected: { atLeast: 3 },
    },
    allCost: {
      name: {
        en: 'with a price of an update, all examples at a time: cost / least between',
        bg: 'с цена на обновяването, всички примери: цена / най-малката помежду',
      },
      corrected: { atLeast: 5 },
    },
    updatesFall: {
      name: { en: 'updates with one example / updates with all', bg: 'обновявания с един пример / с всички' },
      corrected: { atLeast: 10 },
    },
    inside: {
      name: {
        en: 'share of sizes whose best rate is inside of the rates tried',
        bg: 'дял на големините, чиято най-добра скорост е вътре в опитаните',
      },
      corrected: { within: [1, 1] },
    },
  },
  settings: {
    rows: { name: { en: 'training rows m', bg: 'обучаващи редове m' }, value: 2000, min: 600, whole: true },
    units: { name: { en: 'hidden units', bg: 'скрити неврони' }, value: 32, whole: true },
    target: {
      name: { en: 'dev cross-entropy to reach', bg: 'кръстосана ентропия, която да се достигне' },
      value: 0.35,
    },
    price: {
      name: {
        en: 'price of an update, in evaluations of an example',
        bg: 'цена на обновяване в пресмятания на пример',
      },
      value: 16,
      min: 0,
    },
  },
  measure: ({ key, settings: { rows, units, target, price }, progress }) => {
    const { train, test } = digitsParts(key, { train: rows, test: 500 })
    const net = network(256, dense('hidden', units), activation('relu'), dense('output', 10))
    const { effort } = descentOf(net, { train, watched: test }, foldIn(key, 'training'))
    const runs = plans.map(({ batch, rate, look }, i) => {
      const size = Math.min(batch, rows)
      const plan = {
        batch: size,
        target,
        look,
        budget: size === 1 ? 5 * rows : Math.min(120 * rows, 1200 * size),
      }
      const found = searchRate(
        rate,
        (learningRate) => effort(plan, learningRate),
        ({ updates }) => updates,
      )
      progress(i + 1, plans.length)
      return { size, ...found }
    })
    const evaluations = runs.map(({ best }) => best.evaluations)
    const costs = runs.map(({ best }) => best.evaluations + price * best.updates)
    const overBetween = (of: readonly number[], i: number): number => of.at(i)! / Math.min(...of.slice(1, -1))
    const series = (of: readonly number[]) => runs.map(({ size }, i) => [size, of[i]!] as const)
    return {
      figures: {
        oneEvaluations: overBetween(evaluations, 0),
        allEvaluations: overBetween(evaluations, -1),
        oneCost: overBetween(costs, 0),
        allCost: overBetween(costs, -1),
        updatesFall: runs[0]!.best.updates / runs.at(-1)!.best.updates,
        inside: runs.filter(({ inside }) => inside).length / runs.length,
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `${rows} digits to a dev cross-entropy of ${target}, each size with its best rate`,
            bg: `${rows} цифри до кръстосана ентропия ${decimalComma(target)}, всяка големина с най-добрата си скорост`,
          },
          x: { title: { en: 'batch size', bg: 'големина на партидата' }, scale: 'log' },
          y: { title: { en: 'number', bg: 'брой' }, scale: 'log' },
          series: [
            {
              name: { en: 'updates', bg: 'обновявания' },
              mark: 'both',
              points: series(runs.map(({ best }) => best.updates)),
            },
            { name: { en: 'evaluations', bg: 'пресмятания' }, mark: 'both', points: series(evaluations) },
            {
              name: {
                en: `evaluations + ${price} for an update`,
                bg: `пресмятания + ${decimalComma(price)} за обновяване`,
              },
              mark: 'both',
              points: series(costs),
            },
          ],
        },
        {
          kind: 'curves',
          title: {
            en: 'The best rate of each size',
            bg: 'Най-добрата скорост на обучение за всяка големина',
          },
          x: { title: { en: 'batch size', bg: 'големина на партидата' }, scale: 'log' },
          y: { title: { en: 'learning rate', bg: 'скорост на обучение' }, scale: 'log' },
          series: [
            {
              name: { en: 'best rate', bg: 'най-добра скорост' },
              mark: 'both',
              points: runs.map(({ size, rate }) => [size, rate] as const),
            },
          ],
        },
      ],
    }
  },
})
