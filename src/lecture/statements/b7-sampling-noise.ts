import { foldIn, type Key } from 'puregrad'
import { digits16, noisyLabels, rowsAt, type Classes, type Dataset } from 'puregrad/data'
import { activation, dense, network } from 'puregrad/nn'
import type { CurvesPicture, PictureAxis, Wording } from 'puregrad/report'
import {
  capacitySweep,
  labelNoiseSweep,
  sampleSizeSweep,
  type Classify,
  type ErrorPair,
  type SweepPoint,
} from 'puregrad/study'
import { claim } from '../claim.ts'
import { classifierOf, rowsFrom, trainedByAdam } from './trained-by-adam.ts'

const shares = [0, 0.25, 0.5, 1]

type Points = readonly SweepPoint<number, ErrorPair>[]

const pictureOf = (title: Wording, x: PictureAxis, points: Points): CurvesPicture => ({
  kind: 'curves',
  title,
  x,
  y: { title: { en: 'error', bg: 'грешка' } },
  series: [
    { name: { en: 'train', bg: 'обучаващ' }, part: 'train' as const },
    { name: { en: 'dev', bg: 'проверяващ (dev)' }, part: 'dev' as const },
  ].map(({ name, part }) => ({
    name,
    mark: 'both' as const,
    points: points.map(({ setting, result }) => [setting, result[part].value] as const),
    intervals: points.map(({ setting, result }) => [setting, ...result[part].interval] as const),
  })),
})

const errors = (points: Points, part: keyof ErrorPair): readonly number[] =>
  points.map(({ result }) => result[part].value)

const fit =
  (epochs: number) =>
  (units: number, rows: Dataset<'train', Classes>, key: Key): Classify => {
    const net = network(256, dense('hidden', units), activation('relu'), dense('output', 10))
    return classifierOf(net, trainedByAdam(net, rows, { key, epochs, batch: 50 }))
  }

