import * as E from 'fp-ts/lib/Either.js'
import { concat, foldIn, mul, sub, tensor, toTypedArray, uniform, zeros, type Key } from 'puregrad'
import {
  allForTraining,
  car,
  dataset,
  digits16,
  driftReport,
  splitData,
  totalVariation,
  withFeatures,
  type Classes,
  type Dataset,
} from 'puregrad/data'
import { activation, dense, network } from 'puregrad/nn'
import { evaluate } from 'puregrad/training'
import { claim, type Progress } from '../claim.ts'
import { certainly } from './certainly.ts'
import { digitImages } from './digit-images.ts'
import { trainedByAdam } from './trained-by-adam.ts'

const classShares = [0.5, 0.3, 0.15, 0.04, 0.01]
const ratios = { train: 0.8, dev: 0.1, test: 0.1 }
const rows = 1000

type Digits = Dataset<'raw', Classes>

/** Rows of classes drawn with the shares. */
const drawn = (key: Key): Dataset<'raw'> => {
  const ends = classShares.map((_, i) => classShares.slice(0, i + 1).reduce((a, b) => a + b, 0))
  const labels = Array.from(toTypedArray(uniform(key, [rows], { dtype: 'float64' })), (u) =>
    ends.findIndex((end) => u < end),
  )
  return dataset({
    x: zeros([rows, 1]),
    y: tensor(Int32Array.from(labels, (label) => (label < 0 ? classShares.length - 1 : label))),
    classNames: classShares.map(String),
  })
}

const sharesOf = ({ y, n }: Dataset): readonly number[] => {
  const labels = Array.from(toTypedArray(y))
  return classShares.map((_, label) => labels.filter((other) => other === label).length / n)
}

const average = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / of.length

interface Draw {
  readonly random: number
  readonly absent: boolean
  /** Not where the split was refused. */
  readonly stratified?: number
}

/** How far dev is from the whole, split at random and with the classes' shares kept. */
const splits = (draws: number, key: Key, progress: Progress): readonly Draw[] =>
  Array.from({ length: draws }, (_, i) => {
    const own = foldIn(key, i)
    const data = drawn(foldIn(own, 'rows'))
    const options = { key: foldIn(own, 'split') }
    const whole = sharesOf(data)
    const random = sharesOf(certainly(splitData(ratios, { ...options, stratify: false })(data)).dev)
    const kept = splitData(ratios, options)(data)
    if (i % 50 === 0) progress(i, 2 * draws)
    return {
      random: totalVariation(random, whole),
      absent: random.includes(0),
      ...(E.isRight(kept) ? { stratified: totalVariation(sharesOf(kept.right.dev), whole) } : {}),
    }
  })

/** Standard deviations of the two-sample AUC from ½: within one market, and between two whose prices differ. */
const drift = (key: Key): { readonly alike: number; readonly unlike: number } => {
  const cars = certainly(
    splitData(
      { train: 0.5, dev: 0.25, test: 0.25 },
      { key: foldIn(key, 'cars') },
    )(car({ key: foldIn(key, 'car'), n: 2000, dtype: 'float64' })),
  )
  const other = car({ key: foldIn(key, 'fresh'), n: 500, dtype: 'float64' })
  const market = withFeatures(cars.train, { x: mul(cars.train.x, tensor([1, 1.6], { dtype: 'float64' })) })
  const deviations = ({ auc, aucDeviation }: ReturnType<typeof driftReport>): number =>
    Math.abs(auc - 0.5) / aucDeviation
  return {
    alike: deviations(driftReport(cars.dev, other, { key: foldIn(key, 'alike') })),
    unlike: deviations(driftReport(market, cars.dev, { key: foldIn(key, 'unlike') })),
  }
}

const net = network(256, dense('hidden', 64), activation('relu'), dense('output', 10))

/** The accuracy on some parts of a network trained on some digits, in as many updates whatever their number. */
const trainedOn = (digits: Digits, key: Key): ((part: Digits) => number) => {
  const train = allForTraining(digits)
  const epochs = Math.ceil(14_000 / digits.n)
  const { params, state } = trainedByAdam(net, train, { key, epochs })
  return (part) => evaluate(net, params, state, part).accuracy
}

