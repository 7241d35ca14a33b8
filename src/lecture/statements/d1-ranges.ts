import { toTypedArray, variance, type Tensor } from 'puregrad'
import { claim } from '../claim.ts'
import { carRows, formNames, scaledCars } from './scaled-cars.ts'

/** The share of the second feature in Σ (distance of two rows)² over all pairs: Σ over pairs of (a − b)² is n² variances. */
const shareOfValue = (x: Tensor): number => {
  const [children = NaN, value = NaN] = toTypedArray(variance(x, { axis: 0 }))
  return value / (children + value)
}

const forms = ['raw', 'zScore', 'robust', 'minMax'] as const

/** The wide feature rules distances until both have one spread. */
export const d1 = claim({
  id: 'D1',
  lines: '277–286',
  asWritten: {
    en: 'Features have different ranges ({0, 1} and 500 … 1,500,500), and the wide one decides distances; after normalizing each contributes about equally.',
    bg: 'Признаците са с различен обхват ({0, 1} и 500 … 1 500 500) и широкият определя разстоянията; след нормализиране всеки допринася приблизително еднакво.',
  },
  corrected: {
    en: 'True of z-scores. Scaled to [0, 1] a 0/1 feature keeps variance ¼ and a uniform one 1/12, so the car value is left with a quarter of the squared distance.',
    bg: 'Вярно за z-оценките. При свеждане към [0, 1] двоичният признак остава с дисперсия ¼, а равномерният с 1/12, и за стойността на колата остава четвърт от квадрата на разстоянието.',
  },
  condition: {
    en: 'normalizing means z-scores; min–max with a binary feature does not balance.',
    bg: 'нормализиране значи z-оценки; min–max с двоичен признак не изравнява.',
  },
  measures: {
    raw: {
      name: {
        en: 'share of the car value in squared distances, raw',
        bg: 'дял на стойността на колата в квадратите на разстоянията, сурови данни',
      },
      corrected: { atLeast: 0.999999 },
      literal: { atLeast: 0.999 },
    },
    zScore: {
      name: { en: 'the same after z-scores', bg: 'същото след z-оценки' },
      corrected: { within: [0.47, 0.53] },
      literal: { within: [0.4, 0.6] },
    },
    robust: {
      name: { en: 'the same after median and quartiles', bg: 'същото след медиана и квартили' },
      // Variances ¼ and (1/12)/(½)² = ⅓.
      corrected: { within: [0.52, 0.62] },
    },
    minMax: {
      name: { en: 'the same after min–max', bg: 'същото след min–max' },
      corrected: { within: [0.22, 0.28] },
      literal: { within: [0.4, 0.6] },
    },
  },
  settings: { rows: carRows },
  measure: ({ key, settings: { rows } }) => {
    const cars = scaledCars(key, rows)
    const [raw = NaN, zScore = NaN, robust = NaN, minMax = NaN] = forms.map((form) =>
      shareOfValue(cars[form].fresh.x),
    )
    return {
      figures: { raw, zScore, robust, minMax },
      pictures: [
        {
          kind: 'bars',
          title: {
            en: `Car data: what each feature contributes to squared distances of ${4 * rows} fresh rows`,
            bg: `Данни за колите: принос на всеки признак в квадратите на разстоянията между ${4 * rows} нови реда`,
          },
          x: { title: { en: 'scaling', bg: 'мащабиране' } },
          y: { title: { en: 'share', bg: 'дял' }, domain: [0, 1] },
          categories: forms.map((form) => formNames[form]),
          series: [
            {
              name: { en: 'children', bg: 'деца' },
              values: [raw, zScore, robust, minMax].map((share) => ({ value: 1 - share })),
            },
            {
              name: { en: 'car value', bg: 'стойност на колата' },
              values: [raw, zScore, robust, minMax].map((value) => ({ value })),
            },
          ],
        },
      ],
    }
  },
})
