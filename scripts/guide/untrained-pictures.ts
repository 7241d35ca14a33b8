import * as E from 'fp-ts/lib/Either.js'
import {
  foldIn,
  key,
  matmul,
  mean,
  reshape,
  square,
  sub,
  tensor,
  toArray,
  toTypedArray,
  type Tensor,
} from 'puregrad'
import {
  allForTraining,
  car,
  digits16,
  noisy300,
  scaled,
  standardize,
  withFeatures,
  type Dataset,
  type Values,
} from 'puregrad/data'
import {
  heNormal,
  normalInitializer,
  xavierNormal,
  type ActivationName,
  type InitializerSpec,
} from 'puregrad/nn'
import type { Picture, PictureText } from 'puregrad/report'
import { contourGrid, gainReport, rateBound, trajectory } from 'puregrad/study'
import { both, rounded } from './text.ts'

/** A row of 256 numbers as 16 rows of an image. */
export const image = (pixels: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: 16 }, (_, i) => pixels.slice(16 * i, 16 * (i + 1)).map((ink) => rounded(ink, 3)))

const digits = (): Picture => {
  const { train } = noisy300(key(0))
  // The same rows before labels were drawn anew.
  const clean = digits16({ key: foldIn(key(0), 'train'), n: train.n, jitter: 1.3, noise: 0.25 })
  const [given, right] = [toTypedArray(train.y), toTypedArray(clean.y)]
  const name = (label: number | undefined): string => train.targets.names[label ?? 0] ?? ''
  const inks = toArray(train.x) as readonly (readonly number[])[]
  return {
    kind: 'images',
    title: both(
      'Rows to train on: the label given, and the digit where it is another',
      'Обучаващи редове: даденият етикет, и цифрата, ако е друга',
    ),
    scale: 'ink',
    value: { title: both('ink', 'мастило') },
    images: Array.from({ length: 16 }, (_, i) => ({
      caption:
        given[i] === right[i]
          ? name(given[i])
          : both(`${name(given[i])} (is ${name(right[i])})`, `${name(given[i])} (е ${name(right[i])})`),
      pixels: image(inks[i] ?? []),
    })),
  }
}

/** Least squares without an intercept on two features, and descent to it at a bit less than half the rate that the bowl allows. */
const bowl = (title: PictureText, data: Dataset<'train', Values>): Picture => {
  const y = sub(data.y, mean(data.y))
  const cost = (w: Tensor): Tensor =>
    mean(square(sub(reshape(matmul(data.x, reshape(w, [2, 1])), [data.n]), y)))
  const start = tensor([0, 0], { dtype: 'float64' })
  const { bound } = rateBound(cost, start, { key: key(0) })
  const way = trajectory(cost, start, { steps: 40, by: 0.45 * bound })
  const points = way.map(({ params }) => toArray(params) as readonly [number, number])
  const end = trajectory(cost, start, { steps: 5000, by: 0.45 * bound }).at(-1)!
  const goal = toArray(end.params) as readonly [number, number]
  const reach = 1.5 * Math.max(...points.map(([a, b]) => Math.hypot(a - goal[0], b - goal[1])))
  const around = (middle: number): readonly [number, number] => [middle - reach, middle + reach]
  const grid = contourGrid(cost, { x: around(goal[0]), y: around(goal[1]), points: 61 })
  return {
    kind: 'isolines',
    title,
    x: { title: both('weight of children', 'тегло на децата') },
    y: { title: both('weight of the car value', 'тегло на цената на колата') },
    grid: {
      xs: grid.xs.map((x) => rounded(x)),
      ys: grid.ys.map((value) => rounded(value)),
      values: grid.values.map((row) => row.map((value) => rounded(value))),
    },
    value: { title: both('cost', 'разходи') },
    paths: [
      {
        name: both('40 steps', '40 стъпки'),
        points: points.map(([a, b]) => [rounded(a), rounded(b)] as const),
      },
    ],
    places: [{ name: both('minimum', 'минимум'), at: [rounded(goal[0]), rounded(goal[1])] }],
  }
}

const cars = (): { readonly before: Dataset<'train', Values>; readonly after: Dataset<'train', Values> } => {
  const raw = allForTraining(car({ key: key(3), dtype: 'float64' }))
  // In units of 500,000, as the isolines of the raw cost are two parallel lines.
  const before = withFeatures(raw, {
    x: matmul(
      raw.x,
      tensor(
        [
          [1, 0],
          [0, 2e-6],
        ],
        { dtype: 'float64' },
      ),
    ),
  })
  const scaler = standardize(raw)
  if (E.isLeft(scaler)) throw new RangeError(scaler.left.message)
  return { before, after: scaled(raw, scaler.right) }
}

const depth = (): Picture => {
  const of = (weight: InitializerSpec, kind: ActivationName): readonly number[] =>
    gainReport(weight, kind, { key: key(4), depth: 20 }).probes.map(({ signal }) => rounded(signal))
  return {
    kind: 'signals',
    title: both('What comes back through 20 layers of 64 units', 'Какво се връща през 20 слоя по 64 неврона'),
    y: { title: both('size of the signal δ', 'големина на сигнала δ') },
    layers: Array.from({ length: 20 }, (_, i) => String(i + 1)),
    series: [
      { name: both('sigmoid, Xavier', 'сигмоидна, по Ксавие (Xavier)'), values: of(xavierNormal, 'sigmoid') },
      { name: both('tanh, Xavier', 'tanh, по Ксавие (Xavier)'), values: of(xavierNormal, 'tanh') },
      { name: both('ReLU, He', 'ReLU, по Хе (He)'), values: of(heNormal, 'relu') },
      { name: 'ReLU, N(0, 1)', values: of(normalInitializer(1), 'relu') },
    ],
  }
}

/** The pictures for which nothing is trained. */
export const untrainedPictures = (): Readonly<Record<string, Picture>> => {
  const { before, after } = cars()
  return {
    digits: digits(),
    'scaling-before': bowl(
      both('Car data, value in units of 500,000', 'Автомобили, цена в единици по 500 000'),
      before,
    ),
    'scaling-after': bowl(
      both(
        'Car data, scaled to means 0 and deviations 1',
        'Автомобили със средни 0 и стандартни отклонения 1',
      ),
      after,
    ),
    depth: depth(),
  }
}
