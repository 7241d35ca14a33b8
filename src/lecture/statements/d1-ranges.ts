import { toTypedArray, variance, type Key, type Tensor } from 'puregrad'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { scaledCars } from './scaled-cars.ts'

/** The share of the second feature in Σ (distance of two rows)² over all pairs: Σ over pairs of (a − b)² is n² variances. */
const shareOfValue = (x: Tensor): number => {
  const [children = NaN, value = NaN] = toTypedArray(variance(x, { axis: 0 }))
  return value / (children + value)
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const cars = scaledCars(key)
  return {
    figures: {
      'share of the car value in squared distances, raw': shareOfValue(cars.raw.fresh.x),
      'the same after z-scores': shareOfValue(cars['z-score'].fresh.x),
      'the same after min–max': shareOfValue(cars['min–max'].fresh.x),
      'the same after median and quartiles': shareOfValue(cars.robust.fresh.x),
    },
  }
}

/** The wide feature rules distances until both have one spread. */
export const d1 = earlierClaim({
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
  marks: {
    'share of the car value in squared distances, raw': { atLeast: 0.999999 },
    'the same after z-scores': { within: [0.47, 0.53] },
    'the same after min–max': { within: [0.22, 0.28] },
  },
  literalMarks: { 'the same after min–max': { within: [0.4, 0.6] } },
  measure,
})
