import { foldIn, type Key } from 'puregrad'
import { digits16, noisyLabels, rowsAt, type Classes, type Dataset } from 'puregrad/data'
import { activation, dense, network } from 'puregrad/nn'
import {
  capacitySweep,
  labelNoiseSweep,
  sampleSizeSweep,
  type Classify,
  type ErrorPair,
  type SweepPoint,
} from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { EarlierPicture } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { classifierOf, rowsFrom, trainedByAdam } from './trained-by-adam.ts'

const shares = [0, 0.25, 0.5, 1]
const widths = [2, 16, 256]
const sizes = [50, 100, 200, 400]
/** One redrawing of 500 labels may by chance agree with the classes: its accuracy has a deviation of 0.03. */
const redrawings = 5

const pictureOf = (
  title: string,
  x: EarlierPicture['x'],
  points: readonly SweepPoint<number, ErrorPair>[],
): EarlierPicture => ({
  title,
  x,
  y: { title: 'error' },
  mark: 'line',
  series: (['train', 'dev'] as const).map((part) => ({
    name: part,
    points: points.map(({ setting, result }) => [setting, result[part].value] as const),
    intervals: points.map(({ setting, result }) => [setting, ...result[part].interval] as const),
  })),
})

/** How many values are not above the one before. */
const falls = (values: readonly number[]): number =>
  values.slice(1).filter((value, i) => !(value > (values[i] ?? NaN))).length

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const data = digits16({ key: foldIn(key, 'digits'), n: 2500 })
  const dev = rowsAt(data, rowsFrom(500, 2500), 'dev')
  const train = rowsAt(data, rowsFrom(0, 500), 'train')
  const fit = (units: number, epochs: number, rows: Dataset<'train', Classes>, own: Key): Classify => {
    const net = network(256, dense('hidden', units), activation('relu'), dense('output', 10))
    return classifierOf(net, trainedByAdam(net, rows, { key: own, epochs, batch: 50 }))
  }
  const noise = labelNoiseSweep({ train, dev }, { shares, key: foldIn(key, 'noise') }, (rows, own) =>
    fit(256, 32, rows, own),
  ).points
  progress(1, 4)
  const random = Array.from({ length: redrawings }, (_, i) =>
    labelNoiseSweep({ train, dev }, { shares: [1], key: foldIn(foldIn(key, 'random'), i) }, (rows, own) =>
      fit(256, 32, rows, own),
    ),
  ).flatMap(({ points }) => points)
  progress(2, 4)
  const capacity = capacitySweep(
    { train: noisyLabels(train, 1, foldIn(key, 'labels')), dev },
    { capacities: widths, key: foldIn(key, 'capacity') },
    (units, rows, own) => fit(units, 30, rows, own),
  ).points
  progress(3, 4)
  const curve = sampleSizeSweep({ train, dev }, { sizes, key: foldIn(key, 'curve') }, (rows, own) =>
    fit(256, 32, rows, own),
  ).points
  progress(4, 4)
  const errors = (points: readonly SweepPoint<number, ErrorPair>[], part: keyof ErrorPair) =>
    points.map(({ result }) => result[part].value)
  const trainOfCapacity = errors(capacity, 'train')
  const devOfCurve = errors(curve, 'dev')
  return {
    figures: {
      'random labels: accuracy on the training rows': 1 - Math.max(...errors(random, 'train')),
      'random labels: accuracy on unseen rows, mean of 5 redrawings':
        1 - errors(random, 'dev').reduce((a, b) => a + b, 0) / redrawings,
      'largest train error at any share of redrawn labels': Math.max(...errors(noise, 'train')),
      'shares at which the dev error does not rise': falls(errors(noise, 'dev')),
      'random labels, 2 units: train error': trainOfCapacity[0] ?? NaN,
      'random labels, 256 units: train error': trainOfCapacity.at(-1) ?? NaN,
      'widths at which that train error rises': falls(trainOfCapacity.map((error) => -error)),
      'dev error on 400 clean rows / on 50': (devOfCurve.at(-1) ?? NaN) / (devOfCurve[0] ?? NaN),
    },
    pictures: [
      pictureOf('500 rows, some of their labels redrawn', { title: 'share of redrawn labels' }, noise),
      pictureOf('500 rows with random labels', { title: 'hidden units', scale: 'log' }, capacity),
      pictureOf('Learning curve, right labels', { title: 'training rows', scale: 'log' }, curve),
    ],
  }
}

/** A deep network has room for the noise of its sample, which nothing else shares. */
export const b7 = earlierClaim({
  id: 'B7',
  lines: '92–101',
  asWritten: {
    en: 'Deep networks can express complicated relations, and many of those are noise of the sample: present in the training set and absent from the test set, even when both are drawn from one distribution.',
    bg: 'Дълбоките мрежи могат да изразят сложни зависимости, много от които са шум на извадката: има ги в обучаващото множество и ги няма в тестовото, дори двете да са от едно разпределение.',
  },
  corrected: {
    en: 'The same at its purest: on random labels, where everything is noise, a network wide enough has no error on its training rows and guesses on others. The more labels are redrawn the worse it is on unseen rows, while the train error shows nothing; too few units cannot learn the noise, and more rows leave less of it to learn.',
    bg: 'Същото в най-чист вид: при случайни етикети, където всичко е шум, достатъчно широка мрежа няма грешка върху обучаващите редове, а върху другите налучква. Колкото повече етикети са изтеглени наново, толкова по-зле се справя с невижданите редове, без това да личи от обучаващата грешка; малкото неврони не могат да научат шума, а при повече редове остава по-малко от него за научаване.',
  },
  marks: {
    'random labels: accuracy on the training rows': { within: [1, 1] },
    'random labels: accuracy on unseen rows, mean of 5 redrawings': { within: [0.07, 0.13] },
    'largest train error at any share of redrawn labels': { within: [0, 0] },
    'shares at which the dev error does not rise': { within: [0, 0] },
    'random labels, 2 units: train error': { atLeast: 0.5 },
    'random labels, 256 units: train error': { within: [0, 0] },
    'widths at which that train error rises': { within: [0, 0] },
    'dev error on 400 clean rows / on 50': { atMost: 0.6 },
  },
  measure,
})
