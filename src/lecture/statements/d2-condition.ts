import type { Key } from 'puregrad'
import { conditionReport, gramMatrix } from 'puregrad/data'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { scaledCars } from './scaled-cars.ts'

const kinds = ['raw', 'min–max', 'z-score', 'whitened'] as const

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const cars = scaledCars(key)
  const reports = kinds.map((kind) => ({
    name: kind,
    report: conditionReport(gramMatrix(cars[kind].train.x, { intercept: true })),
  }))
  const condition = (kind: (typeof kinds)[number]): number =>
    reports.find(({ name }) => name === kind)?.report.condition ?? NaN
  return {
    figures: {
      'condition of the Hessian, raw': condition('raw'),
      'condition of the Hessian, min–max': condition('min–max'),
      'condition of the Hessian, z-scores': condition('z-score'),
      'condition of the Hessian, whitened': condition('whitened'),
    },
    pictures: [
      {
        title: 'Curvatures of the cost of a linear model on the car data',
        x: { title: 'number of the axis, the steepest first' },
        y: { title: 'eigenvalue of the Hessian', scale: 'log' },
        mark: 'line',
        series: reports.map(({ name, report }) => ({
          name,
          points: report.eigenvalues.map((value, i) => [i + 1, value] as const),
        })),
      },
    ],
  }
}

/** Features of one scale make a well-conditioned cost. */
export const d2 = earlierClaim({
  id: 'D2',
  lines: '289',
  asWritten: {
    en: 'Normalizing is good for numerical stability: it avoids ill-conditioning.',
    bg: 'Нормализирането помага за числената устойчивост: избягва се лошата обусловеност.',
  },
  corrected: {
    en: 'The same, measured: the Hessian of a linear model on the car data has condition about 10¹², on z-scores about 1.1.',
    bg: 'Същото, измерено: хесианът на линеен модел върху данните за колите има число на обусловеност около 10¹², върху z-оценките около 1,1.',
  },
  marks: {
    'condition of the Hessian, raw': { atLeast: 1e12 },
    'condition of the Hessian, z-scores': { atMost: 3 },
    'condition of the Hessian, whitened': { atMost: 1.01 },
  },
  measure,
})
