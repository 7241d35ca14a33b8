import {
  abs,
  cast,
  floor,
  foldIn,
  grad,
  item,
  matmul,
  max,
  mean,
  mul,
  norm,
  normal,
  reshape,
  slice,
  square,
  sub,
  sum,
  take,
  uniform,
  variance,
  vmap,
  type Key,
  type Tensor,
} from 'puregrad'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

const n = 500
const features = 10
const draws = 1000
const sizes = [1, 2, 4, 8, 16, 32, 64]

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const x = normal(foldIn(key, 'x'), [n, features], { dtype: 'float64' })
  const y = normal(foldIn(key, 'y'), [n], { dtype: 'float64' })
  const w = normal(foldIn(key, 'w'), [features], { dtype: 'float64' })
  const single = vmap((row: Tensor, target: Tensor) =>
    grad((at: Tensor) => square(sub(matmul(row, at), target)))(w),
  )(x, y)
  const noise = sizes.map((size) => {
    const rows = cast(
      floor(
        uniform(foldIn(foldIn(key, 'rows'), size), [draws * size], { low: 0, high: n, dtype: 'float64' }),
      ),
      'int32',
    )
    const means = mean(reshape(take(single, rows), [draws, size, features]), { axis: 1 })
    return [size, item(sum(variance(means, { axis: 0 })))] as const
  })
  const logs = noise.map(([size, v]) => [Math.log(size), Math.log(v)] as const)
  const middle = (of: 0 | 1): number => logs.reduce((total, point) => total + point[of], 0) / logs.length
  const slope =
    logs.reduce((total, [a, b]) => total + (a - middle(0)) * (b - middle(1)), 0) /
    logs.reduce((total, [a]) => total + (a - middle(0)) ** 2, 0)

  const gradientOf = (rows: Tensor, targets: Tensor, reduce: (losses: Tensor) => Tensor): Tensor =>
    grad((at: Tensor) => reduce(square(sub(matmul(rows, at), targets))))(w)
  const whole = gradientOf(x, y, (losses) => mean(losses))
  const apart = (a: Tensor): number => item(norm(sub(a, whole))) / item(norm(whole))
  // 500 rows in batches of 96: the last one has 20.
  const parts = Array.from({ length: Math.ceil(n / 96) }, (_, i) => {
    const [from, to] = [i * 96, Math.min(n, (i + 1) * 96)]
    return {
      size: to - from,
      gradient: gradientOf(slice(x, [from, 0], [to, features]), slice(y, [from], [to]), (losses) =>
        mean(losses),
      ),
    }
  })
  const weighted = (weight: (size: number) => number): Tensor =>
    parts.map(({ size, gradient }) => mul(gradient, weight(size))).reduce((a, b) => sub(a, mul(b, -1)))
  const total = gradientOf(x, y, (losses) => sum(losses))
  return {
    figures: {
      'slope of log noise against log batch size': slope,
      'largest |∇sum − N ∇mean| / |N ∇mean|':
        item(max(abs(sub(total, mul(whole, n))))) / item(max(abs(mul(whole, n)))),
      'size-weighted mean of batch gradients, relative error': apart(weighted((size) => size / n)),
      'unweighted mean with a ragged last batch, relative error': apart(weighted(() => 1 / parts.length)),
    },
    pictures: [
      {
        title: 'Variance of the mini-batch gradient',
        x: { title: 'batch size', scale: 'log' },
        y: { title: 'variance', scale: 'log' },
        mark: 'line',
        series: [{ name: 'measured', points: noise }],
      },
    ],
  }
}

/** A mini-batch gradient is a noisy one; sum and mean differ by the batch size. */
export const f6 = earlierClaim({
  id: 'F6',
  lines: '581–606',
  asWritten: {
    en: 'The cost of a mini-batch is the sum of the losses of its examples, C = L¹ + L³¹ + …; the update is θ¹ ← θ⁰ − η∇C(θ⁰), and C is another one at every update.',
    bg: 'Цената на мини-пакет е сумата от загубите на примерите му, C = L¹ + L³¹ + …; обновяването е θ¹ ← θ⁰ − η∇C(θ⁰), а C е различна при всяко обновяване.',
  },
  corrected: {
    en: 'The same, with sum or mean spelled out: ∇sum = B·∇mean, so a rate for one has to be divided by B for the other. The noise of the gradient falls like 1/B. Batches of different sizes are averaged by their sizes.',
    bg: 'Същото, но с изрично посочена сума или средно: ∇сума = B·∇средно, затова скоростта за едното се дели на B за другото. Шумът на градиента пада като 1/B. Пакети с различна големина се осредняват с тегла големините им.',
  },
  condition: {
    en: 'the rate is meant for the sum: for the mean, which the lecture uses elsewhere, it is B times as large.',
    bg: 'скоростта е за сумата: за средното, което лекцията ползва другаде, тя е B пъти по-голяма.',
  },
  marks: {
    'slope of log noise against log batch size': { within: [-1.05, -0.95] },
    'largest |∇sum − N ∇mean| / |N ∇mean|': { atMost: 1e-12 },
    'size-weighted mean of batch gradients, relative error': { atMost: 1e-12 },
    'unweighted mean with a ragged last batch, relative error': { atLeast: 1e-4 },
  },
  measure,
})
