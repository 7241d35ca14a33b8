import { foldIn, slice, transpose, type Key, type Tensor } from 'puregrad'
import { kolmogorovSmirnov, minibatches, type Classes, type Dataset } from 'puregrad/data'
import { calibrateMode, evalMode, softmaxCrossEntropy, type BatchNormOptions, type Mode } from 'puregrad/nn'
import { sgd } from 'puregrad/optim'
import { layerOutputs } from 'puregrad/study'
import { supervisedStep } from 'puregrad/training'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { digitsParts } from './digits-parts.ts'
import { histograms } from './histogram.ts'
import { normalizedNetwork, type Layers } from './normalized-network.ts'
import { rowsOf } from './rows-of.ts'

const watched = 500

/** The Kolmogorov–Smirnov distance of each column of one matrix from that of another. */
const distances = (before: Tensor, after: Tensor): readonly number[] => {
  const now = rowsOf(transpose(after))
  return rowsOf(transpose(before)).map((values, j) => kolmogorovSmirnov(values, now[j] ?? []))
}

const average = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length

/** What the second layer is given for the same rows, after each `stride` steps of training: moving statistics have begun by then. */
const entering = (
  key: Key,
  train: Dataset<'train', Classes>,
  {
    norm,
    steps,
    stride,
    rate,
  }: {
    readonly norm?: BatchNormOptions
    readonly steps: number
    readonly stride: number
    readonly rate: number
  },
): ((mode: Mode) => readonly Tensor[]) => {
  const rows = slice(train.x, [0, 0], [watched, 256])
  const net = normalizedNetwork({ layers: 4, by: 'relu', norm })
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const optimizer = sgd<Layers>({ learningRate: rate })
  const step = supervisedStep({
    model: net,
    loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
    optimizer,
  })
  const order = foldIn(key, 'order')
  const batches = Array.from({ length: Math.ceil(steps / Math.floor(train.n / 32)) }, (_, epoch) =>
    minibatches(train, 32, foldIn(order, epoch), { last: 'drop' }),
  ).flat()
  const start = { params, layers: state, optimizer: optimizer.init(params) }
  const { seen } = batches.slice(0, steps).reduce(
    ({ place, seen }, batch, i) => {
      const next = step({ ...place, step: i }, batch, key)
      return { place: next, seen: (i + 1) % stride === 0 ? [...seen, next] : seen }
    },
    {
      place: start,
      seen: [] as readonly (typeof start)[],
    },
  )
  const position = norm === undefined ? 1 : 2
  return (mode) =>
    seen.map((place) => layerOutputs(net, place.params, place.layers, rows, mode)[position] ?? rows)
}

/** The way that the distributions of the units go, a distance for each stride. */
const wayOf = (places: readonly Tensor[]): readonly number[] =>
  places.slice(1).map((place, i) => average(distances(places[i] ?? place, place)))

/** The first and the last values of the unit whose distribution ends farthest from its start. */
const mostMoved = (places: readonly Tensor[]): readonly [first: Tensor, last: Tensor] => {
  const [first, last] = [places[0]!, places.at(-1)!]
  const far = distances(first, last)
  const unit = far.indexOf(Math.max(...far))
  const column = (x: Tensor): Tensor => slice(x, [0, unit], [watched, unit + 1])
  return [column(first), column(last)]
}

