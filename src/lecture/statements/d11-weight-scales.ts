import { abs, foriLoop, jit, matmul, mul, slice, sub, toTypedArray, zerosLike, type Tensor } from 'puregrad'
import { conditionReport } from 'puregrad/data'
import { claim } from '../claim.ts'
import { leastSquares } from './least-squares.ts'
import { carRows, formNames, scaledCars } from './scaled-cars.ts'

const forms = ['raw', 'minMax', 'zScore'] as const

/** Sizes of the weights of the two features, without the intercept. */
const sizes = (theta: Tensor): readonly [children: number, value: number] => {
  const [children = NaN, value = NaN] = Array.from(toTypedArray(abs(slice(theta, [1], [3]))), Number)
  return [children, value]
}

/** The larger over the smaller. */
const ratio = (pair: readonly [number, number]): number => Math.max(...pair) / Math.min(...pair)

/** So many steps of gradient descent from 0 at the rate 1/L. */
const descend = (hessian: Tensor, minimum: Tensor, steps: number): Tensor => {
  const rate = conditionReport(hessian).rateBound / 2
  const way = jit((from: Tensor) =>
    foriLoop(0, steps, (_, at: Tensor) => sub(at, mul(matmul(hessian, sub(at, minimum)), rate)), from),
  )
  return way(zerosLike(minimum))
}

/** Features of different scale ask for weights of different scale. */
export const d11 = claim({
  id: 'D11',
  lines: '277–286',
  asWritten: {
    en: 'Where features are not scaled, the weights learned for them differ in scale.',
    bg: 'Ако признаците не са мащабирани, научените за тях тегла са от различен порядък.',
  },
  corrected: {
    en: 'The same of the least squares: on raw cars one weight is a quarter of a million times the other, on z-scores a few times. That is why descent never learns them: after thousands of steps at the largest safe rate the weight of the narrow feature is still almost all wrong.',
    bg: 'Същото за най-малките квадрати: при сурови данни за колите едното тегло е четвърт милион пъти по-голямо от другото, при z-оценки няколко пъти. Затова спускането не ги научава: след хиляди стъпки с най-голямата безопасна скорост теглото на тесния признак е все още почти изцяло грешно.',
  },
  measures: {
    raw: {
      name: {
        en: 'larger weight of the least squares / smaller, raw',
        bg: 'по-голямо тегло по най-малки квадрати / по-малко, сурови данни',
      },
      corrected: { atLeast: 1e5 },
      literal: { atLeast: 1e3 },
    },
    minMax: {
      name: { en: 'the same after min–max', bg: 'същото след min–max' },
      corrected: { atMost: 10 },
    },
    zScore: {
      name: { en: 'the same after z-scores', bg: 'същото след z-оценки' },
      corrected: { atMost: 10 },
      literal: { atMost: 10 },
    },
    rawError: {
      name: {
        en: 'relative error of the weight of the children after the steps of descent, raw',
        bg: 'относителна грешка на теглото на децата след стъпките на спускането, сурови данни',
      },
      corrected: { atLeast: 0.9 },
    },
    zScoreError: {
      name: { en: 'the same on z-scores', bg: 'същата при z-оценки' },
      corrected: { atMost: 1e-6 },
    },
  },
  settings: {
    rows: carRows,
    steps: { name: { en: 'steps of descent', bg: 'стъпки на спускането' }, value: 5000, whole: true },
  },
  measure: ({ key, settings: { rows, steps } }) => {
    const cars = scaledCars(key, rows)
    const weightsOf = (form: (typeof forms)[number]) => {
      const { hessian, minimum } = leastSquares(cars[form].train)
      const reached = sizes(descend(hessian, minimum, steps))
      const wanted = sizes(minimum)
      return { wanted, error: Math.abs(reached[0] - wanted[0]) / wanted[0] }
    }
    const [raw, minMax, zScore] = [weightsOf('raw'), weightsOf('minMax'), weightsOf('zScore')]
    return {
      figures: {
        raw: ratio(raw.wanted),
        minMax: ratio(minMax.wanted),
        zScore: ratio(zScore.wanted),
        rawError: raw.error,
        zScoreError: zScore.error,
      },
      pictures: [
        {
          kind: 'bars',
          title: {
            en: `Car data, ${rows} rows: sizes of the weights of the least squares`,
            bg: `Данни за колите, ${rows} реда: големина на теглата по най-малки квадрати`,
          },
          x: { title: { en: 'scaling', bg: 'мащабиране' } },
          y: { title: { en: '|weight|', bg: '|тегло|' }, scale: 'log' },
          categories: forms.map((form) => formNames[form]),
          series: [
            { en: 'children', bg: 'деца' },
            { en: 'car value', bg: 'стойност на колата' },
          ].map((name, i) => ({
            name,
            values: [raw, minMax, zScore].map(({ wanted }) => ({ value: wanted[i] ?? NaN })),
          })),
        },
      ],
    }
  },
})