/** A deep network has room for the noise of its sample, which nothing else shares. */
export const b7 = claim({
  id: 'B7',
  lines: '92–101',
  asWritten: {
    en: 'Deep networks can express complicated relations, and many of those are noise of the sample: present in the training set and absent from the test set, even when both are drawn from one distribution.',
    bg: 'Дълбоките мрежи могат да изразят сложни зависимости, много от които са шум на извадката: има ги в обучаващия набор и ги няма в тестовия, дори двата да са от едно разпределение.',
  },
  corrected: {
    en: 'The same at its purest: on random labels, where everything is noise, a network wide enough has no error on its training rows and guesses on others. The more labels are redrawn the worse it is on unseen rows, while the train error shows nothing; too few units cannot learn the noise, and more rows leave less of it to learn.',
    bg: 'Същото в най-чист вид: при случайни етикети, където всичко е шум, достатъчно широка мрежа няма грешка върху обучаващите редове, а върху другите налучква. Колкото повече етикети са изтеглени наново, толкова по-зле се справя с невижданите редове, без това да личи от обучаващата грешка; малкото неврони не могат да научат шума, а при повече редове остава по-малко от него за научаване.',
  },
  measures: {
    noiseLearned: {
      name: {
        en: 'random labels: accuracy on the training rows',
        bg: 'случайни етикети: точност върху обучаващите редове',
      },
      corrected: { atLeast: 0.99 },
      literal: { atLeast: 0.99 },
    },
    noiseUnseen: {
      name: {
        en: 'random labels: accuracy on unseen rows, mean of redrawings',
        bg: 'случайни етикети: точност върху невиждани редове, средно от тегленията',
      },
      corrected: { within: [0.05, 0.15] },
      literal: { atMost: 0.15 },
    },
    trainShows: {
      name: {
        en: 'largest train error at any share of redrawn labels',
        bg: 'най-голяма обучаваща грешка при който и да е дял изтеглени наново етикети',
      },
      corrected: { atMost: 0.01 },
    },
    rise: {
      name: {
        en: 'rise of the dev error from step to step of the share, least',
        bg: 'нарастване на проверяващата грешка между съседни дялове, най-малко',
      },
      corrected: { atLeast: 0.03 },
    },
    fewUnits: {
      name: {
        en: 'random labels, 2 units: train error',
        bg: 'случайни етикети, 2 неврона: обучаваща грешка',
      },
      corrected: { atLeast: 0.5 },
    },
    moreRows: {
      name: {
        en: 'dev error on all clean rows / on an eighth of them',
        bg: 'проверяваща грешка с всички чисти редове / с една осма от тях',
      },
      corrected: { atMost: 0.6 },
    },
  },
  settings: {
    rows: { name: { en: 'training rows', bg: 'обучаващи редове' }, value: 300, min: 80, whole: true },
    units: {
      name: { en: 'units of the wide network', bg: 'неврони на широката мрежа' },
      value: 256,
      whole: true,
    },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 40, whole: true },
    redrawings: {
      name: { en: 'redrawings of random labels', bg: 'тегления на случайни етикети' },
      value: 3,
      whole: true,
    },
  },
  measure: ({ key, settings: { rows, units, epochs, redrawings }, progress }) => {
    const data = digits16({ key: foldIn(key, 'digits'), n: rows + 2000 })
    const dev = rowsAt(data, rowsFrom(rows, rows + 2000), 'dev')
    const train = rowsAt(data, rowsFrom(0, rows), 'train')
    const fitted = fit(epochs)
    const wide = (of: Dataset<'train', Classes>, own: Key): Classify => fitted(units, of, own)
    const noise = labelNoiseSweep({ train, dev }, { shares, key: foldIn(key, 'noise') }, wide).points
    progress(1, 4)
    // One redrawing of the labels may by chance agree with the classes: its accuracy strays by 0.03.
    const random = Array.from({ length: redrawings }, (_, i) =>
      labelNoiseSweep({ train, dev }, { shares: [1], key: foldIn(foldIn(key, 'random'), i) }, wide),
    ).flatMap(({ points }) => points)
    progress(2, 4)
    const capacity = capacitySweep(
      { train: noisyLabels(train, 1, foldIn(key, 'labels')), dev },
      { capacities: [2, 8, units], key: foldIn(key, 'capacity') },
      fitted,
    ).points
    progress(3, 4)
    const sizes = [8, 4, 2, 1].map((part) => Math.ceil(rows / part))
    const curve = sampleSizeSweep({ train, dev }, { sizes, key: foldIn(key, 'curve') }, wide).points
    progress(4, 4)
    const devOfNoise = errors(noise, 'dev')
    const devOfCurve = errors(curve, 'dev')
    return {
      figures: {
        noiseLearned: 1 - Math.max(...errors(random, 'train')),
        noiseUnseen: 1 - errors(random, 'dev').reduce((a, b) => a + b, 0) / redrawings,
        trainShows: Math.max(...errors(noise, 'train')),
        rise: Math.min(...devOfNoise.slice(1).map((error, i) => error - devOfNoise[i]!)),
        fewUnits: errors(capacity, 'train')[0]!,
        moreRows: devOfCurve.at(-1)! / devOfCurve[0]!,
      },
      pictures: [
        pictureOf(
          {
            en: `${rows} digits, some of their labels redrawn`,
            bg: `${rows} цифри, част от етикетите им изтеглени наново`,
          },
          { title: { en: 'share of redrawn labels', bg: 'дял на изтеглените наново етикети' } },
          noise,
        ),
        pictureOf(
          { en: `${rows} digits with random labels`, bg: `${rows} цифри със случайни етикети` },
          { title: { en: 'hidden units', bg: 'скрити неврони' }, scale: 'log' },
          capacity,
        ),
        pictureOf(
          { en: 'Digits with right labels: learning curve', bg: 'Цифри с верни етикети: крива на обучение' },
          { title: { en: 'training rows', bg: 'обучаващи редове' }, scale: 'log' },
          curve,
        ),
      ],
    }
  },
})
