import {
  abs,
  add,
  argmin,
  cast,
  dot,
  equal,
  expandDims,
  floor,
  foldIn,
  greater,
  item,
  matmul,
  max,
  mean,
  mul,
  normal,
  reshape,
  sub,
  sum,
  take,
  tensor,
  topK,
  transpose,
  uniform,
  type Key,
  type Tensor,
} from 'puregrad'
import {
  car,
  dataset,
  kFold,
  scaled,
  splitData,
  standardize,
  type Dataset,
  type TrainDev,
} from 'puregrad/data'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { certainly } from './certainly.ts'

const repeats = 8
const [rows, features, chosen] = [60, 1000, 20]
const [groups, perGroup] = [40, 5]

/** 1 for the second class and −1 for the first. */
const signs = ({ y }: Dataset): Tensor => sub(mul(cast(y, 'float64'), 2), 1)

/** Minus the mean of the first class plus that of the second, of balanced classes. */
const contrast = (data: Dataset): Tensor => mul(matmul(signs(data), data.x), 2 / data.n)

/** Features with noise only, and labels that know nothing of them. */
const noise = (key: Key): Dataset<'raw'> =>
  dataset({
    x: normal(key, [rows, features], { dtype: 'float64' }),
    y: tensor(Int32Array.from({ length: rows }, (_, i) => i % 2)),
  })

const restricted = <D extends Dataset>(data: D, columns: Tensor): D => ({
  ...data,
  x: take(data.x, columns, { axis: 1 }),
})

/** The features whose class means lie farthest apart. */
const best = (data: Dataset): Tensor => topK(abs(contrast(data)), chosen).indices

/** Dev accuracy of the nearer class mean. */
const nearerMean = ({ train, dev }: TrainDev): number => {
  const w = contrast(train)
  const middle = item(dot(mean(train.x, { axis: 0 }), w))
  const said = cast(greater(matmul(dev.x, w), middle), 'int32')
  return item(mean(cast(equal(said, dev.y), 'float64')))
}

/** Dev accuracy of the nearest training row. */
const nearestRow = ({ train, dev }: TrainDev): number => {
  const squares = (x: Tensor): Tensor => sum(mul(x, x), { axis: 1 })
  const products = matmul(dev.x, transpose(train.x))
  const distances = sub(add(expandDims(squares(dev.x), { axis: 1 }), squares(train.x)), mul(products, 2))
  return item(mean(cast(equal(take(train.y, argmin(distances, { axis: 1 })), dev.y), 'float64')))
}

/** Several rows of each person, near each other, with labels that belong to persons and to nothing else. */
const persons = (key: Key): { readonly data: Dataset<'raw'>; readonly of: readonly number[] } => {
  const of = Array.from({ length: groups * perGroup }, (_, i) => Math.floor(i / perGroup))
  const at = tensor(Int32Array.from(of))
  const centres = normal(foldIn(key, 'centres'), [groups, 10], { dtype: 'float64' })
  const near = mul(normal(foldIn(key, 'near'), [of.length, 10], { dtype: 'float64' }), 0.1)
  const labels = cast(floor(uniform(foldIn(key, 'labels'), [groups], { high: 2, dtype: 'float64' })), 'int32')
  return {
    data: dataset({
      x: add(take(centres, at), near),
      y: reshape(take(labels, at), [of.length]),
    }),
    of,
  }
}

const average = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / of.length

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const runs = Array.from({ length: repeats }, (_, i) => {
    const own = foldIn(key, i)
    const data = noise(foldIn(own, 'noise'))
    const folds = certainly(kFold(5, { key: foldIn(own, 'folds') })(data))
    const seen = best(data)
    const person = persons(foldIn(own, 'persons'))
    const ratios = { train: 0.7, dev: 0.3 }
    const options = { key: foldIn(own, 'split'), stratify: false }
    progress(i + 1, repeats)
    return {
      leaked: average(
        folds.map(({ train, dev }) =>
          nearerMean({ train: restricted(train, seen), dev: restricted(dev, seen) }),
        ),
      ),
      honest: average(
        folds.map(({ train, dev }) => {
          const own = best(train)
          return nearerMean({ train: restricted(train, own), dev: restricted(dev, own) })
        }),
      ),
      mixed: nearestRow(certainly(splitData(ratios, options)(person.data))),
      apart: nearestRow(certainly(splitData(ratios, { ...options, groups: person.of })(person.data))),
    }
  })
  const cars = certainly(
    splitData(
      { train: 0.7, dev: 0.3 },
      { key: foldIn(key, 'cars') },
    )(car({ key: foldIn(key, 'car'), n: 100, dtype: 'float64' })),
  )
  const everything: Dataset<'train'> = {
    ...car({ key: foldIn(key, 'car'), n: 100, dtype: 'float64' }),
    role: 'train',
  }
  const [own, peeked] = [cars.train, everything].map(
    (from) => scaled(cars.dev, certainly(standardize(from))).x,
  ) as [Tensor, Tensor]
  return {
    figures: {
      'dev accuracy on noise, features chosen by all rows': average(runs.map(({ leaked }) => leaked)),
      'dev accuracy on noise, features chosen by training rows': average(runs.map(({ honest }) => honest)),
      'dev accuracy, rows of a person in both parts': average(runs.map(({ mixed }) => mixed)),
      'dev accuracy, persons kept apart': average(runs.map(({ apart }) => apart)),
      'largest change of a dev value by a scaler fitted on all rows': item(max(abs(sub(own, peeked)))),
    },
  }
}

/** What is learned from dev cannot be judged by dev. */
export const g3 = earlierClaim({
  id: 'G3',
  lines: 'title',
  asWritten: {
    en: 'The title promises the preparation and forming of samples for testing and training.',
    bg: 'Заглавието обещава подготовка и формиране на извадки за тестване и обучение.',
  },
  corrected: {
    en: 'Whatever is learned (the choice of features, the statistics of a scaler) is learned from the training part alone, and rows that belong together stay in one part. Otherwise pure noise looks learnable. Here the part is in the type of a sample: fitting or batching on another one does not compile, and the test part is sealed.',
    bg: 'Всичко, което се научава (изборът на признаци, статистиките на мащабирането), се научава само от обучаващата част, а редове, които вървят заедно, остават в една част. Иначе и чист шум изглежда научим. Тук частта е в типа на извадката: нагаждане или пакети върху друга част не се компилират, а тестовата е запечатана.',
  },
  marks: {
    'dev accuracy on noise, features chosen by all rows': { atLeast: 0.8 },
    'dev accuracy on noise, features chosen by training rows': { within: [0.38, 0.62] },
    'dev accuracy, rows of a person in both parts': { atLeast: 0.9 },
    'dev accuracy, persons kept apart': { within: [0.35, 0.65] },
    'largest change of a dev value by a scaler fitted on all rows': { atLeast: 0.001 },
  },
  measure,
})