/** Stratified parts are alike; what the training part must not be like is another matter. */
export const b2 = claim({
  id: 'B2',
  lines: '83–84',
  asWritten: {
    en: 'The dev and test sets must have the distribution of the training set; split so that all three are alike.',
    bg: 'Проверяващият (dev) и тестовият набор трябва да имат разпределението на обучаващия; разделянето да прави и трите подобни.',
  },
  corrected: {
    en: 'Dev and test must match each other and what the network is for: chosen by a dev set of another kind, the wrong network wins. The training set may differ: with few rows of the right kind, many of another one help, and the difference is measured. Stratifying keeps the shares of K classes within K/(2m) of the whole in a dev set of m rows; at random a rare class is often absent.',
    bg: 'Проверяващият и тестовият набор трябва да си съответстват и да отговарят на предназначението на мрежата: ако се избира по проверяващ набор от друг вид, печели погрешната мрежа. Обучаващият може да се различава: когато редовете от нужния вид са малко, помагат и много от друг вид, а разликата се измерва. Стратифицирането държи дяловете на K класа в рамките на K/(2m) от цялото при m реда за проверка; при случайно разделяне рядък клас често липсва.',
  },
  condition: {
    en: '“the same distribution” is asked of dev and test; a training set that differs is allowed where the difference is known.',
    bg: '„едно разпределение“ се иска от проверяващия и тестовия набор; обучаващ набор с друго разпределение се допуска, когато разликата е известна.',
  },
  measures: {
    matchedOnly: {
      name: {
        en: 'accuracy if all training rows are like test − if others are added',
        bg: 'точност, ако всички обучаващи редове са като тестовите − ако се добавят други',
      },
      corrected: { atMost: -0.05 },
      literal: { atLeast: 0 },
    },
    lostByDev: {
      name: {
        en: 'test accuracy lost by choosing with a dev set unlike test',
        bg: 'загубена точност при избор по проверяващ набор, различен от тестовия',
      },
      corrected: { atLeast: 0.3 },
    },
    stratified: {
      name: {
        en: 'total variation of dev from all, stratified, largest',
        bg: 'пълна вариация между проверяващия набор и цялото, стратифицирано, най-много',
      },
      corrected: { atMost: classShares.length / (2 * 0.1 * rows) },
      literal: { atMost: 0.05 },
    },
    random: {
      name: { en: 'the same, split at random, mean', bg: 'същото при случайно разделяне, средно' },
      corrected: { within: [0.05, 0.08] },
    },
    absent: {
      name: {
        en: 'share of random splits whose dev lacks a class',
        bg: 'дял на случайните разделяния, при които липсва клас',
      },
      corrected: { within: [0.22, 0.48] },
    },
    oneMarket: {
      name: {
        en: 'one market: standard deviations of the AUC from ½, mean of 4',
        bg: 'един пазар: на колко стандартни отклонения е AUC от ½, средно от 4',
      },
      corrected: { atMost: 3 },
    },
    twoMarkets: {
      name: {
        en: 'two markets: standard deviations of the AUC from ½, mean of 4',
        bg: 'два пазара: на колко стандартни отклонения е AUC от ½, средно от 4',
      },
      corrected: { atLeast: 6 },
    },
  },
  settings: {
    draws: { name: { en: 'splits drawn', bg: 'изтеглени разделяния' }, value: 300, whole: true },
    own: {
      name: { en: 'training rows like test', bg: 'обучаващи редове като тестовите' },
      value: 300,
      whole: true,
    },
    other: {
      name: { en: 'training rows of another kind', bg: 'обучаващи редове от друг вид' },
      value: 2000,
      whole: true,
    },
    noise: {
      name: { en: 'noise of a pixel in test', bg: 'шум на пиксел в тестовия набор' },
      value: 0.3,
      min: 0,
    },
  },
  measure: ({ key, settings: { draws, own, other, noise }, progress }) => {
    const tried = splits(draws, key, progress)
    const kept = tried.flatMap(({ stratified }) => (stratified === undefined ? [] : [stratified]))
    const noisy = (name: string, n: number): Digits => digits16({ key: foldIn(key, name), n, noise })
    const clean = digits16({ key: foldIn(key, 'clean'), n: other })
    const few = noisy('own', own)
    const test = noisy('test', 2000)
    const both = dataset({
      x: concat([few.x, clean.x]),
      y: concat([few.y, clean.y]),
      featureNames: few.featureNames,
      classNames: few.targets.names,
    })
    const [matched, added] = [few, both].map((digits) => trainedOn(digits, foldIn(key, 'training')))
    progress(3, 4)
    // Test is white on black, as few of the rows are; dev is like the many, or like test.
    const inverted = (digits: Digits): Digits => withFeatures(digits, { x: sub(1, digits.x) })
    const white = trainedOn(inverted(few), foldIn(key, 'inverted'))
    const black = trainedOn(clean, foldIn(key, 'inverted'))
    const chosenBy = (dev: Digits): typeof white => (white(dev) > black(dev) ? white : black)
    const target = inverted(test)
    const byAlike = chosenBy(inverted(noisy('dev', 500)))
    const byUnlike = chosenBy(digits16({ key: foldIn(key, 'dev'), n: 500 }))
    const markets = [0, 1, 2, 3].map((i) => drift(foldIn(foldIn(key, 'markets'), i)))
    return {
      figures: {
        matchedOnly: matched!(test) - added!(test),
        lostByDev: byAlike(target) - byUnlike(target),
        stratified: Math.max(...kept),
        random: average(tried.map(({ random }) => random)),
        absent: average(tried.map(({ absent }) => (absent ? 1 : 0))),
        oneMarket: average(markets.map(({ alike }) => alike)),
        twoMarkets: average(markets.map(({ unlike }) => unlike)),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `Classes of 50/30/15/4/1 %: how far 100 rows of dev are from ${rows}, ${draws} splits`,
            bg: `Класове от 50/30/15/4/1 %: разлика на 100 реда за проверка от ${rows}, ${draws} разделяния`,
          },
          x: { title: { en: 'share of splits', bg: 'дял на разделянията' } },
          y: { title: { en: 'total variation', bg: 'пълна вариация' } },
          series: [
            { name: { en: 'at random', bg: 'случайно' }, of: tried.map(({ random }) => random) },
            { name: { en: 'stratified', bg: 'стратифицирано' }, of: kept },
          ].map(({ name, of }) => ({
            name,
            points: of.toSorted((a, b) => a - b).map((value, i) => [(i + 1) / of.length, value] as const),
          })),
        },
        digitImages(
          { en: 'Digits of another kind, and like those of test', bg: 'Цифри от друг вид и като тестовите' },
          concat([clean.x, test.x]),
          [0, 1, 2, 3].flatMap((at) => [
            { at, caption: { en: 'another kind', bg: 'друг вид' } },
            { at: other + at, caption: { en: 'like test', bg: 'като тестовите' } },
          ]),
        ),
      ],
    }
  },
})
