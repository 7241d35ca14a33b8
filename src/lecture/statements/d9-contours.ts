import { foldIn, matmul, mul, normal, sub, tensor, toTypedArray, type Key, type Tensor } from 'puregrad'
import {
  conditionReport,
  gramMatrix,
  regressionDataset,
  scaled,
  standardize,
  symmetricEigen,
  whiten,
} from 'puregrad/data'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { EarlierPicture } from '../earlier-claim.ts'
import { certainly } from './certainly.ts'
import { descentGap, stepsOf } from './descent-gap.ts'

const n = 2000
const correlation = 0.99
const start = tensor([1, 0.2], { dtype: 'float64' })

/** Two features of means 0 with this correlation, the second ten times as wide. */
const correlated = (key: Key): Tensor =>
  matmul(
    normal(key, [n, 2], { dtype: 'float64' }),
    tensor(
      [
        [1, 10 * correlation],
        [0, 10 * Math.sqrt(1 - correlation ** 2)],
      ],
      { dtype: 'float64' },
    ),
  )

/** The ellipse dᵀHd = level, by the axes of H. */
const contour = (hessian: Tensor, level: number): readonly (readonly [number, number])[] => {
  const { values, vectors } = symmetricEigen(hessian)
  return Array.from({ length: 61 }, (_, i) => {
    const angle = (i * Math.PI) / 30
    const along = [Math.cos(angle), Math.sin(angle)].map((of, k) => of * Math.sqrt(level / (values[k] ?? 1)))
    const coordinate = (c: number): number =>
      along.reduce((sum, length, k) => sum + length * (vectors[k]?.[c] ?? 0), 0)
    return [coordinate(0), coordinate(1)] as const
  })
}

const descended = (hessian: Tensor, steps: number): readonly (readonly [number, number])[] => {
  const rate = conditionReport(hessian).rateBound / 2
  const places = Array.from({ length: steps }).reduce<readonly Tensor[]>(
    (path) => {
      const at = path.at(-1) ?? start
      return [...path, sub(at, mul(matmul(hessian, at), rate))]
    },
    [start],
  )
  return places.map((place) => {
    const [x = NaN, y = NaN] = toTypedArray(place)
    return [x, y] as const
  })
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const x = correlated(foldIn(key, 'x'))
  const train = {
    ...regressionDataset({ x, y: normal(foldIn(key, 'y'), [n], { dtype: 'float64' }) }),
    role: 'train' as const,
  }
  const hessians = {
    'features as they are': gramMatrix(x),
    'z-scores': gramMatrix(scaled(train, certainly(standardize(train))).x),
    'whitened features': gramMatrix(scaled(train, certainly(whiten(train))).x),
  }
  const condition = (of: keyof typeof hessians): number => conditionReport(hessians[of]).condition
  const steps = (of: keyof typeof hessians): number =>
    stepsOf(descentGap(hessians[of], start, { steps: 40_000, single: 40_000 }))
  return {
    figures: {
      'condition, features as they are': condition('features as they are'),
      'condition after z-scores': condition('z-scores'),
      'condition after whitening': condition('whitened features'),
      'longest axis of a contour / shortest, z-scores': Math.sqrt(condition('z-scores')),
      'longest axis of a contour / shortest, whitened': Math.sqrt(condition('whitened features')),
      'steps to a gap of 1e-6, z-scores': steps('z-scores'),
      'steps to a gap of 1e-6, whitened': steps('whitened features'),
    },
    pictures: Object.entries(hessians).map(([name, hessian]): EarlierPicture => {
      const from = toTypedArray(start)
      const image = toTypedArray(matmul(hessian, start))
      const level = Array.from(from).reduce((sum, d, i) => sum + d * (image[i] ?? 0), 0)
      return {
        title: `Contours of the cost and the way of descent: ${name}`,
        x: { title: 'first weight, from the minimum' },
        y: { title: 'second weight, from the minimum' },
        mark: 'line',
        series: [
          ...[1, 0.5, 0.25].map((part) => ({
            name: `${part} of the first cost`,
            points: contour(hessian, part * level),
          })),
          { name: 'descent, 20 steps', points: descended(hessian, 20) },
        ],
      }
    }),
  }
}

/** Round contours need features without correlation. */
export const d9 = earlierClaim({
  id: 'D9',
  lines: '386–393',
  asWritten: {
    en: 'Without normalizing the cost is asymmetric; with it the cost is symmetric and the global minima are reached faster.',
    bg: 'Без нормализиране цената е несиметрична; с него тя е симетрична и глобалните минимуми се достигат по-бързо.',
  },
  corrected: {
    en: 'Z-scores make contours round only where features are uncorrelated: at correlation 0.99 they stay 14 times as long as wide, and descent takes hundreds of steps. Whitening makes them round, and one step is enough. The minimum reached is the global one only where the cost is convex.',
    bg: 'Z-оценките правят контурите кръгли само при некорелирани признаци: при корелация 0,99 те остават 14 пъти по-дълги, отколкото широки, и спускането иска стотици стъпки. Избелването ги прави кръгли и стига една стъпка. Достигнатият минимум е глобален само при изпъкнала цена.',
  },
  condition: {
    en: 'the features are uncorrelated too (or whitened), and the cost is convex.',
    bg: 'признаците са и некорелирани (или избелени), а цената е изпъкнала.',
  },
  marks: {
    'condition after z-scores': { within: [165, 235] },
    'condition after whitening': { atMost: 1.01 },
    'steps to a gap of 1e-6, z-scores': { atLeast: 300 },
    'steps to a gap of 1e-6, whitened': { atMost: 2 },
  },
  literalMarks: { 'longest axis of a contour / shortest, z-scores': { atMost: 1.1 } },
  measure,
})
