import {
  abs,
  concat,
  div,
  item,
  matmul,
  max,
  mean,
  mul,
  ones,
  sub,
  tensor,
  toTypedArray,
  transpose,
  variance,
  type Key,
  type Tensor,
} from 'puregrad'
import { gramMatrix, symmetricEigen, type Dataset } from 'puregrad/data'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { descentGap, stepsOf } from './descent-gap.ts'
import { scaledCars } from './scaled-cars.ts'

const kinds = ['raw', 'min–max', 'z-score'] as const
const steps = 200_000

/** From all parameters 0 to the least squares of intercept and features: −θ*, by the eigenvectors of the Hessian. */
const toMinimum = ({ x, y, n }: Dataset, hessian: Tensor): Tensor => {
  const design = concat([ones([n, 1], { dtype: 'float64' }), x], { axis: 1 })
  const moment = div(matmul(transpose(design), y), n)
  const { values, vectors } = symmetricEigen(hessian)
  const axes = tensor(vectors, { dtype: 'float64' })
  const along = div(matmul(axes, moment), tensor(values, { dtype: 'float64' }))
  return mul(matmul(transpose(axes), along), -1)
}

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const cars = scaledCars(key)
  const curves = kinds.map((name, i) => {
    const { train } = cars[name]
    const hessian = gramMatrix(train.x, { intercept: true })
    const points = descentGap(hessian, toMinimum(train, hessian), { steps })
    progress(i + 1, kinds.length)
    return { name, points }
  })
  const reached = (kind: (typeof kinds)[number]): number =>
    stepsOf(curves.find(({ name }) => name === kind)?.points ?? [])
  const z = cars['z-score'].train.x
  const greatest = (of: Tensor): number => item(max(abs(of)))
  const [, freshMean = NaN] = toTypedArray(mean(cars['z-score'].fresh.x, { axis: 0 }))
  return {
    figures: {
      'steps to a gap of 1e-6, z-scores': reached('z-score'),
      'steps to a gap of 1e-6, min–max': reached('min–max'),
      'gap after 200,000 steps, raw': curves[0]?.points.at(-1)?.[1] ?? NaN,
      'largest |mean| of a training feature': greatest(mean(z, { axis: 0 })),
      'largest |variance − 1| of a training feature': greatest(sub(variance(z, { axis: 0 }), 1)),
      'mean car value of fresh rows': freshMean,
    },
    pictures: [
      {
        title: 'Gradient descent on the car data at the rate 1/L',
        x: { title: 'steps', scale: 'log' },
        y: { title: 'gap of the cost to its minimum', scale: 'log' },
        mark: 'line',
        series: curves.map(({ name, points }) => ({
          name,
          // Every step at first, then fewer and fewer: the axis is logarithmic.
          points: points.filter(
            ([step, gap], i) =>
              step > 0 && gap > 1e-12 && (i < 20 || i === points.length - 1 || i % Math.ceil(i / 20) === 0),
          ),
        })),
      },
    ],
  }
}

/** Means 0 and variances 1 make descent fast. */
export const d3 = earlierClaim({
  id: 'D3',
  lines: '293–310',
  asWritten: {
    en: 'From every feature its mean is subtracted and it is divided by its deviation; means become 0 and variances 1, and gradient descent converges much faster.',
    bg: 'От всеки признак се вади средното и се дели на отклонението; средните стават 0, дисперсиите 1, и градиентното спускане се схожда много по-бързо.',
  },
  corrected: {
    en: 'The same, with the statistics of the training part only, and the deviation over all its rows. Means 0 and variances 1 hold of that part exactly, of others nearly; a feature that does not vary has no z-score.',
    bg: 'Същото, със статистиките само на обучаващата част и с отклонение по всички нейни редове. Средни 0 и дисперсии 1 важат точно за нея, за другите части приблизително; признак, който не се мени, няма z-оценка.',
  },
  marks: {
    'steps to a gap of 1e-6, z-scores': { atMost: 10 },
    'steps to a gap of 1e-6, min–max': { atMost: 500 },
    'gap after 200,000 steps, raw': { atLeast: 1e-4 },
    'largest |mean| of a training feature': { atMost: 1e-12 },
    'largest |variance − 1| of a training feature': { atMost: 1e-12 },
    'mean car value of fresh rows': { within: [-0.15, 0.15] },
  },
  measure,
})