/** What enters a layer moves while the layers before it learn. */
export const d4 = claim({
  id: 'D4',
  lines: '317–331',
  asWritten: {
    en: 'Internal covariate shift: as the parameters of the first layer change, so does the distribution the second layer learns on, like a telephone of faulty cups; batch normalization removes the drift.',
    bg: 'Вътрешно ковариатно отместване: като се менят параметрите на първия слой, се мени и разпределението, върху което учи вторият, като развален телефон от чаши; нормализацията по партиди (batch normalization) го премахва.',
  },
  corrected: {
    en: 'The drift is real, and batch normalization does not remove it: under the moving statistics that inference uses, the distributions that enter the second layer move more than half as far as without. Only under the statistics of the rows themselves, which hold mean and variance fixed, is the drift several times smaller.',
    bg: 'Отместването е действително и нормализацията по партиди не го премахва: със статистиките от плъзгащата се средна, с които мрежата се използва, разпределенията на входа на втория слой изминават повече от половината от пътя си без нея. Само със статистиките на самите редове, които задържат средното и дисперсията, отместването е няколко пъти по-малко.',
  },
  remark: {
    en: 'The first half stands in the text; that batch normalization removes the drift is usually said of its lost picture. That a smaller drift is why training gets faster is disputed (Santurkar et al., 2018) and not judged here.',
    bg: 'В текста е само първата половина; че нормализацията по партиди премахва отместването, обикновено се казва към изгубената картина. Че обучението става по-бързо тъкмо заради по-малкото отместване, е спорно (Santurkar и др., 2018) и тук не се съди.',
  },
  measures: {
    drift: {
      name: {
        en: 'way that a unit entering the second layer goes in one stride, without (Kolmogorov–Smirnov)',
        bg: 'път на неврон на входа на втория слой за една отсечка, без нея (Колмогоров–Смирнов)',
      },
      corrected: { atLeast: 0.04 },
      literal: { atLeast: 0.04 },
    },
    inference: {
      name: {
        en: 'this way / the same with batch normalization under its moving statistics',
        bg: 'този път / същия с нормализация по партиди, с плъзгащите се средни',
      },
      corrected: { atMost: 2 },
      // What is removed is a tenth at most.
      literal: { atLeast: 10 },
    },
    ownRows: {
      name: {
        en: 'this way / the same under the statistics of the rows themselves',
        bg: 'този път / същия със статистиките на самите редове',
      },
      corrected: { atLeast: 2.5 },
    },
  },
  settings: {
    steps: { name: { en: 'steps', bg: 'стъпки' }, value: 60, whole: true, min: 20, max: 2000 },
    stride: {
      name: { en: 'steps of a stride', bg: 'стъпки в една отсечка' },
      value: 5,
      whole: true,
      min: 1,
      max: 10,
    },
    rate: { name: { en: 'learning rate', bg: 'скорост на обучение' }, value: 0.1 },
  },
  measure: ({ key, settings, progress }) => {
    const { train } = digitsParts(key, { train: 2000, test: 1 })
    const without = entering(key, train, settings)(evalMode)
    progress(1, 2)
    const normalized = entering(key, train, { ...settings, norm: {} })
    const moving = normalized(evalMode)
    const [plain = [], inference = [], ownRows = []] = [without, moving, normalized(calibrateMode)].map(wayOf)
    progress(2, 2)
    const [plainFirst, plainLast] = mostMoved(without)
    const [movedFirst, movedLast] = mostMoved(moving)
    const { steps, stride, rate } = settings
    return {
      figures: {
        drift: average(plain),
        inference: average(plain) / average(inference),
        ownRows: average(plain) / average(ownRows),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `Digits, four ReLU layers at rate ${rate}: how far what enters the second layer moves in ${stride} steps`,
            bg: `Цифри, четири слоя ReLU при скорост ${decimalComma(rate)}: колко се мести входът на втория слой за ${stride} стъпки`,
          },
          x: { title: { en: 'step', bg: 'стъпка' }, whole: true },
          y: { title: { en: 'Kolmogorov–Smirnov distance', bg: 'разстояние на Колмогоров–Смирнов' } },
          series: [
            { name: { en: 'without', bg: 'без нормализация' }, way: plain },
            {
              name: { en: 'normalized, moving statistics', bg: 'с нормализация, плъзгащи се средни' },
              way: inference,
            },
            {
              name: {
                en: 'normalized, statistics of the rows',
                bg: 'с нормализация, статистики на редовете',
              },
              way: ownRows,
            },
          ].map(({ name, way }) => ({ name, points: way.map((far, i) => [(i + 2) * stride, far] as const) })),
        },
        {
          kind: 'histograms',
          title: {
            en: `The unit entering the second layer that moved most in ${steps} steps, ${watched} digits`,
            bg: `Невронът на входа на втория слой, преместил се най-много за ${steps} стъпки, ${watched} цифри`,
          },
          x: { title: { en: 'activation', bg: 'активация' } },
          panels: histograms([
            { name: { en: 'without, start', bg: 'без нормализация, начало' }, values: plainFirst },
            { name: { en: 'without, end', bg: 'без нормализация, край' }, values: plainLast },
            { name: { en: 'normalized, start', bg: 'с нормализация, начало' }, values: movedFirst },
            { name: { en: 'normalized, end', bg: 'с нормализация, край' }, values: movedLast },
          ]),
        },
      ],
    }
  },
})
