import {
  cast,
  floor,
  foldIn,
  grad,
  item,
  matmul,
  mean,
  mul,
  norm,
  normal,
  permutation,
  reshape,
  slice,
  square,
  std,
  sub,
  sum,
  take,
  tensor,
  uniform,
  variance,
  vmap,
  type Key,
  type Tensor,
} from 'puregrad'
import { claim } from '../claim.ts'

const features = 10
const draws = 1000
const sizes = [1, 2, 4, 8, 16, 32, 64]

interface Rows {
  readonly x: Tensor
  readonly y: Tensor
}

type Reduce = (losses: Tensor) => Tensor
const toMean: Reduce = (losses) => mean(losses)
const toSum: Reduce = (losses) => sum(losses)

const cost =
  ({ x, y }: Rows, reduce: Reduce) =>
  (w: Tensor): Tensor =>
    reduce(square(sub(matmul(x, w), y)))

/** The rows of an epoch in a random order, cut into batches; the last one may be smaller. */
const batchesOf = ({ x, y }: Rows, size: number, key: Key): readonly Rows[] => {
  const n = y.size
  const order = permutation(key, n)
  return Array.from({ length: Math.ceil(n / size) }, (_, i) => {
    const rows = slice(order, [i * size], [Math.min(n, (i + 1) * size)])
    return { x: take(x, rows), y: take(y, rows) }
  })
}

const descended = (w: Tensor, batches: readonly Rows[], rate: number, reduce: Reduce): Tensor =>
  batches.reduce((at, batch) => sub(at, mul(rate, grad(cost(batch, reduce))(at))), w)

/** The slope of the least squares line through the logarithms. */
const logSlope = (points: readonly (readonly [number, number])[]): number => {
  const logs = points.map(([a, b]) => [Math.log(a), Math.log(b)] as const)
  const middle = (of: 0 | 1): number => logs.reduce((total, point) => total + point[of], 0) / logs.length
  return (
    logs.reduce((total, [a, b]) => total + (a - middle(0)) * (b - middle(1)), 0) /
    logs.reduce((total, [a]) => total + (a - middle(0)) ** 2, 0)
  )
}

/** The variance of the mean gradient of batches drawn with replacement, for each size. */
const noiseOf = (single: Tensor, n: number, key: Key): readonly (readonly [number, number])[] =>
  sizes.map((size) => {
    const from = { low: 0, high: n, dtype: 'float64' } as const
    const rows = cast(floor(uniform(foldIn(key, size), [draws * size], from)), 'int32')
    const means = mean(reshape(take(single, rows), [draws, size, features]), { axis: 1 })
    return [size, item(sum(variance(means, { axis: 0 })))] as const
  })

const relative = (a: Tensor, b: Tensor): number => item(norm(sub(a, b))) / item(norm(b))

