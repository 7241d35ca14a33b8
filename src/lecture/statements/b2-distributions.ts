import * as E from 'fp-ts/lib/Either.js'
import { foldIn, mul, tensor, toTypedArray, uniform, zeros, type Key } from 'puregrad'
import { car, dataset, driftReport, splitData, totalVariation, type Dataset } from 'puregrad/data'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { certainly } from './certainly.ts'

const [draws, rows] = [400, 1000]
const classShares = [0.5, 0.3, 0.15, 0.04, 0.01]
const ratios = { train: 0.8, dev: 0.1, test: 0.1 }

/** Rows of classes drawn with the shares. */
const drawn = (key: Key): Dataset<'raw'> => {
  const ends = classShares.map((_, i) => classShares.slice(0, i + 1).reduce((a, b) => a + b, 0))
  const labels = Array.from(toTypedArray(uniform(key, [rows], { dtype: 'float64' })), (u) =>
    Math.min(
      classShares.length - 1,
      ends.findIndex((end) => u < end),
    ),
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

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const tried = Array.from({ length: draws }, (_, i) => {
    const own = foldIn(key, i)
    const data = drawn(foldIn(own, 'rows'))
    const options = { key: foldIn(own, 'split') }
    const whole = sharesOf(data)
    const random = sharesOf(certainly(splitData(ratios, { ...options, stratify: false })(data)).dev)
    const stratified = splitData(ratios, options)(data)
    if (i % 50 === 0) progress(i, draws)
    return {
      random: totalVariation(random, whole),
      absent: random.includes(0),
      stratified: E.isRight(stratified) ? totalVariation(sharesOf(stratified.right.dev), whole) : undefined,
    }
  })
  const kept = tried.flatMap(({ stratified }) => (stratified === undefined ? [] : [stratified]))
  const cars = certainly(
    splitData(
      { train: 0.5, dev: 0.25, test: 0.25 },
      { key: foldIn(key, 'cars') },
    )(car({ key: foldIn(key, 'car'), n: 2000, dtype: 'float64' })),
  )
  const other = car({ key: foldIn(key, 'fresh'), n: 500, dtype: 'float64' })
  const alike = driftReport(cars.dev, other, { key: foldIn(key, 'alike') })
  // Another market: every car costs 60 % more.
  const market = { ...cars.train, x: mul(cars.train.x, tensor([1, 1.6], { dtype: 'float64' })) }
  const unlike = driftReport(market, cars.dev, { key: foldIn(key, 'unlike') })
  return {
    figures: {
      'total variation of dev from all, stratified, largest': Math.max(...kept),
      'total variation of dev from all, at random, mean': average(tried.map(({ random }) => random)),
      'share of random draws whose dev lacks a class': average(tried.map(({ absent }) => (absent ? 1 : 0))),
      'share of draws refused, as a class is too small': 1 - kept.length / draws,
      'one market: standard deviations of the AUC from ½': Math.abs(alike.auc - 0.5) / alike.aucDeviation,
      'two markets: standard deviations of the AUC from ½': Math.abs(unlike.auc - 0.5) / unlike.aucDeviation,
    },
    pictures: [
      {
        title: 'How far dev of 100 is from the whole in 400 draws',
        x: { title: 'share of draws' },
        y: { title: 'total variation' },
        mark: 'line',
        series: [
          { name: 'at random', of: tried.map(({ random }) => random) },
          { name: 'stratified', of: kept },
        ].map(({ name, of }) => ({
          name,
          points: of.toSorted((a, b) => a - b).map((value, i) => [(i + 1) / of.length, value] as const),
        })),
      },
    ],
  }
}

/** Stratified parts are alike; what the training part must not be like is another matter. */
export const b2 = earlierClaim({
  id: 'B2',
  lines: '83–84',
  asWritten: {
    en: 'The dev and test sets must have the distribution of the training set; split so that all three are alike.',
    bg: 'Dev и test множествата трябва да имат разпределението на обучаващото; разделянето да прави и трите подобни.',
  },
  corrected: {
    en: 'Dev and test must match each other and what the network is for; the training set may differ, and then the difference is measured. Stratifying keeps the shares of K classes within K/(2m) of the whole in a dev set of m rows, always; at random a rare class is often absent.',
    bg: 'Dev и test трябва да си съответстват и да отговарят на предназначението на мрежата; обучаващото множество може да се различава, но тогава разликата се измерва. Стратифицирането държи дяловете на K класа винаги в рамките на K/(2m) от цялото при dev от m реда; при случайно разделяне рядък клас често липсва.',
  },
  condition: {
    en: '“the same distribution” is asked of dev and test; a training set that differs is allowed where the difference is known.',
    bg: '„едно разпределение“ се иска от dev и test; обучаващо множество с друго разпределение се допуска, когато разликата е известна.',
  },
  marks: {
    'total variation of dev from all, stratified, largest': { atMost: 0.025 },
    'total variation of dev from all, at random, mean': { within: [0.054, 0.074] },
    'share of random draws whose dev lacks a class': { within: [0.24, 0.46] },
    'share of draws refused, as a class is too small': { within: [0.02, 0.12] },
    'one market: standard deviations of the AUC from ½': { atMost: 4 },
    'two markets: standard deviations of the AUC from ½': { atLeast: 6 },
  },
  measure,
})
