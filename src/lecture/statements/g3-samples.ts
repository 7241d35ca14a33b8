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
  toTypedArray,
  transpose,
  uniform,
  type Key,
  type Tensor,
} from 'puregrad'
import {
  allForTraining,
  car,
  dataset,
  kFold,
  scaled,
  splitData,
  standardize,
  withFeatures,
  type Dataset,
  type TrainDev,
  type Role,
} from 'puregrad/data'
import { claim } from '../claim.ts'
import { certainly } from './certainly.ts'

const [rows, chosen] = [60, 20]
const [groups, perGroup] = [40, 5]

/** 1 for the second class and −1 for the first. */
const signs = ({ y }: Dataset): Tensor => sub(mul(cast(y, 'float64'), 2), 1)

/** Minus the mean of the first class plus that of the second, of balanced classes. */
const contrast = (data: Dataset): Tensor => mul(matmul(signs(data), data.x), 2 / data.n)

/** Features with noise only, and labels that know nothing of them. */
const noise = (key: Key, features: number): Dataset<'raw'> =>
  dataset({
    x: normal(key, [rows, features], { dtype: 'float64' }),
    y: tensor(Int32Array.from({ length: rows }, (_, i) => i % 2)),
  })

const restricted = <R extends Role>(data: Dataset<R>, columns: Tensor): Dataset<R> =>
  withFeatures(data, {
    x: take(data.x, columns, { axis: 1 }),
    featureNames: Array.from(toTypedArray(columns), (column: number) => data.featureNames[column] ?? ''),
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

/** The two ways to form parts of the same noise, and of the same persons: what dev says of each. */
const compared = (key: Key, features: number) => {
  const data = noise(foldIn(key, 'noise'), features)
  const folds = certainly(kFold(5, { key: foldIn(key, 'folds') })(data))
  const seen = best(data)
  const person = persons(foldIn(key, 'persons'))
  const ratios = { train: 0.7, dev: 0.3 }
  const options = { key: foldIn(key, 'split'), stratify: false }
  const accuracy = (columnsOf: (train: TrainDev['train']) => Tensor): number =>
    average(
      folds.map(({ train, dev }) => {
        const columns = columnsOf(train)
        return nearerMean({ train: restricted(train, columns), dev: restricted(dev, columns) })
      }),
    )
  return {
    leaked: accuracy(() => seen),
    honest: accuracy((train) => best(train)),
    mixed: nearestRow(certainly(splitData(ratios, options)(person.data))),
    apart: nearestRow(certainly(splitData(ratios, { ...options, groups: person.of })(person.data))),
  }
}

/** How far a scaler that was fitted on all rows moves the values of dev. */
const peek = (key: Key): number => {
  const all = car({ key: foldIn(key, 'car'), n: 100, dtype: 'float64' })
  const { train, dev } = certainly(splitData({ train: 0.7, dev: 0.3 }, { key: foldIn(key, 'cars') })(all))
  const by = (from: Dataset<'train'>): Tensor => scaled(dev, certainly(standardize(from))).x
  const [own, peeked] = [by(train), by(allForTraining(all))]
  return item(max(abs(sub(own, peeked))))
}

/** What is learned from dev cannot be judged by dev. */
export const g3 = claim({
  id: 'G3',
  lines: 'title',
  asWritten: {
    en: 'Samples are prepared and formed for testing and training: the title promises it, so that a network can be judged.',
    bg: 'Извадките за тестване и обучение се подготвят и формират: заглавието го обещава, за да може мрежата да се оцени.',
  },
  corrected: {
    en: 'Whatever is learned (the choice of features, the statistics of a scaler) is learned from the training part alone, and rows that belong together stay in one part. Then pure noise looks like noise; otherwise it looks learnable. Here the part is in the type of a sample: fitting or batching on another one does not compile, and the test part is sealed.',
    bg: 'Всичко, което се научава (изборът на признаци, статистиките на мащабирането), се научава само от обучаващия набор, а редове, които вървят заедно, остават в един набор. Тогава чистият шум изглежда като шум; иначе изглежда научим. Тук наборът е в типа на извадката: нагаждане или партиди върху друг набор не се компилират, а тестовият е запечатан.',
  },
  measures: {
    honest: {
      name: {
        en: 'dev accuracy on noise, features chosen by training rows',
        bg: 'точност при проверка върху шум, признаци, избрани по обучаващите редове',
      },
      corrected: { within: [0.4, 0.6] },
      literal: { within: [0.4, 0.6] },
    },
    leaked: {
      name: { en: 'the same, features chosen by all rows', bg: 'същото, признаци, избрани по всички редове' },
      corrected: { atLeast: 0.8 },
    },
    apart: {
      name: {
        en: 'dev accuracy on noise, persons kept apart',
        bg: 'точност при проверка върху шум, хората в отделни набори',
      },
      corrected: { within: [0.3, 0.7] },
      literal: { within: [0.3, 0.7] },
    },
    mixed: {
      name: {
        en: 'the same, rows of a person in both parts',
        bg: 'същото, редове на един човек и в двата набора',
      },
      corrected: { atLeast: 0.9 },
    },
    peeked: {
      name: {
        en: 'largest change of a dev value by a scaler fitted on all rows',
        bg: 'най-голяма промяна на стойност при мащабиране по всички редове',
      },
      corrected: { atLeast: 0.001 },
    },
  },
  settings: {
    repeats: { name: { en: 'repeats', bg: 'повторения' }, value: 16, whole: true },
    features: {
      name: { en: 'features of the noise', bg: 'признаци на шума' },
      value: 1000,
      whole: true,
      min: 20,
    },
  },
  measure: ({ key, settings: { repeats, features }, progress }) => {
    const runs = Array.from({ length: repeats }, (_, i) => {
      progress(i + 1, repeats)
      return compared(foldIn(key, i), features)
    })
    const { honest, leaked, apart, mixed } = {
      honest: average(runs.map((run) => run.honest)),
      leaked: average(runs.map((run) => run.leaked)),
      apart: average(runs.map((run) => run.apart)),
      mixed: average(runs.map((run) => run.mixed)),
    }
    return {
      figures: { honest, leaked, apart, mixed, peeked: peek(key) },
      pictures: [
        {
          kind: 'bars',
          title: {
            en: `Noise that nobody can learn, ${rows} rows and ${features} features, or ${groups} persons: dev accuracy`,
            bg: `Шум, който не може да се научи, ${rows} реда и ${features} признака, или ${groups} души: точност при проверка`,
          },
          x: { title: { en: 'samples', bg: 'извадки' } },
          y: { title: { en: 'dev accuracy', bg: 'точност при проверка' }, domain: [0, 1] },
          categories: [
            { en: 'features chosen', bg: 'избрани признаци' },
            { en: 'rows of persons', bg: 'редове на хора' },
          ],
          series: [
            {
              name: { en: 'formed rightly', bg: 'правилно формирани' },
              values: [{ value: honest }, { value: apart }],
            },
            { name: { en: 'with a leak', bg: 'с изтичане' }, values: [{ value: leaked }, { value: mixed }] },
          ],
          rules: [{ name: { en: 'guessing', bg: 'налучкване' }, axis: 'y', at: 0.5 }],
        },
      ],
    }
  },
})