/** A mini-batch gradient is a noisy one; sum and mean differ by the batch size. */
export const f6 = claim({
  id: 'F6',
  lines: '581–606',
  asWritten: {
    en: 'The cost of a mini-batch is the sum of the losses of its examples, C = L¹ + L³¹ + …; the update is θ¹ ← θ⁰ − η∇C(θ⁰), with the same η as for h, which is a mean; and C is another one at every update.',
    bg: 'Функцията на разходите на мини-партида е сумата от загубите на примерите ѝ, C = L¹ + L³¹ + …; обновяването е θ¹ ← θ⁰ − η∇C(θ⁰), със същото η като за h, което е средно; а C е различна при всяко обновяване.',
  },
  corrected: {
    en: 'C is another one at every update, by about √(2/B) of itself here. With sum or mean spelled out: ∇sum = B·∇mean, so a rate for the mean makes the sum diverge, and divided by B it makes the same steps. The variance of the gradient falls like 1/B. Batches of different sizes are averaged by their sizes.',
    bg: 'C е различна при всяко обновяване, тук с около √(2/B) от стойността си. С изрично посочена сума или средно: ∇сума = B·∇средно, затова със скоростта за средното стъпките по сумата растат без край, а с B пъти по-малка са същите. Дисперсията на градиента пада като 1/B. Партиди с различна големина се осредняват с тегла големините им.',
  },
  condition: {
    en: 'the rate is meant for the sum: for the mean, which the lecture uses elsewhere, it is B times as large.',
    bg: 'скоростта на обучение е за сумата: за средното, което лекцията ползва другаде, тя е B пъти по-голяма.',
  },
  measures: {
    different: {
      name: {
        en: 'share of updates whose C differs from the one before',
        bg: 'дял на обновяванията, чиято C се различава от предишната',
      },
      corrected: { within: [1, 1] },
      literal: { within: [1, 1] },
    },
    spread: {
      name: {
        en: 'at one θ: σ of C over the batches / its mean, in units of √(2/B)',
        bg: 'при едно θ: σ на C по партидите / средното ѝ, в единици √(2/B)',
      },
      corrected: { within: [0.65, 1.35] },
    },
    sumDiverges: {
      name: {
        en: 'updates by the sum with the rate of the mean: cost at the end / at the start',
        bg: 'обновявания по сумата със скоростта за средното: разходи накрая / в началото',
      },
      corrected: { atLeast: 10 },
      literal: { atMost: 1 },
    },
    sumByB: {
      name: {
        en: 'by the sum with that rate / B: relative distance from those by the mean',
        bg: 'по сумата с тази скорост / B: относително разстояние от тези по средното',
      },
      corrected: { atMost: 1e-12 },
    },
    noiseSlope: {
      name: { en: 'k in variance of the gradient ~ Bᵏ', bg: 'k в дисперсия на градиента ~ Bᵏ' },
      corrected: { within: [-1.05, -0.95] },
    },
    weighted: {
      name: {
        en: 'mean of batch gradients by size: relative distance from the full one',
        bg: 'средно на градиентите по големина: относително разстояние от пълния',
      },
      corrected: { atMost: 1e-12 },
    },
    unweighted: {
      name: {
        en: 'plain mean with a smaller last batch: the same',
        bg: 'обикновено средно с по-малка последна партида: същото',
      },
      corrected: { atLeast: 1e-4 },
    },
  },
  settings: {
    rows: { name: { en: 'rows', bg: 'редове' }, value: 3200, whole: true },
    batch: {
      name: { en: 'examples of a mini-batch B', bg: 'примери в мини-партида B' },
      value: 32,
      whole: true,
    },
    rate: { name: { en: 'learning rate for the mean', bg: 'скорост на обучение за средното' }, value: 0.1 },
    ragged: {
      name: {
        en: 'batch size that leaves a smaller last one',
        bg: 'големина, която оставя по-малка последна партида',
      },
      value: 900,
      whole: true,
    },
  },
  measure: ({ key, settings: { rows: n, batch, rate, ragged } }) => {
    const all: Rows = {
      x: normal(foldIn(key, 'x'), [n, features], { dtype: 'float64' }),
      y: normal(foldIn(key, 'y'), [n], { dtype: 'float64' }),
    }
    const w = normal(foldIn(key, 'w'), [features], { dtype: 'float64' })
    const single = vmap((x: Tensor, y: Tensor) => grad((at: Tensor) => square(sub(matmul(x, at), y)))(w))(
      all.x,
      all.y,
    )
    const noise = noiseOf(single, n, foldIn(key, 'noise'))
    const batches = batchesOf(all, batch, foldIn(key, 'order'))
    const seen = batches.map((of) => item(cost(of, toMean)(w)))
    const [spread, middle] = [
      item(std(tensor(seen, { dtype: 'float64' }))),
      seen.reduce((a, b) => a + b, 0) / seen.length,
    ]
    const byMean = descended(w, batches, rate, toMean)
    const whole = grad(cost(all, toMean))(w)
    const parts = batchesOf(all, ragged, foldIn(key, 'ragged'))
    const averaged = (weight: (of: Rows) => number): Tensor =>
      parts.map((of) => mul(grad(cost(of, toMean))(w), weight(of))).reduce((a, b) => sub(a, mul(b, -1)))
    const full = cost(all, toMean)
    return {
      figures: {
        different: seen.slice(1).filter((value, i) => value !== seen[i]).length / (seen.length - 1),
        spread: spread / middle / Math.sqrt(2 / batch),
        sumDiverges: item(full(descended(w, batches, rate, toSum))) / item(full(w)),
        sumByB: relative(descended(w, batches, rate / batch, toSum), byMean),
        noiseSlope: logSlope(noise),
        weighted: relative(
          averaged((of) => of.y.size / n),
          whole,
        ),
        unweighted: relative(
          averaged(() => 1 / parts.length),
          whole,
        ),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `Linear regression, ${n} rows: variance of the mini-batch gradient`,
            bg: `Линейна регресия, ${n} реда: дисперсия на градиента на мини-партида`,
          },
          x: { title: { en: 'batch size', bg: 'големина на партидата' }, scale: 'log' },
          y: { title: { en: 'variance', bg: 'дисперсия' }, scale: 'log' },
          series: [{ name: { en: 'measured', bg: 'измерено' }, mark: 'both', points: noise }],
        },
        {
          kind: 'curves',
          title: {
            en: `The cost at one θ on each batch of ${batch}`,
            bg: `Функцията на разходите при едно θ върху всяка партида от ${batch}`,
          },
          x: { title: { en: 'batch', bg: 'партида' }, whole: true },
          y: { title: 'C' },
          series: [
            {
              name: { en: 'C of the batch', bg: 'C на партидата' },
              mark: 'point',
              points: seen.map((value, i) => [i + 1, value] as const),
            },
          ],
          rules: [{ name: { en: 'mean', bg: 'средно' }, axis: 'y', at: middle }],
        },
      ],
    }
  },
})
